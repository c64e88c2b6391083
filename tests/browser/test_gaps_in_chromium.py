"""Gaps, as a person uses it: from opening to a file whose rows say what was said of them, with a keyboard alone."""

from __future__ import annotations

import csv
import io

import pytest
from browser_help import at_rest, barriers, drawn, keep, tab_to

TEAM, REASON = "Youth work, north", "The detached team begins in May."


def opened(visit, url: str, width: int = 1280, **options):
    page = visit(width, **options).page
    page.goto(url)
    drawn(page)
    return page


def said(page) -> str:
    return page.locator("[data-testid=stMain]").inner_text()


def wait_for(page, text: str) -> None:
    page.get_by_text(text).first.wait_for()
    at_rest(page)


def tab_on(page, text: str) -> None:
    """Press the tabulator until what has the focus, or its label, ends with this text."""
    focused = "() => { const e = document.activeElement; return (e.closest('label') ?? e).innerText?.trim() ?? '' }"
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate(focused).endswith(text):
            return
    pytest.fail(f"{text} is not reached by keyboard")


def test_by_keyboard_alone_a_gap_is_found_given_a_status_taken_away_as_a_file_and_undone(app, visit):
    page = opened(visit, app.url("gaps", data="demo"))

    tab_to(page, "Kind")
    page.keyboard.type("Review")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.wait_for_url("**gap_kind=Review+overdue**")
    page.get_by_text("Who is present?").wait_for(state="detached")
    at_rest(page)

    first = page.locator("[class*=st-key-first_gap] button").first.inner_text()
    tab_to(page, first)
    page.keyboard.press("Enter")
    page.wait_for_url("**gap=gap**")
    at_rest(page)

    tab_on(page, "Say what it is")
    page.keyboard.press("Enter")
    tab_to(page, "Your team")
    page.keyboard.type(TEAM)
    page.keyboard.press("Tab")
    at_rest(page)
    tab_on(page, "Open")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    tab_to(page, "Because")
    page.keyboard.type(REASON)
    tab_to(page, "Save")
    page.keyboard.press("Enter")
    wait_for(page, f"Being acted on · {TEAM}")

    tab_to(page, "Download CSV")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert {row["question"] for row in rows} == {"What is about to end?"}
    (row,) = [row for row in rows if row["status"] != "no status yet"]
    assert (row["status"], row["status reason"], row["status team"]) == ("being acted on", REASON, TEAM)
    assert first.replace("\u2060", "").endswith(row["gap"])

    tab_to(page, "Take back the last change")
    page.keyboard.press("Enter")
    wait_for(page, "the last change taken back")
    assert "No status yet" in said(page)
    assert f"{TEAM}: being acted on — {REASON}" in said(page)


def test_what_is_said_to_be_no_gap_leaves_the_list_and_stands_there_for_another_person(app, visit):
    page = opened(visit, app.url("gaps", data="demo", gap_kind="Training lapses"))
    first = page.locator("[class*=st-key-first_gap] button").first
    name = first.inner_text()
    first.click()
    page.wait_for_url("**gap=gap**")
    page.get_by_text("Say what it is").click()
    page.get_by_role("textbox", name="Your team").fill(TEAM)
    page.keyboard.press("Tab")
    at_rest(page)
    page.get_by_text("Not a gap", exact=True).click()
    page.get_by_role("textbox", name="Because").fill("Ring Mrs Miggins on 0161 496 0000.")
    page.get_by_role("button", name="Save").click()
    wait_for(page, "nothing was kept")
    assert "0161" not in said(page)
    page.get_by_role("textbox", name="Because").fill("Trained again in October.")
    page.keyboard.press("Tab")
    at_rest(page)
    page.get_by_role("button", name="Save").click()
    wait_for(page, f"Not a gap · {TEAM}")
    assert "The filters leave this gap out of the list." in said(page)
    assert "1 left out by the filter Status." in said(page)

    other = opened(visit, page.url)
    assert f"Not a gap · {TEAM}" in said(other)
    assert not other.get_by_role("button", name=name, exact=True).count()
    other.get_by_role("button", name="Show them too").click()
    other.wait_for_url("**gap_status=all**")

    publishable = opened(visit, app.url("gaps", data="demo"))
    with publishable.expect_download() as download:
        publishable.get_by_role("button", name="CSV to publish").click()
    assert "Trained again" not in download.value.path().read_text("utf-8-sig")


def test_what_to_find_out_comes_as_a_table_to_fill_in_and_a_way_to_load_it(app, visit):
    page = opened(visit, app.url("gaps", data="demo", list="Find out"))
    task = page.locator("[class*=st-key-fill_engagement]")
    with page.expect_download() as download:
        task.get_by_role("button", name="Rows to fill in").click()
    assert download.value.suggested_filename == "guardians.csv"
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert f"No engagement recorded for {len(rows):,} venues" in said(page)
    assert {row["stage"] for row in rows} == {""} and all(row["id"].startswith("guardian:") for row in rows)
    page.get_by_role("link", name="Load it on Data").first.click()
    page.get_by_role("textbox", name="Folder or file on this computer").wait_for()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
@pytest.mark.parametrize("held", ["Needs action", "Find out"])
def test_both_lists_and_a_gap_in_full_are_without_barriers(app, visit, held, width, scheme):
    page = opened(visit, app.url("gaps", data="demo", list=held, when="Fri 20:00"), width, color_scheme=scheme)
    page.get_by_text("Say what it is").click()
    at_rest(page)
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")
    keep(page, f"gaps-{held}-{width}-{scheme}")
