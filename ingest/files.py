"""How is a file opened safely, and what columns has it? CSV as a stream: ragged rows, odd quotes, huge cells.

Column names are trimmed and lower-cased everywhere; columns known to hold personal data are dropped here, at the door.
"""

from __future__ import annotations

import csv
import io
import math
import re
import sys
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from graphmodel.issues import issue
from ingest.encodings import TooLarge, Unreadable, encoding_of, open_bytes
from ingest.geojson import Feature, JsonStream, positions, read_geojson, transformed
from ingest.privacy import is_personal_column
from ingest.rows import ReadContext, column_name

__all__ = [
    "CsvTable", "Feature", "TooLarge", "Unreadable", "check_readable", "clean", "columns", "first_cell",
    "first_geometry", "kind_of", "number", "positions", "read_csv", "read_geojson", "reason_of", "report_columns",
    "transformed",
]  # fmt: skip

MAX_COLUMNS = 5_000
MAX_CELL = 16_000_000  # a country's outline as text
MISSING = frozenset({"", "na", "n/a", "n.a.", "-", "--", "–", "null", "nan", "#n/a", "not known"})

csv.field_size_limit(MAX_CELL)


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A CSV as a stream. ``header``: trimmed lower-case names; ``rows``: (line, name -> trimmed text)."""

    header: list[str]
    rows: Iterator[tuple[int, dict[str, str]]]


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
        # JSON may hold a whole number that no float does.
        return float(value) if abs(value) <= sys.float_info.max else None
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
    encoding, errors = encoding_of(path, context)
    lines = _lines(path, encoding, errors)
    blank, first = _first_line(lines)
    reader = csv.reader(_chain(first, lines), delimiter=_delimiter(first))
    names = _header(reader, context, keep)
    return CsvTable([name for name in names if name], _csv_rows(reader, names, context, blank))


def _csv_rows(reader: Any, names: list[str], context: ReadContext, blank: int) -> Iterator[tuple[int, dict[str, str]]]:
    while True:
        line = blank + reader.line_num + 1
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
    names = [column_name(cell) for cell in cells]
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


def _first_line(lines: Iterator[str]) -> tuple[int, str]:
    """Return how many blank lines stand above the names of the columns, and the line of the names."""
    blank = 0
    for line in lines:
        if line.strip():
            return blank, line
        blank += 1
    return blank, ""


def _delimiter(first: str) -> str:
    return max(",;\t", key=lambda mark: (first.count(mark), mark == ","))


def _chain(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _lines(path: Path, encoding: str, errors: str) -> Iterator[str]:
    with open_bytes(path) as raw, io.TextIOWrapper(raw, encoding, errors=errors, newline="") as text:
        while line := text.readline(MAX_CELL):
            if len(line) == MAX_CELL:
                raise TooLarge(f"{MAX_CELL // 1_000_000} million characters in one line")
            yield line


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


def reason_of(error: Exception) -> str:
    """Return in words why a file cannot be read; a library's own message may hold a cell's text and is not repeated."""
    if isinstance(error, Unreadable):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, UnicodeError):
        return "it is not text"
    if isinstance(error, MemoryError):
        return "it needs more memory than there is"
    return f"its format is broken ({type(error).__name__})"


@lru_cache(maxsize=512)
def _columns(path: Path, _stamp: int, _size: int) -> tuple[str, ...]:
    kind = kind_of(path)
    context = ReadContext(path.name)
    encoding, errors = encoding_of(path, context)
    if kind == "csv":
        lines = _lines(path, encoding, errors)
        _, first = _first_line(lines)
        cells = next(csv.reader(_chain(first, lines), delimiter=_delimiter(first)), [])
        return tuple(dict.fromkeys(name for cell in cells[: MAX_COLUMNS + 1] if (name := column_name(cell))))
    if kind == "geojson":
        found: dict[str, None] = {}
        for index, feature in enumerate(JsonStream(path, encoding, errors).features()):
            found.update(dict.fromkeys(column_name(name) for name in feature["properties"]))
            if index >= 24:
                break
        return tuple(name for name in found if name)
    return ()


def first_geometry(path: Path) -> str | None:
    """Return the geometry type of a GeoJSON file's first feature, or None."""
    try:
        for feature in JsonStream(path, *encoding_of(path, ReadContext(path.name))).features():
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


def first_cell(path: Path, column: str | None) -> str:
    """Return the first cell of a column of a CSV that is not blank, or ""."""
    rows = read_csv(path, ReadContext(path.name)).rows
    return next((cell for _, cells in rows if column and (cell := clean(cells.get(column)))), "")


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
