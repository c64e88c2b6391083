"""Nothing assumes England: a made-up district with its own codes, CRS and time zone goes the whole way.

The district is a square of 2 x 2 quarters of 1,000 m in UTM 33 N (EPSG:32633), south-west corner 500000, 6650000. A
point is written in its metres here and turned into degrees for the files; the outlines are given in metres with their
CRS named. On the central meridian one UTM metre is 1.0004 m on the ground; all distances are UTM metres.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from command_runs import answer, runner
from pyproj import Transformer
from streamlit.testing.v1 import AppTest

from graphmodel.settings import Settings
from views import session

pytestmark = pytest.mark.store

WEST, SOUTH, SIDE = 500_000, 6_650_000, 1_000
DEGREES = Transformer.from_crs("EPSG:32633", "EPSG:4326", always_xy=True)


def outline(column: int, row: int, size: int = 1) -> dict:
    x, y, side = WEST + column * SIDE, SOUTH + row * SIDE, size * SIDE
    return {"type": "Polygon", "coordinates": [[[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]]}


def write_outlines(path: Path, areas: dict[str, tuple[str, dict]]) -> None:
    features = [
        {"type": "Feature", "properties": {"code": code, "name": name}, "geometry": geometry}
        for code, (name, geometry) in areas.items()
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32633"}}
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}), "utf-8")


def write_table(path: Path, rows: list[dict]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def at(east: float, north: float) -> dict[str, float]:
    """Return the degrees of a point so many metres east and north of the district's corner."""
    longitude, latitude = DEGREES.transform(WEST + east, SOUTH + north)
    return {"longitude": longitude, "latitude": latitude}


@pytest.fixture(scope="module")
def district(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("vestby")
    write_outlines(folder / "boundaries_kommune.geojson", {"K-7001": ("Nordvik", outline(0, 0, 2))})
    quarters = {f"G-{r}{c}": (f"Grunnkrets {r}{c}", outline(c, r)) for r in (0, 1) for c in (0, 1)}
    write_outlines(folder / "boundaries_grunnkrets.geojson", quarters)
    package = folder / "package"
    package.mkdir()
    write_table(
        package / "contexts.csv",
        [
            # Used Friday 18:00-22:00 only: four hours.
            {
                "id": "torget",
                "name": "Torget",
                "kind": "neighbourhood",
                **at(500, 500),
                "active_hours": "Fr 18:00-22:00",
            },
            {"id": "parken", "name": "Parken", "kind": "park", **at(1500, 1500), "active_hours": "Fr 18:00-22:00"},
        ],
    )
    active = {"sector": "commercial", "stage": "active", "stance": "care", "staff": 4, "staff_trained": 4}
    write_table(
        package / "guardians.csv",
        [
            # 300 m east of Torget, open two of its four hours.
            {"id": "kafe", "name": "Kaféen", "kind": "cafe", **at(800, 500), "hours": "Fr 10:00-20:00", **active},
            # 401 m from Parken: just too far.
            {"id": "grill", "name": "Grillen", "kind": "takeaway", **at(1901, 1500), "hours": "24/7", **active},
            # 399 m from Parken: in reach, but not active.
            {
                "id": "bok",
                "name": "Boka",
                "kind": "shop",
                **at(1500, 1101),
                "hours": "24/7",
                **active,
                "stage": "approached",
            },
        ],
    )
    return folder


@pytest.fixture(scope="module")
def landscape(data_dir, district):
    run = runner(data_dir, LANDSCAPE_TIMEZONE="Europe/Oslo")
    run("ingest", str(district / "boundaries_kommune.geojson"), "--level", "local_authority")
    run("ingest", str(district / "boundaries_grunnkrets.geojson"), "--level", "lsoa")
    run("ingest", str(district / "package"))
    return run


def test_codes_of_another_country_need_a_level(data_dir, district):
    run = runner(data_dir)

    report = answer(run("ingest", str(district / "boundaries_kommune.geojson"), "--check", "--format", "json", code=1))

    assert [found["code"] for found in report["issues"] if found["severity"] == "error"] == ["area_level_unknown"]


def test_places_find_their_areas_and_quarters_their_district(landscape):
    cypher = "MATCH (n)-[:WITHIN]->(a:Area) RETURN n.id AS id, a.code AS code ORDER BY id, code"

    rows = answer(landscape("query", "-", "--format", "json", text=cypher))["rows"]

    within = {(row["id"], row["code"]) for row in rows}
    assert {("context:torget", "G-00"), ("context:torget", "K-7001"), ("context:parken", "G-11")} <= within
    assert {
        ("area:G-00", "K-7001"),
        ("area:G-01", "K-7001"),
        ("area:G-10", "K-7001"),
        ("area:G-11", "K-7001"),
    } <= within


def test_distances_are_metres_of_the_local_projection(landscape):
    rows = answer(landscape("analyse", "coverage", "--area", "K-7001", "--format", "json"))["rows"]

    places = {row["name"]: row for row in rows}
    assert (places["Torget"]["hours_used"], places["Torget"]["hours_uncovered"]) == (4, 2)
    assert (places["Parken"]["hours_used"], places["Parken"]["hours_uncovered"]) == (4, 4)
    # 300 m and 401 m, as the tables above were made.
    assert (places["Torget"]["nearest_active_m"], places["Parken"]["nearest_active_m"]) == (300.0, 401.0)


def test_gaps_are_found_and_said(landscape):
    content = answer(landscape("gaps", "--area", "K-7001", "--format", "json"))

    found = {(row["kind"], *row["members"]): row for row in content["rows"]}
    assert found["uncovered_context", "context:parken"]["shortfall"] == 1.0
    assert found["uncovered_hours", "context:torget"]["shortfall"] == 0.5
    assert content["area"] == "area:K-7001"


@pytest.fixture
def own_settings(data_dir):
    session.use_settings(Settings(data_dir=data_dir, timezone="Europe/Oslo"))
    session.use_backend(session.StoreBackend)
    yield
    session.close_stores()


def test_the_first_page_draws_it(landscape, own_settings):
    page = AppTest.from_file(str(Path(__file__).parents[2] / "app.py"), default_timeout=60)
    page.query_params["area"] = "K-7001"

    page.run()

    assert not page.exception
    assert "Nordvik" in str(page)
