"""An area with its halo gives exactly what the whole gives for it: equal, not close."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from made_up import ACTIVE, Place, week

from analysis import run
from analysis.accessibility import accessibility
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


def reached_of(landscape, **parameters):
    """Every number of every cell and ward, not rounded: equal means equal to the last bit."""
    result = accessibility(landscape, **parameters)
    return {row["cell"]: row for row in result.cells}, {row["ward"]: row for row in result.wards}


# Near and far catchments, and the method in which people beyond the catchment's edge choose among more.
REACHES = ({}, {"method": "three_step", "decay": "gaussian"}, {"method": "two_step", "catchment_m": 9000, "hour": 111})


def assert_reached_law(whole: Landscape, part: Landscape, areas: set[str]) -> None:
    for parameters in REACHES:
        cells, wards = reached_of(part, **parameters)
        all_cells, all_wards = reached_of(whole, **parameters)
        assert cells == {id: row for id, row in all_cells.items() if id in areas}
        # A ward of which only some cells lie in the area is a summary of these.
        assert {id: row for id, row in wards.items() if id in areas} == {
            id: row for id, row in all_wards.items() if id in areas
        }


def assert_law(whole: Landscape, area: str) -> None:
    part = whole.subset(area)
    areas = areas_of(part)
    contexts = part.nodes("Context")
    inside = set(contexts.index[contexts["inside"]])
    everywhere = coverage_of(whole)
    assert coverage_of(part) == {id: row for id, row in everywhere.items() if id in inside}
    assert gaps_of(part, areas) == gaps_of(whole, areas)
    assert completeness_of(part, areas) == completeness_of(whole, areas)
    assert_reached_law(whole, part, areas)
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
        place.node(f"service:{n}", level="L1", approach="behaviour_based", **REFERRED, capacity=20 + n)
        place.link("TARGETS", f"service:{n}", f"context:{n * 7}")
        place.node(f"session:{n}", (n * 6000 + 10, 0), f"area:w{n * 2} area:town")
        place.link("DELIVERS", f"service:{n}", f"session:{n}")
        place.link("FUNDS", "org:trust", f"service:{n}", end=date(2027, 3, 31))
    place.link("SERVES", "service:1", "area:w2", basis="purchased")
    place.node("service:line", **REFERRED)
    place.node("session:line", None, "area:w4 area:town", kind="online")
    place.link("DELIVERS", "service:line", "session:line")
    place.link("SERVES", "service:line", "area:town", basis="catchment")
    place.node("service:lost", minimum_age=10)
    place.link("SERVES", "service:lost", "area:w5", basis="catchment")
    return place


REFERRED = {"minimum_age": 10, "maximum_age": 18, "access": "school", "open_access": False}


@pytest.fixture(scope="module")
def wards():
    return strip_of_wards().landscape()


@pytest.mark.parametrize("area", ["area:w0", "area:w2", "area:w3", "area:town"])
def test_a_ward_gives_what_the_whole_gives_for_it(wards, area):
    assert_law(wards, area)


def test_the_strip_has_the_gaps_that_the_law_is_about(wards):
    kinds = {(row["kind"], row["topic"]) for row in run("gaps", wards).rows}
    assert {("low_access", ""), ("self_referral", ""), ("missing_data", "places"), ("missing_data", "access")} <= kinds


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


axis = st.integers(0, 8999)
spots = st.tuples(axis, st.integers(-600, 600))
codes = st.sampled_from([None, "self", "school"])
kinds = st.sampled_from(["centre", "online", "detached"])
bases = st.sampled_from([None, "catchment", "eligible", "purchased"])


@st.composite
def towns(draw) -> Place:
    """Three wards of three cells in a strip of 9 km, with whatever else lies, or does not lie, in them."""
    place = Place()
    place.node("area:town", (0, 0), level="local_authority")
    for w in range(3):
        place.node(f"area:w{w}", (w * 3000 + 1500, 0), "area:town")
        for c in range(3):
            at = (w * 3000 + 500 + c * 1000, draw(st.integers(-500, 500)))
            people = draw(st.integers(0, 400))
            place.node(f"area:c{w}{c}", at, f"area:w{w} area:town", level="lsoa", population_10_17=people)
    for i, (x, y) in enumerate(draw(st.lists(spots, max_size=8))):
        within = f"area:w{x // 3000} area:town"
        hours = draw(st.sampled_from([None, week((4, 9, 20)), week((4, 18, 23))]))
        place.node(f"context:{i}", (x, y), within, active_hours_week=hours)
        place.node(
            f"guardian:{i}", (8999 - x, y), f"area:w{(8999 - x) // 3000} area:town", **{**ACTIVE, "hours_week": hours}
        )
    for i, at in enumerate(draw(st.lists(st.one_of(st.none(), spots), max_size=8))):
        fields = {
            "access": draw(codes),
            "capacity": draw(st.sampled_from([None, 0, 30])),
            "minimum_age": draw(codes) and 11,
        }
        place.node(f"service:{i}", **fields)
        if at is not None:
            place.node(f"session:{i}", at, f"area:w{at[0] // 3000} area:town", kind=draw(kinds))
            place.link("DELIVERS", f"service:{i}", f"session:{i}")
        served = draw(st.sampled_from(["", "area:town", "area:w0", "area:c11"]))
        if served:
            place.link("SERVES", f"service:{i}", served, **({"basis": basis} if (basis := draw(bases)) else {}))
    return place


@settings(max_examples=8, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(towns(), st.sampled_from(["area:w0", "area:w1", "area:c20"]))
def test_any_ward_of_any_town_gives_what_the_whole_gives_for_it(place, area):
    assert_law(place.landscape(), area)
