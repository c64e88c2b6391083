"""Network, as a person uses it: open, click, go back, ask what if, take the diagram away; and by keyboard alone."""

from __future__ import annotations

import csv

import networkx as nx
import pytest
from browser_help import at_rest, barriers, drawn, keep

DIAGRAM = ".landscape-network"
# A node with one link, where it stands on the screen, and its name.
LEAF = """() => {
  const e = document.querySelector('.landscape-network'), n = e.network, box = e.getBoundingClientRect()
  const leaf = id => n.getConnectedNodes(id).length === 1 && n.getConnectedEdges(id).length === 1
  const id = Object.keys(n.body.nodes).find(leaf)
  const p = n.canvasToDOM(n.getPosition(id))
  return {x: box.left + p.x, y: box.top + p.y, name: n.body.nodes[id].options.title.textContent.split('\\n')[0]}
}"""
# The middle of the link of that node.
MIDDLE = """() => {
  const e = document.querySelector('.landscape-network'), n = e.network, box = e.getBoundingClientRect()
  const leaf = id => n.getConnectedNodes(id).length === 1 && n.getConnectedEdges(id).length === 1
  const id = Object.keys(n.body.nodes).find(leaf)
  const [a, b] = [n.getPosition(id), n.getPosition(n.getConnectedNodes(id)[0])]
  const p = n.canvasToDOM({x: 0.6 * a.x + 0.4 * b.x, y: 0.6 * a.y + 0.4 * b.y})
  return {x: box.left + p.x, y: box.top + p.y}
}"""


def opened(visit, app, **address):
    page = visit(1280, 1000).page
    page.goto(app.url("network", data="demo", **address))
    drawn(page, DIAGRAM)
    page.wait_for_timeout(500)
    return page


def around(page) -> str:
    return page.locator(DIAGRAM).get_attribute("aria-label")


def test_a_click_goes_there_and_going_back_comes_back(app, visit):
    page = opened(visit, app)
    first, times = around(page), int(page.eval_on_selector(DIAGRAM, "e => e.dataset.drawn"))
    leaf = page.evaluate(LEAF)
    page.mouse.click(leaf["x"], leaf["y"])
    drawn(page, DIAGRAM, more_than=times)
    assert leaf["name"] in around(page)
    assert page.locator("h2", has_text=leaf["name"]).count() == 1  # its facts stand beside
    assert "around=" in page.url
    page.go_back()
    page.wait_for_function("told => document.querySelector('.landscape-network').ariaLabel === told", arg=first)
    at_rest(page)
    assert page.get_by_text("because of a fault").count() == 0


def test_a_click_on_a_line_tells_of_the_link_and_asks_what_if_it_goes(app, visit):
    page = opened(visit, app)
    middle = page.evaluate(MIDDLE)
    page.mouse.click(middle["x"], middle["y"])
    page.get_by_role("button", name="What if this link goes?").click()
    page.get_by_text("Without", exact=False).first.wait_for()
    page.locator(".ls-line", has_text="Without ").wait_for()
    at_rest(page)
    assert "without=link" in page.url
    keep(page, "network-link-goes")


def test_what_if_says_what_is_lost_and_hands_over_the_rows(app, visit):
    page = opened(visit, app, show="What if one goes", without="org:tideline-youth")
    page.get_by_text("Without Tideline Youth Trust:").wait_for()
    at_rest(page)
    said = page.get_by_text("Without Tideline Youth Trust:").inner_text()
    assert "6 services end" in said and "41 partners lose touch with the rest" in said
    assert barriers(page) == []
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").first.click()
    rows = list(csv.DictReader(download.value.path().open(encoding="utf-8-sig")))
    assert sum(row["kind"] == "service" for row in rows) == 6


def test_the_diagram_opens_from_disk_with_nothing_beside_it(app, visit, browser, tmp_path):
    page = opened(visit, app)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the diagram (HTML)").click()
    file = tmp_path / "network.html"
    download.value.save_as(file)
    context = browser.new_context(offline=True)
    alone, asked, complained = context.new_page(), [], []
    alone.on("request", lambda request: asked.append(request.url))
    alone.on("console", lambda message: complained.append(message.text) if message.type == "error" else None)
    alone.on("pageerror", lambda error: complained.append(str(error)))
    alone.goto(file.as_uri())
    alone.wait_for_function("() => document.querySelector('#mynetwork canvas')")
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert complained == []
    assert alone.get_by_text("Declared, nobody was asked").count() == 1
    assert alone.locator("h1, h2, select, button").count() == 0
    alone.screenshot(path=keep(page, "network").with_name("network-from-disk.png"))
    context.close()


def test_the_graph_file_has_the_links_that_are_drawn(app, visit):
    page = opened(visit, app)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download GraphML").click()
    graph = nx.read_graphml(download.value.path(), force_multigraph=True)
    shown = page.get_by_role("tab", name="Links (").inner_text()
    assert graph.number_of_edges() == int(shown.strip("Links ()").replace(",", ""))


def test_the_network_lies_on_the_map_and_says_what_does_not(app, visit):
    page = visit().page
    page.goto(app.url("network", data="demo", scope="area", view="On the map"))
    drawn(page, ".landscape-map")
    said = page.get_by_text("drawn between places").inner_text()
    assert "without a place" in page.locator(".ls-line", has_text=said).inner_text()
    assert barriers(page) == []
    keep(page, "network-on-the-map")


@pytest.mark.parametrize(
    "section",
    ["Declared and perceived", "Measures", "Shared contexts", "Communities", "Single points", "What ends when",
     "Forums", "Pathway roles"],
)  # fmt: skip
def test_every_section_is_drawn(app, visit, section):
    page = visit(390, 844).page
    page.goto(app.url("network", data="demo", show=section))
    drawn(page, DIAGRAM)
    assert page.get_by_text("because of a fault").count() == 0
    assert page.get_by_test_id("stDataFrame").count() >= 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert barriers(page) == []
    keep(page, f"network-{section.replace(' ', '-').lower()}-390")


def test_from_all_of_the_area_to_what_if_by_keyboard_alone(app, visit):
    page = opened(visit, app)
    tab_to(page, "All of the area")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('.landscape-network')?.ariaLabel.includes('of Quayford;')")
    at_rest(page)
    assert "scope=area" in page.url
    tab_to(page, "What if one goes")
    page.keyboard.press("Enter")
    page.locator(".ls-line", has_text="Without ").wait_for()
    at_rest(page)
    tab_to(page, "Without")
    page.keyboard.type("Turnpike")
    page.get_by_role("option", name="Turnpike Exploitation Support").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("Without Turnpike Exploitation Support:").wait_for()
    at_rest(page)
    assert "without=org" in page.url


def tab_to(page, name: str, most: int = 150) -> None:
    """Press the tabulator, or an arrow within a group of choices, until the control of this name has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if focused(page) == name:
            return
        if page.evaluate("() => ['radio', 'tab'].includes(document.activeElement.getAttribute('role'))"):
            for _ in range(12):
                page.keyboard.press("ArrowRight")
                if focused(page) == name:
                    return
    pytest.fail(f"{name} is not reached by keyboard")


def focused(page) -> str:
    return page.evaluate("() => (e => e.ariaLabel || e.innerText?.trim() || '')(document.activeElement)")
