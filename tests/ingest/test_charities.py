"""The charity register: organisations without trustees, contacts or points."""

import json
from pathlib import Path

import pytest

from ingest.adapters import charity_register
from ingest.rows import ReadContext

HEADER = "registered_charity_number,charity_company_registration_number,charity_name,charity_activities,latest_income,"
HEADER += "date_of_removal,charity_contact_postcode,trustee_names,charity_contact_email"
ROWS = (
    '0900001,738693,"EXAMPLE TRUST, THE",Runs a club,"12,500",,M33 2AA,Jo Bloggs,jo@example.org',
    "900002,,EXAMPLE CLUB,,,2020-01-31T00:00:00,,,",
)


def read(path: Path):
    issues = []
    reading = charity_register.read(path, ReadContext(path.name, report=issues.append))
    return reading.info, [row.values for row in reading.rows], issues


def write(folder: Path, name: str = "charities.csv", mark: str = ",") -> Path:
    path = folder / name
    rows = (
        (HEADER, *ROWS)
        if mark == ","
        else [row.replace('"EXAMPLE TRUST, THE"', "EXAMPLE TRUST") for row in (HEADER, *ROWS)]
    )
    text = (
        "\n".join(rows)
        if mark == ","
        else "\n".join(row.replace('"12,500"', "12500").replace(",", mark) for row in rows)
    )
    path.write_text(text + "\n", "utf-8")
    return path


def test_a_charity_is_an_organisation_known_by_its_number(tmp_path):
    _, (first, second), _ = read(write(tmp_path))
    assert first == {
        "id": "charity-900001",
        "name": "EXAMPLE TRUST, THE",
        "sector": "voluntary",
        "charity_number": "900001",
        "company_number": "00738693",
        "income": "12,500",
        "area_postcode": "M33 2AA",  # a ward at most, never a point
        "valid_to": None,
    }
    assert second["valid_to"] == "2020-01-31"
    assert second["company_number"] is None


def test_persons_and_free_text_are_not_read(tmp_path):
    _, rows, issues = read(write(tmp_path))
    assert {issue.field for issue in issues if issue.code == "column_personal"} == {
        "trustee_names",
        "charity_contact_email",
    }
    assert "Bloggs" not in str(rows) + str(issues)
    assert "Runs a club" not in str(rows)


def test_tables_with_tabs_and_json_are_read(tmp_path):
    _, rows, _ = read(write(tmp_path, "charities.tsv", "\t"))
    assert [row["id"] for row in rows] == ["charity-900001", "charity-900002"]
    path = tmp_path / "publicextract.charity.json"
    branch = {
        "registered_charity_number": 900003,
        "linked_charity_number": 2,
        "charity_name": "BRANCH",
        "latest_income": 5,
    }
    main = {**branch, "linked_charity_number": 0, "charity_name": "MAIN"}
    path.write_text(json.dumps([branch, main]), "utf-8")
    assert charity_register.sniff(path).strength == "exact"
    _, rows, _ = read(path)
    assert [row["id"] for row in rows] == ["charity-900003-2", "charity-900003"]


def test_the_name_decides_between_certain_and_suggested(tmp_path):
    assert charity_register.sniff(write(tmp_path)).strength == "exact"
    assert charity_register.sniff(write(tmp_path, "list.csv")).strength == "suggested"


def test_a_missing_column_is_an_issue_and_no_row(tmp_path):
    path = tmp_path / "charities.csv"
    path.write_text("registered_charity_number\n900001\n", "utf-8")
    _, rows, issues = read(path)
    assert rows == []
    assert [(issue.code, issue.field) for issue in issues] == [("column_missing", "charity_name")]


@pytest.mark.shared
def test_the_real_register(trafford):
    info, rows, issues = read(trafford / "charities.csv")
    assert info.licence == "OGL-UK-3.0"
    assert len({row["id"] for row in rows}) == len(rows) == 736
    assert sum(row["area_postcode"] is not None for row in rows) == 735
    assert issues == []
