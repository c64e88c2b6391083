"""Is the network around a node what it should be, and does hostile text stay text in it?"""

from __future__ import annotations

import networkx as nx
import pytest

from graphmodel.errors import InputError, UnknownName
from views import network

EVIL = '</script><script>alert(1)</script><a href="http://evil.example">x</a>'


def graph() -> nx.MultiDiGraph:
    """a -> b -> c by referral, a -> d by money; b says c is seen by young people who were not asked."""
    made = nx.MultiDiGraph()
    for id in "abcd":
        made.add_node(f"org:{id}", label="Organisation", name=id.upper(), sector="voluntary")
    made.add_edge("org:a", "org:b", "l1", type="REFERS_TO", basis="declared")
    made.add_edge("org:b", "org:c", "l2", type="REFERS_TO", basis="perceived", asked="20 young people")
    made.add_edge("org:a", "org:d", "l3", type="FUNDS")
    made.add_edge("org:c", "org:d", "l4", type="TRAINS", basis="perceived")
    return made


def test_hops_count_links_in_either_direction():
    assert set(network.ego_network(graph(), "org:b", hops=1)) == {"org:a", "org:b", "org:c"}
    assert set(network.ego_network(graph(), "org:c", hops=2, types=["REFERS_TO"])) == {"org:a", "org:b", "org:c"}


def test_kinds_that_are_off_join_nothing():
    assert set(network.ego_network(graph(), "org:a", hops=3, types=["FUNDS"])) == {"org:a", "org:d"}


def test_a_perceived_link_counts_only_if_it_says_who_was_asked():
    assert set(network.ego_network(graph(), "org:c", types=["TRAINS"])) == {"org:c"}
    kept = network.ego_network(graph(), "org:c", types=["REFERS_TO"], basis=network.PERCEIVED)
    assert [key for *_, key in kept.edges(keys=True)] == ["l2"]


def test_declared_and_asked_about_but_not_perceived():
    kept = network.ego_network(graph(), "org:a", hops=3, basis=network.DIFFERENCE)
    # young people were asked about b and c; they named b -> c, and not a -> b
    assert [key for *_, key in kept.edges(keys=True)] == ["l1"]


def test_too_many_nodes_name_the_argument_that_lifts_the_limit():
    star = nx.star_graph(501, create_using=nx.MultiDiGraph)
    for id in star:
        star.nodes[id]["label"] = "Organisation"
    for start, end, key in star.edges(keys=True):
        star.edges[start, end, key]["type"] = "REFERS_TO"
    with pytest.raises(InputError, match=r"502 nodes .* at most 500 .* max_nodes"):
        network.ego_network(star, 0)


def test_an_unknown_centre_is_said():
    with pytest.raises(UnknownName, match="org:z"):
        network.ego_network(graph(), "org:z")


def test_the_drawing_is_the_same_every_time():
    one, two = (network.draw(network.ego_network(graph(), "org:a", hops=2), "org:a") for _ in range(2))
    assert one.as_dict() == two.as_dict()
    assert list(one.link_rows["from"] + " " + one.link_rows["link"] + " " + one.link_rows["to"]) == [
        "A pays for D",
        "A refers young people to B",
        "B refers young people to C",
    ]


def test_perceived_links_are_dashed():
    drawn = network.draw(network.ego_network(graph(), "org:b"), "org:b")
    assert {edge["id"]: edge["dashes"] for edge in drawn.edges} == {"l1": False, "l2": True}


def test_confidential_bodies_are_not_in_it():
    hidden = graph()
    hidden.nodes["org:b"]["sensitivity"] = "confidential"
    assert "org:b" not in network.public_graph(hidden)
    assert "org:b" in hidden


def test_the_page_to_take_away_needs_no_other_host_and_runs_no_name():
    named = graph()
    named.nodes["org:b"]["name"] = EVIL
    page = network.standalone(network.draw(network.ego_network(named, "org:a"), "org:a"), f"Around {EVIL}")
    assert "<script>alert(1)" not in page
    assert "href=" not in page.partition("new vis.DataSet")[2]
    assert 'src="http' not in page and "<link" not in page
    assert "default-src 'none'" in page
    assert page.startswith("<!doctype html>")
