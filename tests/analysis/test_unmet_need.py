"""How many people no allocation can serve: worked by hand, against plain loops, and what may be said of it."""

from __future__ import annotations

import json

import networkx as nx
import numpy as np
import pytest
from made_up import Place

from analysis import run
from analysis.facts.needs import ages_of, bounds
from analysis.facts.shortfall import each_need, problem_of_needs, shortfalls
from analysis.gaps import gaps
from analysis.results import listed
from analysis.unmet_need import unmet_need
from graphmodel.errors import InputError, UnknownName

NAN = float("nan")


def town() -> Place:
    """A ward of three cells, 5 km apart from west to east, with 10, 20 and 30 young people; a second ward far away."""
    place = Place()
    place.node("area:town", (5000, 0), level="local_authority")
    place.node("area:ward", (5000, 0), "area:town")
    place.node("area:other", (90_000, 0), "area:town")
    for n, people in enumerate((10, 20, 30)):
        place.node(f"area:c{n}", (n * 5000, 0), "area:ward area:town", level="lsoa", population_10_17=people)
    place.node("area:c9", (90_000, 0), "area:other area:town", level="lsoa", population_10_17=40)
    return place


def need(place: Place, key: str, *ends: str, **fields) -> str:
    place.node(f"need:{key}", **fields)
    for end in ends or ("area:ward",):
        place.link("ESTIMATED_FOR", f"need:{key}", end)
    return f"need:{key}"


def service(place: Place, key: str, at: tuple[float, float] | None = None, serves: str = "", **fields) -> str:
    place.node(f"service:{key}", **fields)
    if at is not None:
        place.node(f"session:{key}", at)
        place.link("DELIVERS", f"service:{key}", f"session:{key}")
    for area in serves.split():
        place.link("SERVES", f"service:{key}", area)
    return f"service:{key}"


def rows_of(place: Place, area: str | None = None, **parameters):
    result = unmet_need(place.landscape(area), **parameters)
    return {(row["by"], row["code"]): row for row in result.rows}


def joint(place: Place, area: str | None = None, **parameters):
    return rows_of(place, area, **parameters)["joint", ""]


def unserved(place: Place, **parameters) -> dict[str, int]:
    """Return need -> people left over as given, not yet rounded."""
    problem = problem_of_needs(place.landscape(), **parameters)
    return {id: answer.unserved[1] for id, answer in each_need(problem).items()}


# --- by hand --------------------------------------------------------------------------------------------------


def test_sixty_people_and_twenty_places():
    place = town()
    need(place, "sixty", people=60)
    service(place, "one", serves="area:ward", capacity=20)
    row = joint(place)
    assert (row["need"], row["served_at_most"], row["unmet"], row["share_unmet"]) == (60, 20, 40, 0.6667)
    assert (row["unmet_at_least"], row["unmet_at_most"]) == (40, 40)
    assert row["certificate"] == [
        "60 people in ward (sixty) can use only one, with 20 places a year in all: 40 people cannot be served whatever "
        "the allocation."
    ]
    assert row["certificate_areas"] == ["area:ward"]
    assert row["certificate_spots"] == ["area:c0", "area:c1", "area:c2"]
    assert row["certificate_needs"] == ["need:sixty"]
    assert row["certificate_services"] == ["service:one"]
    assert row["certificate_places"] == 20


def test_people_are_spread_as_residents_are_and_reach_what_is_near():
    # 60 people over 10, 20, 30 residents: 10, 20, 30. The hall (100 places) is near the third cell alone: 30 are left.
    place = town()
    need(place, "sixty", people=60)
    service(place, "hall", (10_000, 2153), capacity=100)
    row = joint(place)
    assert (row["unmet"], row["without_any_service"]) == (30, 30)
    assert row["certificate_spots"] == ["area:c0", "area:c1"]
    assert row["certificate_services"] == []
    assert row["certificate"] == ["30 people in ward (sixty): no recorded service that could serve them is in reach."]


def test_one_metre_further_is_out_of_reach():
    place = town()
    need(place, "sixty", people=60)
    service(place, "hall", (10_000, 2155), capacity=100)
    assert joint(place)["unmet"] == 60
    assert joint(place, catchment_m=2156)["unmet"] == 30


