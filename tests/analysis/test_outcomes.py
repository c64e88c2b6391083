"""Does anyone measure the context: what services report, baseline to latest, who says it, effort, and whole paths."""

from __future__ import annotations

from datetime import date

import pytest
from made_up import ACTIVE, AS_OF, Place

from analysis.outcomes import outcomes
from graphmodel.errors import InputError

SPRING, SUMMER, AUTUMN = date(2026, 4, 1), date(2026, 7, 1), date(2026, 10, 1)


def rows(result, about, **wanted):
    return [row for row in result.rows if row["about"] == about and all(row[k] == v for k, v in wanted.items())]


def one(result, about, **wanted):
    (row,) = rows(result, about, **wanted)
    return row


@pytest.fixture
def place():
    found = Place()
    found.node("area:ward", (0, 0))
    found.node("context:stop", (0, 0), "area:ward")
    found.node("measure:safe", unit="share", direction="up_is_better")
    return found


def observe(place, value, day, point, *, measure="safe", where="context:stop", said_by="young_people", n=30):
    fields = {"value": value, "date": day, "point": point, "said_by": said_by, "n": n}
    known = {name: content for name, content in fields.items() if content is not None}
    place.link("OBSERVED_IN", f"measure:{measure}", where, **known)


def series(place, **wanted):
    return one(outcomes(place.landscape()), "series", **wanted)


def test_baseline_to_latest(place):
    observe(place, 0.44, AUTUMN, "review")
    observe(place, 0.31, SPRING, "baseline")
    observe(place, 0.40, SUMMER, "review")
    found = series(place)
    assert (found["baseline"], found["latest"], found["latest_date"], found["observations"]) == (0.31, 0.44, AUTUMN, 3)
    assert (found["change"], found["went"], found["area"]) == (pytest.approx(0.13), "better", "area:ward")


@pytest.mark.parametrize(
    ("direction", "latest", "went"),
    [
        ("up_is_better", 4.0, "better"),
        ("up_is_better", 2.0, "worse"),
        ("down_is_better", 2.0, "better"),
        ("down_is_better", 3.0, "same"),
        ("neither", 2.0, "changed"),
        (None, 2.0, "changed"),
    ],
)
def test_which_way_is_better_is_the_measures_to_say(place, direction, latest, went):
    place.node("measure:hours", unit="hours", direction=direction)
    for value, day, point in ((3.0, SPRING, "baseline"), (latest, AUTUMN, "follow_up")):
        observe(place, value, day, point, measure="hours", said_by="practitioners", n=None)
    assert series(place)["went"] == went


def test_what_is_not_there_is_said(place):
    observe(place, 0.31, SPRING, "baseline")
    assert series(place)["went"] == "nothing_since"
    observe(place, 0.5, SUMMER, "review", said_by="parents")
    assert series(place, said_by="parents")["went"] == "no_baseline"


def test_what_young_people_say_is_not_set_against_what_practitioners_say(place):
    observe(place, 0.9, SPRING, "baseline", said_by="practitioners")
    observe(place, 0.4, AUTUMN, "review", said_by="young_people")
    found = outcomes(place.landscape())
    assert [row["change"] for row in rows(found, "series")] == [None, None]
    said = {row["said_by"]: row["series"] for row in rows(found, "said_by")}
    assert said == {"young_people": 1, "parents": 0, "practitioners": 1, "records": 0, "not_recorded": 0}


def test_answers_of_too_few_stay_out_and_so_does_the_change(place):
    observe(place, 0.3, SPRING, "baseline", n=7)
    observe(place, 0.6, AUTUMN, "review", n=30)
    found = series(place)
    assert (found["baseline"], found["baseline_n"], found["baseline_withheld"]) == (None, None, "too_few_answers")
    assert (found["latest"], found["change"], found["went"]) == (0.6, None, "withheld")
    assert "0.3" not in str(outcomes(place.landscape()).as_dict())


def test_answers_that_nobody_counted_stay_out_but_records_do_not(place):
    observe(place, 0.3, SPRING, "baseline", n=None)
    assert series(place)["baseline_withheld"] == "answers_not_counted"
    observe(place, 0.7, SPRING, "baseline", n=None, said_by="records")
    assert series(place, said_by="records")["baseline"] == 0.7


def test_counts_of_people_pass_the_gate(place):
    place.node("measure:sent-home", kind="individual", unit="suspensions", direction="down_is_better")
    for value, day, point in ((6.0, SPRING, "baseline"), (23.0, AUTUMN, "review")):
        observe(place, value, day, point, measure="sent-home", said_by="records", n=None)
    found = series(place)
    assert (found["baseline"], found["baseline_withheld"], found["latest"], found["change"]) == (
        None,
        "small_count",
        25.0,
        None,
    )


def test_what_is_observed_later_than_the_day_is_not_known_yet(place):
    observe(place, 0.31, SPRING, "baseline")
    observe(place, 0.5, date(2026, 12, 1), "review")
    assert series(place)["went"] == "nothing_since"


