"""What does a person see in a browser, and does the app stay as they left it?"""

from __future__ import annotations

import csv
import re

import pytest
from browser_help import EVIL, at_rest, barriers, drawn, hostile_package, keep

PAGES = {"": ".landscape-map", "gaps": ".landscape-map", "services": ".landscape-map", "network": ".landscape-network"}
# Pages without a map or diagram of their own, and what stands on them.
WORDS = {
    "need": "What cannot be served",
    "query": "How to read it",
    "data": "Sources of Demo borough",
    "methods": "Care, not surveillance",
}

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


def settled(page, path: str, database: str = "Demo borough") -> None:
    """Wait until the page shows what it is for, and is at rest."""
    if path in PAGES:
        drawn(page, PAGES[path])
    else:
        page.get_by_text(WORDS[path].replace("Demo borough", database)).first.wait_for()
        at_rest(page)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("path", [*PAGES, *WORDS])
def test_every_page_is_drawn_and_asks_no_other_host(app, visit, path, width):
    page = visit(width, 900 if width > 500 else 844).page
    page.goto(app.url(path, data="demo"))
    settled(page, path)
    assert page.get_by_test_id("stException").count() == 0
    assert page.get_by_text("because of a fault").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert barriers(page) == []
    keep(page, f"{path or 'landscape'}-{width}")


@pytest.mark.parametrize("path", [*PAGES, *WORDS])
def test_in_the_dark_too(app, visit, path):
    page = visit(color_scheme="dark").page
    page.goto(app.url(path, data="demo"))
    settled(page, path)
    background = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    assert background == "rgb(17, 24, 23)"
    assert barriers(page) == []
    keep(page, f"{path or 'landscape'}-dark")


def test_the_map_is_painted(app, visit):
    page = visit().page
    page.goto(app.url(data="demo"))
    drawn(page)
    page.wait_for_timeout(1500)
    shot = page.locator(".landscape-map").screenshot()
    assert len(shot) > 20_000  # an empty white map of this size is a PNG of about 3 kB


def test_a_click_on_a_place_reaches_python(app, visit):
    page = visit().page
    page.goto(app.url(data="demo"))
    drawn(page)
    page.wait_for_timeout(1500)
    mark = page.evaluate(MARK)
    page.mouse.move(mark["x"], mark["y"])
    page.wait_for_timeout(300)
    page.mouse.click(mark["x"], mark["y"])
    page.get_by_role("button", name="Back to the area").wait_for()
    assert page.locator("h2", has_text=mark["name"].replace("&amp;", "&")).count() == 1


def test_the_view_survives_a_filter_change(app, visit):
    page = visit().page
    page.goto(app.url(data="demo"))
    times = drawn(page)
    page.wait_for_timeout(1000)
    first = page.evaluate(ZOOM)
    box = page.locator(".landscape-map").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 3, box["y"] + box["height"] / 3)
    for _ in range(4):
        page.mouse.wheel(0, -400)
        page.wait_for_timeout(150)
    page.wait_for_timeout(1500)
    zoomed = page.evaluate(ZOOM)
    assert zoomed > first + 0.3
    page.get_by_role("button", name="Contexts").click()
    drawn(page, more_than=times)
    page.wait_for_timeout(800)
    assert page.evaluate(ZOOM) == pytest.approx(zoomed, abs=0.01)


def test_an_address_shows_the_same_view_in_a_fresh_browser(app, visit):
    page = visit().page
    page.goto(app.url(data="demo"))
    drawn(page)
    choose(page, "When", "Fri 20:00")
    page.get_by_text("· Fri 20:00").wait_for()
    choose(page, "Area", "Ropewalk")
    page.locator("h2", has_text="Ropewalk").first.wait_for()
    at_rest(page)
    address = page.url
    assert "when=Fri" in address and "area=X" in address and "data=demo" in address

    other = visit().page
    other.goto(address)
    drawn(other)
    assert other.locator("h2", has_text="Ropewalk").count() >= 1
    assert other.get_by_text("· Fri 20:00").count() == 1
    other.get_by_role("link", name="Gaps").first.click()
    other.locator("h2", has_text="Gaps in Ropewalk").wait_for()
    at_rest(other)
    assert "when=Fri" in other.url and "area=X" in other.url


def test_what_an_address_asks_in_vain_is_said(app, visit):
    page = visit().page
    page.goto(app.url(data="demo", area="nowhere", as_of="yesterday", when="tea"))
    drawn(page)
    for text in ("“nowhere”", "“yesterday”", "“tea”"):
        assert page.get_by_text(text).count() == 1


