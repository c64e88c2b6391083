"""What does the store hold, without asking it row by row? A columnar snapshot on disk, one per version of the store.

``<data_dir>/snapshots/<store>/<version>/`` has one Arrow file per label and link type and ``manifest.json``. It is
written beside its place and renamed, so that nobody reads half of it; a file that is missing, cut short or unreadable
has the snapshot written anew. Two processes may write at once: the second finds the first one's and uses it.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2s
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pyarrow as pa

from graphmodel.columns import COLUMNS_VERSION, MemoryTables, Tables, build
from graphmodel.schema import LINK_TYPES, NODE_TYPES, SCHEMA_VERSION

if TYPE_CHECKING:
    from graphmodel.store import GraphStore

_log = logging.getLogger(__name__)

MANIFEST = "manifest.json"
KEPT = 3
_ABANDONED_SECONDS = 3600
_ATTEMPTS = 3


@dataclass(frozen=True)
class SnapshotTables:
    """The tables of a snapshot folder, memory-mapped when first asked for."""

    folder: Path
    crs: str
    _read: dict[str, pa.Table] = field(default_factory=dict, repr=False, compare=False)

    def nodes(self, label: str) -> pa.Table:
        """Return the table of a label."""
        return self._table(_node_file(label))

    def links(self, type: str) -> pa.Table:
        """Return the table of a link type."""
        return self._table(_link_file(type))

    def _table(self, name: str) -> pa.Table:
        if name not in self._read:
            self._read[name] = _open(self.folder / name)
        return self._read[name]


def open_snapshot(store: GraphStore) -> Tables:
    """Return the snapshot of the store's present version, writing it if it is not there or not whole.

    Where it cannot be written (a full disk, a folder that is read-only) the columns are held in memory, and the next
    call reads the store again. Raises what the store raises when it is read.
    """
    version = store.version()
    folder = snapshot_folder(store, version)
    found = _whole(folder)
    if found:
        return found
    for _ in range(_ATTEMPTS):
        tables = build(store.nodes, store.links, store.settings)
        # A load that ended meanwhile would leave columns of two versions side by side.
        after = store.version()
        if after == version:
            break
        version = after
    folder = snapshot_folder(store, version)
    try:
        written = write_snapshot(folder, tables)
        prune(folder.parent, keep=folder)
    except OSError as error:
        _log.warning("The snapshot was not written: %s", error)
        return tables
    return written


def snapshot_folder(store: GraphStore, version: str) -> Path:
    """Return where the snapshot of a version of this store lies."""
    settings = store.settings
    where = (settings.neo4j_uri, settings.neo4j_database) if store.kind == "neo4j" else ()
    identity = f"{store.kind}-{store.name}" + (f"-{_short(where)}" if where else "")
    form = _short((COLUMNS_VERSION, SCHEMA_VERSION, settings.crs, store.born()))
    return settings.data_dir / "snapshots" / identity / f"{version}-{form}"


def write_snapshot(folder: Path, tables: MemoryTables) -> SnapshotTables:
    """Write the tables to ``folder`` in one step and return them as read from there."""
    aside = folder.parent / f".{folder.name}.{os.getpid()}-{uuid4().hex[:8]}"
    aside.mkdir(parents=True)
    try:
        sizes = {name: _write(aside / name, table) for name, table in _named(tables)}
        manifest = {"crs": tables.crs, "files": sizes}
        (aside / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True), "utf-8")
        _put(aside, folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    found = _whole(folder)
    if found is None:
        raise OSError(f"The snapshot in {folder} cannot be read back; free some disk space there and try again.")
    return found


def prune(parent: Path, *, keep: Path) -> None:
    """Remove all but the newest few snapshots of a store, and what a killed process left half written."""
    finished = sorted((p for p in _folders(parent) if not p.name.startswith(".")), key=_age)
    stale = [p for p in finished if p != keep][KEPT - 1 :]
    stale += [p for p in _folders(parent) if p.name.startswith(".") and _age(p) > _ABANDONED_SECONDS]
    for folder in stale:
        shutil.rmtree(folder, ignore_errors=True)


def _put(aside: Path, folder: Path) -> None:
    """Rename ``aside`` to ``folder``; leave a whole one that another process put there, replace a broken one."""
    for _ in range(_ATTEMPTS):
        with suppress(OSError):
            aside.rename(folder)
            return
        if _whole(folder):
            return
        with suppress(OSError):
            folder.rename(folder.parent / f".broken-{uuid4().hex[:8]}")
    raise OSError(f"The snapshot folder {folder} cannot be written.")


def _whole(folder: Path) -> SnapshotTables | None:
    """Return the snapshot if every file is there in full and can be opened, else None."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        crs, sizes = str(manifest["crs"]), dict(manifest["files"])
        if set(sizes) != {name for name, _ in _names()}:
            return None
        if any((folder / name).stat().st_size != size for name, size in sizes.items()):
            return None
        snapshot = SnapshotTables(folder, crs)
        for name in sizes:
            snapshot._table(name)
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException):
        return None
    return snapshot


def _names() -> Iterator[tuple[str, str]]:
    yield from ((_node_file(label), label) for label in NODE_TYPES)
    yield from ((_link_file(type), type) for type in LINK_TYPES)


def _named(tables: MemoryTables) -> Iterator[tuple[str, pa.Table]]:
    yield from ((_node_file(label), tables.nodes(label)) for label in NODE_TYPES)
    yield from ((_link_file(type), tables.links(type)) for type in LINK_TYPES)


def _node_file(label: str) -> str:
    return f"nodes-{label}.arrow"


def _link_file(type: str) -> str:
    return f"links-{type}.arrow"


def _write(path: Path, table: pa.Table) -> int:
    with path.open("wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    return path.stat().st_size


def _open(path: Path) -> pa.Table:
    with pa.memory_map(str(path)) as mapped:
        return pa.ipc.open_file(mapped).read_all()


def _folders(parent: Path) -> list[Path]:
    return [p for p in parent.iterdir() if p.is_dir()]


def _age(folder: Path) -> float:
    with suppress(OSError):
        return time.time() - folder.stat().st_mtime
    return float("inf")


def _short(parts: tuple[object, ...]) -> str:
    return blake2s("\n".join(map(str, parts)).encode(), digest_size=4).hexdigest()
