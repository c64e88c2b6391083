"""The same work as other libraries do it, on small seeded data: the sides that ``make bench`` compares must agree."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

cases, ours, peers, theirs = map(import_module, ("cases", "ours", "peers", "theirs"))

# What the test environment has: geopandas and NetworkX.
SMALL = {
    "coverage": cases.coverage(contexts=60, venues=400),
    "betweenness": cases.network(60, 150),
    "attack_curve": cases.attack(60, 90),
    "single_points": cases.attack(60, 90),
    "articulation": cases.attack(60, 90),
}


@pytest.mark.parametrize("case", SMALL)
def test_both_sides_agree(case):
    compare = {row.case: row.compare for row in peers.rows()}[case]
    assert compare(ours.CASES[case](SMALL[case])(), theirs.CASES[case](SMALL[case])()).startswith("equal")


def test_the_data_of_both_sides_is_worth_comparing():
    assert ours.CASES["coverage"](SMALL["coverage"])()["open"].max() > 5
    assert len(ours.CASES["single_points"](SMALL["single_points"])()["nodes"]) > 5
    curve = ours.CASES["attack_curve"](SMALL["attack_curve"])()["largest"]
    assert (curve[0] > 50, curve[-1]) == (True, 0)


def test_every_case_has_two_sides_and_data():
    for row in peers.rows():
        assert row.case in ours.CASES
        assert row.case in theirs.CASES


def test_the_data_is_the_same_each_time():
    for one, other in ((cases.siting(50, 50), cases.siting(50, 50)), (cases.network(30, 60), cases.network(30, 60))):
        assert all(np.array_equal(one[name], other[name]) for name in one)


def test_two_step_from_coordinates_and_from_pairs_agree():
    data = cases.enhanced_given_pairs(areas=50, services=80)
    given = ours.CASES["enhanced_given_pairs"](data)()["access"]
    assert given.max() > 0
    np.testing.assert_allclose(ours.CASES["enhanced_from_coordinates"](data)()["access"], given, rtol=1e-12)


@pytest.mark.parametrize(
    ("compare", "close"),
    [
        (lambda a, b: peers.within(1e-12)({"x": a}, {"x": b}), 1 + 1e-13),
        (lambda a, b: peers.absolutely(1e-9)({"x": a}, {"x": b}), 1 + 1e-10),
        (lambda a, b: peers.exactly({"x": a}, {"x": b}), 1.0),
    ],
)
def test_answers_that_differ_end_the_run(compare, close):
    value = np.array([0.0, 1.0, 0.25])
    compare(value * close, value)
    with pytest.raises(SystemExit):
        compare(value * (1 + 1e-6), value)


def test_a_value_that_is_not_proven_ends_the_run():
    with pytest.raises(SystemExit):
        peers.optimum({"value": np.array(5.0), "proven": np.array(False)}, {"value": np.array(5.0)})
