"""Does hostile text in any field stay text on every part of every page, in every file, and in a diagram on disk?"""

from __future__ import annotations

import csv
import io
import re

import pytest
from browser_help import MARK, PAGES, at_rest, each_part, picture, shown
from hostile import TEXTS, hostile_package

# What text that was taken for more than text would leave behind.
TAKEN = """() => {
  const found = [], all = selector => [...document.querySelectorAll(selector)]
  if (window.canary !== undefined) found.push('a script ran')
  for (const e of all('*')) for (const {name, value} of e.attributes)
    if (name.startsWith('on') || (['href', 'src'].includes(name) && /evil\\.example|^javascript:|^x$/.test(value)))
      found.push(`${e.tagName} ${name}=${value}`)
  for (const e of all('b, i, strong, em, a, span, code, mark, svg text')) {
    if (/^canary(bold|strong|link|red|blue)$/.test(e.textContent.trim())) found.push(`markup: ${e.outerHTML}`)
    if (e.dataset.testid === 'stIconMaterial' && e.textContent === 'skull') found.push('an icon')
  }
  if (all('.katex').length) found.push('a formula was set')
  const text = document.body.innerText.replaceAll('\\u2060', '')
  for (const wrong of ['\\u{1F480}', 'AT&amp;T', 'AT&T & ', '&amp;lt;']) if (text.includes(wrong)) found.push(wrong)
  return found
}"""
# A few letters of each text by which it is known again, in whatever way it is cut.
FIRST_LETTERS = {
    name: re.sub(r"[\x00-\x1f\x7f\x85\u2028\ufeff]", " ", text).strip()[:6] for name, text in TEXTS.items()
}
LEAST_SEEN = {"": 8, "gaps": 8, "services": 8, "network": 4, "need": 1, "query": 1, "data": 4, "methods": 0}
FORMULA = re.compile(r"\s*[=+@\t\r-]")
NUMBER = re.compile(r"-?\d+([.,]\d+)*")


@pytest.mark.parametrize("path", PAGES)
def test_on_every_part_of_every_page_in_select_boxes_and_in_files(app, visit, path):
    page = visit().page
    shown(page, app.url(path, data="own"), path)
    found: list[str] = []
    seen: set[str] = set()
    for part in each_part(page, leave_out=frozenset({"Hops"})):
        open_all(page)
        text = page.evaluate("document.body.textContent").replace("\u2060", "")
        seen |= {name for name, letters in FIRST_LETTERS.items() if letters in text}
        found += [f"{part}: {each}" for each in (*taken(page), *formulas(page))]
    found += [f"select box: {each}" for each in in_select_boxes(page)]
    picture(page, f"hostile-{path or 'landscape'}")
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(300)
    found += [f"at 390 pixels: {each}" for each in wider_than(page, 390)]
    picture(page, f"hostile-{path or 'landscape'}-390")
    assert found == []
    assert len(seen) >= LEAST_SEEN[path], seen


def taken(page) -> list[str]:
    """Return what shows that a text was taken for more than text, or that a part could not be shown."""
    faults = page.get_by_text("because of a fault").count() + page.get_by_test_id("stException").count()
    return [*page.evaluate(TAKEN), *["a part could not be shown"] * faults, *wider_than(page, 1280)]


