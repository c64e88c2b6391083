"""Floating catchments: the published example in exact fractions, brute force, and the laws the measure keeps."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.kernels.floating_catchment import (
    enhanced,
    gaussian_weights,
    selection_weights,
    step_weights,
    three_step,
    two_step,
)
from analysis.kernels.pairs import from_rows, pairs_within

# Three sites, each with people and supply: a place is 1 from itself, 40 from the third, and 1 and 2 are 80 apart.
PEOPLE = np.array([100.0, 50.0, 10.0])
SUPPLY = np.array([15.0, 20.0, 100.0])
METRES = np.array([[1.0, 80.0, 40.0], [80.0, 1.0, 40.0], [40.0, 40.0, 1.0]])


def all_pairs(metres):
    n, m = metres.shape
    return from_rows(np.repeat(np.arange(n), m), np.tile(np.arange(m), n), n, metres.ravel())


def inverse_distance(pairs, at_most=math.inf):
    return np.where(pairs.metres <= at_most, 1 / pairs.metres, 0.0)


def exactly(metres, at_most, demand, supply):
    """The two steps in fractions: R_j = S_j / sum_i W_ij P_i, A_i = sum_j W_ij R_j."""
    n, m = metres.shape
    weight = [
        [Fraction(1, int(metres[i, j])) if metres[i, j] <= at_most else Fraction(0) for j in range(m)] for i in range(n)
    ]
    ratio = [Fraction(int(supply[j])) / sum(weight[i][j] * int(demand[i]) for i in range(n)) for j in range(m)]
    return [sum(weight[i][j] * ratio[j] for j in range(m)) for i in range(n)]


# --- known answers


def test_known_answers_two_step_of_three_sites_in_fractions():
    # R_1 = 15 / (100 + 10/40), R_2 = 20 / (50 + 10/40), R_3 = 100 / (10 + 150/40); A_1 = R_1 + R_3/40, ...
    published = [Fraction(1462, 4411), Fraction(1282, 2211), Fraction(12920437, 1773222)]
    assert exactly(METRES, 60, PEOPLE, SUPPLY) == published
    pairs = all_pairs(METRES)
    found = two_step(pairs, PEOPLE, SUPPLY, inverse_distance(pairs, 60))
    assert found.tolist() == pytest.approx([float(value) for value in published], rel=1e-15)


def test_known_answers_three_step_of_three_sites():
    # The probability of turning to a site is its weight's share of all weights, those beyond 60 included.
    pairs = all_pairs(METRES)
    chosen = selection_weights(pairs, inverse_distance(pairs))
    found = three_step(pairs, PEOPLE, SUPPLY, inverse_distance(pairs, 60), chosen)
    assert [round(value, 6) for value in found.tolist()] == [0.156257, 0.406216, 9.906352]


@pytest.mark.parametrize("selected", [False, True])
def test_known_answers_what_people_reach_adds_up_to_the_supply_reached(selected):
    pairs = all_pairs(METRES)
    weights = inverse_distance(pairs, 60)
    found = three_step(pairs, PEOPLE, SUPPLY, weights) if selected else two_step(pairs, PEOPLE, SUPPLY, weights)
    assert found @ PEOPLE == pytest.approx(135)  # 15 + 20 + 100


def test_known_answers_step_weights_are_1_068_022_at_thirds():
    assert step_weights(np.array([0.0, 10, 10.1, 20, 20.1, 30, 30.1]), 30).tolist() == [1, 1, 0.68, 0.68, 0.22, 0.22, 0]


# --- small cases


def test_two_people_share_one_supply():
    # 10 and 30 people, both in reach of 8 places: 8 / 40 each; the third point reaches nothing and has 0, not NaN.
    pairs = pairs_within(np.array([[0.0, 0], [10, 0], [900, 0]]), np.array([[5.0, 0]]), 5)
    assert two_step(pairs, np.array([10.0, 30, 20]), np.array([8.0])).tolist() == [0.2, 0.2, 0.0]


def test_a_supply_that_nobody_reaches_or_lives_near_is_nobodys():
    pairs = pairs_within(np.array([[0.0, 0]]), np.array([[3.0, 0], [50, 0]]), 5)
    assert two_step(pairs, np.array([4.0]), np.array([2.0, 7.0])).tolist() == [0.5]
    assert two_step(pairs, np.array([0.0]), np.array([2.0, 7.0])).tolist() == [0.0]


def test_nearer_supply_is_chosen_more_often():
    # Weights 1 and 0.22: 1/1.22 of the choices go to the near one.
    pairs = from_rows(np.array([0, 0]), np.array([0, 1]), 1, np.array([10.0, 300.0]))
    weights = step_weights(pairs.metres, 300)
    assert selection_weights(pairs, weights).tolist() == pytest.approx([1 / 1.22, 0.22 / 1.22])
    assert selection_weights(pairs, np.zeros(2)).tolist() == [0, 0]


def test_gaussian_weights_fall_from_one_to_nothing_at_the_edge():
    metres = np.array([0.0, 150, 300, 301])
    # halfway: (e^(-1/8) - e^(-1/2)) / (1 - e^(-1/2))
    halfway = (math.exp(-1 / 8) - math.exp(-1 / 2)) / (1 - math.exp(-1 / 2))
    assert gaussian_weights(metres, 300).tolist() == pytest.approx([1, halfway, 0, 0])


@pytest.mark.parametrize("bad", [math.nan, math.inf, -1.0])
def test_people_or_supply_that_cannot_be_counted_are_named_by_their_position(bad):
    pairs = all_pairs(METRES)
    with pytest.raises(ValueError, match=r"demand\[1\]"):
        two_step(pairs, np.array([1.0, bad, 2.0]), SUPPLY)
    with pytest.raises(ValueError, match=r"supply\[2\]"):
        two_step(pairs, PEOPLE, np.array([1.0, 0.0, bad]))
    with pytest.raises(ValueError, match=r"weight\[0\]"):
        two_step(pairs, PEOPLE, SUPPLY, np.array([bad, *[1.0] * 8]))


@pytest.mark.parametrize("weights", [step_weights, gaussian_weights])
@pytest.mark.parametrize("catchment_m", [0, -1, math.nan])
def test_a_catchment_needs_a_size(weights, catchment_m):
    with pytest.raises(ValueError, match="catchment_m"):
        weights(np.array([1.0]), catchment_m)


# --- brute force and laws

points = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=20)
amounts = st.lists(st.integers(0, 500), min_size=20, max_size=20)
quick = settings(deadline=None)


def scene(demand_at, supply_at, demand, supply):
    a, b = np.array(demand_at, float) * 100, np.array(supply_at, float) * 100
    return a, np.array(demand[: len(a)], float), b, np.array(supply[: len(b)], float)


@quick
@given(points, points, amounts, amounts)
def test_enhanced_is_what_the_definition_says(demand_at, supply_at, demand, supply):
    a, people, b, places = scene(demand_at, supply_at, demand, supply)
    catchment = 1500

    def weight(i, j):
        d = math.dist(a[i], b[j])
        return next((w for edge, w in ((500, 1.0), (1000, 0.68), (1500, 0.22)) if d <= edge), 0.0)

    sharing = [sum(weight(i, j) * people[i] for i in range(len(a))) for j in range(len(b))]
    slow = [sum(weight(i, j) * places[j] / sharing[j] for j in range(len(b)) if sharing[j]) for i in range(len(a))]
    assert enhanced(a, people, b, places, catchment).tolist() == pytest.approx(slow, rel=1e-12)


@quick
@given(points, points, amounts, amounts, st.sampled_from([two_step, three_step]))
def test_nothing_is_lost_and_nothing_made(demand_at, supply_at, demand, supply, measure):
    a, people, b, places = scene(demand_at, supply_at, demand, supply)
    pairs = pairs_within(a, b, 1200)
    weights = step_weights(pairs.metres, 1200)
    reached = np.unique(pairs.indices[people[pairs.rows] > 0])
    assert measure(pairs, people, places, weights) @ people == pytest.approx(places[reached].sum())


@quick
@given(points, points, amounts, amounts, st.randoms(use_true_random=False))
def test_another_order_gives_the_same_numbers(demand_at, supply_at, demand, supply, random):
    a, people, b, places = scene(demand_at, supply_at, demand, supply)
    i, j = (np.array(random.sample(range(len(x)), len(x))) for x in (a, b))
    shuffled = enhanced(a[i], people[i], b[j], places[j], 1000)
    assert shuffled.tolist() == pytest.approx(enhanced(a, people, b, places, 1000)[i].tolist(), rel=1e-12)


@quick
@given(points, points, amounts, amounts)
def test_more_supply_never_lowers_what_anybody_reaches(demand_at, supply_at, demand, supply):
    a, people, b, places = scene(demand_at, supply_at, demand, supply)
    before = enhanced(a, people, b, places, 1000)
    places[0] += 10
    assert (enhanced(a, people, b, places, 1000) >= before).all()
