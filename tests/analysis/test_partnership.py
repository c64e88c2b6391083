"""The shape of the partner network, on networks small enough to draw, and what was put into the demo to be found."""

from __future__ import annotations

import json

import pytest
from made_up import Place

from analysis import run
from analysis.declared import STATES, declared_perceived
from analysis.forums import forums
from analysis.joining import communities, conversations, projection
from analysis.partnership import partnership
from graphmodel.errors import InputError, UnknownName

ASKED = {"basis": "perceived", "asked": "young people at a youth club"}


def bodies(*names: str, **fields) -> Place:
    place = Place()
    for name in names:
        place.node(f"org:{name}", **fields)
    return place


def joined(pairs: str, type: str = "SHARES_INFORMATION_WITH", **fields) -> Place:
    """Return the network of pairs such as ``a-b b-c``, all of one kind."""
    place = bodies(*sorted(set(pairs) - set("- ")))
    for pair in pairs.split():
        start, end = pair.split("-")
        place.link(type, f"org:{start}", f"org:{end}", **fields)
    return place


def rows_of(result, key: str = "partner") -> dict[str, dict]:
    return {row[key].partition(":")[2]: row for row in result.rows}


# --- who stands where


def test_the_middle_of_three_is_between_the_others():
    rows = rows_of(partnership(joined("a-b b-c").landscape(), resamples=0))
    # b: all paths of others; two ties, none to each other: (1/2)^2 + (1/2)^2
    assert (rows["b"]["betweenness"], rows["b"]["constraint"], rows["b"]["effective_size"]) == (1.0, 0.5, 2.0)
    # a: one tie, which it wholly hangs on
    assert (rows["a"]["betweenness"], rows["a"]["constraint"], rows["a"]["effective_size"]) == (0.0, 1.0, 1.0)
    assert [(row["partner"], row["rank"]) for row in rows.values()] == [("org:b", 1), ("org:a", 2), ("org:c", 2)]


def test_a_triangle_with_a_tail_has_a_core_and_an_edge():
    result = partnership(joined("a-b b-c c-a c-d").landscape(), resamples=0)
    assert {name: row["core"] for name, row in rows_of(result).items()} == {"a": 2, "b": 2, "c": 2, "d": 1}
    assert (result.summary["largest_core"], result.summary["largest_core_partners"]) == (2, 3)


def test_two_networks_that_never_meet_are_two_components():
    summary = partnership(joined("a-b b-c d-e").landscape(), resamples=0).summary
    assert (summary["partners"], summary["pairs"]) == (5, 3)
    assert (summary["components"], summary["largest_component"]) == (2, 3)


def test_two_kinds_of_link_are_two_links_of_one_pair():
    place = joined("a-b")
    place.link("TRAINS", "org:b", "org:a")
    result = partnership(place.landscape(), resamples=0)
    assert (result.summary["links"], result.summary["pairs"]) == (2, 1)
    assert [(row["links"], row["partners"]) for row in result.rows] == [(2, 1), (2, 1)]


def test_a_service_stands_with_who_runs_it_and_dealings_within_one_body_are_none():
    place = bodies("a", "b")
    place.node("service:s")
    place.link("RUNS", "org:a", "service:s")
    place.link("REFERS_TO", "org:b", "service:s")
    place.link("REFERS_TO", "org:a", "service:s")
    result = partnership(place.landscape(), resamples=0)
    assert sorted(rows_of(result)) == ["a", "b"]
    assert result.summary["links"] == 1


def test_a_perceived_link_nobody_was_asked_about_does_not_count():
    place = bodies("a", "b")
    place.link("REFERS_TO", "org:a", "org:b", basis="perceived")
    assert partnership(place.landscape()).summary["links"] == 0
    place.link("REFERS_TO", "org:a", "org:b", **ASKED)
    assert partnership(place.landscape()).summary["links"] == 1


def test_nobody_linked_is_said_apart_from_nobody_there():
    result = partnership(bodies("a", "b").landscape())
    assert result.rows == ()
    assert "not known" in result.caveats[0]
    shape = result.as_dict()["summary"]
    assert (shape["partners"], shape["referral_reciprocity"], shape["sector_assortativity"]) == (0, None, None)
    assert shape["organisations_with_a_link"] == 0.0
    assert shape["active_guardians_with_a_link"] is None


