"""What does any other table hold? CSV and GeoJSON read as a column map says: one that ships, or a user's own file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from graphmodel.errors import InputError
from graphmodel.issues import issue
from graphmodel.schema import NODE_TYPES, node_fields
from ingest.cells import Teller
from ingest.files import clean, columns, kind_of, read_csv, read_geojson, report_columns
from ingest.mapping import ColumnMap, RecordMap, load_map, shipped
from ingest.organisations import looks_like_company
from ingest.privacy import is_personal_column, looks_like_person_name, personal_value
from ingest.rows import Match, RawRow, ReadContext, Reading, Strength

NAME = "column_map"
KINDS = frozenset({"csv", "geojson"})

_POINT_DIGITS = 6

Row = dict[str, Any]


def sniff(path: Path) -> Match | None:
    """Claim a file by a shipped map: surely so where name and columns are its own, else as a suggestion."""
    found = fit(path, map(load_map, shipped()))
    return found and Match(found[0].name, found[1])


def fit(path: Path, maps: Iterable[ColumnMap]) -> tuple[ColumnMap, Strength] | None:
    """Return the map that reads a file and how sure that is, or None."""
    if kind_of(path) not in KINDS or not (found := set(columns(path))):
        return None
    suggested = None
    for mapping in maps:
        same = found == mapping.all_columns()
        named = any(fnmatch(path.name.casefold(), pattern) for pattern in mapping.files)
        if same and named:
            return mapping, "exact"
        if same or (named and mapping.read_columns() <= found):
            suggested = suggested or mapping
    return (suggested, "suggested") if suggested else None


def read(path: Path, context: ReadContext) -> Reading:
    """Return the rows that the map given with ``context.column_map``, else the one that fits, makes of the file.

    Raises InputError where there is no such map or it cannot be used.
    """
    match = None if context.column_map else sniff(path)
    chosen = context.column_map or (match and match.adapter)
    if not chosen:
        raise InputError(f"No column map fits {context.file}; give one with --map.")
    return read_by(load_map(chosen), path, context)


def read_by(mapping: ColumnMap, path: Path, context: ReadContext) -> Reading:
    """Return the rows that a map makes of a file."""
    return Reading(context.info(path, f"{NAME}:{mapping.name}", **mapping.known), _rows(mapping, path, context))


@dataclass(slots=True)
class _Tally:
    """What is remembered from row to row, and said at the end."""

    tell: Teller
    written: set[str] = field(default_factory=set)
    skipped: int = 0
    people: int = 0


def _rows(mapping: ColumnMap, path: Path, context: ReadContext) -> Iterator[RawRow]:
    needed = {column for record in mapping.records.values() for column in record.needed() if not record.when}
    known = mapping.all_columns()
    for column in sorted(mapping.drop & set(columns(path))):
        if is_personal_column(column):
            continue  # said where every file is read
        context.report(issue("column_personal", context.file, field=column))
    if not report_columns(columns(path), known, context, required=sorted(needed)):
        return
    tally = _Tally(Teller(context.file, context.report))
    for line, row in _cells(path, context, keep=mapping.read_columns()):
        if any((clean(row.get(column)) or "").casefold() in values for column, values in mapping.skip.items()):
            tally.skipped += 1
            continue
        yield from _records(mapping, row, line, tally)
    if tally.skipped:
        reason = f"left out by the column map ({', '.join(mapping.skip)})"
        context.report(issue("rows_skipped", context.file, count=tally.skipped, reason=reason))
    if tally.people:
        context.report(issue("person_dropped", context.file, count=tally.people))


def _cells(path: Path, context: ReadContext, *, keep: set[str]) -> Iterator[tuple[int | str, Row]]:
    """Yield (line, cells); a feature's geometry is the cell "geometry", and its point makes longitude and latitude."""
    if kind_of(path) == "csv":
        for line, cells in read_csv(path, context, keep=keep).rows:
            yield line, {name: clean(text) for name, text in cells.items()}
        return
    for feature in read_geojson(path, context, keep=keep):
        row: Row = {name: clean(value) for name, value in feature.properties.items()}
        if feature.geometry:
            row["geometry"] = feature.geometry
        yield feature.line, row


def _records(mapping: ColumnMap, row: Row, line: int | str, tally: _Tally) -> Iterator[RawRow]:
    ids: dict[str, str] = {}
    for alias, record in mapping.records.items():
        if not _applies(record, row, tally):
            continue
        spelled = row | _point(row)
        if what := personal_value(record.key_text(spelled), names=False):
            tally.tell("personal_value", line, "id", what=what)
            continue
        key = record.id(spelled)
        if key:
            ids[alias] = f"{NODE_TYPES[record.label].prefix}:{key}"
            if record.once and ids[alias] in tally.written:
                continue
            tally.written.add(ids[alias])
        yield RawRow(record.table, _values(mapping, record, row, key), line)
    for link in mapping.links:
        if link.start in ids and link.end in ids:
            ends = {"type": link.type, "from": ids[link.start], "to": ids[link.end]}
            yield RawRow("links", {**link.constants, **ends}, line)


def _applies(record: RecordMap, row: Row, tally: _Tally) -> bool:
    if record.when is None:
        return True
    test, column = record.when
    said = row.get(column)
    if not said or test == "given" or looks_like_company(said):
        return bool(said)
    if test == "body" and not looks_like_person_name(said):
        return True
    tally.people += 1
    return False


def _values(mapping: ColumnMap, record: RecordMap, row: Row, key: str | None) -> Row:
    values: Row = {**record.constants, "id": key}
    values |= {name: cell.read(row) for name, cell in record.fields.items()}
    geometry = row.get("geometry")
    located = "location" in node_fields(record.label) or record.label == "Service"
    if geometry and located and mapping.geometry != "none" and _fits(mapping, geometry):
        # A geometry is where it is; columns beside it are often those of something else.
        for name in ("longitude", "latitude", "easting", "northing"):
            values.pop(name, None)
        values["geometry"] = geometry
    return values


def _fits(mapping: ColumnMap, geometry: Mapping[str, Any]) -> bool:
    return mapping.geometry == "inner_point" or geometry.get("type") == "Point"


def _point(row: Row) -> Row:
    """Return the coordinates that an id may be made of."""
    geometry = row.get("geometry")
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        return {}
    place = geometry.get("coordinates")
    if not isinstance(place, list) or len(place) < 2 or not all(isinstance(part, int | float) for part in place[:2]):
        return {}
    return {name: f"{part:.{_POINT_DIGITS}f}" for name, part in zip(("longitude", "latitude"), place, strict=False)}
