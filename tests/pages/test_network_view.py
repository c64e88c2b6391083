"""Is the part of the network drawn the one that was asked for, and does hostile text stay text in it?"""

from __future__ import annotations

import networkx as nx
import pytest

from analysis.declared import BOTH, NOT_ASKED, NOT_SAID_WHO, OBSERVED, OTHERS_NAMED, PERCEIVED_ONLY
from graphmodel.errors import InputError, UnknownName
from views import network, network_map, network_scope
from views.network_scope import AREA, AROUND, BODY, Choice

EVIL = '</script><script>alert(1)</script><a href="http://evil.example">x</a>'


def bare_graph() -> nx.MultiDiGraph:
    """a -> b -> c by referral, a -> d by money; b -> c is perceived by 20 who were asked, c trains d by hearsay."""
    made = nx.MultiDiGraph()
    for id in "abcd":
        made.add_node(f"org:{id}", label="Organisation", name=id.upper(), sector="voluntary", inside=id != "d")
    made.add_edge("org:a", "org:b", "l1", type="REFERS_TO", basis="declared")
    made.add_edge("org:b", "org:c", "l2", type="REFERS_TO", basis="perceived", asked="20 young people")
    made.add_edge("org:a", "org:d", "l3", type="FUNDS")
    made.add_edge("org:c", "org:d", "l4", type="TRAINS", basis="perceived")
    return made


STATES = {
    ("REFERS_TO", "org:a", "org:b"): NOT_ASKED,
    ("REFERS_TO", "org:b", "org:c"): PERCEIVED_ONLY,
    ("TRAINS", "org:c", "org:d"): NOT_SAID_WHO,
}


@pytest.fixture
def graph() -> nx.MultiDiGraph:
    return network_scope.marked(bare_graph(), STATES)


def drawn_links(part: nx.MultiDiGraph) -> set[str]:
    return {key for *_, key in part.edges(keys=True)}


def test_hops_count_links_in_either_direction(graph):
    assert set(network_scope.ego_network(graph, "org:b", hops=1)) == {"org:a", "org:b", "org:c"}
    assert set(network_scope.ego_network(graph, "org:c", hops=2, types=["REFERS_TO"])) == {"org:a", "org:b", "org:c"}


def test_kinds_that_are_off_join_nothing(graph):
    assert set(network_scope.ego_network(graph, "org:a", hops=3, types=["FUNDS"])) == {"org:a", "org:d"}


def test_a_perceived_link_counts_only_if_it_says_who_was_asked(graph):
    assert set(network_scope.ego_network(graph, "org:c", types=["TRAINS"])) == {"org:c"}
    assert drawn_links(network_scope.ego_network(graph, "org:c", types=["REFERS_TO"])) == {"l2"}


def test_each_link_carries_whose_word_it_rests_on(graph):
    assert {key: link["said"] for *_, key, link in graph.edges(keys=True, data=True)} == {
        "l1": "not_asked",
        "l2": "perceived",
        "l3": "record",
    }


def test_only_links_on_the_words_that_are_on(graph):
    kept = network_scope.ego_network(graph, "org:b", types=["REFERS_TO"], said=["perceived"])
    assert drawn_links(kept) == {"l2"}


def test_the_area_has_the_links_of_which_both_ends_belong_to_it_and_counts_those_that_lead_out(graph):
    graph.add_edge("org:d", "org:d", "l5", type="REFERS_TO", said="not_asked")
    both = ("REFERS_TO", "FUNDS")
    assert drawn_links(network_scope.part_of(graph, Choice(AREA, None, types=both))) == {"l1", "l2"}
    assert network_scope.leading_out(graph, both) == 1  # a pays for d, who is elsewhere


def test_an_organisation_comes_with_what_it_runs_and_their_links():
    made = bare_graph()
    made.add_node("service:s", label="Service", name="S")
    made.add_edge("org:d", "service:s", "r1", type="RUNS")
    made.add_edge("org:c", "service:s", "r2", type="REFERS_TO", basis="declared")
    made = network_scope.marked(made, {**STATES, ("REFERS_TO", "org:c", "service:s"): BOTH})
    part = network_scope.part_of(made, Choice(BODY, "org:d", types=("REFERS_TO",)))
    # c -> s is d's by its service; money is off; b -> c is nobody's business of d's
    assert drawn_links(part) == {"r1", "r2"}
    assert made.nodes["service:s"]["sector"] == "voluntary"  # that of who runs it


def test_an_unknown_centre_is_said(graph):
    for scope in (AROUND, BODY):
        with pytest.raises(UnknownName, match="org:z"):
            network_scope.part_of(graph, Choice(scope, "org:z"))


def star(leaves: int) -> nx.MultiDiGraph:
    made = nx.MultiDiGraph()
    for n in range(leaves + 1):
        made.add_node(f"org:{n:04}", label="Organisation", name=f"Body {n}", sector="faith")
    for n in range(1, leaves + 1):
        made.add_edge("org:0000", f"org:{n:04}", f"l{n}", type="REFERS_TO", said="not_asked")
    return made


def test_too_many_nodes_name_the_argument_that_lifts_the_limit():
    with pytest.raises(InputError, match=r"502 nodes .* at most 500 .* max_nodes"):
        network_scope.ego_network(star(501), "org:0000")


