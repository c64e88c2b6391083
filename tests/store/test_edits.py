"""A team changes what sources say, and takes it back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from graphmodel.errors import InputError, UnknownName
from graphmodel.records import LinkRecord, NodeRecord, Point
from graphmodel.store import GraphStore

FILE = "folder/places.csv"
TEAM = "Licensing team"


def kiosk(**properties: object) -> NodeRecord:
    said = {"name": "Kiosk", "sector": "commercial", "hours": "Mo 09:00-10:00", "hours_week": "0" * 168, "source": FILE}
    return NodeRecord("Guardian", "guardian:1", said | properties)


@pytest.fixture
def loaded(store: GraphStore) -> GraphStore:
    member = LinkRecord("MEMBER_OF", "link:m", "guardian:1", "forum:1", {"role": "guest", "source": FILE})
    store.load([kiosk(), NodeRecord("Forum", "forum:1", {"name": "Watch", "source": FILE}), member], sources=[FILE])
    return store


def stored(store: GraphStore) -> dict[str, object]:
    return next(store.nodes("Guardian"))


def test_an_edit_holds_at_once_and_is_in_the_log(loaded: GraphStore) -> None:
    before = loaded.version()
    (entry,) = loaded.edit("guardian:1", {"stage": "engaged"}, TEAM)
    assert stored(loaded)["stage"] == "engaged"
    assert (entry.team, entry.node, entry.field, entry.before, entry.after, entry.undoes) == (
        TEAM, "guardian:1", "stage", None, "engaged", None,
    )  # fmt: skip
    assert timedelta(0) <= datetime.now(UTC) - entry.when < timedelta(minutes=5)
    assert loaded.history("guardian:1") == [entry]
    assert loaded.version() != before


def test_an_edit_survives_every_reload_and_what_it_left_alone_follows_the_file(loaded: GraphStore) -> None:
    loaded.edit("guardian:1", {"name": "Corner kiosk"}, TEAM)
    forum = NodeRecord("Forum", "forum:1", {"name": "Watch", "source": FILE})
    member = LinkRecord("MEMBER_OF", "link:m", "guardian:1", "forum:1", {"role": "guest", "source": FILE})
    loaded.load([kiosk(name="Kiosk 2", staff=3), forum, member], sources=[FILE])
    assert (stored(loaded)["name"], stored(loaded)["staff"]) == ("Corner kiosk", 3)
    assert stored(loaded)["sources"] == [FILE]
    again = loaded.load([kiosk(name="Kiosk 2", staff=3), forum, member], sources=[FILE])
    assert (again.updated, again.unchanged) == (0, 3)


def test_undo_brings_back_what_held_before_step_by_step(loaded: GraphStore) -> None:
    loaded.edit("guardian:1", {"name": "First"}, TEAM)
    loaded.edit("guardian:1", {"name": "Second", "staff": 4}, TEAM)
    undone = loaded.undo("Youth team")
    assert {(entry.field, entry.before, entry.after) for entry in undone} == {
        ("name", "Second", "First"), ("staff", 4, None),
    }  # fmt: skip
    assert (stored(loaded)["name"], stored(loaded).get("staff")) == ("First", None)
    loaded.undo(TEAM)
    assert stored(loaded)["name"] == "Kiosk"
    assert loaded.undo(TEAM) == []
    log = loaded.history("guardian:1")
    assert [entry.after for entry in log] == ["First", "Second", 4, "First", None, "Kiosk"]
    assert [entry.undoes is None for entry in log] == [True, True, True, False, False, False]


def test_a_value_may_be_made_unknown_although_the_file_gives_one(loaded: GraphStore) -> None:
    loaded.edit("guardian:1", {"hours": None}, TEAM)
    assert not {"hours", "hours_week"} & stored(loaded).keys()
    loaded.undo(TEAM)
    assert stored(loaded)["hours"] == "Mo 09:00-10:00"


def test_new_hours_without_a_week_do_not_keep_the_old_week(loaded: GraphStore) -> None:
    loaded.edit("guardian:1", {"hours": "by appointment"}, TEAM)
    assert stored(loaded)["hours"] == "by appointment"
    assert "hours_week" not in stored(loaded)
    loaded.edit("guardian:1", {"hours": "24/7", "hours_week": "1" * 168}, TEAM)
    assert stored(loaded)["hours_week"] == "1" * 168


def test_a_link_can_be_edited_too(loaded: GraphStore) -> None:
    loaded.edit("link:m", {"role": "chair"}, TEAM)
    (found,) = loaded.links("MEMBER_OF")
    assert (found["role"], found["start"], found["end"]) == ("chair", "guardian:1", "forum:1")


def test_every_type_of_value_is_in_the_log_as_it_was(loaded: GraphStore) -> None:
    changes = {"stage_since": date(2026, 1, 2), "display_consent": True, "staff": 7}
    loaded.edit("guardian:1", changes, TEAM)
    assert {entry.field: entry.after for entry in loaded.history("guardian:1")} == changes


def test_what_is_said_already_is_no_entry(loaded: GraphStore) -> None:
    assert loaded.edit("guardian:1", {"name": "Kiosk"}, TEAM) == []


def test_a_count_of_people_is_rounded_and_a_small_one_not_kept(loaded: GraphStore) -> None:
    loaded.edit("guardian:1", {"young_people_asked": 23}, TEAM)
    assert stored(loaded)["young_people_asked"] == 25
    loaded.edit("guardian:1", {"young_people_asked": 4}, TEAM)
    assert "young_people_asked" not in stored(loaded)
    assert not [each for each in loaded.run("MATCH (e:Edit) RETURN e.after AS a") if each["a"] == "4"]


@pytest.mark.parametrize("team", ["", "  ", "a.person@council.example", "x" * 200])
def test_a_change_needs_a_team_that_is_no_address(loaded: GraphStore, team: str) -> None:
    with pytest.raises(InputError, match="team"):
        loaded.edit("guardian:1", {"name": "x"}, team)
    with pytest.raises(InputError, match="team"):
        loaded.undo(team)


@pytest.mark.parametrize(
    "changes",
    [
        {"stage": "happy"}, {"staff": "3"}, {"staff": True}, {"staff": 2**70}, {"display_consent": "yes"},
        {"stage_since": "2026-01-02"}, {"name": ""}, {"name": 3}, {"colour": "red"}, {"source": "x"}, {"id": "x"},
        {"hours_week": "1"}, {"location": Point(0, 0)}, {"sources": ["x"]}, {"young_people_asked": -1},
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_and_nothing_changes(loaded: GraphStore, changes: dict[str, object]) -> None:
    before = loaded.version()
    with pytest.raises(InputError):
        loaded.edit("guardian:1", changes, TEAM)
    assert loaded.version() == before


def test_an_id_that_is_not_there_is_named(loaded: GraphStore) -> None:
    for id in ("guardian:none", "link:none"):
        with pytest.raises(UnknownName, match=id):
            loaded.edit(id, {"name": "x"}, TEAM)


def test_a_place_made_confidential_has_no_point_and_lies_in_no_small_area(loaded: GraphStore) -> None:
    areas = [
        NodeRecord("Area", f"area:{level}", {"name": level, "level": level, "source": "areas"})
        for level in ("ward", "lsoa")
    ]
    place = kiosk(location=Point(-2.3, 53.4), source="other.csv")
    within = [LinkRecord("WITHIN", f"link:{a.id}", "guardian:1", a.id, {"source": "derived"}) for a in areas]
    loaded.load([*areas, place, *within], sources=["areas", "other.csv"])
    assert stored(loaded)["location"] == Point(-2.3, 53.4)
    loaded.edit("guardian:1", {"sensitivity": "confidential"}, TEAM)
    assert "location" not in stored(loaded)
    assert [each["end"] for each in loaded.links("WITHIN")] == ["area:ward"]
    assert "point" not in loaded.run("MATCH (n:Guardian) RETURN n.claims AS said")[0]["said"]
