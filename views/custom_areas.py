"""Which outline does a person mean: areas together, corners on the map, or so far around a place? What is in it?

Degrees are WGS-84; distances are metres in the landscape's own coordinate system.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from graphmodel.errors import InputError
from graphmodel.landscape import Landscape
from ingest.own_areas import LEVEL
from views.maps import Bounds
from views.places import points_of, shown

NEAREST_M, FURTHEST_M = 50, 20_000
PICKABLE = ("ward", "msoa", "lsoa", "local_authority")
# Below this share of a small area an overlap is the noise of two outlines of one line; the load counts so, too.
_SLIVER = 0.01
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Outline:
    """An outline to keep, with the licence and the attribution of what it was made from."""

    shape: BaseGeometry
    licence: str | None = "own work"
    attribution: str | None = None

    @property
    def text(self) -> str:
        """The outline as GeoJSON."""
        return str(shapely.to_geojson(self.shape))

    @property
    def geometry(self) -> dict[str, Any]:
        """The outline as a GeoJSON geometry."""
        found: dict[str, Any] = json.loads(self.text)
        return found

    @property
    def bounds(self) -> Bounds:
        """West, south, east and north of it."""
        west, south, east, north = (float(edge) for edge in self.shape.bounds)
        return west, south, east, north

    @property
    def rings(self) -> list[list[tuple[float, float]]]:
        """The lines of its edge, as longitude and latitude."""
        edges = shapely.get_parts(shapely.boundary(self.shape))
        return [[(float(x), float(y)) for x, y in shapely.get_coordinates(edge)] for edge in edges]


def of_parts(landscape: Landscape, ids: Sequence[str]) -> Outline:
    """Return the outline of some areas together; raises InputError where there is none, or one has no outline."""
    if not ids:
        raise InputError("Choose one or more areas, on the map or in the list.")
    areas = landscape.areas()
    held = areas[areas.index.isin(ids)]
    bare = held[held.geometry.isna()]
    if len(bare) or len(held) < len(ids):
        raise InputError("One of these areas has no outline that is loaded; choose others, or load boundaries on Data.")
    sources = landscape.nodes("Source").set_index("name")
    sources = sources[sources.index.isin(held["source"])]
    known = sorted({str(text) for text in sources["licence"].dropna()})
    complete = len(sources) == held["source"].nunique() and bool(sources["licence"].notna().all())
    lines = sorted({str(text) for text in sources["attribution"].dropna()})
    shape = _rounded(shapely.union_all(shapely.make_valid(held.geometry.to_numpy())))
    return Outline(shape, "; ".join(known) if complete and known else None, " | ".join(lines) or None)


def of_corners(landscape: Landscape, corners: Sequence[tuple[float, float]]) -> Outline:
    """Return the outline through these corners; raises InputError where it is none, crosses itself, or lies outside."""
    if len(set(corners)) < 3:
        raise InputError("An area needs at least three corners.")
    shape = shapely.Polygon(corners)
    if not shape.is_valid:
        raise InputError("The outline crosses itself; draw it again without crossing lines.")
    if _square_km(landscape, shape) < 0.0001:
        raise InputError("The outline holds nothing; put its corners further apart.")
    return Outline(_in_reach(landscape, shape))


def around(landscape: Landscape, points: Sequence[tuple[float, float]], metres: float) -> Outline:
    """Return the outline so many metres around one or more points; raises InputError where it lies outside."""
    if not points:
        raise InputError("This place has no point that is known; choose another, or draw the area.")
    if not NEAREST_M <= metres <= FURTHEST_M:
        raise InputError(f"Give between {NEAREST_M} and {FURTHEST_M:,} metres.")
    there = pyproj.Transformer.from_crs("EPSG:4326", landscape.crs, always_xy=True)
    back = pyproj.Transformer.from_crs(landscape.crs, "EPSG:4326", always_xy=True)
    middles = [shapely.Point(there.transform(*point)) for point in points]
    circles = shapely.union_all([middle.buffer(metres, quad_segs=16) for middle in middles])
    shape = shapely.transform(circles, lambda xy: np.column_stack(back.transform(xy[:, 0], xy[:, 1])))
    return Outline(_in_reach(landscape, _rounded(shape)))


def kept_outline(landscape: Landscape) -> Outline | None:
    """Return the outline of the landscape's area if somebody made it and anyone may see it, else None."""
    if landscape.area is None or landscape.nodes("Area").at[landscape.area, "level"] != LEVEL:
        return None
    area = landscape.areas(LEVEL)
    area = area[(area.index == landscape.area) & area["sensitivity"].fillna("open").eq("open") & area.geometry.notna()]
    return Outline(area.geometry.iloc[0]) if len(area) else None


