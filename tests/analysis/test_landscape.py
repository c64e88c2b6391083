"""What a landscape gives: columns, hours, areas, a graph, as of a day and for an area."""

from __future__ import annotations

from datetime import date

import networkx as nx
import numpy as np
import pytest
from made_up import AS_OF, Place, point, week

from graphmodel.errors import InputError, UnknownName
from graphmodel.landscape import Landscape
from graphmodel.records import LinkRecord, NodeRecord, Point
from graphmodel.settings import Settings

SQUARE = '{"type":"Polygon","coordinates":[[[-2.4,53.3],[-2.2,53.3],[-2.2,53.5],[-2.4,53.5],[-2.4,53.3]]]}'


def town() -> Place:
    """Two wards of a borough, ten kilometres apart, a park and a café in each."""
    place = Place()
    place.node("area:town", (5000, 0), level="local_authority", code="T01")
    for ward, x in (("east", 10_000), ("west", 0)):
        place.node(f"area:{ward}", (x, 0), "area:town", code=f"W-{ward}", boundary=SQUARE)
        place.node(f"context:{ward}-park", (x, 100), f"area:{ward} area:town")
        place.node(f"guardian:{ward}-cafe", (x, 200), f"area:{ward} area:town", staff=4, hours_week=week((0, 9, 17)))
    return place


def test_nodes_have_every_field_and_are_sorted_by_id():
    contexts = town().landscape().nodes("Context")
    assert contexts.index.tolist() == ["context:east-park", "context:west-park"]
    assert {"name", "kind", "harms", "concern_now", "source", "verified", "x", "inside"} <= set(contexts.columns)
    assert contexts["active_hours_week"].isna().all()


def test_the_order_of_records_does_not_matter():
    place = town()
    one = place.landscape()
    place.records.reverse()
    other = place.landscape()
    assert one.nodes("Guardian").equals(other.nodes("Guardian"))
    assert one.links("WITHIN").equals(other.links("WITHIN"))


def test_metres_are_those_of_the_british_grid():
    landscape = town().landscape()
    east = landscape.nodes("Context").loc["context:east-park"]
    assert landscape.crs.to_epsg() == 27700
    assert (round(east["x"], 2), round(east["y"], 2)) == (390_000.0, 390_100.0)


def test_elsewhere_the_zone_is_estimated():
    records = [NodeRecord("Context", "context:a", {"name": "A", "kind": "park", "location": Point(174.76, -41.29)})]
    landscape = Landscape.from_records(records, as_of=AS_OF)
    assert landscape.crs.to_epsg() == 32760  # Wellington: zone 60 south
    assert landscape.nodes("Context")["y"].notna().all()


def test_a_whole_number_is_a_number_whether_or_not_one_is_missing():
    place = town()
    assert place.landscape().nodes("Guardian")["staff"].tolist() == [4.0, 4.0]
    place.node("guardian:third", (0, 0))
    assert place.landscape().nodes("Guardian")["staff"].dtype == np.float64


def test_unknown_hours_are_not_known_rather_than_closed():
    place = town()
    place.node("guardian:third", (0, 0))
    hours = place.landscape().hours("Guardian")
    assert hours.known.tolist() == [True, False, True]
    assert hours.flags[0].sum() == 8
    assert hours.flags.dtype == np.uint8


def test_a_link_needs_both_its_ends():
    place = town()
    place.link("GUARDIAN_OF", "guardian:east-cafe", "context:west-park")
    place.link("GUARDIAN_OF", "guardian:gone", "context:west-park")
    assert place.landscape().links("GUARDIAN_OF")["start"].tolist() == ["guardian:east-cafe"]


def test_a_grants_dates_stand_beside_its_ends():
    place = Place()
    place.node("org:funder")
    place.node("service:night")
    place.link("FUNDS", "org:funder", "service:night", start=date(2026, 1, 1), end=date(2027, 3, 31))
    (row,) = place.landscape().links("FUNDS").to_dict("records")
    assert (row["start"], row["end"]) == ("org:funder", "service:night")
    assert (row["start_date"], row["end_date"]) == (date(2026, 1, 1), date(2027, 3, 31))


@pytest.mark.parametrize(
    ("valid", "here"),
    [
        ({"valid_from": AS_OF}, True),
        ({"valid_to": AS_OF}, True),
        ({"valid_from": date(2026, 11, 2)}, False),
        ({"valid_to": date(2026, 10, 31)}, False),
        ({}, True),
    ],
)
def test_as_of_a_day_both_ends_of_validity_hold(valid, here):
    place = Place()
    place.node("context:a", (0, 0), **valid)
    place.node("guardian:a", (0, 0))
    place.link("GUARDIAN_OF", "guardian:a", "context:a")
    landscape = place.landscape()
    assert (len(landscape.nodes("Context")), len(landscape.links("GUARDIAN_OF"))) == (here, here)


def test_a_link_that_ended_is_not_there():
    place = town()
    place.link("GUARDIAN_OF", "guardian:east-cafe", "context:west-park", valid_to=date(2026, 10, 31))
    assert place.landscape().links("GUARDIAN_OF").empty
    assert len(place.landscape(as_of=date(2026, 10, 31)).links("GUARDIAN_OF")) == 1


