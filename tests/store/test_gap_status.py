"""Teams say of a gap that it is known, acted on or none, and take it back; it stays with the gap's id."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from graphmodel.errors import InputError
from graphmodel.gap_status import GapStatus, set_status, statuses, with_statuses
from graphmodel.records import NodeRecord
from graphmodel.store import GraphStore

QUAY = "gap:00aa"
NORTH, YOUTH = "North team", "Youth work"


def held(store: GraphStore) -> tuple[str, str | None, str | None]:
    now = statuses(store)[QUAY]
    return now.status, now.reason, now.team


def test_a_status_holds_with_reason_team_and_date_and_nobody_elses_landscape_changes(store: GraphStore) -> None:
    version, remarks = store.version(), store.remarks()
    entries = set_status(store, QUAY, "known", "Waiting for the  summer grant.", NORTH, text="Quay: none", area="a:W1")
    assert held(store) == ("known", "Waiting for the summer grant.", NORTH)
    now = statuses(store)[QUAY]
    assert (now.when, now.text, now.area) == (entries[0].when, "Quay: none", "a:W1")
    assert (store.version(), store.remarks()) == (version, remarks + 1)


def test_two_teams_see_each_others_word_and_the_history_keeps_both(store: GraphStore) -> None:
    set_status(store, QUAY, "known", "No money yet.", NORTH)
    set_status(store, QUAY, "acted_on", "Detached work begins in May.", YOUTH)
    assert held(store) == ("acted_on", "Detached work begins in May.", YOUTH)
    assert [(c.team, c.status, c.reason, c.undoes) for c in statuses(store)[QUAY].changes] == [
        (NORTH, "known", "No money yet.", False),
        (YOUTH, "acted_on", "Detached work begins in May.", False),
    ]


def test_the_same_said_again_is_no_change(store: GraphStore) -> None:
    set_status(store, QUAY, "known", "No money yet.", NORTH)
    assert set_status(store, QUAY, "known", "No money yet.", YOUTH) == []
    assert held(store)[2] == NORTH


def test_undo_brings_back_what_the_other_team_had_said_and_then_nothing(store: GraphStore) -> None:
    set_status(store, QUAY, "known", "No money yet.", NORTH)
    set_status(store, QUAY, "not_a_gap", "Two workers are there.", YOUTH)
    store.undo(NORTH, of=QUAY)
    assert held(store) == ("known", "No money yet.", NORTH)
    store.undo(NORTH, of=QUAY)
    assert held(store) == ("open", None, None)
    assert store.undo(NORTH, of=QUAY) == []
    assert [(c.team, c.status, c.undoes) for c in statuses(store)[QUAY].changes] == [
        (NORTH, "known", False), (YOUTH, "not_a_gap", False), (NORTH, "known", True), (NORTH, None, True),
    ]  # fmt: skip


def test_undo_of_one_gap_leaves_what_was_changed_after_it(store: GraphStore) -> None:
    store.load([NodeRecord("Forum", "forum:1", {"name": "Watch", "source": "f.csv"})], sources=["f.csv"])
    set_status(store, QUAY, "known", "No money yet.", NORTH)
    store.edit("forum:1", {"name": "Pubwatch"}, YOUTH)
    set_status(store, "gap:00bb", "known", "Likewise.", YOUTH)
    store.undo(NORTH, of=QUAY)
    assert statuses(store)[QUAY].status == "open"
    assert statuses(store)["gap:00bb"].status == "known"
    assert next(store.nodes("Forum"))["name"] == "Pubwatch"


def test_undo_of_the_last_change_of_all_takes_a_gap_too(store: GraphStore) -> None:
    store.load([NodeRecord("Forum", "forum:1", {"name": "Watch", "source": "f.csv"})], sources=["f.csv"])
    store.edit("forum:1", {"name": "Pubwatch"}, YOUTH)
    set_status(store, QUAY, "known", "No money yet.", NORTH)
    assert {entry.node for entry in store.undo(YOUTH)} == {QUAY}
    assert {entry.node for entry in store.undo(YOUTH)} == {"forum:1"}


def test_a_reload_and_a_backup_keep_what_was_said(store: GraphStore, tmp_path: Path) -> None:
    forum = NodeRecord("Forum", "forum:1", {"name": "Watch", "source": "f.csv"})
    store.load([forum], sources=["f.csv"])
    set_status(store, QUAY, "known", "No money yet.", NORTH, text="Quay: none", area="a:W1")
    store.load([NodeRecord("Forum", "forum:1", {"name": "Watch 2", "source": "f.csv"})], sources=["f.csv"])
    before = statuses(store)
    assert before[QUAY].status == "known"
    store.backup(tmp_path / "b.zip")
    store.undo(NORTH, of=QUAY)
    version = store.version()
    store.restore(tmp_path / "b.zip")
    assert statuses(store) == before
    assert store.version() != version


@pytest.mark.parametrize(
    ("gap", "status", "reason", "team", "why"),
    [
        ("context:1", "known", "No money.", NORTH, "not the id of a gap"),
        (QUAY, "solved", "No money.", NORTH, "no status 'solved'"),
        (QUAY, "known", "  ", NORTH, "Say why"),
        (QUAY, "known", "x" * 501, NORTH, "at most 500"),
        (QUAY, "known", "No money.", "someone@example.org", "which team"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_nothing_is_logged(store, gap, status, reason, team, why) -> None:
    with pytest.raises(InputError, match=why):
        set_status(store, gap, status, reason, team)
    assert statuses(store) == {}


def test_a_gap_may_be_said_to_be_open_again_without_a_reason(store: GraphStore) -> None:
    set_status(store, QUAY, "not_a_gap", "Two workers are there.", YOUTH)
    set_status(store, QUAY, "open", "", NORTH)
    assert held(store) == ("open", None, NORTH)
    assert isinstance(statuses(store)[QUAY], GapStatus)


def test_rows_of_a_gap_list_say_what_people_said_of_them() -> None:
    said = {QUAY: GapStatus("known", "No money yet.", NORTH, datetime(2026, 11, 2, 9, tzinfo=UTC))}
    content = {"name": "gaps", "rows": [{"id": QUAY}, {"id": "gap:00bb"}]}
    held = {"id": QUAY, "status": "known", "status_reason": "No money yet.", "status_date": "2026-11-02"}
    nothing = {"id": "gap:00bb", "status": "open", "status_reason": None, "status_date": None}
    assert with_statuses(content, said) == {"name": "gaps", "rows": [held, nothing]}
    assert with_statuses(content, said, "open")["rows"] == [nothing]
    with pytest.raises(InputError, match="no status 'solved'"):
        with_statuses(content, said, "solved")
