"""What is there, for whom, when and how full: small places, counted by hand, and the demo's own examples."""

from __future__ import annotations

import pytest
from made_up import Place, week

from analysis.availability import age_cliffs, availability, demand
from graphmodel.errors import InputError, UnknownName

AFTER_SCHOOL = week(*((day, 16, 18) for day in range(5)))
MORNINGS = week(*((day, 9, 12) for day in range(5)))
SATURDAY = week((5, 10, 14))
HOLIDAY = week((1, 10, 15))


def town() -> Place:
    place = Place()
    place.node("area:town", (0, 0), level="local_authority")
    for ward, y in (("north", 0), ("south", 9000)):
        place.node(f"area:{ward}", (0, y), "area:town")
    return place


def service(place: Place, key: str, ward: str | None = "north", hours: str | None = None, **fields) -> None:
    place.node(f"service:{key}", **fields)
    if ward:
        holiday = {"hours_holiday_week": fields.pop("holiday", None)}
        at = (0, 0 if ward == "north" else 9000)
        place.node(f"session:{key}", at, f"area:{ward} area:town", hours_week=hours, **holiday)
        place.link("DELIVERS", f"service:{key}", f"session:{key}")


def listed(result) -> list[str]:
    return [row["service"].removeprefix("service:") for row in result.rows]


def row(result, key):
    return next(row for row in result.rows if row["service"] == f"service:{key}")


# --- for whom


def test_made_for_a_group_comes_before_for_nobody_in_particular():
    place = town()
    service(place, "a-for-all")
    service(place, "for-them", made_for=["young_parents"])
    service(place, "for-others", made_for=["care_experienced"])
    result = availability(place.landscape(), group="young_parents")
    assert [(r["service"], r["unsaid"]) for r in result.rows] == [
        ("service:for-them", False),
        ("service:a-for-all", True),
    ]
    assert (result.summary["services"], result.summary["unsaid"]) == (2, 1)


def test_access_and_language_must_be_recorded_and_what_is_left_out_is_counted():
    place = town()
    service(place, "self", access="self", languages=["en", "so"], made_for=["asylum_seeking"], minimum_age=14)
    service(place, "by-referral", access="social_care", languages=["so"])
    service(place, "silent")
    result = availability(place.landscape(), access="self", language="so", group="asylum_seeking", age=16)
    assert listed(result) == ["self"]
    assert result.summary["left_out_not_recorded"] == 1  # the silent one; the other says that it is not by oneself
    assert result.summary["by_languages"] == {"en": 1, "so": 1}


@pytest.mark.parametrize(
    ("fields", "listed_", "left_out"),
    [
        ({"access": "self"}, True, 0),
        ({"access": "school", "open_access": True}, True, 0),  # schools may refer, nobody must
        ({"open_access": True}, True, 0),
        ({"access": "school", "open_access": False}, False, 0),
        ({"open_access": False}, False, 0),
        ({"access": "school"}, False, 0),
        ({}, False, 1),
    ],
)
def test_a_service_that_needs_no_referral_is_open_to_young_people_themselves(fields, listed_, left_out):
    place = town()
    service(place, "s", **fields)
    result = availability(place.landscape(), access="self")
    assert (bool(result.rows), result.summary["left_out_not_recorded"]) == (listed_, left_out)


def test_a_purpose_must_be_recorded():
    place = town()
    service(place, "stay", purposes=["alternative_to_relocation"])
    service(place, "other", purposes=["after_school"])
    service(place, "silent")
    result = availability(place.landscape(), purpose="alternative_to_relocation")
    assert listed(result) == ["stay"]
    assert result.summary["left_out_not_recorded"] == 1


def test_ages_have_both_ends():
    place = town()
    service(place, "to-16", minimum_age=11, maximum_age=16)
    service(place, "from-16", minimum_age=16, maximum_age=25)
    assert listed(availability(place.landscape(), age=16)) == ["from-16", "to-16"]
    assert listed(availability(place.landscape(), age=17)) == ["from-16"]


