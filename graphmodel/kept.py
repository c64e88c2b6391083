"""Which states of a store were kept, and under which name? Backups in a folder of their own, to compare with later.

They lie in ``<data_dir>/snapshots/kept/<store>`` until somebody deletes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2s
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphmodel import backup
from graphmodel.durable import Progress, nobody_asks
from graphmodel.errors import InputError
from graphmodel.schema import LINK_TYPES, NODE_TYPES
from graphmodel.settings import Settings

if TYPE_CHECKING:
    from graphmodel.store import GraphStore

LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that holds a whole store: its name, when it was written, its bytes, and how much is in it."""

    path: Path
    name: str
    written: datetime
    bytes: int
    nodes: int
    links: int
    edits: int
    kind: str
    schema: int


def keep(store: GraphStore, name: str, *, progress: Progress = nobody_asks) -> Kept:
    """Keep what the store holds now under a name, and return it. Raises InputError where the name is blank or long."""
    called = " ".join(name.split())
    if not called or len(called) > LONGEST_NAME:
        raise InputError(f"Give the snapshot a name of 1 to {LONGEST_NAME} characters.")
    folder = folder_of(store.settings)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"The folder {folder} cannot be made ({error.strerror}).") from error
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    plain = re.sub(r"[^a-z0-9]+", "-", called.casefold()).strip("-")[:40]
    path = folder / f"{moment}-{plain or 'snapshot'}.zip"
    store.backup(path, name=called, progress=progress)
    return described(path)


def kept(settings: Settings) -> list[Kept]:
    """Return what was kept of the store of these settings, the newest first; files that are none of ours left out."""
    found = []
    for path in sorted(folder_of(settings).glob("*.zip"), reverse=True):
        with suppress(InputError, OSError):
            found.append(described(path))
    return found


def described(path: Path) -> Kept:
    """Return what a backup says of itself, unread. Raises InputError where the file is none of ours."""
    manifest = backup.described(path)
    try:
        return Kept(
            path,
            str(manifest.get("name") or path.stem),
            datetime.fromisoformat(manifest["written"]),
            path.stat().st_size,
            _rows(manifest, NODE_TYPES),
            _rows(manifest, LINK_TYPES),
            _rows(manifest, ("Edit",)),
            str(manifest["kind"]),
            int(manifest["schema"]),
        )
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise InputError(f"{path.name} is not a backup of this program, or not whole.") from error


def remove(settings: Settings, path: Path) -> None:
    """Delete what was kept. Raises InputError for a file that is not among them."""
    if path.parent != folder_of(settings):
        raise InputError(f"{path.name} is not among the snapshots that were kept.")
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"{path.name} cannot be deleted ({error.strerror}).") from error


def folder_of(settings: Settings) -> Path:
    """Return where the snapshots of the store of these settings are kept; of each server of one's own apart."""
    where = f"{settings.neo4j_uri} {settings.neo4j_database}".encode()
    server = f"-{blake2s(where, digest_size=4).hexdigest()}" if settings.neo4j_uri else ""
    return settings.data_dir / "snapshots" / "kept" / f"{settings.store_name}{server}"


def _rows(manifest: dict[str, Any], names: Iterable[str]) -> int:
    return sum(int(manifest["members"][name]["rows"]) for name in names if name in manifest["members"])
