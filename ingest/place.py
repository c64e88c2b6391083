"""Where does a row say it is? Its point, postcode and areas, before they are looked up."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from pyproj import Transformer

from graphmodel.records import Point
from ingest.cells import Teller
from ingest.files import clean, number
from ingest.geometry import DIGITS, point_of

BRITISH_GRID = "EPSG:27700"
_UK_POSTCODE = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?) ?(\d[A-Z]{2})")
_ANY_POSTCODE = re.compile(r"(?=.*\d)[A-Z\d][A-Z\d -]{1,10}")


@dataclass(slots=True)
class Place:
    """What a row says of where it is. ``coarse``: only areas of ward, MSOA or coarser may come of it, never a point."""

    point: Point | None = None
    point_field: str = ""
    postcode: str | None = None
    area_postcode: str | None = None
    areas: list[str] = field(default_factory=list)
    coarse: bool = False


def place_of(values: dict[str, Any], line: int | str, tell: Teller) -> Place:
    """Return where a row says it is: a geometry before longitude and latitude, these before a grid reference."""
    place = Place()
    for name, read in (("geometry", _from_geometry), ("longitude", _from_degrees), ("easting", _from_grid)):
        place.point = read(values, line, tell)
        if place.point:
            place.point_field = name
            break
    place.postcode = _postcode(values.get("postcode"), "postcode", line, tell)
    place.area_postcode = _postcode(values.get("area_postcode"), "area_postcode", line, tell)
    area = values.get("area")
    codes = area if isinstance(area, list) else str(area or "").split(";")
    place.areas = [code for item in codes if (code := clean(str(item).strip().removeprefix("area:")))]
    return place


def postcode_key(text: str) -> str:
    """Return a postcode without blanks, upper-case: ``M154AB``."""
    return re.sub(r"[\s-]+", "", text.upper())


def is_british(text: str) -> bool:
    """Return whether a text has the form of a postcode of the United Kingdom."""
    return bool(_UK_POSTCODE.fullmatch(postcode_key(text)))


def spelled_postcode(text: str) -> str:
    """Return a postcode in its usual spelling (``M15 4AB``); others are trimmed and upper-case."""
    match = _UK_POSTCODE.fullmatch(postcode_key(text))
    return f"{match[1]} {match[2]}" if match else " ".join(text.upper().split())


def _postcode(raw: Any, name: str, line: int | str, tell: Teller) -> str | None:
    text = clean(raw)
    if text is None:
        return None
    if not _ANY_POSTCODE.fullmatch(text.upper()):
        tell("postcode_bad", line, name, text)
        return None
    return postcode_key(text)


def _from_geometry(values: dict[str, Any], line: int | str, tell: Teller) -> Point | None:
    geometry = values.get("geometry")
    if geometry is None:
        return None
    point, reason = point_of(geometry)
    if point is None:
        tell("geometry_bad", line, "geometry", reason=reason, done="")
        return None
    return _not_zero(point, "geometry", line, tell)


def _from_degrees(values: dict[str, Any], line: int | str, tell: Teller) -> Point | None:
    pair = _pair(values, "longitude", "latitude", line, tell)
    if pair is None:
        return None
    point = Point(round(pair[0], DIGITS), round(pair[1], DIGITS))
    if abs(point.longitude) > 180 or abs(point.latitude) > 180 or min(map(abs, point)) > 90:
        tell("point_bad", line, "longitude", f"{point.longitude}, {point.latitude}")
        return None
    return _not_zero(point, "longitude", line, tell)


def _from_grid(values: dict[str, Any], line: int | str, tell: Teller) -> Point | None:
    pair = _pair(values, "easting", "northing", line, tell)
    if pair is None or pair == (0, 0):
        if pair:
            tell("point_zero", line, "easting")
        return None
    longitude, latitude = _grid_to_degrees().transform(*pair)
    if not (math.isfinite(longitude) and math.isfinite(latitude)):
        tell("point_bad", line, "easting", f"{pair[0]:g}, {pair[1]:g}")
        return None
    return Point(round(longitude, DIGITS), round(latitude, DIGITS))


def _pair(values: dict[str, Any], first: str, second: str, line: int | str, tell: Teller) -> tuple[float, float] | None:
    raw = [clean(values.get(name)) for name in (first, second)]
    if raw == [None, None]:
        return None
    x, y = (number(value) for value in raw)
    if x is None or y is None:
        wrong, text = (first, raw[0]) if x is None else (second, raw[1])
        tell("point_bad", line, wrong, text or "blank")
        return None
    return x, y


def _not_zero(point: Point, name: str, line: int | str, tell: Teller) -> Point | None:
    if point == (0, 0):
        tell("point_zero", line, name)
        return None
    return point


@lru_cache(maxsize=1)
def _grid_to_degrees() -> Transformer:
    return Transformer.from_crs(BRITISH_GRID, "OGC:CRS84", always_xy=True)
