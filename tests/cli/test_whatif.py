"""landscape whatif: what a person reads on a terminal, what a program reads, and ids that are not there."""

from __future__ import annotations

import contextlib
import csv
import io
import json

import pytest

import cli
from graphmodel.landscape import Landscape
from graphmodel.records import LinkRecord, NodeRecord, Point


def street() -> Landscape:
    """A trust that alone runs the one service on the park; a cafe of a chain beside it."""
    at = Point(-2.3, 53.4)
    named = {
        "Area": {"level": "ward"},
        "Context": {"kind": "park", "location": at},
        "Organisation": {"sector": "voluntary"},
    }
    nodes = [
        NodeRecord("Area", "area:X1", {"name": "North", "inner_point": at, **named["Area"]}),
        NodeRecord("Context", "context:park", {"name": "Park", **named["Context"]}),
        NodeRecord("Organisation", "org:trust", {"name": "The Trust", **named["Organisation"]}),
        NodeRecord("Service", "service:art", {"name": "=Art", "kind": "youth_work", "capacity": 1200}),
        NodeRecord(
            "Guardian",
            "guardian:cafe",
            {
                "name": "Cafe",
                "kind": "cafe",
                "sector": "commercial",
                "brand": "Crumb, Inc",
                "location": at,
                "stage": "active",
            },
        ),
    ]
    links = [
        LinkRecord("WITHIN", "w", "context:park", "area:X1", {}),
        LinkRecord("RUNS", "r", "org:trust", "service:art", {}),
        LinkRecord("TARGETS", "t", "service:art", "context:park", {}),
    ]
    return Landscape.from_records([*nodes, *links])


@pytest.fixture
def whatif(monkeypatch, tmp_path, capsys):
    """Run the command on the street, without a store, and return exit code, output and what was said of errors."""

    @contextlib.contextmanager
    def landscape(given, settings):
        yield street()

    monkeypatch.setattr(cli, "_landscape", landscape)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = cli.main(["whatif", *arguments, "--data-dir", str(tmp_path)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_a_person_reads_what_is_lost_by_what_it_is(whatif):
    code, out, _ = whatif("--without", "org:trust")

    assert code == 0
    assert "Services and actions that work on a place\n  * Park, North: 1 -> 0  context:park\n" in out
    assert "Services that end\n  * =Art, North: nobody else runs it  service:art\n" in out
    assert "  * North: 1,200 -> 0  area:X1\n" in out
    assert "services_ended: 1" in out


def test_a_program_reads_json_or_csv(whatif):
    content = json.loads(whatif("--without", "org:trust", "--format", "json")[1])
    (service,) = [row for row in content["rows"] if row["kind"] == "service"]
    assert (service["about"], service["area"], service["last"]) == ("service:art", "area:X1", True)
    rows = list(csv.DictReader(io.StringIO(whatif("--without", "org:trust", "--format", "csv")[1])))
    assert "'=Art" in [row["name"] for row in rows]


@pytest.mark.parametrize("given", [["org:trust", "guardian:cafe"], ["org:trust", "--without", "guardian:cafe"]])
def test_several_go_at_once(whatif, given):
    content = json.loads(whatif("--without", *given, "--format", "json")[1])
    assert content["summary"]["taken_out"] == ["org:trust", "guardian:cafe"]


def test_a_chain_whose_name_has_a_comma(whatif):
    content = json.loads(whatif("--without", "brand:crumb, inc", "--format", "json")[1])
    assert content["summary"]["guardians_gone"] == 1


@pytest.mark.parametrize(
    ("without", "said"),
    [
        ("org:trusst", "Nothing here is called 'org:trusst'. Did you mean org:trust (The Trust)?"),
        ("org:the-trust", "Nothing here is called 'org:the-trust'. Did you mean org:trust (The Trust)?"),
        ("context:park", "'context:park' cannot be taken out; give org:"),
        (" ", "Say what to take out: org:"),
    ],
)
def test_what_is_not_there_is_one_sentence_and_exit_code_2(whatif, without, said):
    code, out, error = whatif("--without", without)

    assert (code, out) == (2, "")
    assert error.startswith(f"landscape: {said}") and error.count("\n") == 1


def test_without_whom_must_be_said(whatif):
    with pytest.raises(SystemExit) as raised:
        whatif()
    assert raised.value.code == 2
