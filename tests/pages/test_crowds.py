"""What is drawn where there are too many places to draw each?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from made_up_town import area, link, town

from graphmodel.landscape import Landscape
from graphmodel.records import NodeRecord, Point
from views import crowds, maps, overview, places

FRIDAY_20 = 4 * 24 + 20
SHUT, OPEN = "0" * 168, "1" * 168


def crowded() -> Landscape:
    """Return two wards with 5 and 2 parks, one park in no ward, and a confidential one; hours known of some."""
    records = [r for r in town() if isinstance(r, NodeRecord) and r.label == "Area"]
    for number in range(9):
        ward, x = ("W1", 0.005) if number < 5 else ("W2", 0.015)
        fields = {"name": f"Park {number}", "kind": "park", "location": Point(x, 0.005), "source": "town/parks.csv"}
        fields |= {"active_hours": "x", "active_hours_week": SHUT} if number == 0 else {}
        fields |= {"sensitivity": "confidential"} if number == 8 else {}
        records.append(NodeRecord("Context", f"context:p{number}", fields))
        records += [link("WITHIN", f"context:p{number}", f"area:{ward}")] if number != 7 else []
    return Landscape.from_records(records, None, date(2026, 11, 23))


def crowd(landscape: Landscape, hour: int | None = None, *, most: int) -> crowds.Crowd | None:
    return crowds.crowd(landscape, places.at(places.place_rows(landscape, "contexts"), hour), hour, most)


def test_few_places_are_drawn_one_by_one():
    assert crowd(crowded(), most=8) is None


def test_many_places_are_counted_by_ward_and_the_counts_add_up():
    found = crowd(crowded(), most=7)
    assert found is not None
    assert {circle.name: circle.count for circle in found.circles} == {"West": 5, "East": 2}
    assert found.level == "ward" and found.elsewhere == 1
    # What is confidential is in no circle: 8 rows are shown, 5 + 2 + 1.
    rows = places.place_rows(crowded(), "contexts")
    assert len(rows) == sum(circle.count for circle in found.circles) + found.elsewhere == 8


def test_at_an_hour_what_is_closed_then_is_not_counted():
    found = crowd(crowded(), FRIDAY_20, most=6)
    assert found is not None and sum(circle.count for circle in found.circles) == 6


def test_too_many_wards_are_counted_by_what_holds_them():
    records = [area("T1", "Town", "local_authority", (0, 0, 0.02, 0.01))]
    for number in range(4):
        records += [area(f"W{number}", f"Ward {number}", "ward", (0, 0, 0.01, 0.01))]
        records += [
            NodeRecord(
                "Context",
                f"context:{number}",
                {"name": "P", "kind": "park", "location": Point(0.005, 0.005), "source": "t/p.csv"},
            )
        ]
        records += [
            link("WITHIN", f"context:{number}", f"area:W{number}"),
            link("WITHIN", f"area:W{number}", "area:T1"),
        ]
    found = crowd(Landscape.from_records(records, None, date(2026, 11, 23)), most=3)
    assert found is not None
    assert [(circle.name, circle.count) for circle in found.circles] == [("Town", 4)]
    assert found.level == "local authority"


def test_circles_of_two_layers_are_on_one_scale_and_side_by_side():
    landscape = crowded()
    rows = [places.at(places.place_rows(landscape, layer), None) for layer in ("guardians", "contexts")]
    one = maps.Circle("area:W1", "West", 0.005, 0.005, 100)
    parts = [crowds.Crowd("ward", (one,), 0), crowds.Crowd("ward", (replace(one, count=25),), 0)]
    rows[0] = rows[1].assign(layer="Guardians")
    drawn = overview.overview(None, rows, None, bounds=(0, 0, 0.02, 0.01), view="", crowds=parts)
    first, second = drawn.figure["data"]
    # A quarter of the count is half the width; 5 % of the map's 0.02 degrees lie between the two.
    assert second["marker"]["size"][0] == pytest.approx(first["marker"]["size"][0] / 2)
    assert second["lon"][0] - first["lon"][0] == pytest.approx(0.001)


def test_the_map_says_what_a_circle_is_and_a_larger_count_is_a_larger_circle():
    landscape = crowded()
    rows = places.at(places.place_rows(landscape, "contexts"), None)
    drawn = overview.overview(None, [rows], None, bounds=None, view="", crowds=[crowd(landscape, most=7)])
    (trace,) = drawn.figure["data"]
    # Areas of 5 to 2: the smaller circle is as wide as the root of 2/5 of the larger.
    large, small = trace["marker"]["size"]
    assert small == pytest.approx(large * (2 / 5) ** 0.5, abs=0.1)
    assert trace["customdata"] == ["area:W1", "area:W2"]
    assert [entry[2:] for entry in drawn.place_legend] == [("Contexts, counted by ward", 7)]
    assert any("one circle per ward stands for all in it" in note for note in drawn.notes)
    assert "Contexts in no area that is loaded, in the table only: 1." in drawn.notes