@pytest.mark.parametrize(
    ("concern", "review", "now"),
    [
        ("of_concern", date(2026, 10, 31), "review_overdue"),
        ("of_concern", AS_OF, "of_concern"),
        ("of_concern", None, "of_concern"),
        ("being_assessed", date(2026, 1, 1), "review_overdue"),
        ("none_known", date(2026, 1, 1), "none_known"),
    ],
)
def test_a_concern_past_its_review_reads_review_overdue(concern, review, now):
    place = Place()
    place.node("context:a", (0, 0), concern=concern, concern_review=review)
    assert place.landscape().nodes("Context")["concern_now"].tolist() == [now]


# --- areas


@pytest.mark.parametrize("wanted", ["area:east", "W-east"])
def test_an_area_is_found_by_id_or_code(wanted):
    landscape = town().landscape(area=wanted)
    assert (landscape.area, landscape.area_name) == ("area:east", "east")
    contexts = landscape.nodes("Context")
    assert contexts.index[contexts["inside"]].tolist() == ["context:east-park"]


def test_an_unknown_area_is_answered_with_the_nearest_names():
    with pytest.raises(UnknownName, match=r"W-esat.*W-east"):
        town().landscape(area="W-esat")


def test_what_is_far_outside_is_left_out_and_what_is_near_is_halo():
    place = town()
    place.node("context:close", (6000, 0), "area:west area:town")  # 4 km from the eastern ward's places
    landscape = place.landscape(area="area:east")
    contexts = landscape.nodes("Context")
    assert contexts["inside"].to_dict() == {"context:close": False, "context:east-park": True}


def test_the_borough_holds_both_wards():
    landscape = town().landscape(area="T01")
    assert landscape.nodes("Context")["inside"].tolist() == [True, True]
    assert landscape.count("Guardian") == 2
    areas = landscape.nodes("Area")
    assert areas["inside"].all()


def test_a_place_belongs_to_the_ward_its_own_point_lies_in_not_to_its_lsoas_ward():
    place = town()
    place.node("area:cell", (10_000, 0), level="lsoa")
    place.link("WITHIN", "area:cell", "area:east", share=0.8)
    place.link("WITHIN", "area:cell", "area:west", share=0.2)
    place.node("context:edge", (9000, 0), "area:cell area:west area:town")
    contexts = place.landscape(area="area:east").nodes("Context")
    assert not contexts.loc["context:edge", "inside"]
    areas = place.landscape(area="area:east").nodes("Area")
    assert areas.loc["area:cell", "inside"]  # most of it lies there


def test_a_place_known_by_ward_only_is_inside_the_borough():
    place = town()
    place.node("guardian:refuge", None, "area:east", sensitivity="confidential")
    guardians = place.landscape(area="T01").nodes("Guardian")
    assert guardians.loc["guardian:refuge", "inside"]


def test_bodies_without_a_place_are_inside_through_their_links():
    place = town()
    place.node("org:chain")
    place.node("org:elsewhere")
    place.link("RUNS", "org:chain", "guardian:east-cafe")
    place.node("service:team")
    place.link("SERVES", "service:team", "area:town")
    landscape = place.landscape(area="area:east")
    assert landscape.nodes("Organisation")["inside"].to_dict() == {"org:chain": True, "org:elsewhere": False}
    assert landscape.nodes("Service")["inside"].tolist() == [True]  # a service for the borough is one for its wards


def test_a_linked_guardian_stays_however_far_it_is():
    place = town()
    place.link("GUARDIAN_OF", "guardian:west-cafe", "context:east-park")
    landscape = place.landscape(area="area:east")
    assert landscape.nodes("Guardian")["inside"].to_dict() == {"guardian:east-cafe": True, "guardian:west-cafe": False}


def test_a_subset_is_the_landscape_of_that_area():
    place = town()
    subset = place.landscape().subset("area:east")
    assert subset.nodes("Guardian").equals(place.landscape(area="area:east").nodes("Guardian"))


def test_the_area_of_a_level_each_place_lies_in():
    assert town().landscape().within("Context", "ward").to_dict() == {
        "context:east-park": "area:east",
        "context:west-park": "area:west",
    }


def test_areas_have_their_boundary():
    wards = town().landscape().areas("ward")
    assert wards.crs.to_epsg() == 4326
    assert wards.geometry.iloc[0].bounds == (-2.4, 53.3, -2.2, 53.5)
    assert town().landscape(area="area:east").areas("ward").index.tolist() == ["area:east"]
    assert town().landscape().areas("local_authority").geometry.isna().all()


# --- the graph and the sources


