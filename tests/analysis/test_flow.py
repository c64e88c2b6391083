"""How many can be served at most: worked by hand, against all allocations, against NetworkX, and by law."""

from __future__ import annotations

from itertools import product

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.kernels.flow import UNLIMITED, apportion, bottlenecks, max_served
from analysis.kernels.pairs import Pairs, from_rows


def pairs_of(*edges: tuple[int, int], n: int) -> Pairs:
    rows, indices = np.array(edges, np.int64).reshape(-1, 2).T
    return from_rows(rows, indices, n)


def served(need, capacity, pairs):
    return max_served(np.array(need, np.int64), np.array(capacity, np.int64), pairs)


def test_known_answers_bipartite_matching_of_clrs():
    # After Cormen, Leiserson, Rivest & Stein, Introduction to Algorithms, 3rd edition, figure 26.8: five on the left,
    # four on the right, a maximum matching of three. By hand: 0, 1, 3 and 4 know only 0 and 2, so two of the four stay
    # alone (Hall), and 0-0, 1-2, 2-1 is a matching of three.
    pairs = pairs_of((0, 0), (1, 0), (1, 2), (2, 1), (2, 2), (2, 3), (3, 2), (4, 2), n=5)
    found = served([1] * 5, [1] * 4, pairs)
    assert found.total == 3
    assert found.cells.tolist() == [True, True, False, True, True]
    assert found.services.tolist() == [True, False, True, False]
    assert found.unserved == 4 - 2


def test_known_answers_the_marriage_theorem_of_hall():
    # Hall (1935): all are matched if and only if any k together know at least k. In a ring, each knowing the next two,
    # they do.
    ring = [(i, (i + step) % 7) for i in range(7) for step in (0, 1)]
    assert served([1] * 7, [1] * 7, pairs_of(*ring, n=7)).unserved == 0
    # Three who know the same two do not: one is left.
    assert served([1] * 3, [1, 1], pairs_of(*product(range(3), range(2)), n=3)).unserved == 1


def test_known_answers_everybody_reaches_everything():
    # The transport problem with all pairs: what is served is the smaller of need and places. 30 + 12 = 42, 10 + 8 = 18.
    found = served([30, 12], [10, 8], pairs_of(*product(range(2), range(2)), n=2))
    assert (found.total, found.unserved) == (18, 24)


def test_the_certificate_is_the_part_that_falls_short_and_nothing_else():
    # North (50 people) reaches only a club of 20 places: 30 cannot be served. South (10) reaches club and centre (40
    # places): it is served at the centre, and is no part of the proof.
    found = served([50, 10], [20, 40], pairs_of((0, 0), (1, 0), (1, 1), n=2))
    assert found.unserved == 30
    assert found.cells.tolist() == [True, False]
    assert found.services.tolist() == [True, False]
    assert found.flow.tolist() == [20, 0, 10]


def test_those_who_fill_the_places_that_others_need_belong_to_the_proof():
    # The east could go elsewhere only for 5; together north and east are 30 people for 20 + 5 places.
    found = served([20, 10], [20, 5], pairs_of((0, 0), (1, 0), (1, 1), n=2))
    assert found.unserved == 5
    assert found.cells.tolist() == [True, True]


def test_who_reaches_nothing_is_a_proof_alone():
    found = served([7, 3], [100], pairs_of((1, 0), n=2))
    assert found.unserved == 7
    assert found.cells.tolist() == [True, False]
    assert not found.services.any()


def test_places_without_limit_turn_nobody_away():
    found = served([2_000_000, 5], [UNLIMITED, 1], pairs_of((0, 0), (0, 1), (1, 1), n=2))
    assert found.unserved == 4
    assert found.cells.tolist() == [False, True]


def test_nothing_at_all():
    found = served([], [], pairs_of(n=0))
    assert (found.total, found.unserved) == (0, 0)
    assert served([4], [], pairs_of(n=1)).unserved == 4
    assert served([0], [3], pairs_of((0, 0), n=1)).cells.tolist() == [False]


