"""Which outline or point does a GeoJSON geometry stand for? Repaired where it is invalid, refused where it is none."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from graphmodel.records import Point
from ingest.files import positions

DIGITS = 7  # of a degree: about a centimetre


def boundary_text(geometry: Any) -> tuple[str | None, str, str]:
    """Return a polygon's GeoJSON text (WGS-84, 7 decimals), what was wrong with it, and what was done about that."""
    outline, reason = polygon(geometry)
    if outline is None:
        return None, reason, "; there is no boundary"
    return shapely.to_geojson(outline), reason, "; it was repaired" if reason else ""


def polygon(geometry: Any) -> tuple[BaseGeometry | None, str]:
    """Return the polygon or multipolygon of a GeoJSON geometry and what was wrong with it ("" for nothing)."""
    shape, reason = _shape(geometry)
    if shape is None:
        return None, reason
    rounded = shapely.transform(shape, lambda xy: np.round(xy, DIGITS))
    if not rounded.is_valid:
        reason = reason or ("" if shape.is_valid else "invalid")
        rounded = shapely.make_valid(rounded)
    outline = _polygons_of(rounded)
    return (outline, reason) if outline is not None else (None, "not an area")


def point_of(geometry: Any) -> tuple[Point | None, str]:
    """Return the point a geometry stands for (inner point of a polygon, middle of a line), or why there is none."""
    shape, reason = _shape(geometry)
    if shape is None:
        return None, reason
    if not shape.is_valid:
        shape = shapely.make_valid(shape)
    is_line = shape.geom_type == "LineString"
    inner = shape.interpolate(0.5, normalized=True) if is_line else shape.representative_point()
    return Point(round(inner.x, DIGITS), round(inner.y, DIGITS)), ""


def from_text(text: str) -> BaseGeometry | None:
    """Return the geometry of a boundary as it is stored, or None where it cannot be read."""
    try:
        return shapely.from_geojson(text)
    except shapely.errors.GEOSException:
        return None


def _shape(geometry: Any) -> tuple[BaseGeometry | None, str]:
    if not isinstance(geometry, dict) or not geometry.get("type"):
        return None, "empty"
    coordinates = list(positions(geometry))
    if not coordinates:
        return None, "empty"
    if not all(_on_earth(x, y) for x, y in coordinates):
        return None, "not made of coordinates on earth"
    try:
        shape = shapely.from_geojson(json.dumps(geometry))
    except (shapely.errors.GEOSException, ValueError, RecursionError):
        return None, "broken"
    return (None, "empty") if shape is None or shape.is_empty else (shapely.force_2d(shape), "")


def _on_earth(x: Any, y: Any) -> bool:
    if isinstance(x, bool) or isinstance(y, bool) or not isinstance(x, int | float) or not isinstance(y, int | float):
        return False
    return abs(x) <= 180 and abs(y) <= 90  # false for NaN and infinities, too


def _polygons_of(shape: BaseGeometry) -> BaseGeometry | None:
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape if shape.area > 0 else None
    parts = [part for part in shapely.get_parts(shape) if part.geom_type in ("Polygon", "MultiPolygon")]
    joined = shapely.union_all(parts) if parts else None
    return joined if joined is not None and joined.area > 0 else None
