"""Our own format: a folder of CSV files, one for each node table and one of links (a Frictionless data package)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from graphmodel.disclosure import plain_cell
from graphmodel.schema import BOOKKEEPING, COMMON, LINK_TYPES, NODE_TYPES, label_of_table, node_fields
from ingest.files import columns, read_csv, report_columns
from ingest.privacy import looks_like_person_name, personal_value
from ingest.rows import Match, RawRow, ReadContext, Reading

NAME = "package"

# Fields that a row may have beside those of its table.
_PLACE = frozenset({"longitude", "latitude", "easting", "northing", "postcode", "area", "area_postcode"})
_SESSION = frozenset({"delivery", "hours", "hours_holiday", "season", "route", "places"})
_LINK = frozenset({"id", "type", "from", "to"})
# Areas, then what places are looked up in, then nodes; links when all nodes are known.
_PHASES = {"sources": 0, "areas": 1, "postcodes": 30, "links": 60}


def sniff(path: Path) -> Match | None:
    """Claim a CSV that is named for one of our tables and has its first columns."""
    table = path.stem.casefold()
    if path.suffix.casefold() != ".csv" or not (label_of_table(table) or table == "links"):
        return None
    found = set(columns(path))
    if table == "links":
        ours = {"type", "from", "to"} <= found or (bool({"type", "from", "to"} & found) and _described(path))
    else:
        known = fields_of(table) - {"name"}
        ours = {"id", "name"} <= found and bool(known & found - {"id"} or found <= {"id", "name"})
        ours = ours or _described(path)
    return Match(NAME) if ours else None


def missing_columns(path: Path) -> list[str]:
    """Return the columns that a file lacks which is named for one of our tables and has other columns of it."""
    table = path.stem.casefold()
    if path.suffix.casefold() != ".csv" or label_of_table(table) is None:
        return []
    found = set(columns(path))
    return [name for name in ("id", "name") if name not in found] if fields_of(table) & found else []


def phase(path: Path) -> int:
    """Return when a table is read among the files of a load."""
    return _PHASES.get(path.stem.casefold(), 45)


def read(path: Path, context: ReadContext) -> Reading:
    """Return the rows of one table."""
    return Reading(context.info(path, NAME, sensitivity="internal", **_package(path)), _rows(path, context))


def fields_of(table: str) -> frozenset[str]:
    """Return every column a table may have."""
    common = frozenset(field.name for field in (*COMMON, *BOOKKEEPING))
    if table == "links":
        own = {name for link in LINK_TYPES.values() for field in link.fields for name in field.properties}
        return _LINK | common | own
    label = label_of_table(table)
    assert label is not None
    own = {name for field in node_fields(label).values() for name in field.properties}
    extra = _PLACE | (_SESSION if label == "Service" else frozenset())
    return frozenset({"id"}) | own | common | extra


def _rows(path: Path, context: ReadContext) -> Iterator[RawRow]:
    table = path.stem.casefold()
    known = fields_of(table)
    data = read_csv(path, context)
    required = ("type", "from", "to") if table == "links" else ("id", *_required(table))
    if not report_columns(data.header, known, context, required=required):
        return
    kept = _kept_sources(path)
    dropped = {"claims", "fingerprint", "sources", "suppressed"}
    for line, cells in data.rows:
        values: dict[str, Any] = {
            name: plain_cell(cell) if cell else cell
            for name, cell in cells.items()
            if name in known and name not in dropped
        }
        if cells.get("source") in kept:
            values |= {"_source": cells["source"], "_source_row": cells.get("source_row")}
        yield RawRow(table, values, line)


def _required(table: str) -> list[str]:
    label = label_of_table(table)
    assert label is not None
    return [field.name for field in NODE_TYPES[label].fields if field.required and field.name != "level"]


def _kept_sources(path: Path) -> frozenset[str]:
    """Return the sources that the package itself describes: rows that name one keep it as theirs."""
    table = path.with_name("sources.csv")
    if not table.is_file() or "name" not in columns(table):
        return frozenset()
    rows = read_csv(table, ReadContext("sources.csv")).rows
    return frozenset(cells["name"] for _, cells in rows if cells.get("name"))


def _description(path: Path) -> dict[str, Any]:
    for folder in (path.parent, path.parent.parent):
        file = folder / "datapackage.json"
        try:
            if file.is_file() and file.stat().st_size < 5_000_000:
                found = json.loads(file.read_text("utf-8-sig"))
                return found if isinstance(found, dict) else {}
        except (OSError, ValueError, RecursionError):
            return {}
    return {}


def _described(path: Path) -> bool:
    """Whether the folder's ``datapackage.json`` names this file among its resources."""
    resources = _description(path).get("resources")
    if not isinstance(resources, list):
        return False
    names = (str(each.get("path", "")) for each in resources if isinstance(each, dict))
    return any(name.rpartition("/")[2].casefold() == path.name.casefold() for name in names)


def _package(path: Path) -> dict[str, Any]:
    """Return what the package says of itself: title, licence, publisher, attribution."""
    about = _description(path)
    licences = about.get("licenses")
    licence = licences[0] if isinstance(licences, list) and licences and isinstance(licences[0], dict) else {}
    people = about.get("contributors")
    publishers = [
        each["title"]
        for each in (people if isinstance(people, list) else [])
        if isinstance(each, dict) and each.get("role") == "publisher" and isinstance(each.get("title"), str)
    ]
    title = about.get("title")
    said = {
        "title": f"{title}: {path.stem}" if isinstance(title, str) else None,
        "licence": licence.get("name") or licence.get("title"),
        "publisher": publishers[0] if publishers else None,
        "attribution": about.get("attribution"),
    }
    return {
        name: value
        for name, value in said.items()
        if isinstance(value, str) and not (personal_value(value) or looks_like_person_name(value))
    }
