"""Which records may be one thing? What is suggested and why, what never is, and what a decision changes."""

from __future__ import annotations

from datetime import date

import pytest
from made_up import ACTIVE, Place

from analysis.coverage import coverage
from analysis.identity import identity, normal_name, register_key
from graphmodel.errors import InputError
from graphmodel.export import export_package
from graphmodel.records import NodeRecord


def pairs(place: Place, **parameters: float) -> list[tuple[str, str, str]]:
    rows = identity(place.landscape(), **parameters).rows
    return [(row["why"], row["one"].partition(":")[2], row["other"].partition(":")[2]) for row in rows]


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("The Anchor", "anchor"),
        ("Café  Zoë & Sons Ltd.", "cafe zoe sons"),
        ("St Mary's", "st marys"),
        ("The", "the"),
    ],
)
def test_names_are_compared_without_what_writers_differ_in(written, compared):
    assert normal_name(written) == compared


def test_an_id_may_carry_the_key_of_a_register():
    assert register_key("guardian:fhrs-00123") == ("fhrs", "123")
    assert register_key("context:URN-106386") == ("urn", "106386")
    assert register_key("guardian:fhrstown") is None


def test_one_name_within_fifty_metres_is_suggested_and_further_off_is_a_chain():
    place = Place()
    place.node("guardian:a", (0, 0), name="The Anchor", source="one.csv")
    place.node("guardian:b", (49, 0), name="ANCHOR", source="two.csv")
    place.node("guardian:c", (100, 0), name="Anchor", source="two.csv")
    assert pairs(place) == [("name_place", "a", "b")]
    # 51 metres lie between b and c.
    assert sorted(pairs(place, within_m=52)) == [("name_place", "a", "b"), ("name_place", "b", "c")]


def test_names_alike_are_suggested_within_half_of_that_and_from_two_files_only():
    place = Place()
    place.node("guardian:a", (0, 0), name="Late Bite", source="one.csv")
    place.node("guardian:b", (20, 0), name="Late Bite Grill", source="two.csv")  # 2 of 3 words
    place.node("guardian:c", (0, 20), name="Late Bite Kebab House Quay", source="three.csv")  # 2 of 5
    place.node("guardian:d", (20, 20), name="Late Bite Grill Room", source="two.csv")  # of b's own file
    place.node("guardian:e", (0, -26), name="Late Bite Grill", source="five.csv")  # 26 m from a, 33 m from b
    assert pairs(place) == [("name_place", "b", "e"), ("alike_place", "a", "b")]


def test_words_that_say_what_sort_of_place_it_is_tell_nothing():
    place = Place()
    place.node("context:a", (0, 0), name="The Park", source="one.csv")
    place.node("context:b", (5, 0), name="Park Primary School", source="two.csv")
    assert pairs(place) == []


def test_one_register_number_is_suggested_wherever_the_two_are_and_two_numbers_never():
    place = Place()
    place.node("org:charity-7", name="Tideline", charity_number="7", source="register.csv")
    place.node("org:tide", name="Tideline Youth", charity_number="7", source="ours.csv")
    place.node("org:charity-8", name="Tideline", charity_number="8", source="register.csv")
    place.node("guardian:fhrs-1", (0, 0), name="Anchor", source="fhrs.csv")
    place.node("guardian:fhrs-2", (5, 0), name="Anchor", source="fhrs.csv")
    assert pairs(place) == [("number", "charity-7", "tide")]


def test_a_stop_is_named_for_what_it_serves():
    place = Place()
    place.node("context:stop", (0, 0), name="Quay School", kind="transport", source="stops.csv")
    place.node("context:school", (10, 0), name="Quay School", kind="school", source="schools.csv")
    assert pairs(place) == []


def test_peer_groups_and_the_confidential_are_never_compared():
    place = Place()
    for n in "ab":
        place.node(f"context:{n}", within="area:w", name="Peer group in North", kind="peer_group")
        place.node(f"org:{n}", name="Refuge", sensitivity="confidential")
    place.node("area:w", (0, 0))
    assert pairs(place) == []


