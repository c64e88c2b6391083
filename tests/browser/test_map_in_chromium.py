"""Does the map component draw, pick and report as it should? On a page of its own, without a store."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from browser_help import barriers, drawn, keep

ROOT = Path(__file__).parents[2]
PAGE = """
import json
import streamlit as st
from views import maps, theme
from views.components.map import draw_map

marks = [
    maps.Mark(f"guardian:{n}", -2.4 + n / 100, 53.4, "commercial", theme.FULL, (f"Café ☕ {n}",)) for n in range(9)
]
figure = maps.figure(maps.mark_traces(marks), (-2.5, 53.3, -2.2, 53.5), view="town")
st.session_state.setdefault("heard", [])
hear = st.session_state["heard"].append
drawing = st.checkbox("Draw an area")
draw_map(figure, key="map", label="Map of a town", on_pick=hear, drawing=drawing, on_draw=hear)
st.html(f"<pre id='heard'>{json.dumps(st.session_state['heard'])}</pre>")
"""
PROGRAM = """
import pathlib, sys
from graphmodel.settings import Settings
from views import server
server.SCRIPT = pathlib.Path(sys.argv[1])
server.serve(Settings(data_dir=server.SCRIPT.parent), port=int(sys.argv[2]))
"""


@pytest.fixture(scope="module")
def map_page(tmp_path_factory) -> Iterator[str]:
    """Serve a page with nothing but the map."""
    folder = tmp_path_factory.mktemp("map-page")
    script = folder / "one_map.py"
    script.write_text(PAGE, "utf-8")
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(script), str(port)], cwd=ROOT,
                                   stdout=log, stderr=subprocess.STDOUT)  # fmt: skip
        try:
            for _ in range(200):
                with suppress(OSError), urllib.request.urlopen(f"{address}/healthz", timeout=2):
                    break
                time.sleep(0.3)
            yield address
        finally:
            process.terminate()
            process.wait(20)


@pytest.fixture
def page(map_page, visit):
    """Open that page, drawn once."""
    page = visit().page
    page.goto(map_page)
    drawn(page)
    page.wait_for_timeout(500)
    return page


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def spot(page, longitude: float, latitude: float) -> tuple[float, float]:
    """Return where a point of the earth stands on the screen."""
    x, y = page.evaluate(
        """point => { const map = document.querySelector('.landscape-map')._fullLayout.map._subplot.map
        const box = map.getCanvas().getBoundingClientRect(), p = map.project(point)
        return [box.left + p.x, box.top + p.y] }""",
        [longitude, latitude],
    )
    return x, y


def heard(page) -> list:
    """Return what the page was told so far."""
    return json.loads(page.locator("#heard").inner_text())


def start_drawing(page) -> None:
    times = drawn(page)
    page.get_by_text("Draw an area").click()
    drawn(page, more_than=times)
    page.get_by_role("button", name="Done").wait_for()


def test_the_browser_unpacks_what_python_packed(page):
    (trace,) = page.evaluate("() => document.querySelector('.landscape-map').data")
    assert trace["hovertext"] == [f"Café ☕ {n}" for n in range(9)]
    assert trace["customdata"] == [f"guardian:{n}" for n in range(9)]
    assert trace["lon"][1:3] == [-2.39, -2.38]


def test_a_click_on_a_place_picks_it(page):
    x, y = spot(page, -2.38, 53.4)
    page.mouse.move(x, y)
    page.wait_for_timeout(300)
    page.mouse.click(x, y)
    page.wait_for_function("() => document.querySelector('#heard').innerText.includes('guardian:2')")
    assert heard(page) == ["guardian:2"]


def test_an_area_is_drawn_by_mouse_and_nothing_is_picked_meanwhile(page):
    start_drawing(page)
    # The third corner lies on a café.
    for corner in [(-2.42, 53.36), (-2.3, 53.36), (-2.35, 53.4), (-2.42, 53.41)]:
        page.mouse.click(*spot(page, *corner))
        page.wait_for_timeout(350)
    page.get_by_text("4 corners.").wait_for()
    page.get_by_role("button", name="Undo point").click()
    page.get_by_text("3 corners.").wait_for()
    assert page.locator(".landscape-sketch circle:visible").count() == 3
    keep(page, "map-sketch")
    assert barriers(page) == []
    page.get_by_role("button", name="Done").click()
    page.wait_for_function("() => document.querySelector('#heard').innerText.length > 4")
    (area,) = heard(page)
    # A pixel is about 0.0005 degrees at this zoom.
    for found, wanted in zip(area, [(-2.42, 53.36), (-2.3, 53.36), (-2.35, 53.4)], strict=True):
        assert found == pytest.approx(wanted, abs=0.001)


def test_an_area_is_drawn_by_keyboard_alone(page):
    start_drawing(page)
    middle = page.evaluate("document.querySelector('.landscape-map')._fullLayout.map._subplot.map.getCenter()")
    for name in ("Draw an area", "Map of a town"):
        for _ in range(12):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.ariaLabel") == name:
                break
    assert page.evaluate("document.activeElement.ariaLabel") == "Map of a town"
    for keys in ("Space", "ArrowRight Space", "ArrowDown Space", "ArrowDown Space Backspace Enter"):
        for key in keys.split():
            page.keyboard.press(key)
    page.wait_for_function("() => document.querySelector('#heard').innerText.length > 4")
    ((first, second, third),) = heard(page)
    assert first == pytest.approx([middle["lng"], middle["lat"]], abs=1e-6)
    # 40 pixels to the right, then 40 pixels down.
    assert second[0] > first[0] and second[1] == pytest.approx(first[1], abs=1e-5)
    assert third[0] == pytest.approx(second[0], abs=1e-5) and third[1] < second[1]
    page.keyboard.press("Escape")
    assert page.get_by_role("button", name="Done").is_disabled()


def test_no_drawing_is_left_when_it_is_switched_off(page):
    start_drawing(page)
    page.mouse.click(*spot(page, -2.42, 53.36))
    times = drawn(page)
    page.get_by_text("Draw an area").click()
    drawn(page, more_than=times)
    assert page.get_by_role("button", name="Done").count() == 0
    assert not page.locator(".landscape-sketch").is_visible()
    assert page.locator(".landscape-map").get_attribute("tabindex") is None
