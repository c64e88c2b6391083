"""How does a landscape open in other programs? As a graph (GraphML, GEXF), a map (GeoPackage), or tables.

Each function takes a store or a Landscape, passes the disclosure profile, and raises InputError for a path that cannot
be written and, when publishable, for sources of unknown licence.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphmodel.disclosure import Row, safe_cell
from graphmodel.errors import InputError
from graphmodel.leaving import (
    LABELS,
    Leaving,
    about,
    cell,
    link_columns,
    node_columns,
    package_tables,
    what_leaves,
    writing,
)
from graphmodel.records import Point
from graphmodel.schema import LINK_TYPES, NODE_TYPES, Field

if TYPE_CHECKING:
    import networkx as nx
    import pyarrow as pa

    from graphmodel.leaving import Held

_NOT_IN_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
# What a worksheet holds; more is a matter for the other formats.
MOST_ROWS, MOST_LETTERS = 1_048_576, 32_767


def export_graphml(source: Held, path: Path | str, *, publishable: bool = False) -> Path:
    """Write nodes and links as GraphML and return the path; NetworkX, Gephi, yEd and Cytoscape read it.

    Attributes are the fields; lists are joined by ``; ``, dates are ISO text, a point is ``longitude`` and
    ``latitude``; outlines of areas are left out. The graph's own attributes hold the attribution. Read it with
    ``networkx.read_graphml(path, force_multigraph=True)``.
    """
    import networkx as nx

    graph = _graph(what_leaves(source, publishable))
    return _written(Path(path), lambda beside: nx.write_graphml(graph, beside))


def export_gexf(source: Held, path: Path | str, *, publishable: bool = False) -> Path:
    """Write nodes and links as GEXF and return the path; Gephi reads it, with the name as the label of a node.

    Attributes are as in ``export_graphml``. GEXF keeps no attributes of the graph: a node of label Source for each
    dataset carries the attribution.
    """
    import networkx as nx

    graph = _graph(what_leaves(source, publishable))
    for _, fields in graph.nodes(data=True):
        fields["kind_of_node"], fields["label"] = fields["label"], fields.get("name", "")
    for _, _, key, fields in graph.edges(keys=True, data=True):
        # Words that GEXF gives a meaning of its own.
        fields["kind_of_link"], fields["link"] = fields.pop("type"), key
        if "start_date" in fields or "end_date" in fields:
            fields |= {name.replace("_date", "s_on"): fields.pop(name) for name in _DATES if name in fields}
    return _written(Path(path), lambda beside: nx.write_gexf(graph, beside))


_DATES = ("start_date", "end_date")


def export_geopackage(source: Held, path: Path | str, *, publishable: bool = False) -> Path:
    """Write a GeoPackage (WGS-84) and return the path; QGIS, ArcGIS and geopandas read it.

    A layer for each table: areas as polygons, places as points, links as lines where both ends have a point. What has
    no point stays a row without geometry. ``sources`` and ``about`` hold licence and attribution.
    """
    leaving = what_leaves(source, publishable)
    layers: dict[str, Any] = {}
    points: dict[str, Point] = {}
    for label in LABELS:
        rows = list(leaving.nodes(label))
        points |= {row["id"]: row[name] for row in rows for name in ("location", "inner_point") if row.get(name)}
        if rows:
            layers[NODE_TYPES[label].table] = _layer(rows, node_columns(label), [_shape(row) for row in rows])
    links = [_link_row(type, row) for type in LINK_TYPES for row in leaving.links(type)]
    if links:
        layers["links"] = _layer(links, link_columns(), [_line(points, row) for row in links])
    return _written(Path(path), lambda beside: _write_layers(beside, layers, _closing_tables(leaving)))


def export_workbook(source: Held, path: Path | str, *, publishable: bool = False) -> Path:
    """Write an Excel workbook, a sheet for each table, and return the path.

    A cell that a spreadsheet would run as a formula stays text. An outline that no cell holds goes on in further
    columns (``boundary_2`` ...). ``landscape ingest`` reads it back like a package. Raises InputError for more rows
    than a sheet has.
    """
    import xlsxwriter

    leaving = what_leaves(source, publishable)

    def write(beside: Path) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(beside, {**options, "strings_to_numbers": False}) as book:
            for table, fields, rows in package_tables(leaving):
                columns = list(fields)
                _sheet(book, table, columns, _with_outlines_in_parts(rows, columns) if table == "areas" else rows)
            leaving.check()
            _sheet(book, "about", ["name", "value"], _about_rows(leaving))

    return _written(Path(path), write)


def export_parquet(source: Held, path: Path | str, *, publishable: bool = False) -> Path:
    """Write a folder of Parquet files, one for each table, and return the path; pandas, DuckDB, R and Arrow read it.

    Types are those of the schema; places and areas have a ``geometry`` (GeoParquet, WGS-84). The files' metadata and
    ``about.json`` hold licence and attribution. Raises InputError for a folder that holds something else.
    """
    import pyarrow.parquet as pq

    path, leaving = Path(path), what_leaves(source, publishable)
    with tempfile.TemporaryDirectory(prefix="landscape-export-") as made:
        for table, columns, rows in _tables(leaving):
            if kept := list(rows):
                pq.write_table(_arrow(kept, columns), Path(made) / f"{table}.parquet")
        leaving.check()
        (Path(made) / "about.json").write_text(json.dumps(about(leaving), ensure_ascii=False, indent=1), "utf-8")
        with writing(path):
            _replace_tables(Path(made), path)
    return path


def _written(path: Path, write: Any) -> Path:
    """Write beside the path first, so that a failure leaves what was there."""
    with writing(path):
        beside = path.with_name(f".{path.name}.part{path.suffix}")
        beside.unlink(missing_ok=True)
        try:
            write(beside)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    return path


# Graphs


def _graph(leaving: Leaving) -> nx.MultiDiGraph[str]:
    import networkx as nx

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for label in (*LABELS, "Source"):
        if label == "Source":
            for type in LINK_TYPES:
                for row in leaving.links(type):
                    own = _attributes(row, {"id", "start", "end"})
                    graph.add_edge(row["start"], row["end"], key=row["id"], type=type, **own)
        for row in leaving.nodes(label):
            graph.add_node(row["id"], label=label, **_attributes(row, {"id", "boundary"}))
    leaving.check()
    graph.graph.update(_for_xml(about(leaving)))
    return graph


def _attributes(row: Row, left_out: set[str]) -> dict[str, str | int | float | bool]:
    found: Row = {}
    for name, value in row.items():
        if isinstance(value, Point):
            prefix = "" if name == "location" else f"{name}_"
            found |= {f"{prefix}longitude": value.longitude, f"{prefix}latitude": value.latitude}
        elif name not in left_out and value is not None:
            found[name] = value
    return _for_xml(found)


def _for_xml(fields: Mapping[str, Any]) -> dict[str, str | int | float | bool]:
    """Return fields as GraphML has them: lists joined, dates as text, nothing that XML cannot hold."""
    found: dict[str, str | int | float | bool] = {}
    for name, value in fields.items():
        if isinstance(value, list) and all(not isinstance(item, dict) for item in value):
            value = "; ".join(map(str, value))
        elif isinstance(value, list):
            value = json.dumps(value, ensure_ascii=False)
        if isinstance(value, bool | int | float):
            found[name] = value
        else:
            found[name] = _NOT_IN_XML.sub("", value.isoformat() if isinstance(value, date) else str(value))
    return found


# Tables


def _tables(leaving: Leaving) -> Iterator[tuple[str, dict[str, Field], Iterable[Row]]]:
    """Yield table, columns and rows, the sources last: only those leave that something else is from."""
    for label in LABELS:
        yield NODE_TYPES[label].table, node_columns(label), leaving.nodes(label)
    rows = (_link_row(type, row) for type in LINK_TYPES for row in leaving.links(type))
    yield "links", link_columns(), rows
    yield "sources", node_columns("Source"), leaving.nodes("Source")


def _link_row(type: str, row: Row) -> Row:
    dates = {name: row[f"{name}_date"] for name in ("start", "end") if f"{name}_date" in row}
    own = {name: value for name, value in row.items() if name not in ("start", "end")}
    return {**own, **dates, "type": type, "from": row["start"], "to": row["end"]}


def _about_rows(leaving: Leaving) -> list[Row]:
    found = {name: value for name, value in about(leaving).items() if isinstance(value, str | int)}
    lines = leaving.attribution()
    return [{"name": n, "value": v} for n, v in found.items() if n != "attribution"] + [
        {"name": "attribution", "value": line} for line in lines
    ]


def _with_outlines_in_parts(rows: Iterable[Row], columns: list[str]) -> list[Row]:
    """Return areas with outlines cut into what a cell holds; ``columns`` gets the names of the parts."""
    most = MOST_LETTERS - 1  # an apostrophe may come before it
    kept = []
    for row in rows:
        outline = row.get("boundary") or ""
        parts = [outline[i : i + most] for i in range(0, len(outline), most)]
        names = ["boundary", *(f"boundary_{number}" for number in range(2, len(parts) + 1))]
        columns += [name for name in names if name not in columns]
        kept.append({**row, **dict(zip(names, parts, strict=False))})
    return kept


def _sheet(book: Any, table: str, columns: list[str], rows: Iterable[Row]) -> None:
    sheet = None
    for number, row in enumerate(rows, start=1):
        if sheet is None:
            sheet = book.add_worksheet(table)
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, columns, book.add_format({"bold": True}))
        if number >= MOST_ROWS:
            raise InputError(
                f"A sheet holds {MOST_ROWS:,} rows and {table} has more; export as parquet or as a package."
            )
        for position, name in enumerate(columns):
            value = safe_cell(cell(row, name))
            if value != "":
                sheet.write(number, position, value[:MOST_LETTERS] if isinstance(value, str) else value)


def _arrow(rows: list[Row], columns: Mapping[str, Field]) -> pa.Table:
    import pyarrow as pa

    kinds = {
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "datetime": pa.timestamp("us", "UTC"),
        "numbers": pa.list_(pa.float64()),
    }
    arrays = {}
    for name, field in columns.items():
        values = [row.get(name) for row in rows]
        if name in ("longitude", "latitude"):
            values = [cell(row, name) if row.get("location") else None for row in rows]
        listed = any(isinstance(value, list) for value in values) and field.kind != "numbers"
        kind = pa.list_(pa.string()) if listed else kinds.get(field.kind, pa.string())
        arrays[name] = pa.array(values, kind)
    shapes = [_shape(row) for row in rows]
    if any(shape is not None for shape in shapes):
        return _with_geometry(pa.table({k: v for k, v in arrays.items() if k != "boundary"}), shapes)
    return pa.table(arrays)


def _with_geometry(table: pa.Table, shapes: list[Any]) -> pa.Table:
    import pyarrow as pa
    import shapely

    column = {"encoding": "WKB", "geometry_types": []}
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    blobs = [None if shape is None else shapely.to_wkb(shape) for shape in shapes]
    table = table.append_column("geometry", pa.array(blobs, pa.binary()))
    return table.replace_schema_metadata({"geo": json.dumps(geo)})


def _replace_tables(made: Path, path: Path) -> None:
    if path.exists() and any(path.iterdir()) and not (path / "about.json").is_file():
        raise InputError(f"{path} holds something else than exported tables; give an empty or a new folder.")
    path.mkdir(parents=True, exist_ok=True)
    for old in path.glob("*.parquet"):
        old.unlink()
    for file in made.iterdir():
        shutil.copyfile(file, path / file.name)


# Maps


def _shape(row: Row) -> Any:
    """Return the outline of an area or the point of a place (WGS-84), or None."""
    import shapely

    if row.get("boundary"):
        return shapely.from_geojson(row["boundary"])
    point = row.get("location") or row.get("inner_point")
    return None if point is None else shapely.Point(point.longitude, point.latitude)


def _line(points: Mapping[str, Point], row: Row) -> Any:
    import shapely

    ends = [points.get(row[side]) for side in ("from", "to")]
    return None if None in ends else shapely.LineString([(p.longitude, p.latitude) for p in ends if p])


def _layer(rows: list[Row], columns: Mapping[str, Field], shapes: list[Any]) -> Any:
    """Return a frame of one layer: with geometry if any row has one; columns that hold nothing are left out."""
    import geopandas as gpd
    import pandas as pd

    table = {name: [cell(row, name) for row in rows] for name in columns if name != "boundary"}
    held = {name: [None if value == "" else value for value in values] for name, values in table.items()}
    frame = pd.DataFrame({name: values for name, values in held.items() if any(value is not None for value in values)})
    # "fid" is the key GeoPackage makes; a column of that name would clash.
    frame = frame.rename(columns={"fid": "fid_"})
    if any(shape is not None for shape in shapes):
        return gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4326")
    return frame


def _closing_tables(leaving: Leaving) -> dict[str, Any]:
    import pandas as pd

    sources = _layer(list(leaving.nodes("Source")), node_columns("Source"), [])
    leaving.check()
    return {"sources": sources, "about": pd.DataFrame(_about_rows(leaving))}


def _write_layers(path: Path, layers: Mapping[str, Any], closing: Mapping[str, Any]) -> None:
    import pyogrio

    for name, frame in {**layers, **closing}.items():
        if len(frame):
            pyogrio.write_dataframe(frame, path, layer=name, driver="GPKG", append=path.exists())
