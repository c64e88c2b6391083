"""Data, as a person uses it: taking a file away, backing up and restoring, and two records that are one thing."""

from __future__ import annotations

import zipfile

import pytest
from browser_help import at_rest, barriers, keep

PARTS = ("Identity", "Snapshots", "Exports", "Backup")


def opened(app, visit, part: str, data: str = "demo", width: int = 1280, **options):
    page = visit(width, **options).page
    page.goto(app.url("data", data=data, data_part=part))
    page.locator("[data-testid=stMain] h3").first.wait_for()
    at_rest(page)
    return page


def test_a_publishable_package_is_made_and_downloaded(app, visit, tmp_path):
    page = opened(app, visit, "Exports")
    page.get_by_role("button", name="Make the file").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the file").click()
    name = download.value.suggested_filename
    assert name == "landscape-X08000001-publishable.zip"
    download.value.save_as(tmp_path / name)
    with zipfile.ZipFile(tmp_path / name) as package:
        assert {"datapackage.json", "ATTRIBUTION.txt", "services.csv", "links.csv"} <= set(package.namelist())
        assert b"confidential" not in package.read("guardians.csv")
    assert "landscape export --format package" in page.locator("[data-testid=stMain]").inner_text()


def test_by_keyboard_alone_a_backup_is_made_and_restored(app, visit, tmp_path):
    page = opened(app, visit, "Backup", data="own")
    tab_to(page, "Back up")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Download the backup").wait_for()
    at_rest(page)
    tab_to(page, "Download the backup")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)

    tab_to(page, "Backup file on this computer")
    page.keyboard.type(str(path))
    page.keyboard.press("Tab")
    at_rest(page)
    tab_to(page, "Look into it")
    page.keyboard.press("Enter")
    page.get_by_text("Yes, put this in the place of what is loaded").wait_for()
    at_rest(page)
    assert "Changes by people" in page.locator("[data-testid=stMain]").inner_text()
    tab_to(page, "Yes, put this in the place of what is loaded")
    page.keyboard.press("Space")
    at_rest(page)
    tab_to(page, "Restore")
    page.keyboard.press("Enter")
    page.get_by_text("Restored:").wait_for()


def test_a_broken_file_is_one_sentence_and_nothing_changes(app, visit, tmp_path):
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\x03\x04 nothing")
    page = opened(app, visit, "Backup", data="own")
    page.locator("input[type=file]").set_input_files(broken)
    at_rest(page)
    page.get_by_role("button", name="Look into it").click()
    told = page.locator("[data-testid=stAlert]").filter(has_text="not a backup of this program")
    told.wait_for()
    assert told.inner_text() == "broken.zip is not a backup of this program, or not whole. Nothing was changed."
    assert not page.get_by_role("button", name="Restore", exact=True).count()


def test_two_records_are_made_one_and_that_is_taken_back(app, visit):
    page = opened(app, visit, "Identity")
    page.get_by_text("Tideline Youth Trust / Tideline Youth Project").wait_for()
    page.get_by_role("textbox", name="Your team").fill("Youth team")
    page.get_by_role("textbox", name="Your team").press("Tab")
    at_rest(page)
    page.get_by_role("button", name="The same", exact=True).first.click()
    page.get_by_text("Youth team said so").wait_for()
    at_rest(page)
    page.locator("[data-testid=stButtonGroup] button").filter(has_text="The same").first.click()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("what was said last is taken back").wait_for()
    at_rest(page)
    page.goto(app.url("data", data="demo", data_part="Backup"))
    page.get_by_text("2 changes, the last first").wait_for()


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_every_part_is_without_barriers(app, visit, part, width, scheme):
    page = opened(app, visit, part, width=width, color_scheme=scheme)
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")
    keep(page, f"data-{part.lower()}-{width}-{scheme}")


def tab_to(page, label: str, most: int = 80) -> None:
    """Press Tab until what has the focus carries this label."""
    focused = (
        "() => { const e = document.activeElement; const l = e.closest('label') ?? e;"
        "return (e.getAttribute('aria-label') || l.innerText || '').trim() }"
    )
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(focused) == label:
            return
    pytest.fail(f"Tab never came to “{label}”")
