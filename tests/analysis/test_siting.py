"""Siting: who would cover most of what is uncovered, whom it never suggests, and what it says of how good it is."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import ACTIVE, ALWAYS, Place, week

from analysis.coverage import coverage
from analysis.siting import siting
from graphmodel.errors import InputError, UnknownName
from graphmodel.landscape import Landscape
from graphmodel.records import NodeRecord

MONDAY_EVENING = week((0, 16, 20))  # four hours


def parade() -> Place:
    """A park in use on Monday from 16 to 20, and three venues beside it that nobody has engaged."""
    place = Place()
    place.node("area:north", (0, 0), population_10_17=120)
    place.node("context:park", (0, 0), "area:north", active_hours_week=MONDAY_EVENING)
    place.node("guardian:cafe", (0, 100), "area:north", hours_week=week((0, 8, 18)))  # 16, 17: two of the hours
    place.node("guardian:shop", (0, 200), "area:north", hours_week=week((0, 16, 19)), stage="agreed")  # three
    place.node("guardian:bar", (0, 300), "area:north", hours_week=week((0, 18, 24)))  # 18, 19: two
    return place


def chosen(place: Place, **parameters) -> list[str]:
    return list(siting(place.landscape(), **parameters).chosen)


# --- guardians ------------------------------------------------------------------------------------------------


def test_the_one_that_is_open_longest_comes_first_but_two_others_cover_more():
    assert chosen(parade(), n=1) == ["guardian:shop"]

    answer = siting(parade().landscape(), n=2)
    # Shop and another are 3 + 1 hours; so are cafe and bar, 2 + 2: of equal choices the earlier ids, bar and cafe.
    assert answer.chosen == ("guardian:bar", "guardian:cafe")
    assert [row["hours_gained"] for row in answer.rows] == [2, 2]
    assert answer.summary["hours_uncovered_before"] == 4 and answer.rows[-1]["hours_left"] == 0
    assert answer.optimal and answer.summary["how_good"].startswith("proven")


def test_a_row_says_who_it_is_and_what_it_adds():
    (row,) = siting(parade().landscape(), n=1, cost_per_site=500).rows

    assert (row["rank"], row["name"], row["kind"], row["stage"]) == (1, "shop", "cafe", "agreed")
    assert row["adds"] == "Open in 3 of the uncovered hours a week of 1 place"
    assert row["reaches"] == {"context:park": 3} and row["cost"] == 500


def test_what_an_active_guardian_covers_is_not_to_be_covered_again():
    place = parade()
    place.node("guardian:club", (50, 0), "area:north", **ACTIVE | {"hours_week": week((0, 16, 19))})

    # Left is the hour from 19: the shop is shut then, the bar is open.
    answer = siting(place.landscape(), n=3)
    assert answer.chosen == ("guardian:bar",)
    assert answer.summary["hours_covered_before"] == 3 and answer.summary["hours_gained"] == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"stage": "declined"},
        {"stage": "lapsed"},
        {"stance": "report"},
        {"stance": "enforce"},
        {"young_people_say": "unwelcoming", "young_people_asked": 20},
        {"sensitivity": "confidential"},
        {"stage": "active", "stance": "care", "trained_until": date(2026, 1, 1)},
    ],
)
def test_some_are_never_suggested(fields):
    place = parade()
    place.node("guardian:always", (0, 10), "area:north", hours_week=ALWAYS, **fields)

    assert "guardian:always" not in chosen(place, n=5)


def test_unknown_hours_are_not_taken_to_be_open_unless_that_is_asked_for():
    place = parade()
    place.node("guardian:hall", (0, 10), "area:north")

    by_hours = siting(place.landscape(), n=1)
    assert by_hours.chosen == ("guardian:shop",)
    assert by_hours.summary["venues_near_hours_unknown"] == 1
    assert any("1 of 4 venues in reach have no recorded hours" in said for said in by_hours.caveats)

    if_open = siting(place.landscape(), n=1, assume_open=True)
    assert if_open.chosen == ("guardian:hall",)
    assert if_open.rows[0]["hours_basis"] == "assumed"
    assert if_open.rows[0]["adds"].startswith("If always open, present in 4")


def test_hours_that_only_venues_of_unknown_hours_are_near_are_counted_apart():
    place = Place()
    place.node("context:park", (0, 0), active_hours_week=MONDAY_EVENING)
    place.node("guardian:hall", (0, 10))

    answer = siting(place.landscape())
    assert answer.rows == () and answer.summary["how_good"] == "no candidate covers any of it"
    assert answer.summary["hours_only_venues_of_unknown_hours_near"] == 4


def test_an_hour_that_may_be_covered_already_is_not_counted_as_a_gap():
    place = parade()
    place.node("guardian:club", (50, 0), "area:north", **ACTIVE | {"hours_week": None})

    answer = siting(place.landscape())
    assert answer.summary["hours_unknown_before"] == 4 and answer.summary["hours_uncovered_before"] == 0
    assert answer.rows == ()


def test_a_venue_linked_to_a_peer_group_reaches_it_from_anywhere():
    place = Place()
    place.node("context:group", None, kind="peer_group", active_hours_week=MONDAY_EVENING)
    place.node("guardian:gym", (5_000, 0), hours_week=week((0, 16, 18)))
    place.link("GUARDIAN_OF", "guardian:gym", "context:group", basis="declared")

    (row,) = siting(place.landscape()).rows
    assert (row["site"], row["hours_gained"]) == ("guardian:gym", 2)


def test_two_guardians_at_once_where_k_is_two():
    # At 16 and 17 cafe and shop, at 18 shop and bar are open; at 19 the bar alone.
    answer = siting(parade().landscape(), k=2, n=2)

    assert answer.chosen == ("guardian:shop", "guardian:cafe")  # the shop is open in most of them
    assert answer.summary["hours_gained"] == 2
    assert siting(parade().landscape(), k=2, n=3).summary["hours_gained"] == 3


def test_the_fewest_that_cover_all_that_can_be_covered():
    place = parade()
    place.node("context:far", (9_000, 0), "area:north", active_hours_week=MONDAY_EVENING)

    answer = siting(place.landscape(), cover_all=True)
    assert answer.chosen == ("guardian:bar", "guardian:cafe")
    assert answer.summary["bound"] == 2 and answer.summary["how_good"] == "proven: no fewer sites cover as much"
    assert answer.summary["hours_candidates_reach"] == 4 and answer.rows[-1]["hours_left"] == 4


def test_a_budget_says_how_many():
    assert len(chosen(parade(), budget=1_000, cost_per_site=500)) == 2
    assert len(chosen(parade(), budget=999, cost_per_site=500)) == 1
    assert len(chosen(parade(), n=1, budget=1_000, cost_per_site=500)) == 1


def test_concern_and_harms_change_nothing():
    calm, worried = parade(), parade()
    for place, fields in ((calm, {}), (worried, {"concern": "of_concern", "harms": ["serious_violence"]})):
        place.node("context:yard", (0, -350), "area:north", active_hours_week=week((1, 9, 10)), **fields)
        place.node("guardian:kiosk", (0, -400), "area:north", hours_week=week((1, 9, 10)))

    assert siting(calm.landscape()).rows == siting(worried.landscape()).rows


def test_a_confidential_place_is_counted_and_not_named():
    place = parade()
    place.node("context:refuge", None, "area:north", sensitivity="confidential", active_hours_week=MONDAY_EVENING)

    (row,) = siting(place.landscape(), n=1).rows
    assert row["hours_gained"] == 6 and row["places"] == 2
    assert row["reaches"] == {"context:park": 3}


def test_a_venue_over_the_border_counts_for_the_places_inside_only():
    place = parade()
    place.node("area:south", (0, -1_000))
    place.node("guardian:inn", (0, -300), "area:south", hours_week=ALWAYS)
    place.node("context:green", (0, -600), "area:south", active_hours_week=week((2, 0, 24)))

    answer = siting(place.landscape("area:north"), n=1)
    assert answer.chosen == ("guardian:inn",) and answer.rows[0]["hours_gained"] == 4
    assert any("inside the area" in said for said in answer.caveats)
    assert siting(place.landscape(), n=1).rows[0]["hours_gained"] == 28


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"sites_for": "police"}, "for a guardian or a service"),
        ({"n": 0}, "n = 0"),
        ({"k": 0}, "k = 0"),
        ({"within_m": float("nan")}, "within_m = nan"),
        ({"within_m": -1.0}, "within_m = -1.0"),
        ({"budget": 500.0}, "needs cost_per_site"),
        ({"budget": 5.0, "cost_per_site": 10.0}, "does not hold one site"),
        ({"cost_per_site": float("inf")}, "cost_per_site = inf"),
        ({"cover_all": True, "n": 3}, "leave n and budget out"),
        ({"group": "young_parents"}, "group is no question for a guardian"),
        ({"sites_for": "service", "assume_open": True}, "assume_open is no question for a service"),
        ({"sites_for": "service", "at": "moon"}, "areas or places, not at 'moon'"),
        ({"time_limit_s": 0.0}, "time_limit_s = 0.0"),
    ],
)
def test_parameters_that_cannot_be_used_are_answered_with_what_to_give(parameters, said):
    with pytest.raises(InputError, match=said):
        siting(parade().landscape(), **parameters)


def test_an_unknown_group_is_named():
    with pytest.raises(UnknownName, match="No group is called 'pirates'"):
        siting(parade().landscape(), sites_for="service", group="pirates")


def test_an_empty_landscape_has_no_site():
    for sites_for in ("guardian", "service"):
        answer = siting(Place().landscape(), sites_for=sites_for)
        assert answer.rows == () and answer.optimal


# --- services -------------------------------------------------------------------------------------------------


def villages() -> Place:
    """Four villages on a line, 2 km apart (10 km to the last), with a youth club in the first."""
    place = Place()
    place.node("area:parish", (3_000, 0), level="ward")
    for name, x, people in (("a", 0, 100), ("b", 4_000, 50), ("c", 6_000, 40), ("d", 16_000, 60)):
        place.node(f"area:{name}", (x, 0), "area:parish", level="lsoa", population_10_17=people)
    place.node("service:club")
    place.node("session:club", (100, 0), "area:parish")
    place.link("DELIVERS", "service:club", "session:club")
    return place


def test_a_service_goes_where_most_people_have_none_in_reach():
    # From the centre of b one reaches b and c (2 km): 90; from d its own 60.
    answer = siting(villages().landscape(), sites_for="service", n=2)

    assert answer.chosen == ("area:b", "area:d")
    assert [row["people_gained"] for row in answer.rows] == [90, 60]
    assert [answer.summary[f"people_{name}"] for name in ("total", "covered_before", "covered_after")] == [
        250,
        100,
        250,
    ]
    assert answer.rows[0]["adds"] == "90 people aged 10-17 who now lack a service within 2,154 m"


def test_a_service_that_has_ended_is_not_in_reach():
    place = villages()
    place.node("service:old", status="closed")
    place.node("session:old", (4_000, 0), "area:parish")
    place.link("DELIVERS", "service:old", "session:old")

    assert siting(place.landscape(), sites_for="service").summary["people_covered_before"] == 100


def test_only_the_services_that_are_meant_count():
    place = villages()
    place.records[:] = [
        NodeRecord(r.label, r.id, {**r.properties, "level": "L1"}) if r.id == "service:club" else r
        for r in place.records
    ]

    assert siting(place.landscape(), sites_for="service", level="L1").summary["people_covered_before"] == 100
    assert siting(place.landscape(), sites_for="service", level="L2").summary["people_covered_before"] == 0


def test_a_second_service_in_reach_where_k_is_two():
    answer = siting(villages().landscape(), sites_for="service", n=1, k=2)

    # The first village has one and needs one more: 100 people; the others need two each.
    assert answer.chosen == ("area:a",) and answer.summary["people_gained"] == 100


def test_existing_places_are_suggested_instead_of_centres_but_no_confidential_one():
    place = villages()
    place.node("context:school", (5_000, 0), "area:parish", kind="school")
    place.node("context:park", (16_000, 0), "area:parish")
    place.node("guardian:library", (15_900, 0), "area:parish", kind="library", sector="community")
    place.node("session:refuge", None, "area:parish", sensitivity="confidential")

    answer = siting(place.landscape(), sites_for="service", at="places")
    assert answer.chosen == ("context:school", "guardian:library")


def test_people_count_by_cell_and_only_those_inside():
    place = villages()
    place.node("area:e", (4_500, 0), level="lsoa", population_10_17=1_000)

    assert siting(place.landscape("area:parish"), sites_for="service", n=1).rows[0]["people_gained"] == 90
    assert siting(place.landscape(), sites_for="service", n=1).rows[0]["people_gained"] == 1_090


def test_without_population_nobody_is_counted_and_that_is_said():
    place = Place()
    place.node("area:north", (0, 0))

    answer = siting(place.landscape(), sites_for="service")
    assert answer.rows == () and any("No population" in said for said in answer.caveats)


# --- laws -----------------------------------------------------------------------------------------------------


def engaged(records: list, ids: tuple[str, ...]) -> Landscape:
    """Return the landscape once these venues are active guardians who care."""
    now = {"stage": "active", "stance": "care", "staff_trained": None, "trained_until": None}
    changed = [
        NodeRecord(r.label, r.id, {k: v for k, v in {**r.properties, **now}.items() if v is not None})
        if r.id in ids
        else r
        for r in records
    ]
    return Landscape.from_records(changed, as_of=date(2026, 11, 1))


@st.composite
def towns(draw):
    place = Place()
    place.node("area:north", (0, 0))
    at = st.integers(0, 1_000)
    spans = st.tuples(st.integers(0, 6), st.integers(0, 20), st.integers(21, 24))
    for i in range(draw(st.integers(1, 4))):
        place.node(f"context:{i}", (draw(at), draw(at)), "area:north", active_hours_week=week(draw(spans)))
    for i in range(draw(st.integers(1, 6))):
        hours = week(draw(spans), draw(spans))
        fields = draw(st.sampled_from([{}, {"stage": "engaged"}, {"stage": "active", "stance": "care"}]))
        place.node(f"guardian:{i}", (draw(at), draw(at)), "area:north", hours_week=hours, **fields)
    return place


@settings(max_examples=20, deadline=None)
@given(towns(), st.integers(1, 3), st.integers(1, 2))
def test_once_those_chosen_are_active_coverage_has_gained_what_was_said(place, n, k):
    before = place.landscape()
    answer = siting(before, n=n, k=k)

    gained = (
        coverage(before, k=k).uncovered.sum() - coverage(engaged(place.records, answer.chosen), k=k).uncovered.sum()
    )
    assert answer.summary["hours_gained"] == gained
    assert answer.summary["hours_gained"] <= answer.summary["bound"]
    assert siting(before, n=n + 1, k=k).summary["hours_gained"] >= answer.summary["hours_gained"]


# --- the demo borough, and Trafford ---------------------------------------------------------------------------


def test_ten_venues_of_the_demo_are_proven_best_and_gain_what_is_said(demo_records, demo_whole):
    answer = siting(demo_whole, n=10)

    assert answer.optimal and len(answer.chosen) == 10
    before, after = coverage(demo_whole), coverage(engaged(demo_records, answer.chosen))
    assert before.uncovered.sum() - after.uncovered.sum() == answer.summary["hours_gained"]
    assert answer.summary["hours_gained"] == sum(row["hours_gained"] for row in answer.rows)
    assert siting(demo_whole, n=10).as_dict() == answer.as_dict()


def test_the_next_service_of_the_demo_goes_to_larkmoss(demo_whole):
    # docs/demo.md: no session in Larkmoss (X05000008), and none within 2,154 m of most of its cells.
    answer = siting(demo_whole, sites_for="service", n=1)

    assert answer.rows[0]["area"] == "area:X05000008" and answer.optimal


@pytest.mark.shared
def test_trafford_in_seconds_though_nobody_is_engaged_yet(trafford_whole):
    started = time.monotonic()
    by_hours = siting(trafford_whole, n=10)
    if_open = siting(trafford_whole, n=10, assume_open=True)

    assert time.monotonic() - started < 20
    assert by_hours.optimal and if_open.optimal
    assert {row["stage"] for row in by_hours.rows} == {"no engagement recorded"}
    assert by_hours.summary["hours_gained"] < if_open.summary["hours_gained"]
    assert any("No engagement is recorded near" in said for said in by_hours.caveats)
