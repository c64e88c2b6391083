"""What the browser tests wait for, walk through, look at and keep."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

ARTEFACTS = Path(__file__).parents[2] / "artefacts"

# Every page, and what stands on it once it shows what it is for.
PAGES = {
    "": ".landscape-map",
    "gaps": ".landscape-map",
    "services": ".landscape-map",
    "network": ".landscape-network",
    "need": "text=What cannot be served",
    "query": "text=How to read it",
    "data": "text=Sources of",
    "methods": "text=Care, not surveillance",
}
# Controls of one choice in the page itself: most of them show another part of it.
CHOICES = "[data-testid=stMain] :is([role=radiogroup], [role=tablist])"
# These change what is asked, not what the page is made of.
SETTINGS = frozenset({"Hops", "For", "By", "Borders of"})
DRAWINGS = ".landscape-map, .landscape-chart, .landscape-network"

# Where a mark stands on the screen, and its id: plotly's own projection of the first trace with ids.
MARK = """() => {
  const e = document.querySelector('.landscape-map'), map = e._fullLayout.map._subplot.map
  const box = map.getCanvas().getBoundingClientRect()
  const at = (lon, lat) => { const p = map.project([lon, lat]); return [box.left + p.x, box.top + p.y] }
  const traces = e.data.filter(t => t.type === 'scattermap' && t.customdata)
  const all = e.data.filter(t => t.type === 'scattermap').flatMap(t => t.lon.map((lon, i) => at(lon, t.lat[i])))
  for (const t of traces) for (let i = 0; i < t.lon.length; i++) {
    const [x, y] = at(t.lon[i], t.lat[i])
    const near = all.filter(([a, b]) => Math.hypot(a - x, b - y) < 14).length
    if (near <= 2 && x > box.left + 20 && y > box.top + 40 && x < box.right - 20 && y < box.bottom - 20)
      return {x, y, name: t.hovertext[i].split('<br>')[0]}
  }
}"""
ZOOM = "() => document.querySelector('.landscape-map')._fullLayout.map._subplot.map.getZoom()"


def shown(page, address: str, path: str) -> None:
    """Open a page and wait until it shows what it is for (a part of it: a heading), and is at rest."""
    page.goto(address)
    page.locator(PAGES.get(path, "h2")).first.wait_for()
    at_rest(page)


def drawn(page, selector: str = ".landscape-map", more_than: int = 0) -> int:
    """Wait until a map or diagram was drawn more often than that, and the page is at rest; return how often."""
    page.wait_for_function(
        "([selector, n]) => Number(document.querySelector(selector)?.dataset.drawn ?? 0) > n", arg=[selector, more_than]
    )
    at_rest(page)
    return int(page.eval_on_selector(selector, "e => e.dataset.drawn"))


def at_rest(page) -> None:
    """Wait until no script of the page is running, and every map, chart and diagram in view was drawn."""
    page.wait_for_function(
        """drawings => !document.querySelector('[data-test-script-state=running], [data-testid=stStatusWidget]') &&
          [...document.querySelectorAll(drawings)].every(e => e.dataset.drawn || !e.checkVisibility())""",
        arg=DRAWINGS,
    )


def each_part(page, leave_out: frozenset[str] = SETTINGS) -> Iterator[str]:
    """Show the parts of a page in turn, and yield the name of each: as the page opens, then by every choice there is.

    A control that comes with a part is walked through within it. Afterwards each control is as it was.
    """
    yield ""
    known = {name for name, _ in _choices(page)}
    yield from _walk(page, _choices(page), known, leave_out)


def _walk(page, choices, known, leave_out) -> Iterator[str]:
    for (label, role, options), at_first in choices:
        if label in leave_out:
            continue
        for option in options:
            # What was chosen elsewhere may have taken it away.
            if option != at_first and _option(page, role, option, label).count():
                choose_part(page, role, option, label)
                yield option
                new = [each for each in _choices(page) if each[0] not in known]
                for deeper in _walk(page, new, known | {name for name, _ in new}, leave_out):
                    yield f"{option} {deeper}"
        if at_first and _option(page, role, at_first, label).count():
            choose_part(page, role, at_first, label)


def _choices(page) -> list[tuple[tuple[str, str, tuple[str, ...]], str | None]]:
    """Return the controls of one choice that can be seen: label, role of an option and options; and what is chosen."""
    found = page.evaluate(
        """choices => [...document.querySelectorAll(choices)].filter(e => e.checkVisibility()).map(e => {
          const role = e.role === 'tablist' ? 'tab' : 'radio', options = [...e.querySelectorAll(`[role=${role}]`)]
          const first = options.find(o => (o.ariaChecked ?? o.ariaSelected) === 'true')
          const name = o => o?.innerText.trim().replace(/ \\([\\d,]+\\)$/, '')  // a count is no part of a name
          return [[e.ariaLabel ?? '', role, options.map(name)], name(first)]
        })""",
        CHOICES,
    )
    return [((label, role, tuple(options)), first) for (label, role, options), first in found]


def choose_part(page, role: str, name: str, label: str = "") -> None:
    """Click an option of a control of one choice, and wait until the page is at rest."""
    _option(page, role, name, label).first.click()
    page.wait_for_timeout(250)  # the click reaches Python
    at_rest(page)


def _option(page, role: str, name: str, label: str):
    named = f'[aria-label="{label}"]' if label else ""
    group = page.locator(f"[data-testid=stMain] [role={'tablist' if role == 'tab' else 'radiogroup'}]{named}:visible")
    return group.get_by_role(role, name=re.compile(rf"^\s*{re.escape(name)}( \([\d,]+\))?\s*$"))


def barriers(page) -> list[str]:
    """Return what axe-core finds on the page that is a serious or critical barrier to somebody."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{each['id']}: {node['html'][:200]}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


def keep(page, name: str) -> Path:
    """Keep a screenshot of the whole page as an artefact."""
    size = page.viewport_size
    at_full_height(page, size["width"])
    path = picture(page, name)
    page.set_viewport_size(size)
    return path


def at_full_height(page, width: int) -> None:
    """Make the window as wide as that and as high as the page, and wait until the tables that came into view stand."""
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_timeout(150)
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": width, "height": min(int(height) + 20, 4000)})
    skeletons = page.locator("[data-testid=stSkeleton]:visible")
    for _ in range(20):
        page.wait_for_timeout(300)
        if not skeletons.count():
            break  # A picture without a table is no failure.
    at_rest(page)


def picture(page, name: str) -> Path:
    """Keep a screenshot of what is in the window as an artefact."""
    ARTEFACTS.mkdir(exist_ok=True)
    path = ARTEFACTS / f"{name.strip('-').replace(' ', '-').replace('/', '-').lower()}.png"
    page.screenshot(path=path)
    return path


def tab_to(page, name: str, most: int = 150) -> None:
    """Press the tabulator until the control of this name has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(
            "name => { const e = document.activeElement; return [e.ariaLabel, e.innerText?.trim()].includes(name) }",
            name,
        ):
            return
    pytest.fail(f"{name} is not reached by keyboard")


def choose(page, label: str, text: str) -> None:
    """Pick from a select box of the sidebar by typing."""
    box = page.get_by_test_id("stSidebar").get_by_test_id("stSelectbox").filter(has_text=label).locator("input")
    box.click()
    box.fill(text)
    page.get_by_role("option").first.wait_for()
    box.press("Enter")
    at_rest(page)