def wider_than(page, width: int) -> list[str]:
    """Return whether the page is wider than its window."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [f"{wide} pixels wide"] if wide > width else []


def open_all(page) -> None:
    """Open every expander of the page."""
    for _ in range(3):
        closed = page.locator("[data-testid=stMain] details:not([open]) > summary:visible")
        if not closed.count():
            return
        for summary in closed.all()[::-1]:
            summary.click()
        page.wait_for_timeout(200)
        at_rest(page)


def formulas(page) -> list[str]:
    """Download every CSV the page offers; return the cells that a spreadsheet would run."""
    found = []
    for button in page.get_by_role("button", name=re.compile("^Download CSV")).all():
        if button.is_visible() and button.is_enabled():
            with page.expect_download() as download:
                button.click()
            rows = csv.reader(io.StringIO(download.value.path().read_text("utf-8-sig")))
            found += [cell for row in rows for cell in row if FORMULA.match(cell) and not NUMBER.fullmatch(cell)]
    return found


def in_select_boxes(page) -> list[str]:
    """Open every select box in turn; return what shows that an option was taken for more than text."""
    found = []
    for box in page.locator(":is([data-testid=stSelectbox], [data-testid=stMultiSelect]) input:visible").all():
        if box.is_enabled():
            box.click()
            page.wait_for_timeout(200)
            found += page.evaluate(TAKEN)
            page.keyboard.press("Escape")
    return found


@pytest.mark.parametrize("text", ["script", "image", "directives", "long"])
def test_in_the_card_of_a_service_and_in_the_profile_of_a_place(app, visit, text):
    page = visit().page
    shown(page, app.url("services", data="own"), "services")
    box = page.get_by_test_id("stMain").get_by_label("Service", exact=True)
    box.click()
    box.fill(FIRST_LETTERS[text])
    page.get_by_role("option").first.wait_for()
    box.press("Enter")
    page.get_by_text("Where this comes from").wait_for()
    read(page, FIRST_LETTERS[text])
    shown(page, app.url("", data="own"), "")
    page.get_by_label("Find", exact=True).fill(FIRST_LETTERS[text])
    page.keyboard.press("Enter")
    page.locator("[class*='st-key-found_'] button").first.click()
    page.get_by_role("button", name="Back to the area").wait_for()
    read(page, FIRST_LETTERS[text])


def read(page, text: str) -> None:
    """Look at all that stands there now: the text does, and as text."""
    at_rest(page)
    open_all(page)
    assert text in page.get_by_test_id("stMain").inner_text().replace("\u2060", "")
    assert taken(page) == []


def test_in_what_is_said_of_a_mark_under_the_pointer(app, visit):
    page = visit().page
    shown(page, app.url(data="own"), "")
    page.wait_for_timeout(1000)
    mark = page.evaluate(MARK)
    page.mouse.move(mark["x"], mark["y"])
    page.locator(".hoverlayer text").first.wait_for()
    assert taken(page) == []
    page.mouse.click(mark["x"], mark["y"])
    page.get_by_role("button", name="Back to the area").wait_for()
    at_rest(page)
    assert taken(page) == []


def test_in_a_diagram_opened_from_disk(app, visit, tmp_path):
    page = visit().page
    shown(page, app.url("network", data="own"), "network")
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("^Download the diagram")).first.click()
    download.value.save_as(tmp_path / "network.html")
    alone = visit(offline=True)
    other = alone.page
    other.goto((tmp_path / "network.html").as_uri())
    assert alone.foreign == [other.url]  # it asks for nothing but itself
    alone.foreign.clear()
    other.locator("canvas").first.wait_for()
    other.wait_for_timeout(1000)
    assert other.evaluate("window.canary") is None
    assert other.evaluate("document.querySelectorAll('[onerror], [onload], img').length") == 0
    spot = other.evaluate("""() => { const p = network.canvasToDOM(network.getPosition(network.body.nodeIndices[0]))
      const box = document.querySelector('canvas').getBoundingClientRect()
      return {x: box.left + p.x, y: box.top + p.y} }""")
    other.mouse.move(spot["x"], spot["y"])
    other.locator(".vis-tooltip").wait_for()
    assert other.evaluate("window.canary") is None
    assert other.locator(".vis-tooltip :is(img, script, b, svg)").count() == 0


def test_in_the_report_of_a_load_from_the_page(app, visit, tmp_path):
    folder = hostile_package(tmp_path / "second <b>canarybold</b>")
    with (folder / "guardians.csv").open(newline="") as file:
        columns = next(csv.reader(file))
    bad = {"id": "g2", "name": "Two", "sector": "no such sector <img src=x onerror=window.canary=1>", "kind": "pub"}
    with (folder / "guardians.csv").open("a", newline="") as file:
        csv.DictWriter(file, columns).writerow(bad)
    page = visit().page
    page.goto(app.url("data", data="own", data_part="Load"))
    page.get_by_label("Folder or file on this computer").fill(str(folder))
    page.get_by_label("Folder or file on this computer").press("Tab")
    at_rest(page)
    page.get_by_role("button", name="Check first").click()
    page.get_by_text("Checked; nothing was written").wait_for()
    open_all(page)
    assert taken(page) == []
    page.get_by_role("button", name="Load", exact=True).click()
    page.get_by_text("Loaded", exact=True).first.wait_for()
    at_rest(page)
    open_all(page)
    assert taken(page) == []
    picture(page, "data-report")
    assert page.get_by_role("button", name="Download the report (JSON)").count() == 1
