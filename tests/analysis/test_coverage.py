"""Coverage of small places, every number worked by hand."""

from __future__ import annotations

import itertools
import math
from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_up import ACTIVE, ALWAYS, NEVER, Place, week

from analysis.coverage import count_open, coverage
from analysis.kernels.pairs import from_rows, nearest, pairs_within
from graphmodel.errors import InputError

FRIDAY_EVENING = week((4, 18, 22))  # four hours


def one_park(**fields) -> Place:
    place = Place()
    place.node("area:north", (0, 0))
    place.node("context:park", (0, 0), "area:north", active_hours_week=FRIDAY_EVENING, **fields)
    return place


def row_of(place: Place, **parameters) -> dict:
    (row,) = coverage(place.landscape(), **parameters).rows
    return row


# --- the kernel


def test_the_distance_itself_is_within():
    # 3-4-5 triangles: 300 east and 400 north are exactly 500 metres.
    pairs = pairs_within(np.array([[0.0, 0.0]]), np.array([[300.0, 400.0], [300.0, 400.001], [0.0, 0.0]]), 500)
    assert pairs.indices.tolist() == [0, 2]
    assert pairs.metres.tolist() == [500.0, 0.0]


def test_a_point_nobody_knows_is_near_nothing():
    here = np.array([[0.0, 0.0], [np.nan, np.nan]])
    pairs = pairs_within(here, here, 10)
    assert pairs.indptr.tolist() == [0, 1, 1]


def test_pairs_equal_all_distances_compared():
    random = np.random.default_rng(7)
    a, b = random.uniform(0, 1000, (60, 2)), random.uniform(0, 1000, (80, 2))
    pairs = pairs_within(a, b, 150)
    slow = [(i, j) for i, j in itertools.product(range(60), range(80)) if math.dist(a[i], b[j]) <= 150]
    assert list(zip(pairs.rows.tolist(), pairs.indices.tolist(), strict=True)) == slow


def test_of_two_equally_near_the_first_is_taken():
    found, metres = nearest(np.array([[0.0, 0.0]]), np.array([[9.0, 0.0], [0.0, 5.0], [5.0, 0.0], [0.0, 5.0]]), 100)
    assert (found.tolist(), metres.tolist()) == ([1], [5.0])


def test_nothing_within_reach_is_minus_one():
    found, metres = nearest(np.array([[0.0, 0.0]]), np.array([[101.0, 0.0]]), 100)
    assert found.tolist() == [-1]
    assert np.isnan(metres[0])


def test_open_partners_are_counted_per_hour():
    # Row 0 has targets 0 and 1, row 1 has none, row 2 has target 1.
    pairs = from_rows(np.array([0, 0, 2]), np.array([0, 1, 1]), 3)
    flags = np.array([[1, 0, 1], [1, 1, 0]], np.uint8)
    assert count_open(pairs, flags).tolist() == [[2, 1, 1], [0, 0, 0], [1, 1, 0]]


# --- who counts, and when


def test_an_active_guardian_open_all_evening_covers_it():
    place = one_park()
    place.node("guardian:cafe", (300, 0), **ACTIVE)
    row = row_of(place)
    assert (row["hours_used"], row["hours_uncovered"], row["share_uncovered"]) == (4, 0, 0.0)
    assert (row["nearest_active"], row["nearest_active_m"]) == ("guardian:cafe", 300.0)


def test_a_guardian_that_shuts_at_20_leaves_half_the_evening():
    place = one_park()
    place.node("guardian:cafe", (300, 0), **{**ACTIVE, "hours_week": week((4, 9, 20))})
    row = row_of(place)
    # used 18-22, open until 20: 20-22 are uncovered, 2 of 4, both after 18:00
    assert (row["hours_uncovered"], row["share_uncovered"], row["hours_uncovered_after_18"]) == (2, 0.5, 2)


def test_401_metres_is_not_within_400():
    place = one_park()
    place.node("guardian:cafe", (401, 0), **ACTIVE)
    assert row_of(place)["hours_uncovered"] == 4
    assert row_of(place, within_m=402)["hours_uncovered"] == 0


def test_a_linked_guardian_far_away_counts():
    place = one_park()
    place.node("guardian:team", (5000, 0), **ACTIVE)
    place.link("GUARDIAN_OF", "guardian:team", "context:park", basis="declared")
    assert row_of(place)["hours_uncovered"] == 0


def test_a_links_own_hours_hold_instead_of_opening_hours():
    place = one_park()
    place.node("guardian:team", (5000, 0), **ACTIVE)
    place.link("GUARDIAN_OF", "guardian:team", "context:park", hours_week=week((4, 18, 19)))
    assert row_of(place)["hours_uncovered"] == 3


