"""An area with its halo gives exactly what the whole gives for it: equal, not close."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from made_up import ACTIVE, Place, week

from analysis import run
from graphmodel.landscape import Landscape

AS_OF = date(2026, 11, 1)


def coverage_of(landscape):
    return {row["context"]: row for row in run("coverage", landscape).as_dict()["rows"]}


def gaps_of(landscape, areas):
    return [row for row in run("gaps", landscape).as_dict()["rows"] if row["area"] in areas]


def areas_of(landscape):
    frame = landscape.nodes("Area")
    return set(frame.index[frame["inside"]])


def completeness_of(landscape, areas):
    return [row for row in run("completeness", landscape).as_dict()["rows"] if row.get("area") in areas]


def assert_law(whole: Landscape, area: str) -> None:
    part = whole.subset(area)
    areas = areas_of(part)
    contexts = part.nodes("Context")
    inside = set(contexts.index[contexts["inside"]])
    everywhere = coverage_of(whole)
    assert coverage_of(part) == {id: row for id, row in everywhere.items() if id in inside}
    assert gaps_of(part, areas) == gaps_of(whole, areas)
    assert completeness_of(part, areas) == completeness_of(whole, areas)
    hours, all_hours = run("coverage", part), run("coverage", whole)
    rows = [all_hours.contexts.index(id) for id in hours.contexts]
    for name in ("cover", "watch", "uncovered", "doubtful"):
        assert np.array_equal(getattr(hours, name), getattr(all_hours, name)[rows])


def strip_of_wards() -> Place:
    """Six wards side by side, places at random near their borders, guardians that reach across them."""
    random = np.random.default_rng(3)
    place = Place()
    place.node("area:town", (0, 0), level="local_authority")
    for n in range(6):
        place.node(f"area:w{n}", (n * 3000 + 1500, 0), "area:town")
        place.node(f"area:c{n}", (n * 3000 + 2900, 0), f"area:w{n} area:town", level="lsoa", population_10_17=10 + n)
    stages = ["active", "approached", None, "active"]
    for i in range(60):
        x, y = float(random.uniform(0, 18_000)), float(random.uniform(-500, 500))
        within = f"area:w{int(x // 3000)} area:town"
        place.node(f"context:{i}", (x, y), within, active_hours_week=week((4, 15, 22)))
        x = float(np.clip(x + random.uniform(-600, 600), 0, 17_999))
        within = f"area:w{int(x // 3000)} area:town"
        stage, hours = stages[i % 4], week((4, 9, 15 + i % 8))
        fields = {**ACTIVE, "stage": stage, "hours_week": hours} if stage else {}
        place.node(f"guardian:{i}", (x, y), within, **fields)
    place.node("guardian:hidden", None, "area:w3 area:town", sensitivity="confidential", **ACTIVE)
    place.link("GUARDIAN_OF", "guardian:0", "context:59")
    place.node("org:trust")
    place.link("ESCALATES_TO", "guardian:3", "org:trust")
    for n in range(3):
        place.node(f"service:{n}", level="L1", approach="behaviour_based")
        place.link("TARGETS", f"service:{n}", f"context:{n * 7}")
        place.node(f"session:{n}", (n * 6000 + 10, 0), f"area:w{n * 2} area:town")
        place.link("DELIVERS", f"service:{n}", f"session:{n}")
        place.link("FUNDS", "org:trust", f"service:{n}", end=date(2027, 3, 31))
    return place


@pytest.fixture(scope="module")
def wards():
    return strip_of_wards().landscape()


@pytest.mark.parametrize("area", ["area:w0", "area:w2", "area:w3", "area:town"])
def test_a_ward_gives_what_the_whole_gives_for_it(wards, area):
    assert_law(wards, area)


def test_the_halo_is_needed(wards):
    cut_off = wards.subset("area:w2", halo_m=0)
    assert coverage_of(cut_off) != coverage_of(wards.subset("area:w2"))


@pytest.mark.parametrize("area", ["X05000002", "X08000001"])
def test_the_demo_obeys_the_law(demo_whole, area):
    assert_law(demo_whole, area)


@pytest.mark.shared
def test_a_ward_of_trafford_obeys_the_law(trafford_whole):
    ward = trafford_whole.areas("ward").index[4]
    assert_law(trafford_whole, ward)
