"""The national register of schools: open ones, alternative provision apart, no heads."""

from pathlib import Path

import pytest

from ingest.adapters import schools
from ingest.rows import ReadContext

HEADER = "URN,EstablishmentName,TypeOfEstablishment (name),EstablishmentStatus (name),PhaseOfEducation (name),"
HEADER += "StatutoryLowAge,StatutoryHighAge,Postcode,Easting,Northing,HeadLastName"
ROWS = (
    "900001,École Example,Community school,Open,Primary,3,11,ZZ1 1AA,380000,390000,Bloggs",
    "900002,Example Unit,Pupil referral unit,Open,Not applicable,11,16,,380100,390100,Bloggs",
    '900003,Example Academy,Academy alternative provision converter,"Open, but proposed to close",,11,16,,,,Bloggs',
    "900004,Example Closed School,Community school,Closed,Primary,3,11,,380000,390000,Bloggs",
    "900005,Example New School,Free schools,Proposed to open,Primary,3,11,,380000,390000,Bloggs",
)


def read(path: Path):
    issues = []
    reading = schools.read(path, ReadContext(path.name, report=issues.append))
    return [row.values for row in reading.rows], issues


@pytest.fixture
def register(tmp_path) -> Path:
    path = tmp_path / "edubasealldata20260101.csv"
    path.write_bytes("\r\n".join((HEADER, *ROWS)).encode("latin-1"))
    return path


def test_the_register_is_known_by_columns_and_name(register, tmp_path):
    assert schools.sniff(register).strength == "exact"
    assert schools.sniff(register.rename(tmp_path / "list.csv")).strength == "suggested"


def test_only_open_schools_become_contexts(register):
    rows, issues = read(register)
    assert [row["id"] for row in rows] == ["urn-900001", "urn-900002", "urn-900003"]
    assert [issue.message for issue in issues if issue.code == "rows_skipped"] == [
        "2 rows are passed over: schools that are not open."
    ]


def test_alternative_provision_has_its_own_kind(register):
    rows, _ = read(register)
    assert [row["kind"] for row in rows] == ["school", "alternative_provision", "alternative_provision"]


def test_a_school_has_its_ages_and_its_grid_reference(register):
    rows, _ = read(register)
    assert rows[0] == {
        "id": "urn-900001",
        "name": "École Example",
        "kind": "school",
        "minimum_age": "3",
        "maximum_age": "11",
        "easting": "380000",
        "northing": "390000",
        "postcode": "ZZ1 1AA",
    }


def test_heads_are_dropped_unread(register):
    rows, issues = read(register)
    assert "Bloggs" not in str(rows) + str(issues)
    assert ("column_personal", "headlastname") in {(issue.code, issue.field) for issue in issues}


def test_a_file_without_the_status_is_an_issue(tmp_path):
    path = tmp_path / "gias.csv"
    path.write_text("URN,EstablishmentName\n1,Example\n", "utf-8")
    rows, issues = read(path)
    assert rows == []
    assert [issue.code for issue in issues] == ["column_missing"]
