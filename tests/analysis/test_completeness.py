"""Completeness of a place in which little is recorded, shares worked by hand."""

from __future__ import annotations

from datetime import date

from made_up import ACTIVE, Place

from analysis.completeness import completeness


def half_known() -> Place:
    place = Place()
    place.node("area:north", (0, 0))
    place.node("area:south", (0, 9000))
    place.node("context:park", (0, 0), "area:north")
    place.node("guardian:a", (0, 0), "area:north", verified=date(2026, 10, 2), **ACTIVE)
    place.node("guardian:b", (0, 0), "area:north")
    place.node("guardian:c", (0, 9000), "area:south")
    place.node("service:s", level="L1", approach="mixed", lens="welfare")
    place.node("session:s", (0, 0), "area:north")
    place.link("DELIVERS", "service:s", "session:s")
    return place


def rows(result, about):
    return [row for row in result.rows if row["about"] == about]


def test_what_the_gap_list_rests_on_is_shared_out():
    result = completeness(half_known().landscape())
    assert result.summary["rests_on"] == {
        "context_hours": 0.0,
        "engagement": 0.3333,  # one of three guardians
        "guardian_hours": 0.3333,
        "service_capacity": 0.0,
        "service_coding": 1.0,
        "service_hours": 0.0,  # a session without hours
    }
    # (0 + 1/3 + 1/3 + 0 + 1 + 0) / 6
    assert result.summary["complete"] == 0.2778


def test_an_area_nobody_surveyed_is_told():
    areas = {row["area"]: row for row in rows(completeness(half_known().landscape()), "area")}
    assert (areas["area:north"]["surveyed"], areas["area:south"]["surveyed"]) == (True, False)
    assert areas["area:north"]["engagement"] == 0.5
    assert areas["area:south"]["context_hours"] is None  # no context there: nothing to share
    assert (areas["area:north"]["services"], areas["area:south"]["services"]) == (1, 0)


def test_filled_fields_and_age_of_verification():
    labels = {row["label"]: row for row in rows(completeness(half_known().landscape()), "label")}
    guardian = labels["Guardian"]
    assert guardian["nodes"] == 3
    assert (guardian["fields"]["stage"], guardian["fields"]["point"], guardian["fields"]["brand"]) == (0.3333, 1.0, 0.0)
    # checked on 2 October, asked on 1 November: 30 days; one of three
    assert (guardian["verified"], guardian["median_days_since_verified"]) == (0.3333, 30.0)
    assert labels["Forum"]["filled"] is None


def test_links_that_could_be_expected():
    links = {row["link"]: row["linked"] for row in rows(completeness(half_known().landscape()), "link")}
    assert links["service has a session"] == 1.0
    assert links["service is run by an organisation"] == 0.0
    assert links["active guardian has a partner"] == 0.0
    assert links["organisation has a partner"] is None


def test_a_part_has_the_same_row_as_the_whole():
    place = half_known()
    whole = {row["area"]: row for row in rows(completeness(place.landscape()), "area")}
    for area in ("area:north", "area:south"):
        (row,) = rows(completeness(place.landscape(area=area)), "area")
        assert row == whole[area]


def test_nothing_loaded_is_no_share_at_all():
    assert completeness(Place().landscape()).summary["complete"] is None
