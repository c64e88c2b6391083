"""P2, P5, P6, R1 and R3 on small landscapes made by hand."""

from datetime import date

import pytest

pytestmark = pytest.mark.store


@pytest.fixture
def borough(graph):
    graph.borough()
    return graph


def venue(graph, id, ward="A", **properties):
    return graph.place(id, ward, **{"sector": "commercial", "kind": "cafe", **properties})


def test_the_funnel_counts_each_venue_at_one_stage_and_no_engagement_apart(borough):
    for n, stage in enumerate(("identified", "approached", "active", "declined", None, None)):
        venue(borough, f"guardian:{n}", stage=stage)
    venue(borough, "guardian:untrained", stage="active", trained_until=date(2026, 1, 1))
    venue(borough, "guardian:club", sector="community", stage="active")
    venue(borough, "guardian:closed", stage="active", valid_to=date(2026, 1, 1))
    (row,) = borough.ask("P2", area="L")
    assert row == {
        "ward": "A", "name": "area:A", "places": 7, "not_recorded": 2, "identified": 1, "approached": 1, "engaged": 0,
        "agreed": 0, "trained": 0, "active": 2, "training_lapsed": 1, "lapsed": 0, "declined": 1,
    }  # fmt: skip
    assert borough.ask("P2", area="L", sector="community")[0]["places"] == 1


def test_an_active_venue_without_escalation_says_whether_anybody_looked(borough):
    borough.node("org:1", sector="voluntary")
    for n in (1, 2, 3, 4):
        venue(borough, f"guardian:{n}", stage="active")
    venue(borough, "guardian:5", stage="agreed")
    borough.link("ESCALATES_TO", "guardian:1", "org:1")
    borough.link("SHARES_INFORMATION_WITH", "org:1", "guardian:2")
    borough.link("ESCALATES_TO", "guardian:4", "org:1", valid_to=date(2026, 1, 1))
    rows = [(r["guardian"], r["partner_links"], r["basis"]) for r in borough.ask("P5")]
    assert rows == [
        ("guardian:2", 1, "evidenced"),
        ("guardian:3", 0, "missing_data"),
        ("guardian:4", 0, "missing_data"),
    ]


def test_police_only_escalation_leaves_out_who_has_any_other_route(borough):
    borough.node("org:police", sector="statutory", role_codes=["police"])
    borough.node("org:youth", sector="voluntary", role_codes=["youth_work"])
    borough.node("org:unknown", sector="voluntary")
    borough.node("forum:1")
    for n in (1, 2, 3, 4, 5):
        venue(borough, f"guardian:{n}", stage="active")
        borough.link("ESCALATES_TO", f"guardian:{n}", "org:police")
    borough.link("ESCALATES_TO", "guardian:2", "org:youth")
    borough.link("ESCALATES_TO", "guardian:3", "org:unknown")
    borough.link("ESCALATES_TO", "guardian:4", "forum:1")
    borough.link("ESCALATES_TO", "guardian:5", "org:youth", basis="perceived")  # nobody known to have been asked
    rows = [(r["guardian"], r["routes"], r["police"], r["roles_unknown"], r["basis"]) for r in borough.ask("P6")]
    assert rows == [
        ("guardian:1", 1, 1, 0, "evidenced"),
        ("guardian:5", 1, 1, 0, "evidenced"),
        ("guardian:3", 2, 1, 1, "missing_data"),
    ]


def test_contexts_without_a_level_2_service_count_actions_apart(borough):
    for n in (1, 2):
        borough.place(f"context:{n}", "A", kind="park")
    borough.node("service:1", level="L1")
    borough.node("service:2", level="L2")
    borough.node("action:1", kind="place_change")
    borough.link("TARGETS", "service:1", "context:1")
    borough.link("TARGETS", "service:2", "context:2")
    borough.link("TARGETS", "action:1", "context:1", level="L2")
    assert borough.ask("R1") == [
        {
            "context": "context:1", "kind": "park", "services": 1, "level_1": 1, "not_coded": 0,
            "level_2_actions": 1, "basis": "evidenced",
        }
    ]  # fmt: skip


@pytest.fixture
def schools(borough):
    """School 1 - trust - charity - council is two hand-offs; school 2 has links that lead nowhere; school 3 none."""
    for n in (1, 2, 3):
        borough.place(f"context:{n}", "A", kind="school")
    for org, sector in (("trust", "academic"), ("charity", "voluntary"), ("other", "voluntary"),
                        ("council", "statutory"), ("police", "statutory")):  # fmt: skip
        borough.node(f"org:{org}", sector=sector, role_codes=[org] if org == "police" else ["social_care"])
    borough.link("RUNS", "org:trust", "context:1")
    borough.link("REFERS_TO", "org:trust", "org:charity")
    borough.link("REFERS_TO", "org:charity", "org:council")
    venue(borough, "guardian:1")
    borough.link("GUARDIAN_OF", "guardian:1", "context:2")
    borough.link("ESCALATES_TO", "guardian:1", "org:other")
    return borough


def test_school_paths_count_hand_offs_and_tell_no_path_from_nothing_recorded(schools):
    rows = {row["school"]: row for row in schools.ask("R3")}
    assert rows["context:1"]["hand_offs"] == 2
    assert rows["context:1"]["path"] == ["org:trust", "org:charity", "org:council"]
    assert (rows["context:1"]["police"], rows["context:1"]["basis"]) == (False, "evidenced")
    assert (rows["context:2"]["hand_offs"], rows["context:2"]["basis"]) == (None, "evidenced")
    assert (rows["context:3"]["hand_offs"], rows["context:3"]["basis"]) == (None, "missing_data")


def test_the_shortest_path_wins_and_says_that_it_ends_with_the_police(schools):
    schools.link("ESCALATES_TO", "org:trust", "org:police")
    row = next(r for r in schools.ask("R3") if r["school"] == "context:1")
    assert (row["hand_offs"], row["reached"], row["police"]) == (1, "org:police", True)


def test_paths_use_only_links_that_hold_and_of_equal_ones_the_first_by_id(schools):
    schools.link("REFERS_TO", "org:trust", "org:police", valid_to=date(2026, 1, 1))
    schools.link("REFERS_TO", "org:trust", "org:other")
    schools.link("REFERS_TO", "org:other", "org:council")
    row = next(r for r in schools.ask("R3") if r["school"] == "context:1")
    assert row["path"] == ["org:trust", "org:charity", "org:council"]


def test_a_service_that_a_statutory_body_runs_is_statutory_help(schools):
    schools.node("service:1")
    schools.link("RUNS", "org:council", "service:1")
    schools.link("REFERS_TO", "guardian:1", "service:1")
    row = next(r for r in schools.ask("R3") if r["school"] == "context:2")
    assert (row["hand_offs"], row["reached"]) == (1, "service:1")
