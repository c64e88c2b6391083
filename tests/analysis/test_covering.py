"""Maximal covering and set cover: published answers, brute force, and laws that hold for any input."""

from __future__ import annotations

from functools import partial
from itertools import combinations
from time import monotonic

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.kernels.covering import maximal_cover, set_cover
from analysis.kernels.covering_branch import Relaxation, branch
from analysis.kernels.covering_search import ROUNDING, Pace, Problem, bound, greedy
from analysis.kernels.pairs import Pairs, from_rows, pairs_within


def pairs_of(table: list[list[int]]) -> Pairs:
    """Return pairs of a small table: the sites that reach each demand."""
    rows = np.array([i for i, sites in enumerate(table) for _ in sites], np.int64)
    return from_rows(rows, np.array([j for sites in table for j in sites], np.int64), len(table))


# --- published ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def sjc324(known_answers):
    """324 blocks of Sao Jose dos Campos with their demand; every block is a candidate, within 800 m."""
    points = np.loadtxt(known_answers / "SJC324.txt", skiprows=1)
    return pairs_within(points, points, 800), np.loadtxt(known_answers / "demand-SJC324.dat")


@pytest.mark.shared
@pytest.mark.parametrize(("p", "people"), [(1, 5461), (2, 8790), (3, 11604), (4, 12106), (5, 12152)])
def test_known_answers_maximal_covering_of_sjc324(sjc324, p, people):
    cover = maximal_cover(*sjc324, p=p)

    assert cover.covered == people
    assert cover.optimal and cover.bound == people
    assert cover.gains.sum() == people and len(cover.chosen) == p


@pytest.mark.shared
def test_known_answers_greedy_falls_short_on_sjc324(sjc324):
    pairs, weight = sjc324
    problem = problem_of(pairs, weight, p=3)

    assert problem.value(greedy(problem)) == 10665


@pytest.mark.shared
def test_known_answers_five_sites_are_the_fewest_that_cover_all_of_sjc324(sjc324):
    # All demand is 12152, which five sites reach and four (12106) do not.
    cover = set_cover(sjc324[0], weight=sjc324[1])

    assert sjc324[1].sum() == 12152
    assert len(cover.chosen) == 5 and cover.optimal and cover.covered == 12152


def problem_of(pairs: Pairs, weight: np.ndarray, p: int) -> Problem:
    import scipy.sparse as sp

    reach = sp.csr_array((np.ones(len(pairs.indices)), pairs.indices, pairs.indptr))
    m = reach.shape[1]
    return Problem(reach, sp.csr_array(reach.T), weight, np.ones(len(weight)), np.ones(m), float(p))


# --- by hand --------------------------------------------------------------------------------------------------

# Greedy takes site 1 (2 + 2 + 2 + 2 = 8) and then 2 more; sites 0 and 2 together cover all 12.
TRAP = [[0], [0, 1], [0, 1], [1, 2], [1, 2], [2]]


def test_the_best_pair_need_not_hold_the_best_site():
    weight = np.full(6, 2.0)

    assert maximal_cover(pairs_of(TRAP), weight, p=1).chosen.tolist() == [1]
    both = maximal_cover(pairs_of(TRAP), weight, p=2)
    assert (both.chosen.tolist(), both.gains.tolist(), both.optimal) == ([0, 2], [6.0, 6.0], True)


def test_of_equal_choices_the_earliest_is_taken():
    # Four sites reach one place each, all of weight 1.
    cover = maximal_cover(pairs_of([[3], [2], [1], [0]]), np.ones(4), p=2)

    assert cover.chosen.tolist() == [0, 1]


def test_what_is_covered_already_is_not_gained_again():
    cover = maximal_cover(pairs_of(TRAP), np.full(6, 2.0), p=1, covered=np.array([0, 1, 1, 0, 0, 0]))

    assert (cover.chosen.tolist(), cover.covered) == ([2], 6.0)


def test_a_site_that_adds_nothing_is_not_chosen():
    assert maximal_cover(pairs_of([[0, 1], [1]]), np.ones(2), p=2).chosen.tolist() == [1]
    assert maximal_cover(pairs_of([[0]]), np.ones(1), p=3, sites=5).chosen.tolist() == [0]
    assert maximal_cover(pairs_of([[], []]), np.ones(2), p=3).chosen.tolist() == []
    assert maximal_cover(pairs_of(TRAP), np.ones(6), p=0).covered == 0