def test_how_much_of_the_network_is_recorded():
    place = joined("a-b")
    place.node("org:c")
    place.node("org:d")
    place.node("guardian:cafe", stage="active")
    place.node("guardian:never-asked")
    place.link("ESCALATES_TO", "guardian:cafe", "org:a")
    summary = partnership(place.landscape(), resamples=0).summary
    assert summary["organisations_with_a_link"] == 0.5
    assert summary["active_guardians_with_a_link"] == 1.0


# --- sectors, referral, formality


def sectors() -> Place:
    """A venue turns to a trust, the trust to children's services, these to a clinic of their own sector."""
    place = Place()
    place.node("guardian:cafe", stage="active")
    place.node("org:trust", sector="voluntary")
    place.node("org:care", sector="statutory")
    place.node("org:clinic", sector="statutory")
    place.node("forum:panel")
    place.link("ESCALATES_TO", "guardian:cafe", "org:trust")
    place.link("REFERS_TO", "org:trust", "org:care")
    place.link("REFERS_TO", "org:care", "org:clinic")
    place.link("ESCALATES_TO", "org:clinic", "forum:panel")
    return place


def test_who_goes_between_sectors():
    rows = rows_of(partnership(sectors().landscape(), resamples=0))
    # cafe -> trust -> care: three sectors; trust -> care -> clinic: care and clinic are of one
    assert rows["trust"]["brokerage"]["liaison"] == rows["trust"]["go_between"] == 1
    assert rows["care"]["brokerage"]["gatekeeper"] == rows["care"]["go_between"] == 1
    # to a forum, which has no sector, nobody goes between
    assert rows["clinic"]["go_between"] == 0


def test_other_kinds_of_link_pass_nobody_on():
    place = joined("a-b b-c", "TRAINS")
    assert [row["go_between"] for row in partnership(place.landscape(), resamples=0).rows] == [0, 0, 0]


def test_pairs_by_sector_and_how_far_they_keep_to_themselves():
    summary = partnership(sectors().landscape(), resamples=0).summary
    assert summary["sector_pairs"] == {
        "commercial - voluntary": 1,
        "statutory - statutory": 1,
        "statutory - voluntary": 1,
    }
    # of 6 link ends: within 2; by sector commercial 1, voluntary 2, statutory 3: chance (1 + 4 + 9) / 36.
    # (2/6 - 14/36) / (1 - 14/36) = -2/22
    assert summary["sector_assortativity"] == round(-1 / 11, 4)


def test_referral_is_mutual_where_it_goes_back():
    place = joined("a-b b-a b-c", "REFERS_TO")
    place.link("TRAINS", "org:c", "org:b")
    summary = partnership(place.landscape(), resamples=0).summary
    assert (summary["referral_links"], summary["referral_reciprocity"]) == (3, 0.6667)


def test_formality_is_a_share_of_the_links_that_say():
    place = bodies("a", "b", "c", "d")
    for end, formality in (("b", "protocol"), ("c", "informal"), ("d", None)):
        place.link("TRAINS", "org:a", f"org:{end}", **({"formality": formality} if formality else {}))
    result = partnership(place.landscape(), resamples=0)
    assert {name: row["formal"] for name, row in rows_of(result).items()} == {"a": 0.5, "b": 1.0, "c": 0.0, "d": None}
    assert (result.summary["formal"], result.summary["formality_recorded"]) == (0.5, 0.6667)


# --- how sure a rank is


def test_the_hub_of_a_wheel_stays_first_and_the_others_cannot_be_told_apart():
    rows = rows_of(partnership(joined("h-a h-b h-c h-d h-e h-f").landscape(), resamples=40))
    assert (rows["h"]["rank"], rows["h"]["rank_best"], rows["h"]["rank_worst"]) == (1, 1, 1)
    assert (rows["a"]["rank"], rows["a"]["rank_best"], rows["a"]["rank_worst"]) == (2, 2, 7)
    assert rows["h"]["ranks"]["partners"] == [1, 1, 1]