@pytest.mark.parametrize("asked", [{"group": "tall"}, {"harm": "noise"}, {"purpose": "fun"}, {"language": "xx-none"}])
def test_a_code_in_no_list_is_refused(asked):
    with pytest.raises(UnknownName):
        availability(town().landscape(), **asked)


def test_an_age_below_nought_is_refused():
    with pytest.raises(InputError, match="give 0 or more"):
        availability(town().landscape(), age=-1)


# --- when


@pytest.mark.parametrize(
    ("hours", "after_school", "weekend"),
    [
        (AFTER_SCHOOL, "yes", "no"),
        (MORNINGS, "no", "no"),
        (SATURDAY, "no", "yes"),
        (week((2, 19, 21)), "no", "no"),  # from 19:00 is after 15:00-19:00
        (week((6, 15, 19)), "no", "yes"),  # on Sunday it is no school day
        (None, "not_known", "not_known"),
    ],
)
def test_when_a_service_is_open(hours, after_school, weekend):
    place = town()
    service(place, "s", hours=hours)
    found = row(availability(place.landscape()), "s")
    assert (found["after_school"], found["weekend"], found["holidays"]) == (after_school, weekend, "not_known")


def test_holidays_are_known_only_where_they_are_told():
    place = town()
    service(place, "s", hours=AFTER_SCHOOL, holiday=HOLIDAY)
    service(place, "shut", hours=AFTER_SCHOOL, holiday="0" * 168)
    result = availability(place.landscape())
    assert (row(result, "s")["holidays"], row(result, "shut")["holidays"]) == ("yes", "no")
    assert result.summary["holidays"] == {"yes": 1, "no": 1, "not_known": 0}


def test_one_session_open_is_enough_and_one_unknown_leaves_it_open():
    place = town()
    service(place, "s", hours=MORNINGS)
    place.node("session:second", (0, 0), "area:north", hours_week=None)
    place.link("DELIVERS", "service:s", "session:second")
    assert row(availability(place.landscape()), "s")["after_school"] == "not_known"
    place.node("session:third", (0, 0), "area:north", hours_week=AFTER_SCHOOL)
    place.link("DELIVERS", "service:s", "session:third")
    assert row(availability(place.landscape()), "s")["after_school"] == "yes"


def test_four_weeks_are_not_over_four_weeks():
    place = town()
    for days in (28, 29, None):
        service(place, f"wait-{days}", wait_days=days)
    result = availability(place.landscape())
    assert result.summary["wait_over_four_weeks"] == {"yes": 1, "no": 1, "not_known": 1}
    assert row(result, "wait-29")["wait_over_four_weeks"] == "yes"


# --- where


def test_an_area_has_its_services_and_those_of_which_nobody_said_where():
    place = town()
    service(place, "north")
    service(place, "south", ward="south")
    service(place, "anywhere", ward=None)
    service(place, "wide", ward=None)
    place.link("SERVES", "service:wide", "area:town")
    place.node("context:estate", (0, 9000), "area:south area:town")
    service(place, "works-there", ward=None)
    place.link("TARGETS", "service:works-there", "context:estate")
    assert listed(availability(place.landscape(area="area:north"))) == ["anywhere", "north", "wide"]
    assert row(availability(place.landscape()), "wide")["areas"] == ["north", "south"]


# --- ages


def test_every_ward_has_a_row_for_each_cliff():
    place = town()
    service(place, "a", minimum_age=8, maximum_age=17)
    service(place, "b", minimum_age=11, maximum_age=17)
    service(place, "c", minimum_age=11, maximum_age=25)
    rows = {(r["area"], r["boundary"]): r for r in age_cliffs(place.landscape()).rows}
    assert set(rows) == {(f"area:{w}", b) for w in ("north", "south") for b in ("below_11", "at_18")}
    at_18 = rows["area:north", "at_18"]
    assert (at_18["services"], at_18["stop"], at_18["go_on"], at_18["share_stopping"]) == (3, 2, 1, 0.6667)
    assert (at_18["cliff"], at_18["stopping"]) == ("yes", ["service:a", "service:b"])
    assert rows["area:north", "below_11"]["stop"] == 2  # b and c begin at 11
    # Where no service is recorded, nobody knows.
    assert (rows["area:south", "at_18"]["cliff"], rows["area:south", "at_18"]["share_stopping"]) == ("not_known", None)


