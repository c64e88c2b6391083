"""Two records of one thing: people say so, every page counts it once, and no load or backup forgets it."""

from __future__ import annotations

from datetime import date

import pytest

from graphmodel.columns import build
from graphmodel.errors import InputError, UnknownName
from graphmodel.landscape import Landscape
from graphmodel.records import LinkRecord, NodeRecord, Point
from graphmodel.store import GraphStore

LIST, REGISTER = "town/venues.csv", "register/venues.csv"
TEAM = "Licensing team"


def venue(id: str, source: str, **properties: object) -> NodeRecord:
    said = {"name": "The Anchor", "sector": "commercial", "kind": "pub", "source": source}
    return NodeRecord("Guardian", id, said | properties)


def ours() -> list[NodeRecord | LinkRecord]:
    return [
        venue("guardian:anchor", LIST, stage="active", location=Point(-2.0, 53.0)),
        NodeRecord("Organisation", "org:inns", {"name": "Inns", "sector": "private", "source": LIST}),
        LinkRecord("RUNS", "link:1", "org:inns", "guardian:anchor", {"source": LIST}),
    ]


def theirs() -> list[NodeRecord | LinkRecord]:
    return [
        venue("guardian:fhrs-7", REGISTER, hours="24/7", hours_week="1" * 168, location=Point(-2.0001, 53.0)),
        LinkRecord("RUNS", "link:2", "org:inns", "guardian:fhrs-7", {"source": REGISTER}),
        LinkRecord("REFERS_TO", "link:3", "guardian:fhrs-7", "org:inns", {"source": REGISTER}),
    ]


def seen_in(store: GraphStore) -> Landscape:
    """What is there now; a snapshot on disk may be of an earlier test, whose store was of the same version."""
    tables = build(store.nodes, store.links, store.settings)
    return Landscape(tables, area=None, as_of=date.today(), settings=store.settings, halo_m=0)


@pytest.fixture
def loaded(store: GraphStore) -> GraphStore:
    store.load(ours(), sources=[LIST])
    store.load(theirs(), sources=[REGISTER])
    return store


def test_a_confirmed_pair_is_one_row_with_what_either_knows_and_the_links_of_both(loaded: GraphStore) -> None:
    (entry,) = loaded.decide("guardian:fhrs-7", "guardian:anchor", "confirmed", TEAM)
    assert (entry.team, entry.field, entry.before, entry.after) == (TEAM, "verdict", None, "confirmed")
    seen = seen_in(loaded)
    # Neither file is a register here: the first by name, register/venues.csv, counts more.
    (row,) = seen.nodes("Guardian").to_dict("index").items()
    assert (row[0], row[1]["stage"], row[1]["hours"]) == ("guardian:fhrs-7", "active", "24/7")
    # Inns runs one venue, once; the referral stays.
    assert list(seen.links("RUNS")["end"]) == ["guardian:fhrs-7"]
    assert list(seen.links("REFERS_TO")["start"]) == ["guardian:fhrs-7"]
    assert list(seen.links("SAME_AS")["start"]) == []
    assert seen.joined() == 1
    # Nothing was deleted: the records are there on their own.
    assert len(seen.apart().nodes("Guardian")) == len(list(loaded.nodes("Guardian"))) == 2


def test_a_refused_pair_stays_two_and_is_no_link(loaded: GraphStore) -> None:
    loaded.decide("guardian:anchor", "guardian:fhrs-7", "refused", TEAM)
    seen = seen_in(loaded)
    assert (len(seen.nodes("Guardian")), len(seen.links("SAME_AS"))) == (2, 0)
    assert [verdict for verdict, _ in seen.verdicts().values()] == ["refused"]