def test_what_several_records_say_is_surer_than_what_one_says():
    kinds = ("TRAINS", "CO_DELIVERS_WITH", "REFERS_TO", "ESCALATES_TO", "ACCOUNTABLE_TO")
    once, often = joined("a-b b-c c-d d-e"), joined("a-b b-c c-d d-e")
    for type in kinds:
        for start, end in ("ab", "bc", "cd", "de"):
            often.link(type, f"org:{start}", f"org:{end}")
    stable = [partnership(place.landscape()).summary["rank_stability"]["betweenness"] for place in (once, often)]
    assert stable[0] < stable[1]
    middle = rows_of(partnership(often.landscape()))["c"]
    assert (middle["rank"], middle["rank_best"], middle["rank_worst"]) == (1, 1, 1)


def test_the_recorded_rank_lies_within_its_spread():
    place = joined("a-b b-c c-d d-e e-a c-f f-g g-h b-h h-i")
    for row in partnership(place.landscape(), resamples=30).rows:
        for rank, best, worst in row["ranks"].values():
            assert best <= rank <= worst
        assert [row["rank"], row["rank_best"], row["rank_worst"]] == row["ranks"]["betweenness"]


def test_without_draws_nothing_is_said_of_the_ranks():
    result = partnership(joined("a-b b-c").landscape(), resamples=0)
    assert {(row["rank_best"], row["rank_worst"]) for row in result.rows} == {(None, None)}
    assert result.as_dict()["summary"]["rank_stability"]["betweenness"] is None
    assert any("not redrawn" in said for said in result.caveats)


def test_a_large_network_is_redrawn_less_often_and_says_so(monkeypatch):
    monkeypatch.setattr("analysis.partnership._WORK", 0)
    result = partnership(joined("a-b b-c c-d").landscape(), resamples=30)
    assert any("20 times instead of 30" in said for said in result.caveats)


def test_the_same_seed_draws_the_same():
    landscape = joined("a-b b-c c-d d-a b-d d-e").landscape()
    one, other = (json.dumps(partnership(landscape, seed=3).as_dict()) for _ in range(2))
    assert one == other


@pytest.mark.parametrize("bad", [{"resamples": -1}, {"resamples": 10_001}, {"seed": -1}])
def test_what_cannot_be_drawn_is_refused(bad):
    with pytest.raises(InputError, match="resamples from 0 to 10,000"):
        partnership(joined("a-b").landscape(), **bad)


def test_other_ids_change_no_number():
    pairs = "a-b b-c c-d d-e e-a c-f f-g"
    swapped = pairs.translate(str.maketrans("abcdefg", "gfedcba"))
    rows, others = (rows_of(partnership(joined(p).landscape(), resamples=0)) for p in (pairs, swapped))
    for letter, other in zip("abcdefg", "gfedcba", strict=True):
        for field in ("betweenness", "rank", "core", "constraint", "effective_size", "partners"):
            assert rows[letter][field] == pytest.approx(others[other][field], abs=1e-12)


# --- areas and what is confidential


def two_wards() -> Place:
    place = Place()
    place.node("area:east", (0, 0))
    place.node("area:west", (9000, 0))
    for name, ward in (("a", "east"), ("b", "east"), ("c", "west"), ("d", "west")):
        place.node(f"guardian:{name}", (0 if ward == "east" else 9000, 0), f"area:{ward}", stage="active")
    place.node("org:hub", within="area:west")
    for name in "abcd":
        place.link("ESCALATES_TO", f"guardian:{name}", "org:hub")
    place.link("TRAINS", "guardian:a", "guardian:b")
    return place


@pytest.mark.parametrize("area", ["area:east", "area:west"])
def test_the_rows_of_an_area_are_those_of_the_whole(area):
    whole = two_wards().landscape()
    part = rows_of(partnership(whole.subset(area)))
    everywhere = rows_of(partnership(whole))
    assert part == {name: everywhere[name] for name in part}
    assert set(part) == ({"a", "b", "hub"} if area == "area:east" else {"c", "d", "hub"})


def test_a_confidential_partner_is_counted_and_not_listed():
    place = joined("a-b")
    place.node("org:refuge", sensitivity="confidential")
    place.link("REFERS_TO", "org:b", "org:refuge")
    result = partnership(place.landscape(), resamples=0)
    assert sorted(rows_of(result)) == ["a", "b"]
    assert rows_of(result)["b"]["betweenness"] == 1.0
    assert "refuge" not in json.dumps(result.as_dict())
    assert any("counted and not listed: 1" in said for said in result.caveats)


# --- declared against perceived


