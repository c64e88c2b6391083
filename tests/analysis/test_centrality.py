"""Measures of networks: published answers, hand cases, and equality with NetworkX on random networks."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.kernels import centrality
from analysis.kernels.centrality import (
    assortativity,
    betweenness,
    brokerage,
    constraint,
    core_numbers,
    degree_assortativity,
    degrees,
    effective_size,
    mixing,
    reciprocity,
)
from analysis.kernels.communities import adjusted_rand, leiden, modularity
from analysis.kernels.connectivity import components, simple
from analysis.kernels.likeness import adamic_adar, most_alike, resource_allocation, shared
from analysis.kernels.stability import agreement, rank_interval, ranks, redrawn


def numbered(graph: nx.Graph) -> tuple[int, np.ndarray, list]:
    """Return n, the links as numbers, and the nodes in the order of their numbers."""
    nodes = sorted(graph)
    number = {node: i for i, node in enumerate(nodes)}
    return len(nodes), np.array([(number[a], number[b]) for a, b in graph.edges], np.int64).reshape(-1, 2), nodes


KARATE = numbered(nx.karate_club_graph())[:2]
FLORENCE, FLORENCE_LINKS, FAMILIES = numbered(nx.florentine_families_graph())

# Burt (1992), figure 2.2: A-B A-F A-G A-E E-G F-G B-G B-D D-G G-C; letters A to G are 0 to 6.
BURT = np.array([[0, 1], [0, 5], [0, 6], [0, 4], [4, 6], [5, 6], [1, 6], [1, 3], [3, 6], [6, 2]])
# A -> B, A -> C, B -> C, B -> D, C -> D, D -> A; A and B of one group, C and D of another.
GO_BETWEENS = np.array([[0, 1], [0, 2], [1, 2], [1, 3], [2, 3], [3, 0]])
TWO_GROUPS = np.array([1, 1, 2, 2])


# --- published answers


def test_known_answers_karate_largest_core_is_4():
    assert core_numbers(*KARATE).max() == 4


def test_known_answers_karate_largest_core_has_10_nodes():
    assert (core_numbers(*KARATE) == 4).sum() == 10


def test_known_answers_karate_best_modularity():
    assert modularity(*KARATE, leiden(*KARATE)) == pytest.approx(0.41979, abs=5e-6)


def test_known_answers_karate_degree_assortativity():
    assert degree_assortativity(*KARATE) == pytest.approx(-0.47561, abs=5e-6)


def test_known_answers_karate_resource_allocation_of_the_two_leaders():
    # their common friends 8, 13, 19 and 31 have 5, 5, 3 and 6 friends: 1/5 + 1/5 + 1/3 + 1/6
    assert resource_allocation(*KARATE, np.array([[0, 33]]))[0] == pytest.approx(0.9, abs=1e-12)


def test_known_answers_karate_adamic_adar_of_the_two_leaders():
    assert adamic_adar(*KARATE, np.array([[0, 33]]))[0] == pytest.approx(2.711020, abs=5e-7)


def test_known_answers_florence_betweenness_of_the_medici():
    assert betweenness(FLORENCE, FLORENCE_LINKS)[FAMILIES.index("Medici")] == pytest.approx(0.521978, abs=5e-7)


def test_known_answers_burt_constraint_of_g():
    assert constraint(7, BURT)[6] == pytest.approx(0.400, abs=5e-4)


def test_known_answers_burt_constraint_of_a():
    assert constraint(7, BURT)[0] == pytest.approx(0.595, abs=5e-4)


def test_known_answers_burt_constraint_of_c():
    assert constraint(7, BURT)[2] == pytest.approx(1.000, abs=5e-4)


def test_known_answers_burt_effective_size_of_g():
    # six ties, four of them joined among themselves: 6 - 2 * 4 / 6
    assert effective_size(7, BURT)[6] == pytest.approx(4.67, abs=5e-3)


def test_known_answers_burt_effective_size_of_a():
    assert effective_size(7, BURT)[0] == pytest.approx(2.50, abs=5e-3)


def go_between(letter: str) -> list[int]:
    return brokerage(4, GO_BETWEENS, TWO_GROUPS)["ABCD".index(letter)].tolist()


def test_known_answers_brokerage_of_a():
    assert go_between("A") == [0, 1, 0, 1, 0]


def test_known_answers_brokerage_of_b():
    assert go_between("B") == [0, 0, 1, 0, 0]


def test_known_answers_brokerage_of_c():
    assert go_between("C") == [0, 0, 0, 1, 0]


def test_known_answers_brokerage_of_d():
    assert go_between("D") == [0, 1, 1, 0, 0]


# --- small enough to draw


def test_a_link_given_twice_or_in_both_directions_is_one_and_a_loop_is_none():
    assert simple(3, np.array([[1, 0], [0, 1], [0, 1], [2, 2]])).tolist() == [[0, 1]]
    assert simple(3, np.array([[1, 0], [0, 1], [0, 1], [2, 2]]), directed=True).tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize("edges", [[[0, 1], [1, 3]], [[0, 1], [-1, 0]]])
def test_a_link_to_a_node_that_is_not_there_is_named_by_its_position(edges):
    with pytest.raises(ValueError, match="edge 1 "):
        degrees(3, np.array(edges))


@pytest.mark.parametrize("measure", [betweenness, constraint, effective_size, core_numbers, components, degrees])
@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_nobody_linked_is_no_error(measure, n):
    assert len(measure(n, np.zeros((0, 2), np.int64))) == n


def test_a_middle_of_a_path_lies_between_the_pairs_it_parts():
    # 0 - 1 - 2 - 3: through 1 lead 0-2 and 0-3, two of the three pairs of others
    assert betweenness(4, np.array([[0, 1], [1, 2], [2, 3]])).tolist() == pytest.approx([0, 2 / 3, 2 / 3, 0])


def test_two_equal_ways_share_a_pair():
    # a square: 0 and 2 meet through 1 or 3, half each, one of three pairs of others
    assert betweenness(4, np.array([[0, 1], [1, 2], [2, 3], [3, 0]])).tolist() == pytest.approx([1 / 6] * 4)


def test_a_directed_path_is_walked_one_way():
    # 0 -> 1 -> 2: one of the two ordered pairs of others
    assert betweenness(3, np.array([[0, 1], [1, 2]]), directed=True).tolist() == [0, 0.5, 0]


def test_a_path_longer_than_the_waves_reach_is_as_exact():
    n = 450
    found = betweenness(n, np.column_stack([np.arange(n - 1), np.arange(1, n)]))
    # node i parts i nodes from n - 1 - i
    i = np.arange(n)
    assert found == pytest.approx(i * (n - 1 - i) / ((n - 1) * (n - 2) / 2), abs=1e-12)


def test_betweenness_from_some_starts_is_seeded_and_near():
    graph = nx.gnm_random_graph(300, 900, seed=5)
    n, edges, _ = numbered(graph)
    sampled = betweenness(n, edges, starts=150, seed=1)
    assert np.array_equal(sampled, betweenness(n, edges, starts=150, seed=1))
    assert not np.array_equal(sampled, betweenness(n, edges, starts=150, seed=2))
    assert np.corrcoef(sampled, betweenness(n, edges))[0, 1] > 0.95


def test_all_starts_are_the_exact_answer():
    assert np.array_equal(betweenness(*KARATE, starts=34), betweenness(*KARATE))


def test_above_the_limit_some_starts_stand_in(monkeypatch):
    monkeypatch.setattr(centrality, "EXACT_UP_TO", 30)
    monkeypatch.setattr(centrality, "STARTS", 10)
    assert np.array_equal(betweenness(*KARATE), betweenness(*KARATE, starts=10))


def test_betweenness_needs_a_start():
    with pytest.raises(ValueError, match="at least one start"):
        betweenness(*KARATE, starts=0)


def test_a_triangle_with_a_tail_has_a_core_of_2():
    assert core_numbers(4, np.array([[0, 1], [1, 2], [2, 0], [2, 3]])).tolist() == [2, 2, 2, 1]


def test_components_are_numbered_by_their_first_node():
    assert components(5, np.array([[4, 1], [2, 3]])).tolist() == [0, 1, 2, 2, 1]


def test_a_node_of_unknown_group_is_no_go_between_nor_makes_one():
    # 0 -> 1 -> 2 with 0 unknown, and 3 -> 1: only 3 -> 1 -> 2 counts, three groups
    found = brokerage(4, np.array([[0, 1], [1, 2], [3, 1]]), np.array([-1, 0, 1, 2]))
    assert found.tolist() == [[0] * 5, [0, 0, 0, 0, 1], [0] * 5, [0] * 5]


def test_who_passes_on_and_is_answered_is_no_go_between_to_oneself():
    assert brokerage(2, np.array([[0, 1], [1, 0]]), np.array([0, 0])).sum() == 0


def test_links_that_stay_at_home_mix_not_at_all():
    edges, groups = np.array([[0, 1], [2, 3]]), np.array([0, 0, 1, 1])
    assert mixing(4, edges, groups).tolist() == [[2, 0], [0, 2]]
    assert assortativity(4, edges, groups) == 1.0


def test_links_that_always_cross_are_the_least_assortative():
    # e is [[0, 1/2], [1/2, 0]]: (0 - 1/2) / (1 - 1/2)
    assert assortativity(4, np.array([[0, 2], [1, 3]]), np.array([0, 0, 1, 1])) == -1.0


def test_mixing_cannot_be_told_of_one_group_or_no_links():
    assert math.isnan(assortativity(2, np.array([[0, 1]]), np.array([0, 0])))
    assert math.isnan(assortativity(2, np.array([[0, 1]]), np.array([0, -1])))
    assert math.isnan(degree_assortativity(3, np.array([[0, 1], [1, 2], [2, 0]])))
    assert math.isnan(reciprocity(2, np.zeros((0, 2), np.int64)))


def test_the_pair_with_the_rarer_friend_comes_first():
    # 0-1 meet through 2 only (degree 2): 1/2. 3-4, 3-5, 4-5 meet through 6 (degree 3): 1/3 each.
    edges = np.array([[0, 2], [1, 2], [3, 6], [4, 6], [5, 6]])
    pairs, index = most_alike(7, edges, np.ones(7, bool), 3)
    assert pairs.tolist() == [[0, 1], [3, 4], [3, 5]]
    assert index == pytest.approx([1 / 2, 1 / 3, 1 / 3])


def test_only_candidates_are_paired():
    edges = np.array([[0, 2], [1, 2], [3, 2]])
    pairs, _ = most_alike(4, edges, np.array([True, False, False, True]), 5)
    assert pairs.tolist() == [[0, 3]]


def test_what_members_share():
    # place 0: members 0, 1; place 1: 0, 1, 2. 0 and 1 share both, 1/1 + 1/2.
    pairs, count, weight = shared(np.array([0, 1, 0, 1, 2]), np.array([0, 0, 1, 1, 1]))
    assert pairs.tolist() == [[0, 1], [0, 2], [1, 2]]
    assert count.tolist() == [2, 1, 1]
    assert weight.tolist() == [1.5, 0.5, 0.5]


def test_a_member_named_twice_is_there_once():
    assert shared(np.array([0, 0, 1]), np.array([0, 0, 0]))[1].tolist() == [1]


def test_nobody_shares_nothing():
    pairs, count, weight = shared(np.zeros(0, np.int64), np.zeros(0, np.int64))
    assert (len(pairs), len(count), len(weight)) == (0, 0, 0)


# --- communities


def test_two_cliques_with_a_bridge_are_two_communities():
    n, edges, _ = numbered(nx.barbell_graph(5, 0))
    assert leiden(n, edges).tolist() == [0] * 5 + [1] * 5


def test_communities_are_the_same_each_time_and_hang_together():
    n, edges, _ = numbered(nx.gnm_random_graph(400, 700, seed=8))
    found = leiden(n, edges, runs=3, seed=4)
    assert np.array_equal(found, leiden(n, edges, runs=3, seed=4))
    within = edges[found[edges[:, 0]] == found[edges[:, 1]]]
    assert np.array_equal(components(n, within), found)


def test_nobody_linked_is_a_community_each():
    assert leiden(3, np.zeros((0, 2), np.int64)).tolist() == [0, 1, 2]


def test_the_threads_of_the_program_are_left_as_they_were():
    import networkit

    before = networkit.engineering.getMaxNumberOfThreads()
    leiden(*KARATE, runs=1)
    assert networkit.engineering.getMaxNumberOfThreads() == before


def test_rand_by_hand():
    # 0011 against 0001: one pair together in both; 2 and 3 pairs together in each; 6 pairs.
    # chance 2 * 3 / 6 = 1; most (2 + 3) / 2 = 2.5; (1 - 1) / 1.5
    assert adjusted_rand(np.array([0, 0, 1, 1]), np.array([0, 0, 0, 1])) == 0.0


def test_rand_of_the_same_division_is_1_whatever_its_names():
    assert adjusted_rand(np.array([0, 1, 1, 2]), np.array([7, 3, 3, 1])) == 1.0
    assert adjusted_rand(np.array([0, 1]), np.array([0, 1])) == 1.0
    assert math.isnan(adjusted_rand(np.array([0]), np.array([0])))


# --- stability


def test_equals_share_a_rank_and_unknown_is_last():
    values = np.array([[3.0, 1.0, 3.0, np.nan]])
    assert ranks(values).tolist() == [[1, 3, 1, 4]]
    assert ranks(values, last=True).tolist() == [[2, 3, 2, 4]]


def test_noise_in_the_last_digit_makes_no_rank():
    assert ranks(np.array([0.1 + 0.2, 0.3])).tolist() == [1, 1]


def test_the_middle_of_the_ranks_that_occurred():
    # the first of two nodes stands above the other in two draws of five, beside it in one, below it in two
    values = np.array([[9, 0], [9, 0], [0, 0], [0, 9], [0, 9]])[:, None, :]
    best, worst = rank_interval(values, 0.5)
    # its best ranks are 1 1 1 2 2, its worst 1 1 2 2 2; a quarter of five is the second, three quarters the fourth
    assert (best[0].tolist(), worst[0].tolist()) == ([1, 1], [2, 2])


def test_a_star_keeps_its_centre_whatever_links_go_unrecorded():
    edges = np.array([[0, i] for i in range(1, 9)])
    drawn = ranks(redrawn(edges, lambda links: degrees(9, links)[None, :].astype(float), 50))
    assert drawn.shape == (50, 1, 9)
    assert (drawn[:, 0, 0] == 1).all()
    assert (drawn[:, 0, 1:] > 1).any()


def test_ranks_agree_wholly_in_reverse_and_not_at_all():
    assert agreement(np.array([1, 2, 3]), np.array([3, 2, 1])) == -1.0
    assert agreement(np.array([1, 1, 3]), np.array([1, 1, 3])) == 1.0
    assert math.isnan(agreement(np.array([1, 1, 1]), np.array([1, 2, 3])))


# --- NetworkX as the second opinion, and laws


@st.composite
def networks(draw, most: int = 14):
    """Yield n and links, some twice, some loops."""
    n = draw(st.integers(2, most))
    node = st.integers(0, n - 1)
    return n, np.array(draw(st.lists(st.tuples(node, node), max_size=40)), np.int64).reshape(-1, 2)


def graph_of(n: int, edges: np.ndarray, directed: bool = False) -> nx.Graph:
    graph = nx.DiGraph() if directed else nx.Graph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from((a, b) for a, b in edges.tolist() if a != b)
    return graph


def in_order(found: dict[int, float], n: int) -> list[float]:
    return [found[i] for i in range(n)]


@given(networks())
@settings(deadline=None)
def test_undirected_measures_are_those_of_networkx(network):
    n, edges = network
    graph = graph_of(n, edges)
    same = {"nan_ok": True, "abs": 1e-12}
    assert betweenness(n, edges).tolist() == pytest.approx(in_order(nx.betweenness_centrality(graph), n), **same)
    assert constraint(n, edges).tolist() == pytest.approx(in_order(nx.constraint(graph), n), **same)
    assert effective_size(n, edges).tolist() == pytest.approx(in_order(nx.effective_size(graph), n), **same)
    assert core_numbers(n, edges).tolist() == in_order(nx.core_number(graph), n)
    parts = [{i for i in range(n) if components(n, edges)[i] == c} for c in set(components(n, edges).tolist())]
    assert sorted(map(sorted, parts)) == sorted(map(sorted, nx.connected_components(graph)))


@given(networks())
@settings(deadline=None)
def test_directed_measures_are_those_of_networkx(network):
    n, edges = network
    graph = graph_of(n, edges, directed=True)
    expected = in_order(nx.betweenness_centrality(graph), n)
    assert betweenness(n, edges, directed=True).tolist() == pytest.approx(expected, abs=1e-12)
    if graph.number_of_edges():
        assert reciprocity(n, edges) == pytest.approx(nx.overall_reciprocity(graph))


@given(networks())
@settings(deadline=None)
def test_likeness_is_that_of_networkx(network):
    n, edges = network
    graph = graph_of(n, edges)
    # a list: given an iterator, NetworkX returns nothing
    pairs = [(a, b) for a in range(n) for b in range(a + 1, n)]
    expected = [index for _, _, index in nx.resource_allocation_index(graph, pairs)]
    assert resource_allocation(n, edges, np.array(pairs)) == pytest.approx(expected)
    expected = [index for _, _, index in nx.adamic_adar_index(graph, pairs)]
    assert adamic_adar(n, edges, np.array(pairs)) == pytest.approx(expected)


@given(networks())
@settings(deadline=None)
def test_the_pairs_most_alike_are_the_best_of_all_that_are_apart(network):
    n, edges = network
    graph = graph_of(n, edges)
    expected = sorted((-round(x, 12), a, b) for a, b, x in nx.resource_allocation_index(graph) if x)
    expected = [(min(a, b), max(a, b), -x) for x, a, b in sorted((x, min(a, b), max(a, b)) for x, a, b in expected)]
    pairs, index = most_alike(n, edges, np.ones(n, bool), 5)
    assert [(a, b, x) for (a, b), x in zip(pairs.tolist(), index.tolist(), strict=True)] == expected[:5]


@given(networks(), st.data())
@settings(deadline=None)
def test_mixing_is_that_of_networkx(network, data):
    n, edges = network
    groups = data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))
    graph = graph_of(n, edges)
    if not graph.number_of_edges():
        return
    nx.set_node_attributes(graph, dict(enumerate(groups)), "group")
    ours = assortativity(n, edges, np.array(groups))
    if len({groups[i] for i in range(n) if graph.degree(i)}) > 1:
        assert ours == pytest.approx(nx.attribute_assortativity_coefficient(graph, "group"))
    else:
        assert math.isnan(ours)
    if len({graph.degree(i) for i in range(n)} - {0}) > 1:
        theirs = nx.degree_pearson_correlation_coefficient(graph)
        assert degree_assortativity(n, edges) == pytest.approx(theirs, nan_ok=True)


@given(networks(), st.data())
@settings(deadline=None)
def test_modularity_is_that_of_networkx(network, data):
    n, edges = network
    graph = graph_of(n, edges)
    if not graph.number_of_edges():
        return
    community = np.array(data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)))
    parts = [set(np.flatnonzero(community == c).tolist()) for c in np.unique(community)]
    for resolution in (1.0, 0.5):
        theirs = nx.community.modularity(graph, parts, resolution=resolution)
        assert modularity(n, edges, community, resolution=resolution) == pytest.approx(theirs)


def brokerage_by_hand(graph: nx.DiGraph, groups: list[int]) -> list[list[int]]:
    """Return the same as the kernel, path by path."""
    counted = [[0] * 5 for _ in graph]
    for b in graph:
        for a in graph.predecessors(b):
            for c in graph.successors(b):
                if a == c or graph.has_edge(a, c) or -1 in (groups[a], groups[b], groups[c]):
                    continue
                x, y, z = groups[a], groups[b], groups[c]
                role = 0 if x == y == z else 1 if x == z else 2 if x == y else 3 if y == z else 4
                counted[b][role] += 1
    return counted


@given(networks(9), st.data())
@settings(deadline=None)
def test_brokerage_is_what_counting_path_by_path_gives(network, data):
    n, edges = network
    groups = data.draw(st.lists(st.integers(-1, 2), min_size=n, max_size=n))
    expected = brokerage_by_hand(graph_of(n, edges, directed=True), groups)
    assert brokerage(n, edges, np.array(groups)).tolist() == expected


@given(networks(), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_other_numbers_for_the_same_nodes_change_no_measure(network, random):
    n, edges = network
    other = list(range(n))
    random.shuffle(other)
    other = np.array(other)
    renamed = other[edges]
    for measure in (betweenness, constraint, effective_size, core_numbers):
        assert measure(n, edges) == pytest.approx(measure(n, renamed)[other], abs=1e-12, nan_ok=True)
    groups = np.arange(n) % 3
    moved = np.empty(n, np.int64)
    moved[other] = groups
    assert np.array_equal(brokerage(n, edges, groups), brokerage(n, renamed, moved)[other])


@given(networks())
@settings(deadline=None)
def test_one_more_link_never_lowers_a_core(network):
    n, edges = network
    more = np.concatenate([edges, [[0, n - 1]]])
    assert (core_numbers(n, more) >= core_numbers(n, edges)).all()


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=12))
def test_rand_counts_pairs(labels):
    one, other = np.array(labels).T
    pairs = [(i, j) for i in range(len(labels)) for j in range(i)]
    a = sum(one[i] == one[j] for i, j in pairs)
    b = sum(other[i] == other[j] for i, j in pairs)
    both = sum(one[i] == one[j] and other[i] == other[j] for i, j in pairs)
    chance, most = a * b / len(pairs), (a + b) / 2
    expected = 1.0 if most == chance else (both - chance) / (most - chance)
    assert adjusted_rand(one, other) == pytest.approx(expected)
