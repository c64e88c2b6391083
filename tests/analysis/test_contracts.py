"""What ends when, and what is then uncovered: two services of one club, and what pays for them."""

from __future__ import annotations

from datetime import date

import pytest
from made_up import AS_OF, Place

from analysis.contracts import contract_calendar, contracts_ending
from analysis.facts.agreements import agreements, pounds
from graphmodel.errors import InputError

MARCH, JUNE = date(2027, 3, 31), date(2027, 6, 30)


def club() -> Place:
    """The club runs art (a grant until March, works on the park) and boxing (until June, works on park and estate)."""
    place = Place()
    place.node("area:north", (0, 0))
    place.node("context:park", (0, 0), "area:north")
    place.node("context:estate", (50, 0), "area:north")
    place.node("org:club")
    place.node("org:fund")
    for id, level, capacity in (("art", "L2", 30), ("boxing", "L1", None)):
        place.node(f"service:{id}", level=level, capacity=capacity)
        place.link("RUNS", "org:club", f"service:{id}")
    place.link("TARGETS", "service:art", "context:park")
    place.link("TARGETS", "service:boxing", "context:park")
    place.link("TARGETS", "service:boxing", "context:estate")
    place.link("FUNDS", "org:fund", "service:art", end=MARCH, amount_gbp=10_000.0)
    place.link("FUNDS", "org:fund", "service:boxing", end=JUNE, amount_gbp=6_000.0, extend_to=date(2028, 6, 30))
    return place


def by_recipient(place: Place, **parameters) -> dict[str, dict]:
    return {row["recipient"]: row for row in contracts_ending(place.landscape(), **parameters).rows}


def months(place: Place) -> dict[str, dict]:
    return {row["month"]: row for row in contract_calendar(place.landscape()).rows}


def test_what_ends_with_each_agreement_alone():
    rows = by_recipient(club())
    # art leaves the park to boxing, but with no response at Level 2; boxing leaves the estate with nothing
    assert (rows["service:art"]["contexts"], rows["service:art"]["level_2"]) == ([], ["context:park"])
    assert rows["service:boxing"]["contexts"] == ["context:estate"]
    assert (rows["service:art"]["places"], rows["service:boxing"]["places_unknown"]) == (30, 1)


def test_by_month_what_has_ended_adds_up():
    rows = months(club())
    march, june = rows["2027-03"], rows["2027-06"]
    assert (march["agreements"], march["amount_gbp"], march["services"], march["contexts"]) == (1, 10_000, 1, 0)
    # by June both are gone: the park too has nobody left
    assert (june["agreements"], june["services"], june["contexts"], june["may_be_extended"]) == (1, 2, 2, 1)
    assert june["names"]["contexts"] == ["context:estate", "context:park"]
    assert (rows["2027-05"]["services"], rows["2027-05"]["agreements"]) == (1, 0)


def test_months_run_from_this_one_to_the_same_day_next_year():
    rows = list(months(club()))
    assert rows[0] == f"{AS_OF:%Y-%m}" and rows[-1] == "2027-11" and len(rows) == 13


def test_money_for_who_runs_it_keeps_a_service_going():
    place = club()
    place.link("FUNDS", "org:fund", "org:club", end=date(2028, 3, 31))
    assert by_recipient(place)["service:art"]["services"] == []


@pytest.mark.parametrize(("begins", "ends"), [(date(2027, 4, 1), []), (date(2027, 4, 2), ["service:art"])])
def test_what_begins_on_the_day_after_keeps_a_service_going_and_what_comes_later_does_not(begins, ends):
    place = club()
    place.link("FUNDS", "org:fund", "service:art", start=begins, end=date(2028, 3, 31))
    assert by_recipient(place)["service:art"]["services"] == ends


def test_a_commission_that_runs_on_keeps_a_service_going():
    place = club()
    place.link("COMMISSIONS", "org:fund", "service:art", start=date(2027, 3, 1), end=date(2028, 3, 31))
    assert by_recipient(place)["service:art"]["services"] == []


def test_an_agreement_without_an_end_runs_on():
    place = club()
    place.link("FUNDS", "org:fund", "service:art")
    result = contracts_ending(place.landscape())
    assert result.summary["ends_unknown"] == 1 and result.summary["services_ended"] == 1


def test_need_of_an_uncovered_place_is_a_range():
    place = club()
    for id, fields in {"a": {"people": 40}, "b": {"lower": 1, "upper": 9}}.items():
        place.node(f"need:{id}", **fields)
        place.link("ESTIMATED_FOR", f"need:{id}", "context:estate")
    row = by_recipient(place)["service:boxing"]
    assert (row["needs"], row["people_from"], row["people_to"]) == (2, 41, 49)
    assert by_recipient(place)["service:art"]["people_from"] is None  # none recorded, which is not none


@pytest.mark.parametrize("months", [0, 121, -3])
def test_months_that_cannot_be_looked_at(months):
    with pytest.raises(InputError, match="1 to 120"):
        contracts_ending(club().landscape(), months=months)


def test_money_passed_on_is_not_counted_twice():
    place = club()
    place.link("FUNDS", "org:club", "guardian:none", amount_gbp=1.0)  # to nobody here: left out
    place.link("FUNDS", "org:fund", "org:club", amount_gbp=16_000.0, onward=True)
    # 10,000 and 6,000; the 16,000 are the same pounds on their way
    assert pounds(agreements(place.landscape())) == 16_000


def test_night_youth_ends_in_spring(demo_whole):
    # docs/demo.md: Brightwater's grant ends five months after the day, its money for Tideline's costs later
    rows = {row["recipient"]: row for row in contracts_ending(demo_whole).rows if row["payer"] == "org:brightwater"}
    assert "service:night-youth" in rows
    gone = [row for row in contract_calendar(demo_whole).rows if "service:night-youth" in row["names"]["services"]]
    assert len(gone) == 1


def test_units_times_their_price_are_pounds():
    place = club()
    place.link("FUNDS", "org:fund", "service:boxing", units=12.0, unit_price=50.0)
    # 10,000 and 6,000 as given, and 12 times 50
    assert pounds(agreements(place.landscape())) == 16_600
