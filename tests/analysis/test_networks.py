"""Single points and ways to help, on networks small enough to draw."""

from __future__ import annotations

import networkx as nx
import pytest
from made_up import ACTIVE, Place

from analysis.fragility import cut_nodes, single_points
from analysis.network import partner_network
from analysis.pathways import police_only, route


def test_a_path_is_held_together_by_its_middle():
    # a - b - c: without b one of the two others is cut off, the second by id
    assert cut_nodes(nx.path_graph(["a", "b", "c"])) == [("b", ["c"], 2)]


def test_a_ring_has_no_single_point():
    assert cut_nodes(nx.cycle_graph(5)) == []


def test_the_largest_part_stays_and_the_others_are_cut_off():
    # hub joins a triangle x-y-z, and the leaves p and q
    graph = nx.Graph([("x", "y"), ("y", "z"), ("z", "x"), ("x", "hub"), ("hub", "p"), ("hub", "q")])
    assert cut_nodes(graph) == [("hub", ["p", "q"], 5), ("x", ["y", "z"], 5)]


def test_the_karate_club_has_one_cut_node():
    assert [node for node, _, _ in cut_nodes(nx.karate_club_graph())] == [0]


def test_the_florentine_families_have_four_cut_nodes():
    assert len(cut_nodes(nx.florentine_families_graph())) == 4


def partners() -> Place:
    """Link joins four bodies of a ward to the youth trust; everybody else knows each other."""
    place = Place()
    for id in ("trust", "link", "a", "b", "c", "d", "e"):
        place.node(f"org:{id}")
    for end in ("a", "b"):
        place.link("REFERS_TO", "org:link", f"org:{end}")
    place.link("SHARES_INFORMATION_WITH", "org:trust", "org:link")
    for start, end in (("trust", "c"), ("c", "d"), ("d", "e"), ("e", "trust")):
        place.link("CO_DELIVERS_WITH", f"org:{start}", f"org:{end}")
    return place


def test_without_link_two_partners_lose_touch():
    result = single_points(partners().landscape())
    rows = {row["partner"]: (row["partners_cut_off"], row["others"], row["share"]) for row in result.rows}
    # without the trust two parts of three remain; a, b, link has the first id and stays: c, d, e are 3 of 6
    assert rows["org:link"] == (2, 6, 0.3333)
    assert rows["org:trust"] == (3, 6, 0.5)
    assert result.summary["components"] == 1


def test_a_service_stands_with_who_runs_it():
    place = Place()
    for id in ("a", "b"):
        place.node(f"org:{id}")
    place.node("service:s")
    place.link("RUNS", "org:a", "service:s")
    place.link("REFERS_TO", "org:b", "service:s")
    place.link("REFERS_TO", "org:a", "service:s")  # within one body: no partnership
    assert list(partner_network(place.landscape()).edges) == [("org:b", "org:a")]


def test_a_perceived_link_nobody_was_asked_about_joins_nobody():
    place = Place()
    for id in ("a", "b"):
        place.node(f"org:{id}")
    place.link("REFERS_TO", "org:a", "org:b", basis="perceived")
    assert partner_network(place.landscape()).number_of_edges() == 0
    place.link("REFERS_TO", "org:a", "org:b", basis="perceived", asked="14 young people")
    assert partner_network(place.landscape()).number_of_edges() == 1


# --- ways to help


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
    assert route(nx.DiGraph(links), ["g"], frozenset({"help"}), frozenset({"police"})) == expected


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


def routes_in(place: Place) -> dict[str, tuple]:
    return {row["id"]: (row["route"], row["hand_offs"]) for row in police_only(place.landscape()).rows}


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