def places_called(landscape: Landscape, ids: tuple[str, ...]) -> dict[str, list[tuple[float, float]]]:
    """Return id -> the points of these places, those without one left out."""
    points = points_of(landscape)
    return {id: points[id] for id in ids if id in points}


def holds(landscape: Landscape, text: str) -> list[tuple[str, str | None]]:
    """Return what lies in an outline (GeoJSON) as facts; residents by the share of each small area, None: not known."""
    shape = shapely.from_geojson(text)
    shapely.prepare(shape)
    found = {name: _inside(landscape, name, shape) for name in ("Session", "Guardian", "Context")}
    delivers = landscape.links("DELIVERS")
    services = delivers.loc[delivers["end"].isin(found["Session"]), "start"]
    services = services[services.isin(shown(landscape.nodes("Service")).index)]
    young = _young(landscape, shape)
    return [
        ("Services delivered there", f"{services.nunique():,}"),
        ("Guardians", f"{len(found['Guardian']):,}"),
        ("Contexts", f"{len(found['Context']):,}"),
        ("Residents aged 10-17", None if young is None else f"about {young:,.0f}"),
        ("Square kilometres", f"{_square_km(landscape, shape):,.2f}"),
    ]


def _inside(landscape: Landscape, label: str, shape: BaseGeometry) -> set[str]:
    frame = shown(landscape.nodes(label))
    frame = frame[frame["longitude"].notna().to_numpy(bool)]
    hit = shapely.intersects_xy(shape, frame["longitude"].to_numpy(float), frame["latitude"].to_numpy(float))
    return {str(id) for id in frame.index[hit]}


def _young(landscape: Landscape, shape: BaseGeometry) -> float | None:
    for level in ("lsoa", "msoa", "ward"):
        areas = landscape.areas(level)
        known = areas[areas["population_10_17"].notna().to_numpy(bool) & areas.geometry.notna().to_numpy(bool)]
        outlines = shapely.make_valid(known.geometry.to_numpy())
        touched = shapely.intersects(outlines, shape)
        if touched.any():
            parts = outlines[touched]
            shares = shapely.area(shapely.intersection(parts, shape)) / shapely.area(parts)
            shares = np.where(shares < _SLIVER, 0, np.where(shares >= 1 - _SLIVER, 1, shares))
            return float((known["population_10_17"].to_numpy(float)[touched] * shares).sum())
    return None


def _in_reach(landscape: Landscape, shape: BaseGeometry) -> BaseGeometry:
    """Return the shape; raises InputError where it touches no outline that is loaded."""
    outlines = landscape.areas().geometry.dropna().to_numpy()
    if len(outlines) and not shapely.intersects(outlines, shape).any():
        raise InputError("The outline lies outside all areas that are loaded; draw it where there are areas.")
    return shape


def _square_km(landscape: Landscape, shape: BaseGeometry) -> float:
    there = pyproj.Transformer.from_crs("EPSG:4326", landscape.crs, always_xy=True)
    moved = shapely.transform(shape, lambda xy: np.column_stack(there.transform(xy[:, 0], xy[:, 1])))
    return float(moved.area) / 1e6


def _rounded(shape: BaseGeometry) -> BaseGeometry:
    rounded = shapely.transform(shape, lambda xy: np.round(xy, _DIGITS))
    return rounded if rounded.is_valid else shapely.make_valid(rounded)
