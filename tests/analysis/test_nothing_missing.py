"""A town that lacks nothing has no gap; take one thing away, and that gap is there and no other kind."""

from __future__ import annotations

from datetime import date

import pytest
from made_up import ACTIVE, Place, week

from analysis.gaps import COMPUTED, gap_kinds, gaps
from graphmodel.records import LinkRecord, NodeRecord

EVENINGS = week(*((day, 15, 21) for day in range(7)))
LATER = date(2028, 11, 1)


def town() -> Place:
    """One ward, two places, each with a caring guardian and a Level 2 response, and two services for every age."""
    place = Place()
    place.node("area:ward", (0, 0))
    place.node("area:cell", (0, 0), "area:ward", level="lsoa", population_10_17=100)
    place.node("org:council", sector="statutory", role_codes=["social_care"])
    place.node("org:youth")
    place.node("org:faith", sector="faith")
    for a, b in (("council", "youth"), ("youth", "faith"), ("faith", "council")):
        place.link("REFERS_TO", f"org:{a}", f"org:{b}", basis="declared")
    place.node("need:someone", people=50, harm="serious_violence", ages="11-17", basis="referrals")
    place.link("ESTIMATED_FOR", "need:someone", "area:ward")
    for n, x in enumerate((-100, 100)):
        at = (x, 0)
        place.node(f"context:{n}", at, "area:ward", concern="none_known", active_hours_week=EVENINGS)
        caring = {**ACTIVE, "trained_until": LATER, "staff": 4, "staff_trained": 4}
        place.node(f"guardian:{n}", at, "area:ward", **caring)
        for body in ("council", "youth"):
            place.link("ESCALATES_TO", f"guardian:{n}", f"org:{body}")
        service(place, n, at)
    return place


def service(place: Place, n: int, at: tuple[float, float], **fields) -> None:
    coded = {"level": "L2", "approach": "contextual", "lens": "welfare"}
    reach = {"access": "self", "open_access": True, "minimum_age": 8, "maximum_age": 25, "capacity": 100}
    said = {"harms": ["serious_violence"], "for_whom": ["young_people"], "status": "active"}
    place.node(f"service:{n}", **{**coded, **reach, **said, **fields})
    place.node(f"session:{n}", at, "area:ward", hours_week=EVENINGS)
    place.link("DELIVERS", f"service:{n}", f"session:{n}")
    place.link("SERVES", f"service:{n}", "area:ward")
    place.link("TARGETS", f"service:{n}", f"context:{n}")
    place.link("RUNS", "org:youth", f"service:{n}")
    place.link("FUNDS", "org:council", f"service:{n}", start=date(2025, 4, 1), end=LATER)


def change(place: Place, *ids: str, **fields) -> None:
    """Put other values in the place of the nodes' own; None takes a value away."""
    for position, record in enumerate(place.records):
        if isinstance(record, NodeRecord) and record.id in ids:
            values = {**record.properties, **fields}
            known = {name: value for name, value in values.items() if value is not None}
            place.records[position] = NodeRecord(record.label, record.id, known)


def drop(place: Place, type: str, start: str) -> None:
    """Take the links of a type that start there away."""
    place.records = [
        record
        for record in place.records
        if not (isinstance(record, LinkRecord) and record.type == type and record.start.startswith(start))
    ]


def kinds(place: Place) -> set[tuple[str, str]]:
    return {(gap.kind, gap.topic if gap.kind == "missing_data" else "") for gap in gaps(place.landscape()).gaps}


def test_a_town_that_lacks_nothing_has_no_gap():
    found = gaps(town().landscape())
    assert [gap.text for gap in found.gaps] == []
    assert found.summary["gaps"] == 0


GUARDIANS, SERVICES, SOON = ("guardian:0", "guardian:1"), ("service:0", "service:1"), date(2027, 1, 31)


def nobody_active(place: Place) -> None:
    change(place, *GUARDIANS, stage="approached")


def shut_in_the_evening(place: Place) -> None:
    change(place, *GUARDIANS, hours_week=week(*((day, 9, 18) for day in range(7))))


def level_1_only(place: Place) -> None:
    change(place, *SERVICES, level="L1")