# --- demand


def test_what_is_asked_against_places():
    place = town()
    service(place, "s", capacity=40, in_use=30, referrals=80, turned_away=20, wait_days=35)
    found = row(demand(place.landscape()), "s")
    # 30 / 40, 80 / 40, 20 / 80
    assert (found["use_share"], found["referrals_per_place"], found["turned_away_share"]) == (0.75, 2.0, 0.25)
    assert found["long_wait"] == "yes"


def test_small_counts_are_withheld_and_so_are_their_shares():
    place = town()
    service(place, "small", capacity=40, in_use=7, referrals=63)
    service(place, "hidden", capacity=40, suppressed=["in_use"])
    service(place, "unknown", capacity=40)
    result = demand(place.landscape())
    small, hidden, unknown = (row(result, key) for key in ("small", "hidden", "unknown"))
    assert (small["in_use"], small["use_share"], small["referrals"]) == (None, None, 65)
    assert (small["withheld"], hidden["withheld"], unknown["withheld"]) == (["in_use"], ["in_use"], [])
    assert result.summary["in_use"] == {"total": None, "services": 0, "withheld": 2, "not_recorded": 1}
    assert result.summary["referrals"]["total"] == 65
    assert any("below 10 are withheld" in caveat for caveat in result.caveats)


def test_nobody_is_told_apart_from_not_recorded_and_from_too_few():
    place = town()
    service(place, "none", turned_away=0, referrals=0, capacity=0)
    found = row(demand(place.landscape()), "none")
    assert (found["turned_away"], found["referrals_per_place"], found["turned_away_share"]) == (0, None, None)


def test_most_referrals_a_place_first_then_by_id():
    place = town()
    for key, referrals in (("b", 20), ("a", 20), ("c", 60), ("silent", None)):
        service(place, key, capacity=20, referrals=referrals)
    assert listed(demand(place.landscape())) == ["c", "a", "b", "silent"]


def test_services_that_ended_are_not_asked():
    place = town()
    service(place, "closed", status="closed", capacity=40)
    assert demand(place.landscape()).rows == ()


def test_a_wait_below_nought_is_refused():
    with pytest.raises(InputError, match="give 0 or more"):
        demand(town().landscape(), wait_over_days=-1)


# --- the demo


def test_the_demo_answers_c4_by_language(demo_whole):
    result = availability(demo_whole, group="asylum_seeking", age=16, access="self")
    named = {r["service"] for r in result.rows if not r["unsaid"]}
    assert named == {"service:open-harbour-advice", "service:first-landing", "service:common-table"}
    spoken = {language for r in result.rows if not r["unsaid"] for language in r["languages"]}
    assert len(spoken - {"en"}) >= 7  # docs/demo.md: eight languages between them, English among them


def test_the_demo_answers_c5_and_c18(demo_whole):
    parents = availability(demo_whole, group="young_parents")
    assert [r["service"] for r in parents.rows if not r["unsaid"]] == ["service:little-anchors"]
    local = availability(demo_whole, purpose="alternative_to_relocation")
    assert "service:stay-local" in {r["service"] for r in local.rows}


@pytest.mark.shared
def test_registers_say_nothing_of_whom_services_are_for(trafford_whole):
    summary = availability(trafford_whole, age=16).summary
    assert summary["services"] == summary["unsaid"] > 0
    asked = demand(trafford_whole).summary
    assert asked["capacity"] == {"total": None, "services": 0, "withheld": 0, "not_recorded": asked["services"]}
