"""What holds a network together: known answers, and the same as counting again after every removal."""

from __future__ import annotations

import doctest

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.kernels import connectivity
from analysis.kernels.connectivity import (
    articulation_points,
    attack_curve,
    blocks,
    bridges,
    by_degree,
    chain,
    components,
    cuts,
    immediate_dominators,
    parts_without,
    robustness,
)


def arrays(graph: nx.Graph) -> tuple[int, np.ndarray]:
    return len(graph), np.array(list(graph.edges), np.int64).reshape(-1, 2)


@pytest.fixture(scope="module")
def karate():
    return arrays(nx.karate_club_graph())


@pytest.fixture(scope="module")
def florentine():
    """The fifteen families that are joined by marriage, in the order of their names."""
    graph = nx.florentine_families_graph()
    return arrays(nx.relabel_nodes(graph, {name: i for i, name in enumerate(sorted(graph))}))


def test_known_answers_karate_cut_node(karate):
    assert articulation_points(*karate).tolist() == [0]


def test_known_answers_karate_bridge(karate):
    assert bridges(*karate).tolist() == [[0, 11]]


def test_known_answers_florentine_cut_nodes(florentine):
    names = sorted(nx.florentine_families_graph())
    assert len(articulation_points(*florentine)) == 4
    assert "Medici" in [names[i] for i in articulation_points(*florentine)]


def test_known_answers_florentine_bridges(florentine):
    assert len(bridges(*florentine)) == 5


def test_known_answers_robustness_of_a_star_and_of_a_full_network():
    # A star of n loses its middle first: then everybody is alone, n - 1 times 1, and at last 0: (n - 1) / n^2.
    star = np.array([[0, i] for i in range(1, 10)])
    assert robustness(attack_curve(10, star, by_degree(10, star))) == pytest.approx(9 / 100)
    # Where all know all, each removal takes only itself: (n - 1) + ... + 0 = n (n - 1) / 2, so (n - 1) / 2n.
    full = np.array([(i, j) for i in range(10) for j in range(i)])
    assert robustness(attack_curve(10, full, by_degree(10, full))) == pytest.approx(9 / 20)


def test_the_docstring_tells_the_truth():
    assert doctest.testmod(connectivity).failed == 0


def test_what_each_cut_node_cuts_off():
    # 0-1-2 is a triangle, 2-3 joins it to 3, which also holds 4 and 5.
    edges = np.array([(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (3, 5)])
    found = cuts(6, edges)
    # Without 2: {0, 1} and {3, 4, 5}; the larger stays. Without 3: {0, 1, 2}, {4}, {5}.
    assert found.nodes.tolist() == [2, 3]
    assert [found.members(k).tolist() for k in (0, 1)] == [[0, 1], [4, 5]]
    assert found.others.tolist() == [5, 5]


def test_of_equal_parts_the_one_with_the_first_node_stays():
    found = cuts(3, np.array([(0, 1), (1, 2)]))
    assert found.members(0).tolist() == [2]


def test_parallel_edges_are_one_and_loops_none():
    edges = np.array([(0, 1), (1, 0), (1, 1), (1, 2)])
    assert bridges(3, edges).tolist() == [[0, 1], [1, 2]]


def test_an_edge_to_nobody_is_refused():
    with pytest.raises(ValueError, match="edge 1 joins a node"):
        bridges(2, np.array([(0, 1), (1, 2)]))


def test_dominators_of_two_ways_that_meet():
    # 0 -> 1 -> 3 and 0 -> 2 -> 3 meet in 3, which alone leads to 4; nothing leads to 5.
    edges = np.array([(0, 1), (0, 2), (1, 3), (2, 3), (3, 4), (5, 4)])
    found = immediate_dominators(6, edges, np.array([0]))
    assert found.tolist() == [6, 0, 0, 0, 3, -1]
    assert chain(found, 4) == [3, 0]


def test_dominators_of_several_sources_are_nobody():
    assert immediate_dominators(3, np.array([(0, 2), (1, 2)]), np.array([0, 1])).tolist() == [3, 3, 3]


def test_an_order_that_names_a_node_twice_is_refused():
    with pytest.raises(ValueError, match="each once"):
        attack_curve(3, np.array([(0, 1)]), np.array([0, 0]))


def test_nothing_at_all():
    none = np.empty((0, 2), np.int64)
    assert articulation_points(0, none).tolist() == [] and bridges(0, none).tolist() == []
    assert attack_curve(0, none, np.empty(0, np.int64)).tolist() == [0]
    assert parts_without(2, none).tolist() == [1, 1]


# --- the same as counting again

networks = st.integers(1, 12).flatmap(
    lambda n: st.tuples(
        st.just(n),
        st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=22),
        st.permutations(range(n)),
    )
)