def test_a_guardian_near_and_linked_is_counted_once():
    place = one_park()
    place.node("guardian:cafe", (100, 0), **{**ACTIVE, "hours_week": week((4, 18, 20))})
    place.link("GUARDIAN_OF", "guardian:cafe", "context:park")
    place.link("GUARDIAN_OF", "guardian:cafe", "context:park", hours_week=week((4, 19, 21)))
    result = coverage(place.landscape())
    # near: open 18-20; linked: 19-21; together 18-21, one guardian in each of these hours
    assert result.cover[0, 4 * 24 + 17 : 4 * 24 + 22].tolist() == [0, 1, 1, 1, 0]
    assert result.rows[0]["guardians_active"] == 1


def test_presence_can_be_by_distance_or_by_link_alone():
    place = one_park()
    place.node("guardian:cafe", (100, 0), **{**ACTIVE, "hours_week": week((4, 18, 20))})
    place.node("guardian:team", (5000, 0), **ACTIVE)
    place.link("GUARDIAN_OF", "guardian:team", "context:park", hours_week=week((4, 19, 22)))
    # the cafe is near, 18-20; the team is linked, 19-22; both together leave none of 18-22
    short = {by: row_of(place, by=by)["hours_uncovered"] for by in ("both", "distance", "guardian_of")}
    assert short == {"both": 0, "distance": 2, "guardian_of": 1}
    assert row_of(place, by="guardian_of")["guardians_active"] == 1


def test_a_guardian_near_and_linked_with_hours_is_there_in_the_links_hours_alone_when_asked_by_link():
    place = one_park()
    place.node("guardian:cafe", (100, 0), **{**ACTIVE, "hours_week": week((4, 18, 20))})
    place.link("GUARDIAN_OF", "guardian:cafe", "context:park", hours_week=week((4, 21, 22)))
    assert row_of(place)["hours_uncovered"] == 1  # 20-21
    assert row_of(place, by="guardian_of")["hours_uncovered"] == 3  # 18-21


def test_more_partners_than_a_byte_holds_are_counted():
    pairs = from_rows(np.zeros(300, np.int64), np.arange(300), 2)
    assert count_open(pairs, np.ones((300, 1), np.uint8)).tolist() == [[300], [0]]


def test_a_perceived_link_counts_only_where_it_says_who_was_asked():
    place = one_park()
    place.node("guardian:team", (5000, 0), **ACTIVE)
    place.link("GUARDIAN_OF", "guardian:team", "context:park", basis="perceived")
    assert row_of(place)["hours_uncovered"] == 4
    place.link("GUARDIAN_OF", "guardian:team", "context:park", basis="perceived", asked="12 young people, May 2026")
    assert row_of(place)["hours_uncovered"] == 0


@pytest.mark.parametrize(
    ("fields", "counted_as"),
    [
        ({"stage": "trained"}, None),
        ({"stage": "lapsed"}, None),
        ({"stance": "report"}, "guardians_report_or_enforce"),
        ({"stance": "enforce"}, "guardians_report_or_enforce"),
        ({"stance": "unknown"}, "guardians_stance_unknown"),
        ({"stance": None}, "guardians_stance_unknown"),
        ({"young_people_say": "unwelcoming"}, "guardians_unwelcoming"),
        ({"trained_until": date(2026, 10, 31)}, "guardians_training_lapsed"),
        ({"staff_trained": 0}, "guardians_training_lapsed"),
    ],
)
def test_who_does_not_care_or_is_not_trained_is_counted_apart(fields, counted_as):
    place = one_park()
    place.node("guardian:cafe", (10, 0), **{**ACTIVE, **fields})
    row = row_of(place)
    assert (row["guardians_active"], row["hours_uncovered"]) == (0, 4)
    if counted_as:
        assert row[counted_as] == 1


@pytest.mark.parametrize("fields", [{"trained_until": date(2026, 11, 1)}, {"staff_trained": 2}, {}])
def test_training_in_date_or_not_dated_counts(fields):
    place = one_park()
    place.node("guardian:cafe", (10, 0), **{**ACTIVE, **fields})
    result = coverage(place.landscape())
    assert result.rows[0]["hours_uncovered"] == 0
    assert result.summary["guardians_training_date_unknown"] == (0 if "trained_until" in fields else 1)


def test_unknown_hours_are_not_closed():
    place = one_park()
    place.node("guardian:cafe", (10, 0), **{**ACTIVE, "hours_week": None})
    row = row_of(place)
    assert (row["hours_uncovered"], row["hours_unknown"], row["guardians_hours_unknown"]) == (0, 4, 1)


def test_k_guardians_can_be_asked_for():
    place = one_park()
    place.node("guardian:a", (10, 0), **ACTIVE)
    place.node("guardian:b", (20, 0), **{**ACTIVE, "hours_week": week((4, 18, 19))})
    place.node("guardian:c", (30, 0), **{**ACTIVE, "hours_week": None})
    assert row_of(place, k=1)["hours_uncovered"] == 0
    # two at once: 18-19 for sure, 19-22 only if c is open; three: 18-19 only if c is open, 19-22 never
    assert (row_of(place, k=2)["hours_uncovered"], row_of(place, k=2)["hours_unknown"]) == (0, 3)
    assert (row_of(place, k=3)["hours_uncovered"], row_of(place, k=3)["hours_unknown"]) == (3, 1)


