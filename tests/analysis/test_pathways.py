"""Ways to help: through how many hands, how firmly, through whom alone, and through police only."""

from __future__ import annotations

import doctest

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import ACTIVE, Place

from analysis.kernels import paths
from analysis.kernels.paths import path, steps_to
from analysis.pathways import police_only
from analysis.roles import pathway_roles
from analysis.schools import school_routes

# --- the kernel


def test_the_docstring_tells_the_truth():
    assert doctest.testmod(paths).failed == 0


def test_nobody_goes_through_who_is_barred():
    edges = np.array([(0, 1), (1, 3), (0, 2), (2, 4), (4, 3)])
    assert steps_to(5, edges, np.array([3]))[0].tolist() == [2, 1, 2, 0, 1]
    assert steps_to(5, edges, np.array([3]), np.array([1]))[0].tolist() == [3, -1, 2, 0, 1]


def test_of_several_shortest_ways_the_first_is_taken():
    _, onward = steps_to(4, np.array([(0, 2), (0, 1), (2, 3), (1, 3)]), np.array([3]))
    assert path(onward, 0) == [0, 1, 3]


@given(st.integers(1, 10), st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=25), st.integers(0, 9))
@settings(max_examples=100, deadline=None)
def test_steps_equal_shortest_paths_of_networkx(n, edges, target):
    edges = [(a % n, b % n) for a, b in edges]
    graph = nx.DiGraph(edges)
    graph.add_nodes_from(range(n))
    expected = nx.single_target_shortest_path_length(graph, target % n)
    steps, onward = steps_to(n, np.array(edges, np.int64).reshape(-1, 2), np.array([target % n]))
    assert {i: int(s) for i, s in enumerate(steps) if s >= 0} == dict(expected)
    for node in range(n):
        if steps[node] >= 0:
            assert nx.is_path(graph, path(onward, node)) and len(path(onward, node)) == steps[node] + 1


# --- ways to help


def street() -> Place:
    place = Place()
    place.node("area:north", (0, 0))
    place.node("context:street", (0, 0), "area:north")
    place.node("guardian:cabs", (100, 0), "area:north", **ACTIVE)
    place.node("org:police", sector="statutory", role_codes=["police"])
    place.node("org:care", sector="statutory", role_codes=["social_care"])
    place.link("ESCALATES_TO", "guardian:cabs", "org:police")
    place.link("REFERS_TO", "org:police", "org:care")
    return place


def rows_of(place: Place) -> dict[str, dict]:
    return {row["id"]: row for row in police_only(place.landscape()).rows}


def routes_in(place: Place) -> dict[str, tuple]:
    return {id: (row["route"], row["hand_offs"]) for id, row in rows_of(place).items()}


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ([("g", "help")], ("help", 1)),
        ([("g", "shop"), ("shop", "help")], ("help", 2)),
        ([("g", "police"), ("police", "help")], ("police_only", None)),
        ([("g", "police"), ("g", "shop"), ("shop", "help")], ("help", 2)),
        ([("g", "shop"), ("shop", "police"), ("police", "help")], ("police_only", None)),
        ([("g", "shop"), ("shop", "g")], ("nowhere", None)),
        ([], ("nowhere", None)),
    ],
)
def test_the_way_to_help(links, expected):
    place = Place()
    ids = {"g": "guardian:g", "help": "org:help", "police": "org:police", "shop": "org:shop"}
    place.node(ids["g"], (0, 0), **ACTIVE)
    place.node(ids["help"], sector="voluntary")
    place.node(ids["police"], sector="statutory", role_codes=["police"])
    place.node(ids["shop"], sector="private")
    for start, end in links:
        place.link("REFERS_TO", ids[start], ids[end])
    assert routes_in(place)["guardian:g"] == expected


def test_a_place_whose_only_guardian_turns_to_police_is_reached_through_them_only():
    assert routes_in(street()) == {
        "guardian:cabs": ("police_only", None),
        "context:street": ("police_only", None),
    }


def test_a_second_way_is_enough():
    place = street()
    place.link("REFERS_TO", "guardian:cabs", "org:care")
    assert routes_in(place)["context:street"] == ("help", 1)


