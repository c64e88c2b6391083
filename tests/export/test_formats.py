"""A landscape opens in the programs people have: GIS, spreadsheets, data frames, network tools."""

from __future__ import annotations

import csv
import json
import zipfile
from datetime import date

import networkx as nx
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest

from graphmodel.errors import InputError
from graphmodel.export import EXPORTS
from graphmodel.export_formats import MOST_LETTERS
from graphmodel.landscape import Landscape
from graphmodel.records import LinkRecord, NodeRecord, Point

SQUARE = [[0.0, 51.0], [0.1, 51.0], [0.1, 51.1], [0.0, 51.1], [0.0, 51.0]]
OUTLINE = json.dumps({"type": "Polygon", "coordinates": [SQUARE]})
TWO = json.dumps({"type": "MultiPolygon", "coordinates": [[SQUARE], [[[x + 1, y] for x, y in SQUARE]]]})
SOURCE = {"name": "town/file.csv", "licence": "CC0-1.0", "attribution": "A town"}
HOSTILE = ["<script>canary()</script>", "=HYPERLINK(1)", "![x](http://x/y.png)", "\u202eright to left", "x\x00\x0by"]


def node(label, id, **properties):
    common = {"source": "town/file.csv", "source_row": "file.csv:2", "licence": "CC0-1.0", "sensitivity": "open"}
    return NodeRecord(label, id, {"name": id, **common, **properties})


def town(extra=()) -> Landscape:
    return Landscape.from_records(
        [
            NodeRecord("Source", "source:town/file.csv", SOURCE),
            node("Area", "area:W", level="ward", boundary=OUTLINE, inner_point=Point(0.05, 51.05)),
            node("Area", "area:V", level="ward", boundary=TWO, inner_point=Point(0.05, 51.05)),
            node("Context", "context:park", kind="park", location=Point(0.05, 51.05), harms=["online_harm"]),
            node("Guardian", "guardian:cafe", kind="cafe", sector="commercial", location=Point(0.06, 51.06),
                 stage="active", display_consent=True, stage_since=date(2026, 1, 31)),
            node("Guardian", "guardian:pub", kind="pub", sector="commercial", location=Point(0.07, 51.06)),
            node("Service", "service:club", kind="youth_work", capacity=40),
            node("Service", "service:refuge", kind="youth_work", sensitivity="confidential"),
            LinkRecord("GUARDIAN_OF", "link:1", "guardian:cafe", "context:park", {"source": "town/file.csv"}),
            LinkRecord("TARGETS", "link:2", "service:club", "context:park", {"source": "town/file.csv"}),
            *extra,
        ],
        as_of=date(2026, 11, 1),
    )  # fmt: skip


def test_a_geopackage_has_polygons_points_and_lines_and_says_whose_data_it_is(tmp_path):
    path = EXPORTS["gpkg"](town(), tmp_path / "t.gpkg")
    areas = pyogrio.read_dataframe(path, layer="areas")
    assert sorted(len(getattr(shape, "geoms", [shape])) for shape in areas.geometry) == [1, 2]
    assert areas.crs == "EPSG:4326"
    guardians = pyogrio.read_dataframe(path, layer="guardians").set_index("id")
    assert guardians.geometry["guardian:cafe"].x == pytest.approx(0.06)
    links = pyogrio.read_dataframe(path, layer="links").set_index("id")
    assert links.geometry["link:1"].coords[0] == pytest.approx((0.06, 51.06))
    assert links.geometry["link:2"] is None  # a service has no point of its own
    about = pyogrio.read_dataframe(path, layer="about")
    assert "A town, CC0-1.0" in set(about["value"])
    assert "service:refuge" not in set(pyogrio.read_dataframe(path, layer="services")["id"])


@pytest.mark.parametrize("format", sorted(EXPORTS))
def test_publishable_has_no_harm_no_unnamed_venue_and_nothing_confidential(format, tmp_path):
    path = EXPORTS[format](town(), tmp_path / f"public.{format}", publishable=True)
    text = everything_in(path)
    assert "guardian:cafe" in text
    assert [word for word in ("online_harm", "guardian:pub", "service:refuge") if word in text] == []