def test_a_change_of_mind_is_undone_step_by_step_until_nothing_was_said(loaded: GraphStore) -> None:
    (first,) = loaded.decide("guardian:anchor", "guardian:fhrs-7", "confirmed", TEAM)
    (second,) = loaded.decide("guardian:fhrs-7", "guardian:anchor", "refused", "Youth team")
    assert second.node == first.node
    loaded.undo(TEAM, of=first.node)
    assert [verdict for verdict, _ in seen_in(loaded).verdicts().values()] == ["confirmed"]
    loaded.undo(TEAM, of=first.node)
    assert seen_in(loaded).verdicts() == {}
    assert list(loaded.links("SAME_AS")) == []
    assert loaded.undo(TEAM) == []
    # Four entries tell of it, and it can be said again.
    assert [entry.after for entry in loaded.changes()] == ["confirmed", "refused", "confirmed", None]
    loaded.decide("guardian:anchor", "guardian:fhrs-7", "confirmed", TEAM)
    assert seen_in(loaded).joined() == 1


def test_what_people_said_outlives_reloads_and_comes_back_with_a_backup(loaded: GraphStore, tmp_path) -> None:
    loaded.decide("guardian:anchor", "guardian:fhrs-7", "confirmed", TEAM)
    loaded.load(ours(), sources=[LIST])
    loaded.load(theirs(), sources=[REGISTER])
    assert seen_in(loaded).joined() == 1
    loaded.backup(tmp_path / "kept.zip")
    loaded.undo(TEAM)
    assert seen_in(loaded).joined() == 0
    loaded.restore(tmp_path / "kept.zip")
    assert seen_in(loaded).joined() == 1
    assert [entry.after for entry in loaded.changes()] == ["confirmed"]


def test_where_one_of_the_two_has_ended_the_other_is_still_there(loaded: GraphStore) -> None:
    loaded.decide("guardian:anchor", "guardian:fhrs-7", "confirmed", TEAM)
    loaded.load([], sources=[REGISTER], allow_removals=True)
    assert list(seen_in(loaded).nodes("Guardian").index) == ["guardian:anchor"]


def test_what_a_package_says_is_the_same_is_decided_on_in_place(loaded: GraphStore) -> None:
    said = LinkRecord("SAME_AS", "link:theirs", "guardian:fhrs-7", "guardian:anchor", {"source": "pack"})
    loaded.load([said], sources=["pack"])
    assert [verdict for verdict, _ in seen_in(loaded).verdicts().values()] == ["suggested"]
    (entry,) = loaded.decide("guardian:anchor", "guardian:fhrs-7", "confirmed", TEAM)
    assert entry.node == "link:theirs"
    # The package says it no more, but people do: it holds as long as its source speaks of it.
    assert seen_in(loaded).joined() == 1


@pytest.mark.parametrize(
    ("one", "other", "error"),
    [
        ("guardian:anchor", "org:inns", InputError),
        ("guardian:anchor", "guardian:anchor", InputError),
        ("guardian:anchor", "guardian:nobody", UnknownName),
        ("nothing", "nothing else", InputError),
    ],
)
def test_what_cannot_be_the_same_is_refused(loaded: GraphStore, one: str, other: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        loaded.decide(one, other, "confirmed", TEAM)
    assert loaded.changes() == []


def test_a_verdict_that_does_not_exist_is_refused(loaded: GraphStore) -> None:
    with pytest.raises(InputError, match="it takes suggested, confirmed, refused"):
        loaded.decide("guardian:anchor", "guardian:fhrs-7", "maybe", TEAM)


def test_nothing_confidential_becomes_part_of_another_record(loaded: GraphStore) -> None:
    loaded.decide("guardian:anchor", "guardian:fhrs-7", "confirmed", TEAM)
    loaded.edit("guardian:anchor", {"sensitivity": "confidential"}, TEAM)
    seen = seen_in(loaded)
    assert seen.joined() == 0
    assert len(seen.nodes("Guardian")) == 2


def test_three_records_of_one_thing_are_one(loaded: GraphStore) -> None:
    loaded.load([venue("guardian:third", "a/third.csv", staff=4)], sources=["a/third.csv"])
    loaded.decide("guardian:anchor", "guardian:fhrs-7", "confirmed", TEAM)
    loaded.decide("guardian:anchor", "guardian:third", "confirmed", TEAM)
    rows = seen_in(loaded).nodes("Guardian")
    assert [list(rows.index), rows["staff"].tolist(), rows["stage"].tolist()] == [["guardian:third"], [4], ["active"]]
