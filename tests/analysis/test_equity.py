"""Who provision is for: hand cases, what is withheld or unknown, the demo, and Trafford."""

from __future__ import annotations

import math
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import AS_OF, Place

from analysis import run
from analysis.equity import equity
from analysis.facts.estimates import Estimates
from graphmodel.errors import InputError, UnknownName
from graphmodel.landscape import Landscape


def rows(result, about, **wanted):
    return [row for row in result.rows if row["about"] == about and all(row[k] == v for k, v in wanted.items())]


def one(result, about, **wanted):
    (row,) = rows(result, about, **wanted)
    return row


def town(*wards: tuple[int, float | None]) -> Place:
    """One borough of wards 10 km apart, each of one cell: (young people, deprivation score)."""
    place = Place()
    place.node("area:town", (0, 0), level="local_authority")
    for n, (people, score) in enumerate(wards):
        place.node(f"area:w{n}", (n * 10_000, 0), "area:town")
        fields = {} if score is None else {"deprivation_score": score, "deprivation_decile": 1 + n}
        cell = {"level": "lsoa", "population_10_17": people, **fields}
        place.node(f"area:c{n}", (n * 10_000, 0), f"area:w{n} area:town", **cell)
    return place


def service(place, name, *wards, **fields):
    place.node(f"service:{name}", **fields)
    for n in wards:
        place.node(f"session:{name}-{n}", (n * 10_000, 0), f"area:w{n} area:town")
        place.link("DELIVERS", f"service:{name}", f"session:{name}-{n}")


def need(place, name, people, where, **fields):
    place.node(f"need:{name}", people=people, basis="referrals", **fields)
    place.link("ESTIMATED_FOR", f"need:{name}", where)


def test_all_access_is_with_the_more_deprived_half():
    place = town((100, 40.0), (100, 10.0))
    service(place, "club", 0)
    found = equity(place.landscape()).summary
    # 1 service for 100 people is 10 per 1,000 there, and 0 in the other half: a mean of 5
    assert (found["access_per_1000"], found["share_within_reach"]) == (5.0, 0.5)
    assert (found["access_gini"], found["access_theil"]) == (0.5, round(math.log(2), 6))
    # covariance of (10, 0) with ridits (0.25, 0.75) is -1.25; 2 x -1.25 / 5
    assert found["access_concentration_index"] == -0.5
    # through (0.25, 10) and (0.75, 0): 15 - 20 r; (15 - 20) / 15
    assert (found["access_slope_index"], found["access_relative_index"]) == (-20.0, pytest.approx(-1 / 3, abs=1e-6))
    assert found["access_more_deprived_reach"] == "more"


def test_a_service_in_both_is_half_in_each_and_the_access_is_alike():
    place = town((100, 40.0), (100, 10.0))
    service(place, "club", 0, 1)
    found = equity(place.landscape())
    # 0.5 services for 100 people on either side
    assert [row["access_per_1000"] for row in rows(found, "decile")] == [5.0, 5.0]
    assert (found.summary["access_gini"], found.summary["access_slope_index"]) == (0, 0)
    assert found.summary["access_more_deprived_reach"] == "as_much"


def test_people_weigh_not_cells():
    place = town((300, 40.0), (100, 10.0))
    service(place, "a", 0)
    service(place, "b", 1)
    found = equity(place.landscape())
    # 1/300 and 1/100: 3.3333 and 10 per 1,000, a mean of 2 services over 400 people
    assert [row["access_per_1000"] for row in rows(found, "decile")] == [3.3333, 10.0]
    assert found.summary["access_per_1000"] == 5.0
    assert found.summary["access_more_deprived_reach"] == "less"


def test_without_deprivation_it_says_what_to_load():
    place = town((100, None), (100, None))
    service(place, "club", 0)
    found = equity(place.landscape())
    assert found.summary["access_gini"] == 0.5
    assert found.summary["access_slope_index"] is found.summary["access_concentration_index"] is None
    assert [said for said in found.caveats if said.startswith("No deprivation is loaded: load the Indices")]


def test_cells_of_unknown_deprivation_are_counted_and_in_no_index_over_it():
    place = town((100, 40.0), (100, 10.0), (100, None))
    service(place, "club", 0)
    service(place, "far", 2)
    found = equity(place.landscape()).summary
    assert (found["cells_with_deprivation"], found["cells_without_deprivation"]) == (2, 1)
    assert found["access_concentration_index"] == -0.5


