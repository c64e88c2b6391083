"""Outlines of areas in every format and coordinate system, and areas that lie partly in others."""

import json

import numpy as np
import pyarrow as pa
import pyogrio
import pytest
import shapely
from pyarrow import parquet
from town import codes, collection, feature, square

from graphmodel.records import Point
from graphmodel.settings import Settings
from ingest.area_codes import code_columns, level_of


@pytest.mark.parametrize(
    ("code", "level"),
    [("E01006074", "lsoa"), ("E02001259", "msoa"), ("E05015239", "ward"), ("E06000001", "local_authority"),
     ("E10000003", "local_authority"), ("E12000002", "region"), ("W01000001", "lsoa"), ("S13002835", "ward"),
     ("N09000003", "local_authority"), ("E92000001", "country"), ("X08000001", None), ("09162", None), ("", None)],
)  # fmt: skip
def test_official_codes_tell_their_level(code, level):
    assert level_of(code) == level


def test_code_columns_are_found_by_pattern():
    columns = ("fid", "LSOA21CD", "lsoa21nm", "WD25CD", "lad24cd", "RGN22CD", "code")

    assert code_columns(columns) == {
        "LSOA21CD": "lsoa", "WD25CD": "ward", "lad24cd": "local_authority", "RGN22CD": "region"}  # fmt: skip


def test_official_outlines_become_areas_with_an_inner_point(write, load, store):
    write("boundaries_wards.geojson", collection(feature(square(-2.4, 53.4), WD25CD="E05015239", WD25NM="Old Town",
          LAD25CD="E08000009", LAD25NM="Borough", WD25NMW=" ")))  # fmt: skip

    load()

    area = store.node["area:E05015239"]
    assert (area["code"], area["name"], area["level"]) == ("E05015239", "Old Town", "ward")
    assert json.loads(area["boundary"])["type"] == "Polygon"
    assert area["inner_point"] == Point(-1.9, 53.9)
    assert "area:E08000009" not in store.node


def test_columns_without_a_fitting_name_only_suggest_and_points_never_do(write, load, store):
    write("somewhere.geojson", collection(feature(square(0, 50), LSOA21CD="E01000001", LSOA21NM="One")))
    write(
        "wards_of_worship.geojson",
        collection(feature({"type": "Point", "coordinates": [0, 50]}, area_code="E08000001")),
    )

    report = load()

    assert {(i.file, i.code) for i in report.issues} == {
        ("somewhere.geojson", "file_suggested"), ("wards_of_worship.geojson", "file_unknown")}  # fmt: skip
    assert not [id for id in store.node if id.startswith("area:")]

    load(column_map="boundaries")
    assert "area:E01000001" in store.node


def test_another_coordinate_system_is_followed(write, load, store):
    # Zone 32 north has its middle at 9 E: x = 500,000 there, and y = 0 on the equator.
    outline = square(499_000, 0, 2_000)
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32632"}}
    write("bezirke_areas.geojson", collection(feature(outline, code="B1", name="Bezirk"), crs=crs))

    load(level="ward")

    outline = shapely.from_geojson(store.node["area:B1"]["boundary"])
    west, south, east, north = outline.bounds
    assert (west + east) / 2 == pytest.approx(9.0, abs=1e-6)
    assert south == pytest.approx(0, abs=1e-6)
    assert north == pytest.approx(2_000 / 110_619, rel=0.01)  # metres in a degree of latitude at the equator


def test_a_coordinate_system_at_the_files_end_is_followed_too(write, load, store):
    text = json.dumps(collection(feature(square(499_000, 0, 2_000), code="B1", name="Bezirk")))[:-1]
    write("areas.geojson", text + ', "crs": {"type": "name", "properties": {"name": "EPSG:32632"}}}')

    load(level="ward")

    assert shapely.from_geojson(store.node["area:B1"]["boundary"]).centroid.x == pytest.approx(9.0, abs=1e-6)


def test_metres_without_a_coordinate_system_are_refused(write, load, store):
    write("areas.geojson", collection(feature(square(377_000, 388_000, 500), code="B1", name="One")))

    report = load(level="ward")

    assert codes(report) == ["crs_unknown", "geometry_bad"]
    assert report.exit_code == 1
    assert "boundary" not in store.node["area:B1"]


