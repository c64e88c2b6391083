"""The gap list of small places: which kinds appear, in which band, on what basis, how merged, how sorted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from made_up import ACTIVE, AS_OF, NEVER, Place, week

from analysis.gaps import COMPUTED, Gap, gap_kinds, gaps
from graphmodel.errors import UnknownName

EVENING = week(*((day, 16, 20) for day in range(5)))  # Monday to Friday 16-20: twenty hours, half of them after 18:00
REFUSED = ("nobody was approached", "unsafe", "dangerous", "hotspot")


def north() -> Place:
    """A ward of two cells: 100 young people live beside the park, 40 two kilometres off."""
    place = Place()
    place.node("area:town", (0, 0), level="local_authority")
    place.node("area:north", (0, 0), "area:town")
    for cell, y, people in (("near", 300, 100), ("far", 2000, 40)):
        place.node(f"area:{cell}", (0, y), "area:north area:town", level="lsoa", population_10_17=people)
    place.node("context:park", (0, 0), "area:north area:town", active_hours_week=EVENING)
    return place


def found(place: Place, kind: str | None = None, **parameters) -> list[Gap]:
    return list(gaps(place.landscape(), kind=kind, **parameters).gaps)


def only(place: Place, kind: str) -> Gap:
    (gap,) = found(place, kind)
    return gap


# --- who is present?


def test_a_place_with_no_active_guardian_where_engagement_is_recorded_is_evidenced():
    place = north()
    place.node("guardian:cafe", (100, 0), "area:north area:town", stage="approached")
    gap = only(place, "uncovered_context")
    assert (gap.question, gap.band, gap.basis) == ("Who is present?", "B", "evidenced")
    assert gap.text == "park (north): no active guardian at any hour it is used"
    assert (gap.members, gap.area, gap.shortfall) == (("context:park",), "area:north", 1.0)
    assert (gap.people, gap.people_basis) == (100, "resident")  # the far cell is not within 800 m
    assert gap.closes[0]["about"] == "guardian:cafe"


def test_where_no_engagement_is_recorded_the_gap_is_in_what_we_know():
    place = north()
    place.node("guardian:cafe", (100, 0), "area:north area:town")
    assert found(place, "uncovered_context") == []
    said = [gap for gap in found(place, "missing_data") if gap.topic == "engagement"]
    assert [gap.because for gap in said] == [
        "No engagement recorded for 1 of 1 venue: whether they act as guardians is not known."
    ]
    assert (said[0].basis, said[0].band, said[0].question) == ("missing_data", "", "Does anyone know?")


def test_where_nobody_is_recorded_that_is_what_to_find_out():
    gap = next(gap for gap in found(north(), "missing_data") if gap.topic == "guardians")
    assert gap.because == "No venue or other guardian is recorded within 400 metres of 1 of 1 place, nor linked."
    assert found(north(), "uncovered_context") == []


def test_a_guardian_of_unknown_stance_leaves_it_open():
    place = north()
    place.node("guardian:cafe", (100, 0), "area:north", **{**ACTIVE, "stance": None})
    assert found(place, "uncovered_context") == []
    assert any(gap.topic == "stance" for gap in found(place, "missing_data"))


def test_watching_alone_is_no_cover_and_is_said_apart():
    place = north()
    place.node("guardian:guards", (100, 0), "area:north", **{**ACTIVE, "stance": "enforce"})
    gap = only(place, "uncovered_context")
    assert gap.because == "Only guardians who report or enforce are active here."
    assert gap.closes == ()


def test_hours_without_a_guardian_are_a_partial_gap():
    place = north()
    place.node(
        "guardian:cafe", (100, 0), "area:north", **{**ACTIVE, "hours_week": week(*((d, 9, 18) for d in range(5)))}
    )
    gap = only(place, "uncovered_hours")
    # used 16-20, open until 18: ten of the twenty hours, every one after 18:00
    assert (gap.band, gap.shortfall) == ("D", 0.5)
    assert gap.text == "park (north): no active guardian after 18:00"
    assert gap.because == "An active guardian is here, but not in 10 of the 20 hours a week of use."
    assert gap.closes[0]["action"] == "extend_hours"


def test_hours_nobody_gave_are_no_gap_in_cover():
    place = north()
    place.node("guardian:cafe", (100, 0), "area:north", **{**ACTIVE, "hours_week": None})
    assert found(place, "uncovered_hours") == found(place, "uncovered_context") == []
    assert any(gap.topic == "hours" for gap in found(place, "missing_data"))


# --- bands and merging


def two_more(place: Place) -> Place:
    place.node("guardian:cafe", (100, 0), "area:north", stage="declined")
    place.node("context:stop", (50, 0), "area:north", kind="transport", active_hours_week=EVENING)
    place.node("context:square", (0, 1600), "area:north", kind="commercial", active_hours_week=EVENING)
    place.link("GUARDIAN_OF", "guardian:cafe", "context:square")
    return place


def test_places_of_one_ward_are_one_row_and_people_are_counted_once():
    gap = only(two_more(north()), "uncovered_context")
    assert gap.members == ("context:park", "context:square", "context:stop")
    assert gap.text == "north, 3 places: no active guardian at any hour it is used"
    assert gap.people == 140  # park and stop share the near cell; the square, at 1600 m, has the far one
    assert gap.about == "area:north"


@pytest.mark.parametrize(
    ("say", "because"),
    [
        (
            lambda p: p.records.append(_concern(p, AS_OF + timedelta(days=30))),
            "context of concern, review due 1 December 2026",
        ),
        (lambda p: _assessed(p, weighting="high", weighting_forum="the panel"), "weighted by the panel"),
        (lambda p: _assessed(p, co_produced_with=["young_people"]), "named by young people"),
        (lambda p: _needed(p, "parents_said"), "named by parents"),
        (lambda p: _needed(p, "named_in_plans"), "named by plans"),
    ],
)
def test_a_place_somebody_named_is_a_row_of_its_own_in_band_a(say, because):
    place = two_more(north())
    say(place)
    first, rest = found(place, "uncovered_context")
    assert (first.band, first.about, first.because.split("; ")[1]) == ("A", "context:park", because + ".")
    assert (rest.band, len(rest.members)) == ("B", 2)


def _concern(place, review):
    record = next(r for r in place.records if r.id == "context:park")
    place.records.remove(record)
    record.properties.update(concern="of_concern", concern_review=review)
    return record


def _assessed(place, **fields):
    place.node("assessment:a", date=date(2026, 5, 1), **fields)
    place.link("ASSESSES", "assessment:a", "context:park")


def _needed(place, basis, **fields):
    place.node("need:n", basis=basis, **{"people": 25, **fields})
    place.link("ESTIMATED_FOR", "need:n", "context:park")


@pytest.mark.parametrize(
    "say",
    [
        lambda p: p.records.append(_concern(p, AS_OF - timedelta(days=1))),
        lambda p: _assessed(p, weighting="high", review_due=date(2026, 10, 31)),
        lambda p: _assessed(p, weighting=None, co_produced_with=["practitioners"]),
    ],
)
def test_what_is_overdue_or_said_by_others_names_no_place(say):
    place = two_more(north())
    say(place)
    assert [gap.band for gap in found(place, "uncovered_context")] == ["B"]


def test_a_need_that_names_the_place_counts_its_people():
    place = two_more(north())
    _needed(place, "named_in_plans")
    gap = found(place, "uncovered_context")[0]
    assert (gap.people, gap.people_basis) == (25, "need")


def test_a_need_too_small_to_keep_has_no_number():
    place = two_more(north())
    _needed(place, "named_in_plans", people=None, lower=1, upper=9, suppressed=["people"])
    gap = found(place, "uncovered_context")[0]
    assert (gap.people, gap.people_basis) == (None, "need")


def test_within_a_band_the_larger_shortfall_then_more_people_come_first():
    place = Place()
    for ward, x, people in (("a", 0, 10), ("b", 20_000, 30), ("c", 40_000, 20)):
        place.node(f"area:{ward}", (x, 0))
        place.node(f"area:{ward}-cell", (x, 0), f"area:{ward}", level="lsoa", population_10_17=people)
        place.node(f"context:{ward}", (x, 0), f"area:{ward}", active_hours_week=EVENING)
        place.node(f"guardian:{ward}", (x, 0), f"area:{ward}", stage="agreed")
    assert [gap.area for gap in found(place, "uncovered_context")] == ["area:b", "area:c", "area:a"]


# --- does anything change the context?


def working(place: Place, name: str, **fields) -> None:
    place.node(f"service:{name}", **{"lens": "welfare", **fields})
    place.link("TARGETS", f"service:{name}", "context:park")


def test_level_1_work_alone_is_no_level_2_response():
    place = north()
    working(place, "mentoring", level="L1", approach="mixed")
    gap = only(place, "no_level_2")
    assert (gap.band, gap.shortfall) == ("B", 1.0)


@pytest.mark.parametrize("level", ["L2", "both", None])
def test_level_2_or_uncoded_work_is_not(level):
    place = north()
    working(place, "mentoring", level="L1", approach="mixed")
    working(place, "other", level=level, approach="mixed")
    assert found(place, "no_level_2") == []


def test_where_nobody_is_known_to_work_nobody_can_tell():
    assert found(north(), "no_level_2") == []
    gap = next(gap for gap in found(north(), "missing_data") if gap.topic == "responses")
    assert gap.because == "For 1 of 1 place no service or action is recorded that works on them."


def test_a_change_to_the_place_is_a_level_2_response():
    place = north()
    working(place, "mentoring", level="L1", approach="behaviour_based")
    place.node("action:lighting", kind="place_change")
    place.link("TARGETS", "action:lighting", "context:park", level="L2", approach="structural")
    assert found(place, "no_level_2") == []
    # the ward's one service is behaviour-based all the same
    assert [gap.about for gap in found(place, "behaviour_only")] == ["area:north"]


def test_behaviour_based_work_alone_at_a_place_and_in_a_ward():
    place = north()
    working(place, "diversion", level="L1", approach="behaviour_based")
    ward, park = sorted(found(place, "behaviour_only"), key=lambda gap: gap.topic)
    assert (ward.about, ward.members) == ("area:north", ("service:diversion",))
    assert (ward.people, park.people) == (140, 100)
    assert park.members == ("context:park",)


def test_one_contextual_or_uncoded_service_of_the_ward_is_enough():
    for approach in ("contextual", None):
        place = north()
        working(place, "diversion", level="L1", approach="behaviour_based")
        place.node("service:other", approach=approach)
        place.link("SERVES", "service:other", "area:near")  # a part of the ward
        assert [gap.topic for gap in found(place, "behaviour_only")] == ["context"]


def test_services_not_coded_are_counted_to_be_found_out():
    place = north()
    working(place, "a", level="L1", approach="mixed")
    working(place, "b", level=None)
    gap = next(gap for gap in found(place, "missing_data") if gap.topic == "coding")
    assert (gap.because, gap.shortfall) == ("1 of 2 services not yet coded: level, approach or lens is open.", 0.5)
    assert gap.members == ("service:b",)


# --- what is about to end?


@pytest.mark.parametrize(
    ("end", "band"),
    [
        (date(2026, 10, 31), None),  # over
        (date(2026, 11, 1), "C"),
        (date(2027, 5, 1), "C"),  # six months to the day
        (date(2027, 5, 2), "D"),
        (date(2027, 11, 1), "D"),
        (date(2027, 11, 2), None),
    ],
)
def test_funding_that_ends_within_a_year(end, band):
    place = north()
    working(place, "night", level="L2", approach="contextual")
    place.node("org:funder")
    place.link("FUNDS", "org:funder", "service:night", start=date(2025, 1, 1), end=end)
    assert [gap.band for gap in found(place, "funding_ends")] == ([band] if band else [])
    unfunded = [gap for gap in found(place, "missing_data") if gap.topic == "funding"]
    assert len(unfunded) == (end < AS_OF)


def test_the_share_of_the_money_that_ends():
    place = north()
    working(place, "night", level="L2", approach="contextual")
    for name, end, amount in (("a", date(2027, 3, 31), 30_000.0), ("b", date(2029, 3, 31), 90_000.0)):
        place.node(f"org:{name}")
        place.link("FUNDS", f"org:{name}", "service:night", end=end, amount_gbp=amount)
    gap = only(place, "funding_ends")
    assert (gap.shortfall, gap.text) == (0.25, "night: funding ends on 31 March 2027")  # 30 of 120 thousand
    assert gap.because == "1 of 2 current agreements ends by 31 March 2027."
    assert (gap.members, gap.people) == (("context:park",), 100)


def test_money_to_a_body_that_runs_nothing_here_is_no_gap_in_provision():
    place = north()
    place.node("org:charity")
    place.node("org:funder")
    place.link("FUNDS", "org:funder", "org:charity", end=date(2027, 1, 31))
    assert found(place, "funding_ends") == []
    place.link("RUNS", "org:charity", "context:park")
    assert only(place, "funding_ends").about == "org:charity"


def test_a_review_that_is_overdue():
    place = north()
    place.records.append(_concern(place, date(2026, 3, 3)))
    _assessed(place, review_due=date(2026, 9, 1))
    assessment, concern = sorted(found(place, "review_overdue"), key=lambda gap: gap.topic)
    assert concern.text == "park (north): review was due on 3 March 2026"
    assert assessment.text == "park (north): review was due on 1 September 2026"


def test_an_assessment_that_was_followed_by_another_is_not_overdue():
    place = north()
    _assessed(place, review_due=date(2026, 9, 1))
    place.node("assessment:b", date=date(2026, 9, 1), review_due=date(2027, 9, 1))
    place.link("ASSESSES", "assessment:b", "context:park")
    assert found(place, "review_overdue") == []


@pytest.mark.parametrize(
    ("until", "band", "topic"),
    [
        (date(2026, 10, 31), "C", "lapsed"),
        (date(2027, 5, 1), "C", "soon"),
        (date(2027, 11, 1), "D", "later"),
        (date(2027, 11, 2), None, None),
    ],
)
def test_training_that_lapses(until, band, topic):
    place = north()
    place.node("guardian:cafe", (0, 0), "area:north", trained_until=until, **ACTIVE)
    assert [(gap.band, gap.topic) for gap in found(place, "training_lapses")] == ([(band, topic)] if band else [])


# --- what hangs by one thread?


def test_no_escalation_is_evidenced_where_other_dealings_are_recorded():
    place = north()
    place.node("guardian:cafe", (0, 0), "area:north", **ACTIVE)
    place.node("org:trust")
    assert found(place, "no_escalation") == []
    assert any(gap.topic == "escalation" for gap in found(place, "missing_data"))
    place.link("TRAINS", "org:trust", "guardian:cafe")
    assert only(place, "no_escalation").members == ("guardian:cafe",)
    place.link("ESCALATES_TO", "guardian:cafe", "org:trust")
    assert found(place, "no_escalation") == []


def test_help_through_police_only():
    place = north()
    place.node("guardian:cafe", (0, 0), "area:north", **ACTIVE)
    place.node("org:police", role_codes=["police"])
    place.link("ESCALATES_TO", "guardian:cafe", "org:police")
    assert sorted(gap.topic for gap in found(place, "police_only")) == ["context", "guardian"]


def test_an_organisation_that_joins_two_others_to_the_rest():
    place = north()
    for id in ("hub", "a", "b", "c", "d"):
        place.node(f"org:{id}")
    for start, end in (("hub", "a"), ("hub", "b"), ("hub", "c"), ("c", "d"), ("d", "hub")):
        place.link("REFERS_TO", f"org:{start}", f"org:{end}")
    gap = only(place, "single_point")
    # without the hub c and d stay together; a and b are cut off: 2 of the 4 others
    assert (gap.about, gap.shortfall, gap.members) == ("org:hub", 0.5, ("org:a", "org:b"))
    assert gap.text == "hub: without it 2 partners lose touch with the rest"


# --- the list itself


def test_the_kinds_computed_are_kinds_of_the_table():
    assert set(gap_kinds()) >= COMPUTED


def test_an_unknown_kind_is_answered_with_those_there_are():
    with pytest.raises(UnknownName, match="uncovered_context"):
        gaps(north().landscape(), kind="danger")


def test_ids_stay_when_other_things_change():
    place = two_more(north())
    before = only(place, "uncovered_context").id
    place.node("context:lane", (20, 0), "area:north", active_hours_week=EVENING)
    place.records.reverse()
    assert only(place, "uncovered_context").id == before


def test_the_list_is_sorted_and_repeats_nothing():
    place = two_more(north())
    working(place, "mentoring", level="L1", approach="behaviour_based")
    result = gaps(place.landscape())
    assert len({gap.id for gap in result.gaps}) == len(result.gaps)
    order = list(dict.fromkeys(row["question"] for row in gap_kinds().values()))
    evidenced = [order.index(gap.question) for gap in result.evidenced]
    assert evidenced == sorted(evidenced)
    assert result.gaps == (*result.evidenced, *result.find_out)
    assert [gap.question for gap in result.first_of_each_question()] == list(
        dict.fromkeys(g.question for g in result.evidenced)
    )


def test_the_same_records_in_any_order_give_the_same_list():
    place = two_more(north())
    one = gaps(place.landscape()).as_dict()
    place.records.reverse()
    assert gaps(place.landscape()).as_dict() == one


def test_words_that_would_be_wrong_are_not_said():
    place = two_more(north())
    place.node("guardian:shop", (0, 0), "area:north")
    place.node("guardian:bar", (0, 0), "area:north", **{**ACTIVE, "hours_week": NEVER})
    said = str(gaps(place.landscape()).as_dict()).lower()
    assert not [word for word in REFUSED if word in said]
    for gap in gaps(place.landscape()).find_out:
        assert "none" not in gap.text and "no active" not in gap.text


def test_braces_in_data_are_only_text():
    place = two_more(north())
    _assessed(place, weighting="high", weighting_forum="{forum} {n}")
    assert "weighted by {forum}" in found(place, "uncovered_context")[0].because


def test_an_empty_landscape_has_no_gaps():
    assert gaps(Place().landscape()).as_dict()["summary"]["gaps"] == 0


# --- people


def test_people_are_of_the_contexts_own_ages():
    place = Place()
    ages = [0.0] * 90
    ages[5], ages[10], ages[17], ages[18] = 7.0, 3.0, 2.0, 5.0
    place.node("area:north", (0, 0))
    place.node("area:cell", (0, 0), "area:north", level="lsoa", population_by_age=ages, population_10_17=5)
    place.node("guardian:cafe", (0, 0), "area:north", stage="agreed")
    place.node("context:park", (0, 0), "area:north", active_hours_week=EVENING)
    assert only(place, "uncovered_context").people == 5  # 10-17: 3 and 2
    place.node("context:primary", (0, 0), "area:north", active_hours_week=EVENING, minimum_age=4, maximum_age=11)
    assert only(place, "uncovered_context").people == 12  # 4-17 between them: 7, 3 and 2, the ten-year-olds once


def test_people_of_a_peer_group_are_those_of_its_area_by_share():
    place = Place()
    place.node("area:north", (0, 0))
    for cell, share, people in (("a", 1.0, 100), ("b", 0.25, 40)):
        place.node(f"area:{cell}", (0, 5000), level="lsoa", population_10_17=people)
        place.link("WITHIN", f"area:{cell}", "area:north", share=share)
    place.node("context:group", None, "area:north", kind="peer_group", concern="of_concern")
    place.node("guardian:worker", None, "area:north", stage="agreed")
    place.link("GUARDIAN_OF", "guardian:worker", "context:group")
    assert only(place, "uncovered_context").people == 110  # 100 and a quarter of 40


def test_without_population_nobody_is_counted():
    place = Place()
    place.node("area:north", (0, 0))
    place.node("context:park", (0, 0), "area:north", active_hours_week=EVENING)
    place.node("guardian:cafe", (0, 0), "area:north", stage="agreed")
    assert (only(place, "uncovered_context").people, only(place, "uncovered_context").people_basis) == (None, None)
