"""landscape edit, history and undo: a venue is changed, looked back at, and put back."""

from __future__ import annotations

import json

import pytest
from loader import empty

import cli
from graphmodel.records import NodeRecord
from graphmodel.store import open_store

ANCHOR = "guardian:anchor"


@pytest.fixture
def venue(bundled_settings):
    """A store that holds The Anchor, at the stage approached; returns where it is."""
    empty(bundled_settings)
    fields = {"name": "The Anchor", "sector": "commercial", "kind": "pub", "stage": "approached", "source": "pubs.csv"}
    with open_store(bundled_settings) as store:
        store.load([NodeRecord("Guardian", ANCHOR, fields)], sources=["pubs.csv"])
    return str(bundled_settings.data_dir)


def run(capsys, venue, *arguments):
    code = cli.main([*arguments, "--data-dir", venue])
    return code, *capsys.readouterr()


def test_a_change_is_made_looked_back_at_and_taken_back(capsys, venue):
    code, out, _ = run(capsys, venue, "edit", ANCHOR, "stage=agreed", "staff=9", "--team", "Youth work")
    assert code == 0
    assert f"Youth work  {ANCHOR}  stage: approached > agreed" in out
    assert f"Youth work  {ANCHOR}  staff: not known > 9" in out
    _, out, _ = run(capsys, venue, "undo")
    assert "stage: agreed > approached" in out and "staff: 9 > not known" in out
    _, out, _ = run(capsys, venue, "history", ANCHOR)
    assert [line.split("stage: ")[1] for line in out.splitlines() if "stage" in line] == [
        "approached > agreed", "agreed > approached",
    ]  # fmt: skip
    assert "There is nothing to take back." in run(capsys, venue, "undo")[1]


def test_history_can_be_read_by_a_program_dates_too(capsys, venue):
    run(capsys, venue, "edit", ANCHOR, "trained_until=2027-03-31")
    _, out, _ = run(capsys, venue, "history", ANCHOR, "--format", "json")
    rows = json.loads(out)["rows"]
    assert [(row["field"], row["before"], row["after"]) for row in rows] == [("trained_until", None, "2027-03-31")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["edit", "guardian:nobody", "stage=agreed"], "There is no node or link 'guardian:nobody'"),
        (["edit", ANCHOR, "stage=agred"], "did you mean 'agreed'?"),
        (["edit", ANCHOR, "location=1,2"], "'location' of Guardian cannot be changed here"),
        (["edit", ANCHOR, "stage=agreed", "--team", "jo@example.org"], "never a person's name"),
        (["edit", ANCHOR, "next_step=ring 07700 900123"], "looks like a telephone number"),
        (["history", "guardian:nobody"], "There is no node or link 'guardian:nobody'"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_changes_nothing(capsys, venue, arguments, said):
    code, _, err = run(capsys, venue, *arguments)
    assert code == 2 and said in err and "\n" not in err.strip()
    assert "07700" not in err
    assert "Nobody has changed" in run(capsys, venue, "history", ANCHOR)[1]