@pytest.mark.parametrize("need, capacity", [([1, -2], [1]), ([1, 2.5], [1]), ([1, float("nan")], [1])])
def test_what_is_no_count_of_people_is_refused_with_its_place(need, capacity):
    with pytest.raises(ValueError, match="need at position 1"):
        max_served(np.array(need), np.array(capacity), pairs_of((0, 0), n=2))


def test_more_people_than_can_be_counted_are_refused():
    with pytest.raises(ValueError, match="adds up to 4000000000"):
        served([2_000_000_000, 2_000_000_000], [1], pairs_of((0, 0), n=2))


def test_two_towns_that_share_no_service_are_two_proofs():
    # 0 and 1 share a service of 3 places (9 - 3 = 6); 2 has one of 1 (4 - 1 = 3); 3 is served.
    pairs = pairs_of((0, 0), (1, 0), (2, 1), (3, 2), n=4)
    need, capacity = np.array([5, 4, 4, 2]), np.array([3, 1, 2])
    found = max_served(need, capacity, pairs)
    cells, services = bottlenecks(found, pairs)
    assert cells.tolist() == [0, 0, 1, -1]
    assert services.tolist() == [0, 1, -1]


@pytest.mark.parametrize(
    "total, weights, parts",
    [
        (10, [1, 1, 1], [4, 3, 3]),  # 3.33 each: the first of equals gets the last
        (10, [5, 3, 1], [6, 3, 1]),  # 5.56, 3.33, 1.11: one is left, and .56 is the largest remainder
        (3, [0, 0, 0], [1, 1, 1]),  # nobody lives there: all alike
        (0, [1, 2], [0, 0]),
        (7, [0, 1], [0, 7]),
    ],
)
def test_people_are_shared_out_whole(total, weights, parts):
    assert apportion(total, np.array(weights, float)).tolist() == parts


# --- against every allocation, against NetworkX, by law -------------------------------------------------------


@st.composite
def instances(draw, most_cells=6, most_services=5, most=9):
    n, m = draw(st.integers(1, most_cells)), draw(st.integers(1, most_services))
    need = draw(st.lists(st.integers(0, most), min_size=n, max_size=n))
    capacity = draw(st.lists(st.integers(0, most), min_size=m, max_size=m))
    edges = draw(st.sets(st.tuples(st.integers(0, n - 1), st.integers(0, m - 1))))
    return np.array(need), np.array(capacity), pairs_of(*sorted(edges), n=n)


def best_of_all_allocations(need, capacity, pairs):
    """Try every number of people along every pair."""
    rows = pairs.rows
    best = 0
    for flow in product(*(range(min(need[i], capacity[j]) + 1) for i, j in zip(rows, pairs.indices, strict=True))):
        used = np.array(flow)
        out = np.bincount(rows, weights=used, minlength=len(need))
        taken = np.bincount(pairs.indices, weights=used, minlength=len(capacity))
        if (out <= need).all() and (taken <= capacity).all():
            best = max(best, int(used.sum()))
    return best


@settings(max_examples=60, deadline=None)
@given(instances(most_cells=3, most_services=2, most=2))
def test_no_allocation_serves_more(instance):
    assert max_served(*instance).total == best_of_all_allocations(*instance)


@settings(max_examples=150, deadline=None)
@given(instances())
def test_networkx_finds_the_same_flow_and_the_same_cut(instance):
    need, capacity, pairs = instance
    graph = nx.DiGraph()
    graph.add_nodes_from(["source", "sink"])
    graph.add_edges_from(("source", ("cell", i), {"capacity": int(n)}) for i, n in enumerate(need))
    graph.add_edges_from((("service", j), "sink", {"capacity": int(c)}) for j, c in enumerate(capacity))
    graph.add_edges_from((("cell", i), ("service", j)) for i, j in zip(pairs.rows, pairs.indices, strict=True))
    found = max_served(need, capacity, pairs)
    residual = nx.flow.preflow_push(graph, "source", "sink", value_only=False)
    assert found.total == residual.graph["flow_value"]
    residual.remove_edges_from([(u, v) for u, v, d in residual.edges(data=True) if d["flow"] == d["capacity"]])
    reached = nx.descendants(residual, "source")
    assert {i for kind, i in reached if kind == "cell"} == set(np.flatnonzero(found.cells))
    assert {j for kind, j in reached if kind == "service"} == set(np.flatnonzero(found.services))


