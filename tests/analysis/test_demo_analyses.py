"""Does the gap list find, in the demo, what was put there to be found?"""

from __future__ import annotations

import pytest

from analysis.coverage import coverage
from analysis.fragility import single_points
from analysis.gaps import COMPUTED, gaps
from analysis.pathways import police_only


@pytest.fixture(scope="module")
def found(demo_whole):
    return gaps(demo_whole)


@pytest.mark.parametrize("kind", sorted(COMPUTED))
def test_each_kind_that_is_computed_occurs(found, kind):
    assert [gap for gap in found.gaps if gap.kind == kind]


@pytest.mark.parametrize(
    ("kind", "about"),
    [
        ("uncovered_hours", "context:quay-bus-station"),
        ("uncovered_context", "context:mill-lane-park"),
        ("no_level_2", "context:saltings-estate"),
        ("behaviour_only", "area:X05000006"),
        ("funding_ends", "service:night-youth"),
        ("review_overdue", "context:gasworks-green"),
        ("training_lapses", "guardian:the-compass"),
        ("training_lapses", "guardian:gasworks-cafe"),
        ("single_point", "org:larkmoss-link"),
        ("no_escalation", "guardian:kelp-cafe"),
        ("police_only", "guardian:the-signal-box"),
        ("police_only", "context:cannery-underpass"),
    ],
)
def test_the_hand_placed_examples_are_found(found, kind, about):
    assert [gap for gap in found.gaps if gap.kind == kind and about in (gap.about, *gap.members)]


def test_a_covered_square_is_no_gap_in_presence(found, demo_whole):
    about = "context:market-square"
    assert not [g for g in found.gaps if g.kind.startswith("uncovered") and about in (g.about, *g.members)]
    row = next(row for row in coverage(demo_whole).rows if row["context"] == about)
    assert row["hours_uncovered"] == 0


def test_the_bus_station_is_covered_by_day_and_not_after_18(found):
    (gap,) = [g for g in found.gaps if g.kind == "uncovered_hours" and g.about == "context:quay-bus-station"]
    assert gap.band == "A"
    assert gap.text.endswith("no active guardian after 18:00")
    extend, *engage = gap.closes
    assert extend["about"] in ("guardian:ferry-office", "guardian:quay-kiosk")
    assert [step["action"] for step in engage] == ["engage", "engage"]
    assert engage[0]["hours"] >= engage[1]["hours"] > 0


def test_a_ward_without_any_engagement_recorded_has_no_evidenced_gap_in_presence(found):
    tollgate = [g for g in found.gaps if g.area == "area:X05000005" and g.topic == "engagement"]
    assert len(tollgate) == 1
    assert tollgate[0].shortfall == 1.0


def test_the_list_is_one_a_person_can_read(found):
    assert len(found.evidenced) < 200
    assert len(found.find_out) < 80
    assert len(found.first_of_each_question()) == 5


def test_larkmoss_link_alone_joins_four_bodies(demo_whole):
    row = next(row for row in single_points(demo_whole).rows if row["partner"] == "org:larkmoss-link")
    assert row["partners_cut_off"] == 4


def test_the_signal_box_reaches_help_through_police_only(demo_whole):
    rows = {row["id"]: row["route"] for row in police_only(demo_whole).rows}
    assert rows["guardian:the-signal-box"] == "police_only"
