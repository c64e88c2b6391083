"""The measures of inequality, on plain arrays: published answers, definitions by brute force, laws, what is refused."""

from __future__ import annotations

import math
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from analysis.kernels.inequality import concentration_index, dissimilarity, gini, ridit, slope_index, theil

SLOPES = Path(__file__).parents[3] / "shared" / "data" / "known_answers" / "slope_index_testdata.xlsx"
_XML = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sheet(path):
    """Yield the rows of a workbook's first sheet as column letters -> text: a zip of XML, no library needed."""
    with zipfile.ZipFile(path) as book:
        strings = [
            "".join(t.text or "" for t in item.iter(f"{_XML}t"))
            for item in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        ]
        for row in ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml")).iter(f"{_XML}row"):
            cells = {}
            for cell in row:
                value = cell.find(f"{_XML}v")
                if value is not None:
                    text = strings[int(value.text)] if cell.get("t") == "s" else value.text
                    cells[re.match("[A-Z]+", cell.get("r"))[0]] = text
            yield cells


@pytest.fixture(scope="module")
def slopes():
    """Return (test, area) -> population, value, and the published slope and relative index, by quantile."""
    if not SLOPES.is_file():
        pytest.skip("the known answers are not beside the checkout (../shared/data/known_answers)")
    found: dict = {}
    for row in sheet(SLOPES):
        if "F" in row and "G" in row and "I" in row and row["A"] != "RecordNo":
            found.setdefault((row["B"], row["C"]), []).append(row)
    return found


def slope_of(rows):
    population, value, quantile = (np.array([float(row[c]) for row in rows]) for c in "GIF")
    return slope_index(value, quantile, population)


DEFAULT = "default (e.g. life expectancy) - default parameters"


@pytest.mark.shared
def test_known_answers_slope_index_area_1(slopes):
    assert slope_of(slopes[DEFAULT, "area1"]).slope == pytest.approx(6.934616474, abs=5e-10)


@pytest.mark.shared
def test_known_answers_relative_index_area_1(slopes):
    assert slope_of(slopes[DEFAULT, "area1"]).relative == pytest.approx(1.088818080, abs=5e-10)


@pytest.mark.shared
def test_known_answers_slope_index_area_2(slopes):
    assert slope_of(slopes[DEFAULT, "area2"]).slope == pytest.approx(12.547846636, abs=5e-10)


@pytest.mark.shared
def test_known_answers_relative_index_area_2(slopes):
    assert slope_of(slopes[DEFAULT, "area2"]).relative == pytest.approx(1.180885621, abs=5e-10)


@pytest.mark.shared
def test_known_answers_every_slope_of_plain_values_in_the_workbook(slopes):
    seen = 0
    for (test, _), rows in slopes.items():
        published = rows[0]
        # The other tests of the workbook are of proportions and rates that are transformed first.
        if test.startswith("default") and "P" in published:
            seen += 1
            found = slope_of(rows)
            assert found.slope == pytest.approx(float(published["P"]), rel=1e-12)
            assert found.relative == pytest.approx(float(published["Q"]), rel=1e-12)
            if "Z" in published:
                assert found.intercept == pytest.approx(float(published["Z"]), rel=1e-12)
    assert seen == 12  # six tests, two areas


def test_known_answers_gini():
    # sum |xi - xj| over all 16 pairs = 20; 20 / (2 x 16 x 2.5) = 0.25
    assert gini(np.array([1.0, 2.0, 3.0, 4.0])) == 0.25


def test_known_answers_theil():
    # mean 2.5: (0.4 ln 0.4 + 0.8 ln 0.8 + 1.2 ln 1.2 + 1.6 ln 1.6) / 4
    assert theil(np.array([1.0, 2.0, 3.0, 4.0])) == pytest.approx(0.106440, abs=5e-7)


def test_two_places_one_of_which_has_everything():
    # 1 person in 4 has all of it: Gini 1 - 1/4; Theil ln 4; if that one is the most deprived, concentration -3/4
    has_all, deprived = np.array([8.0, 0.0, 0.0, 0.0]), np.array([1.0, 2.0, 3.0, 4.0])
    assert gini(has_all) == 0.75
    assert theil(has_all) == pytest.approx(math.log(4))
    assert concentration_index(has_all, deprived) == -0.75
    assert concentration_index(has_all, -deprived) == 0.75


