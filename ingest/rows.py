"""What passes between an adapter and the validator: raw rows, and what is known of the file they come from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal, Protocol

from graphmodel.issues import Issue
from graphmodel.settings import Settings

Strength = Literal["exact", "suggested"]


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row on its way in: the name of a node table ("contexts", "guardians", "organisations" ...) or "links".

    ``values`` holds field name -> raw text, or a typed value (bool, int, float, date, list). ``id`` is the source's
    own key, the label's prefix may be given or left out. A located table may also have these pseudo-fields:

    - ``longitude``, ``latitude`` (WGS-84 degrees) | ``easting``, ``northing`` (EPSG:27700)
    - ``postcode``: becomes the point where no other is given
    - ``geometry``: GeoJSON geometry as a dict, WGS-84; a polygon stands for its inner point (of an Area: its boundary)
    - ``area``: codes or ids of areas, separated by ``;`` or as a list
    - ``area_postcode``: a postcode that gives the ward and coarser areas, never a point
    - a field of kind *hours*: OSM text, everyday text, "closed", or a dict of weekday -> text

    A guardian, context or service may be run by somebody: give a row of "organisations" and one of "links". A row of
    "links" has ``type``, ``from``, ``to`` (ids with their prefix), any field of the link and, if the source has a key,
    ``id``. ``line`` is the line in the file, or the words that find it ("feature 12").
    """

    table: str
    values: dict[str, Any]
    line: int | str


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What is known of a file: it becomes a Source node, and the common fields of each record."""

    name: str
    title: str | None = None
    publisher: str | None = None
    licence: str | None = None
    attribution: str | None = None
    url: str | None = None
    retrieved: date | None = None
    sensitivity: str = "open"
    adapter: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What an adapter returns: the source, and its rows as a stream that is read once."""

    info: SourceInfo
    rows: Iterator[RawRow]


@dataclass(frozen=True, slots=True)
class Match:
    """An adapter's claim on a file: *exact* reads it, *suggested* (the columns alone fit) asks the user first."""

    adapter: str
    strength: Strength = "exact"


def _no_report(_: Issue) -> None:
    return None


@dataclass(frozen=True, slots=True)
class ReadContext:
    """What an adapter may know and use while it reads.

    ``file`` is the name shown in issues; ``source`` the name of the source (``<folder>/<file>``); ``level`` the area
    level the user gave for codes that do not tell theirs; ``column_map`` the file given with ``--map``, if any;
    ``licence`` what the user says of files that do not tell theirs.
    """

    file: str
    source: str = ""
    report: Callable[[Issue], None] = _no_report
    settings: Settings = field(default_factory=Settings)
    level: str | None = None
    column_map: Path | None = None
    licence: str | None = None

    def info(self, path: Path, adapter: str, **known: Any) -> SourceInfo:
        """Return the source of ``path``; ``known`` are title, publisher, licence, attribution, url, sensitivity.

        ``retrieved`` is the file's own date where ``known`` has one, else the day it was last changed.
        """
        known.setdefault("retrieved", file_date(path))
        known.setdefault("title", path.stem.replace("_", " "))
        known["licence"] = known.get("licence") or self.licence
        # JSON may hold half a character, which no store takes.
        known = {k: v.encode("utf-8", "replace").decode() if isinstance(v, str) else v for k, v in known.items()}
        return SourceInfo(name=self.source or self.file, adapter=adapter, **known)


class Adapter(Protocol):
    """A module of ``ingest/adapters``: its name, whether it knows a file, and how it is read.

    ``sniff`` never raises and reads little (``files.columns`` is cached); ``read`` raises OSError, UnicodeError or
    ValueError for a file it cannot read at all, everything less is an issue given to ``context.report``.
    """

    NAME: str

    def sniff(self, path: Path) -> Match | None:
        """Return the claim on a file or folder, or None."""

    def read(self, path: Path, context: ReadContext) -> Reading:
        """Return the source and the rows of a file."""


def column_name(cell: Any) -> str:
    """Return a column's name as it is matched: trimmed, lower-case, without marks of byte order."""
    return " ".join(str(cell).replace("\ufeff", "").replace("\x00", "").split()).casefold()[:200]


def file_date(path: Path) -> date:
    """Return the day (UTC) a file was last changed."""
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