def linked(*links: tuple[str, dict], type: str = "GUARDIAN_OF") -> dict[str, str]:
    """Return guardian -> state for links of guardians to one context."""
    place = Place()
    place.node("context:park", (0, 0))
    for name in {name for name, _ in links}:
        place.node(f"guardian:{name}", (0, 0))
    for name, fields in links:
        place.link(type, f"guardian:{name}", "context:park", **fields)
    return {row["start"].partition(":")[2]: row["state"] for row in declared_perceived(place.landscape()).rows}


@pytest.mark.parametrize(
    ("links", "states"),
    [
        ([("a", {"basis": "declared"})], {"a": "declared_not_asked"}),
        ([("a", {})], {"a": "declared_not_asked"}),
        ([("a", {"basis": "declared"}), ("a", ASKED)], {"a": "declared_and_perceived"}),
        ([("a", ASKED)], {"a": "perceived_only"}),
        ([("a", {"basis": "perceived"})], {"a": "perceived_not_said_who_was_asked"}),
        ([("a", {"basis": "declared"}), ("a", {"basis": "perceived"})], {"a": "declared_not_asked"}),
        ([("a", {"basis": "declared", "asked": "a class"})], {"a": "declared_not_perceived"}),
        ([("a", {"basis": "declared"}), ("b", ASKED)], {"a": "declared_others_named", "b": "perceived_only"}),
        ([("a", {"basis": "observed"})], {"a": "observed_only"}),
        ([("a", {"basis": "observed"}), ("a", {"basis": "declared"})], {"a": "declared_not_asked"}),
    ],
)
def test_what_is_declared_and_what_is_perceived(links, states):
    assert linked(*links) == states


def test_not_asked_is_neither_perceived_nor_not_perceived():
    place = bodies("a", "b", "c", "d")
    place.link("REFERS_TO", "org:a", "org:b", basis="declared")
    place.link("REFERS_TO", "org:a", "org:c", basis="declared", asked="a youth group")
    place.link("REFERS_TO", "org:a", "org:d", **ASKED)
    found = {row["end"]: row["perceived"] for row in declared_perceived(place.landscape()).rows}
    assert found == {"org:b": None, "org:c": False, "org:d": True}


def test_asking_about_one_partner_says_nothing_of_another():
    place = bodies("a", "b", "c")
    place.link("REFERS_TO", "org:a", "org:b", **ASKED)
    place.link("REFERS_TO", "org:c", "org:b", basis="declared")
    states = {row["start"]: row["state"] for row in declared_perceived(place.landscape()).rows}
    assert states["org:c"] == "declared_not_asked"


def test_what_goes_both_ways_is_one_link_whoever_is_named_first():
    place = bodies("a", "b")
    place.link("SHARES_INFORMATION_WITH", "org:a", "org:b", basis="declared")
    place.link("SHARES_INFORMATION_WITH", "org:b", "org:a", **ASKED)
    place.link("REFERS_TO", "org:a", "org:b", basis="declared")
    place.link("REFERS_TO", "org:b", "org:a", **ASKED)
    states = [(row["type"], row["start"], row["state"]) for row in declared_perceived(place.landscape()).rows]
    assert states == [
        ("REFERS_TO", "org:b", "perceived_only"),
        ("SHARES_INFORMATION_WITH", "org:a", "declared_and_perceived"),
        ("REFERS_TO", "org:a", "declared_not_asked"),
    ]


def test_one_state_can_be_asked_for_and_another_word_is_refused():
    place = bodies("a", "b")
    place.link("REFERS_TO", "org:a", "org:b", **ASKED)
    place.link("REFERS_TO", "org:b", "org:a", basis="declared")
    result = declared_perceived(place.landscape(), state="perceived_only")
    assert [row["start"] for row in result.rows] == ["org:a"]
    assert result.summary["links"] == 2
    with pytest.raises(UnknownName, match="perceived_only"):
        declared_perceived(place.landscape(), state="imagined")


def test_confidential_ends_and_links_are_left_out():
    place = bodies("a", "b")
    place.node("org:refuge", sensitivity="confidential")
    place.link("REFERS_TO", "org:a", "org:refuge")
    place.link("REFERS_TO", "org:a", "org:b", sensitivity="confidential")
    assert declared_perceived(place.landscape()).rows == ()


# --- forums