def test_hours_of_use_fall_back_on_the_kind_and_say_so():
    place = Place()
    place.node("context:school", (0, 0), kind="school")
    place.node("context:online", None, kind="online")
    result = coverage(place.landscape())
    online, school = result.rows
    # the shipped assumption for a school: Mo-Fr 08:00-17:00, 5 x 9 hours
    assert (school["hours_basis"], school["hours_used"]) == ("assumed", 45)
    assert (online["hours_basis"], online["hours_used"], online["share_uncovered"]) == ("none", 0, None)
    assert any("1 contexts have no recorded hours" in caveat for caveat in result.caveats)


def test_a_confidential_guardian_counts_from_its_wards_centre_without_a_distance():
    place = one_park()
    place.node("guardian:refuge", None, "area:north", sensitivity="confidential", **ACTIVE)
    row = row_of(place)
    assert (row["guardians_active"], row["nearest_active"], row["nearest_active_m"]) == (1, "guardian:refuge", None)


def test_a_guardian_nobody_located_is_near_nothing():
    place = one_park()
    place.node("guardian:group", None, "area:north", **ACTIVE)
    assert row_of(place)["guardians_active"] == 0


def test_the_nearest_to_approach_says_what_is_recorded_of_it():
    place = one_park()
    place.node("guardian:far", (900, 0), stage="identified")
    place.node("guardian:no", (50, 0), stage="declined")
    assert row_of(place)["nearest_to_approach"] == "guardian:far"
    assert row_of(place)["nearest_to_approach_stage"] == "identified"
    place.node("guardian:near", (800, 0))
    assert row_of(place)["nearest_to_approach_m"] == 800.0
    assert row_of(place)["nearest_to_approach_stage"] == "no engagement recorded"


def test_level_2_responses_are_those_that_work_on_the_context():
    place = one_park()
    for name, level in (("a", "L2"), ("b", "L1"), ("c", "L2"), ("d", None)):
        place.node(f"service:{name}", level=level, status="ended" if name == "c" else None)
        place.link("TARGETS", f"service:{name}", "context:park", **({"level": "both"} if name == "d" else {}))
    # a by its own level, d by its link; b is Level 1, c has ended
    assert row_of(place)["level_2_responses"] == 2


def test_as_of_decides_who_is_there():
    place = one_park()
    place.node("guardian:old", (10, 0), valid_to=date(2026, 10, 31), **ACTIVE)
    place.node("guardian:new", (10, 0), valid_from=date(2026, 11, 2), **ACTIVE)
    assert row_of(place)["guardians_active"] == 0
    later = coverage(place.landscape(as_of=date(2026, 11, 2)))
    assert later.rows[0]["guardians_active"] == 1


def test_states_at_one_hour():
    place = one_park()
    place.node("guardian:cafe", (10, 0), **{**ACTIVE, "hours_week": week((4, 18, 19))})
    result = coverage(place.landscape())
    assert [result.at(4 * 24 + hour)["context:park"] for hour in (17, 18, 19)] == ["not_used", "covered", "uncovered"]


@pytest.mark.parametrize(
    "parameters", [{"within_m": 0}, {"within_m": float("nan")}, {"within_m": math.inf}, {"k": 0}, {"by": "feel"}]
)
def test_a_distance_or_k_that_makes_no_sense_is_refused(parameters):
    with pytest.raises(InputError):
        coverage(one_park().landscape(), **parameters)


def test_an_empty_landscape_has_no_rows():
    assert coverage(Place().landscape()).rows == ()


# --- laws

spots = st.tuples(st.integers(-600, 600), st.integers(-600, 600))
guardians = st.lists(
    st.tuples(
        spots,
        st.sampled_from([ALWAYS, NEVER, FRIDAY_EVENING, week((4, 20, 24)), None]),
        st.sampled_from(["active", "trained", None]),
        st.sampled_from(["care", "report", None]),
    ),
    max_size=6,
)
few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def place_of(here, names) -> Place:
    place = one_park()
    place.node("context:stop", (250, 250), "area:north", kind="transport")
    for name, (at, hours, stage, stance) in zip(names, here, strict=True):
        place.node(f"guardian:{name}", at, hours_week=hours, stage=stage, stance=stance)
    return place


@few
@given(guardians, guardians.filter(len))
def test_adding_a_guardian_never_lowers_coverage(here, more):
    names = [f"g{i}" for i in range(len(here) + 1)]
    before = coverage(place_of(here, names[:-1]).landscape())
    after = coverage(place_of([*here, more[0]], names).landscape())
    assert (after.cover >= before.cover).all()
    assert (after.uncovered <= before.uncovered).all()


@few
@given(guardians)
def test_other_ids_give_the_same_numbers(here):
    names = [f"g{i}" for i in range(len(here))]
    one = coverage(place_of(here, names).landscape())
    other = coverage(place_of(here, reversed(names)).landscape())
    for array in ("cover", "watch", "uncovered", "doubtful"):
        assert (getattr(one, array) == getattr(other, array)).all()
    assert one.summary == other.summary
