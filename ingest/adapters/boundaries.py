"""Outlines of areas: GeoJSON, GeoPackage, Shapefile or GeoParquet, in any coordinate system.

GeoJSON is parsed as JSON. The other formats are opened only where their first bytes are of that format: GDAL guesses by
content, and would follow a virtual file to other files and hosts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from graphmodel.issues import issue
from ingest.area_codes import code_columns, level_of, licence_of, name_column, rank
from ingest.files import Feature, Unreadable, columns, first_geometry, kind_of, read_geojson, transformed
from ingest.rows import Match, RawRow, ReadContext, Reading

NAME = "boundaries"

_FILE_NAME = re.compile(
    r"bound|outline|(^|[^a-z])(lsoa|msoa|wards?|lad|districts?|regions?|countries|areas?|zones?)([^a-z]|$)"
)
_CODE_COLUMNS = (
    "area_code",
    "areacd",
    "area_id",
    "code",
    "geo_code",
    "geography_code",
    "geo_id",
    "ags",
    "nuts_id",
    "id",
)
_LEVEL_COLUMNS = ("level", "area_level")
_MAGIC = {"gpkg": b"SQLite format 3\x00", "shp": b"\x00\x00\x27\x0a", "parquet": b"PAR1"}
_DRIVERS = {"gpkg": "GPKG", "shp": "ESRI Shapefile"}


def sniff(path: Path) -> Match | None:
    """Claim polygons with a column of area codes, in a file that is named for areas."""
    kind = _kind(path)
    try:
        names = _columns(path, kind)
    except (OSError, ValueError):
        return None
    official = bool(code_columns(names))
    named = bool(_FILE_NAME.search(path.stem.casefold()))
    if not (official or (named and _code_column(names))):
        return None
    if kind == "geojson" and first_geometry(path) not in ("Polygon", "MultiPolygon", "GeometryCollection", None):
        return None
    return Match(NAME, "exact" if named else "suggested")


def check(path: Path) -> None:
    """Raise Unreadable for a file that is not of the format its name says."""
    kind = _kind(path)
    if kind in _MAGIC:
        _columns(path, kind)


def phase(_: Path) -> int:
    """Areas are read before anything that lies in them."""
    return 0


def read(path: Path, context: ReadContext) -> Reading:
    """Return one row of "areas" for each outline."""
    return Reading(context.info(path, NAME, **_licence(path)), _rows(path, context))


def _rows(path: Path, context: ReadContext) -> Iterator[RawRow]:
    kind = _kind(path)
    names = _columns(path, kind)
    code = _code_column(names)
    if code is None:
        context.report(issue("column_missing", context.file, field="code"))
        return
    name = name_column([each for each in names if each != code], code)
    level = next((each for each in names if each in _LEVEL_COLUMNS), None)
    by_column = code_columns(names).get(code)
    for feature in _features(path, kind, context):
        given = feature.properties
        key = str(given.get(code) or "").strip()
        stated = given.get(level) if level else level_of(key) or context.level or by_column
        values = {"id": key, "code": key, "name": given.get(name) if name else key, "level": stated}
        yield RawRow("areas", {**values, "geometry": feature.geometry or {}}, feature.line)


def _code_column(names: tuple[str, ...]) -> str | None:
    official = code_columns(names)
    if official:
        # A file of wards also has the codes of their districts: the finest is what it outlines.
        return min(official, key=lambda column: (rank(official[column]), names.index(column)))
    return next((column for column in _CODE_COLUMNS if column in names), None)


def _kind(path: Path) -> str:
    kind = kind_of(path)
    return {"json": "geojson", "geoparquet": "parquet"}.get(kind, kind)


def _columns(path: Path, kind: str) -> tuple[str, ...]:
    if kind == "geojson":
        return columns(path) if kind_of(path) == "geojson" else ()
    if kind not in _MAGIC:
        return ()
    _check_format(path, kind)
    try:
        if kind == "parquet":
            from pyarrow import parquet

            return tuple(name.casefold() for name in parquet.read_schema(path).names)
        import pyogrio  # here and below: it takes a second to import, and most loads do without

        return tuple(str(name).casefold() for name in pyogrio.read_info(path)["fields"])
    except (RuntimeError, ValueError, OSError):  # what pyogrio and pyarrow raise
        raise Unreadable(f"it is not a .{kind} file that can be opened") from None


def _check_format(path: Path, kind: str) -> None:
    with path.open("rb") as raw:
        if not raw.read(100).startswith(_MAGIC[kind]):
            raise Unreadable(f"it is not a .{kind} file")


def _features(path: Path, kind: str, context: ReadContext) -> Iterator[Feature]:
    if kind == "geojson":
        yield from read_geojson(path, context)
        return
    _check_format(path, kind)
    frames = _from_parquet(path) if kind == "parquet" else _from_gdal(path, kind)
    for number, (crs, properties, shape) in enumerate(frames, 1):
        if number == 1:
            to_degrees = _transformer(crs, shape, context)
        if to_degrees is False:
            return
        geometry = json.loads(shapely.to_geojson(shape)) if shape is not None and not shape.is_empty else None
        if geometry and isinstance(to_degrees, Transformer):
            geometry = transformed(geometry, to_degrees)
        yield Feature(f"feature {number}", properties, geometry)


def _transformer(crs: CRS | None, shape: Any, context: ReadContext) -> Transformer | bool:
    """Return how to come to degrees; True where they are degrees already, False where nobody knows."""
    if crs is None:
        bounds = shape.bounds if shape is not None and not shape.is_empty else (0, 0, 0, 0)
        if max(map(abs, bounds)) > 180:
            context.report(issue("crs_unknown", context.file))
            return False
        return True
    return Transformer.from_crs(crs, "OGC:CRS84", always_xy=True)


_Row = tuple[CRS | None, dict[str, Any], Any]


def _from_gdal(path: Path, kind: str) -> Iterator[_Row]:
    import pyogrio

    try:
        about = pyogrio.read_info(path)
        if about["driver"] != _DRIVERS[kind]:
            raise Unreadable(f"it is not a .{kind} file")
        step, total = 1_000, int(about["features"])
        for start in range(0, max(total, 0), step):
            meta, _, shapes, cells = pyogrio.raw.read(path, skip_features=start, max_features=step)
            names = [str(name).casefold() for name in meta["fields"]]
            crs = _crs(meta["crs"])
            for index, shape in enumerate(shapely.from_wkb(shapes)):
                yield crs, {name: _plain(column[index]) for name, column in zip(names, cells, strict=True)}, shape
    except pyogrio.errors.DataSourceError:
        raise Unreadable(f"it is not a .{kind} file that can be opened") from None


def _from_parquet(path: Path) -> Iterator[_Row]:
    from pyarrow import ArrowException, parquet

    try:
        file = parquet.ParquetFile(path)
        about = json.loads((file.schema_arrow.metadata or {}).get(b"geo", b"{}"))
        column = about.get("primary_column", "geometry")
        said = about.get("columns", {}).get(column, {})
        # Without a crs GeoParquet means degrees; an explicit null means that nobody knows.
        crs = _crs(said["crs"]) if said.get("crs") else None
        for batch in file.iter_batches(1_000):
            rows = batch.to_pylist()
            for row in rows:
                shape = shapely.from_wkb(row.pop(column, None))
                yield crs, {str(name).casefold(): _plain(value) for name, value in row.items()}, shape
    except (ArrowException, ValueError, AttributeError, shapely.errors.GEOSException):
        raise Unreadable("it is not GeoParquet that can be opened") from None


def _crs(given: Any) -> CRS | None:
    try:
        return CRS.from_user_input(given) if given else None
    except CRSError:
        raise Unreadable("its coordinate system is not known") from None


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _licence(path: Path) -> dict[str, str]:
    """Outlines of the United Kingdom's official areas are published under one licence, with one attribution."""
    kind = _kind(path)
    code = _code_column(_columns(path, kind))
    first = next(_features(path, kind, ReadContext(path.name)), None)
    return licence_of(str(first.properties.get(code or "") or "")) if first else {}