def everything_in(path) -> str:
    if path.is_dir():
        tables = [pq.read_table(file).to_pandas().to_csv() for file in path.glob("*.parquet")]
        return "".join([*tables, *(file.read_text("utf-8") for file in path.glob("*.csv"))])
    if path.suffix == ".gpkg":
        frames = [pyogrio.read_dataframe(path, layer=name) for name, _ in pyogrio.list_layers(path)]
        return "".join(frame.to_csv() for frame in frames)
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as archive:
            return "".join(archive.read(name).decode() for name in archive.namelist())
    return path.read_text("utf-8")


def test_parquet_keeps_types_and_geometry(tmp_path):
    import geopandas as gpd

    path = EXPORTS["parquet"](town(), tmp_path / "tables")
    guardians = gpd.read_parquet(path / "guardians.parquet").set_index("id")
    assert guardians["stage_since"]["guardian:cafe"] == date(2026, 1, 31)
    assert bool(guardians["display_consent"]["guardian:cafe"]) is True
    assert guardians.geometry["guardian:cafe"].y == pytest.approx(51.06)
    assert pd.read_parquet(path / "contexts.parquet")["harms"][0].tolist() == ["online_harm"]
    assert pd.read_parquet(path / "services.parquet")["capacity"].tolist() == [40]
    assert "A town" in (path / "about.json").read_text("utf-8")


def test_gexf_names_its_nodes_and_reads_back(tmp_path):
    graph = nx.read_gexf(EXPORTS["gexf"](town(), tmp_path / "t.gexf"))
    assert graph.nodes["context:park"]["label"] == "context:park"
    assert graph.nodes["context:park"]["kind_of_node"] == "Context"
    assert {fields["kind_of_link"] for *_, fields in graph.edges(data=True)} == {"GUARDIAN_OF", "TARGETS"}


@pytest.mark.parametrize("format", sorted(EXPORTS))
@pytest.mark.parametrize("text", [*HOSTILE, "long" * 10_000], ids=[*"abcde", "long"])
def test_hostile_text_stays_text_in_every_format(format, text, tmp_path):
    held = town([node("Forum", "forum:x", kind="panel", **{"name": text})])
    path = EXPORTS[format](held, tmp_path / f"t.{format}")
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as archive:
            sheets = [archive.read(n).decode() for n in archive.namelist() if "worksheets/sheet" in n]
        assert not [sheet for sheet in sheets if "<f>" in sheet or "<script" in sheet or "hyperlink" in sheet]
        assert max(len(cell) for sheet in sheets for cell in sheet.split("</t>")) < MOST_LETTERS + 1000
    assert "panel" in everything_in(path)


def test_an_outline_that_no_cell_holds_goes_on_in_further_columns(tmp_path):
    from ingest.workbook import write_sheets

    ring = [[round(i / 10_000, 4), 51.0] for i in range(9_000)] + [[0.5, 52.0], [0.0, 51.0]]
    outline = json.dumps({"type": "Polygon", "coordinates": [ring]}, separators=(",", ":"))
    assert len(outline) > 3 * MOST_LETTERS
    held = town([node("Area", "area:X1", name="X", level="ward", boundary=outline)])
    path = EXPORTS["xlsx"](held, tmp_path / "t.xlsx")
    sheets = dict(write_sheets(path, tmp_path, lambda *_, **__: None))
    csv.field_size_limit(10_000_000)
    with sheets["areas"].open(encoding="utf-8") as file:
        back = {row["id"]: row["boundary"] for row in csv.DictReader(file)}
    assert json.loads(back["area:X1"]) == json.loads(outline)


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="holds something else"):
        EXPORTS["parquet"](town(), tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("format", ["gpkg", "xlsx", "gexf", "graphml"])
def test_a_failure_leaves_what_was_there(format, tmp_path):
    path = tmp_path / f"t.{format}"
    path.write_text("before")
    unlicensed = [NodeRecord("Forum", "forum:y", {"name": "y", "kind": "panel", "source": "town/unknown.csv"})]
    with pytest.raises(InputError, match="licence"):
        EXPORTS[format](town(unlicensed), path, publishable=True)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]
