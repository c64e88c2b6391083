"""What would these files become? How each is recognised, and its first rows as they would be stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from graphmodel.errors import LandscapeError
from graphmodel.issues import Issue
from graphmodel.records import NodeRecord
from graphmodel.schema import COMMON, NODE_TYPES, node_fields
from graphmodel.settings import Settings
from ingest.adapters import column_map
from ingest.cells import Teller
from ingest.files import clean, columns, kind_of, read_csv, read_geojson
from ingest.mapping import ColumnMap
from ingest.own_maps import own_maps
from ingest.place import spelled_postcode
from ingest.privacy import is_personal_column, looks_like_person_name, personal_value
from ingest.recognise import claims, recognise
from ingest.rows import ReadContext
from ingest.unpacking import Found, find_files, unpacked
from ingest.validate import Draft, Validator

Progress = Callable[[str, int, int], None]

FIVE = 5
_LOOKED_AT = 200  # rows in which a sample of a column is looked for
_WORDS = 30
# Said of every record; not of interest in a row of five.
_NOT_SHOWN = frozenset({each.name for each in COMMON} | {"suppressed"})


@dataclass(frozen=True, slots=True)
class Seen:
    """One file as it was recognised. ``how``: exact, suggested, unknown, or refused (``why`` says why)."""

    path: Path
    file: str
    source: str
    how: str
    adapter: str = ""
    own: bool = False
    why: str = ""
    columns: tuple[str, ...] = ()

    @property
    def can_be_mapped(self) -> bool:
        """Whether a column map may say what its columns mean."""
        return self.how != "refused" and kind_of(self.path) in column_map.KINDS and bool(self.columns)


@dataclass(slots=True)
class Look:
    """The files that were looked at; ``close`` removes what was unpacked of them."""

    seen: tuple[Seen, ...]
    _stack: ExitStack

    def close(self) -> None:
        """Remove what was unpacked."""
        self._stack.close()


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file: its name, a sample that is nobody's personal datum (or ""), and its different words."""

    name: str
    sample: str = ""
    words: tuple[str, ...] = ()
    personal: bool = False
    unique: bool = False


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One record as it would be stored; ``line`` is where it comes from."""

    line: int | str
    table: str
    values: Mapping[str, Any]


@dataclass(slots=True)
class Preview:
    """The first rows, what was found wrong with them, and how many were set aside."""

    rows: list[PreviewRow] = field(default_factory=list)
    links: int = 0
    refused: int = 0
    issues: list[Issue] = field(default_factory=list)


def look(paths: Sequence[Path], settings: Settings, progress: Progress | None = None) -> Look:
    """Return how each file of these paths, zips and workbooks is recognised; the result is to be closed."""
    stack = ExitStack()
    issues: dict[str, list[Issue]] = {}

    def tell_of(file: str) -> Teller:
        return Teller(file, issues.setdefault(file, []).append)

    try:
        found = [each for one in find_files(list(paths), None, tell_of) for each in unpacked(one, stack, tell_of)]
        seen = []
        for index, each in enumerate(found):
            if progress:
                progress("recognise", index, len(found))
            seen += _seen(each, issues, tell_of, settings)
        known = {each.file for each in seen}
        seen += [
            Seen(Path(), file, file, "refused", why=told[0].message)
            for file, told in issues.items()
            if file not in known and any(each.code.startswith("file_") and each.severity != "info" for each in told)
        ]
    except BaseException:
        stack.close()
        raise
    return Look(tuple(sorted(seen, key=lambda one: one.file)), stack)


def _seen(found: Found, issues: dict[str, list[Issue]], tell_of: Any, settings: Settings) -> list[Seen]:
    own = own_maps(settings)
    told: list[Issue] = []
    unit = recognise(found, Teller(found.file, told.append), None, only_one=False, own=own)
    names = columns(found.path) if kind_of(found.path) in column_map.KINDS else ()
    if unit is not None:
        mine = unit.column_map is not None
        return [Seen(found.path, found.file, found.source, "exact", unit.name, mine, columns=names)]
    if not told or told[0].code == "file_skipped":
        return []
    first = told[0]
    if first.code == "file_suggested":
        best = claims(found.path, own)[0]
        return [Seen(found.path, found.file, found.source, "suggested", best.name, best.own is not None, columns=names)]
    how = "unknown" if first.code in ("file_unknown", "column_missing") else "refused"
    return [Seen(found.path, found.file, found.source, how, why=first.message, columns=names)]


def describe(path: Path) -> tuple[Column, ...]:
    """Return the columns of a CSV or GeoJSON with a sample of each; what looks personal is never shown."""
    named = columns(path)
    values: dict[str, list[str]] = {name: [] for name in named}
    for row in islice(_rows(path, named), _LOOKED_AT):
        for name in named:
            if (text := clean(row.get(name))) is not None:
                values[name].append(text)
    return tuple(_column(name, values[name]) for name in named)


def _column(name: str, values: list[str]) -> Column:
    if is_personal_column(name):
        return Column(name, personal=True)
    harmless = [text for text in values if not (personal_value(text) or looks_like_person_name(text))]
    words = tuple(dict.fromkeys(text for text in harmless if len(text) <= 60))
    sample = harmless[0] if harmless else ""
    unique = len(values) > 1 and len(set(values)) == len(values)
    return Column(name, sample if len(sample) <= 60 else sample[:59] + "…", words[:_WORDS], unique=unique)


def _rows(path: Path, keep: Sequence[str]) -> Any:
    context = ReadContext(path.name)
    if kind_of(path) == "csv":
        return (cells for _, cells in read_csv(path, context, keep=keep).rows)
    return (feature.properties for feature in read_geojson(path, context, keep=keep))


def preview(seen: Seen, mapping: ColumnMap, settings: Settings, rows: int = FIVE) -> Preview:
    """Return what the first rows of a file become by a map, after validation; no value of a refused cell is in it."""
    found = Preview()
    context = ReadContext(seen.file, seen.source, found.issues.append, settings)
    try:
        reading = column_map.read_by(mapping, seen.path, context)
        validator = Validator(context, reading.info, lambda _: None)
        lines: dict[int | str, None] = {}
        for row in reading.rows:
            lines[row.line] = None
            if len(lines) > rows:
                break
            checked = validator.check(row)
            if isinstance(checked, Draft):
                found.rows.append(PreviewRow(row.line, row.table, _values(checked)))
            elif checked is None and row.table != "links":
                found.refused += 1
            else:
                found.links += checked is not None
    except LandscapeError:
        raise
    except (OSError, ValueError) as error:
        found.issues.append(_unreadable(seen.file, error))
    return found


def _unreadable(file: str, error: Exception) -> Issue:
    from graphmodel.issues import issue
    from ingest.files import reason_of

    return issue("file_unreadable", file, reason=reason_of(error))


def _values(draft: Draft) -> dict[str, Any]:
    """Return the fields of a record as people read them: a place in a few words, those of its session with it."""
    shown = _fields(draft.node)
    for each in draft.companions:
        # A service with one place and time: the draft is the session, the service goes with it.
        if isinstance(each, NodeRecord):
            session = {name: value for name, value in shown.items() if name not in ("name", "kind")}
            shown = {**_fields(each), "delivery": shown.get("kind"), **session, "id": each.id}
    place = draft.place
    if place.point is not None:
        shown["place"] = f"{place.point.latitude:.5f}, {place.point.longitude:.5f}"
    elif where := [text for text in (place.postcode, place.area_postcode) if text]:
        shown["place"] = "; ".join(map(spelled_postcode, where))
    elif place.areas:
        shown["place"] = "; ".join(place.areas)
    return shown


def _fields(node: NodeRecord) -> dict[str, Any]:
    known = node_fields(node.label)
    own: dict[str, Any] = {
        name: value for name, value in node.properties.items() if name in known and name not in _NOT_SHOWN
    }
    for name, declared in known.items():
        if declared.kind == "hours" and name in own:
            own[f"{name} understood"] = f"{name}_week" in node.properties
    suppressed = node.properties.get("suppressed")
    for small in suppressed if isinstance(suppressed, list) else ():
        own[str(small)] = "withheld"
    return {"id": node.id, **own}


def tables() -> dict[str, str]:
    """Return the tables a row may become, with what one row of it is called."""
    left_out = ("Area", "Postcode", "Source")
    return {node.table: label for label, node in NODE_TYPES.items() if label not in left_out}
