"""Where postcodes are: the National Statistics Postcode Lookup, Code-Point Open, or a local list."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from graphmodel.issues import issue
from ingest.files import clean, columns, first_cell, kind_of, number, read_csv
from ingest.place import is_british
from ingest.rows import Match, RawRow, ReadContext, Reading

NAME = "postcodes"

_FILE_NAME = re.compile(r"post_?codes?|nspl|onspd|codepo|code-?point|zip_?codes?|(^|[^a-z])plz")
_POSTCODE = ("pcds", "postcode", "pcd8", "pcd7", "pcd", "pcd2", "zip", "zip_code", "plz")
_LONGITUDE, _LATITUDE = ("long", "lon", "longitude", "lng"), ("lat", "latitude")
_EASTING, _NORTHING = ("oseast1m", "easting", "eastings", "east1m"), ("osnrth1m", "northing", "northings", "north1m")
_ENDED = ("doterm", "terminated", "date_of_termination")
_LICENCE = {
    "licence": "OGL-UK-3.0",
    "attribution": "Contains OS data © Crown copyright and database right; contains Royal Mail data © Royal Mail "
    "copyright and database right; contains National Statistics data © Crown copyright and database right",
}
_NOWHERE = 90  # the national lookup gives a postcode without a place the latitude 99.999999


def sniff(path: Path) -> Match | None:
    """Claim a CSV that is named for postcodes and has a postcode and coordinates."""
    if kind_of(path) != "csv" or not _FILE_NAME.search(path.stem.casefold()):
        return None
    names = columns(path)
    return Match(NAME) if _first(_POSTCODE, names) and _coordinates(names) else None


def phase(_: Path) -> int:
    """Postcodes come before the places that are found by them."""
    return 30


def read(path: Path, context: ReadContext) -> Reading:
    """Return one row of "postcodes" for each postcode that has a place."""
    british = is_british(first_cell(path, _first(_POSTCODE, columns(path))))
    info = context.info(path, NAME, **(_LICENCE if british else {}))
    return Reading(info, _rows(path, context))


def _rows(path: Path, context: ReadContext) -> Iterator[RawRow]:
    data = read_csv(path, context)
    postcode, pair = _first(_POSTCODE, data.header), _coordinates(data.header)
    if postcode is None or pair is None:
        context.report(issue("column_missing", context.file, field="postcode"))
        return
    ended = _first(_ENDED, data.header)
    seen: set[str] = set()
    for line, cells in data.rows:
        key = clean(cells.get(postcode))
        if key is None or key in seen:
            continue
        seen.add(key)
        values: dict[str, Any] = {"name": key, pair[0][0]: cells.get(pair[0][1]), pair[1][0]: cells.get(pair[1][1])}
        if (number(values.get("latitude")) or 0) > _NOWHERE:
            continue
        if ended and (day := _last_day(cells.get(ended))):
            values["valid_to"] = day
        yield RawRow("postcodes", values, line)


def _coordinates(names: Any) -> tuple[tuple[str, str], tuple[str, str]] | None:
    longitude, latitude = _first(_LONGITUDE, names), _first(_LATITUDE, names)
    if longitude and latitude:
        return ("longitude", longitude), ("latitude", latitude)
    easting, northing = _first(_EASTING, names), _first(_NORTHING, names)
    return (("easting", easting), ("northing", northing)) if easting and northing else None


def _first(candidates: tuple[str, ...], names: Any) -> str | None:
    return next((name for name in candidates if name in names), None)


def _last_day(text: Any) -> date | None:
    """Return the last day of a month such as 202403 or 2024-03."""
    match = re.fullmatch(r"(\d{4})-?(\d\d)(?:-?\d\d)?", str(text or "").strip())
    if not match or not 1 <= int(match[2]) <= 12:
        return None
    year, month = int(match[1]), int(match[2])
    return date(year, month, monthrange(year, month)[1])