def test_two_are_needed_where_k_is_two():
    # Place 0 has three sites, place 1 two, place 2 one only: it can never have two.
    pairs, weight = pairs_of([[0, 1, 2], [1, 2], [0]]), np.array([1.0, 5.0, 100.0])

    cover = maximal_cover(pairs, weight, p=2, k=2)
    assert (cover.chosen.tolist(), cover.covered, cover.optimal) == ([1, 2], 6.0, True)
    # One there already at place 2: then one more makes it two.
    assert maximal_cover(pairs, weight, p=1, k=2, covered=np.array([0, 0, 1])).covered == 100
    assert set_cover(pairs, k=2).chosen.tolist() == [1, 2]


def test_a_budget_buys_what_it_can():
    # 10 pounds: site 0 (9 pounds) covers 8; sites 1 and 2 (5 each) cover 3 + 4.
    pairs, weight, cost = pairs_of([[0], [1], [2]]), np.array([8.0, 3.0, 4.0]), np.array([9.0, 5.0, 5.0])

    assert maximal_cover(pairs, weight, budget=10, cost=cost).chosen.tolist() == [0]
    assert maximal_cover(pairs, np.array([8.0, 6.0, 4.0]), budget=10, cost=cost).chosen.tolist() == [1, 2]
    assert maximal_cover(pairs, weight, budget=4, cost=cost).covered == 0


def test_the_cheapest_cover_need_not_be_the_fewest_sites():
    # Site 0 reaches both places for 10; sites 1 and 2 one each for 3.
    pairs = pairs_of([[0, 1], [0, 2]])

    assert set_cover(pairs).chosen.tolist() == [0]
    cheap = set_cover(pairs, cost=np.array([10.0, 3.0, 3.0]))
    assert (cheap.chosen.tolist(), cheap.bound, cheap.optimal) == ([1, 2], 6.0, True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"weight": np.array([1.0, np.nan])}, r"weight\[1\] is nan"),
        ({"weight": np.array([-1.0, 1.0])}, r"weight\[0\] is -1.0"),
        ({"weight": np.ones(3)}, "weight has 3 values for 2"),
        ({"p": None}, "either p or a budget"),
        ({"p": -1}, "0 or more"),
        ({"p": None, "budget": np.inf}, "0 or more"),
        ({"p": None, "budget": 1.0, "cost": np.array([1.0, np.inf])}, r"cost\[1\] is inf"),
        ({"sites": 1}, "site 1, and there are 1"),
    ],
)
def test_what_cannot_be_used_is_named(change, said):
    given_ = {"weight": np.ones(2), "p": 1} | change
    with pytest.raises(ValueError, match=said):
        maximal_cover(pairs_of([[0], [1]]), **given_)


def test_when_time_is_up_the_bound_says_how_far_it_may_be():
    random = np.random.default_rng(5)
    points, sites = random.random((400, 2)) * 10_000, random.random((300, 2)) * 10_000
    pairs, weight = pairs_within(points, sites, 2_000), random.integers(1, 50, 400).astype(float)

    hasty = maximal_cover(pairs, weight, p=12, time_limit_s=0)

    assert 0 < hasty.covered <= hasty.bound <= weight.sum()
    assert hasty.gains.sum() == pytest.approx(hasty.covered, rel=ROUNDING)


def test_nothing_is_printed_by_the_solver(capfd):
    random = np.random.default_rng(3)
    pairs = pairs_within(random.random((120, 2)), random.random((80, 2)), 0.25)
    set_cover(pairs)

    assert capfd.readouterr().out == ""


# --- against all combinations ---------------------------------------------------------------------------------


def best_of_all(table: list[list[int]], weight: np.ndarray, need: np.ndarray, m: int, allowed) -> float:
    reach = np.zeros((len(table), m))
    for i, sites in enumerate(table):
        reach[i, sites] = 1
    choices = (c for r in range(m + 1) for c in combinations(range(m), r) if allowed(c))
    return max(float(weight[(reach[:, list(c)].sum(axis=1) >= need) & (need > 0)].sum()) for c in choices)


