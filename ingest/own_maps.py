"""Which column maps did people make here? One YAML each in ``<data_dir>/column_maps``, before those that ship."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from graphmodel.errors import InputError
from graphmodel.settings import Settings
from ingest.mapping import ColumnMap, load_map, map_text, parse_map, slug

FOLDER = "column_maps"


@dataclass(frozen=True, slots=True)
class OwnMap:
    """A column map of one's own: its file, and what it says, or in ``fault`` why it cannot be used."""

    path: Path
    known: ColumnMap | None
    fault: str = ""

    @property
    def name(self) -> str:
        """The name of the file without its ending."""
        return self.path.stem


def folder(settings: Settings) -> Path:
    """Return where the maps are kept; it need not be there yet."""
    return settings.data_dir / FOLDER


def own_maps(settings: Settings) -> tuple[OwnMap, ...]:
    """Return the maps by name, those that cannot be used among them."""
    found = folder(settings)
    if not found.is_dir():
        return ()
    return tuple(_read(path, path.stat().st_mtime_ns) for path in sorted(found.glob("*.yaml")))


@lru_cache(maxsize=256)
def _read(path: Path, _stamp: int) -> OwnMap:
    try:
        return OwnMap(path, load_map(path))
    except InputError as error:
        return OwnMap(path, None, str(error))


def resolve(chosen: str | None, settings: Settings) -> str | None:
    """Return what ``--map`` names, as the file of a map of one's own where one has that name."""
    own = next((each for each in own_maps(settings) if each.name == chosen), None)
    return str(own.path) if own else chosen


def keep(name: str, text: str, settings: Settings) -> OwnMap:
    """Write a map under a name made safe, instead of one that has it; raises InputError for a bad map."""
    key = slug(name)
    if key is None:
        raise InputError("The map needs a name of letters or digits.")
    path = folder(settings) / f"{key}.yaml"
    known = parse_map(text, key, path.name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.{os.getpid()}.part")
        beside.write_text(text, "utf-8")
        beside.replace(path)
    except OSError as error:
        raise InputError(f"The map cannot be kept in {path.parent} ({error.strerror}).") from None
    return OwnMap(path, known)


def confirm(name: str, file: str, settings: Settings) -> OwnMap:
    """Keep a map, one's own or one that ships, for a file of another name too: a suggestion is confirmed so."""
    own = next((each for each in own_maps(settings) if each.name == name), None)
    entry = yaml.load(own.path.read_text("utf-8-sig") if own else map_text(name), Loader=yaml.BaseLoader)  # noqa: S506
    known = entry.get("file", []) if own else []
    entry["file"] = [*([known] if isinstance(known, str) else known), pattern_of(file)]
    return keep(name if own else f"{name} {Path(file).stem}", as_yaml(entry), settings)


def remove(name: str, settings: Settings) -> None:
    """Delete a map; raises InputError where there is none of that name."""
    own = next((each for each in own_maps(settings) if each.name == name), None)
    if own is None:
        raise InputError(f"There is no column map {name} of your own.")
    own.path.unlink(missing_ok=True)


def pattern_of(file: str) -> str:
    """Return the pattern by which a file is known again next month: what counts days and versions may differ."""
    name = re.sub(r"([\[\]*?])", r"[\1]", file.casefold())
    return re.sub(r"\d+(?:[._ -]\d+)*", "*", name)


def as_yaml(entry: object) -> str:
    """Return a map as the text that is kept and downloaded."""
    return yaml.safe_dump(entry, sort_keys=False, allow_unicode=True, width=110)
