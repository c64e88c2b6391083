"""Completeness of a place in which little is recorded, shares worked by hand."""

from __future__ import annotations

from datetime import date

import pytest
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


def verified_place() -> Place:
    """Parks and services of the north: checked a month ago, a year and a day ago, never, and on a day to come."""
    place = half_known()
    for key, day in (("lately", date(2026, 10, 1)), ("long-ago", date(2025, 10, 31)), ("not-yet", date(2026, 12, 1))):
        place.node(f"context:{key}", (0, 0), "area:north", verified=day)
        place.node(f"service:{key}", verified=day)
        place.link("SERVES", f"service:{key}", "area:north")
    return place


def test_what_was_verified_within_twelve_months():
    result = completeness(verified_place().landscape())
    # Of four contexts (the park was never checked) one; of four services one; of three guardians one.
    assert result.summary["verified_within_12_months"] == {"Context": 0.25, "Guardian": 0.3333, "Service": 0.25}
    # A day that has not come is none on which anything was checked.
    assert result.summary["never_verified"] == {"Context": 2, "Guardian": 2, "Service": 2}
    north = next(row for row in rows(result, "area") if row["area"] == "area:north")
    assert (north["contexts_verified"], north["guardians_verified"], north["services_verified"]) == (0.25, 0.5, 0.25)
    assert (north["services_never_verified"], north["last_verified"]) == (2, date(2026, 10, 2))


def test_a_year_ago_to_the_day_is_within_twelve_months():
    place = Place()
    place.node("context:park", (0, 0), verified=date(2025, 11, 1))
    assert completeness(place.landscape()).summary["verified_within_12_months"]["Context"] == 1.0


def test_unsurveyed_areas_are_listed_by_name():
    summary = completeness(half_known().landscape()).summary
    assert (summary["areas_not_surveyed"], summary["not_surveyed"]) == (1, ["south"])


def test_partner_links_say_what_they_are_or_not():
    place = half_known()
    for body in ("a", "b", "c"):
        place.node(f"org:{body}")
    place.link("REFERS_TO", "org:a", "org:b", formality="protocol", basis="declared", last_contact=date(2026, 9, 1))
    place.link("REFERS_TO", "org:b", "org:c", basis="perceived", last_contact=date(2024, 9, 1))
    links = {row["link"]: (row["nodes"], row["linked"]) for row in rows(completeness(place.landscape()), "link")}
    assert links["partner link says how firm it is"] == (2, 0.5)
    assert links["partner link says whether it is declared or perceived"] == (2, 1.0)
    assert links["partner link says when they last worked together"] == (2, 1.0)
    assert links["partner link was in use within twelve months"] == (2, 0.5)
    assert links["perceived link says who was asked"] == (1, 0.0)


@pytest.mark.parametrize("area", ["area:north", "area:south"])
def test_verified_in_a_part_is_what_it_is_in_the_whole(area):
    place = verified_place()
    whole = {row["area"]: row for row in rows(completeness(place.landscape()), "area")}
    (row,) = rows(completeness(place.landscape(area=area)), "area")
    assert row == whole[area]


def test_a_part_has_the_same_row_as_the_whole():
    place = half_known()
    whole = {row["area"]: row for row in rows(completeness(place.landscape()), "area")}
    for area in ("area:north", "area:south"):
        (row,) = rows(completeness(place.landscape(area=area)), "area")
        assert row == whole[area]


def test_nothing_loaded_is_no_share_at_all():
    assert completeness(Place().landscape()).summary["complete"] is None