def test_services_of_one_name_are_one_where_they_meet_or_who_runs_them_is_one():
    place = Place()
    for n, x in (("a", 0), ("b", 30), ("c", 5000), ("d", 9000)):
        place.node(f"service:{n}", name="Night youth")
        place.node(f"session:{n}", (x, 0))
        place.link("DELIVERS", f"service:{n}", f"session:{n}")
    for n in "cd":
        place.link("RUNS", "org:trust", f"service:{n}")
    place.node("org:trust")
    assert pairs(place) == [("name_place", "a", "b"), ("name_runner", "c", "d")]


def test_of_an_area_only_pairs_that_touch_it_are_listed():
    place = Place()
    for ward, x in (("w1", 0), ("w2", 20_000)):
        place.node(f"area:{ward}", (x, 0))
        for n in "ab":
            place.node(f"guardian:{ward}{n}", (x, 0), f"area:{ward}", name=f"Anchor {ward}")
    rows = identity(place.landscape("area:w1")).rows
    assert [(row["one"], row["other"]) for row in rows] == [("guardian:w1a", "guardian:w1b")]


def twins(verdict: str) -> Place:
    """A park with one active guardian that two files have: one knows its stage, the other its hours."""
    place = Place()
    place.node("area:w", (0, 0))
    place.node("context:park", (0, 0), "area:w", active_hours_week=ACTIVE["hours_week"])
    place.node("guardian:a", (10, 0), "area:w", name="Anchor", source="a.csv", **ACTIVE)
    place.node("guardian:b", (12, 0), "area:w", name="Anchor", source="b.csv", **{**ACTIVE, "staff": 4})
    place.link("SAME_AS", "guardian:a", "guardian:b", verdict=verdict)
    return place


def test_a_confirmed_pair_covers_once():
    # Two guardians of one park at every hour, k = 2: covered twice while they are two, uncovered when they are one.
    two, one = (coverage(twins(verdict).landscape(), k=2).rows[0] for verdict in ("suggested", "confirmed"))
    assert (two["hours_uncovered"], one["hours_uncovered"]) == (0, 168)
    landscape = twins("confirmed").landscape()
    assert landscape.count("Guardian") == 1
    assert landscape.nodes("Guardian").loc["guardian:a", "staff"] == 4
    assert len(landscape.links("WITHIN")) == 2  # the park's and the one venue's


def test_what_another_record_adds_stays_under_its_own_licence(tmp_path):
    place = twins("confirmed")
    agreed = {"display_consent": True, "young_people_say": None}
    place.records = [
        NodeRecord(r.label, r.id, {**r.properties, "source": r.properties.get("source", "a.csv"), **agreed})
        if isinstance(r, NodeRecord) and r.label == "Guardian" else r for r in place.records
    ]  # fmt: skip
    place.node("area:w", (0, 0), source="a.csv")
    place.node("source:a.csv", name="a.csv", licence="CC0-1.0")
    place.node("source:b.csv", name="b.csv")
    landscape = place.landscape()
    assert [source["name"] for source in landscape.sources(["Guardian"], ())] == ["a.csv", "b.csv"]
    # The venue reads as of a.csv, but its staff is from b.csv, whose licence nobody knows.
    with pytest.raises(InputError, match=r"unknown licence: b\.csv"):
        export_package(landscape, tmp_path / "out", publishable=True)


def test_what_was_decided_is_listed_with_its_verdict_and_not_suggested_again():
    for verdict in ("confirmed", "refused"):
        result = identity(twins(verdict).landscape())
        assert [(row["verdict"], row["one"], row["other"]) for row in result.rows] == [
            (verdict, "guardian:a", "guardian:b")
        ]
        assert result.summary == {"suggested": 0, "confirmed": 0, "refused": 0, verdict: 1}


def test_a_decision_of_a_later_day_does_not_hold_before():
    place = twins("confirmed")
    last = place.records[-1]
    last.properties["valid_from"] = date(2026, 12, 1)
    assert place.landscape(as_of=date(2026, 11, 30)).count("Guardian") == 2
    assert place.landscape(as_of=date(2026, 12, 1)).count("Guardian") == 1


def test_a_distance_must_be_positive():
    with pytest.raises(InputError, match="within_m"):
        identity(Place().landscape(), within_m=0)
