"""Corridors between schools and stops, every metre worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_up import ACTIVE, Place, week

from analysis.corridors import corridors
from analysis.kernels.corridors import Stretches, chords, distance_to, uncovered
from graphmodel.errors import InputError

FRIDAY_AFTERNOON = week((4, 15, 18))


def school_and_stop(metres: float = 600, **fields) -> Place:
    """A school, and a stop so many metres to the east of it."""
    place = Place()
    place.node("area:north", (0, 0))
    place.node("context:school", (0, 0), "area:north", kind="school", **fields)
    place.node("context:stop", (metres, 0), "area:north", kind="transport")
    return place


def row_of(place: Place, **parameters) -> dict:
    (row,) = corridors(place.landscape(), **parameters).rows
    return row


def metres_left(starts, ends, points, within_m) -> float:
    starts, ends = np.array([starts], float), np.array([ends], float)
    points = np.array(points, float).reshape(-1, 2)
    reached = chords(starts, ends, np.zeros(len(points), int), points, within_m)
    return float(uncovered(np.hypot(*(ends - starts).T), reached).metres(1)[0])


# --- the kernel


def test_a_circle_reaches_a_line_along_its_chord():
    # 3 beside the line with reach 5: half the chord is 4 (3-4-5), so from 10 - 4 to 10 + 4.
    reached = chords(np.array([[0.0, 0.0]]), np.array([[100.0, 0.0]]), np.array([0]), np.array([[10.0, 3.0]]), 5.0)
    assert (reached.low.tolist(), reached.high.tolist()) == ([6.0], [14.0])
    assert metres_left((0, 0), (100, 0), [(10, 3)], 5) == 92.0


def test_a_chord_ends_where_the_line_does():
    assert metres_left((0, 0), (10, 0), [(-3, 0)], 5) == 8.0  # reaches from -8 to 2
    assert metres_left((0, 0), (10, 0), [(50, 0)], 5) == 10.0


def test_a_circle_that_touches_covers_nothing():
    assert metres_left((0, 0), (10, 0), [(5, 5)], 5) == 10.0


def test_chords_that_overlap_are_counted_once():
    # 0-10, 5-15 and 30-40 of 50: 50 - 15 - 10
    assert metres_left((0, 0), (50, 0), [(5, 0), (10, 0), (35, 0)], 5) == 25.0


def test_a_long_chord_holds_a_short_one_that_begins_later():
    # 0-40 holds 10-20; what comes after 40 is left, not what comes after 20
    left = uncovered(np.array([50.0]), Stretches(np.zeros(2, int), np.array([0.0, 10.0]), np.array([40.0, 20.0])))
    assert (left.low.tolist(), left.high.tolist()) == ([40.0], [50.0])


def test_lines_do_not_disturb_each_other():
    reached = Stretches(np.array([2, 0]), np.array([0.0, 2.0]), np.array([9.0, 3.0]))
    left = uncovered(np.array([5.0, 7.0, 9.0]), reached)
    assert list(zip(left.row.tolist(), left.low.tolist(), left.high.tolist(), strict=True)) == [
        (0, 0.0, 2.0),
        (0, 3.0, 5.0),
        (1, 0.0, 7.0),
    ]


def test_the_distance_to_a_part_of_a_line():
    starts, ends = np.array([[0.0, 0.0]]), np.array([[0.0, 100.0]])
    part = Stretches(np.zeros(3, int), np.full(3, 20.0), np.full(3, 60.0))
    # beside it; beyond its end by (3, 4); before its start by (6, 8)
    assert distance_to(starts, ends, part, np.array([[7.0, 40.0], [3.0, 64.0], [6.0, 12.0]])).tolist() == [7, 5, 10]


near = st.integers(-40, 40)


@settings(max_examples=60, deadline=None)
@given(near, near, near, near, st.lists(st.tuples(near, near), max_size=7), st.integers(1, 30))
def test_stretches_equal_a_walk_along_the_line(x0, y0, x1, y1, points, within_m):
    """Ten thousand steps: what is left differs by no more than a step for each end of a chord."""
    steps = 10_000
    length = math.dist((x0, y0), (x1, y1))
    t = (np.arange(steps) + 0.5) / steps
    x, y = x0 + (x1 - x0) * t, y0 + (y1 - y0) * t
    free = np.ones(steps, bool)
    for px, py in points:
        free &= np.hypot(x - px, y - py) > within_m
    walked = free.sum() * length / steps
    assert abs(metres_left((x0, y0), (x1, y1), points, within_m) - walked) <= 1e-9 + length / steps * 2 * len(points)


# --- the question


def test_a_guardian_at_the_school_leaves_the_rest_of_the_way():
    place = school_and_stop(600)
    place.node("guardian:cafe", (0, 0), **ACTIVE)
    row = row_of(place)
    # within 400 m of the cafe: the first 400 of 600
    assert (row["length_m"], row["uncovered_m"], row["share_uncovered"]) == (600.0, 200.0, 0.3333)
    assert row["guardians_active"] == 1


def test_two_guardians_cover_the_way_between_them():
    place = school_and_stop(780)
    place.node("guardian:cafe", (0, 0), **ACTIVE)
    place.node("guardian:library", (780, 0), **ACTIVE)
    assert row_of(place)["uncovered_m"] == 0.0
    assert row_of(place, within_m=300)["uncovered_m"] == 180.0


def test_the_worst_hour_is_named():
    place = school_and_stop(600)
    place.node("guardian:cafe", (0, 0), **{**ACTIVE, "hours_week": week((4, 9, 17))})
    place.node("guardian:library", (600, 0), **{**ACTIVE, "hours_week": week((4, 9, 16))})
    row = row_of(place)
    # 15:00 both; 16:00 the cafe alone, 200 m left; 17:00 nobody
    assert (row["uncovered_m"], row["worst_hour"]) == (600.0, "Fri 17:00")
    row = row_of(place, when="Fr 15:00-17:00")
    assert (row["uncovered_m"], row["worst_hour"]) == (200.0, "Fri 16:00")


def test_unknown_hours_are_neither_open_nor_shut():
    place = school_and_stop(600)
    place.node("guardian:cafe", (0, 0), **{**ACTIVE, "hours_week": None})
    row = row_of(place)
    # Were it open, 200 m would be left for certain; its 400 m are in doubt.
    assert (row["uncovered_m"], row["unknown_m"], row["guardians_hours_unknown"]) == (200.0, 400.0, 1)


@pytest.mark.parametrize("fields", [{"stage": "trained"}, {"stance": "enforce"}, {"young_people_say": "unwelcoming"}])
def test_who_does_not_count_covers_nothing(fields):
    place = school_and_stop(600)
    place.node("guardian:cafe", (300, 0), **{**ACTIVE, **fields})
    assert row_of(place)["uncovered_m"] == 600.0


def test_a_linked_guardian_is_present_at_the_end_it_is_linked_to():
    place = school_and_stop(600)
    place.node("guardian:team", (9000, 0), **ACTIVE)
    place.link("GUARDIAN_OF", "guardian:team", "context:stop", hours_week=week((4, 15, 17)))
    # 400 m around the stop, from 15:00 to 17:00
    assert row_of(place, when="Fr 15:00-17:00")["uncovered_m"] == 200.0
    assert row_of(place)["uncovered_m"] == 600.0


def test_a_perceived_link_must_say_who_was_asked():
    place = school_and_stop(600)
    place.node("guardian:team", (9000, 0), **ACTIVE)
    place.link("GUARDIAN_OF", "guardian:team", "context:stop", basis="perceived")
    assert row_of(place)["uncovered_m"] == 600.0
    place.link("GUARDIAN_OF", "guardian:team", "context:stop", basis="perceived", asked="12 young people, May 2026")
    assert row_of(place)["uncovered_m"] == 200.0


def test_stops_further_than_a_walk_are_left_out_unless_they_are_declared():
    place = school_and_stop(801)
    result = corridors(place.landscape())
    assert (result.rows, result.summary["schools_without_a_stop"]) == ((), 1)
    assert row_of(place, walk_m=802)["basis"] == "near"
    place.link("ADJACENT_TO", "context:stop", "context:school")
    assert row_of(place)["basis"] == "declared"


def test_the_nearest_stops_are_looked_at():
    place = school_and_stop(100)
    place.node("context:b-stop", (0, 200), "area:north", kind="transport")
    place.node("context:a-stop", (0, -300), "area:north", kind="transport")
    assert row_of(place, stops=1)["stop"] == "context:stop"
    two = corridors(place.landscape(), stops=2).rows
    assert [row["stop"] for row in two] == ["context:b-stop", "context:stop"]
    assert len(corridors(place.landscape()).rows) == 3


def test_a_declared_way_may_lead_to_any_place():
    place = school_and_stop(5000)
    place.node("context:underpass", (300, 0), "area:north", kind="neighbourhood")
    place.link("ADJACENT_TO", "context:school", "context:underpass")
    assert (row_of(place)["stop"], row_of(place)["stop_kind"]) == ("context:underpass", "neighbourhood")


def test_the_nearest_venue_to_approach_is_beside_the_uncovered_stretch():
    place = school_and_stop(600)
    place.node("guardian:cafe", (0, 0), **ACTIVE)
    place.node("guardian:bakery", (100, 10), stage="identified")  # beside the covered part: 300 m short of 400
    place.node("guardian:chemist", (500, 60))
    place.node("guardian:bar", (500, 5), stage="declined")
    place.node("guardian:gym", (500, 6), young_people_say="unwelcoming")
    row = row_of(place)
    assert (row["nearest_to_approach"], row["nearest_to_approach_m"]) == ("guardian:chemist", 60.0)
    assert row["nearest_to_approach_stage"] == "no engagement recorded"
    # the chemist, and the bakery at sqrt(300^2 + 10^2) = 300.2 m from where cover ends
    assert row["venues_to_approach"] == 2
    # the chemist and the gym have no stage
    assert row["guardians_no_engagement_recorded"] == 2


def test_confidential_places_count_from_their_wards_centre_and_are_never_suggested():
    place = school_and_stop(600)
    place.node("guardian:refuge", None, "area:north", sensitivity="confidential", **ACTIVE)
    place.node("guardian:hostel", None, "area:north", sensitivity="confidential", stage="identified")
    row = row_of(place)
    # The ward's centre is the school's point.
    assert (row["uncovered_m"], row["nearest_to_approach"]) == (200.0, None)


def test_no_corridor_is_drawn_from_a_confidential_school():
    place = Place()
    place.node("area:north", (0, 0))
    place.node("context:school", None, "area:north", kind="alternative_provision", sensitivity="confidential")
    place.node("context:stop", (100, 0), "area:north", kind="transport")
    result = corridors(place.landscape())
    assert (result.rows, result.summary["schools_without_a_point"]) == ((), 1)
    assert any("no corridor is drawn" in said for said in result.caveats)


def test_a_stop_at_the_school_gate_has_no_share():
    row = row_of(school_and_stop(0))
    assert (row["length_m"], row["uncovered_m"], row["share_uncovered"]) == (0.0, 0.0, None)


@pytest.mark.parametrize(
    "parameters",
    [
        {"within_m": 0},
        {"walk_m": -1},
        {"within_m": math.nan},
        {"when": "after school"},
        {"when": ""},
        {"when": "Fr"},
        {"stops": 0},
    ],
)
def test_what_makes_no_sense_is_refused(parameters):
    with pytest.raises(InputError):
        corridors(school_and_stop().landscape(), **parameters)


def test_an_empty_landscape_has_no_rows():
    assert corridors(Place().landscape()).rows == ()


# --- laws

spots = st.tuples(st.integers(-500, 1100), st.integers(-500, 500))
venues = st.lists(
    st.tuples(
        spots, st.sampled_from([ACTIVE["hours_week"], FRIDAY_AFTERNOON, None]), st.sampled_from(["active", None])
    ),
    max_size=5,
)
few = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def place_of(here, names) -> Place:
    place = school_and_stop(600)
    for name, (at, hours, stage) in zip(names, here, strict=True):
        place.node(f"guardian:{name}", at, hours_week=hours, stage=stage, stance="care")
    return place


@few
@given(venues, venues.filter(len))
def test_one_more_guardian_never_lengthens_a_stretch(here, more):
    names = [f"g{i}" for i in range(len(here) + 1)]
    before = row_of(place_of(here, names[:-1]))
    after = row_of(place_of([*here, more[0]], names))
    assert after["uncovered_m"] <= before["uncovered_m"]


@few
@given(venues)
def test_other_ids_give_the_same_metres(here):
    names = [f"g{i}" for i in range(len(here))]
    one, other = row_of(place_of(here, names)), row_of(place_of(here, reversed(names)))
    ours = ("uncovered_m", "unknown_m", "venues_to_approach", "nearest_to_approach_m", "worst_hour")
    assert [one[name] for name in ours] == [other[name] for name in ours]


def test_an_area_has_the_corridors_the_whole_has_for_it(demo_whole):
    whole = corridors(demo_whole)
    wards = sorted({row["area"] for row in whole.rows if row["area"]})
    assert len(whole.rows) > 5
    for ward in wards[:2]:
        ours = corridors(demo_whole.subset(ward)).rows
        assert list(ours) == [row for row in whole.rows if row["area"] == ward]
