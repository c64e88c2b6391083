"""What is this file, and who can read it? Folders are walked; a file is read where its columns and its name agree."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

import ingest.adapters
from ingest.adapters import column_map
from ingest.adapters.package import missing_columns
from ingest.cells import Teller
from ingest.files import TooLarge, Unreadable, check_readable, columns, kind_of, reason_of
from ingest.mapping import load_map
from ingest.own_maps import OwnMap
from ingest.rows import Match, Strength
from ingest.unpacking import Found
from ingest.workbook import WORKBOOKS

DATA_KINDS = frozenset(
    {"csv", "geojson", "json", "xml", "gpkg", "shp", "parquet", "geoparquet", "zip", "xls", "ods", *WORKBOOKS}
)
_TEXTS = frozenset({"csv", "geojson", "json", "xml"})

_SKIPPED = re.compile(
    r"\.|~\$|__MACOSX|thumbs\.db$|desktop\.ini$|datapackage\.json$|(read\s?me|licen[cs]e|notice|changelog)(\.|$)", re.I
)
_SKIPPED_KINDS = frozenset({"md", "txt", "pdf", "yaml", "yml", "rst", "html", "log", "lock"})
_SHAPEFILE_PARTS = frozenset({"dbf", "shx", "prj", "cpg", "qix", "sbn", "sbx", "qmd", "qpj"})
# Read first what others are looked up in.
DEFAULT_PHASE = 50


@dataclass(frozen=True, slots=True)
class Unit:
    """One file to read: ``file`` names it in issues, ``source`` is its source; ``column_map``: a person said how."""

    path: Path
    file: str
    source: str
    adapter: ModuleType
    name: str
    phase: int
    column_map: Path | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """Who can read a file, and how surely; ``own`` is the map where it is one of one's own."""

    module: ModuleType
    name: str
    strength: Strength
    own: Path | None = None


def recognise(
    found: Found, tell: Teller, chosen: str | None, *, only_one: bool, own: Sequence[OwnMap] = ()
) -> Unit | None:
    """Return how a file is read, or None with an issue (unless it is no data at all).

    ``chosen`` is what ``--map`` named: it confirms a suggestion, and decides where it is the only file. ``own`` are
    the maps of one's own.
    """
    path = found.path
    if reason := _not_data(path):
        if kind_of(path) in DATA_KINDS and not _SKIPPED.match(path.name):
            tell("file_skipped", None, reason=reason)
        return None
    try:
        if path.stat().st_size == 0:
            tell("file_empty", None)
            return None
        with path.open("rb") as raw:
            raw.read(1)
    except OSError as error:
        tell("file_unreadable", None, reason=error.strerror or "the system refuses it")
        return None
    claim = _claim(path, tell, chosen, own, only_one=only_one)
    if claim is None:
        return None
    phase = getattr(claim.module, "phase", None)
    order = phase(path) if callable(phase) else DEFAULT_PHASE
    said = claim.own or (Path(claim.name) if chosen in (claim.name, claim.module.NAME) else None)
    return Unit(path, found.file, found.source, claim.module, claim.name, order, said)


def claims(path: Path, own: Sequence[OwnMap] = ()) -> list[Claim]:
    """Return who can read a file, a map of one's own first."""
    found = [Claim(module, match.adapter, match.strength) for module in adapters() if (match := _sniff(module, path))]
    fits = column_map.fit(path, [each.known for each in own if each.known])
    if fits is None:
        return found
    kept = next(each.path for each in own if each.known is fits[0])
    return [Claim(column_map, fits[0].name, fits[1], kept), *found]


def _claim(path: Path, tell: Teller, chosen: str | None, own: Sequence[OwnMap], *, only_one: bool) -> Claim | None:
    found = claims(path, own)
    exact = [claim for claim in found if claim.strength == "exact"]
    if chosen:
        named = [claim for claim in found if chosen in (claim.name, claim.module.NAME, str(claim.own))]
        if named:
            return named[0]
        forced = _by_name(chosen)
        if only_one or (not exact and _fits(chosen, path)):
            return forced
    if exact:
        return exact[0]
    if found:
        tell("file_suggested", None, adapter=found[0].name)
    else:
        _say_why_unknown(path, tell)
    return None


def _say_why_unknown(path: Path, tell: Teller) -> None:
    try:
        if kind_of(path) == "zip":
            raise Unreadable("it is a zip in a zip; unpack it first")
        if kind_of(path) in ("xls", "ods"):
            raise Unreadable("save it as .xlsx or .csv first")
        for module in adapters():
            if check := getattr(module, "check", None):
                check(path)
        if kind_of(path) in _TEXTS:
            check_readable(path)
    except TooLarge as error:
        tell("file_too_large", None, limit=str(error))
    except Exception as error:  # noqa: BLE001  a library may stumble over a broken file in any way
        tell("file_unreadable", None, reason=reason_of(error))
    else:
        absent = missing_columns(path)
        for name in absent:
            tell("column_missing", None, name)
        if kind_of(path) == "csv" and not columns(path):
            tell("file_empty", None)
        elif not absent:
            tell("file_unknown", None, hint="say what its columns mean on the page Data, or in a map given with --map")


def _by_name(chosen: str) -> Claim:
    """Return the adapter of that name, or the column maps; raises InputError where no map has the name."""
    for module in adapters():
        if chosen == module.NAME:
            return Claim(module, chosen, "exact")
    load_map(chosen)
    return Claim(column_map, chosen, "exact")


def _fits(chosen: str, path: Path) -> bool:
    """Whether a file of a folder has every column that the chosen map reads."""
    return all(chosen != module.NAME for module in adapters()) and load_map(chosen).read_columns() <= set(columns(path))


def _sniff(module: ModuleType, path: Path) -> Match | None:
    try:
        found: Match | None = module.sniff(path)
    except Exception:  # noqa: BLE001  why it cannot be read is said when nobody claims it
        return None
    return found


@cache
def adapters() -> tuple[ModuleType, ...]:
    """Return the adapter modules by name; those of one format come before the column maps."""
    names = sorted(info.name for info in pkgutil.iter_modules(ingest.adapters.__path__))
    modules = [importlib.import_module(f"ingest.adapters.{name}") for name in names]
    found = [module for module in modules if hasattr(module, "sniff") and hasattr(module, "NAME")]
    return tuple(sorted(found, key=lambda module: module.NAME == "column_map"))


def _not_data(path: Path) -> str:
    kind = kind_of(path)
    if _SKIPPED.match(path.name) or kind in _SKIPPED_KINDS:
        return "a note beside the data"
    if kind in _SHAPEFILE_PARTS and path.with_suffix(".shp").exists():
        return "part of a shapefile"
    return ""
