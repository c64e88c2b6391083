"""Does somebody get from opening a page to a file that says what the page says? By mouse, and by keyboard alone."""

from __future__ import annotations

import csv
import io
import re

import pyarrow.parquet as pq
from browser_help import at_full_height, at_rest, choose_part, drawn, keep, shown, tab_to


def rows_of(download) -> list[dict[str, str]]:
    """Return the rows of a CSV that was downloaded."""
    return list(csv.DictReader(download.value.path().open(encoding="utf-8-sig", newline="")))


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


def test_a_question_is_asked_and_taken_away_by_keyboard_alone(app, visit):
    page = visit().page
    shown(page, app.url("query", data="demo"), "query")
    tab_to(page, "Question")
    page.keyboard.type("C7:")
    page.get_by_role("option", name="C7:").wait_for()
    page.keyboard.press("Enter")
    at_rest(page)
    tab_to(page, "Months")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("24")
    tab_to(page, "Ask")
    page.keyboard.press("Enter")
    page.wait_for_timeout(400)
    at_rest(page)
    count = int(re.search(r"\d+", page.get_by_role("tab", name="Table").inner_text())[0])

    tab_to(page, "Download CSV")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    rows = rows_of(download)
    assert len(rows) == count > 0
    tab_to(page, "Download Parquet")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert pq.read_table(io.BytesIO(download.value.path().read_bytes())).num_rows == count
    assert "query=C7" in page.url


def test_need_leads_to_what_cannot_be_served_and_to_its_rows(app, visit):
    page = visit().page
    shown(page, app.url("need", data="demo"), "need")
    assert re.search(r"[\d,]+ of [\d,]+", page.get_by_test_id("stMain").inner_text())
    choose_part(page, "radio", "Unmet need")
    drawn(page, ".landscape-chart")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").first.click()
    rows = rows_of(download)
    assert len(rows) > 1
    at_full_height(page, 1280)  # a table is drawn when it comes into view
    assert int(page.locator("[role=grid]").first.get_attribute("aria-rowcount")) == len(rows) + 1


def test_methods_leads_from_a_word_to_the_method_and_what_to_cite(app, visit):
    page = visit().page
    shown(page, app.url("methods"), "methods")
    page.get_by_label("Search", exact=True).fill("waits")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=re.compile("^Methods \\(")).wait_for()
    at_rest(page)
    found = page.locator("[class*='st-key-found_'] button").first
    name = found.inner_text().removeprefix("Method: ")
    found.click()
    page.locator("h2", has_text=name).wait_for()
    at_rest(page)
    assert page.get_by_text("Cite this").count() == 1
    choose_part(page, "radio", "The words")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    assert {"List", "Code", "Word", "Meaning"} <= rows_of(download)[0].keys()