def test_bad_geometries_are_repaired_or_said(write, load, store):
    bow_tie = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
    empty = {"type": "Polygon", "coordinates": []}
    line = {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}
    text = json.dumps(
        collection(
            feature(bow_tie, code="A", name="A"),
            feature(empty, code="B", name="B"),
            feature(None, code="C", name="C"),
            feature(line, code="D", name="D"),
            feature(square(0, 0), code="E", name="E"),
        )
    )
    text = text.replace("[[[0, 0], [1.0, 0]", "[[[NaN, 0], [1.0, 0]")
    write("areas.geojson", text)

    report = load(level="ward")

    # Two triangles of a quarter each remain of the bow tie.
    assert shapely.from_geojson(store.node["area:A"]["boundary"]).area == pytest.approx(0.5)
    assert [id for id in "BCDE" if "boundary" in store.node[f"area:{id}"]] == []
    said = {i.line: i.message for i in report.issues if i.code == "geometry_bad"}
    assert said["feature 1"] == "The geometry is invalid; it was repaired."
    assert said["feature 2"] == said["feature 3"] == "The geometry is empty; there is no boundary."
    assert "not an area" in said["feature 4"]
    assert "not made of coordinates" in said["feature 5"]


def geometry_and_fields():
    shapes = np.array([shapely.box(499_000, 0, 501_000, 2_000)])
    return shapely.to_wkb(shapes), [np.array(["B1"], dtype=object), np.array(["Bezirk"], dtype=object)]


@pytest.mark.parametrize(("name", "driver"), [("areas.gpkg", "GPKG"), ("areas.shp", "ESRI Shapefile")])
def test_geopackage_and_shapefile(tmp_path, load, store, name, driver):
    (tmp_path / "town").mkdir()
    wkb, fields = geometry_and_fields()
    pyogrio.raw.write(
        tmp_path / "town" / name,
        wkb,
        fields,
        ["Code", "Name"],
        driver=driver,
        crs="EPSG:32632",
        geometry_type="Polygon",
    )

    report = load(level="ward")

    area = store.node["area:B1"]
    assert (area["name"], area["level"]) == ("Bezirk", "ward")
    assert shapely.from_geojson(area["boundary"]).centroid.x == pytest.approx(9.0, abs=1e-6)
    assert "file_unknown" not in codes(report)


def test_geoparquet(tmp_path, load, store):
    (tmp_path / "town").mkdir()
    table = pa.table({"code": ["B1"], "name": ["Bezirk"], "geometry": [shapely.to_wkb(shapely.box(0, 0, 1, 1))]})
    about = {"version": "1.0.0", "primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB"}}}
    parquet.write_table(table.replace_schema_metadata({b"geo": json.dumps(about)}), tmp_path / "town" / "areas.parquet")

    load(level="ward")

    assert shapely.from_geojson(store.node["area:B1"]["boundary"]).area == 1.0


@pytest.mark.parametrize("name", ["areas.gpkg", "areas.shp", "areas.parquet", "areas.geojson"])
def test_a_virtual_file_by_another_name_is_not_opened(write, load, store, name):
    write(name, '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>')

    report = load(level="ward")

    assert codes(report)[0] in ("file_unknown", "file_unreadable")
    assert store.node == {}


def test_areas_lie_in_coarser_ones_with_a_share_where_they_do_not_nest(write, load, store):
    """Ward W1 ends at 10.2; the quarter "across" runs from 10.1 to 10.3, so that half of it lies in each ward."""

    def strip(first, last):
        return {"type": "Polygon",
                "coordinates": [[[first, 50.0], [last, 50.0], [last, 50.1], [first, 50.1], [first, 50.0]]]}  # fmt: skip

    def write_areas(name, level, **parts):
        rows = (feature(strip(*ends), code=code, name=code, level=level) for code, ends in parts.items())
        write(f"boundaries_{name}.geojson", collection(*rows))

    write_areas("wards", "ward", W1=(10.0, 10.2), W2=(10.2, 10.4))
    # "noise" reaches 0.8 % of its width into W2, which is a sliver; "most" reaches 5 % into it.
    write_areas(
        "quarters", "lsoa", inside=(10.0, 10.1), across=(10.1, 10.3), noise=(10.1, 10.1008 + 0.1), most=(10.105, 10.205)
    )

    report = load()

    shares = {(link.start, link.end): link.properties.get("share") for link in store.of("WITHIN")}
    assert shares[("area:inside", "area:W1")] is None
    assert shares[("area:across", "area:W1")] == pytest.approx(0.5, abs=0.001)
    assert shares[("area:across", "area:W2")] == pytest.approx(0.5, abs=0.001)
    assert shares[("area:noise", "area:W1")] is None
    assert ("area:noise", "area:W2") not in shares
    assert shares[("area:most", "area:W1")] == pytest.approx(0.95, abs=0.001)
    (said,) = [i for i in report.issues if i.code == "overlap_partial"]
    assert said.message.startswith("2 areas lie only partly in one ward")


def test_the_setting_crs_holds_for_overlaps(town, load, store):
    load(settings=Settings(crs="EPSG:32632"))

    assert store.within("area:Q1") == {"W1", "D1"}
    assert store.within("area:W2") == {"D1"}
