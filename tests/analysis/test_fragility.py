"""Single partners, single links and attacks, on networks small enough to draw."""

from __future__ import annotations

import pytest
from made_up import Place

from analysis.facts.network import network_of, partner_network, partner_pairs
from analysis.fragility import attack, out_of_touch, single_links, single_points


def partners() -> Place:
    """Link joins two bodies of a ward to the youth trust; everybody else knows each other."""
    place = Place()
    for id in ("trust", "link", "a", "b", "c", "d", "e"):
        place.node(f"org:{id}")
    for end in ("a", "b"):
        place.link("REFERS_TO", "org:link", f"org:{end}")
    place.link("SHARES_INFORMATION_WITH", "org:trust", "org:link")
    for start, end in (("trust", "c"), ("c", "d"), ("d", "e"), ("e", "trust")):
        place.link("CO_DELIVERS_WITH", f"org:{start}", f"org:{end}")
    return place


def test_without_link_two_partners_lose_touch():
    result = single_points(partners().landscape())
    rows = {row["partner"]: (row["partners_cut_off"], row["others"], row["share"]) for row in result.rows}
    # without the trust two parts of three remain; a, b, link has the first id and stays: c, d, e are 3 of 6
    assert rows["org:link"] == (2, 6, 0.3333)
    assert rows["org:trust"] == (3, 6, 0.5)
    assert result.summary["components"] == 1


def test_partners_with_two_ways_to_each_other_are_one_block():
    # trust, c, d, e are a ring; link, a, b hang on by one link each
    assert single_points(partners().landscape()).summary["largest_block"] == 4


def test_a_single_link_names_who_is_on_its_smaller_side():
    place = partners()
    place.link("REFERS_TO", "org:link", "org:trust")  # a second link between the same two
    rows = {(row["partner"], row["other"]): row for row in single_links(place.landscape()).rows}
    assert set(rows) == {("org:link", "org:trust"), ("org:a", "org:link"), ("org:b", "org:link")}
    # trust - link: {a, b, link} is 3 of 7; a is alone on its side
    between = rows["org:link", "org:trust"]
    assert between["cut_off"] == ["org:a", "org:b", "org:link"]
    assert between["types"] == ["REFERS_TO", "SHARES_INFORMATION_WITH"] and len(between["links"]) == 2
    assert rows["org:a", "org:link"]["cut_off"] == ["org:a"]


def test_of_two_equal_sides_the_one_with_the_first_id_stays():
    place = Place()
    for id in "abcd":
        place.node(f"org:{id}")
    for start, end in ("ab", "bc", "cd"):
        place.link("TRAINS", f"org:{start}", f"org:{end}")
    rows = {row["partner"]: row["cut_off"] for row in single_links(place.landscape()).rows}
    assert rows["org:b"] == ["org:c", "org:d"]


def test_an_attack_takes_the_best_connected_first():
    result = attack(partners().landscape())
    # link and trust have 3 partners each, link is first: {a}, {b}, {trust, c, d, e} = 4 are left. Then of the ring,
    # where all have 2, c: d - e - trust = 3. Then e (2): 1 is the largest part, and the rest stand alone.
    assert [(row["partner"], row["largest_part"]) for row in result.rows] == [
        ("org:link", 4),
        ("org:c", 3),
        ("org:e", 1),
    ]
    # s(1..7) = 4, 3, 1, 1, 1, 1, 0, together 11 of 7 * 7
    assert result.summary["robustness"] == pytest.approx(11 / 49, abs=1e-4)
    assert result.summary["gone_until_halved"] == 2


def test_a_service_stands_with_who_runs_it():
    place = Place()
    for id in ("a", "b"):
        place.node(f"org:{id}")
    place.node("service:s")
    place.link("RUNS", "org:a", "service:s")
    place.link("REFERS_TO", "org:b", "service:s")
    place.link("REFERS_TO", "org:a", "service:s")  # within one body: no partnership
    assert list(partner_network(place.landscape()).edges) == [("org:b", "org:a")]
    assert partner_pairs(place.landscape()).ids == ("org:a", "org:b")


def test_a_perceived_link_nobody_was_asked_about_joins_nobody():
    place = Place()
    for id in ("a", "b"):
        place.node(f"org:{id}")
    place.link("REFERS_TO", "org:a", "org:b", basis="perceived")
    assert partner_network(place.landscape()).number_of_edges() == 0
    place.link("REFERS_TO", "org:a", "org:b", basis="perceived", asked="14 young people")
    assert partner_network(place.landscape()).number_of_edges() == 1


def test_who_is_out_of_touch_after_several_are_gone():
    # 1 - 2 - 3 - 4 - 5 and 8 - 9: without 2 and 4 the parts are 1, 3, 5, the first stays; 8 - 9 was never with them
    chain = [("1", "2"), ("2", "3"), ("3", "4"), ("4", "5"), ("8", "9")]
    after = network_of([("8", "9")])
    assert out_of_touch(network_of(chain), after, {"2", "4"}) == [("3", 4, 0), ("5", 4, 0)]


def test_nobody_at_all():
    nobody = Place().landscape()
    assert single_points(nobody).rows == single_links(nobody).rows == attack(nobody).rows == ()
    assert attack(nobody).summary["robustness"] == 0


def test_larkmoss_hangs_on_one_link(demo_whole):
    rows = {(row["partner"], row["other"]): row["cut_off"] for row in single_links(demo_whole).rows}
    assert len(rows["org:early-help", "org:larkmoss-link"]) == 5  # the link and its four groups