def forum(required: list[str] | None, *members: list[str] | None) -> dict:
    """Return the row of a forum with these required roles, whose members have these."""
    place = Place()
    place.node("forum:panel", required_sectors=required)
    for n, roles in enumerate(members):
        place.node(f"org:{n}", role_codes=roles)
        place.link("MEMBER_OF", f"org:{n}", "forum:panel", role="member")
    (row,) = forums(place.landscape()).rows
    return row


@pytest.mark.parametrize(
    ("required", "members", "state", "lacking"),
    [
        (["police", "health"], [["police"], ["health", "education"]], "complete", []),
        (["police", "health"], [["police"]], "lacks", ["health"]),
        (["police", "health"], [["police"], None], "not_known", ["health"]),
        (["police"], [["police"], None], "complete", []),
        (["police"], [], "not_known", ["police"]),
        (None, [["police"]], "no_roles_required", []),
    ],
)
def test_what_a_forum_lacks(required, members, state, lacking):
    row = forum(required, *members)
    assert (row["state"], row["lacking"]) == (state, lacking)


def test_a_venue_stands_for_business_and_a_role_on_the_forum_is_a_role():
    place = Place()
    place.node("forum:pubwatch", required_sectors=["business", "licensing", "community"])
    place.node("guardian:inn")
    place.node("guardian:residents", sector="community", kind="residents")
    place.node("org:council", role_codes=None)
    place.link("MEMBER_OF", "guardian:inn", "forum:pubwatch", role="member")
    place.link("MEMBER_OF", "guardian:residents", "forum:pubwatch")
    place.link("MEMBER_OF", "org:council", "forum:pubwatch", role="licensing")
    (row,) = forums(place.landscape()).rows
    assert (row["state"], row["members"], row["members_without_roles"]) == ("complete", 3, 0)
    assert row["sectors"] == ["commercial", "community", "voluntary"]


def test_forums_that_lack_most_come_first():
    place = Place()
    place.node("org:police", role_codes=["police"])
    for id, required in (("a", ["police"]), ("b", ["health"]), ("c", ["health", "education"])):
        place.node(f"forum:{id}", required_sectors=required)
        place.link("MEMBER_OF", "org:police", f"forum:{id}")
    result = forums(place.landscape())
    assert [row["forum"] for row in result.rows] == ["forum:c", "forum:b", "forum:a"]
    assert result.summary["roles_lacking"] == {"health": 2, "education": 1}


# --- conversations


def suggested(place: Place, **parameters) -> list[tuple[str, str, float]]:
    rows = conversations(place.landscape(), **parameters).rows
    return [(row["partner"].partition(":")[2], row["other"].partition(":")[2], row["index"]) for row in rows]


def test_who_shares_partners_might_talk():
    # a and c share b (2 partners) and d (3): 1/2 + 1/3; b and d share a (2) and c (2); d's third is e
    place = joined("a-b b-c c-d d-a d-e")
    assert suggested(place) == [("b", "d", 1.0), ("a", "c", 0.8333), ("a", "e", 0.3333), ("c", "e", 0.3333)]
    assert suggested(place, top=1) == [("b", "d", 1.0)]


def test_the_partners_in_common_are_named_the_small_ones_first():
    place = joined("a-b b-c c-d d-a d-e")
    row = conversations(place.landscape()).rows[1]
    assert (row["in_common"], row["through"]) == (2, ["b", "d"])


def test_the_forum_where_two_already_meet_is_named():
    place = joined("a-b b-c")
    place.node("forum:panel", name="The panel")
    for member in ("a", "c"):
        place.link("MEMBER_OF", f"org:{member}", "forum:panel")
    (row,) = conversations(place.landscape()).rows
    assert row["both_in"] == ["The panel"]


def test_nobody_confidential_is_suggested_nor_found_through_the_confidential():
    place = joined("a-b b-c")
    place.node("org:refuge", sensitivity="confidential")
    place.link("REFERS_TO", "org:refuge", "org:b")
    assert suggested(place) == [("a", "c", 0.5)]
    hidden = bodies("a", "b", "c")
    hidden.link("REFERS_TO", "org:a", "org:b", sensitivity="confidential")
    hidden.link("REFERS_TO", "org:b", "org:c")
    assert suggested(hidden) == []


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"stage": "active"}, True),
        ({"stage": None}, True),
        ({"stage": "declined"}, False),
        ({"stage": "lapsed"}, False),
        ({"stage": "active", "young_people_say": "unwelcoming"}, False),
    ],
)
def test_who_declined_or_is_unwelcoming_is_left_alone(fields, found):
    place = bodies("a", "b")
    place.node("guardian:inn", **fields)
    place.link("ESCALATES_TO", "guardian:inn", "org:a")
    place.link("REFERS_TO", "org:a", "org:b")
    assert bool(suggested(place)) is found


