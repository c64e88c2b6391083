"""What a load refused is kept beside the store: place and reason, never what stood there."""

from __future__ import annotations

import json
from datetime import date

import pytest

from graphmodel.issues import issue, issue_codes
from graphmodel.settings import Settings
from ingest.quarantine import KEPT, keep_report, kept_reports, refused
from ingest.report import FileReport, LoadReport

SECRET = "Jo Bloggs 07700 900123"


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path / "data")


def report_of(*issues, check=False):
    return LoadReport((FileReport("town/a.csv", "package", 3, 2, 0, 2),), tuple(issues), check=check)


def test_no_message_of_any_code_carries_what_a_cell_said():
    details = ("reason", "hint", "adapter", "limit", "encoding", "found", "expected", "id", "first", "type", "start",
               "end", "codes", "part", "count", "total", "where", "done", "vintage", "level", "what", "threshold",
               "share", "other")  # fmt: skip
    harmless = ("reason", "limit", "encoding", "found", "expected", "count", "total", "what", "threshold")
    for code in issue_codes():
        told = {name: "words of ours" if name in harmless else SECRET for name in details}
        kept = list(refused((issue(code, "a.csv", line=1, field="f", value=SECRET, **told),)))
        assert SECRET not in json.dumps(kept), code


def test_a_load_of_real_trouble_keeps_places_and_reasons(write, load, settings):
    write(
        "services.csv",
        f"id,name,kind,eligibility,in_use,minimum_age\na,A,mentoring,{SECRET},7,old\n,B,mentoring,,,\n",
    )
    report = load(settings=settings)
    keep_report(report, settings)
    kept = kept_reports(settings)[0]
    rows = {(row["kind"], row["line"], row["field"], row["code"]) for row in kept.refused}
    assert rows == {
        ("personal data", 2, "eligibility", "personal_value"),
        ("small count of people", 2, "in_use", "people_suppressed"),
        ("part left out", 2, "minimum_age", "value_bad"),
        ("row set aside", 3, "id", "required_missing"),
    }
    text = next((settings.data_dir / "reports").iterdir()).read_text("utf-8")
    assert not [word for word in ("Bloggs", "07700", "'old'", '"7"') if word in text]
    assert kept.loaded_at.date() >= date(2026, 1, 1)
    assert kept.files == ("services.csv",)


def test_a_check_keeps_nothing(settings):
    assert keep_report(report_of(check=True), settings) is None
    assert kept_reports(settings) == []


def test_the_last_twenty_loads_are_kept_newest_first(settings):
    for number in range(KEPT + 3):
        keep_report(report_of(issue("file_empty", f"{number}.csv")), settings)
    kept = kept_reports(settings)
    assert [each.refused[0]["file"] for each in kept] == [f"{number}.csv" for number in range(KEPT + 2, 2, -1)]


def test_a_report_that_is_broken_is_passed_over(settings):
    keep_report(report_of(issue("file_empty", "a.csv")), settings)
    (settings.data_dir / "reports" / "landscape-9.json").write_text("{")
    assert len(kept_reports(settings)) == 1
