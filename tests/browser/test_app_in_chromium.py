"""What does a person see in a browser, and does the app stay as they left it?"""

from __future__ import annotations

import pytest
from browser_help import MARK, ZOOM, at_rest, drawn


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