def test_the_graph_has_labels_types_and_known_fields():
    place = town()
    place.link("GUARDIAN_OF", "guardian:east-cafe", "context:east-park", basis="declared")
    place.link("GUARDIAN_OF", "guardian:east-cafe", "context:east-park", basis="perceived")
    graph = place.landscape().graph()
    assert isinstance(graph, nx.MultiDiGraph)
    cafe = graph.nodes["guardian:east-cafe"]
    assert (cafe["label"], cafe["staff"], cafe["inside"]) == ("Guardian", 4, True)
    assert "stage" not in cafe
    between = graph.get_edge_data("guardian:east-cafe", "context:east-park")
    assert {(d["type"], d["basis"]) for d in between.values()} == {
        ("GUARDIAN_OF", "declared"),
        ("GUARDIAN_OF", "perceived"),
    }


def test_sources_are_told_with_what_is_known_of_them():
    place = Place()
    place.node("context:a", (0, 0), source="folder/places.csv")
    place.node("guardian:a", (0, 0), source="folder/venues.csv")
    place.node(
        "source:1", name="folder/places.csv", licence="OGL", retrieved=date(2026, 5, 1), loaded_at=None, title="Places"
    )
    landscape = place.landscape()
    assert landscape.sources(["Context"], []) == [
        {"name": "folder/places.csv", "title": "Places", "licence": "OGL", "retrieved": "2026-05-01"}
    ]
    assert [source["name"] for source in landscape.sources()] == ["folder/places.csv", "folder/venues.csv"]


def test_changing_what_was_handed_out_changes_nothing():
    landscape = town().landscape()
    guardians = landscape.nodes("Guardian")
    guardians["name"] = "other"
    assert landscape.nodes("Guardian")["name"].tolist() == ["east-cafe", "west-cafe"]


@pytest.mark.parametrize("ask", [lambda x: x.nodes("Person"), lambda x: x.links("KNOWS")])
def test_what_is_not_in_the_schema_is_refused(ask):
    with pytest.raises(UnknownName):
        ask(town().landscape())


def test_a_time_zone_that_is_none_is_refused():
    with pytest.raises(InputError, match="Europe/London"):
        Landscape.from_records([], settings=Settings(timezone="Mars/Olympus"))


def test_an_empty_landscape_is_empty_but_whole():
    landscape = Landscape.from_records([], as_of=AS_OF)
    assert landscape.nodes("Context").empty
    assert landscape.graph().number_of_nodes() == 0
    assert landscape.areas().empty
    assert landscape.hours("Guardian").flags.shape == (0, 168)


def test_records_may_hold_any_field_of_the_schema():
    records = [
        NodeRecord(
            "Context", "context:a", {"name": "A", "kind": "park", "location": point(0, 0), "harms": ["online_harm"]}
        ),
        NodeRecord("Area", "area:a", {"name": "A", "level": "lsoa", "population_by_age": [1.0, 2.0]}),
        LinkRecord("WITHIN", "link:1", "context:a", "area:a", {}),
    ]
    landscape = Landscape.from_records(records, as_of=AS_OF)
    assert landscape.nodes("Context").loc["context:a", "harms"] == ["online_harm"]
    assert landscape.nodes("Area").loc["area:a", "population_by_age"] == [1.0, 2.0]


def linked() -> Landscape:
    place = Place()
    place.node("area:north", (0, 0))
    place.node("context:park", (0, 0), "area:north")
    place.node("guardian:cafe", (10, 0), "area:north", hours_week=week((0, 9, 17)))
    place.node("guardian:kiosk", (20, 0), "area:north", hours_week=week((0, 17, 22)))
    for id in ("guardian:cafe", "guardian:kiosk"):
        place.link("GUARDIAN_OF", id, "context:park")
    return place.landscape()


def test_without_a_node_its_links_and_hours_are_gone_too_and_the_landscape_itself_stays():
    landscape = linked()
    without = landscape.without({"guardian:cafe"})
    assert without.nodes("Guardian").index.tolist() == ["guardian:kiosk"]
    assert without.links("GUARDIAN_OF")["start"].tolist() == ["guardian:kiosk"]
    assert without.hours("Guardian").flags.sum() == 5
    assert len(landscape.nodes("Guardian")) == len(landscape.links("GUARDIAN_OF")) == 2


def test_without_a_link_both_its_ends_stay():
    landscape = linked()
    gone = landscape.links("GUARDIAN_OF")["id"][0]
    without = landscape.without([gone])
    assert len(without.links("GUARDIAN_OF")) == 1 and len(without.nodes("Guardian")) == 2


def test_what_was_taken_out_stays_out_in_an_area_on_another_day_and_with_more():
    without = linked().without(["guardian:cafe"])
    for again in (without.subset("area:north"), without.at(date(2026, 12, 1)), without.without(["context:park"])):
        assert again.nodes("Guardian").index.tolist() == ["guardian:kiosk"]
    assert without.without(["context:park"]).links("GUARDIAN_OF").empty


def test_what_belonged_to_an_area_still_does_without_what_made_it_so():
    place = Place()
    place.node("area:north", (0, 0))
    place.node("context:park", (0, 0), "area:north")
    place.node("service:art")
    place.link("TARGETS", "service:art", "context:park")
    landscape = place.landscape("area:north")
    without = landscape.without([landscape.links("TARGETS")["id"][0]])
    assert without.nodes("Service")["inside"].tolist() == [True]
