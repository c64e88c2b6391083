"""What kind of response there is, and what it costs: hand cases, the demo, and every pound of Trafford's grants."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date

import pytest
from made_up import Place

from analysis.balance import balance
from analysis.facts.spending import payments
from analysis.gaps import gaps
from graphmodel.errors import InputError, UnknownName


def rows(result, about, **wanted):
    return [row for row in result.rows if row["about"] == about and all(row[k] == v for k, v in wanted.items())]


def one(result, about, **wanted):
    (row,) = rows(result, about, **wanted)
    return row


def borough() -> Place:
    """Two wards of 200 and 300 young people in one borough."""
    place = Place()
    place.node("area:town", (0, 0), level="local_authority")
    for n, people in enumerate((200, 300)):
        place.node(f"area:w{n}", (n * 5000, 0), "area:town")
        place.node(f"area:c{n}", (n * 5000, 0), f"area:w{n} area:town", level="lsoa", population_10_17=people)
    place.node("org:funder", sector="statutory")
    return place


def service(place, name, *wards, **fields):
    place.node(f"service:{name}", **fields)
    for n in wards:
        place.node(f"session:{name}-{n}", (n * 5000, 10), f"area:w{n} area:town")
        place.link("DELIVERS", f"service:{name}", f"session:{name}-{n}")


def test_shares_of_services_places_and_pounds_and_what_is_not_yet_coded():
    place = borough()
    service(place, "mentors", 0, level="L1", capacity=30, cost_per_year=60_000.0)
    service(place, "street", 0, level="L2", capacity=10, cost_per_year=20_000.0)
    service(place, "new", 1, capacity=10)  # neither coded nor costed
    service(place, "club", 1, level="L1", cost_per_year=20_000.0)  # places not said
    found = balance(place.landscape())
    level_1 = one(found, "mix", dimension="level", code="L1")
    # 2 of 4 services; 30 of the 50 places that are known; 80,000 of the 100,000 pounds that are known
    assert (level_1["services"], level_1["share_services"]) == (2, 0.5)
    assert (level_1["capacity_a_year"], level_1["capacity_unknown"], level_1["share_capacity"]) == (30, 1, 0.6)
    assert (level_1["pounds_a_year"], level_1["share_pounds"]) == (80_000, 0.8)
    open_codes = one(found, "mix", dimension="level", code="not_yet_coded")
    assert (open_codes["services"], open_codes["pounds_a_year"], open_codes["pounds_unknown"]) == (1, None, 1)
    nothing = one(found, "mix", dimension="level", code="both")
    assert (nothing["services"], nothing["pounds_a_year"]) == (0, 0)
    assert found.summary["pounds_a_year"] == 100_000
    assert "What 1 of 4 services cost is not recorded: that is not 0." in found.caveats


def test_each_dimension_adds_up_to_all_services():
    place = borough()
    for n, lens in enumerate(["welfare", "justice", None, "welfare"]):
        service(place, f"s{n}", n % 2, lens=lens, tier="targeted" if n else None, cost_per_year=10.0 * n)
    found = balance(place.landscape())
    for dimension in ("level", "approach", "lens", "relationship", "tier"):
        of = rows(found, "mix", dimension=dimension)
        assert sum(row["services"] for row in of) == 4
        assert sum(row["pounds_a_year"] for row in of) == 60


def test_a_service_for_one_ward_is_the_wards_and_one_for_several_is_the_boroughs():
    place = borough()
    service(place, "here", 0, level="L1", cost_per_year=50_000.0)
    service(place, "both", 0, 1, level="L2", cost_per_year=100_000.0)
    service(place, "nowhere", cost_per_year=7_000.0)
    found = balance(place.landscape())
    # 50,000 for 200 young people is 250,000 per 1,000; 100,000 for 500 is 200,000 per 1,000
    assert one(found, "area", area="area:w0")["pounds_per_1000"] == 250_000
    assert one(found, "area", area="area:w1")["services_for_it_alone"] == 0
    assert one(found, "area", area="area:town")["pounds_per_1000"] == 200_000
    lost = one(found, "area", area=None)
    assert (lost["name"], lost["pounds_a_year"], lost["pounds_per_1000"]) == ("no area recorded", 7_000, None)
    by_level = {(r["area"], r["code"]): r["pounds_per_1000"] for r in rows(found, "area_mix")}
    assert by_level == {
        ("area:w0", "L1"): 250_000,
        ("area:town", "L2"): 200_000,
        (None, "not_yet_coded"): None,
    }


def test_another_dimension_can_be_asked_for_and_an_unknown_one_is_refused():
    place = borough()
    service(place, "here", 0, lens="welfare", cost_per_year=1000.0)
    found = balance(place.landscape(), by="lens")
    assert [(row["dimension"], row["code"]) for row in rows(found, "area_mix")] == [("lens", "welfare")]
    with pytest.raises(UnknownName, match="give one of level, approach, lens, relationship, tier"):
        balance(place.landscape(), by="colour")


def test_of_an_area_that_reaches_beyond_the_one_looked_at_only_pounds_are_said():
    place = borough()
    service(place, "both", 0, 1, cost_per_year=100_000.0)
    wider = one(balance(place.landscape("area:w0")), "area", area="area:town")
    assert (wider["pounds_a_year"], wider["people_10_17"], wider["pounds_per_1000"]) == (100_000, None, None)


def test_need_and_deprivation_stand_beside_the_spend():
    place = borough()
    place.node("area:c2", (0, 500), "area:w0 area:town", level="lsoa", population_10_17=100, deprivation_decile=4)
    place.records[3].properties["deprivation_decile"] = 1  # area:c0, 200 people
    place.node("need:some", people=60, basis="referrals")
    place.link("ESTIMATED_FOR", "need:some", "area:w0")
    ward = one(balance(place.landscape()), "area", area="area:w0")
    # 60 in need of 300; decile (200 x 1 + 100 x 4) / 300 = 2
    assert (ward["need_people"], ward["need_per_1000"], ward["deprivation_decile"]) == (60, 200.0, 2.0)
    assert one(balance(place.landscape()), "area", area="area:w1")["need_people"] is None


def test_spend_by_the_deprivation_of_where_it_is_delivered():
    place = borough()
    for record in place.records:
        if record.id in ("area:c0", "area:c1"):
            record.properties["deprivation_decile"] = 1 if record.id == "area:c0" else 10
    service(place, "both", 0, 1, level="L2", cost_per_year=100_000.0)
    service(place, "here", 0, level="L1")
    for session, cell in (("both-0", "c0"), ("both-1", "c1"), ("here-0", "c0")):
        place.link("WITHIN", f"session:{session}", f"area:{cell}")
    service(place, "hidden", cost_per_year=7_000.0)
    place.node("session:refuge", within="area:w0 area:town", sensitivity="confidential")
    place.link("DELIVERS", "service:hidden", "session:refuge")
    found = balance(place.landscape())
    first, last, unknown = rows(found, "decile")
    # Half of 100,000 for the 200 young people of the one decile, half for the 300 of the other
    assert (first["services"], first["pounds_a_year"], first["pounds_per_1000"]) == (1.5, 50_000, 250_000)
    assert (first["pounds_unknown"], last["pounds_per_1000"]) == (1, 166_666.67)
    assert (unknown["deprivation_decile"], unknown["pounds_a_year"], unknown["pounds_per_1000"]) == (None, 7_000, None)
    mixed = {row["code"]: row["share_services"] for row in rows(found, "decile_mix", deprivation_decile=1)}
    assert mixed == {"L1": 0.6667, "L2": 0.3333}
    assert not [said for said in found.caveats if said.startswith("No deprivation is loaded")]


def test_without_deprivation_it_says_what_to_load():
    found = balance(borough().landscape())
    assert rows(found, "decile") == []
    assert [said for said in found.caveats if said.startswith("No deprivation is loaded")]


def test_behaviour_only_is_yes_no_or_unknown():
    place = borough()
    service(place, "a", 0, approach="behaviour_based")
    assert one(balance(place.landscape()), "area", area="area:w0")["behaviour_only"] == "yes"
    assert one(balance(place.landscape()), "area", area="area:w1")["behaviour_only"] == "no_services"
    service(place, "b", 0)
    assert one(balance(place.landscape()), "area", area="area:w0")["behaviour_only"] == "unknown"
    service(place, "c", 0, approach="contextual")
    assert one(balance(place.landscape()), "area", area="area:w0")["behaviour_only"] == "no"


def spend(**funds):
    """Return what a service without a recorded cost is found to cost a year, with one agreement."""
    place = borough()
    service(place, "it", 0)
    place.link("FUNDS", "org:funder", "service:it", **funds)
    return balance(place.landscape()).summary["pounds_a_year"]


def test_what_a_service_costs_by_its_funding():
    three_years = {"start": date(2025, 4, 1), "end": date(2028, 3, 31)}
    assert spend(amount_gbp=90_000.0, **three_years) == 30_000
    # Half a year of 500 is not 1,000 a year: nobody said that it is repeated.
    assert spend(amount_gbp=500.0, start=date(2026, 9, 1), end=date(2027, 2, 28)) == 500
    # It pays half the cost, so that the whole is twice as much.
    assert spend(amount_gbp=90_000.0, share_of_cost=0.5, **three_years) == 60_000
    assert spend(units=300.0, unit_price=100.0, **three_years) == 10_000
    assert spend(amount_gbp=90_000.0, start=date(2025, 4, 1)) is None  # until when, nobody said
    assert spend(amount_gbp=90_000.0, start=date(2020, 4, 1), end=date(2023, 3, 31)) is None  # over
    assert spend(amount_gbp=90_000.0, start=date(2027, 4, 1), end=date(2030, 3, 31)) is None  # to come
    assert spend(**three_years) is None  # how much, nobody said


def test_a_recorded_cost_is_not_added_to_what_pays_for_it():
    place = borough()
    service(place, "it", 0, cost_per_year=40_000.0)
    place.link("FUNDS", "org:funder", "service:it", amount_gbp=90_000.0, start=date(2025, 4, 1), end=date(2028, 3, 31))
    found = balance(place.landscape())
    assert found.summary["pounds_a_year"] == 40_000
    assert (found.summary["services_by_recorded_cost"], found.summary["services_by_funding"]) == (1, 0)


def test_money_that_is_passed_on_is_counted_once():
    place = borough()
    place.node("org:hub", within="area:w0 area:town")
    service(place, "it", 0)
    year = {"start": date(2026, 4, 1), "end": date(2027, 3, 31)}
    place.link("FUNDS", "org:funder", "org:hub", amount_gbp=100_000.0, **year)
    place.link("FUNDS", "org:hub", "service:it", amount_gbp=30_000.0, onward=True, **year)
    found = balance(place.landscape())
    assert found.summary["pounds_agreed"] == 100_000
    assert found.summary["pounds_a_year"] == 30_000  # what the service costs
    assert one(found, "money", paid_to="Service")["pounds_passed_on"] == 30_000
    assert one(found, "area", area="area:w0")["pounds_a_year_to_organisations"] == 100_000
    assert not [said for said in found.caveats if "counted twice" in said]
    place.link("FUNDS", "org:hub", "service:it", amount_gbp=5_000.0, **year)  # not marked
    assert [said for said in balance(place.landscape()).caveats if said.startswith("1 agreements are paid by a body")]


@pytest.mark.parametrize("wrong", [-1.0, float("inf")])
def test_numbers_that_cannot_be_are_refused_with_their_row(wrong):
    place = borough()
    service(place, "it", 0, cost_per_year=wrong, source_row="services.csv:7")
    with pytest.raises(InputError, match=r"service:it has cost_per_year .*; correct it at services.csv:7"):
        balance(place.landscape())
    place = borough()
    service(place, "it", 0)
    place.link("FUNDS", "org:funder", "service:it", amount_gbp=wrong, source_row="grants.csv:3")
    with pytest.raises(InputError, match=r"has amount_gbp .*; correct it at grants.csv:3"):
        balance(place.landscape())


def test_two_grants_between_the_same_two_are_two():
    place = borough()
    place.node("org:hub", within="area:w0 area:town")
    for amount in (100.0, 200.0):
        place.link("FUNDS", "org:funder", "org:hub", amount_gbp=amount)
    assert balance(place.landscape()).summary["pounds_agreed"] == 300


def test_the_demo_is_behaviour_only_where_the_gap_list_says_so(demo_whole):
    found = {row["area"] for row in rows(balance(demo_whole), "area", behaviour_only="yes")}
    assert found == {g.about for g in gaps(demo_whole, kind="behaviour_only").gaps if g.topic == ""}
    assert found == {"area:X05000006"}


def test_the_demo_adds_up(demo_whole):
    found = balance(demo_whole)
    total = found.summary["pounds_a_year"]
    running = demo_whole.nodes("Service").query("status == 'active'")
    assert total == running["cost_per_year"].sum()
    assert sum(row["pounds_a_year"] or 0 for row in rows(found, "area")) == total
    assert sum(row["pounds_a_year"] or 0 for row in rows(found, "area_mix")) == total
    # All that have a place count once; the confidential one stands in its ward, in no decile.
    placed = sum(row["services"] for row in rows(found, "decile"))
    delivered = demo_whole.links("DELIVERS").merge(
        demo_whole.nodes("Session")[["x", "kind"]], left_on="end", right_index=True
    )
    at = delivered[delivered["x"].notna() | (delivered["start"] == "service:harbour-house")]["start"].unique()
    assert placed == pytest.approx(running.index.isin(at).sum(), abs=0.05)
    funds = demo_whole.links("FUNDS")
    assert found.summary["pounds_agreed"] == funds["amount_gbp"][funds["onward"] != True].sum()  # noqa: E712


@pytest.mark.shared
def test_trafford_has_every_grant_and_every_pound(trafford_whole, trafford):
    with (trafford / "grants_360giving.csv").open(encoding="utf-8-sig", newline="") as file:
        grants = list(csv.DictReader(file))
    found = balance(trafford_whole)
    assert found.summary["agreements"] == len(grants) == 555
    assert found.summary["pounds_agreed"] == pytest.approx(sum(float(g["Amount Awarded"]) for g in grants))
    pairs = Counter(zip(payments(trafford_whole)["start"], payments(trafford_whole)["end"], strict=True))
    several = [n for n in pairs.values() if n > 1]
    assert (len(several), sum(several)) == (97, 329)


@pytest.mark.shared
def test_trafford_says_unknown_and_not_nothing(trafford_whole):
    found = balance(trafford_whole)
    assert found.summary["pounds_a_year"] is None
    assert found.summary["agreements_current"] == 0
    assert {row["behaviour_only"] for row in rows(found, "area")} == {"unknown"}
    assert all(row["pounds_per_1000"] is None for row in rows(found, "area"))
    assert "No agreement is current on this day: what is over paid for nothing that runs now." in found.caveats


@pytest.mark.shared
def test_trafford_looked_back_at_has_the_grants_of_that_day(trafford_whole, trafford):
    day = date(2020, 12, 1)
    found = balance(trafford_whole.at(day))
    with (trafford / "grants_360giving.csv").open(encoding="utf-8-sig", newline="") as file:
        grants = [(date.fromisoformat(g["Award Date"]), float(g["Amount Awarded"])) for g in csv.DictReader(file)]
    # Every one is for twelve months from its award, and so counts whole.
    current = [amount for start, amount in grants if start <= day <= start.replace(year=start.year + 1)]
    money = one(found, "money", paid_to="Organisation")
    assert money["current"] == len(current)
    assert money["pounds_per_year"] == pytest.approx(sum(current))
    assert sum(row["pounds_a_year_to_organisations"] for row in rows(found, "area")) == pytest.approx(sum(current))