def test_a_large_network_is_drawn_by_its_communities_and_its_tables_are_whole():
    two = nx.union(star(300), nx.relabel_nodes(star(299), lambda id: f"{id}b"))
    two.add_edge("org:0000", "org:0000b", "bridge", type="REFERS_TO", said="not_asked")
    drawn = network_scope.gathered(two)
    # Two stars of 301 and 300 nodes; each is called after its hub.
    assert [node["id"] for node in drawn.nodes] == ["community:org:0000", "community:org:0000b"]
    assert [node["label"] for node in drawn.nodes] == ["Body 0 and 300 more", "Body 0 and 299 more"]
    assert [edge["title"].split("\n")[0] for edge in drawn.edges] == [
        "Body 0 and 300 more 1 link with Body 0 and 299 more"
    ]
    assert len(drawn.node_rows) == 601 and len(drawn.link_rows) == 600
    assert drawn.gathered.startswith("601 nodes are more than the 500 that can be drawn: they are gathered into 2 ")


def test_kinds_are_counted_in_the_area(graph):
    # a pays for d, who is elsewhere: the kind can be turned on, and counts none here
    assert network_scope.kind_counts(graph) == {"refers": 2, "pays": 0}


def test_without_partner_links_the_page_opens_on_who_has_most_others():
    made = bare_graph()
    made.remove_edges_from([("org:a", "org:b"), ("org:b", "org:c")])
    made.add_edge("org:c", "org:a", "l6", type="FUNDS")
    assert network_scope.first_centre(network_scope.marked(made, {})) == "org:a"


def test_the_drawing_is_the_same_every_time(graph):
    one, two = (network.draw(network_scope.ego_network(graph, "org:a", hops=2), "org:a") for _ in range(2))
    assert one.as_dict() == two.as_dict()
    assert list(one.link_rows["from"] + " " + one.link_rows["link"] + " " + one.link_rows["to"]) == [
        "A pays for D",
        "A refers young people to B",
        "B refers young people to C",
    ]


def test_each_word_has_a_line_of_its_own():
    made = nx.MultiDiGraph()
    states = {}
    for n, state in enumerate((BOTH, PERCEIVED_ONLY, OTHERS_NAMED, NOT_ASKED, OBSERVED)):
        made.add_node(f"guardian:{n}", label="Guardian", sector="community")
        made.add_edge(f"guardian:{n}", "context:c", state, type="GUARDIAN_OF", asked="20")
        states["GUARDIAN_OF", f"guardian:{n}", "context:c"] = state
    made.add_node("context:c", label="Context")
    drawn = network.draw(network_scope.marked(made, states))
    styles = {edge["id"]: (tuple(edge["dashes"] or ()), edge["width"]) for edge in drawn.edges}
    assert len(set(styles.values())) == 5
    assert [state for state, (dashes, _) in styles.items() if dashes] == [PERCEIVED_ONLY, OTHERS_NAMED, OBSERVED]
    assert drawn.said == {"both": 1, "perceived": 1, "not_perceived": 1, "not_asked": 1, "observed": 1}


def test_one_line_for_two_records_of_the_same_link_and_two_rows(graph):
    graph.add_edge("org:a", "org:b", "l7", type="REFERS_TO", said="not_asked")
    drawn = network.draw(network_scope.ego_network(graph, "org:a", types=["REFERS_TO"]))
    assert [edge["id"] for edge in drawn.edges] == ["l1"]
    assert list(drawn.link_rows["id"]) == ["l1", "l7"]


def test_legends_count_sectors_and_sorts():
    made = bare_graph()
    made.nodes["org:a"]["sector"] = None
    made.add_node("context:q", label="Context", name="Quay")
    made.add_edge("org:a", "context:q", "l9", type="TARGETS")
    drawn = network.draw(network_scope.marked(made, STATES))
    assert [(name, n) for _, _, name, n in drawn.legend] == [
        ("Voluntary", 3),
        ("Has no sector", 1),
        ("Sector not known", 1),
    ]
    assert [(name, n) for _, name, n in drawn.shapes] == [("Organisation", 4), ("Context", 1)]


def test_confidential_bodies_are_not_in_it():
    hidden = bare_graph()
    hidden.nodes["org:b"]["sensitivity"] = "confidential"
    assert "org:b" not in network.public_graph(hidden)
    assert "org:b" in hidden


def test_on_the_map_links_lie_between_the_nearest_places_and_the_others_are_told(graph):
    points = {"org:a": [(0.0, 0.0), (1.0, 0.0)], "org:b": [(1.1, 0.0)], "org:c": []}
    found = network_map.on_map(network_scope.ego_network(graph, "org:a", hops=3), points)
    assert found.drawn == {"not_asked": 1}  # a - b; b - c and a - d have no place at an end
    line = next(trace for trace in found.figure["data"] if trace["mode"] == "lines")
    assert line["lon"] == [1.0, 1.1, None]
    assert sorted(found.unplaced_links["id"]) == ["l2", "l3"]
    assert list(found.unplaced_nodes["name"]) == ["C", "D"]


def test_on_the_map_a_perceived_link_is_cut_into_pieces(graph):
    points = {"org:b": [(0.0, 0.0)], "org:c": [(1.0, 0.0)]}
    found = network_map.on_map(network_scope.ego_network(graph, "org:c", types=["REFERS_TO"]), points)
    line = next(trace for trace in found.figure["data"] if trace["mode"] == "lines")
    assert line["lon"].count(None) == 22 and line["lon"][0] == 0.0


def test_the_page_to_take_away_needs_no_other_host_and_runs_no_name(graph):
    graph.nodes["org:b"]["name"] = EVIL
    page = network.standalone(
        network.draw(network_scope.ego_network(graph, "org:a"), "org:a"), f"Around {EVIL}"
    )  # fmt: skip
    assert "<script>alert(1)" not in page
    assert "href=" not in page.partition("new vis.DataSet")[2]
    assert 'src="http' not in page and "<link" not in page and "<h1" not in page
    assert "default-src 'none'" in page
    assert page.startswith("<!doctype html>")
    assert "Declared, nobody was asked 1" in page  # a diagram opened by somebody else explains its lines