def test_people_are_whole_and_the_largest_remainder_is_rounded_up():
    # 20 over 10 : 20 : 30 is 3.33, 6.67, 10: the second is rounded up.
    place = town()
    need(place, "twenty", people=20)
    problem = problem_of_needs(place.landscape())
    spots = [problem.demand.spots[i] for i in problem.demand.spot]
    assert dict(zip(spots, problem.demand.people[1], strict=True)) == {"area:c0": 3, "area:c1": 7, "area:c2": 10}


def test_a_cell_that_lies_half_in_the_ward_counts_half():
    # 30 over 10 : 20 : 30 and half of 60: 3.33, 6.67, 10, 10.
    place = town()
    place.node("area:edge", (20_000, 0), level="lsoa", population_10_17=60)
    place.link("WITHIN", "area:edge", "area:ward", share=0.5)
    need(place, "thirty", people=30)
    problem = problem_of_needs(place.landscape())
    assert sorted(problem.demand.people[1].tolist()) == [3, 7, 10, 10]


def test_people_of_the_ages_of_the_need():
    place = town()
    ages = np.zeros(30, int).tolist()
    place.node("area:old", (0, 0), level="ward")
    for key, old in (("a", 30), ("b", 10)):
        by_age = [*ages[:18], old, *ages[19:]]
        place.node(f"area:{key}", (0, 0), "area:old", level="lsoa", population_10_17=50, population_by_age=by_age)
    need(place, "adults", "area:old", people=40, ages="18-20")
    problem = problem_of_needs(place.landscape())
    assert problem.demand.people[1].tolist() == [30, 10]


def test_a_context_is_at_its_point_and_a_peer_group_in_its_area():
    place = town()
    place.node("context:park", (10_000, 0), "area:ward area:town")
    place.node("context:friends", None, "area:ward area:town", kind="peer_group")
    need(place, "park", "context:park", people=20)
    need(place, "friends", "context:friends", people=60)
    service(place, "hall", (10_000, 0), capacity=100)
    # all 20 in the park are near; of the friends only the 30 in the third cell
    assert unserved(place) == {"need:park": 0, "need:friends": 30}


def test_a_need_of_several_places_is_shared_out_not_repeated():
    place = town()
    place.node("context:a", (0, 0), "area:ward")
    place.node("context:b", (10_000, 0), "area:ward")
    need(place, "both", "context:a", "context:b", people=30)
    service(place, "hall", (10_000, 0), capacity=100)
    assert unserved(place) == {"need:both": 15}


def test_two_needs_compete_for_the_places_and_each_alone_has_them_all():
    # 20 places: 30 + 20 people are 30 too many together; alone 10 and 0.
    place = town()
    need(place, "a", people=30, harm="serious_violence", groups=["young_carers"])
    need(place, "b", people=20, harm="serious_violence")
    service(place, "one", serves="area:ward", capacity=20)
    rows = rows_of(place)
    assert {key: row["unmet"] for key, row in rows.items()} == {
        ("joint", ""): 30,
        ("group", "young_carers"): 10,
        ("harm", "serious_violence"): 30,
        ("need", "need:a"): 10,
        ("need", "need:b"): 0,
    }
    assert list(rows) == [
        ("joint", ""),
        ("group", "young_carers"),
        ("harm", "serious_violence"),
        ("need", "need:a"),
        ("need", "need:b"),
    ]
    assert rows["harm", "serious_violence"]["name"] == "Serious violence"


def test_who_can_go_elsewhere_is_no_part_of_the_proof():
    # West and middle are short by themselves; the east has a hall of its own, and places to spare.
    place = town()
    need(place, "sixty", people=60)
    service(place, "west", (0, 0), capacity=0)
    service(place, "east", (10_000, 0), capacity=100)
    service(place, "middle", (5000, 0), capacity=5)
    row = joint(place)
    assert row["unmet"] == 25  # 10 + (20 - 5)
    assert row["certificate_spots"] == ["area:c0", "area:c1"]
    assert row["certificate_services"] == ["service:middle", "service:west"]
    assert len(row["certificate"]) == 2  # two bottlenecks that share nothing


