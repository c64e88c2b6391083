"""How long until a person sees the page? From the address to the map drawn, in Chromium without a GPU."""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

RUNS = 3
GOAL_SECONDS = 6
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu"]
# Drawn, or (pages without a drawing) the heading there and the script at rest.
PAINTED = """() => {
  const drawings = [...document.querySelectorAll('.landscape-map, .landscape-chart, .landscape-network')]
  const busy = document.querySelector('[data-test-script-state=running], [data-testid=stStatusWidget]')
  if (drawings.length) return drawings.some(e => Number(e.dataset.drawn ?? 0) > 0)
  return !busy && document.querySelector('[data-testid=stMainBlockContainer] h2') !== null
}"""


def paint_table(address: str, pages: Mapping[str, str]) -> Iterator[str]:
    """Yield the table of pages: seconds to the first drawing in a fresh browser, and in one that was here before."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        yield "First paint was not measured: there is no Chromium on this machine."
        return
    from playwright.sync_api import sync_playwright

    yield "| page | first paint in a fresh browser, s | in one that was here before, s | received, kB |"
    yield "|---|---|---|---|"
    with sync_playwright() as playwright:
        for page, name in pages.items():
            cold, warm, size = [], [], 0
            for _ in range(RUNS):
                browser = playwright.chromium.launch(executable_path=str(Path(found)), args=FLAGS)
                context = browser.new_context(viewport={"width": 1280, "height": 900})
                seconds, size = _painted(context, f"{address}/{page}")
                cold.append(seconds)
                warm.append(_painted(context, f"{address}/{page}")[0])
                browser.close()
            yield f"| {name} | {_told(cold)} | {_told(warm)} | {size / 1000:.0f} |"
    yield ""


def _painted(context: Any, address: str) -> tuple[float, int]:
    """Return the seconds from asking for the page to its drawing, and the bytes its WebSocket brought."""
    page = context.new_page()
    page.set_default_timeout(90_000)
    received = [0]
    watched = context.new_cdp_session(page)
    watched.send("Network.enable")
    watched.on("Network.webSocketFrameReceived", lambda event: received.append(_size(event["response"])))
    started = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_function(PAINTED, polling=50)
    seconds = time.perf_counter() - started
    page.close()
    return seconds, sum(received)


def _size(frame: dict[str, Any]) -> int:
    # Binary frames come as base64.
    return len(frame["payloadData"]) * 3 // 4 if frame["opcode"] == 2 else len(frame["payloadData"])


def _told(seconds: list[float]) -> str:
    middle = statistics.median(seconds)
    return f"{middle:.1f}" + (" **(short of the goal)**" if middle > GOAL_SECONDS else "")
