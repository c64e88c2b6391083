"""Which schools are open? The national register of schools (GIAS) as contexts; heads' names are dropped at the door."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from graphmodel.issues import issue
from ingest.files import CsvTable, clean, columns, kind_of, read_csv
from ingest.rows import Match, RawRow, ReadContext, Reading

NAME = "schools"

LICENCE = "OGL-UK-3.0"
PUBLISHER = "Department for Education"
ATTRIBUTION = "Contains public sector information of the Department for Education, Open Government Licence v3.0"

REQUIRED = ("urn", "establishmentname", "establishmentstatus (name)")
_OPEN = frozenset({"open", "open, but proposed to close"})
_ALTERNATIVE = ("pupil referral", "alternative provision")


def sniff(path: Path) -> Match | None:
    """Claim a CSV with the register's columns; surely so under the register's file names."""
    if kind_of(path) != "csv" or not set(columns(path)) >= set(REQUIRED):
        return None
    name = path.name.casefold()
    return Match(NAME, "exact" if any(fnmatch(name, known) for known in ("edubase*", "*gias*")) else "suggested")


def read(path: Path, context: ReadContext) -> Reading:
    """Return the open schools as contexts; pupil referral units and alternative provision by their own kind."""
    info = context.info(path, NAME, publisher=PUBLISHER, licence=LICENCE, attribution=ATTRIBUTION)
    return Reading(info, _rows(read_csv(path, context), context))


def _rows(table: CsvTable, context: ReadContext) -> Iterator[RawRow]:
    absent = [name for name in REQUIRED if name not in table.header]
    for name in absent:
        context.report(issue("column_missing", context.file, field=name))
    if absent:
        return
    closed = 0
    for line, cells in table.rows:
        if cells.get("establishmentstatus (name)", "").casefold() in _OPEN:
            yield RawRow("contexts", _values(cells), line)
        else:
            closed += 1
    if closed:
        context.report(issue("rows_skipped", context.file, count=closed, reason="schools that are not open"))


def _values(cells: dict[str, str]) -> dict[str, str | None]:
    kind = cells.get("typeofestablishment (name)", "").casefold()
    urn = clean(cells.get("urn"))
    return {
        "id": f"urn-{urn}" if urn else None,
        "name": clean(cells.get("establishmentname")),
        "kind": "alternative_provision" if any(word in kind for word in _ALTERNATIVE) else "school",
        "minimum_age": clean(cells.get("statutorylowage")),
        "maximum_age": clean(cells.get("statutoryhighage")),
        "easting": clean(cells.get("easting")),
        "northing": clean(cells.get("northing")),
        "postcode": clean(cells.get("postcode")),
    }
