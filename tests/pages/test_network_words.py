"""Do the words on the Network page say what the numbers say, and no more?"""

from __future__ import annotations

from datetime import date

import pytest
from made_up_town import link, town

from graphmodel.landscape import Landscape
from graphmodel.records import NodeRecord
from views import network_words


@pytest.mark.parametrize(
    ("rand", "words"),
    [
        (1.0, "nearly follow ward boundaries"),
        (0.4, "partly follow ward boundaries"),
        (0.2, "follow ward boundaries a little"),
        (0.05, "no more than chance would have it"),
        (-0.2, "no more than chance would have it"),
        (float("nan"), "is not known"),
    ],
)
def test_communities_against_wards_in_words(rand, words):
    assert words in network_words.wards_words(rand, "ward", 6, 158)


def test_without_places_communities_are_not_compared():
    assert "is not known" in network_words.wards_words(0.9, "ward", 2, 0)


@pytest.mark.parametrize(
    ("assortativity", "words"),
    [(0.5, "keep to their own sector"), (-0.16, "work across sectors"), (0.0, "about as chance"), (None, "not known")],
)
def test_whether_partners_keep_to_their_sector_in_words(assortativity, words):
    assert words in network_words.homophily_words(assortativity)


def test_referrals_that_are_returned():
    assert network_words.reciprocity_words(38, 6 / 38).startswith("16% of 38 referral links are returned")
    assert network_words.reciprocity_words(0, float("nan")) == "No referral between partners is recorded."


def test_losses_are_one_sentence_singular_and_plural():
    lost = {"contexts_losing_last_cover": 1, "services_ended": 2, "pounds_lost": 1200.0, "rows_by_kind": {"partner": 1}}
    assert network_words.lost_words(lost) == (
        "1 context loses its last guardian; 2 services end; 1 partner loses touch with the rest; "
        "£1,200 of current agreements go."
    )
    assert network_words.lost_words({}).startswith("Nothing is recorded to hang on it.")


def test_routes_to_a_venue_are_its_runner_chain_forums_and_partners():
    sister = NodeRecord("Guardian", "guardian:g9", {"name": "Anchor Two", "brand": "Inns", "sector": "commercial"})
    watch = NodeRecord("Forum", "forum:w", {"name": "Pubwatch"})
    records = [
        NodeRecord(r.label, r.id, {**r.properties, "brand": "Inns"})
        if isinstance(r, NodeRecord) and r.id == "guardian:g1"
        else r
        for r in town()
    ]
    more = [sister, watch, link("MEMBER_OF", "guardian:g1", "forum:w"), link("RUNS", "org:o2", "guardian:g1"),
            link("WITHIN", "guardian:g9", "area:T1")]  # fmt: skip
    landscape = Landscape.from_records([*records, *more], "area:T1", date(2026, 11, 23))
    told = dict(network_words.routes_to(landscape, "guardian:g1"))
    assert told["Run by"] == "Example Trust"
    assert told["Chain"].startswith("Inns: 2 places, 1 active")
    assert told["Member or part of"] == "Pubwatch"
    assert "Example Trust" in told["Already works with"]
    assert network_words.routes_to(landscape, "org:o1") == []


def test_what_can_be_taken_out_has_funders_and_no_confidential_body(town_landscape):
    sorts = network_words.removable(town_landscape)
    assert set(sorts["Organisation"].values()) == {"Town council", "Example Trust"}
    assert list(sorts["Active guardian"]) == ["guardian:g1"]
    assert "Funder" not in sorts and "Chain" not in sorts
