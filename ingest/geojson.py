"""How is GeoJSON read? As JSON, feature by feature: any size, any coordinate system, NaN and broken parts guarded."""

from __future__ import annotations

import io
import json
import math
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from graphmodel.issues import issue
from ingest.encodings import CHUNK, TooLarge, Unreadable, encoding_of, open_bytes
from ingest.privacy import is_personal_column
from ingest.rows import ReadContext, column_name

MAX_FEATURE = 128_000_000  # characters


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature: ``line`` says where ("feature 3"), names are lower-case, ``geometry`` is GeoJSON in WGS-84 or None."""

    line: str
    properties: dict[str, Any]
    geometry: dict[str, Any] | None


def read_geojson(path: Path, context: ReadContext, *, keep: Collection[str] = ()) -> Iterator[Feature]:
    """Yield the features of a GeoJSON file, geometries in WGS-84; NaN and infinities become None.

    A ``crs`` member is followed. Reports ``column_personal`` once for a column, ``encoding``, ``crs_unknown`` (and
    then yields no geometry). Raises Unreadable or TooLarge.
    """
    told: set[str] = set()
    reader = JsonStream(path, *encoding_of(path, context))
    to_degrees: Transformer | None = None
    in_degrees: bool | None = None
    for number_, feature in enumerate(reader.features(), 1):
        if number_ == 1:
            to_degrees = _transformer(reader.crs)
        properties = {}
        for name, value in feature["properties"].items():
            column = column_name(name)
            if column not in keep and is_personal_column(column):
                if column not in told:
                    told.add(column)
                    context.report(issue("column_personal", context.file, field=column))
            elif column and column not in properties:
                properties[column] = value
        geometry = feature.get("geometry")
        geometry = geometry if isinstance(geometry, dict) and geometry.get("type") else None
        if geometry and to_degrees:
            geometry = transformed(geometry, to_degrees)
        if geometry and in_degrees is None:
            # The first outline tells; one odd feature later on is no reason to doubt them all.
            in_degrees = to_degrees is not None or not _beyond_degrees(geometry)
            if not in_degrees:
                context.report(issue("crs_unknown", context.file))
        if in_degrees is False:
            geometry = None
        yield Feature(f"feature {number_}", properties, geometry)


def transformed(geometry: dict[str, Any], transformer: Transformer) -> dict[str, Any]:
    """Return a GeoJSON geometry with every position put through ``transformer`` (x, y order)."""
    if geometry.get("type") == "GeometryCollection":
        parts = [transformed(part, transformer) for part in _parts(geometry)]
        return {"type": "GeometryCollection", "geometries": parts}
    try:
        coordinates = _transform(geometry.get("coordinates"), transformer)
    except (TypeError, ValueError, OverflowError):
        coordinates = None  # these are no coordinates: the geometry is told as bad
    return {"type": geometry.get("type"), "coordinates": coordinates}


def _transform(coordinates: Any, transformer: Transformer) -> Any:
    if not isinstance(coordinates, list) or not coordinates:
        return coordinates
    if not isinstance(coordinates[0], list):
        if len(coordinates) < 2 or not all(isinstance(c, int | float) for c in coordinates[:2]):
            return coordinates
        return [None if not math.isfinite(c) else c for c in transformer.transform(*coordinates[:2])]
    if all(isinstance(c, list) and len(c) >= 2 and isinstance(c[0], int | float) for c in coordinates):
        try:
            xs, ys = transformer.transform([c[0] for c in coordinates], [c[1] for c in coordinates])
        except (TypeError, ValueError):
            return [_transform(part, transformer) for part in coordinates]
        return [[x, y] if math.isfinite(x) and math.isfinite(y) else [None, None] for x, y in zip(xs, ys, strict=True)]
    return [_transform(part, transformer) for part in coordinates]


def _transformer(crs: str | None) -> Transformer | None:
    if not crs:
        return None
    try:
        known = CRS.from_user_input(crs)
    except CRSError:
        raise Unreadable("its coordinate system is not known") from None
    if known.is_geographic and "84" in known.name:
        return None
    return Transformer.from_crs(known, "OGC:CRS84", always_xy=True)


def positions(geometry: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    """Yield every position of a GeoJSON geometry as (x, y), whatever they are."""
    for part in _parts(geometry):
        yield from positions(part)
    pending = [geometry.get("coordinates")]
    while pending:
        item = pending.pop()
        if isinstance(item, list) and item and isinstance(item[0], list):
            pending.extend(item)
        elif isinstance(item, list) and len(item) >= 2:
            yield item[0], item[1]


def _parts(geometry: dict[str, Any]) -> list[dict[str, Any]]:
    parts = geometry.get("geometries")
    return [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []


def _beyond_degrees(geometry: dict[str, Any]) -> bool:
    return any(
        isinstance(x, int | float) and isinstance(y, int | float) and (abs(x) > 360 or abs(y) > 360)
        for x, y in positions(geometry)
    )


class JsonStream:
    """Reads the features of a collection one by one, whatever the file's size."""

    def __init__(self, path: Path, encoding: str, errors: str) -> None:
        self.path, self.encoding, self.errors = path, encoding, errors
        self.crs: str | None = None
        self._decoder = json.JSONDecoder(parse_constant=lambda _: None)
        self._text, self._at, self._ended = "", 0, False

    def features(self) -> Iterator[dict[str, Any]]:
        """Yield each feature as it stands; ``crs`` is known when the first is."""
        with open_bytes(self.path) as raw, io.TextIOWrapper(raw, self.encoding, errors=self.errors) as self._file:
            try:
                for feature in self._members():
                    if not isinstance(feature.get("properties"), dict):
                        feature["properties"] = {}
                    yield feature
            except RecursionError:
                raise Unreadable("it is nested too deep") from None

    def _members(self) -> Iterator[dict[str, Any]]:
        if self._next() != "{":
            raise Unreadable("it is not GeoJSON")
        kept: dict[str, Any] = {}
        while self._next(consume=False) != "}":
            name = self._value()
            if self._next() != ":":
                raise Unreadable("it is not JSON")
            if name == "features" and self._next(consume=False) == "[":
                self.crs = _crs_name(kept.get("crs")) or self._crs_at_the_end()
                yield from self._elements()
            else:
                value = self._value()
                if name in ("crs", "type", "geometry", "properties"):
                    kept[name] = value
            if self._next(consume=False) == ",":
                self._next()
            elif self._next(consume=False) != "}":
                raise Unreadable("it is not JSON")
        self.crs = self.crs or _crs_name(kept.get("crs"))
        if kept.get("type") == "Feature":
            yield kept
        elif "coordinates" in kept:
            yield {"geometry": kept}

    def _elements(self) -> Iterator[dict[str, Any]]:
        self._next()
        while self._next(consume=False) != "]":
            value = self._value()
            if not isinstance(value, dict):
                raise Unreadable("one of its features is not an object")
            yield value
            if self._next(consume=False) == ",":
                self._next()
            elif self._next(consume=False) != "]":
                raise Unreadable("its list of features is broken")
        self._next()

    def _crs_at_the_end(self) -> str | None:
        if self.path.suffix.casefold() == ".gz":
            return None
        with self.path.open("rb") as raw:
            raw.seek(max(0, self.path.stat().st_size - 4096))
            tail = raw.read().decode("utf-8", "replace")
        found = re.search(r'\]\s*,.*"crs"\s*:\s*\{.*?"name"\s*:\s*"([^"]+)"', tail, re.DOTALL)
        return found[1] if found else None

    def _more(self, size: int = CHUNK) -> bool:
        self._text, self._at = self._text[self._at :], 0
        if len(self._text) > MAX_FEATURE:
            raise TooLarge(f"{MAX_FEATURE // 1_000_000} MB in one feature")
        chunk = self._file.read(max(size, len(self._text)))
        self._ended = not chunk
        self._text += chunk
        return bool(chunk)

    def _next(self, *, consume: bool = True) -> str:
        while True:
            while self._at < len(self._text) and self._text[self._at] in " \t\r\n\ufeff":
                self._at += 1
            if self._at < len(self._text):
                mark = self._text[self._at]
                self._at += consume
                return mark
            if not self._more():
                raise Unreadable("it ends too early")

    def _value(self) -> Any:
        self._next(consume=False)
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except ValueError as error:
                if self._more():
                    continue
                raise Unreadable(f"it is not JSON ({str(error).partition(':')[0]})") from None
            # A number at the very end of what was read may go on.
            if end == len(self._text) and self._more():
                continue
            self._at = end
            return value


def _crs_name(crs: Any) -> str | None:
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return name if isinstance(name, str) and len(name) < 2000 else None