# --- eligible -------------------------------------------------------------------------------------------------

ASKED = {"ages": "14-16", "harm": "online_harm", "groups": ["young_carers"], "response_kind": "counselling"}


@pytest.mark.parametrize(
    ("fields", "fits"),
    [
        ({}, True),
        ({"minimum_age": 16}, True),
        ({"minimum_age": 17}, False),
        ({"maximum_age": 14}, True),
        ({"maximum_age": 13}, False),
        ({"harms": ["online_harm", "serious_violence"]}, True),
        ({"harms": ["serious_violence"]}, False),
        ({"made_for": ["young_carers"]}, True),
        ({"made_for": ["girls_and_young_women"]}, False),
        ({"kind": "youth_work"}, False),
        ({"status": "planned"}, False),
        ({"for_whom": ["professionals"]}, True),  # it is the very kind of response that is asked for
        ({"capacity": 0}, False),
    ],
)
def test_which_service_could_serve_a_need(fields, fits):
    place = town()
    need(place, "some", people=30, **ASKED)
    service(place, "one", serves="area:ward", **{"kind": "counselling", "capacity": 50, **fields})
    assert unserved(place) == {"need:some": 0 if fits else 30}


def test_the_kind_of_response_may_be_left_open():
    place = town()
    need(place, "some", people=30, **ASKED)
    service(place, "youth", serves="area:ward", capacity=50)
    service(place, "training", serves="area:ward", capacity=50, for_whom=["professionals"])
    assert joint(place)["unmet"] == 30
    row = joint(place, match_kind=False)
    assert (row["unmet"], row["services"]) == (0, 1)


def test_services_of_unknown_ages_or_harms_are_counted_and_said():
    place = town()
    need(place, "some", people=30, ages="14-16", harm="online_harm")
    service(place, "one", serves="area:ward", capacity=50)
    result = unmet_need(place.landscape())
    assert result.summary["unmet"] == 0
    assert result.summary["services_ages_or_harms_unsaid"] == 1
    assert "Nobody recorded the ages or harms of 1 service: held to be for everybody." in result.caveats


# --- in reach -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("area", ["area:c0 area:c1 area:c2", "area:ward", "area:town"])
def test_a_service_without_a_place_reaches_the_area_it_serves(area):
    place = town()
    need(place, "sixty", people=60)
    service(place, "online", serves=area, capacity=100)
    assert unserved(place) == {"need:sixty": 0}


def test_a_service_for_a_part_of_it_reaches_a_need_that_is_known_of_the_whole_only():
    place = Place()
    place.node("area:town", (0, 0), level="local_authority", population_10_17=500)
    place.node("area:north", (0, 900), "area:town")
    need(place, "all", "area:town", people=60)
    service(place, "north", serves="area:north", capacity=100)
    assert unserved(place) == {"need:all": 0}


def test_a_service_for_another_ward_is_out_of_reach():
    place = town()
    need(place, "sixty", people=60)
    service(place, "other", serves="area:other", capacity=100)
    assert unserved(place) == {"need:sixty": 60}


def test_the_area_served_widens_a_walk_unless_told_otherwise():
    place = town()
    need(place, "sixty", people=60)
    service(place, "hall", (10_000, 0), "area:ward", capacity=100)
    service(place, "online", serves="area:c0", capacity=4)
    assert unserved(place) == {"need:sixty": 0}
    assert unserved(place, served_areas=False) == {"need:sixty": 6 + 20}


def test_a_service_of_which_nobody_recorded_where_is_left_out_and_said():
    place = town()
    need(place, "sixty", people=60)
    service(place, "somewhere", capacity=100)
    result = unmet_need(place.landscape())
    assert result.summary["unmet"] == 60
    assert result.summary["services_without_a_place_or_area"] == 1
    assert "Left out: 1 service of which nobody recorded a place or an area served." in result.caveats


def test_a_need_of_which_nobody_recorded_where_is_left_out_and_said():
    place = town()
    place.node("need:lost", people=60)
    result = unmet_need(place.landscape())
    assert (result.summary["needs"], result.summary["needs_without_a_place"]) == (0, 1)
    assert result.summary["people_basis"] == "need"