def test_two_venues_are_not_suggested_to_each_other():
    place = bodies("a")
    for name in ("inn", "cafe"):
        place.node(f"guardian:{name}", stage="active")
        place.link("ESCALATES_TO", f"guardian:{name}", "org:a")
    assert suggested(place) == []


def test_conversations_need_a_number_of_them():
    with pytest.raises(InputError, match="at least 1"):
        conversations(joined("a-b").landscape(), top=0)


# --- projections


def test_organisations_meet_in_the_contexts_they_work_in():
    place = bodies("school", "youth", "chain")
    place.node("context:school", kind="school")
    place.node("context:park")
    place.node("service:club")
    place.node("guardian:late")
    place.link("RUNS", "org:school", "context:school")
    place.link("RUNS", "org:youth", "service:club")
    place.link("TARGETS", "service:club", "context:school")
    place.link("TARGETS", "service:club", "context:park")
    place.link("RUNS", "org:chain", "guardian:late")
    place.link("GUARDIAN_OF", "guardian:late", "context:park")
    place.link("GUARDIAN_OF", "guardian:late", "context:school", basis="perceived")  # nobody says who was asked
    place.link("REFERS_TO", "org:school", "org:youth")
    rows = projection(place.landscape()).rows
    assert [(row["organisation"], row["other"], row["shared"], row["link_recorded"]) for row in rows] == [
        ("org:chain", "org:youth", 1, False),
        ("org:school", "org:youth", 1, True),
    ]
    assert rows[0]["in"] == ["park"]


def test_two_alone_weigh_more_than_two_of_three():
    place = bodies("a", "b", "c")
    for forum, members in (("small", "ab"), ("large", "abc")):
        place.node(f"forum:{forum}")
        for member in members:
            place.link("MEMBER_OF", f"org:{member}", f"forum:{forum}")
    result = projection(place.landscape(), by="forums")
    # a and b: 1 / (2 - 1) + 1 / (3 - 1)
    assert [(row["organisation"], row["other"], row["shared"], row["weight"]) for row in result.rows] == [
        ("org:a", "org:b", 2, 1.5),
        ("org:a", "org:c", 1, 0.5),
        ("org:b", "org:c", 1, 0.5),
    ]
    assert result.summary == {"organisations": 3, "pairs": 3, "pairs_without_a_link": 3}


def test_the_confidential_joins_nobody():
    place = bodies("a", "b")
    place.node("context:refuge", sensitivity="confidential")
    for name in "ab":
        place.link("RUNS", f"org:{name}", "context:refuge")
    assert projection(place.landscape()).rows == ()


def test_organisations_are_joined_by_contexts_or_forums():
    with pytest.raises(UnknownName, match="contexts or forums"):
        projection(bodies("a").landscape(), by="golf")


# --- communities


def clubs(wards: str) -> Place:
    """Two groups of four, each all joined, with one bridge; ``wards`` has the ward of each of the eight."""
    place = Place()
    for ward in sorted(set(wards)):
        place.node(f"area:{ward}", (0, 0))
    for name, ward in zip("abcdefgh", wards, strict=True):
        place.node(f"org:{name}", within=f"area:{ward}")
    for group in ("abcd", "efgh"):
        for i, start in enumerate(group):
            for end in group[i + 1 :]:
                place.link("CO_DELIVERS_WITH", f"org:{start}", f"org:{end}")
    place.link("REFERS_TO", "org:d", "org:e")
    return place


def test_communities_that_are_wards_agree_with_them_wholly():
    result = communities(clubs("xxxxyyyy").landscape())
    assert result.summary["adjusted_rand"] == 1.0
    assert [row["members"] for row in result.rows] == [
        dict.fromkeys(("org:a", "org:b", "org:c", "org:d"), "area:x"),
        dict.fromkeys(("org:e", "org:f", "org:g", "org:h"), "area:y"),
    ]