def test_where_no_score_is_known_deciles_rank():
    place = town((100, None), (100, None))
    for record in place.records:
        if record.id in ("area:c0", "area:c1"):
            record.properties["deprivation_decile"] = 1 if record.id == "area:c0" else 9
    service(place, "club", 0)
    assert equity(place.landscape()).summary["access_slope_index"] == -20.0


def test_need_by_group_against_what_is_made_for_it():
    place = town((1000, None))
    for group, people, made in (("young_parents", 50, 1), ("asylum_seeking", 30, 1), ("disabled", 20, 2)):
        need(place, group, people, "area:town", groups=[group])
        for n in range(made):
            service(place, f"{group}-{n}", 0, made_for=[group], capacity=15)
    service(place, "all", 0)
    found = equity(place.landscape())
    parents = one(found, "group", group="young_parents")
    assert (parents["need_share"], parents["provision_share"], parents["mismatch"]) == (0.5, 0.25, 0.25)
    # half of |50 - 25| + |30 - 25| + |20 - 50|
    assert found.summary["groups_dissimilarity"] == 0.3
    assert [row["group"] for row in rows(found, "group")[:3]] == ["young_parents", "asylum_seeking", "disabled"]
    disabled = one(found, "group", group="disabled")
    # 2 services for 1,000 young people, all of whom they could reach
    assert (disabled["services_made_for"], disabled["places_a_year"], disabled["mean_access_per_1000"]) == (2, 30, 2.0)
    assert found.summary["services_naming_no_group"] == 1
    nobody_asked = one(found, "group", group="lgbtq")
    assert (nobody_asked["need_recorded"], nobody_asked["need_people"], nobody_asked["mismatch"]) == (False, None, None)


def test_led_by_the_group_counts_as_made_for_it_and_one_for_two_groups_for_both():
    place = town((1000, None))
    service(place, "own", 0, by_and_for=["asylum_seeking"])
    service(place, "both", 0, made_for=["asylum_seeking", "young_parents"])
    found = equity(place.landscape())
    asylum, parents = (one(found, "group", group=group) for group in ("asylum_seeking", "young_parents"))
    assert (asylum["services_made_for"], asylum["services_by_and_for"], parents["services_made_for"]) == (2, 1, 1)


def test_a_small_count_is_in_no_share_and_no_sum():
    place = town((1000, None))
    for group, people in (("young_parents", 50), ("asylum_seeking", 30), ("disabled", 7)):
        need(place, group, people, "area:town", groups=[group])
        service(place, group, 0, made_for=[group])
    found = equity(place.landscape())
    small = one(found, "group", group="disabled")
    assert (small["need_people"], small["need_recorded"], small["need_withheld"]) == (None, True, True)
    assert (small["need_share"], small["provision_share"], small["mismatch"]) == (None, None, None)
    # 50 and 30 of 80, one service each of two
    assert one(found, "group", group="young_parents")["need_share"] == 0.625
    assert "Counts of people too small to keep are in no share and no sum." in found.caveats


def test_where_no_service_names_a_group_nothing_is_said_of_reach():
    place = town((1000, None))
    need(place, "some", 50, "area:town", groups=["young_parents"])
    service(place, "all", 0)
    found = equity(place.landscape())
    parents = one(found, "group", group="young_parents")
    assert (parents["mean_access_per_1000"], parents["share_within_reach"], parents["mismatch"]) == (None, None, None)
    assert found.summary["groups_with_need_no_service_made_for"] is None
    assert "No service names a group: whom provision is made for is not recorded." in found.caveats


def test_a_service_online_is_made_for_a_group_and_reaches_nobody_by_foot():
    place = town((1000, None))
    place.node("service:chat", made_for=["young_parents"])
    found = equity(place.landscape())
    parents = one(found, "group", group="young_parents")
    assert (parents["services_made_for"], parents["mean_access_per_1000"]) == (1, None)
    assert found.summary["services_not_placed"] == 1