def behaviour_based_only(place: Place) -> None:
    change(place, *SERVICES, approach="behaviour_based")


def money_ends(place: Place) -> None:
    drop(place, "FUNDS", "org:council")
    for id in SERVICES:
        place.link("FUNDS", "org:council", id, end=SOON)


def review_is_past(place: Place) -> None:
    change(place, "context:0", concern="of_concern", concern_review=date(2026, 5, 1))


def training_ends(place: Place) -> None:
    change(place, "guardian:0", trained_until=SOON)


def two_hang_on_one(place: Place) -> None:
    for body in ("org:a", "org:b"):
        place.node(body)
        place.link("REFERS_TO", "org:youth", body)


def nobody_to_turn_to(place: Place) -> None:
    drop(place, "ESCALATES_TO", "guardian:0")
    place.link("TRAINS", "org:youth", "guardian:0")


def police_alone(place: Place) -> None:
    place.node("org:police", sector="statutory", role_codes=["police"])
    place.node("org:trust")
    place.link("SHARES_INFORMATION_WITH", "org:police", "org:council")
    place.link("SHARES_INFORMATION_WITH", "org:police", "org:youth")
    drop(place, "ESCALATES_TO", "guardian:0")
    place.link("ESCALATES_TO", "guardian:0", "org:police")


def people_far_away(place: Place) -> None:
    place.node("area:far", (9000, 0), "area:ward", level="lsoa", population_10_17=40)


def through_professionals_only(place: Place) -> None:
    change(place, *SERVICES, access="professional", open_access=False)


def too_few_places(place: Place) -> None:
    change(place, *SERVICES, capacity=10)


def a_harm_nobody_works_on(place: Place) -> None:
    place.node("need:other", people=50, harm="online_harm", ages="11-17", basis="referrals")
    place.link("ESTIMATED_FOR", "need:other", "area:ward")


def stops_at_18(place: Place) -> None:
    change(place, *SERVICES, maximum_age=17)


def without(field: str, *ids: str):
    return lambda place: change(place, *ids, **{field: None})


TAKEN_AWAY = [
    (nobody_active, "uncovered_context"),
    (shut_in_the_evening, "uncovered_hours"),
    (level_1_only, "no_level_2"),
    (behaviour_based_only, "behaviour_only"),
    (money_ends, "funding_ends"),
    (review_is_past, "review_overdue"),
    (training_ends, "training_lapses"),
    (two_hang_on_one, "single_point"),
    (nobody_to_turn_to, "no_escalation"),
    (police_alone, "police_only"),
    (people_far_away, "low_access"),
    (through_professionals_only, "self_referral"),
    (too_few_places, "unmet_need"),
    (a_harm_nobody_works_on, "harm_unserved"),
    (stops_at_18, "age_cliff"),
    (without("stage", *GUARDIANS), "missing_data"),
]
# What goes with it by its nature: nobody can be served for a harm that no service works on.
ALSO = {"harm_unserved": {"unmet_need"}}


@pytest.mark.parametrize(("take_away", "kind"), TAKEN_AWAY, ids=[kind for _, kind in TAKEN_AWAY])
def test_what_is_taken_away_is_what_is_found(take_away, kind):
    place = town()
    take_away(place)
    found = {found for found, _ in kinds(place)}
    assert kind in found
    assert found - {kind} <= ALSO.get(kind, set())


def test_every_kind_of_the_table_is_taken_away_once():
    assert {kind for _, kind in TAKEN_AWAY} == set(gap_kinds())
    assert set(gap_kinds()) == COMPUTED


@pytest.mark.parametrize(
    ("take_away", "topic"),
    [
        (without("hours_week", "guardian:0"), "hours"),
        (without("stance", "guardian:0"), "stance"),
        (without("trained_until", "guardian:0"), "training"),
        (without("lens", "service:0"), "coding"),
        (lambda place: drop(place, "FUNDS", "org:council"), "funding"),
        (lambda place: drop(place, "ESCALATES_TO", "guardian:0"), "escalation"),
        (lambda place: drop(place, "TARGETS", "service:0"), "responses"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_nobody_recorded_is_to_be_found_out(take_away, topic):
    place = town()
    take_away(place)
    assert kinds(place) == {("missing_data", topic)}
