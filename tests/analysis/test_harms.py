"""Harms with and without a response, schools, and services that do the same: small places, by hand."""

from __future__ import annotations

import pytest
from made_up import Place

from analysis.harms import duplication, exclusion, harms
from graphmodel.codes import code_list


def town() -> Place:
    place = Place()
    place.node("area:town", (0, 0), level="local_authority")
    for ward, y in (("north", 0), ("south", 9000)):
        place.node(f"area:{ward}", (0, y), "area:town")
    return place


def service(place: Place, key: str, ward: str = "north", **fields) -> None:
    place.node(f"service:{key}", **fields)
    place.node(f"session:{key}", (0, 0 if ward == "north" else 9000), f"area:{ward} area:town")
    place.link("DELIVERS", f"service:{key}", f"session:{key}")


def row(result, harm):
    return next(row for row in result.rows if row["harm"] == harm)


# --- harms


def test_every_harm_of_the_list_has_a_row_and_what_users_add():
    place = town()
    place.node("context:park", (0, 0), "area:north", harms=["our_own_harm", "online_harm"])
    result = harms(place.landscape())
    assert [r["harm"] for r in result.rows] == [*code_list("harms"), "our_own_harm"]
    assert (row(result, "our_own_harm")["contexts"], row(result, "online_harm")["contexts"]) == (1, 1)


def test_radicalisation_is_no_row_unless_users_bring_it():
    assert "radicalisation" not in {r["harm"] for r in harms(town().landscape()).rows}


def test_some_none_recorded_and_not_known_are_three_answers():
    place = town()
    service(place, "silent")
    assert row(harms(place.landscape()), "online_harm")["provision"] == "not_known"
    service(place, "says", harms=["serious_violence"], level="L2", purposes=["alternative_to_relocation"])
    result = harms(place.landscape())
    assert row(result, "online_harm")["provision"] == "none_recorded"
    some = row(result, "serious_violence")
    assert (some["provision"], some["services"], some["level_2"], some["alternatives_to_relocation"]) == (
        "some",
        1,
        1,
        1,
    )
    assert result.summary["services_of_unknown_harms"] == 1
    assert any("may respond to any of them" in caveat for caveat in result.caveats)


def test_where_every_service_says_nothing_is_left_open():
    place = town()
    service(place, "says", harms=["serious_violence"])
    assert not any("may respond" in caveat for caveat in harms(place.landscape()).caveats)


def test_an_area_has_the_harms_of_its_own_places_and_services():
    place = town()
    service(place, "s", ward="south", harms=["online_harm"])
    place.node("context:park", (0, 0), "area:north area:town", harms=["online_harm"])
    north, south = (row(harms(place.landscape(area=f"area:{w}")), "online_harm") for w in ("north", "south"))
    assert (north["services"], north["contexts"]) == (0, 1)
    assert (south["services"], south["contexts"]) == (1, 0)


def test_the_demo_has_one_harm_without_a_response(demo_whole):
    none = [r["harm"] for r in harms(demo_whole).rows if r["provision"] == "none_recorded"]
    assert none == ["teenage_relationship_abuse"]


# --- schools


def test_a_school_is_answered_at_the_school_or_for_its_area():
    place = town()
    for key, ward in (("a", "north"), ("b", "north"), ("c", "south")):
        place.node(f"context:{key}", (0, 0 if ward == "north" else 9000), f"area:{ward} area:town", kind="school")
    place.node("context:park", (0, 0), "area:north", kind="park")
    service(place, "back", purposes=["response_to_exclusion"])
    place.link("TARGETS", "service:back", "context:a")
    service(place, "other", ward="south", purposes=["after_school"])
    rows = {r["school"]: r for r in exclusion(place.landscape()).rows}
    assert {id: r["response"] for id, r in rows.items()} == {
        "context:a": "at_school",
        "context:b": "for_its_area",
        "context:c": "none_recorded",
    }
    assert (rows["context:a"]["at_school"], rows["context:b"]["for_its_area"]) == (["back"], ["back"])


@pytest.mark.parametrize("purposes", [None, "no service"])
def test_what_services_do_not_say_leaves_a_school_open(purposes):
    place = town()
    place.node("context:a", (0, 0), "area:north area:town", kind="school")
    if purposes is None:
        service(place, "silent")
    (found,) = exclusion(place.landscape()).rows
    assert found["response"] == "not_known"


def test_schools_are_in_the_order_of_their_names():
    place = town()
    for key, name in (("1", "Zeta High"), ("2", "Alpha High")):
        place.node(f"context:{key}", (0, 0), "area:north", kind="school", name=name)
    assert [r["name"] for r in exclusion(place.landscape()).rows] == ["Alpha High", "Zeta High"]


# --- the same twice


SAME = {"harms": ["online_harm"], "approach": "contextual"}


def same(place: Place):
    return [
        (r["harm"], r["group"], r["approach"], r["names"], r["area_names"]) for r in duplication(place.landscape()).rows
    ]


def test_two_for_the_same_in_one_ward():
    place = town()
    service(place, "a", **SAME)
    service(place, "b", **SAME)
    assert same(place) == [("online_harm", None, "contextual", ["a", "b"], ["north"])]


@pytest.mark.parametrize(
    "other",
    [
        {"harms": ["serious_violence"]},
        {"approach": "structural"},
        {"made_for": ["young_carers"]},
        {"harms": None},
        {"approach": None},
        {"status": "closed"},
    ],
)
def test_another_harm_group_or_approach_is_not_the_same(other):
    place = town()
    service(place, "a", **SAME)
    service(place, "b", **{**SAME, **other})
    assert same(place) == []


def test_another_ward_is_not_the_same_and_two_wards_are_one_row():
    place = town()
    service(place, "a", **SAME)
    service(place, "b", ward="south", **SAME)
    assert same(place) == []
    for key in "ab":
        place.link("SERVES", f"service:{key}", "area:town")
    assert same(place) == [("online_harm", None, "contextual", ["a", "b"], ["north", "south"])]


@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [((8, 11), (12, 17), False), ((8, 12), (12, 17), True), ((8, None), (12, 17), None), ((8, 11), (12, None), False)],
)
def test_whether_ages_overlap(first, second, overlap):
    place = town()
    for key, (lowest, highest) in (("a", first), ("b", second)):
        service(place, key, minimum_age=lowest, maximum_age=highest, **SAME)
    (found,) = duplication(place.landscape()).rows
    assert found["ages_overlap"] is overlap


def test_what_is_not_recorded_is_counted_and_not_compared():
    place = town()
    service(place, "a", **SAME)
    service(place, "silent")
    assert duplication(place.landscape()).summary["services_not_compared"] == 1


def test_several_are_said_not_to_be_too_many(demo_whole):
    result = duplication(demo_whole)
    assert result.rows and all(len(r["services"]) > 1 and r["areas"] for r in result.rows)
    assert "are not too many" in result.caveats[0]
