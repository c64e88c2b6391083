"""Does the address of a page give another person the same view of it, in a fresh browser?"""

from __future__ import annotations

import pytest
from browser_help import PAGES, at_full_height, at_rest, choose, drawn, shown

# What a page shows: headings, what is chosen and written in its controls, how long its tables are.
VIEW = """() => {
  const main = document.querySelector('[data-testid=stMain]')
  const all = selector => [...main.querySelectorAll(selector)].filter(e => e.checkVisibility())
  return {headings: all('h2, h3').map(e => e.innerText),
    chosen: all('[role=radio][aria-checked=true], [data-testid=stMultiSelect] [role=row]').map(e => e.innerText.trim()),
    written: all('input').map(e => [e.ariaLabel, e.type === 'checkbox' ? e.checked : e.value]),
    rows: all('[role=grid]').map(e => e.ariaRowCount)}
}"""
# Of each page: the control, by its label, and what is chosen there; one page is opened at one of its parts.
CHOSEN = {
    "": [("Shade", "Young people")],
    "gaps": [("radio", "Find out")],
    "services": [("Language", "Arabic"), ("radio", "Age cliffs")],
    "network": [("radio", "2"), ("radio", "What ends when")],
    "need": [("radio", "Spend"), ("radio", "Lens")],
    "query": [("radio", "Researchers"), ("Question", "R3:")],
    "data": [("radio", "Completeness")],
    "methods": [("About", "Coverage")],
}


@pytest.mark.parametrize("path", PAGES)
def test_what_is_chosen_on_a_page_is_in_its_address(app, visit, path):
    page = visit().page
    shown(page, app.url(path, data="demo"), path)
    for control, value in CHOSEN[path]:
        if control == "radio":
            page.get_by_test_id("stMain").get_by_role("radio", name=value).first.click()
        else:
            box = page.get_by_test_id("stMain").get_by_label(control, exact=True)
            box.click()
            box.fill(value)
            page.get_by_role("option").first.wait_for()
            box.press("Enter")
        page.wait_for_timeout(400)
        at_rest(page)
    at_full_height(page, 1280)
    before, address = page.evaluate(VIEW), page.url
    assert address != app.url(path, data="demo")

    other = visit().page
    shown(other, address, "" if path == "" else path if path in ("gaps", "services", "query") else "a part")
    at_full_height(other, 1280)
    assert other.evaluate(VIEW) == before
    assert before["headings"]


def test_area_day_and_hour_go_with_an_address_and_from_page_to_page(app, visit):
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
