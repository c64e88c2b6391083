"""Where things are: points, postcodes and areas, and what is wrong with them."""

import numpy as np
import pytest
from pyproj import CRS
from town import codes, collection, feature

from graphmodel.geography import local_crs
from graphmodel.records import Point
from graphmodel.settings import Settings


def issue_of(report, code):
    return next(each for each in report.issues if each.code == code)


def contexts(*rows: str, columns="longitude,latitude") -> str:
    return "\n".join([f"id,name,kind,{columns}", *(f"{i},Place {i},park,{row}" for i, row in enumerate(rows))])


def test_a_place_lies_in_every_level_its_own_point_falls_in(town, write, load, store):
    write("contexts.csv", contexts("10.05,50.05", "10.35,50.01"))

    load()

    assert store.within("context:0") == {"Q1", "W1", "D1"}
    assert store.within("context:1") == {"Q4", "W2", "D1"}


def test_a_place_on_an_edge_is_in_one_area_of_each_level(town, write, load, store):
    write("contexts.csv", contexts("10.2,50.05"))

    load()

    assert store.within("context:0") == {"Q2", "W1", "D1"}


def test_a_ward_named_in_the_row_does_not_decide_where_there_is_a_point(town, write, load, store):
    write("contexts.csv", contexts("10.05,50.05,W2", columns="longitude,latitude,area"))

    load()

    assert store.within("context:0") == {"Q1", "W1", "D1"}


def test_a_place_without_a_point_lies_in_the_areas_it_names_and_those_they_nest_in(town, write, load, store):
    write("contexts.csv", contexts("W2", "area:Q1; W2", "Q9", columns="area"))

    report = load()

    assert store.within("context:0") == {"W2", "D1"}
    assert store.within("context:1") == {"Q1", "W1", "W2", "D1"}
    assert store.within("context:2") == set()
    assert issue_of(report, "area_unknown").message == "The area Q9 is not loaded."


def test_a_code_that_ended_names_its_successor(town, write, load):
    write("contexts.csv", contexts("E08000019", columns="area"))

    assert "it is now E08000039" in issue_of(load(), "area_unknown").message


def test_zero_is_no_place(town, write, load, store):
    write("contexts.csv", contexts("0,0", "10.05,50.05"))

    report = load()

    assert issue_of(report, "point_zero").line == 2
    assert "location" not in store.node["context:0"]


def test_swapped_coordinates_are_turned_round_where_only_that_falls_in_the_areas(town, write, load, store):
    write("contexts.csv", contexts("50.05,10.05", "10.35,50.05"))

    report = load()

    assert store.node["context:0"]["location"] == Point(10.05, 50.05)
    assert store.within("context:0") == {"Q1", "W1", "D1"}
    assert [(i.line, i.field) for i in report.issues if i.code == "point_swapped"] == [(2, "longitude")]


def test_places_outside_are_left_out_and_counted_once(town, write, load, store):
    write("contexts.csv", contexts("12,50.05", "10.05,50.05", "10.05,51"))

    report = load()

    assert [id for id in store.node if id.startswith("context:")] == ["context:1"]
    assert codes(report).count("points_outside") == 1
    assert issue_of(report, "points_outside").message.startswith("2 of 3 places")


def test_outside_is_known_from_the_stores_areas_too(town, write, load, store, tmp_path):
    load()
    write("contexts.csv", contexts("12,50.05", "10.05,50.05"))

    load(tmp_path / "town" / "contexts.csv")

    assert [id for id in store.node if id.startswith("context:")] == ["context:1"]
    assert store.within("context:1") == {"Q1", "W1", "D1"}


def test_without_any_boundary_everything_is_kept(write, load, store):
    write("contexts.csv", contexts("12,50.05", "-75,-12"))

    report = load()

    assert store.node["context:1"]["location"] == Point(-75, -12)
    assert codes(report) == []


