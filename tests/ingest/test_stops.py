"""Stops of Trafford's shape: their geometry is where they are, and one name can be a tram and a railway stop."""

import json
from pathlib import Path

import pytest

from ingest.adapters import column_map
from ingest.rows import ReadContext


def read(path: Path):
    assert column_map.sniff(path).strength == "exact"
    issues = []
    rows = list(column_map.read(path, ReadContext(path.name, report=issues.append)).rows)
    return [row.values for row in rows], issues


def bus_stops(folder: Path) -> Path:
    def stop(number):
        same = {"area_code": "E08000000", "area_name": "Exampleborough", "lon": -2.0, "lat": 53.0}
        place = {"type": "Point", "coordinates": [number - 2.5, 53.5]}
        properties = {"atco_code": f"1800EX{number}", "common_name": "High Street", "street": "High Street", **same}
        return {"type": "Feature", "properties": properties, "geometry": place}

    path = folder / "bus_stops.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [stop(n) for n in range(6)]}), "utf-8")
    return path


def test_a_bus_stop_is_where_its_geometry_is_and_not_its_columns(tmp_path):
    rows, _ = read(bus_stops(tmp_path))
    assert len(rows) == 6
    assert rows[1] == {
        "id": "atco-1800EX1",
        "name": "High Street",
        "kind": "transport",
        "geometry": {"type": "Point", "coordinates": [-1.5, 53.5]},
    }


def test_tram_and_railway_stops_of_one_name_are_two(tmp_path):
    text = "name,area_code,area_name,long,lat\nExample Road,E05000001,Example,-2.3,53.4\n"
    ids = []
    for name in ("metrolink_stops.csv", "train_stops.csv"):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        rows, issues = read(path)
        assert issues == []
        ids += [row["id"] for row in rows]
    assert ids == ["tram-example-road", "rail-example-road"]


def test_columns_alone_only_suggest(tmp_path):
    path = tmp_path / "stops.csv"
    path.write_text("name,area_code,area_name,long,lat\nExample Road,E05000001,Example,-2.3,53.4\n", "utf-8")
    assert column_map.sniff(path).strength == "suggested"


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "count"), [("bus_stops.geojson", 1025), ("metrolink_stops.csv", 18), ("train_stops.csv", 9)]
)
def test_real_stops(trafford, name, count):
    rows, _ = read(trafford / name)
    assert len({row["id"] for row in rows}) == len(rows) == count