def test_where_no_population_is_loaded_people_are_spread_evenly():
    place = Place()
    place.node("area:ward", (0, 0))
    for n in range(3):
        place.node(f"area:c{n}", (n * 5000, 0), "area:ward", level="lsoa")
    need(place, "thirty", people=30)
    service(place, "hall", (0, 0), capacity=100)
    result = unmet_need(place.landscape())
    assert result.summary["unmet"] == 20
    assert "No population is loaded: people are spread evenly." in result.caveats


# --- what is not known ----------------------------------------------------------------------------------------


def test_a_service_of_unknown_capacity_makes_the_shortfall_uncertain():
    place = town()
    need(place, "sixty", people=60)
    service(place, "known", serves="area:ward", capacity=20)
    service(place, "open", serves="area:ward")
    result = unmet_need(place.landscape())
    row = result.rows[0]
    assert (row["unmet"], row["unmet_at_least"]) == (0, 0)
    assert row["unmet_at_most"] == 40  # 60 - 20 - 1 is 39, kept as at most 40
    assert (row["services"], row["services_capacity_unknown"], row["places"]) == (2, 1, 20)
    assert row["certificate"] == []
    assert any(caveat.startswith("Nobody recorded the capacity of 1 of 2 services") for caveat in result.caveats)


def test_who_cannot_use_it_is_short_in_any_case():
    place = town()
    need(place, "sixty", people=60)
    service(place, "open", (10_000, 0))
    service(place, "known", (5000, 0), capacity=0)
    assert joint(place)["unmet"] == 30


def test_bounds_give_the_least_and_the_most():
    place = town()
    need(place, "survey", lower=50, upper=80)
    service(place, "one", serves="area:ward", capacity=20)
    row = joint(place)
    assert (row["need"], row["need_at_least"], row["need_at_most"]) == (50, 50, 80)
    assert (row["unmet"], row["unmet_at_least"], row["unmet_at_most"]) == (30, 30, 60)
    assert row["certificate"][0].startswith("At least 50 people in ward (survey)")


@pytest.mark.parametrize(
    ("given", "three"),
    [
        ((NAN, 60, NAN), (60, 60, 60)),
        ((40, 60, 90), (40, 60, 90)),
        ((40, NAN, 90), (40, 40, 90)),
        ((1, NAN, 9), (1, 1, 9)),
        ((NAN, NAN, 90), (0, 0, 90)),
        ((70, 60, 50), (60, 60, 60)),
    ],
)
def test_least_figure_and_most(given, three):
    assert bounds(*given) == three


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("10-17", (10, 17)),
        ("16", (16, 16)),
        ("18+", (18, 119)),
        ("11 to 16", (11, 16)),
        ("17-10", None),
        ("teens", None),
        (None, None),
    ],
)
def test_ages_that_can_be_read(text, ages):
    assert ages_of(text) == ages


# --- who may be known of --------------------------------------------------------------------------------------

COUNTS = ("need", "need_at_least", "need_at_most", "served_at_most", "unmet", "unmet_at_least", "unmet_at_most")


def assert_no_small_count(row):
    for name in (*COUNTS, "without_any_service"):
        count = row[name]
        edges = {"need_at_least": {1}, "unmet_at_least": {1}, "need_at_most": {9}, "unmet_at_most": {9}}.get(
            name, set()
        )
        assert count is None or count == 0 or count in edges or (count >= 10 and count % 5 == 0), (name, count)
    if None in (row["unmet"], row["need"]):
        assert not row["share_unmet"]


def test_a_small_count_is_withheld_and_so_is_what_would_give_it_away():
    # 30 people, 25 places: 5 left over. Neither they nor the 25 are said, for 30 is.
    place = town()
    need(place, "thirty", people=30)
    service(place, "one", serves="area:ward", capacity=25)
    row = joint(place)
    assert (row["need"], row["unmet"], row["served_at_most"], row["share_unmet"]) == (30, None, None, None)
    assert (row["unmet_at_least"], row["unmet_at_most"]) == (1, 9)
    assert row["certificate"][0].endswith("fewer than 10 people cannot be served whatever the allocation.")


