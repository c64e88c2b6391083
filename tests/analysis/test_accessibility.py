"""What young people reach: small boroughs whose numbers are worked beside them, and the laws."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import Place, week

from analysis.accessibility import accessibility
from graphmodel.errors import InputError, UnknownName

MONDAY_SIX = 18


def borough() -> Place:
    """Two cells of 100 and 300 young people, 1,000 m apart, in one ward."""
    place = Place()
    place.node("area:b", (0, 0), level="local_authority")
    place.node("area:w", (0, 0), "area:b")
    place.node("area:l1", (0, 0), "area:w area:b", level="lsoa", population_10_17=100)
    place.node("area:l2", (1000, 0), "area:w area:b", level="lsoa", population_10_17=300)
    return place


def service(place: Place, name: str, *at: tuple[float, float], session: dict | None = None, **fields) -> str:
    place.node(f"service:{name}", **{"minimum_age": 10, "maximum_age": 18, **fields})
    for i, point in enumerate(at):
        place.node(f"session:{name}{i}", point, "area:w area:b", **(session or {}))
        place.link("DELIVERS", f"service:{name}", f"session:{name}{i}")
    return f"service:{name}"


def rows_of(place: Place, **parameters) -> dict[str, dict]:
    return {row["cell"]: row for row in accessibility(place.landscape(), **parameters).rows}


# --- how much


def test_services_and_places_are_shared_by_all_who_reach_them():
    place = borough()
    service(place, "club", (0, 100), capacity=40)
    rows = rows_of(place, method="two_step", catchment_m=2000)
    # 400 young people share 1 service and 40 places: 2.5 and 100 per 1,000, wherever in reach they live
    assert [(row["services_per_1000"], row["places_per_1000"]) for row in rows.values()] == [(2.5, 100)] * 2


def test_the_enhanced_method_weighs_thirds_of_the_catchment():
    place = borough()
    service(place, "club", (0, 0))
    near, far = rows_of(place, catchment_m=1600).values()
    # weights 1 at 0 m and 0.68 at 1,000 m (second third): 1 / (100 + 0.68 x 300) = 1 / 304
    assert near["services_per_1000"] == pytest.approx(1000 / 304)
    assert far["services_per_1000"] == pytest.approx(680 / 304)


def test_in_the_three_step_method_people_choose_the_nearer():
    place = borough()
    service(place, "a", (0, 0))
    service(place, "b", (1000, 0))
    near, _ = rows_of(place, method="three_step", catchment_m=1600).values()
    # Each cell turns to its own with 1/1.68 and to the other with 0.68/1.68; weight times choice is g and h:
    g, h = 1 / 1.68, 0.68 * 0.68 / 1.68
    a, b = 1 / (g * 100 + h * 300), 1 / (h * 100 + g * 300)
    assert near["services_per_1000"] == pytest.approx(1000 * (g * a + h * b))


def test_a_service_with_two_sessions_is_one_service():
    place = borough()
    service(place, "club", (0, 0), (0, 10), capacity=80)
    (row, _) = rows_of(place, method="two_step", catchment_m=500).values()
    # only the first cell reaches it: 2 x 1/2 service and 2 x 40 places for 100
    assert (row["services_per_1000"], row["places_per_1000"], row["services_within"]) == (10, 800, 1)


def test_out_of_the_catchment_is_nothing_not_unknown():
    place = borough()
    service(place, "club", (9000, 0), capacity=10)
    row = rows_of(place)["area:l1"]
    assert (row["services_per_1000"], row["places_per_1000"], row["within_reach"]) == (0, 0, False)
    assert (row["nearest_service"], row["nearest_m"]) == ("service:club", 9000)


def test_places_that_nobody_recorded_are_unknown_not_none():
    place = borough()
    service(place, "silent", (0, 0))
    row = rows_of(place)["area:l1"]
    assert (row["places_per_1000"], row["services_capacity_unknown"]) == (None, 1)
    service(place, "told", (0, 0), capacity=50)
    row = rows_of(place, method="two_step", catchment_m=500)["area:l1"]
    assert (row["places_per_1000"], row["services_capacity_unknown"]) == (500, 1)


def test_a_borough_without_services_has_none_and_one_without_people_has_no_rows():
    assert {row["services_per_1000"] for row in rows_of(borough()).values()} == {0}
    place = Place()
    place.node("area:w", (0, 0))
    empty = accessibility(place.landscape())
    assert empty.rows == ()
    assert any("No area with young people counted" in said for said in empty.caveats)


# --- who has something within a walk


def test_wards_say_what_share_of_their_young_people_have_a_service_within_a_walk():
    place = borough()
    service(place, "club", (-1500, 0))
    result = accessibility(place.landscape())
    # l1 is 1,500 m away, l2 2,500 m: 100 of 400 within 2,154 m
    (ward,) = result.wards
    assert (ward["ward"], ward["people_within_reach"], ward["people_out_of_reach"]) == ("area:w", 100, 300)
    assert ward["share_within_reach"] == result.summary["share_within_reach"] == 0.25
    # the mean of its people: 100 x 10 and 300 x 0 services per 1,000
    assert ward["services_per_1000"] == pytest.approx(2.5)
    assert accessibility(place.landscape(), by="ward").rows == result.wards


def test_the_distance_within_reach_can_be_chosen():
    place = borough()
    service(place, "club", (-500, 0))
    assert [row["within_reach"] for row in rows_of(place, within_m=501).values()] == [True, False]
    assert not rows_of(place, within_m=499)["area:l1"]["within_reach"]


def test_a_cell_without_a_point_is_in_no_share():
    place = borough()
    place.node("area:l3", None, "area:w area:b", level="lsoa", population_10_17=50)
    service(place, "club", (0, 0))
    result = accessibility(place.landscape())
    lost = result.cells[2]
    assert (lost["within_reach"], lost["services_per_1000"], lost["services_within"]) == (None, None, None)
    assert (result.summary["people_not_located"], result.summary["share_within_reach"]) == (50, 1.0)


def test_at_an_hour_unknown_hours_are_counted_apart():
    place = borough()
    service(place, "open", (0, 0), session={"hours_week": week((0, 17, 20))})
    service(place, "shut", (0, 0), session={"hours_week": week((0, 9, 12))})
    service(place, "silent", (0, 0))
    row = rows_of(place, hour=MONDAY_SIX)["area:l1"]
    assert (row["services_within"], row["services_hours_unknown"]) == (1, 1)
    assert rows_of(place)["area:l1"]["services_within"] == 3


def test_where_nobody_recorded_hours_it_is_not_known_who_reaches_a_service():
    place = borough()
    service(place, "silent", (-1500, 0))
    result = accessibility(place.landscape(), hour=MONDAY_SIX)
    # the 100 of l1 have it within 2,154 m, the 300 of l2 have not
    unknown, none = result.cells
    assert (unknown["within_reach"], unknown["services_per_1000"]) == (None, None)
    assert (none["within_reach"], none["services_per_1000"]) == (False, 0)
    (ward,) = result.wards
    assert (ward["people_within_reach"], ward["people_reach_unknown"], ward["people_out_of_reach"]) == (0, 100, 300)
    assert ward["share_within_reach"] is None


# --- whom a service is for


def test_a_service_bought_for_an_area_is_for_its_people_only():
    place = borough()
    place.node("area:w2", (1000, 0), "area:b")
    place.node("area:l3", (500, 0), "area:w2 area:b", level="lsoa", population_10_17=100)
    club = service(place, "club", (0, 0), capacity=60)
    rows = rows_of(place, method="two_step")
    assert rows["area:l3"]["services_within"] == 1
    place.link("SERVES", club, "area:w2", basis="purchased")
    rows = rows_of(place, method="two_step")
    assert [rows[f"area:l{n}"]["services_within"] for n in (1, 2, 3)] == [0, 0, 1]
    # nobody else shares it: 60 places for 100
    assert rows["area:l3"]["places_per_1000"] == 600
    assert rows["area:l1"]["nearest_service"] is None


def test_a_catchment_says_who_comes_and_shuts_nobody_out():
    place = borough()
    place.node("area:w2", (1000, 0), "area:b")
    place.link("SERVES", service(place, "club", (0, 0)), "area:w2", basis="catchment")
    assert rows_of(place)["area:l1"]["services_within"] == 1


def test_a_service_eligible_for_the_borough_is_for_every_ward_of_it():
    place = borough()
    place.link("SERVES", service(place, "club", (0, 0)), "area:b", basis="eligible")
    assert rows_of(place)["area:l2"]["services_within"] == 1


def test_what_comes_to_young_people_is_counted_apart_by_the_areas_it_serves():
    place = borough()
    place.link("SERVES", service(place, "line", None, session={"kind": "online"}), "area:b", basis="catchment")
    place.link("SERVES", service(place, "lost", None), "area:w", basis="catchment")
    service(place, "nowhere")
    result = accessibility(place.landscape())
    row = result.rows[0]
    assert (row["services_within"], row["services_without_travel"], row["services_place_not_recorded"]) == (0, 1, 1)
    assert result.places_not_recorded == {"service:lost", "service:nowhere"}
    assert any(said.startswith("1 of these") or "For 1 of these" in said for said in result.caveats)


def test_a_confidential_service_counts_but_is_never_the_nearest():
    place = borough()
    service(place, "refuge", None, session={"sensitivity": "confidential"}, sensitivity="confidential")
    service(place, "club", (0, 900))
    row = rows_of(place)["area:l1"]
    assert (row["services_within"], row["nearest_service"], row["nearest_m"]) == (2, "service:club", 900)


def test_what_could_not_be_checked_is_said():
    place = borough()
    service(place, "told", (0, 0), harms=["serious_violence"], languages=["en"])
    service(place, "silent", (0, 0))
    result = accessibility(place.landscape(), harm="serious_violence")
    assert (result.rows[0]["services_within"], result.rows[0]["services_unsaid"]) == (2, 1)
    english = accessibility(place.landscape(), language="en")
    assert english.rows[0]["services_within"] == 1
    assert any(said.startswith("1 services are left out") for said in english.caveats)


def test_an_age_chooses_people_and_services():
    place = Place()
    place.node("area:w", (0, 0), level="lsoa", population_by_age=[3.0] * 20)
    service(place, "young", (0, 0), maximum_age=14)
    service(place, "old", (0, 0), minimum_age=15)
    result = accessibility(place.landscape(), age=14)
    assert (result.rows[0]["people"], result.rows[0]["services_within"]) == (3, 1)
    assert (result.parameters["minimum_age"], result.parameters["maximum_age"]) == (14, 14)


# --- what cannot be used


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"method": "gravity"}, "two_step, enhanced, three_step"),
        ({"decay": "sudden"}, "step, gaussian"),
        ({"by": "street"}, "cell, ward"),
        ({"catchment_m": 0}, "catchment_m above 0"),
        ({"within_m": float("nan")}, "within_m above 0"),
        ({"catchment_m": float("inf")}, "catchment_m above 0"),
        ({"hour": 168}, "168 is none"),
        ({"minimum_age": 18}, "18 to 17"),
        ({"age": -1}, "-1 to -1"),
        ({"group": "anybody"}, "No group is called 'anybody'"),
    ],
)
def test_parameters_that_cannot_be_used_are_refused_in_a_sentence(parameters, said):
    with pytest.raises((InputError, UnknownName), match=said):
        accessibility(borough().landscape(), **parameters)


def test_counts_that_cannot_be_are_named_with_their_row():
    place = borough()
    place.node("area:l9", (0, 0), "area:w area:b", level="lsoa", population_10_17=-5, source_row="areas.csv:9")
    with pytest.raises(InputError, match=r"area:l9 has people -5.*areas\.csv:9"):
        accessibility(place.landscape())
    place = borough()
    service(place, "club", (0, 0), capacity=-1, source_row="services.csv:2")
    with pytest.raises(InputError, match=r"service:club has capacity -1.*services\.csv:2"):
        accessibility(place.landscape())


# --- laws

sites = st.lists(
    st.tuples(st.integers(-2000, 2500), st.integers(-2000, 2000), st.one_of(st.none(), st.integers(1, 200))), max_size=6
)
methods = st.sampled_from(["two_step", "enhanced", "three_step"])
few = settings(max_examples=25, deadline=None)


def filled(places, names) -> Place:
    place = borough()
    for name, (x, y, capacity) in zip(names, places, strict=True):
        service(place, name, (x, y), capacity=capacity)
    return place


@few
@given(sites, methods)
def test_what_all_reach_together_is_the_supply_within_reach(places, method):
    place = filled(places, [f"s{i}" for i in range(len(places))])
    rows = rows_of(place, method=method, catchment_m=1500.5).values()
    # half a metre: no whole coordinates are exactly so far apart
    near = [((x, y), c) for x, y, c in places if min(x**2, (x - 1000) ** 2) + y**2 <= 1500.5**2]
    services = sum(row["services_per_1000"] * row["people"] / 1000 for row in rows)
    assert services == pytest.approx(len(near), abs=1e-9)
    places_reached = sum((row["places_per_1000"] or 0) * row["people"] / 1000 for row in rows)
    assert places_reached == pytest.approx(sum(c or 0 for _, c in near), abs=1e-9)


@few
@given(sites, methods)
def test_other_ids_give_the_same_numbers(places, method):
    names = [f"s{i}" for i in range(len(places))]
    one, other = (accessibility(filled(places, n).landscape(), method=method) for n in (names, names[::-1]))
    for name in ("services_per_1000", "places_per_1000"):
        here, there = ([-1 if row[name] is None else row[name] for row in each.rows] for each in (one, other))
        assert here == pytest.approx(there, rel=1e-12)
    assert [row["services_within"] for row in one.rows] == [row["services_within"] for row in other.rows]


@few
@given(sites, st.tuples(st.integers(-2000, 2500), st.integers(-2000, 2000)))
def test_one_more_service_never_lowers_what_anybody_reaches(places, at):
    names = [f"s{i}" for i in range(len(places))]
    before = rows_of(filled(places, names))
    after = rows_of(filled([*places, (*at, None)], [*names, "z"]))
    assert all(after[cell]["services_per_1000"] >= row["services_per_1000"] for cell, row in before.items())