def test_new_boundaries_find_the_places_the_store_has(town, write, load, store, tmp_path):
    write("contexts.csv", contexts("10.05,50.05"))
    load(tmp_path / "town" / "contexts.csv")
    assert store.within("context:0") == set()

    load(tmp_path / "town" / "boundaries_wards.geojson")
    assert store.within("context:0") == {"W1"}

    load(tmp_path / "town" / "boundaries_quarters.geojson")
    assert store.within("context:0") == {"Q1", "W1"}
    assert store.within("area:Q4") == {"W2"}


@pytest.mark.parametrize("row", ["north,50.05", "10.05,", "10.05,95", "1e400,50"])
def test_what_is_no_coordinate_is_said(town, write, load, store, row):
    write("contexts.csv", contexts(row))

    assert "point_bad" in codes(load())
    assert "location" not in store.node["context:0"]


def test_eastings_and_northings_become_degrees(write, load, store):
    # The true origin of the national grid, 49 N 2 W on Airy, is E 400,000 N -100,000; due north of it stays near 2 W.
    write("contexts.csv", contexts("400000,388000", "0,0", columns="easting,northing"))

    report = load()

    longitude, latitude = store.node["context:0"]["location"]
    assert longitude == pytest.approx(-2.0, abs=0.003)
    assert latitude == pytest.approx(53.4, abs=0.02)
    assert codes(report)[0] == "point_zero"


def test_one_point_on_every_row_is_the_files_and_not_the_places(town, write, load, store):
    write("contexts.csv", contexts(*["10.05,50.05"] * 12))

    report = load()

    said = issue_of(report, "points_same")
    assert (said.field, said.message.split()[1]) == ("longitude", "12")
    assert not any("location" in node for id, node in store.node.items() if id.startswith("context:"))
    assert len([id for id in store.node if id.startswith("context:")]) == 12


def test_a_few_places_at_one_point_are_just_that(town, write, load, store):
    write("contexts.csv", contexts(*["10.05,50.05"] * 3))

    assert "points_same" not in codes(load())
    assert store.node["context:2"]["location"] == Point(10.05, 50.05)


def test_geometry_beats_coordinate_columns(town, write, load, store):
    columns = {"atco_code": "1", "common_name": "Stop", "street": "Street", "area_code": "E08000001",
               "area_name": "Town", "lon": 12.0, "lat": 50.0}  # fmt: skip
    stops = [
        feature({"type": "Point", "coordinates": [10.01 + i / 100, 50.05]}, **{**columns, "atco_code": f"s{i}"})
        for i in range(12)
    ]
    write("bus_stops.geojson", collection(*stops))

    report = load()

    assert store.node["context:atco-s0"]["location"] == Point(10.01, 50.05)
    assert "points_same" not in codes(report)


def test_an_organisations_contact_postcode_gives_a_ward_and_never_a_point(town, write, load, store):
    write("postcodes.csv", "postcode,lat,lon\nEX1 1AA,50.05,10.05\n")
    write(
        "organisations.csv",
        "id,name,sector,area_postcode\na,A,voluntary,EX1 1AA\nb,B,voluntary,EX2 2BB\nc,C,voluntary,\n",
    )

    report = load()

    assert store.within("org:a") == {"W1", "D1"}
    assert "location" not in store.node["org:a"]
    assert codes(report).count("points_missing") == 1
    assert issue_of(report, "points_missing").message.startswith("2 of 3 rows")


def test_the_stores_postcodes_place_later_files(town, write, load, store, tmp_path):
    write("postcodes.csv", "postcode,lat,lon\nEX1 1AA,50.05,10.35\n")
    load()
    write("contexts.csv", contexts("EX1 1AA", columns="postcode"))

    load(tmp_path / "town" / "contexts.csv")

    assert store.within("context:0") == {"Q4", "W2", "D1"}


@pytest.mark.parametrize(
    ("longitude", "latitude", "epsg"),
    [(-2.3, 53.4, 27700), (-4.2, 57.5, 27700), (-6.26, 53.35, 32629), (9.9, 53.5, 32632), (151.2, -33.9, 32756)],
)
def test_metres_are_measured_in_the_local_grid(longitude, latitude, epsg):
    assert local_crs(np.array([longitude]), np.array([latitude]), Settings()) == CRS.from_epsg(epsg)
