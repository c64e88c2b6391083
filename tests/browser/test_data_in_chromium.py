"""Data, as a person uses it who has a list of her own: from the file to the loaded report, its columns mapped."""

from __future__ import annotations

import json

import pytest
from browser_help import at_rest, barriers, keep

OFFER = """Project title,Where (postal code),What it is,Open,Ages from,Run by,Contact name,About
Night Owls,ZZ1 1AA,Mentoring,Mo-Fr 18:00-21:00,11,Example Trust,Jo Bloggs,free
Girls Space,ZZ1 1AB,Mentoring,by appointment,13,Bright CIC,Al Green,write to jo@example.org
Boxing,ZZ1 1AC,Counselling,Sa 10:00-12:00,10,Jane Smith,,
"""
PERSONAL = ("jo@example.org", "Jo Bloggs", "Jane Smith")


@pytest.fixture
def offer(tmp_path):
    path = tmp_path / "youth offer 2026-11.csv"
    path.write_text(OFFER, encoding="utf-8")
    return path


def opened(app, visit, width: int = 1280, **options):
    page = visit(width, **options).page
    page.goto(app.url("data", data="own", data_part="Load"))
    page.get_by_label("Folder or file on this computer").wait_for()
    at_rest(page)
    return page


def test_by_keyboard_alone_a_list_of_ones_own_is_mapped_checked_and_loaded(app, visit, offer, tmp_path):
    page = opened(app, visit)
    tab_to(page, "Folder or file on this computer")
    page.keyboard.type(str(offer))
    page.keyboard.press("Enter")
    page.get_by_text("1 file: 0 recognised, 1 not recognised.").wait_for()
    page.get_by_text("the sector of those who run it is not chosen").wait_for()
    at_rest(page)

    tab_to(page, "Sector of those who run it (needed)")
    page.keyboard.type("Volunt")
    page.keyboard.press("Enter")
    page.get_by_text("A value that looks personal is never shown or stored.").wait_for()
    at_rest(page)
    keep(page, "data-map-1280")

    tab_to(page, "Keep the map")
    page.keyboard.press("Enter")
    page.get_by_text("1 file: 1 recognised.").wait_for()
    at_rest(page)
    assert (app.settings.data_dir / "column_maps" / "youth-offer-2026-11.yaml").exists()

    tab_to(page, "Check first")
    page.keyboard.press("Enter")
    page.get_by_text("Checked; nothing was written").wait_for()
    at_rest(page)
    tab_to(page, "Load")
    page.keyboard.press("Enter")
    page.get_by_text("Loaded", exact=True).wait_for()
    at_rest(page)
    tab_to(page, "Download the report (JSON)")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    download.value.save_as(tmp_path / "report.json")
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    # Three services, two organisations that run two of them, and these two links: the third reads as a person's name.
    assert [(each["adapter"], each["rows"]) for each in report["files"]] == [("youth-offer-2026-11", 7)]
    assert report["created"] > 0
    everything = json.dumps(report) + page.content()
    assert [name for name in PERSONAL if name in everything] == []


def test_files_of_the_browser_are_loaded_too_and_what_was_refused_stays(app, visit, tmp_path):
    page = opened(app, visit)
    table = "id,name,kind,eligibility\nu1,Uploaded club,mentoring,ask jo@example.org\nu2,,mentoring,\n"
    page.locator("input[type=file]").set_input_files(
        {"name": "services.csv", "mimeType": "text/csv", "buffer": table.encode()}
    )
    page.get_by_text("1 file: 1 recognised.").wait_for()
    at_rest(page)
    page.get_by_role("button", name="Load", exact=True).click()
    page.get_by_text("Loaded", exact=True).wait_for()

    # A fresh browser shows it, as after a restart.
    page = visit().page
    page.goto(app.url("data", data="own", data_part="Load", load_section="Quarantine"))
    page.get_by_text("personal data: 1").wait_for()
    at_rest(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    download.value.save_as(tmp_path / "refused.csv")
    refused = (tmp_path / "refused.csv").read_text("utf-8-sig")
    assert "services.csv,2,eligibility,personal_value" in refused
    assert "services.csv,3,name,required_missing" in refused
    assert "jo@example.org" not in refused
    keep(page, "data-quarantine-1280")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_form_is_without_barriers_at_any_width(app, visit, tmp_path, width, scheme):
    path = tmp_path / f"other offer {scheme}.csv"
    path.write_text(OFFER.replace("About", "About it"), encoding="utf-8")
    page = opened(app, visit, width, color_scheme=scheme)
    page.get_by_label("Folder or file on this computer").fill(str(path))
    page.keyboard.press("Enter")
    page.get_by_text("1 file: 0 recognised, 1 not recognised.").wait_for()
    page.get_by_text("Columns that tell one row from another").wait_for()
    at_rest(page)
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")
    keep(page, f"data-map-{width}-{scheme}")


def tab_to(page, label: str, most: int = 120) -> None:
    """Press Tab until what has the focus carries this label."""
    focused = (
        "() => { const e = document.activeElement; const l = e.closest('label') ?? e;"
        "return (e.getAttribute('aria-label') || l.innerText || '').trim() }"
    )
    heard = []
    for _ in range(most):
        page.keyboard.press("Tab")
        heard.append(page.evaluate(focused))
        if heard[-1] == label or heard[-1].endswith(f". {label}"):
            return
    pytest.fail(f"Tab never came to “{label}”: {heard}")
