"""Hostile data, and what the browser tests wait for and keep."""

from __future__ import annotations

import csv
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe

ARTEFACTS = Path(__file__).parents[2] / "artefacts"
EVIL = '<img src=x onerror="window.canary=1"> ![p](http://evil.example/p.png) <script>window.canary=1</script> :red[x]'


def hostile_package(folder: Path) -> Path:
    """Write a package of one borough in which every name is hostile text."""
    folder.mkdir()
    square = '{"type":"Polygon","coordinates":[[[0,50],[0.1,50],[0.1,50.1],[0,50.1],[0,50]]]}'
    tables = {
        "areas": [{"id": "Z1", "name": f"Z {EVIL}", "code": "Z1", "level": "local_authority", "boundary": square}],
        "guardians": [
            {"id": "g1", "name": f"G {EVIL}", "sector": "commercial", "kind": "pub", "longitude": 0.05,
             "latitude": 50.05, "brand": EVIL, "hours": EVIL, "next_step": EVIL},
        ],
        "contexts": [
            {"id": "c1", "name": f"C {EVIL}", "kind": "park", "longitude": 0.04, "latitude": 50.04, "drivers": EVIL},
        ],
        "organisations": [{"id": "o1", "name": f"O {EVIL}", "sector": "voluntary"}],
        "services": [{"id": "s1", "name": f"S {EVIL}", "kind": "youth_work", "eligibility": EVIL}],
        "links": [
            {"type": "RUNS", "from": "org:o1", "to": "service:s1"},
            {"type": "REFERS_TO", "from": "org:o1", "to": "guardian:g1"},
        ],
    }  # fmt: skip
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return folder


def drawn(page, selector: str = ".landscape-map", more_than: int = 0) -> int:
    """Wait until a map or diagram was drawn more often than that, and the page is at rest; return how often."""
    page.wait_for_function(
        "([selector, n]) => Number(document.querySelector(selector)?.dataset.drawn ?? 0) > n", arg=[selector, more_than]
    )
    at_rest(page)
    return int(page.eval_on_selector(selector, "e => e.dataset.drawn"))


def at_rest(page) -> None:
    """Wait until no script of the page is running."""
    page.wait_for_function(
        "() => !document.querySelector('[data-test-script-state=running], [data-testid=stStatusWidget]')"
    )


def barriers(page) -> list[str]:
    """Return what axe-core finds on the page that is a serious or critical barrier to somebody."""
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['html'][:200]}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


def keep(page, name: str) -> Path:
    """Keep a screenshot of the whole page as an artefact."""
    ARTEFACTS.mkdir(exist_ok=True)
    size = page.viewport_size
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": min(int(height) + 20, 4000)})
    # A table is drawn when it comes into view; a picture without it is no failure.
    skeletons = page.locator("[data-testid=stSkeleton]:visible")
    for _ in range(10):
        page.wait_for_timeout(700)
        if not skeletons.count():
            break
    path = ARTEFACTS / f"{name}.png"
    page.screenshot(path=path)
    page.set_viewport_size(size)
    return path
