"""What is this file, and who can read it? Folders are walked; a file is read where its columns and its name agree."""

from __future__ import annotations

import importlib
import pkgutil
import re
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from types import ModuleType
from typing import Any

import ingest.adapters
from graphmodel.issues import plain_text
from ingest.adapters.package import missing_columns
from ingest.cells import Teller
from ingest.files import TooLarge, Unreadable, check_readable, columns, kind_of, reason_of
from ingest.mapping import load_map
from ingest.rows import Match

DATA_KINDS = frozenset({"csv", "geojson", "json", "xml", "gpkg", "shp", "parquet", "geoparquet", "zip"})
_TEXTS = frozenset({"csv", "geojson", "json", "xml"})
MAX_FILES = 5_000
MAX_UNZIPPED = 2_000_000_000
MAX_RATIO = 200  # of a zip's member, unpacked to packed: text hardly reaches 50

_SKIPPED = re.compile(
    r"\.|~\$|__MACOSX|thumbs\.db$|desktop\.ini$|datapackage\.json$|(read\s?me|licen[cs]e|notice|changelog)\b", re.I
)
_SKIPPED_KINDS = frozenset({"md", "txt", "pdf", "yaml", "yml", "rst", "html", "log", "lock"})
_SHAPEFILE_PARTS = frozenset({"dbf", "shx", "prj", "cpg", "qix", "sbn", "sbx", "qmd", "qpj"})
# Read first what others are looked up in.
DEFAULT_PHASE = 50


@dataclass(frozen=True, slots=True)
class Unit:
    """One file to read: ``file`` names it in issues, ``source`` is its source; ``chosen``: ``--map`` said how."""

    path: Path
    file: str
    source: str
    adapter: ModuleType
    name: str
    phase: int
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A file of the paths a person gave."""

    path: Path
    file: str
    source: str


def find_files(paths: list[Path], source: str | None, tell_of: Any) -> Iterator[Found]:
    """Yield the files of the given paths, folders walked; ``tell_of(file)`` returns the Teller of a file."""
    for path in paths:
        if not path.exists():
            tell_of(plain_text(str(path)))("file_missing", None)
        elif path.is_dir():
            name = source or path.resolve().name
            for each in sorted(_walk(path, tell_of)):
                inside = plain_text(each.relative_to(path).as_posix())
                yield Found(each, inside, plain_text(f"{name}/{inside}"))
        else:
            name = source or f"{path.resolve().parent.name}/{path.name}".lstrip("/")
            yield Found(path, plain_text(path.name), plain_text(name))


def recognise(found: Found, tell: Teller, chosen: str | None, *, only_one: bool) -> Unit | None:
    """Return how a file is read, or None with an issue (unless it is no data at all).

    ``chosen`` is what ``--map`` named: it confirms a suggestion, and decides where it is the only file.
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
    claim = _claim(path, tell, chosen, only_one=only_one)
    if claim is None:
        return None
    module, name = claim
    phase = getattr(module, "phase", None)
    order = phase(path) if callable(phase) else DEFAULT_PHASE
    return Unit(path, found.file, found.source, module, name, order, name == chosen or chosen == module.NAME)


def _claim(path: Path, tell: Teller, chosen: str | None, *, only_one: bool) -> tuple[ModuleType, str] | None:
    claims = [(module, match) for module in adapters() if (match := _sniff(module, path))]
    exact = [(module, match.adapter) for module, match in claims if match.strength == "exact"]
    if chosen:
        named = [(module, match.adapter) for module, match in claims if chosen in (match.adapter, module.NAME)]
        if named:
            return named[0]
        forced = _by_name(chosen)
        if only_one or (not exact and _fits(chosen, path)):
            return forced
    if exact:
        return exact[0]
    if claims:
        tell("file_suggested", None, adapter=claims[0][1].adapter)
    else:
        _say_why_unknown(path, tell)
    return None


def _say_why_unknown(path: Path, tell: Teller) -> None:
    try:
        if kind_of(path) == "zip":
            raise Unreadable("it is a zip in a zip; unpack it first")
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
            tell("file_unknown", None, hint="give a column map with --map, or rename it as its publisher does")


def _by_name(chosen: str) -> tuple[ModuleType, str]:
    """Return the adapter of that name, or the column maps; raises InputError where no map has the name."""
    for module in adapters():
        if chosen == module.NAME:
            return module, chosen
    load_map(chosen)
    return next(module for module in adapters() if module.NAME == "column_map"), chosen


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


def _walk(folder: Path, tell_of: Any) -> Iterator[Path]:
    try:
        inside = list(folder.iterdir())
    except OSError as error:
        tell_of(plain_text(folder.name))("file_unreadable", None, reason=reason_of(error))
        return
    for each in inside:
        if each.name.startswith(".") or each.name == "__MACOSX":
            continue
        if each.is_dir() and not each.is_symlink():
            yield from _walk(each, tell_of)
        elif each.is_file():
            yield each


def _not_data(path: Path) -> str:
    kind = kind_of(path)
    if _SKIPPED.match(path.name) or kind in _SKIPPED_KINDS:
        return "a note beside the data"
    if kind in _SHAPEFILE_PARTS and path.with_suffix(".shp").exists():
        return "part of a shapefile"
    return ""


def unzip(archive: Path, folder: Path) -> None:
    """Unpack a zip into ``folder``. Raises Unreadable for paths that lead out or links, TooLarge for a bomb."""
    try:
        with zipfile.ZipFile(archive) as packed:
            members = [member for member in packed.infolist() if not member.is_dir()]
            if len(members) > MAX_FILES:
                raise TooLarge(f"{MAX_FILES:,} files")
            _refuse_bombs(members)
            for member in members:
                _unzip_one(packed, member, folder)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise Unreadable(f"it is not a zip that can be opened ({type(error).__name__})") from None


def _refuse_bombs(members: list[zipfile.ZipInfo]) -> None:
    if sum(member.file_size for member in members) > MAX_UNZIPPED:
        raise TooLarge(f"{MAX_UNZIPPED // 1_000_000_000} GB unpacked")
    for member in members:
        if member.file_size > 1_000_000 and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            raise TooLarge(f"{MAX_RATIO} times its packed size in one member")


def _unzip_one(packed: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path) -> None:
    name = PurePosixPath(member.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or re.match(r"[A-Za-z]:", member.filename):
        raise Unreadable("a path in it leads out of it")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise Unreadable("it has a link in it")
    target = folder.joinpath(*name.parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    left = member.file_size
    with packed.open(member) as source, target.open("wb") as out:
        # The size a zip declares may be a lie.
        while chunk := source.read(1 << 20):
            left -= len(chunk)
            if left < 0:
                raise TooLarge("the size it declares")
            out.write(chunk)