@pytest.mark.parametrize(
    ("fields", "run_by_police", "way"),
    [({}, False, "help"), ({"access": "police_only"}, False, "police_only"), ({}, True, "police_only")],
)
def test_a_service_that_works_there_is_help_unless_it_is_the_polices(fields, run_by_police, way):
    place = street()
    place.node("service:s", **fields)
    place.link("TARGETS", "service:s", "context:street")
    if run_by_police:
        place.link("RUNS", "org:police", "service:s")
    assert routes_in(place)["context:street"][0] == way


def test_a_place_where_nobody_stands_says_so():
    place = street()
    place.node("context:far", (5000, 0), "area:north")
    assert routes_in(place)["context:far"] == ("nobody_recorded", None)


def through_a_firm() -> Place:
    """The guardian turns to a firm informally, the firm to care by contract; or by protocol to a second and a third."""
    place = Place()
    place.node("guardian:cabs", (100, 0), **ACTIVE)
    place.node("org:care", sector="statutory")
    for id in ("near", "far", "further"):
        place.node(f"org:{id}", sector="private")
    place.link("ESCALATES_TO", "guardian:cabs", "org:near", formality="informal")
    place.link("REFERS_TO", "org:near", "org:care", formality="contract")
    place.link("REFERS_TO", "guardian:cabs", "org:far", formality="protocol")
    place.link("REFERS_TO", "org:far", "org:further", formality="protocol")
    place.link("REFERS_TO", "org:further", "org:care", formality="contract")
    return place


def test_the_least_formal_link_says_how_firm_a_way_is():
    row = rows_of(through_a_firm())["guardian:cabs"]
    assert row["path"] == ["guardian:cabs", "org:near", "org:care"]
    assert (row["hand_offs"], row["formality"]) == (2, "informal")
    assert row["hand_offs_agreed"] == 3  # by protocol and contract alone: the long way round
    assert row["through"] == ["org:care"]  # two ways, which meet in care alone


def test_of_two_links_between_the_same_two_the_firmer_counts():
    place = through_a_firm()
    place.link("REFERS_TO", "guardian:cabs", "org:near", formality="contract")
    row = rows_of(place)["guardian:cabs"]
    assert (row["formality"], row["hand_offs_agreed"]) == ("contract", 2)


def test_a_link_of_which_nobody_said_how_firm_it_is_is_not_agreed():
    place = street()
    place.link("ESCALATES_TO", "guardian:cabs", "org:care")
    row = rows_of(place)["guardian:cabs"]
    assert (row["formality"], row["hand_offs_agreed"], row["basis"]) == ("not_recorded", None, "declared")


def test_a_way_that_only_young_people_see_is_perceived():
    place = street()
    place.link("ESCALATES_TO", "guardian:cabs", "org:care", basis="perceived", asked="12 young people")
    assert rows_of(place)["guardian:cabs"]["basis"] == "perceived"
    place.link("ESCALATES_TO", "guardian:cabs", "org:care", basis="declared")
    assert rows_of(place)["guardian:cabs"]["basis"] == "declared"


def test_whom_every_way_from_a_place_goes_through():
    place = street()
    place.link("ESCALATES_TO", "guardian:cabs", "org:care")
    assert rows_of(place)["context:street"]["through"] == ["guardian:cabs", "org:care"]
    place.node("guardian:cafe", (50, 0), "area:north", **ACTIVE)
    place.link("ESCALATES_TO", "guardian:cafe", "org:care")
    assert rows_of(place)["context:street"]["through"] == ["org:care"]


def test_a_guardian_without_escalation_link_is_counted_though_it_refers():
    place = street()
    place.node("guardian:cafe", (50, 0), "area:north", **ACTIVE)
    place.link("REFERS_TO", "guardian:cafe", "org:care")
    result = police_only(place.landscape())
    assert result.summary["guardians_no_escalation"] == 1
    assert {row["id"]: row["escalation_links"] for row in result.rows}["guardian:cafe"] == 0


# --- from schools


def school() -> Place:
    place = Place()
    place.node("area:north", (0, 0))
    place.node("context:school", (0, 0), "area:north", kind="school")
    place.node("org:academy")
    place.link("RUNS", "org:academy", "context:school")
    place.node("org:council", sector="statutory")
    place.node("org:club")
    return place