def test_a_need_too_small_to_keep_stands_in_with_its_bounds():
    place = town()
    need(place, "few", lower=1, upper=9)
    row = joint(place)
    assert (row["need"], row["need_at_least"], row["need_at_most"]) == (None, 1, 9)
    assert (row["unmet"], row["unmet_at_least"], row["unmet_at_most"]) == (None, 1, 9)
    assert row["certificate"] == [
        "Fewer than 10 people in ward (few): no recorded service that could serve them is in reach."
    ]


def test_the_demo_says_no_small_count(demo_whole):
    for area in (None, "X05000003", "X05000007"):
        for row in unmet_need(demo_whole.subset(area)).rows:
            assert_no_small_count(row)


def test_a_confidential_service_counts_and_is_not_named():
    place = town()
    need(place, "sixty", people=60)
    service(place, "refuge", serves="area:ward", capacity=20, sensitivity="confidential")
    row = joint(place)
    assert row["unmet"] == 40
    assert row["certificate_services"] == row["certificate_service_names"] == []
    assert row["certificate_services_confidential"] == 1
    assert "refuge" not in json.dumps(row)
    assert "can use only 1 that is confidential, with 20 places" in row["certificate"][0]


def test_a_confidential_need_and_place_are_not_named():
    place = town()
    place.node("context:hidden", None, "area:ward", sensitivity="confidential")
    need(place, "secret", "context:hidden", people=60, sensitivity="confidential")
    answer = run("unmet_need", place.landscape()).as_dict()
    assert answer["rows"][0]["unmet"] == 60
    said = json.dumps([{**row, "code": ""} for row in answer["rows"]])
    assert "hidden" not in said
    assert "secret" not in said


# --- residents, areas, parameters -----------------------------------------------------------------------------


def test_residents_stand_in_where_no_need_is_recorded_and_it_is_said():
    place = town()
    service(place, "hall", (0, 0), capacity=4)
    result = unmet_need(place.landscape())
    (row,) = result.rows
    assert (row["people_basis"], row["need"], row["unmet"]) == ("resident", 100, 96)
    assert any("residents aged 10-17 stand in" in caveat for caveat in result.caveats)


def test_one_recorded_need_and_no_resident_stands_in():
    place = town()
    need(place, "small", "area:other", people=20)
    assert joint(place)["need"] == 20
    assert list(rows_of(place, harm="online_harm")) == [("joint", "")]
    assert joint(place, harm="online_harm")["need"] == 0


def test_an_area_has_the_part_of_a_need_that_falls_in_it():
    # 100 people of the town over 10, 20, 30 in the ward and 40 in the other.
    place = town()
    need(place, "town", "area:town", people=100)
    service(place, "hall", serves="area:town", capacity=15)
    assert joint(place)["unmet"] == 85
    assert (joint(place, "area:ward")["need"], joint(place, "area:ward")["unmet"]) == (60, 45)
    assert (joint(place, "area:other")["need"], joint(place, "area:other")["unmet"]) == (40, 25)


def test_parameters_choose_needs():
    place = town()
    need(place, "a", people=30, harm="online_harm")
    need(place, "b", people=20, groups=["young_carers"], response_kind="mentoring")
    assert joint(place, harm="online_harm")["certificate_needs"] == ["need:a"]
    assert joint(place, group="young_carers")["certificate_needs"] == ["need:b"]
    assert joint(place, kind="mentoring")["certificate_needs"] == ["need:b"]


@pytest.mark.parametrize("catchment_m", [0, -1, NAN, float("inf")])
def test_a_catchment_that_is_none_is_refused(catchment_m):
    with pytest.raises(InputError, match="a catchment in metres above 0"):
        unmet_need(town().landscape(), catchment_m=catchment_m)


def test_a_count_below_nothing_is_refused_with_its_row():
    place = town()
    need(place, "sixty", people=60)
    service(place, "one", serves="area:ward", capacity=-5, source_row="services.csv:7")
    with pytest.raises(InputError, match=r"service:one \(services.csv:7\) has capacity -5"):
        unmet_need(place.landscape())


@pytest.mark.parametrize("parameter", ["group", "harm", "kind"])
def test_an_unknown_code_is_refused(parameter):
    with pytest.raises(UnknownName, match="'nonsense'"):
        unmet_need(town().landscape(), **{parameter: "nonsense"})


