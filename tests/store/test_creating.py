"""A team adds what no file holds, and two teams who change the same meet."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from graphmodel.errors import EditConflict, InputError
from graphmodel.landscape import Landscape
from graphmodel.records import LinkRecord, NodeRecord, Point
from graphmodel.store import GraphStore

FILE = "folder/places.csv"
TEAM, OTHER = "Licensing team", "Youth work"
VISIT = {"name": "Visit to the Kiosk", "kind": "visit", "date": date(2026, 11, 20)}
QUAY = {"name": "Quay steps", "kind": "neighbourhood", "location": Point(0.5, 50.5)}
IN_NORTH = LinkRecord("WITHIN", "link:w", "context:quay", "area:n", {"source": "derived", "sensitivity": "open"})


@pytest.fixture
def loaded(store: GraphStore) -> GraphStore:
    store.load(places(), sources=[FILE])
    return store


def places() -> list[NodeRecord]:
    kiosk = {"name": "Kiosk", "sector": "commercial", "kind": "shop", "stage": "identified", "source": FILE}
    return [
        NodeRecord("Guardian", "guardian:1", kiosk),
        NodeRecord("Area", "area:n", {"name": "North", "level": "ward", "source": FILE}),
    ]


def names(store: GraphStore, label: str) -> list[object]:
    return [row["name"] for row in store.nodes(label)]


def test_what_a_team_adds_is_there_for_every_analysis(loaded: GraphStore) -> None:
    loaded.create("Context", "quay", QUAY, TEAM, within=[IN_NORTH])
    seen = Landscape.load(loaded, "area:n").nodes("Context").loc["context:quay"]
    assert (seen["name"], seen["longitude"], bool(seen["inside"]), seen["source"]) == ("Quay steps", 0.5, True, "edit")
    assert {entry.field: entry.after for entry in loaded.history("context:quay")} == {
        **QUAY, "sensitivity": "internal",
    }  # fmt: skip


def test_it_survives_a_reload_of_every_file_and_a_backup(loaded: GraphStore, tmp_path: Path) -> None:
    loaded.create("Action", "visit-1", VISIT, TEAM)
    loaded.join("DONE_WITH", "action:visit-1", "guardian:1", {}, TEAM)
    counts = loaded.load(places(), sources=[FILE])
    assert (counts.updated, counts.ended) == (0, 0)
    loaded.backup(tmp_path / "kept.zip")
    loaded.undo(TEAM)
    loaded.undo(TEAM)
    assert names(loaded, "Action") == []
    loaded.restore(tmp_path / "kept.zip")
    assert names(loaded, "Action") == ["Visit to the Kiosk"]
    assert [row["end"] for row in loaded.links("DONE_WITH")] == ["guardian:1"]


def test_undo_takes_it_away_again_with_where_it_lies(loaded: GraphStore) -> None:
    loaded.create("Context", "quay", QUAY, TEAM, within=[IN_NORTH])
    loaded.undo(TEAM)
    assert names(loaded, "Context") == [] and list(loaded.links("WITHIN")) == []
    loaded.create("Context", "quay", QUAY, TEAM)  # and may be added anew
    assert names(loaded, "Context") == ["Quay steps"]


def test_what_others_linked_to_it_is_not_lost_by_undoing_it(loaded: GraphStore) -> None:
    loaded.create("Action", "visit-1", VISIT, TEAM)
    loaded.join("DONE_WITH", "action:visit-1", "guardian:1", {}, OTHER)
    with pytest.raises(InputError, match="1 links that people made after it"):
        loaded.undo(TEAM, of="action:visit-1")
    assert names(loaded, "Action") == ["Visit to the Kiosk"]


def test_a_change_of_it_is_taken_back_to_what_was_first_said(loaded: GraphStore) -> None:
    loaded.create("Action", "visit-1", VISIT, TEAM)
    loaded.edit("action:visit-1", {"status": "done"}, OTHER)
    loaded.undo(OTHER)
    (row,) = loaded.nodes("Action")
    assert row.get("status") is None and row["kind"] == "visit"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "A visit"}, "A new Action needs kind"),
        ({**VISIT, "kind": "stroll"}, "does not fit 'kind'"),
        ({**VISIT, "source": "me"}, "'source' of Action cannot be changed here"),
    ],
)
def test_what_is_not_whole_is_refused_and_nothing_is_made(loaded: GraphStore, fields: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        loaded.create("Action", "visit-1", fields, TEAM)
    assert names(loaded, "Action") == []


def test_an_id_is_used_once(loaded: GraphStore) -> None:
    loaded.create("Action", "visit-1", VISIT, TEAM)
    with pytest.raises(InputError, match="There is action:visit-1 already"):
        loaded.create("Action", "visit-1", VISIT, OTHER)


def test_a_confidential_place_that_a_team_adds_keeps_no_point(loaded: GraphStore) -> None:
    loaded.create("Context", "quay", {**QUAY, "sensitivity": "confidential"}, TEAM, within=[IN_NORTH])
    (row,) = loaded.nodes("Context")
    assert row.get("location") is None
    assert [link["end"] for link in loaded.links("WITHIN")] == ["area:n"]  # a ward is not too small


def test_two_teams_who_change_the_same_field_meet(loaded: GraphStore) -> None:
    seen = {"stage": "identified", "staff": None}
    loaded.edit("guardian:1", {"stage": "approached"}, TEAM, seen=seen)
    with pytest.raises(EditConflict, match=r"'stage' was changed by Licensing team on .* it is now “approached”"):
        loaded.edit("guardian:1", {"stage": "engaged", "staff": 4}, OTHER, seen=seen)
    (row,) = loaded.nodes("Guardian")
    assert (row["stage"], row.get("staff")) == ("approached", None)


def test_two_teams_who_change_different_fields_do_not(loaded: GraphStore) -> None:
    seen = {"stage": "identified", "staff": None}
    loaded.edit("guardian:1", {"stage": "approached"}, TEAM, seen=seen)
    loaded.edit("guardian:1", {"staff": 4}, OTHER, seen=seen)
    (row,) = loaded.nodes("Guardian")
    assert (row["stage"], row["staff"]) == ("approached", 4)
