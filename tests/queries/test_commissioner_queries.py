"""C1 to C14 on small landscapes made by hand; each expected row is worked out beside it."""

from datetime import date

import pytest
from small_landscape import at, week

pytestmark = pytest.mark.store

SOON = date(2026, 9, 1)
LATER = date(2027, 9, 1)


@pytest.fixture
def borough(graph):
    graph.borough()
    return graph


def concern(graph, id, ward="A", **properties):
    return graph.place(id, ward, **{"kind": "park", "concern": "of_concern", "location": at(0, 0), **properties})


def guardian(graph, id, **properties):
    given = {"stage": "active", "stance": "care", "hours_week": week(fri="17-22"), "location": at(0, 300)}
    return graph.place(id, "A", sector="commercial", kind="cafe", **{**given, **properties})


# C1


def test_a_context_with_an_open_guardian_300_m_away_is_covered(borough):
    concern(borough, "context:1")
    guardian(borough, "guardian:1")
    assert borough.ask("C1") == []


def test_a_ward_says_how_many_of_its_contexts_are_without(borough):
    concern(borough, "context:near")
    concern(borough, "context:far", location=at(0, -200))  # 500 m from the guardian, 100 m from one who declined
    guardian(borough, "guardian:1")
    guardian(borough, "guardian:2", stage="declined", location=at(0, -300))
    assert borough.ask("C1") == [
        {
            "ward": "A", "name": "area:A", "of_concern": 2, "without": 1, "only_report_or_enforce": 0,
            "hours_unknown": 0, "not_recorded": 0, "no_point": 0, "contexts": ["context:far: without"],
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("properties", "state"),
    [
        ({"hours_week": week(fri="9-18")}, "without"),  # shut from 18:00
        ({"hours_week": None}, "hours unknown"),
        ({"stage": None}, "not recorded"),
        ({"stance": None}, "not recorded"),
        ({"stage": "declined"}, "without"),
        ({"trained_until": date(2026, 5, 31)}, "without"),  # a day before the day asked for
        ({"staff_trained": 0}, "without"),
        ({"stance": "enforce"}, "without"),
        ({"young_people_say": "unwelcoming"}, "without"),
        ({"valid_to": date(2026, 5, 31)}, "not recorded"),  # gone: nobody is left to know of
        ({"location": at(0, 450)}, "not recorded"),
    ],
)
def test_a_guardian_counts_only_when_active_caring_welcome_near_and_open(borough, properties, state):
    concern(borough, "context:1")
    guardian(borough, "guardian:1", **properties)
    (row,) = borough.ask("C1")
    assert row["contexts"] == [f"context:1: {state}"]
    assert row["only_report_or_enforce"] == (1 if properties.get("stance") == "enforce" else 0)


def test_a_declared_guardian_covers_from_anywhere_and_its_link_says_when(borough):
    concern(borough, "context:1", location=None, kind="peer_group")
    guardian(borough, "guardian:1", location=at(9000, 0), hours_week=None)
    borough.link("GUARDIAN_OF", "guardian:1", "context:1", basis="declared", hours_week=week(mon="18-20"))
    assert borough.ask("C1") == []


def test_a_perceived_guardian_counts_only_where_it_is_known_who_was_asked(borough):
    concern(borough, "context:1")
    guardian(borough, "guardian:1", location=at(9000, 0))
    borough.link("GUARDIAN_OF", "guardian:1", "context:1", basis="perceived")
    assert borough.ask("C1")[0]["not_recorded"] == 1
    borough.link("GUARDIAN_OF", "guardian:1", "context:1", basis="perceived", asked="12 young people")
    assert borough.ask("C1") == []


def test_a_concern_past_its_review_date_no_longer_counts(borough):
    concern(borough, "context:1", concern_review=date(2026, 5, 31))
    assert borough.ask("C1") == []


def test_a_confidential_context_counts_from_the_centre_of_its_ward(borough):
    concern(borough, "context:1", location=None, sensitivity="confidential")
    concern(borough, "context:2", location=None)
    guardian(borough, "guardian:1", location=at(0, 5100))  # the fixture's ward centres are at 0, 5000
    assert borough.ask("C1")[0]["contexts"] == ["context:2: no point"]


def test_an_area_takes_in_its_parts_and_leaves_out_the_rest(borough):
    concern(borough, "context:1", "A")
    concern(borough, "context:2", "Z")
    assert [row["ward"] for row in borough.ask("C1", area="L")] == ["A"]
    assert [row["ward"] for row in borough.ask("C1", area="area:A")] == ["A"]
    assert borough.ask("C1", area="B") == []
    assert [row["ward"] for row in borough.ask("C1")] == ["A", "Z"]


def test_a_place_in_part_of_a_ward_only_by_overlap_is_not_in_that_ward(borough):
    concern(borough, "context:1", "A")
    borough.link("WITHIN", "context:1", "area:S")  # 40 % of S lies in B; the context itself is in A
    assert borough.ask("C1", area="B") == []


# C2 and C3


def service(graph, id, contexts=(), **properties):
    graph.node(id, **{"kind": "youth_work", "status": "active", **properties})
    for context in contexts:
        graph.link("TARGETS", id, context)
    return id


def test_contexts_without_level_2_say_whether_that_is_evidenced(borough):
    for n in range(1, 6):
        borough.place(f"context:{n}", "A", kind="park", concern="being_assessed")
    service(borough, "service:one", ["context:1", "context:2"], level="L1")
    service(borough, "service:uncoded", ["context:2"])
    service(borough, "service:two", ["context:4"], level="both")
    borough.link("TARGETS", "service:one", "context:5", level="L2")  # the link's level wins
    rows = {row["context"]: row for row in borough.ask("C2")}
    assert sorted(rows) == ["context:1", "context:2", "context:3"]
    assert (rows["context:1"]["basis"], rows["context:1"]["level_1"]) == ("evidenced", 1)
    assert (rows["context:2"]["basis"], rows["context:2"]["because"]) == ("missing_data", "1 not yet coded")
    assert (rows["context:3"]["basis"], rows["context:3"]["because"]) == ("missing_data", "no response recorded")
    assert rows["context:1"]["ward"] == "A"


def test_ended_services_and_cancelled_actions_are_no_level_2_response(borough):
    for n in (1, 2, 3):
        borough.place(f"context:{n}", "A", kind="park")
    service(borough, "service:ended", ["context:1"], level="L2", status="ended")
    borough.node("action:1", kind="place_change", status="cancelled")
    borough.node("action:2", kind="place_change", status="done")
    borough.link("TARGETS", "action:1", "context:2", level="L2")
    borough.link("TARGETS", "action:2", "context:3", level="L2")
    assert [row["context"] for row in borough.ask("C2")] == ["context:1", "context:2"]


def test_a_review_that_is_due_is_said_instead_of_the_concern(borough):
    borough.place("context:1", "A", kind="park", concern="of_concern", concern_review=date(2026, 1, 1))
    assert borough.ask("C2")[0]["concern"] == "review overdue"


def test_behaviour_only_areas_are_those_where_every_coded_service_is(borough):
    for n, ward in ((1, "A"), (2, "B"), (3, "Z")):
        borough.place(f"context:{n}", ward, kind="park")
    service(borough, "service:a", ["context:1"], approach="behaviour_based")
    service(borough, "service:b", ["context:2"], approach="behaviour_based")
    service(borough, "service:b2", ["context:2"], approach="contextual")
    service(borough, "service:z", ["context:3"], approach="behaviour_based")
    service(borough, "service:z2", ["context:3"])
    assert borough.ask("C3") == [
        {"area": "A", "name": "area:A", "services": 1, "behaviour_based": 1, "not_coded": 0, "basis": "evidenced"},
        {"area": "Z", "name": "area:Z", "services": 2, "behaviour_based": 1, "not_coded": 1, "basis": "missing_data"},
    ]
    assert [row["area"] for row in borough.ask("C3", area="L")] == ["A"]


def test_a_service_for_the_whole_borough_counts_for_each_ward_and_a_session_for_its_own(borough):
    service(borough, "service:all", approach="structural")
    borough.link("SERVES", "service:all", "area:L")
    service(borough, "service:m", approach="behaviour_based")
    borough.place("session:1", "Z", kind="centre")
    borough.link("DELIVERS", "service:m", "session:1")
    assert [row["area"] for row in borough.ask("C3")] == ["Z"]


# C4


def test_self_referral_is_listed_by_language_and_says_what_is_not_known(borough):
    service(borough, "service:made", made_for=["asylum_seeking"], access="self", languages=["fa", "ar"],
            minimum_age=11, maximum_age=18)  # fmt: skip
    service(borough, "service:any", open_access=True, minimum_age=17, maximum_age=25)
    service(borough, "service:unknown", languages=["ar"])
    service(borough, "service:others", made_for=["young_parents"], access="self")
    service(borough, "service:referred", access="social_care")
    service(borough, "service:young", access="self", maximum_age=15)
    rows = [(r["language"], r["service"], r["made_for_group"], r["ages"], r["referral"]) for r in borough.ask("C4")]
    assert rows == [
        ("ar", "service:made", True, "all", "self"),
        ("ar", "service:unknown", None, "not recorded", "not recorded"),
        ("fa", "service:made", True, "all", "self"),
        ("not recorded", "service:any", None, "part", "self"),
    ]


def test_self_referral_says_with_whom_information_is_shared(borough):
    service(borough, "service:1", access="self")
    borough.node("org:1", sector="voluntary")
    borough.node("org:2", sector="statutory")
    borough.link("RUNS", "org:1", "service:1")
    borough.link("SHARES_INFORMATION_WITH", "org:1", "org:2", shares_with=["police", "immigration"])
    borough.link("REFERS_TO", "service:1", "org:2", shares_with=["police"])
    assert borough.ask("C4")[0]["shares_with"] == ["immigration", "police"]


def test_self_referral_in_an_area_keeps_services_that_do_not_say_where(borough):
    service(borough, "service:here", access="self")
    borough.place("session:1", "A", kind="centre")
    borough.link("DELIVERS", "service:here", "session:1")
    service(borough, "service:for", access="self")
    borough.link("SERVES", "service:for", "area:L")
    service(borough, "service:away", access="self")
    borough.link("SERVES", "service:away", "area:M")
    service(borough, "service:somewhere", access="self")
    places = {row["service"]: row["place"] for row in borough.ask("C4", area="A")}
    assert places == {
        "service:here": "in the area", "service:for": "for the area", "service:somewhere": "not recorded",
    }  # fmt: skip


# C6 and C7


def funds(graph, funder, what, **properties):
    return graph.link("FUNDS", funder, what, **{"contract": "grant", "end": SOON, **properties})


@pytest.fixture
def funded(borough):
    """Contexts 1 and 2 rest on one funder's services; 3 has a second service paid by another."""
    for n in (1, 2, 3):
        borough.place(f"context:{n}", "A", kind="park")
    for org in ("org:big", "org:small", "org:runner"):
        borough.node(org, sector="voluntary")
    service(borough, "service:direct", ["context:1", "context:3"], level="L2")
    service(borough, "service:run", ["context:2"])
    service(borough, "service:other", ["context:3"])
    borough.link("RUNS", "org:runner", "service:run")
    funds(borough, "org:big", "service:direct", amount_gbp=1000.0)
    funds(borough, "org:big", "org:runner", amount_gbp=500.0, end=LATER)
    funds(borough, "org:small", "service:other", amount_gbp=200.0, end=LATER)
    return borough


def test_the_funder_that_cuts_most_off_comes_first_with_its_money(funded):
    assert funded.ask("C6") == [
        {
            "funder": "org:big", "name": "org:big", "contexts_cut_off": 2, "contexts_reached": 3, "services": 2,
            "agreements": 2, "amount_gbp": 1500.0, "first_end": SOON, "ends_unknown": 0,
            "contexts": ["context:1", "context:2"],
        }
    ]  # fmt: skip


def test_a_second_current_funder_keeps_a_context_and_a_past_one_does_not(funded):
    funds(funded, "org:small", "service:run", end=date(2026, 1, 1))
    assert funded.ask("C6")[0]["contexts"] == ["context:1", "context:2"]
    funds(funded, "org:small", "service:run", end=None)
    assert funded.ask("C6")[0]["contexts"] == ["context:1"]


def test_a_service_of_unknown_funding_is_not_taken_to_end(funded):
    service(funded, "service:free", ["context:1"])
    assert funded.ask("C6")[0]["contexts"] == ["context:2"]


def test_agreements_ending_within_months_say_what_is_then_uncovered(funded):
    funded.node("need:1", people=25)
    funded.node("need:2", lower=1, upper=9)
    for need in ("need:1", "need:2"):
        funded.link("ESTIMATED_FOR", need, "context:1")
    (row,) = funded.ask("C7", months=12)
    # service:direct ends; context:1 has nothing else, context:3 has service:other. 25 + (1 to 9) people.
    assert (row["payer"], row["recipient"], row["end"], row["within_months"]) == (
        "org:big", "service:direct", SOON, 6,
    )  # fmt: skip
    assert (row["services_ending"], row["contexts_uncovered"], row["contexts"]) == (1, 1, ["context:1"])
    assert (row["needs"], row["people_from"], row["people_to"]) == (2, 26, 34)


def test_an_agreement_of_more_than_six_months_says_so_and_no_need_is_not_nought(funded):
    rows = funded.ask("C7", months=18)
    assert [(r["recipient"], r["within_months"], r["people_from"]) for r in rows] == [
        ("service:direct", 6, None),
        ("org:runner", 18, None),
        ("service:other", 18, None),
    ]
    assert [r["contexts"] for r in rows] == [["context:1"], ["context:2"], []]


def test_a_service_with_money_beyond_the_end_is_not_ending(funded):
    funds(funded, "org:small", "service:direct", end=LATER)
    (row,) = funded.ask("C7")
    assert (row["services_ending"], row["contexts_uncovered"]) == (0, 0)


def test_an_agreement_belongs_to_the_area_its_services_reach(funded):
    assert len(funded.ask("C7", area="A")) == 1
    assert funded.ask("C7", area="Z") == []


# C14


def test_a_harm_without_provision_says_where_it_is_considered(borough):
    borough.place("context:1", "A", kind="park", harms=["online_harm", "serious_violence"])
    borough.node("need:1", harm="online_harm", lower=1, upper=9)
    borough.link("ESTIMATED_FOR", "need:1", "area:L")
    service(borough, "service:1", ["context:1"], harms=["serious_violence"])
    rows = {row["harm"]: row for row in borough.ask("C14", area="L")}
    assert "serious_violence" not in rows
    assert rows["online_harm"] == {
        "harm": "online_harm", "contexts": 1, "needs": 1, "services_of_unknown_harms": 0, "basis": "evidenced",
    }  # fmt: skip
    assert rows["modern_slavery"]["contexts"] == 0


def test_services_that_do_not_say_their_harms_leave_it_open(borough):
    service(borough, "service:1")
    (row,) = borough.ask("C14", harms="online_harm")
    assert (row["services_of_unknown_harms"], row["basis"]) == (1, "missing_data")