@pytest.mark.parametrize("seed", range(30))
def test_the_answer_of_all_combinations(seed):
    random = np.random.default_rng(seed)
    m, k = 9, 1 + seed % 2
    table = [sorted(random.choice(m, random.integers(0, 5), replace=False).tolist()) for _ in range(20)]
    weight = random.integers(0, 9, 20).astype(float) if seed % 3 else random.random(20)
    held = random.integers(0, k + 1, 20)
    cost = random.integers(1, 6, m).astype(float)

    by_number = maximal_cover(pairs_of(table), weight, p=3, sites=m, covered=held, k=k)
    by_budget = maximal_cover(pairs_of(table), weight, budget=8, cost=cost, sites=m, covered=held, k=k)

    need = k - held
    assert by_number.optimal and by_budget.optimal
    assert by_number.covered == pytest.approx(best_of_all(table, weight, need, m, lambda c: len(c) <= 3), abs=1e-9)
    affordable = best_of_all(table, weight, need, m, lambda c: cost[list(c)].sum() <= 8)
    assert by_budget.covered == pytest.approx(affordable, abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_the_answer_does_not_hang_on_what_proves_it(seed, monkeypatch):
    random = np.random.default_rng(seed)
    pairs = pairs_within(random.random((80, 2)), random.random((50, 2)), 0.3)
    weight, cost = random.integers(1, 20, 80).astype(float), random.integers(1, 9, 50).astype(float)
    ways = [{"p": 6}, {"budget": 15, "cost": cost}, {"p": 6, "k": 2}]

    by_bound = [maximal_cover(pairs, weight, **way) for way in ways]
    # A bound after one step proves nothing: branching does.
    monkeypatch.setattr("analysis.kernels.covering.bound", partial(bound, pace=Pace(1, 1.0, 0.9)))
    by_branches = [maximal_cover(pairs, weight, **way) for way in ways]
    # No branch is looked at: HiGHS has it all.
    monkeypatch.setattr("analysis.kernels.covering._BRANCHES", 0)
    monkeypatch.setattr("analysis.kernels.covering._FEW_BRANCHES", 0)
    by_solver = [maximal_cover(pairs, weight, **way) for way in ways]

    assert all(cover.optimal for cover in by_bound + by_branches + by_solver)
    values = [[cover.covered for cover in covers] for covers in (by_bound, by_branches, by_solver)]
    assert values[0] == values[1] == values[2]


def small_problem(seed: int) -> tuple[list[list[int]], Problem]:
    """Return sites of unequal cost that 8 can be spent on; of every other seed, demand that needs one or two."""
    import scipy.sparse as sp

    random = np.random.default_rng(seed)
    table = [sorted(random.choice(9, random.integers(2, 5), replace=False).tolist()) for _ in range(20)]
    pairs = pairs_of(table)
    reach = sp.csr_array((np.ones(len(pairs.indices)), pairs.indices, pairs.indptr), shape=(20, 9))
    need = random.integers(1, 2 + seed % 2, 20).astype(float)
    weight, cost = random.integers(1, 9, 20).astype(float), random.integers(1, 6, 9).astype(float)
    return table, Problem(reach, sp.csr_array(reach.T), weight, need, cost, 8.0)


@pytest.mark.parametrize("seed", range(20))
def test_branching_alone_finds_the_answer_of_all_combinations(seed):
    table, problem = small_problem(seed)

    done = branch(problem, np.empty(0, np.int64), 10_000, monotonic() + 60)

    allowed = lambda c: problem.cost[list(c)].sum() <= 8  # noqa: E731
    best = best_of_all(table, problem.weight, problem.need, 9, allowed)
    assert done.bound == problem.value(done.chosen) == best
    assert problem.affords(done.chosen)
    # After few branches the bound is one all the same.
    for most in range(4):
        hasty = branch(problem, np.empty(0, np.int64), most, monotonic() + 60)
        assert problem.value(hasty.chosen) <= best <= hasty.bound


@pytest.mark.parametrize("seed", range(20))
def test_no_choice_exceeds_the_relaxation_whatever_sites_are_decided(seed):
    table, problem = small_problem(seed)
    relaxation = Relaxation(problem, monotonic() + 60)
    nobody, open_, shut = np.zeros(9, bool), np.arange(9) == 2, np.arange(9) == 5
    basis = None

    for in_, out in ((nobody, nobody), (open_, nobody), (open_, shut), (nobody, shut)):
        found = relaxation.solve(in_, out, basis)
        basis = relaxation.basis
        allowed = lambda c, i=in_, o=out: (  # noqa: E731
            problem.cost[list(c)].sum() <= 8 and (2 in c or not i[2]) and not (5 in c and o[5])
        )
        assert best_of_all(table, problem.weight, problem.need, 9, allowed) <= found.value * (1 + ROUNDING)
        assert problem.affords(found.rounded(problem))
    whole = relaxation.solve()
    for j, reduced in enumerate(whole.reduced):
        # Forced the other way, the site loses at least its reduced cost.
        one = np.arange(9) == j
        forced = relaxation.solve(one, nobody) if reduced < 0 else relaxation.solve(nobody, one)
        assert forced.value <= whole.value - abs(reduced) + 1e-6


def test_no_relaxation_when_time_is_up():
    assert Relaxation(small_problem(0)[1], monotonic() - 1).solve() is None


def test_the_relaxation_of_a_triangle():
    # Two sites reach each of three places: half of each site covers all, 6 for 1.5 sites; one whole site covers 4.
    problem = problem_of(pairs_of([[0, 1], [1, 2], [0, 2]]), np.full(3, 2.0), p=1)
    halves = Problem(problem.reach, problem.serves, problem.weight, problem.need, problem.cost, 1.5)

    assert Relaxation(problem, monotonic() + 60).solve().value == pytest.approx(4)
    found = Relaxation(halves, monotonic() + 60).solve()
    assert found.value == pytest.approx(6) and found.share == pytest.approx([0.5, 0.5, 0.5])


@pytest.mark.parametrize("seed", range(10))
def test_no_smaller_choice_covers_all(seed):
    random = np.random.default_rng(seed)
    table = [sorted(random.choice(9, random.integers(1, 4), replace=False).tolist()) for _ in range(20)]

    cover = set_cover(pairs_of(table))

    covers = lambda c: all(set(c) & set(sites) for sites in table)  # noqa: E731
    assert covers(cover.chosen) and cover.optimal
    assert not any(covers(c) for c in combinations(range(9), len(cover.chosen) - 1))


# --- laws -----------------------------------------------------------------------------------------------------


@st.composite
def cases(draw):
    m = draw(st.integers(1, 12))
    table = draw(st.lists(st.sets(st.integers(0, m - 1), max_size=5).map(sorted), min_size=1, max_size=20))
    weight = draw(st.lists(st.integers(0, 50), min_size=len(table), max_size=len(table)))
    return m, table, np.array(weight, float)


@settings(max_examples=60, deadline=None)
@given(cases(), st.integers(0, 6))
def test_more_sites_never_cover_less_and_each_next_adds_no_more(case, p):
    m, table, weight = case
    less, more = (maximal_cover(pairs_of(table), weight, p=n, sites=m) for n in (p, p + 1))

    assert less.covered <= more.covered
    assert less.covered <= less.bound and less.optimal
    assert list(more.gains) == sorted(more.gains, reverse=True)


@settings(max_examples=60, deadline=None)
@given(cases(), st.integers(1, 5))
def test_greedy_reaches_its_share_of_the_best(case, p):
    m, table, weight = case
    best = maximal_cover(pairs_of(table), weight, p=p, sites=m).covered
    if any(table):
        problem = problem_of(pairs_of(table), weight, p)
        assert problem.value(greedy(problem)) >= (1 - 1 / np.e) * best - 1e-9


@settings(max_examples=60, deadline=None)
@given(cases(), st.integers(1, 5), st.randoms(use_true_random=False))
def test_names_change_no_number(case, p, random):
    m, table, weight = case
    sites, rows = random.sample(range(m), m), random.sample(range(len(table)), len(table))
    renamed = [sorted(sites[j] for j in table[i]) for i in rows]

    one = maximal_cover(pairs_of(table), weight, p=p, sites=m)
    other = maximal_cover(pairs_of(renamed), weight[rows], p=p, sites=m)

    assert one.covered == other.covered
    assert len(set_cover(pairs_of(table), sites=m).chosen) == len(set_cover(pairs_of(renamed), sites=m).chosen)


@settings(max_examples=60, deadline=None)
@given(cases(), st.integers(1, 5), st.data())
def test_what_is_there_already_lowers_the_gain(case, p, data):
    m, table, weight = case
    held = np.array(data.draw(st.lists(st.integers(0, 1), min_size=len(table), max_size=len(table))))

    before = maximal_cover(pairs_of(table), weight, p=p, sites=m)
    after = maximal_cover(pairs_of(table), weight, p=p, sites=m, covered=held)

    assert after.covered <= before.covered
    assert after.covered + weight[held > 0].sum() >= before.covered
