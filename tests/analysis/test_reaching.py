"""Out of reach, and nothing to ask for oneself: where somebody recorded it, and where nobody did."""

from __future__ import annotations

import pytest
from made_up import Place

from analysis.gaps import gaps

FOR_YOUNG_PEOPLE = {"minimum_age": 10, "maximum_age": 18}


def two_wards() -> Place:
    """North has 300 and 100 young people 1,000 m apart, South 200 far away; a club in North reaches the 300."""
    place = Place()
    place.node("area:b", (0, 0), level="local_authority")
    for ward, cell, x, people in (("north", "n1", 0, 300), ("north", "n2", 2500, 100), ("south", "s1", 9000, 200)):
        place.node(f"area:{cell}", (x, 0), f"area:{ward} area:b", level="lsoa", population_10_17=people)
    place.node("area:north", (0, 0), "area:b")
    place.node("area:south", (9000, 0), "area:b")
    service(place, "club", (0, 0), access="self")
    return place


def service(place: Place, name: str, at: tuple[float, float] | None, ward: str = "north", **fields) -> str:
    kind = fields.pop("session", "centre")
    place.node(f"service:{name}", **{**FOR_YOUNG_PEOPLE, **fields})
    place.node(f"session:{name}", at, f"area:{ward} area:b", kind=kind)
    place.link("DELIVERS", f"service:{name}", f"session:{name}")
    return f"service:{name}"


def found(place: Place, kind: str, topic: str = "") -> dict[str, object]:
    rows = gaps(place.landscape(), kind=kind).gaps
    return {row.area: row for row in rows if row.topic == topic}


# --- out of reach


def test_a_ward_where_nobody_reaches_a_service_is_band_b_and_one_where_some_do_not_is_band_d():
    rows = found(two_wards(), "low_access")
    south, north = rows["area:south"], rows["area:north"]
    assert (south.band, south.shortfall, south.people) == ("B", 1.0, 200)
    # of the 400 in North the 100 of n2 live 2,500 m from the club
    assert (north.band, north.shortfall, north.people, north.members) == ("D", 0.25, 100, ("area:n2",))
    assert north.because.startswith("100 of 400 young people aged 10-17 live more than 2,154 m in a straight line")


def test_the_nearest_service_could_hold_a_session_there():
    steps = found(two_wards(), "low_access")["area:north"].closes
    assert steps[0]["text"] == "Ask club to hold a session here: it is the nearest to it"
    assert steps[-1]["action"] == "commission"


def test_a_confidential_service_or_one_for_nobody_knows_whom_is_not_asked():
    place = two_wards()
    service(place, "practice", (2500, 2300), minimum_age=None, maximum_age=None)
    place.node("service:refuge", **FOR_YOUNG_PEOPLE, sensitivity="confidential")
    place.node("session:refuge", None, "area:south area:b", sensitivity="confidential")
    place.link("DELIVERS", "service:refuge", "session:refuge")
    rows = found(place, "low_access")
    assert "area:south" not in rows  # it counts from the ward's centre
    assert [step["about"] for step in rows["area:north"].closes] == [None]


def test_what_comes_to_young_people_is_named_beside_it():
    place = two_wards()
    place.link("SERVES", service(place, "line", None, session="online"), "area:b", basis="catchment")
    assert found(place, "low_access")["area:south"].because.endswith("; 1 service reached online or at home here.")


def test_where_a_service_for_the_ward_has_no_place_recorded_it_may_be_within_reach():
    place = two_wards()
    place.link("SERVES", service(place, "lost", None, ward="south"), "area:south", basis="catchment")
    row = found(place, "low_access")["area:south"]
    assert row.band == "D"
    assert row.because.endswith("; of 1 service for here nobody recorded a place.")
    (unsaid,) = found(place, "missing_data", "places").values()
    assert (unsaid.area, unsaid.members) == ("area:south", ("service:lost",))
    assert unsaid.because == "For 1 of 1 service nobody recorded where they meet young people."


def test_where_of_no_service_anybody_said_that_it_is_for_young_people_nobody_can_tell():
    place = two_wards()
    place.records = [record for record in place.records if getattr(record, "id", "") != "service:club"]
    place.node("service:club")
    assert not found(place, "low_access")


# --- asking for oneself


def test_a_ward_whose_services_all_take_referral_by_others_only_is_found():
    place = two_wards()
    for name, access in (("a", "professional"), ("b", "social_care"), ("c", "parent")):
        service(place, name, (9000, 0), ward="south", access=access)
    rows = found(place, "self_referral")
    assert list(rows) == ["area:south"]  # the club in North takes young people as they come
    assert (rows["area:south"].band, rows["area:south"].members) == ("B", ("service:a", "service:b", "service:c"))
    assert (
        rows["area:south"].because
        == "3 services for young people here, and each is recorded as taking referral by others only."
    )


@pytest.mark.parametrize("fields", [{"access": "peer"}, {"access": "school", "open_access": True}])
def test_friends_and_open_doors_are_ways_in(fields):
    place = two_wards()
    service(place, "a", (9000, 0), ward="south", access="professional")
    service(place, "b", (9000, 0), ward="south", **fields)
    assert not found(place, "self_referral")


def test_a_service_for_the_whole_borough_is_one_of_every_ward():
    place = two_wards()
    service(place, "a", (9000, 0), ward="south", access="professional")
    place.link("SERVES", "service:club", "area:b", basis="catchment")
    assert not found(place, "self_referral")


def test_where_it_is_not_recorded_who_can_refer_it_is_to_be_found_out():
    place = two_wards()
    service(place, "a", (9000, 0), ward="south", access="professional")
    service(place, "b", (9000, 0), ward="south")
    assert not found(place, "self_referral")
    row = found(place, "missing_data", "access")["area:b"]
    # of South's two services; North has one that is known to take them, and is not asked about
    assert (row.because, row.members) == ("For 1 of 2 services nobody recorded who can refer.", ("service:b",))


def test_services_for_parents_are_not_asked_for_by_young_people():
    place = two_wards()
    service(place, "a", (9000, 0), ward="south", access="self", for_whom=["parents_carers"])
    service(place, "b", (9000, 0), ward="south", access="school")
    assert found(place, "self_referral")["area:south"].members == ("service:b",)


# --- where the demo was planted with them


def test_larkmoss_is_out_of_reach_and_no_other_ward_is(demo_whole):
    (row,) = gaps(demo_whole, kind="low_access").gaps
    assert (row.area, row.band) == ("area:X05000008", "B")


def test_nothing_in_netherwharf_can_be_asked_for_by_young_people(demo_whole):
    rows = {row.area: row for row in gaps(demo_whole, kind="self_referral").gaps}
    assert "area:X05000004" in rows
    access = demo_whole.nodes("Service")["access"]
    assert not {"self", "peer"} & {access[id] for row in rows.values() for id in row.members}


@pytest.mark.shared
def test_trafford_is_told_in_one_row_that_nobody_recorded_who_can_refer(trafford_whole):
    assert not gaps(trafford_whole, kind="low_access").gaps
    assert not gaps(trafford_whole, kind="self_referral").gaps
    rows = [row for row in gaps(trafford_whole, kind="missing_data").gaps if row.topic == "access"]
    assert [row.area_name for row in rows] == ["Trafford"]
    assert rows[0].because == "For 82 of 82 services nobody recorded who can refer."
