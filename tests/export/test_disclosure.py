"""What may be said: counts of people, cells, and the publishable profile."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmodel.disclosure import (
    Profile,
    add_people,
    check_licences,
    engagement_counts,
    plain_cell,
    round_bounds,
    round_people,
    safe_cell,
)
from graphmodel.errors import InputError

counts = st.integers(0, 500)
thresholds = st.integers(5, 30)


@pytest.mark.parametrize(
    ("n", "kept"),
    [(0, (0, 0, 0)), (1, (None, 1, 9)), (9, (None, 1, 9)), (10, (10, 10, 12)), (12, (10, 10, 12)), (13, (15, 13, 17)),
     (27, (25, 23, 27)), (28, (30, 28, 32))],
)  # fmt: skip
def test_a_count_below_ten_is_withheld_others_are_rounded_to_five_and_nought_stays(n, kept):
    assert round_people(n, 10) == kept


def test_a_count_cannot_be_negative():
    with pytest.raises(ValueError, match="negative"):
        round_people(-1, 10)


@given(counts, thresholds)
def test_the_bounds_hold_the_count_and_at_least_three_counts_look_alike(n, threshold):
    kept = round_people(n, threshold)
    assert kept.lower <= n <= kept.upper
    alike = [m for m in range(600) if round_people(m, threshold) == kept]
    assert n == 0 or len(alike) >= 3
    assert alike == list(range(kept.lower, kept.upper + 1))


@given(counts, thresholds)
def test_rounding_what_was_rounded_changes_nothing(n, threshold):
    kept = round_people(n, threshold)
    if kept.people is not None:
        assert round_people(kept.people, threshold).people == kept.people


@given(st.lists(st.tuples(counts, counts), min_size=1, max_size=6), thresholds)
def test_suppression_never_leaks_by_difference(pairs, threshold):
    """Sums are made of what is kept: counts that look alike give the same sums, so no difference tells them apart."""
    parts = [round_people(a, threshold) for a, _ in pairs]
    alike = [part.lower + b % (part.upper - part.lower + 1) for part, (_, b) in zip(parts, pairs, strict=True)]
    others = [round_people(n, threshold) for n in alike]
    assert others == parts
    assert add_people(others) == add_people(parts)
    assert add_people(parts).lower <= sum(a for a, _ in pairs) <= add_people(parts).upper
    left_out = add_people(parts[1:])
    assert add_people(parts).upper - left_out.lower >= parts[0].upper, "what is left holds every count that looks alike"
    assert add_people(parts).lower - left_out.upper <= parts[0].lower


@given(st.none() | counts, st.none() | counts, thresholds)
def test_bounds_are_only_widened_and_only_once(lower, upper, threshold):
    low, high = round_bounds(lower, upper, threshold)
    assert (low is None) == (lower is None)
    assert low is None or low <= lower
    assert high is None or high >= upper
    assert round_bounds(low, high, threshold) == (low, high)


@given(st.text())
def test_no_cell_is_a_formula_and_every_text_comes_back(text):
    safe = safe_cell(text)
    assert plain_cell(safe) == text
    assert not safe.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-2", "@SUM", "\t=1", " =1", "'=1"])
def test_a_formula_gets_an_apostrophe(text):
    assert safe_cell(text) == f"'{text}"


def test_numbers_and_plain_text_stay_as_they_are():
    assert [safe_cell(value) for value in (-2.5, 0, None, "St Mary's", "'quoted'")] == [
        -2.5, 0, None, "St Mary's", "'quoted'",
    ]  # fmt: skip


PUBLIC = Profile(publishable=True)
VENUE = {
    "id": "guardian:1", "name": "Harbour Café", "stage": "active", "display_consent": True, "kind": "cafe",
    "staff_trained": 3, "next_step": "ask again", "young_people_say": "trusted", "young_people_asked": 15,
}  # fmt: skip


def test_confidential_records_never_leave():
    assert Profile().node("Session", {"id": "session:1", "sensitivity": "confidential"}) is None
    assert Profile().link("DELIVERS", {"id": "link:1", "sensitivity": "confidential"}) is None


def test_inside_the_partnership_everything_else_leaves():
    row = {"id": "context:1", "concern": "of_concern", "harms": ["online_harm"]}
    assert Profile().node("Context", row) == row


def test_concern_harms_and_drivers_are_not_published():
    row = {"id": "context:1", "name": "Mill Park", "kind": "park", "concern": "of_concern", "harms": ["online_harm"],
           "concern_review": date(2026, 1, 1), "drivers": ["unlit path"], "strengths": ["busy"]}  # fmt: skip
    assert PUBLIC.node("Context", row) == {
        "id": "context:1", "name": "Mill Park", "kind": "park", "strengths": ["busy"],
    }  # fmt: skip
    assert PUBLIC.node("Service", {"id": "service:1", "harms": ["online_harm"]}) == {"id": "service:1"}


@pytest.mark.parametrize("label", ["Assessment", "Goal", "Action", "Need", "Postcode"])
def test_assessments_goals_actions_and_needs_are_not_published(label):
    assert PUBLIC.node(label, {"id": "x:1", "name": "x"}) is None


def test_a_peer_group_is_not_published():
    assert PUBLIC.node("Context", {"id": "context:1", "kind": "peer_group"}) is None


def test_an_active_venue_that_agreed_is_named_without_what_is_internal():
    assert PUBLIC.node("Guardian", VENUE) == {
        "id": "guardian:1", "name": "Harbour Café", "stage": "active", "display_consent": True, "kind": "cafe",
        "young_people_say": "trusted", "young_people_asked": 15,
    }  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [{"stage": "declined"}, {"stage": "lapsed"}, {"stage": None}, {"display_consent": False}, {"display_consent": None},
     {"young_people_say": "unwelcoming"}],
)  # fmt: skip
def test_any_other_venue_is_not_named(change):
    assert PUBLIC.node("Guardian", {**VENUE, **change}) is None


@pytest.mark.parametrize("asked", [None, 5])
def test_what_young_people_say_needs_enough_of_them(asked):
    found = PUBLIC.node("Guardian", {**VENUE, "young_people_asked": asked})
    assert "young_people_say" not in found
    assert "young_people_asked" not in found


def test_venues_that_are_not_named_are_counted_by_ward_and_stage():
    venues = [
        {"id": "guardian:1", "sector": "commercial", "stage": "declined"},
        {"id": "guardian:2", "sector": "commercial", "stage": "declined"},
        {"id": "guardian:3", "sector": "commercial"},
        {"id": "guardian:4", "sector": "commercial", "sensitivity": "confidential"},
    ]
    ward_of = dict.fromkeys(("guardian:1", "guardian:2", "guardian:3"), "area:A")
    assert list(engagement_counts(venues, ward_of)) == [
        {"ward": "area:A", "sector": "commercial", "stage": "declined", "places": 2},
        {"ward": "area:A", "sector": "commercial", "stage": "no engagement recorded", "places": 1},
    ]


@pytest.mark.parametrize(
    ("type", "row", "leaves"),
    [
        ("REFERS_TO", {"basis": "declared"}, True),
        ("REFERS_TO", {"basis": "perceived"}, False),
        ("OBSERVED_IN", {"end": "context:school", "value": 20.0}, False),
        ("OBSERVED_IN", {"end": "guardian:1", "value": 20.0}, False),
        ("OBSERVED_IN", {"end": "area:A", "value": 20.0, "n": 40}, True),
        ("OBSERVED_IN", {"end": "area:A", "value": 20.0, "said_by": "young_people"}, False),
        ("ESTIMATED_FOR", {}, False),
        ("ASSESSES", {}, False),
    ],
)
def test_links_that_show_what_young_people_or_schools_are_kept_back(type, row, leaves):
    assert (PUBLIC.link(type, {"id": "link:1", **row}) is not None) is leaves


def test_with_whom_information_is_shared_is_not_published():
    assert PUBLIC.link("REFERS_TO", {"id": "link:1", "shares_with": ["police"]}) == {"id": "link:1"}


def test_a_source_of_unknown_licence_blocks_publication_in_a_sentence_that_names_it():
    check_licences([{"name": "a.csv", "licence": "OGL-3.0"}])
    with pytest.raises(InputError, match=r"unknown licence: b\.csv; load"):
        check_licences([{"name": "a.csv", "licence": "OGL-3.0"}, {"name": "b.csv"}])
