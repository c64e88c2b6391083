"""Do the areas of the demo fill the borough without gap or overlap, far from any real place?"""

from __future__ import annotations

import pytest
from pyproj import Transformer
from shapely.geometry import Point
from shapely.ops import unary_union


def outlines(demo, level):
    return {row["code"]: demo.shapes[row["code"]] for row in demo.tables["areas"] if row["level"] == level}


@pytest.mark.parametrize("level", ["lsoa", "msoa", "ward", "local_authority"])
def test_outlines_are_valid_single_polygons(demo, level):
    for code, outline in outlines(demo, level).items():
        assert outline.is_valid and outline.geom_type == "Polygon" and outline.area > 0, code


@pytest.mark.parametrize("level", ["lsoa", "msoa", "ward"])
def test_areas_fill_the_borough_without_overlap(demo, level):
    parts = list(outlines(demo, level).values())
    borough = demo.shapes["X08000001"]
    assert unary_union(parts).symmetric_difference(borough).area == pytest.approx(0, abs=1e-12)
    assert sum(part.area for part in parts) == pytest.approx(borough.area, rel=1e-9)


@pytest.mark.parametrize("level", ["msoa", "ward"])
def test_every_lsoa_lies_in_exactly_one_larger_area_with_its_people(demo, level):
    people = {row["code"]: int(row["population_10_17"]) for row in demo.tables["areas"]}
    lsoas = outlines(demo, "lsoa")
    found = set()
    for code, outline in outlines(demo, level).items():
        parts = [part for part in lsoas if outline.covers(lsoas[part].representative_point())]
        assert unary_union([lsoas[part] for part in parts]).symmetric_difference(outline).area < 1e-12
        assert sum(people[part] for part in parts) == people[code]
        found |= set(parts)
    assert found == set(lsoas)


def test_ages_add_up(demo):
    for row in demo.tables["areas"]:
        ages = [int(cell) for cell in row["population_by_age"].split(";")]
        assert len(ages) == 91
        assert sum(ages) == int(row["population"])
        assert sum(ages[10:18]) == int(row["population_10_17"])
        assert sum(ages[18:26]) == int(row["population_18_25"])


def test_it_is_ten_kilometres_wide_and_lies_in_the_open_irish_sea(demo):
    west, south, east, north = demo.shapes["X08000001"].bounds
    assert -3.9 < west < east < -3.6 and 53.6 < south < north < 53.8
    (x1, x2), (y1, y2) = Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True).transform(
        [west, east], [south, north]
    )
    assert 9_000 < x2 - x1 < 11_000 and 9_000 < y2 - y1 < 11_000


def test_every_point_lies_in_the_borough(demo):
    borough = demo.shapes["X08000001"]
    for id in demo.metres:
        assert borough.covers(Point(demo.lonlat(id))), id


def test_every_named_area_and_postcode_exists(demo):
    codes = set(demo.shapes)
    postcodes = {row["name"] for row in demo.tables["postcodes"]}
    for table in ("contexts", "guardians", "sessions"):
        for row in demo.tables[table]:
            assert row["longitude"] or row["area"] or row["postcode"], row["id"]
            assert not row["area"] or row["area"] in codes
            assert not row.get("postcode") or row["postcode"] in postcodes
