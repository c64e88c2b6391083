"""What is lost without one of them: two clubs, a funder, two guardians, small enough to count by hand."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import ACTIVE, Place, week

from analysis import run
from analysis.coverage import coverage
from analysis.dependence import dependence
from analysis.facts.removal import removal
from analysis.what_if import names_in, what_if
from graphmodel.errors import InputError, UnknownName


def town() -> Place:
    """One ward. The fund pays for art (with the club) and alone for boxing; the club runs both.

    Art works on the park at Level 2, boxing on the estate. The cafe (of the chain Crumb) is open 15-20 on Fridays, the
    kiosk (Crumb too) 18-22; young people are in the park 15-22. The shop is the club's.
    """
    place = Place()
    place.node("area:north", (0, 0), population_10_17=200)
    place.node("context:park", (0, 0), "area:north", active_hours_week=week((4, 15, 22)))
    place.node("context:estate", (5000, 0), "area:north", active_hours_week=week((4, 15, 22)))
    for id in ("club", "fund", "council"):
        place.node(f"org:{id}")
    for id, level, capacity in (("art", "L2", 30), ("boxing", "L1", 20)):
        place.node(f"service:{id}", level=level, capacity=capacity)
        place.node(f"session:{id}", (0, 0), "area:north")
        place.link("RUNS", "org:club", f"service:{id}")
        place.link("DELIVERS", f"service:{id}", f"session:{id}")
    place.link("TARGETS", "service:art", "context:park")
    place.link("TARGETS", "service:boxing", "context:estate")
    place.link("FUNDS", "org:fund", "service:art", amount_gbp=10_000.0, share_of_cost=0.8)
    place.link("FUNDS", "org:council", "service:art", amount_gbp=2_000.0, share_of_cost=0.2)
    place.link("FUNDS", "org:fund", "service:boxing", amount_gbp=5_000.0)
    caring = {**ACTIVE, "brand": "Crumb & Co"}
    place.node("guardian:cafe", (0, 0), "area:north", **{**caring, "hours_week": week((4, 15, 20))})
    place.node("guardian:kiosk", (0, 0), "area:north", **{**caring, "hours_week": week((4, 18, 22))})
    place.node("guardian:shop", (9000, 0), "area:north", **ACTIVE)
    place.link("RUNS", "org:club", "guardian:shop")
    return place


def losses(place: Place, without: str, **parameters) -> dict[tuple[str, str], tuple]:
    rows = what_if(place.landscape(), without=without, **parameters).rows
    return {(row["kind"], row["about"]): (row["before"], row["after"]) for row in rows}


def test_a_funder_ends_what_it_alone_pays_for_and_less_of_what_others_pay_for_too():
    found = losses(town(), "org:fund")
    assert found["service", "service:boxing"] == ("runs", "ends")
    assert ("service", "service:art") not in found
    assert found["money", "service:art"] == (12_000, 2_000)
    assert found["response", "context:estate"] == (1, 0)
    assert found["capacity", "area:north"] == (50, 30)


def test_the_share_of_cost_that_is_too_little_can_be_given():
    # without the fund a fifth of the cost of art stays
    assert ("service", "service:art") not in losses(town(), "org:fund", ends_below=0.19)
    assert ("service", "service:art") in losses(town(), "org:fund", ends_below=0.2)


def test_a_body_ends_what_it_alone_runs():
    found = losses(town(), "org:club")
    assert {about for kind, about in found if kind == "service"} == {"service:art", "service:boxing"}
    assert found["guardian", "guardian:shop"] == ("active", "gone")
    assert found["reach", "area:north"] == (200, 0)  # nothing is within a walk any more


def test_what_two_run_goes_on_with_one():
    place = town()
    place.link("RUNS", "org:council", "service:art")
    assert ("service", "service:art") not in losses(place, "org:club")
    assert ("service", "service:art") in losses(place, "org:club, org:council")


@pytest.mark.parametrize("written", ["brand:Crumb & Co", "brand:crumb &  co", "guardian:cafe guardian:kiosk"])
def test_a_chain_takes_its_guardians_and_their_hours(written):
    # 15-20 and 18-22 are seven hours together
    assert losses(town(), written)["cover", "context:park"] == (7, 0)


def test_one_of_two_guardians_takes_the_hours_of_its_own():
    # without the cafe 15, 16 and 17 o'clock are lost
    assert losses(town(), "guardian:cafe")["cover", "context:park"] == (7, 4)


def test_a_guardian_whose_hours_are_unknown_may_be_lost_too():
    place = Place()
    place.node("area:north", (0, 0))
    place.node("context:park", (0, 0), "area:north", active_hours_week=week((4, 15, 22)))
    place.node("guardian:cafe", (0, 0), "area:north", **{**ACTIVE, "hours_week": None})
    (row,) = [r for r in what_if(place.landscape(), without="guardian:cafe").rows if r["kind"] == "cover"]
    assert (row["before"], row["after"]) == (7, 0) and "unknown" in row["what"]


def test_a_link_alone_can_go():
    place = town()
    link = next(r for r in place.records if getattr(r, "type", "") == "FUNDS" and r.end == "service:boxing")
    assert losses(place, link.id)["service", "service:boxing"] == ("runs", "ends")


def test_a_programme_ends_with_all_its_money_and_what_it_alone_pays_for_too():
    place = town()
    place.node("programme:pot")
    place.node("service:film")
    place.link("FUNDS", "org:fund", "programme:pot")
    place.link("FUNDS", "programme:pot", "service:film")
    assert ("service", "service:film") in losses(place, "org:fund")
    place.link("FUNDS", "org:council", "programme:pot")
    assert ("service", "service:film") not in losses(place, "org:fund")


def test_a_service_of_which_no_money_is_recorded_stays():
    place = town()
    place.node("service:film")
    assert ("service", "service:film") not in losses(place, "org:fund, org:council")


def test_money_that_is_over_or_has_not_begun_is_nothing_to_lose():
    place = town()
    place.link("FUNDS", "org:council", "service:boxing", end=date(2026, 10, 31))
    place.link("FUNDS", "org:council", "service:boxing", start=date(2026, 12, 1))
    assert ("service", "service:boxing") in losses(place, "org:fund")


def test_partners_and_ways_to_help():
    place = town()
    place.link("ESCALATES_TO", "guardian:cafe", "org:club")
    place.link("REFERS_TO", "org:club", "org:council")
    place.link("REFERS_TO", "org:fund", "org:council")
    found = losses(place, "org:club")
    # cafe - club - council - fund: without the club the cafe stands alone, and turns to nobody
    assert found["partner", "guardian:cafe"] == (3, 0)
    assert found["path", "guardian:cafe"] == ("help", "nowhere")


def test_a_role_nobody_is_left_for():
    place = town()
    place.node("programme:roth", required_roles=["response:youth_work"])
    place.link("MEMBER_OF", "org:club", "programme:roth", role="response:youth_work")
    assert losses(place, "org:club")["role", "programme:roth"] == (1, 0)


def test_a_need_no_service_is_left_for():
    place = town()
    place.node("need:n", people=40, response_kind="youth_work", ages="10-17")
    place.link("ESTIMATED_FOR", "need:n", "area:north")
    assert losses(place, "org:club")["need", "need:n"] == (2, 0)
    assert ("need", "need:n") not in losses(place, "org:fund")


def test_the_gap_list_with_and_without():
    # gaps in presence are gathered by ward
    gap = ("gap", "area:north")
    assert losses(town(), "guardian:cafe", gaps=True)[gap] == (0, 43)  # three of seven hours
    assert gap not in losses(town(), "guardian:cafe")
    # without both nobody is recorded there any more: that is to be found out, and no gap
    assert gap not in losses(town(), "guardian:cafe guardian:kiosk", gaps=True)


def test_nothing_taken_out_loses_nothing():
    result = what_if(town().landscape())
    assert result.rows == () and "Nothing was taken out" in result.caveats[0]


def test_what_nobody_recorded_is_said_and_not_taken_for_nothing():
    place = town()
    place.node("service:film")
    result = what_if(place.landscape(), without="org:council")
    assert "For 1 of 3 services nobody recorded who pays now: they cannot be seen to hang on anybody." in result.caveats
    place.node("org:nobody")
    caveats = what_if(place.landscape(), without="org:nobody").caveats
    assert caveats[0] == "Nothing is recorded to hang on it. That does not mean that nothing would be lost."


def test_only_what_belongs_to_the_area_is_told():
    place = town()
    place.node("area:south", (20_000, 0))
    place.node("context:wood", (20_000, 0), "area:south")
    place.link("TARGETS", "service:boxing", "context:wood")
    rows = what_if(place.landscape("area:north"), without="org:fund").rows
    assert "context:wood" not in {row["about"] for row in rows}
    assert ("response", "context:estate") in {(row["kind"], row["about"]) for row in rows}


@pytest.mark.parametrize(
    ("without", "error", "said"),
    [
        ("org:clubb", UnknownName, r"Nothing here is called 'org:clubb'. Did you mean org:club\?"),
        ("brand:Crum & Co", UnknownName, r"Did you mean brand:Crumb & Co"),
        ("service:nowhere-near", UnknownName, "Give org:, guardian:"),
        ("link:none", UnknownName, "Nothing here is called 'link:none'; give org:"),
        ("context:park", InputError, "cannot be taken out; give org:"),
    ],
)
def test_what_cannot_be_taken_out_is_one_sentence(without, error, said):
    with pytest.raises(error, match=said):
        what_if(town().landscape(), without=without)


@pytest.mark.parametrize("share", [-0.1, 1.0, float("nan")])
def test_a_share_that_is_none(share):
    with pytest.raises(InputError, match="0 to under 1"):
        removal(town().landscape(), ["org:fund"], ends_below=share)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("org:a org:b", ["org:a", "org:b"]),
        ("org:a,org:b , org:c", ["org:a", "org:b", "org:c"]),
        ("brand:Late Bite org:a", ["brand:Late Bite", "org:a"]),
        ("org:a, brand:Late Bite", ["org:a", "brand:Late Bite"]),
        ("award-1 award-2", ["award-1", "award-2"]),
        (" , ", []),
    ],
)
def test_ids_in_a_text(text, ids):
    assert names_in(text) == ids


# --- laws

parts = st.sets(st.sampled_from(["org:club", "org:fund", "org:council", "guardian:cafe", "service:art"]), min_size=1)


@given(parts, parts)
@settings(max_examples=12, deadline=None)
def test_who_takes_out_more_loses_no_less(some, others):
    landscape = town().landscape()
    first, both = (removal(landscape, sorted(ids)) for ids in (some, some | others))
    assert first.nodes <= both.nodes
    assert {m.id for m in first.money} <= {m.id for m in both.money}


@given(parts)
@settings(max_examples=6, deadline=None)
def test_the_overlay_equals_a_landscape_of_which_it_was_never_said(gone):
    place = town()
    landscape = place.landscape()
    away = removal(landscape, sorted(gone))
    bare = Place()
    bare.records = [
        r
        for r in place.records
        if r.id not in away.nodes and not {getattr(r, "start", ""), getattr(r, "end", "")} & away.nodes
    ]
    for name in ("coverage", "pathways", "fragility"):
        assert run(name, away.of(landscape)).rows == run(name, bare.landscape()).rows


def test_a_ward_loses_what_the_whole_loses_there(demo_whole):
    everywhere = what_if(demo_whole, without="org:brightwater").rows
    rows = what_if(demo_whole.subset("X05000001"), without="org:brightwater").rows
    assert rows and [row for row in rows if row not in everywhere] == []


# --- beside each other


def test_whose_end_cuts_most_off():
    rows = {(row["about"], row["how"]): row for row in dependence(town().landscape()).rows}
    assert next(iter(rows))[0] == "org:club"
    fund = rows["org:fund", "its money ends"]
    assert (fund["contexts_cut_off"], fund["services"], fund["places"], fund["pounds"]) == (1, 1, 20, 15_000)
    club = rows["org:club", "it ends"]
    assert (club["contexts_cut_off"], club["contexts_without_level_2"], club["services"]) == (2, 1, 2)
    assert rows["brand:Crumb & Co", "the chain leaves"]["contexts_without_cover"] == 1
    assert ("org:council", "its money ends") not in rows  # art has other money: nothing is lost


def test_dependence_and_what_if_agree_on_the_demo(demo_whole):
    for row in dependence(demo_whole).rows[:6]:
        if row["how"] != "it ends":
            continue
        summary = what_if(demo_whole, without=row["about"]).summary
        assert row["services"] == summary["services_ended"] and row["places"] == summary["places_ended"]
        assert row["contexts_without_cover"] == summary["contexts_losing_last_cover"]
        assert row["contexts_without_level_2"] == summary["contexts_losing_level_2"]
        assert row["partners_cut_off"] == summary["rows_by_kind"].get("partner", 0)


def test_larkmoss_loses_touch_without_its_link(demo_whole):
    rows = what_if(demo_whole, without="org:larkmoss-link").rows
    assert len([row for row in rows if row["kind"] == "partner"]) == 4


def test_brightwater_alone_pays_for_six_services(demo_whole):
    # docs/demo.md, C6: Night Youth, First Landing, Places for Us and three more
    rows = what_if(demo_whole, without="org:brightwater").rows
    ended = {row["about"] for row in rows if row["kind"] == "service"}
    assert {"service:night-youth", "service:first-landing", "service:places-for-us"} < ended and len(ended) == 6


@pytest.mark.shared
def test_a_guardian_of_trafford_goes(trafford_whole):
    guardian = trafford_whole.nodes("Guardian").index[0]
    assert what_if(trafford_whole, without=guardian).summary["guardians_gone"] == 1
    assert coverage(trafford_whole.without([guardian])).summary["guardians"] == trafford_whole.count("Guardian") - 1
