"""Provision used across a border: two boroughs side by side, worked out by hand."""

from __future__ import annotations

from datetime import date

import pytest
from made_up import Place

from analysis.cross_border import cross_border
from graphmodel.errors import UnknownName


def two_boroughs() -> Place:
    """West has the wards dock and mill, east has the ward hill."""
    place = Place()
    for borough in ("west", "east"):
        place.node(f"area:{borough}", level="local_authority")
    for ward, x, borough in (("dock", 0, "west"), ("mill", 1000, "west"), ("hill", 9000, "east")):
        place.node(f"area:{ward}", (x, 0), f"area:{borough}")
    return place


WARDS = {"dock": (0, "west"), "mill": (1000, "west"), "hill": (9000, "east")}


def service(place: Place, key: str, *wards: str, **fields) -> str:
    """Add a service with a session in each of these wards."""
    id = place.node(f"service:{key}", **fields)
    for n, ward in enumerate(wards):
        x, borough = WARDS[ward]
        place.node(f"session:{key}-{n}", (x, 0), f"area:{ward} area:{borough}")
        place.link("DELIVERS", id, f"session:{key}-{n}")
    return id


def rows(result, about, **wanted):
    return [r for r in result.rows if r["about"] == about and all(r[k] == v for k, v in wanted.items())]


def test_a_service_delivered_elsewhere_for_people_of_an_area_crosses_the_border():
    place = two_boroughs()
    place.link("SERVES", service(place, "boxing", "hill"), "area:west", basis="purchased", people=40, period="2025/26")
    place.link("SERVES", service(place, "drama", "dock", "hill"), "area:west", people=25)
    place.link("SERVES", service(place, "lunch", "mill"), "area:west", people=90)
    result = cross_border(place.landscape())
    assert result.parameters == {"border": "local_authority"}  # two of them are loaded
    used = {row["service"]: row for row in rows(result, "use")}
    assert used.keys() == {"service:boxing", "service:drama"}  # lunch is in the borough: it crosses nothing
    boxing, drama = used["service:boxing"], used["service:drama"]
    assert (boxing["state"], boxing["delivered_in_names"], boxing["bases"]) == ("outside", ["east"], ["purchased"])
    assert (boxing["people"], boxing["period"]) == (40, "2025/26")
    assert (drama["state"], drama["sessions_outside"], drama["sessions_inside"]) == ("partly", 1, 1)
    west, east = (rows(result, "area", name=name)[0] for name in ("west", "east"))
    assert [west[n] for n in ("services_for_it", "outside", "partly", "here")] == [3, 1, 1, 1]
    assert west["people"] == 40 + 25
    # The other way round: both of these are delivered in the east for people of the west.
    assert (east["services_for_it"], east["used_by_others"], east["others_people"]) == (0, 2, 65)


def test_one_service_for_a_larger_area_crosses_no_border_inside_it():
    place = two_boroughs()
    place.link("SERVES", service(place, "for-all", "dock"), "area:west")
    place.link("SERVES", service(place, "for-mill", "dock"), "area:mill")
    found = rows(cross_border(place.landscape(), border="ward"), "use")
    assert [(row["service"], row["used_by"], row["delivered_in"]) for row in found] == [
        ("service:for-mill", "area:mill", ["area:dock"])
    ]
    assert rows(cross_border(place.landscape()), "use") == []  # of boroughs neither crosses


def test_unknown_is_apart_from_none():
    place = two_boroughs()
    place.link("SERVES", place.node("service:nowhere"), "area:west")
    online = place.node("service:online")
    place.node("session:online", kind="online")
    place.link("DELIVERS", online, "session:online")
    place.link("SERVES", online, "area:west")
    service(place, "for-whom", "hill")
    result = cross_border(place.landscape())
    west, east = (rows(result, "area", name=name)[0] for name in ("west", "east"))
    assert [west[n] for n in ("outside", "not_known", "no_travel")] == [0, 1, 1]
    assert west["people"] is None  # nobody recorded any: not 0
    assert (east["delivered_in_it"], east["for_whom_not_recorded"]) == (1, 1)
    assert any("Of 1 services delivered here nobody recorded" in caveat for caveat in result.caveats)


def test_a_session_beyond_what_is_loaded_is_outside():
    place = two_boroughs()
    id = service(place, "far", "dock")
    place.node("session:away", (90_000, 0))  # a point in no loaded borough
    place.link("DELIVERS", id, "session:away")
    place.link("SERVES", id, "area:west")
    (use,) = rows(cross_border(place.landscape()), "use")
    assert (use["state"], use["sessions_outside"], use["delivered_in"]) == ("partly", 1, [])