@settings(max_examples=150, deadline=None)
@given(instances(most_cells=8, most_services=8))
def test_the_certificate_proves_the_shortfall(instance):
    need, capacity, pairs = instance
    found = max_served(need, capacity, pairs)
    neighbours = np.zeros(len(capacity), bool)
    neighbours[pairs.indices[found.cells[pairs.rows]]] = True
    assert np.array_equal(neighbours, found.services)  # they reach these services and no other
    assert need[found.cells].sum() - capacity[found.services].sum() == found.unserved
    if len(need) <= 6:  # Hall: no set of cells falls shorter, and none that does so is smaller
        for chosen in product([False, True], repeat=len(need)):
            cells = np.array(chosen)
            places = capacity[np.unique(pairs.indices[cells[pairs.rows]])].sum()
            short = need[cells].sum() - places
            assert short <= found.unserved
            if short == found.unserved and short:
                assert (cells | ~found.cells).all()


@settings(max_examples=150, deadline=None)
@given(instances(most_cells=8, most_services=8))
def test_parts_of_the_certificate_share_nothing_and_add_up(instance):
    need, capacity, pairs = instance
    found = max_served(need, capacity, pairs)
    cells, services = bottlenecks(found, pairs)
    assert np.array_equal(cells >= 0, found.cells)
    assert np.array_equal(services >= 0, found.services)
    parts = range(int(cells.max()) + 1)
    short = [need[cells == part].sum() - capacity[services == part].sum() for part in parts]
    assert all(excess > 0 for excess in short)
    assert sum(short) == found.unserved
    assert [int(np.flatnonzero(cells == part)[0]) for part in parts] == sorted(
        int(np.flatnonzero(cells == part)[0]) for part in parts
    )


@settings(max_examples=150, deadline=None)
@given(instances(), st.data())
def test_more_places_never_leave_more_unserved(instance, data):
    need, capacity, pairs = instance
    more = capacity + np.array(data.draw(st.lists(st.integers(0, 5), min_size=len(capacity), max_size=len(capacity))))
    assert max_served(need, more, pairs).unserved <= max_served(need, capacity, pairs).unserved


@settings(max_examples=150, deadline=None)
@given(instances(), st.data())
def test_the_order_of_cells_and_services_changes_nothing(instance, data):
    need, capacity, pairs = instance
    cell = np.array(data.draw(st.permutations(range(len(need)))))
    service = np.array(data.draw(st.permutations(range(len(capacity)))))
    moved = from_rows(cell[pairs.rows], service[pairs.indices], len(need))
    need_2, capacity_2 = np.empty_like(need), np.empty_like(capacity)
    need_2[cell], capacity_2[service] = need, capacity
    one, two = max_served(need, capacity, pairs), max_served(need_2, capacity_2, moved)
    assert one.total == two.total
    assert np.array_equal(one.cells, two.cells[cell])
    assert np.array_equal(one.services, two.services[service])


@settings(max_examples=150, deadline=None)
@given(instances())
def test_the_flow_keeps_to_need_and_places(instance):
    need, capacity, pairs = instance
    found = max_served(need, capacity, pairs)
    assert (found.flow >= 0).all()
    assert (np.bincount(pairs.rows, weights=found.flow, minlength=len(need)) <= need).all()
    assert (np.bincount(pairs.indices, weights=found.flow, minlength=len(capacity)) <= capacity).all()
    assert found.flow.sum() == found.total
    assert found.total + found.unserved == need.sum()


@given(st.integers(0, 500), st.lists(st.integers(0, 50), min_size=1, max_size=12))
def test_shares_add_up_and_are_within_one_of_exact(total, weights):
    parts = apportion(total, np.array(weights, float))
    assert parts.sum() == total
    if sum(weights):
        assert all(abs(part - total * w / sum(weights)) < 1 for part, w in zip(parts, weights, strict=True))