def test_a_school_of_which_no_partner_link_is_recorded_is_to_be_found_out():
    (row,) = school_routes(school().landscape()).rows
    assert (row["hand_offs"], row["evidence"], row["present"]) == (None, "missing_data", ["org:academy"])


def test_a_school_whose_partners_lead_nowhere_is_evidenced():
    place = school()
    place.link("REFERS_TO", "org:academy", "org:club")
    (row,) = school_routes(place.landscape()).rows
    assert (row["hand_offs"], row["evidence"]) == (None, "evidenced")


def test_hands_from_a_school_to_the_council():
    place = school()
    place.link("REFERS_TO", "org:academy", "org:club", formality="informal")
    place.link("ESCALATES_TO", "org:club", "org:council", formality="protocol")
    (row,) = school_routes(place.landscape()).rows
    assert row["path"] == ["org:academy", "org:club", "org:council"]
    assert (row["hand_offs"], row["formality"], row["police"]) == (2, "informal", False)


def test_a_council_school_still_hands_on_once():
    # who runs it is statutory; help is what it hands on to, not itself
    place = school()
    place.link("RUNS", "org:council", "context:school")
    place.node("org:health", sector="statutory")
    place.link("REFERS_TO", "org:council", "org:health")
    (row,) = school_routes(place.landscape()).rows
    assert (row["hand_offs"], row["reached"]) == (1, "org:health")


def test_the_demo_schools_are_one_to_four_hands_away(demo_whole):
    # docs/demo.md, R3: one step for Ropewalk's trust, three for Harbour's, four for Millrace's
    rows = {row["school"]: row for row in school_routes(demo_whole).rows}
    assert rows["context:ropewalk-high-school"]["hand_offs"] == 1
    assert rows["context:sluice-college"]["hand_offs"] == 3
    assert {r["hand_offs"] for r in rows.values() if "org:millrace-schools" in r["present"]} == {4}
    assert {r["evidence"] for r in rows.values() if "org:netherwharf-schools" in r["present"]} == {"missing_data"}


@pytest.mark.parametrize(("question", "key"), [(police_only, "id"), (school_routes, "school")])
def test_a_ward_gives_what_the_whole_gives_for_it(demo_whole, question, key):
    everywhere = {row[key]: row for row in question(demo_whole).rows}
    rows = question(demo_whole.subset("X05000002")).rows
    assert rows and [row for row in rows if row != everywhere[row[key]]] == []


# --- roles of a pathway


def pathway(*required: str) -> Place:
    place = Place()
    place.node("programme:roth", kind="pathway", required_roles=list(required))
    place.node("org:nhs", role_codes=["health"])
    return place


def states(place: Place) -> list[tuple]:
    return [(row["stage"], row["role"], row["state"]) for row in pathway_roles(place.landscape()).rows]


def test_a_role_nobody_has_taken():
    assert states(pathway("assessment:health")) == [("assessment", "health", "nobody_recorded")]


def test_a_role_a_member_says_is_theirs():
    place = pathway("assessment:health", "review:health")
    place.link("MEMBER_OF", "org:nhs", "programme:roth", role="Assessment: health")
    # for the review the same body could be asked: it is there, and has the role
    assert states(place) == [("assessment", "health", "taken"), ("review", "health", "present")]
    assert pathway_roles(place.landscape()).rows[1]["could"] == ["org:nhs"]


def test_who_runs_a_service_of_the_stage_is_present_at_that_stage():
    place = pathway("response:health", "review:health")
    place.node("service:clinic")
    place.link("RUNS", "org:nhs", "service:clinic")
    place.link("PART_OF", "service:clinic", "programme:roth", stage="response")
    assert states(place) == [("response", "health", "present"), ("review", "health", "nobody_recorded")]


def test_a_role_at_no_stage_in_particular():
    place = pathway("health")
    place.link("MEMBER_OF", "org:nhs", "programme:roth", role="health")
    assert states(place) == [(None, "health", "taken")]


def test_the_demo_pathway_lacks_two_roles(demo_whole):
    # docs/demo.md, C21
    rows = [row for row in pathway_roles(demo_whole).rows if row["programme"] == "programme:roth-pathway"]
    assert [(r["stage"], r["role"]) for r in rows if not r["partners"]] == [
        ("assessment", "health"),
        ("planning", "housing"),
    ]