def test_quadrants_high_need_and_low_availability_first():
    place = town((1000, None), (1000, None), (1000, None), (1000, None))
    for ward, people in enumerate((20, 100, 120, 30)):
        need(place, f"n{ward}", people, f"area:w{ward}")
    for ward, services in enumerate((1, 1, 4, 4)):
        for n in range(services):
            service(place, f"s{ward}-{n}", ward)
    found = equity(place.landscape())
    # medians: need (30 + 100) / 2 = 65 per 1,000; access (1 + 4) / 2 = 2.5 per 1,000
    assert [(row["area"], row["quadrant"]) for row in rows(found, "area")] == [
        ("area:w1", "high_need_low_availability"),
        ("area:w2", "high_need_high_availability"),
        ("area:w0", "low_need_low_availability"),
        ("area:w3", "low_need_high_availability"),
    ]
    assert one(found, "area", area="area:w1")["need_per_1000"] == 100.0


def test_a_ward_of_which_no_need_is_recorded_is_not_one_of_low_need():
    place = town((1000, None), (1000, None), (1000, None), (1000, None))
    for ward, people in ((0, 20), (1, 100), (2, 4)):
        need(place, f"n{ward}", people, f"area:w{ward}")
    found = {row["area"]: row["quadrant"] for row in rows(equity(place.landscape()), "area")}
    assert (found["area:w2"], found["area:w3"]) == ("need_withheld", "need_not_recorded")


def test_residents_stand_in_where_no_need_is_recorded():
    place = town((1000, None), (400, None))
    service(place, "club", 1)
    found = equity(place.landscape())
    first = rows(found, "area")[0]
    assert (first["area"], first["quadrant"], first["people"]) == ("area:w0", "high_need_low_availability", 1000)
    assert (first["people_basis"], first["need_recorded"], first["need_per_1000"]) == ("resident", False, None)
    assert "No need is recorded: residents aged 10-17 stand in for it." in found.caveats


def test_people_of_a_cell_in_two_wards_are_shared_out():
    place = town((100, None), (100, None))
    place.node("area:c9", (0, 100), "area:town", level="lsoa", population_10_17=200)
    place.link("WITHIN", "area:c9", "area:w0", share=0.75)
    place.link("WITHIN", "area:c9", "area:w1", share=0.25)
    found = equity(place.landscape())
    # 100 + 0.75 x 200 and 100 + 0.25 x 200
    assert {row["area"]: row["people_10_17"] for row in rows(found, "area")} == {"area:w0": 250, "area:w1": 150}


def estimate(place, area=None, group=None, harm=None):
    found = Estimates(place.landscape(), harm=harm)
    return found.of(area, group) if area else found.everywhere(group)


def test_estimates_of_one_place_overlap_and_those_of_two_wards_do_not():
    place = town((1000, None), (1000, None))
    place.node("context:park", (0, 0), "area:w0 area:town")
    need(place, "a", 40, "area:w0")
    need(place, "b", 60, "area:w0", harm="online_harm")
    need(place, "park", 80, "context:park")
    need(place, "c", 30, "area:w1")
    assert estimate(place, "area:w0").people == 80  # the largest
    assert estimate(place, "area:town").people == estimate(place).people == 110  # 80 + 30
    need(place, "whole", 150, "area:town")
    assert estimate(place, "area:town").people == 150
    assert estimate(place, "area:w0").people == 80  # the borough's is not divided
    assert estimate(place, "area:w0", harm="online_harm").people == 60
    assert estimate(place, "area:w0", group="young_parents").recorded is False


places = st.sampled_from(["area:w0", "area:w1", "area:town", "context:park"])


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(places, st.integers(0, 300)), min_size=1, max_size=6))
def test_one_more_estimate_never_lowers_the_need_of_an_area(estimates):
    place = town((1000, None), (1000, None))
    place.node("context:park", (0, 0), "area:w0 area:town")
    found = []
    for n, (where, people) in enumerate(estimates):
        need(place, f"n{n}", people, where)
        if n >= len(estimates) - 2:
            known = Estimates(place.landscape())
            found.append([known.of(area).people or 0 for area in ("area:w0", "area:w1", "area:town")])
    assert all(before <= after for before, after in zip(found[0], found[-1], strict=True))
    assert found[-1][2] >= max(found[-1][:2])


