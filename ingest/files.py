"""How is a file opened safely? CSV and GeoJSON as streams: encodings, ragged rows, NaN, huge cells, other CRS.

Column names are trimmed and lower-cased everywhere; columns known to hold personal data are dropped here, at the door.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import math
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from graphmodel.issues import issue
from ingest.privacy import is_personal_column
from ingest.rows import ReadContext

MAX_COLUMNS = 5_000
MAX_CELL = 16_000_000  # a country's outline as text
MAX_UNPACKED = 4_000_000_000
CHUNK = 1 << 20
MISSING = frozenset({"", "na", "n/a", "n.a.", "-", "--", "–", "null", "nan", "#n/a", "not known"})

csv.field_size_limit(MAX_CELL)


class Unreadable(ValueError):
    """The file cannot be read; the text is the reason, for the issue ``file_unreadable``."""


class TooLarge(ValueError):
    """The file goes beyond a guard; the text is the limit, for the issue ``file_too_large``."""


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A CSV as a stream. ``header``: trimmed lower-case names; ``rows``: (line, name -> trimmed text)."""

    header: list[str]
    rows: Iterator[tuple[int, dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature: ``line`` says where ("feature 3"), names are lower-case, ``geometry`` is GeoJSON in WGS-84 or None."""

    line: str
    properties: dict[str, Any]
    geometry: dict[str, Any] | None


def clean(value: Any) -> str | None:
    """Return a cell's trimmed text, or None where it says that nothing is known (NA, -, n/a, blank)."""
    if value is None:
        return None
    text = str(value).replace("\x00", "").strip().strip("\ufeff").strip()
    return None if text.casefold() in MISSING else text


def number(value: Any) -> float | None:
    """Return a number, thousands separators and a currency sign allowed (``"£1,954.50"``); None if it is none."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return float(value) if math.isfinite(value) else None
    text = str(value).strip().replace("\u00a0", " ").lstrip("£$€").strip()
    if re.fullmatch(r"[+-]?\d{1,3}(([, '’]\d{3})+)(\.\d+)?", text):
        text = re.sub(r"[, '’]", "", text)
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", text) or len(text) > 60:
        return None
    found = float(text)
    return found if math.isfinite(found) else None


# --- CSV ----------------------------------------------------------------------------------------------------------


def read_csv(path: Path, context: ReadContext, *, keep: Collection[str] = ()) -> CsvTable:
    """Open a CSV (or ``.csv.gz``) as a stream; ``keep`` names personal-looking columns the adapter needs to judge.

    Reports ``encoding``, ``row_ragged``, ``column_unnamed`` and ``column_personal``. Raises Unreadable or TooLarge.
    """
    encoding, errors = _encoding(path, context)
    lines = _lines(path, encoding, errors)
    first = next((line for line in lines if line.strip()), "")
    reader = csv.reader(_chain(first, lines), delimiter=_delimiter(first))
    names = _header(reader, context, keep)
    return CsvTable([name for name in names if name], _csv_rows(reader, names, context))


def _csv_rows(reader: Any, names: list[str], context: ReadContext) -> Iterator[tuple[int, dict[str, str]]]:
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable(f"line {line}: {error}") from None
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
            context.report(issue("row_ragged", context.file, line=line, found=len(cells), expected=len(names)))
            continue
        yield line, {name: cell.strip() for name, cell in zip(names, cells, strict=False) if name}


def _header(reader: Any, context: ReadContext, keep: Collection[str]) -> list[str]:
    try:
        cells: list[str] = next(reader, [])
    except csv.Error as error:
        raise Unreadable(f"its first line: {error}") from None
    if len(cells) > MAX_COLUMNS:
        raise TooLarge(f"{MAX_COLUMNS:,} columns")
    names = [_name(cell) for cell in cells]
    if "" in names:
        context.report(issue("column_unnamed", context.file, line=1))
    return _without_personal(names, context, keep)


def _without_personal(names: list[str], context: ReadContext, keep: Collection[str]) -> list[str]:
    kept: list[str] = []
    for name in names:
        if name and name not in keep and is_personal_column(name):
            context.report(issue("column_personal", context.file, field=name))
            name = ""
        kept.append("" if name in kept else name)
    return kept


def _name(cell: Any) -> str:
    return " ".join(str(cell).replace("\ufeff", "").replace("\x00", "").split()).casefold()[:200]


def _delimiter(first: str) -> str:
    return max(",;\t", key=lambda mark: (first.count(mark), mark == ","))


def _chain(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _open(path: Path) -> IO[bytes]:
    return gzip.open(path, "rb") if path.suffix.casefold() == ".gz" else path.open("rb")  # type: ignore[return-value]


def _lines(path: Path, encoding: str, errors: str) -> Iterator[str]:
    with _open(path) as raw, io.TextIOWrapper(raw, encoding, errors=errors, newline="") as text:
        while line := text.readline(MAX_CELL):
            yield line


def _encoding(path: Path, context: ReadContext) -> tuple[str, str]:
    """Return how to decode the file; bytes that are not UTF-8 are read as Windows-1252, one by one."""
    found = _detect(path, path.stat().st_mtime_ns)
    if found == "utf-8+cp1252":
        context.report(issue("encoding", context.file, encoding="Windows-1252"))
        return "utf-8-sig", "windows-1252"
    return found, "strict"


@lru_cache(maxsize=64)
def _detect(path: Path, _stamp: int) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")()
    size, clean_utf8 = 0, True
    with _open(path) as raw:
        start = raw.read(CHUNK)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if start[:4096].count(0) > len(start[:4096]) // 10:
            raise Unreadable("it is not text")
        chunk = start
        while chunk:
            size += len(chunk)
            if size > MAX_UNPACKED:
                raise TooLarge(f"{MAX_UNPACKED // 1_000_000_000} GB")
            if clean_utf8:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    clean_utf8 = False
            chunk = raw.read(CHUNK)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        clean_utf8 = False
    return "utf-8-sig" if clean_utf8 else "utf-8+cp1252"


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    try:
        return wrong.decode("cp1252"), error.end
    except UnicodeDecodeError:
        return wrong.decode("latin-1"), error.end


codecs.register_error("windows-1252", _as_windows_1252)


# --- GeoJSON ------------------------------------------------------------------------------------------------------


def read_geojson(path: Path, context: ReadContext, *, keep: Collection[str] = ()) -> Iterator[Feature]:
    """Yield the features of a GeoJSON file, geometries in WGS-84; NaN and infinities become None.

    A ``crs`` member is followed. Reports ``column_personal`` once for a column, ``encoding``, ``crs_unknown`` (and
    then yields no geometry). Raises Unreadable or TooLarge.
    """
    told: set[str] = set()
    reader = _JsonStream(path, *_encoding(path, context))
    to_degrees: Transformer | None = None
    for number_, feature in enumerate(reader.features(), 1):
        if number_ == 1:
            to_degrees = _transformer(reader.crs)
        properties = {}
        for name, value in (feature.get("properties") or {}).items():
            column = _name(name)
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
        if geometry and not to_degrees and "crs_unknown" not in told and _beyond_degrees(geometry):
            told.add("crs_unknown")
            context.report(issue("crs_unknown", context.file))
        if "crs_unknown" in told:
            geometry = None
        yield Feature(f"feature {number_}", properties, geometry)


def transformed(geometry: dict[str, Any], transformer: Transformer) -> dict[str, Any]:
    """Return a GeoJSON geometry with every position put through ``transformer`` (x, y order)."""
    if geometry.get("type") == "GeometryCollection":
        parts = [transformed(part, transformer) for part in geometry.get("geometries") or []]
        return {"type": "GeometryCollection", "geometries": parts}
    return {"type": geometry["type"], "coordinates": _transform(geometry.get("coordinates"), transformer)}


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
    for part in geometry.get("geometries") or []:
        if isinstance(part, dict):
            yield from positions(part)
    pending = [geometry.get("coordinates")]
    while pending:
        item = pending.pop()
        if isinstance(item, list) and item and isinstance(item[0], list):
            pending.extend(item)
        elif isinstance(item, list) and len(item) >= 2:
            yield item[0], item[1]


def _beyond_degrees(geometry: dict[str, Any]) -> bool:
    return any(
        isinstance(x, int | float) and isinstance(y, int | float) and (abs(x) > 360 or abs(y) > 360)
        for x, y in positions(geometry)
    )


class _JsonStream:
    """Reads the features of a collection one by one, whatever the file's size."""

    def __init__(self, path: Path, encoding: str, errors: str) -> None:
        self.path, self.encoding, self.errors = path, encoding, errors
        self.crs: str | None = None
        self._decoder = json.JSONDecoder(parse_constant=lambda _: None)
        self._text, self._at, self._ended = "", 0, False

    def features(self) -> Iterator[dict[str, Any]]:
        with _open(self.path) as raw, io.TextIOWrapper(raw, self.encoding, errors=self.errors) as self._file:
            try:
                yield from self._members()
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
            if not isinstance(value.get("properties") or {}, dict):
                value["properties"] = {}
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
        if len(self._text) > 8 * MAX_CELL:
            raise TooLarge(f"{8 * MAX_CELL // 1_000_000} MB in one feature")
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


# --- what is in it ------------------------------------------------------------------------------------------------


def columns(path: Path) -> tuple[str, ...]:
    """Return the trimmed lower-case column names of a CSV or GeoJSON (first 25 features), personal ones included.

    An empty tuple for anything that cannot be read as one of them; cached by path and time of change.
    """
    try:
        stat = path.stat()
        return _columns(path, stat.st_mtime_ns, stat.st_size)
    except (OSError, ValueError, csv.Error):
        return ()


def check_readable(path: Path) -> None:
    """Raise Unreadable or TooLarge for a CSV or GeoJSON of which not even the columns can be read."""
    stat = path.stat()
    try:
        _columns(path, stat.st_mtime_ns, stat.st_size)
    except csv.Error as error:
        raise Unreadable(f"its first line: {error}") from None
    except UnicodeError:
        raise Unreadable("it is not text") from None


@lru_cache(maxsize=512)
def _columns(path: Path, _stamp: int, _size: int) -> tuple[str, ...]:
    kind = kind_of(path)
    context = ReadContext(path.name)
    encoding, errors = _encoding(path, context)
    if kind == "csv":
        lines = _lines(path, encoding, errors)
        first = next((line for line in lines if line.strip()), "")
        cells = next(csv.reader(_chain(first, lines), delimiter=_delimiter(first)), [])
        return tuple(dict.fromkeys(name for cell in cells[: MAX_COLUMNS + 1] if (name := _name(cell))))
    if kind == "geojson":
        found: dict[str, None] = {}
        for index, feature in enumerate(_JsonStream(path, encoding, errors).features()):
            found.update(dict.fromkeys(_name(name) for name in feature.get("properties") or {}))
            if index >= 24:
                break
        return tuple(name for name in found if name)
    return ()


def first_geometry(path: Path) -> str | None:
    """Return the geometry type of a GeoJSON file's first feature, or None."""
    try:
        for feature in _JsonStream(path, *_encoding(path, ReadContext(path.name))).features():
            geometry = feature.get("geometry")
            return str(geometry.get("type")) if isinstance(geometry, dict) else None
    except (OSError, ValueError):
        return None
    return None


def kind_of(path: Path) -> str:
    """Return "csv", "geojson", "json", "xml", ... by the file's name, compression aside; "folder" for a folder."""
    if path.is_dir():
        return "folder"
    suffixes = [s.casefold().lstrip(".") for s in path.suffixes]
    if suffixes and suffixes[-1] == "gz":
        suffixes.pop()
    kind = suffixes[-1] if suffixes else ""
    return "csv" if kind in ("csv", "tsv") else kind


def report_columns(
    header: Iterable[str], known: Collection[str], context: ReadContext, *, required: Collection[str] = ()
) -> bool:
    """Report each column that is not known, and each required one that is absent; return whether none is absent."""
    names = list(header)
    for name in names:
        if name not in known and not is_personal_column(name):
            context.report(issue("column_unknown", context.file, field=name))
    absent = [name for name in required if name not in names]
    for name in absent:
        context.report(issue("column_missing", context.file, field=name))
    return not absent