def test_communities_across_wards_agree_with_them_as_chance_would():
    result = communities(clubs("xxyyxxyy").landscape())
    # together in both: xx, yy in each group, 4 pairs; in each division 12 of 28 pairs; chance 144/28, most 12
    assert result.summary["adjusted_rand"] == round((4 - 144 / 28) / (12 - 144 / 28), 4)
    # 12 of 13 links within, each half of the ends 13/26: 12/13 - 1/2
    assert result.summary["modularity"] == round(12 / 13 - 1 / 2, 5)
    assert [(row["wards"], row["in_main_ward"]) for row in result.rows] == [(2, 2), (2, 2)]


def test_partners_without_a_ward_are_left_out_and_counted():
    place = clubs("xxxxyyyy")
    place.node("org:nowhere")
    place.link("REFERS_TO", "org:nowhere", "org:a")
    result = communities(place.landscape())
    assert (result.summary["partners"], result.summary["partners_with_a_ward"]) == (9, 8)
    assert any(said.startswith("1 partners have no ward") for said in result.caveats)


@pytest.mark.parametrize("bad", [{"resolution": 0}, {"resolution": float("inf")}, {"resolution": -1}, {"seed": -1}])
def test_communities_cannot_be_told_with(bad):
    with pytest.raises(InputError, match="above 0"):
        communities(clubs("xxxxyyyy").landscape(), **bad)


# --- the demo, and a borough of which no link is known

NAMES = ("partnership", "declared_perceived", "forums", "conversations", "projection", "communities")


def test_larkmoss_link_joins_its_four_and_one_more(demo_whole):
    row = rows_of(partnership(demo_whole, resamples=0))["larkmoss-link"]
    # nobody of the four deals with anybody else: no tie among its partners
    assert (row["partners"], row["effective_size"], row["constraint"]) == (5, 5.0, 0.2)


def test_larkmoss_is_a_community_of_its_own_ward(demo_whole):
    result = communities(demo_whole)
    assert [row["main_ward_name"] for row in result.rows if "Larkmoss Link" in row["leading"]] == ["Larkmoss"]
    assert result.summary["adjusted_rand"] < 0.5


def test_young_people_name_a_guardian_nobody_declared(demo_whole):
    rows = declared_perceived(demo_whole, state="perceived_only").rows
    assert ("guardian:kelp-cafe", "context:market-square") in {(row["start"], row["end"]) for row in rows}


def test_the_kiosk_is_declared_and_perceived(demo_whole):
    rows = declared_perceived(demo_whole).rows
    states = {row["start"]: row["state"] for row in rows if row["end"] == "context:quay-bus-station"}
    assert states["guardian:quay-kiosk"] == "declared_and_perceived"
    assert states["guardian:ferry-office"] == "declared_others_named"


def test_the_panel_has_nobody_from_health_or_young_people(demo_whole):
    row = rows_of(forums(demo_whole), "forum")["context-panel"]
    assert (row["state"], row["lacking"]) == ("lacks", ["health", "young_people"])


def test_suggestions_in_the_demo_are_open_and_not_linked(demo_whole):
    confidential = set()
    for label in ("Organisation", "Guardian", "Service"):
        frame = demo_whole.nodes(label)
        confidential |= set(frame.index[frame["sensitivity"] == "confidential"])
    for row in conversations(demo_whole).rows:
        assert not {row["partner"], row["other"]} & confidential
        assert row["in_common"] >= len(row["through"]) > 0


@pytest.mark.parametrize("area", ["area:X05000002", "area:X05000008"])
def test_a_ward_of_the_demo_has_the_rows_of_the_whole(demo_whole, area):
    everywhere = rows_of(partnership(demo_whole, resamples=5))
    part = rows_of(partnership(demo_whole.subset(area), resamples=5))
    assert part
    assert part == {name: everywhere[name] for name in part}


def test_every_state_is_a_word_of_the_answer(demo_whole):
    summary = declared_perceived(demo_whole).summary
    assert sum(summary[state] for state in STATES) == summary["links"]


@pytest.mark.shared
@pytest.mark.parametrize("name", NAMES)
def test_where_no_link_is_recorded_the_answer_says_so(trafford_whole, name):
    answer = run(name, trafford_whole).as_dict()
    assert answer["rows"] == []
    assert answer["caveats"]
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
