"""Which services count for whom, where they are, and who lives where: small places worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from made_up import Place, week

from analysis.facts.supply import cells_of, left_out, services_for, sites_of, unplaced
from graphmodel.errors import UnknownName


def services(**fields_by_name):
    place = Place()
    for name, fields in fields_by_name.items():
        place.node(f"service:{name}", **fields)
    return place.landscape()


def names(frame, *, unsaid=None):
    chosen = frame if unsaid is None else frame[frame["unsaid"] == unsaid]
    return [id.removeprefix("service:") for id in chosen.index]


def test_services_that_have_ended_or_are_for_those_who_work_with_young_people_are_not_for_them():
    landscape = services(
        all={},
        ended={"status": "ended"},
        parents={"for_whom": ["parents_carers"]},
        both={"for_whom": ["young_people", "parents_carers"]},
        staff={"for_whom": ["professionals"]},
    )
    assert names(services_for(landscape)) == ["all", "both"]


def test_a_service_for_nobody_in_particular_is_for_every_group_and_that_is_said():
    landscape = services(
        all={}, girls={"made_for": ["girls_and_young_women"]}, carers={"made_for": ["young_carers", "lgbtq"]}
    )
    found = services_for(landscape, group="young_carers")
    assert (names(found, unsaid=True), names(found, unsaid=False)) == (["all"], ["carers"])


def test_ages_that_nobody_recorded_exclude_nobody():
    landscape = services(
        known={"minimum_age": 11, "maximum_age": 17},
        adult={"minimum_age": 18},
        from11={"minimum_age": 11},
        upto10={"maximum_age": 10},
        unsaid={},
    )
    found = services_for(landscape, age=17)
    assert (names(found, unsaid=False), names(found, unsaid=True)) == (["known"], ["from11", "unsaid"])
    # of 10 to 17 some are 10: the service up to 10 is for them
    assert names(services_for(landscape, ages=(10, 17))) == ["from11", "known", "unsaid", "upto10"]


def test_language_level_kind_and_access_must_be_recorded():
    landscape = services(
        arabic={"languages": ["ar", "en"], "level": "both", "access": "self"},
        english={"languages": ["en"], "level": "L1", "access": "school"},
        silent={},
    )
    assert names(services_for(landscape, language="ar")) == ["arabic"]
    assert names(services_for(landscape, level="L1")) == ["arabic", "english"]
    assert names(services_for(landscape, level="L2", access="self")) == ["arabic"]
    assert left_out(landscape, language="ar") == 1
    assert left_out(landscape, kind="mentoring", language="ar") == 0  # it is youth work, whatever its language


@pytest.mark.parametrize("filters", [{"group": "x"}, {"harm": "x"}, {"language": "xx"}, {"level": "L3"}, {"kind": "x"}])
def test_a_code_that_is_in_no_list_is_refused(filters):
    with pytest.raises(UnknownName, match="there are"):
        services_for(services(a={}), **filters)


def test_a_boroughs_own_kind_of_service_can_be_asked_for():
    assert names(services_for(services(a={"kind": "boxing_gym"}, b={}), kind="boxing_gym")) == ["a"]


def two_sessions_and_a_home():
    place = Place()
    place.node("area:north", (0, 0))
    place.node("service:club", capacity=90)
    place.node("session:a", (100, 0), "area:north", hours_week=week((0, 17, 19)))
    place.node("session:b", (0, 200), "area:north")
    place.node("session:c", (5, 5), "area:north", kind="home")
    place.node("service:online")
    place.node("session:d", kind="online")
    place.node("service:refuge", sensitivity="confidential")
    place.node("session:hidden", None, "area:north", sensitivity="confidential")
    for session in "abc":
        place.link("DELIVERS", "service:club", f"session:{session}")
    place.link("DELIVERS", "service:online", "session:d")
    place.link("DELIVERS", "service:refuge", "session:hidden")
    return place.landscape()


def test_places_a_year_are_split_over_the_places_people_go_to():
    landscape = two_sessions_and_a_home()
    sites = sites_of(landscape, services_for(landscape))
    assert sites.sessions.tolist() == ["session:a", "session:b", "session:hidden"]
    # nobody travels to the session at home: 90 places over two, and the refuge's are not known
    assert sites.capacity.tolist()[:2] == [45, 45]
    assert np.isnan(sites.capacity[2])
    assert sites.share.tolist() == [0.5, 0.5, 1]


def test_a_confidential_session_stands_at_the_centre_of_its_ward():
    landscape = two_sessions_and_a_home()
    sites = sites_of(landscape, services_for(landscape))
    assert sites.exact.tolist() == [True, True, False]
    centre = landscape.nodes("Area").loc["area:north", ["x", "y"]].tolist()
    assert sites.points[2].tolist() == centre


def test_at_an_hour_only_what_is_known_to_be_open_counts():
    landscape = two_sessions_and_a_home()
    at_six = sites_of(landscape, services_for(landscape), hour=18)
    assert (at_six.sessions.tolist(), at_six.share.tolist()) == (["session:a"], [0.5])
    assert not len(sites_of(landscape, services_for(landscape), hour=20).sessions)


def test_a_service_without_a_place_is_unplaced():
    landscape = two_sessions_and_a_home()
    assert names(unplaced(landscape, services_for(landscape))) == ["online"]


def test_people_are_those_of_the_ages_asked_for_in_the_smallest_areas():
    place = Place()
    place.node("area:w", (0, 0), population_10_17=999)
    ages = [1.0] * 10 + [5.0] * 8 + [2.0] * 3
    place.node("area:l1", (0, 0), "area:w", level="lsoa", population_by_age=ages, population_10_17=40)
    place.node("area:l2", (0, 0), "area:w", level="lsoa", population_10_17=30)
    cells = cells_of(place.landscape())
    assert (cells.level, cells.ids.tolist(), cells.area.tolist()) == ("lsoa", ["area:l1", "area:l2"], ["area:w"] * 2)
    assert cells.people.tolist() == [40, 30]  # ten to seventeen: 8 years of 5
    older = cells_of(place.landscape(), minimum_age=16, maximum_age=18)
    # 16 and 17 are 5 each, 18 is 2; the second has no single years, and its 10-17 stand in
    assert (older.people.tolist(), older.stands_in.tolist()) == ([12, 30], [False, True])


def test_where_only_wards_are_counted_they_are_the_cells_and_their_own_ward():
    place = Place()
    place.node("area:w", (0, 0), population_10_17=999)
    cells = cells_of(place.landscape())
    assert (cells.level, cells.area.tolist()) == ("ward", ["area:w"])
