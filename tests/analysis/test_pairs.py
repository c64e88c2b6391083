"""Pairs within a distance equal all distances compared, whichever side is larger and however points lie."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.kernels.pairs import nearest, pairs_within

# On a grid of 100 m many points coincide, lie on one line, or are exactly the distance apart.
axis = st.one_of(st.integers(0, 12).map(lambda n: n * 100.0), st.floats(-1e6, 1e6), st.just(math.nan))
spots = st.lists(st.tuples(axis, axis), max_size=25).map(lambda rows: np.array(rows, float).reshape(-1, 2))
distances = st.one_of(st.sampled_from([0.0, 100.0, 300.0, 500.0, math.inf]), st.floats(0, 1e6))


def distance(a, b) -> float:
    return float(np.sqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2))


@settings(deadline=None)
@given(spots, spots, distances)
def test_pairs_are_those_of_all_distances_compared(origins, targets, within_m):
    pairs = pairs_within(origins, targets, within_m)
    slow = [(i, j) for i, a in enumerate(origins) for j, b in enumerate(targets) if distance(a, b) <= within_m]
    assert list(zip(pairs.rows.tolist(), pairs.indices.tolist(), strict=True)) == slow
    assert pairs.metres.tolist() == [distance(origins[i], targets[j]) for i, j in slow]


@settings(deadline=None)
@given(spots, spots, distances)
def test_the_nearest_is_the_first_of_the_least_distance(origins, targets, within_m):
    found, metres = nearest(origins, targets, within_m)
    for i, a in enumerate(origins):
        near = [(distance(a, b), j) for j, b in enumerate(targets) if distance(a, b) <= within_m]
        if near:
            assert (metres[i], found[i]) == min(near)
        else:
            assert (found[i], math.isnan(metres[i])) == (-1, True)


def test_many_points_are_looked_at_in_several_goes():
    # 40 points at one spot, 40,000 at another 5 m away: 1.6 million candidates, every one a pair.
    here, there = np.zeros((40, 2)), np.tile([3.0, 4.0], (40_000, 1))
    pairs = pairs_within(here, there, 5)
    assert pairs.counts.tolist() == [40_000] * 40
    assert (pairs.indices.reshape(40, -1) == np.arange(40_000)).all()