def test_a_slope_by_hand():
    # Shares 0.2, 0.3, 0.5: ridits 0.1, 0.35, 0.75. Values 12 - 8 x ridit lie on a line: 11.2, 9.2, 6.
    found = slope_index(np.array([11.2, 9.2, 6.0]), np.array([1.0, 2.0, 3.0]), np.array([2.0, 3.0, 5.0]))
    assert found.slope == pytest.approx(-8)
    assert found.intercept == pytest.approx(12)
    assert found.relative == pytest.approx(1 / 3)  # (12 - 8) / 12


def test_a_line_that_starts_at_nothing_has_no_relative_index():
    assert math.isnan(slope_index(np.array([-1.0, 5.0]), np.array([1.0, 2.0])).relative)


def test_dissimilarity_by_hand():
    # Need 50 : 30 : 20, services 1 : 1 : 2 = 25 : 25 : 50; |25| + |5| + |30| = 60, half of it
    assert dissimilarity(np.array([50.0, 30.0, 20.0]), np.array([1.0, 1.0, 2.0])) == pytest.approx(0.30)


def test_equal_ranks_share_their_middle():
    assert ridit(np.array([5.0, 1.0, 5.0, 5.0])).tolist() == [0.625, 0.125, 0.625, 0.625]


@pytest.fixture
def twenty():
    random = np.random.default_rng(6)
    return random.gamma(1.0, 3.0, 20), random.integers(1, 9, 20).astype(float), random.integers(1, 8, 20).astype(float)


def test_equal_to_the_definitions_pair_by_pair(twenty):
    values, people, rank = twenty
    total, mean = people.sum(), (people * values).sum() / people.sum()
    pairs = [
        (people[i] * people[j], values[i], values[j], rank[i], rank[j]) for i in range(len(values)) for j in range(20)
    ]
    assert gini(values, people) == pytest.approx(sum(w * abs(x - y) for w, x, y, *_ in pairs) / (2 * mean * total**2))
    assert theil(values, people) == pytest.approx(
        sum(p * v / mean * math.log(v / mean) for p, v in zip(people, values, strict=True)) / total
    )
    # In twos: who ranks higher has more (+) or less (-).
    signed = sum(w * (x - y) * np.sign(a - b) for w, x, y, a, b in pairs)
    assert concentration_index(values, rank, people) == pytest.approx(signed / (2 * mean * total**2))


def test_a_slope_is_least_squares_with_square_root_weights(twenty):
    values, people, rank = twenty
    share = people / people.sum()
    middle = np.array([share[rank < r].sum() + share[rank == r].sum() / 2 for r in rank])
    root = np.sqrt(share)
    (intercept, slope), *_ = np.linalg.lstsq(np.column_stack([root, root * middle]), root * values, rcond=None)
    found = slope_index(values, rank, people)
    assert found.slope == pytest.approx(slope)
    assert found.relative == pytest.approx((intercept + slope) / intercept)


def test_a_row_of_three_people_is_three_rows(twenty):
    values, people, rank = twenty
    times = people.astype(int)
    apart, apart_rank = np.repeat(values, times), np.repeat(rank, times)
    assert gini(values, people) == pytest.approx(gini(apart))
    assert theil(values, people) == pytest.approx(theil(apart))
    assert concentration_index(values, rank, people) == pytest.approx(concentration_index(apart, apart_rank))
    assert slope_index(values, rank, people) == pytest.approx(slope_index(apart, apart_rank))


amounts = st.lists(st.floats(0.01, 1e4), min_size=2, max_size=30).map(np.array)
rows = st.lists(
    st.tuples(st.floats(0.01, 1e4), st.integers(1, 500), st.integers(1, 10)), min_size=2, max_size=30
).filter(lambda found: len({rank for *_, rank in found}) > 1)


@given(rows, st.floats(0.001, 1000))
def test_the_unit_does_not_matter(found, factor):
    values, people, rank = np.array(found, float).T
    for measure in (gini, theil):
        assert measure(values * factor, people) == pytest.approx(measure(values, people), abs=1e-9)
        assert measure(values, people * factor) == pytest.approx(measure(values, people), abs=1e-9)
    assert concentration_index(values * factor, rank, people) == pytest.approx(
        concentration_index(values, rank, people), abs=1e-9
    )
    assert slope_index(values * factor, rank, people).slope == pytest.approx(
        slope_index(values, rank, people).slope * factor, rel=1e-6, abs=1e-6
    )