def test_parameters_come_as_text_too():
    place = town()
    need(place, "a", people=30)
    answer = run("unmet_need", place.landscape(), {"catchment_m": "500", "served_areas": "no", "match_kind": "no"})
    assert answer.parameters["catchment_m"] == 500
    assert answer.parameters["served_areas"] is False


# --- against plain loops --------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_plain_loops_and_networkx_find_the_same(seed):
    """Needs at single points, so that nothing is apportioned; who may use what is asked one by one."""
    random = np.random.default_rng(seed)
    place = Place()
    place.node("area:ward", (0, 0), population_10_17=100)
    harms = ("online_harm", "serious_violence")
    wanted, offered = {}, {}
    for n in range(12):
        at, harm, age = tuple(random.uniform(0, 6000, 2)), harms[random.integers(2)], int(random.integers(10, 18))
        people = int(random.integers(0, 12) * 5)
        place.node(f"context:{n}", at, "area:ward")
        need(place, f"{n}", f"context:{n}", people=people, harm=harm, ages=f"{age}-{age + 1}")
        wanted[n] = (at, harm, age, people)
    for n in range(8):
        at, harm, low = tuple(random.uniform(0, 6000, 2)), harms[random.integers(2)], int(random.integers(8, 16))
        capacity = int(random.integers(0, 60))
        service(place, f"{n}", at, capacity=capacity, harms=[harm], minimum_age=low, maximum_age=low + 3)
        offered[n] = (at, harm, low, capacity)
    graph = nx.DiGraph()
    graph.add_nodes_from(["s", "t"])
    for n, (at, harm, age, people) in wanted.items():
        graph.add_edge("s", ("need", n), capacity=people)
        for m, (there, responds, low, _) in offered.items():
            near = np.hypot(at[0] - there[0], at[1] - there[1]) <= 2154
            if near and harm == responds and age <= low + 3 and age + 1 >= low:
                graph.add_edge(("need", n), ("service", m))
    for m, (*_, capacity) in offered.items():
        graph.add_edge(("service", m), "t", capacity=capacity)
    served = nx.maximum_flow_value(graph, "s", "t")
    problem = problem_of_needs(place.landscape())
    (answer,) = shortfalls(problem, [np.arange(len(problem.demand.need))])
    assert answer.need[1] - answer.unserved[1] == served


def test_each_alone_is_what_it_would_be_if_nothing_else_were_recorded(demo_whole):
    problem = problem_of_needs(demo_whole)
    found = each_need(problem)
    for n, id in enumerate(problem.needs.index):
        (alone,) = shortfalls(problem, [np.flatnonzero(problem.demand.need == n)])
        assert alone.unserved == found[id].unserved
        assert [part.services.tolist() for part in alone.parts] == [part.services.tolist() for part in found[id].parts]


def test_every_part_proves_what_it_says(demo_whole):
    problem = problem_of_needs(demo_whole)
    for answer in each_need(problem).values():
        assert sum(part.unserved for part in answer.parts) == answer.unserved[1]
        assert answer.unserved[0] <= answer.unserved[1] <= answer.unserved[2]
        for part in answer.parts:
            options = [problem.options.indices[slice(*problem.options.indptr[r : r + 2])] for r in part.rows]
            assert set(np.concatenate(options)) == set(part.services)
            assert part.need - problem.capacity[part.services].sum() == part.unserved > 0


# --- the demo, and the gap list -------------------------------------------------------------------------------


def test_the_demo_borough_has_twenty_places_for_sixty_people(demo_whole):
    rows = {row["code"]: row for row in unmet_need(demo_whole).rows if row["by"] == "need"}
    row = rows["need:modern-slavery"]
    assert (row["need"], row["unmet"], row["certificate_places"]) == (60, 40, 20)
    assert row["certificate_services"] == ["service:turnpike-exploitation"]
    assert len(row["certificate_areas"]) == 8
    assert rows["need:relationship-abuse"]["services"] == 0


def unmet_gaps(landscape):
    return {gap.about: gap for gap in gaps(landscape, kind="unmet_need").gaps}


