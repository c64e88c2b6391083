"""Harms that no service responds to, and ages at which provision stops: what is evidenced, what is to be found out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import Place

from analysis.finders.fitting import CLIFFS, Ages, beyond, is_cliff
from analysis.gaps import gaps


def town() -> Place:
    """Two wards of a town, the north with two parks."""
    place = Place()
    place.node("area:town", (0, 0), level="local_authority")
    for ward, y in (("north", 0), ("south", 9000)):
        place.node(f"area:{ward}", (0, y), "area:town")
        place.node(f"area:cell-{ward}", (0, y), f"area:{ward} area:town", level="lsoa", population_10_17=100)
    return place


def service(place: Place, key: str, ward: str = "north", **fields) -> str:
    place.node(f"service:{key}", **fields)
    place.node(f"session:{key}", (0, 0 if ward == "north" else 9000), f"area:{ward} area:town")
    place.link("DELIVERS", f"service:{key}", f"session:{key}")
    return f"service:{key}"


def need(place: Place, area: str = "area:north", **fields) -> None:
    place.node("need:n", **{"people": 50, "ages": "11-17", **fields})
    place.link("ESTIMATED_FOR", "need:n", area)


def found(landscape, kind, topic=None):
    return [gap for gap in gaps(landscape, kind=kind).gaps if topic in (None, gap.topic)]


# --- harms


def test_a_harm_with_a_need_that_no_service_names_is_evidenced():
    place = town()
    service(place, "s", harms=["serious_violence"])
    need(place, harm="teenage_relationship_abuse")
    (gap,) = found(place.landscape(), "harm_unserved")
    assert (gap.text, gap.band) == ("town: no provision for teenage relationship abuse", "B")
    assert (gap.people, gap.people_basis, gap.members) == (50, "need", ("need:n",))
    assert gap.because == (
        "It is recorded in 1 need, and none of the 1 services here whose harms are recorded responds to it."
    )
    assert gap.topic == "teenage_relationship_abuse"


@pytest.mark.parametrize("basis", ["young_people_said", "parents_said", "named_in_plans"])
def test_a_need_that_people_named_comes_first(basis):
    place = town()
    service(place, "s", harms=["serious_violence"])
    need(place, harm="online_harm", basis=basis)
    (gap,) = found(place.landscape(), "harm_unserved")
    assert gap.band == "A"


def test_a_harm_recorded_at_places_counts_those_who_live_there():
    place = town()
    service(place, "s", harms=["serious_violence"])
    for n in range(2):
        place.node(f"context:{n}", (n * 50, 0), "area:north area:town", harms=["online_harm"])
    (gap,) = found(place.landscape(), "harm_unserved")
    assert gap.members == ("context:0", "context:1")
    assert (gap.people, gap.people_basis) == (100, "resident")  # the cell of the north, once
    assert gap.because.startswith("It is recorded at 2 places, and none")


def test_a_service_in_the_other_ward_of_the_town_responds():
    place = town()
    service(place, "s", ward="south", harms=["online_harm"])
    need(place, harm="online_harm")
    assert found(place.landscape(), "harm_unserved") == []


def test_a_service_of_another_town_does_not():
    place = town()
    place.node("area:elsewhere", (0, 50_000), level="local_authority")
    service(place, "here", harms=["serious_violence"])
    place.node("service:there", harms=["online_harm"])
    place.link("SERVES", "service:there", "area:elsewhere")
    need(place, harm="online_harm")
    assert len(found(place.landscape(), "harm_unserved")) == 1
    # One that also serves the town does.
    place.link("SERVES", "service:there", "area:town")
    assert found(place.landscape(), "harm_unserved") == []


def test_a_service_that_ended_responds_to_nothing():
    place = town()
    service(place, "s", harms=["serious_violence"])
    service(place, "closed", harms=["online_harm"], status="closed")
    need(place, harm="online_harm")
    assert len(found(place.landscape(), "harm_unserved")) == 1


def test_services_that_do_not_say_are_said():
    place = town()
    service(place, "s", harms=["serious_violence"])
    service(place, "silent")
    need(place, harm="online_harm")
    (gap,) = found(place.landscape(), "harm_unserved")
    assert "; 1 more do not say to which they respond" in gap.because


def test_where_no_service_says_it_is_to_be_found_out():
    place = town()
    service(place, "a")
    service(place, "b")
    need(place, harm="online_harm")
    assert found(place.landscape(), "harm_unserved") == []
    (gap,) = found(place.landscape(), "missing_data", "harms")
    assert gap.because == "For 2 of 2 services here nobody recorded which harms they respond to."
    assert (gap.area, gap.band, gap.text) == ("area:town", "", "town: harms that services respond to not recorded")


def test_without_a_harm_recorded_nothing_is_asked():
    place = town()
    service(place, "s")
    assert found(place.landscape(), "harm_unserved") + found(place.landscape(), "missing_data", "harms") == []


def test_every_shipped_harm_that_is_not_recorded_stays_out():
    place = town()
    service(place, "s", harms=["serious_violence"])
    place.node("context:park", (0, 0), "area:north", harms=["serious_violence"])
    assert found(place.landscape(), "harm_unserved") == []


def test_one_more_service_that_names_a_harm_never_adds_a_gap():
    place = town()
    service(place, "s", harms=["serious_violence"])
    need(place, harm="online_harm")
    place.node("context:park", (0, 0), "area:north", harms=["modern_slavery"])
    before = {gap.id for gap in found(place.landscape(), "harm_unserved")}
    service(place, "more", harms=["online_harm"])
    after = {gap.id for gap in found(place.landscape(), "harm_unserved")}
    assert after < before


# --- ages


def aged(*bounds: tuple[int | None, int | None]) -> Place:
    place = town()
    for n, (lowest, highest) in enumerate(bounds):
        service(place, str(n), minimum_age=lowest, maximum_age=highest)
    return place


def cliffs(place: Place):
    return [(gap.about, gap.topic, gap.shortfall) for gap in found(place.landscape(), "age_cliff")]


@pytest.mark.parametrize(
    ("stop", "go_on", "cliff"),
    [
        (2, 0, True),
        (1, 0, False),  # one service is no pattern
        (2, 1, True),  # two thirds
        (3, 2, False),  # three fifths
        (6, 2, True),
        (8, 3, False),  # three go on: a choice
    ],
)
def test_when_provision_stops(stop, go_on, cliff):
    assert is_cliff(stop, go_on) is cliff


def test_a_ward_whose_services_stop_at_16_and_17():
    place = aged((8, 16), (10, 17), (8, 25))
    assert cliffs(place) == [("area:north", "at_18", 0.6667)]
    (gap,) = found(place.landscape(), "age_cliff")
    assert (gap.text, gap.band, gap.members) == ("north: provision stops at 18", "D", ("service:0", "service:1"))
    assert gap.because == "Of 3 services for ages 14 to 17, 2 take nobody aged 18, and 1 goes on."


def test_nothing_at_all_beyond_comes_before_something():
    (gap,) = found(aged((8, 16), (10, 17)).landscape(), "age_cliff")
    assert (gap.band, gap.shortfall) == ("B", 1.0)


def test_below_11_too():
    assert cliffs(aged((11, 18), (11, 25), (10, 25))) == [("area:north", "below_11", 0.6667)]


def test_services_for_children_or_for_grown_ups_are_not_counted():
    # For 5 to 10 and for 18 to 25: neither is for the ages before a cliff.
    assert cliffs(aged((5, 10), (18, 25), (8, 17), (8, 25))) == []


def test_services_for_parents_do_not_go_on_for_young_people():
    place = aged((8, 17), (8, 17))
    for n in range(3):
        service(place, f"parents{n}", minimum_age=8, maximum_age=99, for_whom=["parents_carers"])
    assert cliffs(place) == [("area:north", "at_18", 1.0)]


def test_a_need_of_leavers_names_it():
    place = aged((8, 17), (8, 17))
    need(place, ages="18-20", basis="young_people_said", people=35)
    (gap,) = found(place.landscape(), "age_cliff")
    assert (gap.band, gap.people, gap.people_basis) == ("A", 35, "need")
    assert gap.because.endswith("none goes on; named by young people.")


def test_a_need_of_those_before_the_cliff_does_not():
    place = aged((8, 17), (8, 17))
    need(place, ages="11-17", basis="young_people_said")
    (gap,) = found(place.landscape(), "age_cliff")
    assert (gap.band, gap.people_basis) == ("B", "resident")


def test_one_of_unknown_age_might_go_on():
    # Even if it went on, two of three stop.
    place = aged((8, 17), (8, 17), (8, None))
    (gap,) = found(place.landscape(), "age_cliff")
    assert (gap.band, gap.shortfall) == ("D", 0.6667)
    assert gap.because.endswith("none goes on; of 1 nobody recorded it.")


def test_where_the_unknown_decide_it_is_to_be_found_out():
    # If both unknown stopped, three of three would; if they went on, one of three.
    place = aged((8, 17), (8, None), (8, None))
    assert cliffs(place) == []
    (gap,) = found(place.landscape(), "missing_data", "ages")
    assert gap.because == "For 2 of 3 services nobody recorded for which ages they are."
    assert (gap.area, gap.members) == ("area:town", ("service:1", "service:2"))


def test_where_enough_go_on_the_unknown_do_not_matter():
    place = aged((8, 25), (8, 25), (8, 25), (8, None))
    assert cliffs(place) == [] and found(place.landscape(), "missing_data", "ages") == []


def test_services_of_the_whole_town_count_in_each_ward():
    place = aged((8, 17), (8, 17))
    for n in range(3):
        place.node(f"service:wide{n}", minimum_age=8, maximum_age=25)
        place.link("SERVES", f"service:wide{n}", "area:town")
    assert cliffs(place) == []


ages = st.none() | st.integers(0, 30)


@given(st.lists(st.tuples(ages, ages), max_size=20))
def test_each_service_stops_goes_on_or_is_not_known(bounds):
    ids = [f"service:{n:02}" for n in range(len(bounds))]
    columns = [np.array([bound[i] for bound in bounds], float) for i in (0, 1)]
    services = Ages(np.array(ids, object), *columns)
    for cliff in CLIFFS:
        expected = {"stop": [], "go_on": [], "unknown": []}
        for id, (low, high) in zip(ids, bounds, strict=True):
            takes_before = (low is None or low <= cliff.ages[1]) and (high is None or high >= cliff.ages[0])
            if not takes_before:
                continue
            if cliff.topic == "at_18":
                kind = "unknown" if high is None else "go_on" if high >= 18 else "stop"
            else:
                kind = "unknown" if low is None else "go_on" if low <= 10 else "stop"
            expected[kind].append(id)
        found = beyond(services, cliff)
        assert {name: list(getattr(found, name)) for name in expected} == expected


@given(st.integers(0, 30), st.integers(0, 30))
def test_one_more_that_goes_on_never_makes_a_cliff(stop, go_on):
    assert is_cliff(stop, go_on) or not is_cliff(stop, go_on + 1)


# --- the area and the demo


def test_a_part_gives_what_the_whole_gives_for_it():
    place = aged((8, 17), (8, 17))
    service(place, "s", ward="south", harms=["serious_violence"])
    need(place, harm="online_harm")
    kinds = ("harm_unserved", "age_cliff")

    def rows(area):
        return [g for kind in kinds for g in found(place.landscape(area=area), kind)]

    assert rows("area:town") == rows(None)
    assert [g for g in rows("area:north") if g.kind == "age_cliff"] == [g for g in rows(None) if g.kind == "age_cliff"]
    # The harm is the town's; the ward in which it is recorded is told too.
    assert [g.about for g in rows("area:north")] == ["area:town", "area:north"]
    assert rows("area:south") == []


def test_the_demo_has_no_response_to_relationship_abuse(demo_whole):
    (gap,) = found(demo_whole, "harm_unserved")
    assert (gap.topic, gap.about, gap.people) == ("teenage_relationship_abuse", "area:X08000001", 85)
    assert "need:relationship-abuse" in gap.members


def test_millrace_falls_off_at_18(demo_whole):
    at_18 = found(demo_whole, "age_cliff", "at_18")
    assert [(gap.about, gap.band, gap.people) for gap in at_18] == [("area:X05000007", "A", 35)]
    assert len(found(demo_whole, "age_cliff")) <= 4


@pytest.mark.shared
def test_registers_say_nothing_of_harms_and_ages(trafford_whole):
    assert found(trafford_whole, "harm_unserved") + found(trafford_whole, "age_cliff") == []
    assert len(found(trafford_whole, "missing_data", "ages")) == 1
    assert found(trafford_whole, "missing_data", "harms") == []
