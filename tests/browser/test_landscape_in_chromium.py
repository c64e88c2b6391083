"""The main tasks of the Landscape page, from opening it to the file: compare, find, make an area, share."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from browser_help import at_rest, barriers, drawn, keep

OWN_MAP = ".st-key-own_area_map .landscape-map"


def typed(page, name: str, text: str) -> None:
    page.get_by_role("textbox", name=name, exact=True).fill(text)
    page.keyboard.press("Enter")
    at_rest(page)


def opened(visit, app, **address: str):
    page = visit().page
    page.goto(app.url(**address))
    drawn(page)
    return page


def told(page, fact: str) -> int:
    return int(page.locator("dt", has_text=fact).last.locator("+ dd").inner_text().replace(",", ""))


def download(page, name: str) -> list[dict[str, str]]:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=name).first.click()
    return list(csv.DictReader(io.StringIO(Path(waiting.value.path()).read_text("utf-8-sig"))))


def test_a_ward_is_compared_with_its_borough_down_to_the_file(app, visit):
    page = opened(visit, app, data="demo")
    typed(page, "Area of a postcode", "qx1 3ad")
    page.locator("h2", has_text="Northern Quay").first.wait_for()
    at_rest(page)
    page.get_by_role("combobox", name="Compare with").click()
    page.keyboard.type("holds this area")
    page.keyboard.press("Enter")
    page.locator("h3", has_text="Northern Quay beside Quayford").wait_for()
    at_rest(page)
    assert "compare=X08000001" in page.url
    rows = download(page, "Download CSV")
    of = {row["side"]: row for row in rows if row["fact"] == "Services"}
    assert set(of) == {"Northern Quay", "Quayford"}
    assert 0 < int(float(of["Northern Quay"]["value"])) < int(float(of["Quayford"]["value"]))
    assert barriers(page) == []


def test_a_shared_address_shows_a_fresh_browser_the_same(app, visit):
    page = opened(visit, app, data="demo", area="X08000001", when="Fri 20:00", compare="programme:hospitality-pilot")
    page.get_by_text("Share this view").click()
    shared = page.locator("code", has_text="compare=").first.inner_text()
    again = visit().page
    again.goto(shared)
    drawn(again)
    for each in (page, again):
        assert each.locator("h3", has_text="Quayford beside Quayside and Ropewalk Hospitality Pilot").count() == 1
        assert each.get_by_text("Fri 20:00").first.is_visible()


def test_an_organisation_is_found_and_tells_what_it_runs_and_where(app, visit):
    page = opened(visit, app, data="demo")
    typed(page, "Find", "late bite group")
    page.get_by_role("button", name="Late Bite Group · organisation").click()
    for section in ("Runs", "Where"):
        page.locator("h3", has_text=section).first.wait_for()


def test_a_click_takes_an_area_in_and_out(app, visit):
    page = opened(visit, app, data="demo")
    page.get_by_text("Make an area of your own, such as a pilot").click()
    drawn(page, OWN_MAP)
    page.locator(OWN_MAP).scroll_into_view_if_needed()
    page.wait_for_timeout(1500)
    box = page.locator(OWN_MAP).bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.48, box["y"] + box["height"] * 0.72)
    page.wait_for_timeout(300)
    page.mouse.click(box["x"] + box["width"] * 0.48, box["y"] + box["height"] * 0.72)
    page.locator("h3", has_text="What it holds").wait_for()
    at_rest(page)
    assert page.get_by_role("button", name="Keep this area").is_disabled()


def test_an_area_is_drawn_kept_renamed_and_removed(app, visit):
    page = opened(visit, app, data="own")
    page.get_by_text("Make an area of your own, such as a pilot").click()
    page.get_by_text("Draw", exact=True).click()
    page.locator(".landscape-sketching").wait_for()
    page.wait_for_timeout(1500)
    page.locator(".landscape-sketching").scroll_into_view_if_needed()
    box = page.locator(".landscape-sketching").bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for x, y in ((-90, -90), (90, -90), (90, 90), (-90, 90)):
        page.mouse.click(middle[0] + x, middle[1] + y)
        page.wait_for_timeout(400)
    page.get_by_role("button", name="Done").click()
    page.locator("h3", has_text="What it holds").wait_for()
    held = told(page, "Guardians")
    typed(page, "Name of the area", "Friday pilot")
    typed(page, "Your team", "Youth work, north")
    keep(page, "landscape-own-area-1280")
    assert barriers(page) == []
    page.get_by_role("button", name="Keep this area").click()
    page.get_by_role("button", name="Look at Friday pilot").click()
    page.locator("h2", has_text="Friday pilot").first.wait_for()
    assert "area=friday-pilot" in page.url
    at_rest(page)
    # What was stored before lies in it now; the profile counts the places without a point as well.
    assert 0 < held <= told(page, "Places known")

    page.get_by_text("Rename or remove this area").click()
    at_rest(page)
    typed(page, "New name", "Saturday pilot")
    page.get_by_role("button", name="Rename", exact=True).click()
    page.locator("h2", has_text="Saturday pilot").first.wait_for()
    at_rest(page)
    page.get_by_text("Rename or remove this area").click()
    at_rest(page)
    page.get_by_text("Remove it from today on").click()
    at_rest(page)
    page.get_by_role("button", name="Remove", exact=True).click()
    page.get_by_text("Saturday pilot is removed.").wait_for()
    at_rest(page)
    assert "area=" not in page.url


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_is_kept_as_a_picture(app, visit, width):
    page = visit(width=width).page
    page.goto(app.url(data="demo", compare="programme:hospitality-pilot", find="QX1 3AD"))
    drawn(page)
    page.get_by_text("QX1 3AD is on the map, ringed. It lies in Northern Quay").wait_for()
    keep(page, f"landscape-compare-{width}")
    assert barriers(page) == []