def test_the_gap_list_finds_the_planted_need(demo_whole):
    found = unmet_gaps(demo_whole)
    gap = found["need:modern-slavery"]
    assert (gap.band, gap.shortfall, gap.people, gap.people_basis) == ("D", 0.6667, 60, "need")
    assert gap.because == (
        "60 people can use only Turnpike Exploitation Service, with 20 places a year in all: 40 people cannot be "
        "served whatever the allocation."
    )
    assert [step["about"] for step in gap.closes] == ["service:turnpike-exploitation", None]
    assert [step["action"] for step in gap.closes] == ["extend_service", "commission"]
    assert gap.area_name == "Quayford"


def test_bands_named_nothing_and_partial():
    place = town()
    need(place, "named", people=60, basis="young_people_said")
    need(place, "nothing", people=60, harm="online_harm", basis="survey")
    need(place, "partial", people=60, basis="survey")
    need(place, "served", people=20)
    service(place, "one", serves="area:ward", capacity=20, harms=["serious_violence"])
    bands = {about: gap.band for about, gap in unmet_gaps(place.landscape()).items()}
    assert bands == {"need:named": "A", "need:nothing": "B", "need:partial": "D"}


def test_counts_too_small_to_keep_sort_as_one_value():
    place = town()
    need(place, "one", people=30)
    need(place, "few", lower=1, upper=9, harm="online_harm", suppressed=["people"])
    service(place, "one", serves="area:ward", capacity=23, harms=["serious_violence"])
    found = unmet_gaps(place.landscape())
    assert found["need:one"].shortfall == round(5 / 30, 4)  # 7 left over: said as 5 of 30
    assert "fewer than 10 people cannot be served" in found["need:one"].because
    assert (found["need:few"].band, found["need:few"].shortfall, found["need:few"].people) == ("B", 1.0, None)


def test_residents_alone_are_no_gap():
    place = town()
    service(place, "hall", (0, 0), capacity=4)
    assert unmet_gaps(place.landscape()) == {}


def open_topics(place: Place) -> dict[str, tuple[str, ...]]:
    return {gap.topic: gap.members for gap in gaps(place.landscape(), kind="missing_data").gaps}


def test_capacity_on_which_a_need_hangs_is_to_be_found_out():
    place = town()
    need(place, "sixty", people=60)
    service(place, "open", serves="area:ward")
    service(place, "far", serves="area:other")
    assert unmet_gaps(place.landscape()) == {}
    assert open_topics(place)["capacity"] == ("service:open",)


def test_capacity_is_no_question_where_known_places_are_enough_or_no_need_is_recorded():
    place = town()
    service(place, "open", serves="area:ward")
    assert "capacity" not in open_topics(place)
    need(place, "sixty", people=60)
    service(place, "known", serves="area:ward", capacity=90)
    assert "capacity" not in open_topics(place)


def test_a_fitting_service_of_which_nobody_knows_where_it_is_leaves_the_question_open():
    place = town()
    need(place, "sixty", people=60, response_kind="mentoring")
    service(place, "somewhere", kind="mentoring", capacity=90)
    assert unmet_gaps(place.landscape()) == {}
    assert open_topics(place)["reach"] == ("service:somewhere",)


def test_a_gap_of_a_ward_is_the_same_in_the_whole_and_in_the_ward(demo_whole):
    whole = unmet_gaps(demo_whole)
    ward = unmet_gaps(demo_whole.subset("X05000003"))
    assert {"need:saltings-mentoring", "need:saltings-ward"} <= set(ward)
    assert all(whole[about] == gap for about, gap in ward.items())


@pytest.mark.shared
def test_in_trafford_no_need_is_recorded_and_so_none_is_unmet(trafford_whole):
    result = unmet_need(trafford_whole)
    assert result.summary["people_basis"] == "resident"
    assert result.summary["services_capacity_unknown"] == result.summary["services"]
    assert unmet_gaps(trafford_whole) == {}
    assert not {gap.topic for gap in gaps(trafford_whole, kind="missing_data").gaps} & {"capacity", "reach"}


def test_names_are_listed_as_people_list_them():
    assert [listed("abc"[:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert listed("abcdefg") == "a, b, c, d, e and 2 more"