def test_the_share_of_services_that_measure_contexts(place):
    for n, measures in enumerate(["contextual", "both", "individual", "none", None]):
        place.node(f"service:{n}", outcome_measures=measures)
    place.node("service:over", outcome_measures="contextual", status="ended")
    found = outcomes(place.landscape()).summary
    # 2 of 5 that run; 2 of the 4 of which it is recorded
    assert (found["services"], found["services_contextual_measures"]) == (5, 2)
    assert (found["share_contextual_at_least"], found["share_contextual_of_recorded"]) == (0.4, 0.5)


def test_hours_of_work_since_the_training_beside_what_changed_there(place):
    place.node("guardian:cafe", (10, 0), "area:ward", **ACTIVE)
    place.link("GUARDIAN_OF", "guardian:cafe", "context:stop")
    for name, kind, day, effort, status in (
        ("before", "visit", date(2026, 3, 1), 9.0, "done"),
        ("training", "training", SPRING, 4.0, "done"),
        ("visit", "visit", SUMMER, 1.5, "done"),
        ("unsaid", "visit", AUTUMN, None, "done"),
        ("planned", "visit", date(2026, 12, 1), 2.0, "planned"),
    ):
        place.node(f"action:{name}", kind=kind, date=day, effort=effort, status=status)
        place.link("DONE_WITH", f"action:{name}", "guardian:cafe")
    observe(place, 0.3, SPRING, "baseline")
    observe(place, 0.5, AUTUMN, "review")
    found = one(outcomes(place.landscape()), "guardian")
    # since 1 April: 4 + 1.5 hours, and one visit of unknown length
    assert (found["trained_on"], found["actions"], found["effort_hours"]) == (SPRING, 3, 5.5)
    assert (found["actions_effort_unknown"], found["series_better"], found["counts_as_cover"]) == (1, 1, True)


def test_a_guardian_without_training_has_no_effort_since_training(place):
    place.node("guardian:cafe", (10, 0), "area:ward", **ACTIVE)
    place.node("action:visit", kind="visit", date=SPRING, effort=1.0, status="done")
    place.link("DONE_WITH", "action:visit", "guardian:cafe")
    assert rows(outcomes(place.landscape()), "guardian") == []


def test_the_path_from_measure_to_assessment(place):
    place.node("goal:evenings", domain="partnership")
    place.node("assessment:stop")
    for n in range(2):
        place.node(f"service:{n}")
        place.link("TOWARDS", f"service:{n}", "goal:evenings")
    place.link("SETS", "assessment:stop", "goal:evenings")
    place.link("ASSESSES", "assessment:stop", "context:stop")
    found = one(outcomes(place.landscape()), "goal")
    assert (found["paths"], found["missing"]) == (0, ["measure"])
    for name in ("safe", "trusted", "open"):
        place.node(f"measure:{name}") if name != "safe" else None
        place.link("MEASURES", f"measure:{name}", "goal:evenings")
    found = one(outcomes(place.landscape()), "goal")
    # 3 measures x 2 responses x 1 assessment of 1 context; nothing observed there yet
    assert (found["paths"], found["missing"], found["observed_there"]) == (6, [], False)
    observe(place, 0.3, SPRING, "baseline")
    assert one(outcomes(place.landscape()), "goal")["observed_there"] is True


def test_numbers_that_cannot_be_are_refused(place):
    observe(place, float("inf"), SPRING, "baseline")
    with pytest.raises(InputError, match="has value inf, which cannot be counted with"):
        outcomes(place.landscape())


def test_what_is_outside_the_area_is_left_out(place):
    place.node("area:far", (50_000, 0))
    place.node("context:far", (50_000, 0), "area:far")
    observe(place, 0.3, SPRING, "baseline", where="context:far")
    assert rows(outcomes(place.landscape("area:ward")), "series") == []
    assert len(rows(outcomes(place.landscape("area:far")), "series")) == 1


def test_the_demo(demo_whole):
    found = outcomes(demo_whole)
    change = {(r["measure"], r["place"]): (r["change"], r["went"]) for r in rows(found, "series")}
    # demo/outcomes.py: corridor-safety 0.48 to 0.71; hours-present 0 to 8.5
    corridors = "measure:corridor-safety", "context:ropewalk-high-school"
    assert change[corridors] == (pytest.approx(0.23), "better")
    assert change["measure:hours-present", "context:quay-bus-station"] == (8.5, "better")
    anchor = one(found, "series", place="guardian:the-anchor")  # seven young people were asked
    assert (anchor["baseline"], anchor["baseline_withheld"]) == (None, "too_few_answers")
    evenings = one(found, "goal", goal="goal:quay-evenings")
    # 3 measures; night-youth, quay-visit and quay-training; one assessment
    assert (evenings["paths"], evenings["observed_there"]) == (9, True)
    assert found.as_of == AS_OF


@pytest.mark.shared
def test_trafford_measures_nothing_that_is_recorded(trafford_whole):
    found = outcomes(trafford_whole)
    assert found.summary["share_contextual_of_recorded"] is None
    assert "No observation is recorded: nobody can tell what has changed." in found.caveats
