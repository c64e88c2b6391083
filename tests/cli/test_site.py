"""landscape site: what a person reads on a terminal, what a program reads, and options that cannot be used."""

from __future__ import annotations

import contextlib
import csv
import io
import json

import pytest

import cli
from graphmodel.landscape import Landscape
from graphmodel.records import NodeRecord, Point

MONDAY_EVENING = "0" * 16 + "1" * 4 + "0" * 148


def corner() -> Landscape:
    """A park in use for four hours a week, and two venues beside it: one always open, one of unknown hours."""
    at = Point(-2.3, 53.4)
    venue = {"kind": "pub", "sector": "commercial", "location": at}
    return Landscape.from_records(
        [
            NodeRecord(
                "Area", "area:X1", {"name": "North", "level": "lsoa", "inner_point": at, "population_10_17": 120}
            ),
            NodeRecord(
                "Context",
                "context:park",
                {"name": "Park", "kind": "park", "location": at, "active_hours_week": MONDAY_EVENING},
            ),
            NodeRecord("Guardian", "guardian:anchor", {"name": "The Anchor", "hours_week": "1" * 168, **venue}),
            NodeRecord("Guardian", "guardian:ship", {"name": "=The Ship", **venue}),
        ]
    )


@pytest.fixture
def site(monkeypatch, tmp_path, capsys):
    """Run the command on the corner, without a store, and return exit code, output and what was said of errors."""

    @contextlib.contextmanager
    def landscape(given, settings):
        yield corner()

    monkeypatch.setattr(cli, "_landscape", landscape)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = cli.main(["site", *arguments, "--data-dir", str(tmp_path)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_a_person_reads_who_it_is_and_what_it_adds(site):
    code, out, _ = site("--for", "guardian", "-n", "3")

    assert code == 0
    assert out.splitlines()[:2] == [
        "  1  The Anchor, pub, no engagement recorded  guardian:anchor",
        "     Open in 4 of the uncovered hours a week of 1 place",
    ]
    assert "how_good: proven: no other choice of so many sites covers more" in out
    assert "- 1 of 2 venues in reach have no recorded hours: they are not assumed to be open, so not chosen." in out


def test_a_service_with_its_cost(site):
    code, out, _ = site("--for", "service", "--budget", "90000", "--cost-per-site", "60000")

    assert code == 0
    assert out.startswith("  1  North, lsoa centre, North  area:X1  (GBP 60,000)\n     120 people aged 10-17")


def test_a_program_reads_json_or_csv(site):
    content = json.loads(site("--for", "guardian", "--assume-open", "--cover-all", "--format", "json")[1])
    assert content["parameters"]["assume_open"] and content["parameters"]["cover_all"]
    assert [row["site"] for row in content["rows"]] == ["guardian:anchor"]
    assert not [key for key in content["summary"] if "second" in key]

    (row,) = csv.DictReader(io.StringIO(site("--for", "guardian", "--format", "csv")[1]))
    assert row["reaches"] == "context:park 4"


def test_another_parameter_of_the_analysis(site):
    content = json.loads(site("--for", "guardian", "-p", "k=2", "--within-m", "250", "--format", "json")[1])

    assert content["parameters"]["k"] == 2 and content["parameters"]["within_m"] == 250
    assert content["rows"] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-n", "two"], "The parameter n = 'two' cannot be used"),
        (["-n", "0"], "n = 0 cannot be used; give a whole number of at least 1."),
        (["--budget", "5000"], "A budget needs cost_per_site, in the same pounds."),
        (["--cover-all", "-n", "3"], "cover_all finds how many sites it takes; leave n and budget out."),
        (["--within-m", "nan"], "The parameter within_m = 'nan' cannot be used"),
    ],
)
def test_what_cannot_be_used_is_one_sentence_and_exit_code_2(site, arguments, said):
    code, out, error = site("--for", "guardian", *arguments)

    assert (code, out) == (2, "")
    assert said in error and error.count("\n") == 1


def test_for_whom_must_be_said(site):
    with pytest.raises(SystemExit) as raised:
        site()
    assert raised.value.code == 2