@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(found, random):
    mixed = list(found)
    random.shuffle(mixed)
    one, two = np.array(found, float).T, np.array(mixed, float).T
    assert gini(*one[:2]) == pytest.approx(gini(*two[:2]), abs=1e-12)
    assert theil(*one[:2]) == pytest.approx(theil(*two[:2]), abs=1e-12)
    values, people, rank = one
    assert concentration_index(values, rank, people) == pytest.approx(
        concentration_index(two[0], two[2], two[1]), abs=1e-12
    )


@given(amounts, st.data())
def test_giving_from_who_has_more_to_who_has_less_is_more_equal(values, data):
    i = data.draw(st.integers(0, len(values) - 1))
    j = data.draw(st.integers(0, len(values) - 1))
    high, low = (i, j) if values[i] >= values[j] else (j, i)
    after = values.copy()
    given_away = data.draw(st.floats(0, 1)) * (values[high] - values[low])
    after[high] -= given_away
    after[low] += given_away
    assert gini(after) <= gini(values) + 1e-12
    assert theil(after) <= theil(values) + 1e-12


@given(rows)
def test_bounds(found):
    values, people, rank = np.array(found, float).T
    assert 0 <= gini(values, people) < 1
    assert 0 <= theil(values, people) <= math.log(people.sum()) + 1e-9
    assert abs(concentration_index(values, rank, people)) <= gini(values, people) + 1e-12
    assert concentration_index(values, values, people) == pytest.approx(gini(values, people), abs=1e-12)
    assert 0 <= dissimilarity(values, people) <= 1
    assert dissimilarity(values, people) == pytest.approx(dissimilarity(people, values), abs=1e-12)
    assert dissimilarity(values, values * 3) == pytest.approx(0, abs=1e-12)


@given(amounts)
def test_turning_the_ranks_round_turns_the_sign(values):
    rank = np.arange(len(values), dtype=float)
    assert concentration_index(values, -rank) == pytest.approx(-concentration_index(values, rank), abs=1e-12)
    up, down = slope_index(values, rank), slope_index(values, -rank)
    assert down.slope == pytest.approx(-up.slope, abs=1e-6)
    assert down.intercept == pytest.approx(up.intercept + up.slope, abs=1e-6)


def test_everybody_alike_is_no_inequality():
    same = np.full(7, 0.1)
    assert gini(same) == pytest.approx(0, abs=1e-15)
    assert theil(same) == pytest.approx(0, abs=1e-15)
    assert slope_index(same, np.arange(7.0)).relative == pytest.approx(1)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: gini(np.array([1.0, np.nan])), r"values\[1\] must be a finite number; it is nan"),
        (lambda: theil(np.array([np.inf, 1.0])), r"values\[0\] must be a finite number; it is inf"),
        (lambda: gini(np.array([1.0, 2.0, -3.0])), r"values\[2\] must not be negative; it is -3.0"),
        (lambda: gini(np.zeros(3)), "values must not be 0 for everybody"),
        (lambda: gini(np.array([1.0, 0.0]), np.array([0.0, 1.0])), "values must not be 0 for everybody"),
        (lambda: gini(np.array([])), "values must hold at least one number"),
        (lambda: gini(np.ones(2), np.array([1.0, -1.0])), r"weights\[1\] must not be negative"),
        (lambda: gini(np.ones(2), np.zeros(2)), "weights must not be 0 everywhere"),
        (lambda: gini(np.ones(2), np.ones(3)), "one length; there are 3 beside 2"),
        (lambda: concentration_index(np.ones(2), np.array([1.0, np.nan])), r"rank_by\[1\] must be a finite number"),
        (lambda: concentration_index(np.ones(2), np.ones(1)), "one length; there are 1 beside 2"),
        (lambda: slope_index(np.array([1.0, np.nan]), np.ones(2)), r"values\[1\] must be a finite number"),
        (lambda: slope_index(np.ones(2), np.ones(2)), "at least two different ranks"),
        (lambda: slope_index(np.ones(3), np.arange(3.0), np.array([0.0, 4.0, 0.0])), "at least two different ranks"),
        (lambda: dissimilarity(np.zeros(2), np.ones(2)), "first must not be 0 everywhere"),
        (lambda: dissimilarity(np.ones(2), np.array([1.0, -2.0])), r"second\[1\] must not be negative"),
        (lambda: dissimilarity(np.ones(2), np.ones(3)), "one length; there are 3 beside 2"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_position(call, said):
    with pytest.raises(ValueError, match=said):
        call()