@settings(max_examples=8, deadline=None)
@given(st.lists(st.sampled_from([0, 1, 2]), min_size=2, max_size=5))
def test_one_more_service_never_lowers_access_and_all_that_is_reached_is_shared_out(wards):
    place = town((100, None), (250, None), (75, None))
    found = []
    for n, ward in enumerate(wards):
        service(place, f"s{n}", ward)
        if n >= len(wards) - 2:
            found.append(equity(place.landscape()))
    before, after = ({row["area"]: row["access_per_1000"] for row in rows(one, "area")} for one in found)
    assert all(before[area] <= after[area] for area in after)
    # 425 young people in all
    assert found[-1].summary["access_per_1000"] * 0.425 == pytest.approx(len(wards), rel=1e-4)


def test_bounds_and_ages():
    place = town((1000, None))
    need(place, "about", None, "area:w0", lower=40, upper=70)
    found = estimate(place, "area:w0")
    assert (found.people, found.at_least) == (40, True)
    need(place, "older", 90, "area:w0", ages="18-20")
    assert estimate(place, "area:w0").people == 40
    need(place, "on the edge", 90, "area:w0", ages="16-20")
    assert estimate(place, "area:w0").people == 90


def test_a_sum_leaves_out_what_was_withheld_and_says_so():
    place = town((1000, None), (1000, None))
    need(place, "a", 40, "area:w0")
    need(place, "b", 3, "area:w1")
    found = estimate(place, "area:town")
    assert (found.people, found.withheld) == (40, True)
    assert estimate(place, "area:w1").people is None


def test_what_cannot_be_used_is_refused():
    place = town((100, None))
    for wrong in (0, -1, float("nan"), float("inf")):
        with pytest.raises(InputError, match="a catchment_m above 0"):
            equity(place.landscape(), catchment_m=wrong)
    with pytest.raises(UnknownName):
        equity(place.landscape(), harm="weather")


def test_numbers_that_cannot_be_are_refused():
    place = town((100, 40.0))
    place.node("need:some", lower=-5, source_row="needs.csv:2")
    with pytest.raises(InputError, match=r"need:some has lower -5, .*; correct it at needs.csv:2"):
        equity(place.landscape())
    with pytest.raises(InputError, match="area:c0 has deprivation_score inf"):
        equity(town((100, float("inf"))).landscape())


def test_everything_of_nothing():
    found = equity(Landscape.from_records([], as_of=date(2026, 11, 1)))
    assert found.summary["access_per_1000"] is None
    assert rows(found, "area") == []


@pytest.mark.parametrize("area", ["X05000004", "X05000008"])
def test_a_ward_of_the_demo_has_the_access_the_whole_gives_it(demo_whole, area):
    part, whole = (one(equity(x), "area", area=f"area:{area}") for x in (demo_whole.subset(area), demo_whole))
    assert part["quadrant"] == "not_compared"  # one ward alone
    for field in ("people", "people_10_17", "need_per_1000", "access_per_1000", "deprivation_decile"):
        assert part[field] == whole[field]


def test_the_demo(demo_whole):
    found = equity(demo_whole)
    larkmoss = one(found, "area", area="area:X05000008")  # planted: nothing within reach of most of it
    assert (larkmoss["access_per_1000"], larkmoss["quadrant"]) == (0.0, "high_need_low_availability")
    care = one(found, "group", group="care_experienced")  # planted: seven people
    assert (care["need_people"], care["need_withheld"], care["mismatch"]) == (None, True, None)
    # What is reached is shared out whole: mean access x people is the number of services with a place in reach.
    summary = found.summary
    assert summary["access_per_1000"] * summary["people_10_17"] / 1000 == pytest.approx(
        summary["services"] - summary["services_not_placed"], rel=1e-3
    )
    assert found.as_of == AS_OF


def test_access_is_that_of_the_analysis_of_accessibility(demo_whole):
    ours, theirs = equity(demo_whole).summary, run("accessibility", demo_whole).summary
    assert ours["access_per_1000"] == pytest.approx(theirs["services_per_1000"], abs=5e-5)
    assert ours["share_within_reach"] == pytest.approx(theirs["share_within_reach"], abs=5e-5)


@pytest.mark.shared
def test_trafford_says_what_is_not_known(trafford_whole):
    found = equity(trafford_whole)
    assert found.summary["people_10_17"] == 27_821
    assert found.summary["access_slope_index"] is None
    assert found.summary["people_basis"] == "resident"
    assert len(rows(found, "area")) == 21
    # 82 services, all with a place that somebody reaches
    assert found.summary["access_per_1000"] == pytest.approx(82 / 27.821, abs=1e-4)