def test_few_people_are_withheld_and_so_is_their_sum():
    place = two_boroughs()
    place.link(
        "SERVES", service(place, "a", "hill"), "area:west", suppressed=["people"]
    )  # as the door leaves it: 1 to 9
    place.link("SERVES", service(place, "b", "hill"), "area:west", people=42)  # 40, from 38 to 42
    result = cross_border(place.landscape())
    a, b = rows(result, "use")
    assert (a["people"], a["people_at_least"], a["people_at_most"]) == (None, 1, 9)
    assert (b["people"], b["people_at_least"], b["people_at_most"]) == (40, 38, 42)
    (west,) = rows(result, "area", name="west")
    assert (west["people"], west["people_at_least"], west["people_at_most"]) == (None, 39, 51)


def test_money_crosses_between_boroughs_and_is_said_to_be_unknown_where_an_end_has_no_area():
    place = two_boroughs()
    east_council = place.node("org:east-council", None, "area:east", sector="statutory")
    west_council = place.node("org:west-council", None, "area:west", sector="statutory")
    nowhere = place.node("org:trust")
    youth = service(place, "youth", "dock")
    place.link("SERVES", youth, "area:west")
    place.link("FUNDS", east_council, youth, amount_gbp=30_000.0, end=date(2027, 3, 31))
    place.link("FUNDS", west_council, youth, amount_gbp=50_000.0)
    place.link("FUNDS", nowhere, youth, amount_gbp=9_000.0)
    place.link("COMMISSIONS", west_council, service(place, "hill-work", "hill"))
    place.link("FUNDS", east_council, west_council, amount_gbp=5.0, end=date(2026, 1, 1))  # over
    result = cross_border(place.landscape())
    found = {m["recipient"]: (m["payer"], m["recipient_area_names"], m["pounds"]) for m in rows(result, "money")}
    assert found == {
        "service:youth": ("org:east-council", ["west"], 30_000.0),
        "service:hill-work": ("org:west-council", ["east"], None),
    }
    assert (result.summary["agreements_across"], result.summary["agreements_not_known"]) == (2, 1)
    wards = cross_border(place.landscape(), border="ward")
    assert rows(wards, "money") == []
    assert wards.summary["agreements_across"] is None


def test_what_is_confidential_is_left_out():
    place = two_boroughs()
    refuge = service(place, "refuge", "hill", sensitivity="confidential")
    place.link("SERVES", refuge, "area:west")
    hidden = place.node("service:visits")
    place.node("session:hidden", None, "area:hill area:east", sensitivity="confidential")
    place.link("DELIVERS", hidden, "session:hidden")
    place.link("SERVES", hidden, "area:west")
    result = cross_border(place.landscape())
    (use,) = rows(result, "use")
    assert (use["service"], use["state"], use["delivered_in"]) == ("service:visits", "not_known", [])
    assert "refuge" not in str(result.rows)


def test_an_area_has_its_own_uses_both_ways_as_the_whole_has_them():
    place = two_boroughs()
    place.link("SERVES", service(place, "boxing", "hill"), "area:west", people=40)
    place.link("SERVES", service(place, "choir", "dock"), "area:east", people=30)
    whole = cross_border(place.landscape())
    for area in ("west", "east"):
        part = cross_border(place.landscape(area=f"area:{area}"))
        assert rows(part, "area") == rows(whole, "area", name=area)
        assert rows(part, "use") == rows(whole, "use")  # each is by one of them and in the other
    # Of a ward the border is that of its borough.
    assert rows(cross_border(place.landscape(area="area:mill")), "area") == rows(whole, "area", name="west")


def test_a_level_there_is_not_is_refused_and_one_not_loaded_says_so():
    place = two_boroughs()
    with pytest.raises(UnknownName, match="No level is called 'county'"):
        cross_border(place.landscape(), border="county")
    result = cross_border(place.landscape(), border="region")
    assert (result.rows, result.caveats[0]) == (
        (),
        "No area of the level region is loaded here: there is no border to cross.",
    )


def test_two_wards_of_the_demo_use_services_delivered_in_ropewalk(demo_whole):
    """The central services are bought for Ropewalk, Tollgate and Larkmoss (docs/demo.md)."""
    result = cross_border(demo_whole)
    crossing = rows(result, "use", state="outside")
    assert {row["used_by_name"] for row in crossing} == {"Tollgate", "Larkmoss"}
    assert {name for row in crossing for name in row["delivered_in_names"]} == {"Ropewalk"}
    assert {tuple(row["bases"]) for row in crossing} == {("purchased",)}
    assert result.parameters == {"border": "ward"}  # one borough is loaded, so the borders are those of its wards