def graph_of(n: int, edges: list[tuple[int, int]]) -> nx.Graph:
    graph = nx.Graph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from((a, b) for a, b in edges if a != b)
    return graph


def largest(graph: nx.Graph) -> int:
    return max(map(len, nx.connected_components(graph)), default=0)


@given(networks)
@settings(max_examples=150, deadline=None)
def test_one_search_equals_a_recount_without_each_node(network):
    n, edges, _ = network
    graph, array = graph_of(n, edges), np.array(edges, np.int64).reshape(-1, 2)
    recounted = []
    for node in range(n):
        rest = graph.copy()
        rest.remove_node(node)
        recounted.append(nx.number_connected_components(rest))
    assert parts_without(n, array).tolist() == recounted
    assert articulation_points(n, array).tolist() == sorted(nx.articulation_points(graph))
    assert bridges(n, array).tolist() == sorted(sorted(pair) for pair in nx.bridges(graph))


@given(networks)
@settings(max_examples=150, deadline=None)
def test_what_is_cut_off_equals_all_but_the_largest_part(network):
    n, edges, _ = network
    graph = graph_of(n, edges)
    found = cuts(n, np.array(edges, np.int64).reshape(-1, 2))
    for k, node in enumerate(found.nodes.tolist()):
        component = nx.node_connected_component(graph, node)
        parts = nx.connected_components(graph.subgraph(component - {node}))
        _, *lost = sorted((sorted(part) for part in parts), key=lambda part: (-len(part), part))
        assert found.members(k).tolist() == sorted(id for part in lost for id in part)
        assert found.cut_off[k] == sum(map(len, lost))
        assert found.others[k] == len(component) - 1


@given(networks, st.integers(0, 12))
@settings(max_examples=150, deadline=None)
def test_the_attack_played_backwards_equals_a_recount_after_each_removal(network, removed):
    n, edges, order = network
    graph, order = graph_of(n, edges), list(order)[:removed]
    recounted = [largest(graph)]
    for node in order:
        graph.remove_node(node)
        recounted.append(largest(graph))
    assert attack_curve(n, np.array(edges, np.int64).reshape(-1, 2), np.array(order, np.int64)).tolist() == recounted


@given(networks)
@settings(max_examples=100, deadline=None)
def test_blocks_equal_those_of_networkx(network):
    n, edges, _ = network
    pairs, block = blocks(n, np.array(edges, np.int64).reshape(-1, 2))
    mine = sorted(sorted(map(tuple, pairs[block == b].tolist())) for b in set(block.tolist()))
    theirs = nx.biconnected_component_edges(graph_of(n, edges))
    assert mine == sorted(sorted(tuple(sorted(pair)) for pair in part) for part in theirs)


@given(networks)
@settings(max_examples=100, deadline=None)
def test_a_dominator_is_one_without_whom_the_source_does_not_lead_there(network):
    n, edges, _ = network
    graph = nx.DiGraph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from(edges)
    found = immediate_dominators(n, np.array(edges, np.int64).reshape(-1, 2), np.array([0]))
    reached = nx.descendants(graph, 0) | {0}
    for node in range(n):
        assert (found[node] >= 0) == (node in reached)
        needed = set()
        for other in reached - {0, node}:
            rest = graph.copy()
            rest.remove_node(other)
            if node not in nx.descendants(rest, 0) | {0}:
                needed.add(other)
        if node in reached - {0}:
            assert set(chain(found, node)) == needed | {0}


@given(networks)
@settings(max_examples=100, deadline=None)
def test_other_numbers_for_the_same_nodes_change_no_answer(network):
    n, edges, numbers = network
    array = np.array(edges, np.int64).reshape(-1, 2)
    other = np.array(numbers)[array].reshape(-1, 2)
    assert sorted(np.array(numbers)[articulation_points(n, array)]) == articulation_points(n, other).tolist()
    assert parts_without(n, array).tolist() == parts_without(n, other)[list(numbers)].tolist()
    assert sorted(np.bincount(components(n, array))) == sorted(np.bincount(components(n, other)))
    order = np.arange(n)
    assert attack_curve(n, array, order).tolist() == attack_curve(n, other, np.array(numbers)[order]).tolist()


@given(networks)
@settings(max_examples=50, deadline=None)
def test_the_attack_takes_the_best_connected_that_are_left(network):
    n, edges, _ = network
    graph = graph_of(n, edges)
    for node in by_degree(n, np.array(edges, np.int64).reshape(-1, 2)).tolist():
        most = max(dict(graph.degree).values())
        assert node == min(other for other, degree in graph.degree if degree == most)
        graph.remove_node(node)