def test_a_click_on_a_node_goes_there(app, visit):
    page = visit().page
    page.goto(app.url("network", data="demo"))
    drawn(page, ".landscape-network")
    page.wait_for_timeout(500)
    spot = page.evaluate("""() => {
      const e = document.querySelector('.landscape-network'), n = e.network, box = e.getBoundingClientRect()
      const leaf = id => n.getConnectedNodes(id).length === 1 && n.getConnectedEdges(id).length === 1
      const id = Object.keys(n.body.nodes).find(leaf)
      const p = n.canvasToDOM(n.getPosition(id))
      return {x: box.left + p.x, y: box.top + p.y, title: n.body.nodes[id].options.title.textContent.split('\\n')[0]}
    }""")
    page.mouse.click(spot["x"], spot["y"])
    page.wait_for_function(
        "name => document.querySelector('.landscape-network').ariaLabel.includes(name)", arg=spot["title"]
    )


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(
    "part", ["Need and availability", "Unmet need", "Within reach", "Deprivation and groups", "Spend"]
)
def test_every_part_of_need_is_drawn(app, visit, part, width):
    page = visit(width, 900).page
    page.goto(app.url("need", data="demo", need_part=part))
    drawn(page, ".landscape-map" if part == "Within reach" else ".landscape-chart")
    assert page.get_by_text("because of a fault").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert barriers(page) == []
    keep(page, f"need-{part.replace(' ', '-').lower()}-{width}")


def test_a_click_on_a_point_of_a_chart_chooses_the_ward(app, visit):
    page = visit().page
    page.goto(app.url("need", data="demo"))
    drawn(page, ".landscape-chart")
    # The points of the first group, high need and low availability, are those of the first trace.
    spot = page.evaluate("""() => {
      const e = document.querySelector('.landscape-chart'), {xaxis: x, yaxis: y} = e._fullLayout
      const box = e.getBoundingClientRect(), trace = e.data[0]
      return {x: box.left + x._offset + x.d2p(trace.x[0]), y: box.top + y._offset + y.d2p(trace.y[0]),
              name: trace.hovertext[0].split('<br>')[0]}
    }""")
    page.mouse.move(spot["x"], spot["y"])
    page.wait_for_timeout(300)
    page.mouse.click(spot["x"], spot["y"])
    page.locator("h2", has_text=f"Need and fairness in {spot['name']}").wait_for()
    at_rest(page)
    assert page.get_by_text(f"{spot['name']} is ringed").count() == 1


def test_hostile_text_stays_text_on_every_page(app, visit):
    found = visit()
    page = found.page
    for path in [*PAGES, *WORDS]:
        page.goto(app.url(path, data="own"))
        settled(page, path, "Your data")
        assert page.get_by_text(EVIL[:40], exact=False).count() >= (path in ("", "gaps")), path
        assert page.evaluate("window.canary") is None
        assert page.locator("img[src*='evil'], img[src='x']").count() == 0
        keep(page, f"hostile-{path or 'landscape'}")


def test_hostile_text_stays_text_in_a_profile(app, visit):
    page = visit().page
    page.goto(app.url(data="own"))
    drawn(page)
    page.wait_for_timeout(1500)
    mark = page.evaluate(MARK)
    page.mouse.move(mark["x"], mark["y"])
    page.wait_for_timeout(800)  # the hover text is drawn
    page.mouse.click(mark["x"], mark["y"])
    page.get_by_role("button", name="Back to the area").wait_for()
    at_rest(page)
    assert page.evaluate("window.canary") is None
    assert page.locator("img[src*='evil'], img[src='x']").count() == 0


def test_a_folder_is_checked_and_loaded_from_the_page(app, visit, tmp_path):
    folder = hostile_package(tmp_path / "second")
    with (folder / "guardians.csv").open("a") as file:
        file.write("g2,Two,no such sector,pub,0.05,50.05,,,\n")
    page = visit().page
    page.goto(app.url("data", data="own", data_part="Load"))
    page.get_by_label("Folder or file on this computer").fill(str(folder))
    page.get_by_label("Folder or file on this computer").press("Tab")
    at_rest(page)
    page.get_by_role("button", name="Check first").click()
    page.get_by_text("Checked; nothing was written").wait_for()
    page.get_by_role("button", name="Load", exact=True).click()
    page.get_by_text("Loaded", exact=True).first.wait_for()
    at_rest(page)
    keep(page, "data-report")
    assert page.get_by_role("button", name="Download the report (JSON)").count() == 1


def test_a_filter_leads_to_a_file_and_a_card_by_keyboard_alone(app, visit):
    page = visit().page
    page.goto(app.url("services", data="demo"))
    times = drawn(page)
    tab_to(page, "Language")
    page.keyboard.type("Arabic")
    page.get_by_role("option", name="Arabic").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text(" services fit.").wait_for()
    drawn(page, more_than=times)
    assert "language=Arabic" in page.url
    fits = int(page.get_by_text(" services fit.").inner_text().split()[0])
    may = int(page.get_by_text(re.compile("^List the")).inner_text().split()[2])

    tab_to(page, "Download CSV")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    rows = list(csv.DictReader(download.value.path().open(encoding="utf-8-sig")))
    assert len(rows) == fits + may
    assert [row["Fits"] for row in rows].count("yes") == fits
    assert all("Arabic" in row["Languages"] for row in rows if row["Fits"] == "yes")

    tab_to(page, "Service")
    page.keyboard.type(rows[0]["Name"])
    page.get_by_role("option", name=rows[0]["Name"]).first.wait_for()
    page.keyboard.press("Enter")
    page.locator("h2", has_text=rows[0]["Name"]).wait_for()
    at_rest(page)
    assert page.get_by_text("Where this comes from").count() == 1
    keep(page, "services-card")


def tab_to(page, name: str, most: int = 120) -> None:
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
