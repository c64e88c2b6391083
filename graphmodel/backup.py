"""How does a whole store travel, and come back? One portable zip of JSON lines that either server can restore.

Every node, link, property and type of the landscape is in it, the log of edits and the waiting links too. The file is
read again and compared before it gets its name. A restore checks all of it first, keeps a backup of what it replaces,
and then changes the store in one durable load: killed at any moment, it is finished at the next start.
"""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from graphmodel import cypher, durable, locking
from graphmodel.columns import MemoryTables, build
from graphmodel.cypher import Statements, decode_all, encode_all, label_of_end, link_row, shown
from graphmodel.durable import Change, Progress, nobody_asks
from graphmodel.errors import InputError, StoreUnavailable
from graphmodel.schema import LINK_TYPES, NODE_TYPES, SCHEMA_VERSION
from graphmodel.settings import Settings

FORMAT = 1
KEPT = ("Edit", "Waiting")
MANIFEST = "manifest.json"


def write(
    store: Statements, path: Path, *, name: str | None = None, progress: Progress = nobody_asks
) -> dict[str, Any]:
    """Write everything the store holds into the zip ``path`` and return its manifest, with the ``name`` if given.

    No load or edit happens meanwhile. ``progress`` is told stage, done, total. The file has its name only once it was
    read again and found equal. Raises InputError where the file cannot be written, StoreLocked and StoreUnavailable.
    """
    beside = path.with_name(path.name + ".part")
    try:
        with locking.held(store, "a backup") as holder:
            durable.resume(store, holder)
            manifest = _write(store, beside, name, progress)
        if _read_manifest(beside) != manifest:
            raise StoreUnavailable(f"The backup {path} could not be read back as it was written; use another disk.")
        check(beside)
        beside.replace(path)
    except OSError as error:
        raise InputError(f"The backup cannot be written to {path} ({error.strerror or error}).") from error
    finally:
        beside.unlink(missing_ok=True)
    return manifest


def described(path: Path) -> dict[str, Any]:
    """Return the manifest of a backup, its rows unread. Raises InputError where the file is none of ours."""
    return _read_manifest(path)


def check(path: Path) -> dict[str, Any]:
    """Read a backup to its end and return its manifest. Raises InputError when it is not whole or not one of ours."""
    manifest = _read_manifest(path)
    if manifest["schema"] > SCHEMA_VERSION:
        raise InputError(f"The backup {path} is from a newer program; update this one.")
    found: Counter[str] = Counter()
    nodes: set[str] = set()
    try:
        for name, member in manifest["members"].items():
            digest = sha256()
            for line in _lines(path, member["file"], digest):
                row = json.loads(line)
                decode_all(row["p"])
                found[name] += 1
                if name in LINK_TYPES and not {row["start"], row["end"]} <= nodes:
                    raise _broken(path)
                if name in NODE_TYPES:
                    nodes.add(row["p"]["id"])
            if found[name] != member["rows"] or digest.hexdigest() != member["sha256"]:
                raise _broken(path)
    except (KeyError, TypeError, ValueError, zipfile.BadZipFile, EOFError) as error:
        raise error if isinstance(error, InputError) else _broken(path) from error
    return manifest


def columns(path: Path, settings: Settings) -> tuple[MemoryTables, datetime]:
    """Return the columns of what a backup holds, as a Landscape takes them, and when it was written.

    No store is needed. Raises InputError as ``check`` does, and for a backup of an earlier schema.
    """
    manifest = check(path)
    if manifest["schema"] < SCHEMA_VERSION:
        raise InputError(f"The backup {path} is from an earlier program; restore it, and back up again.")

    def rows(name: str) -> Iterator[dict[str, Any]]:
        member = manifest["members"].get(name)
        for line in _lines(path, member["file"]) if member else ():
            yield json.loads(line)

    tables = build(
        lambda label: (shown(decode_all(row["p"]).items()) for row in rows(label)),
        lambda type: (link_row(decode_all(row["p"]), row["start"], row["end"]) for row in rows(type)),
        settings,
    )
    return tables, datetime.fromisoformat(manifest["written"])


def restore(store: Statements, path: Path, *, progress: Progress = nobody_asks) -> dict[str, Any]:
    """Replace what the store holds by what the backup ``path`` holds, and return the manifest.

    A backup of what was there is kept in ``<data_dir>/backups`` first. ``progress`` is as for ``write``. Raises
    InputError for a file that is not a whole backup, or holds the demo where real data is meant (or the other way
    round). A backup of an earlier schema is left as it is: ``GraphStore.restore`` migrates it.
    """
    if not path.is_file():
        raise InputError(f"There is no backup {path}.")
    manifest = check(path)
    if manifest["kind"] != store.settings.store_name:
        raise InputError(f"The backup {path} holds the {manifest['kind']} store; this is {store.settings.store_name}.")
    if any(row["n"] for row in store.run(cypher.count_nodes())):
        keep_before(store, "restore")
    with locking.held(store, "a restore") as holder:
        durable.resume(store, holder)
        chunks = list(durable.chunks(_differences(store, path, manifest)))
        if chunks:
            durable.carry_out(store, holder, chunks, progress)
    return manifest


def keep_before(store: Statements, why: str) -> Path:
    """Write a backup into ``<data_dir>/backups``, named for the moment and the reason, and return its path."""
    folder = store.settings.data_dir / "backups"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"The folder {folder} cannot be made ({error.strerror}).") from error
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    path = folder / f"{store.settings.store_name}-before-{why}-{moment}.zip"
    write(store, path)
    return path


def _write(store: Statements, path: Path, called: str | None, progress: Progress) -> dict[str, Any]:
    meta = store.run("MATCH (m:Meta {id: 'meta'}) RETURN m.schema AS schema, m.kind AS kind")[0]
    members: dict[str, Any] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        names = (*NODE_TYPES, *KEPT, *LINK_TYPES)
        for number, name in enumerate(names, 1):
            members[name] = _write_member(store, archive, name)
            progress("writing", number, len(names))
        manifest = {
            "format": FORMAT, "schema": meta["schema"], "kind": meta["kind"],
            "written": datetime.now(UTC).isoformat(), "members": members,
        } | ({"name": called} if called else {})  # fmt: skip
        archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    return manifest


def _write_member(store: Statements, archive: zipfile.ZipFile, name: str) -> dict[str, Any]:
    file = f"{'links' if name in LINK_TYPES else 'nodes'}/{name}.jsonl"
    digest, count = sha256(), 0
    with archive.open(file, "w", force_zip64=True) as out:
        for row in _stored(store, name):
            line = (json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n").encode()
            out.write(line)
            digest.update(line)
            count += 1
    return {"file": file, "rows": count, "sha256": digest.hexdigest()}


def _stored(store: Statements, name: str) -> Iterator[dict[str, Any]]:
    text = cypher.read_links(name) if name in LINK_TYPES else cypher.read_nodes(name)
    try:
        rows = [{**row, "p": encode_all(row["p"])} for row in store.run(text)]
    except TypeError as error:
        raise InputError(f"{name} holds a value of a type this program does not write: {error}.") from error
    yield from sorted(rows, key=lambda row: str(row["p"].get("id")))


def _differences(store: Statements, path: Path, manifest: dict[str, Any]) -> Iterator[Change]:
    """Yield what must change for the store to hold what the backup holds, and nothing else."""
    for name in (*NODE_TYPES, *KEPT, *LINK_TYPES):
        present = {row["p"]["id"]: row for row in _stored(store, name)}
        member = manifest["members"].get(name)
        for line in _lines(path, member["file"]) if member else ():
            row = json.loads(line)
            before = present.pop(row["p"]["id"], None)
            if before != row:
                yield from _change(name, row, before)
        for row in present.values():
            yield _doing("delete", name, row)


def _change(name: str, row: dict[str, Any], before: dict[str, Any] | None) -> Iterator[Change]:
    if before is None:
        yield _doing("create", name, row)
    elif name in LINK_TYPES and (row["start"], row["end"]) != (before["start"], before["end"]):
        yield _doing("move", name, before)
        yield _doing("create", name, row)
    else:
        yield _doing("update", name, row)


def _doing(verb: str, name: str, row: dict[str, Any]) -> Change:
    kept = {"id": row["p"]["id"]} if verb in ("delete", "move") else {"id": row["p"]["id"], "p": row["p"]}
    if name not in LINK_TYPES:
        return Change(f"{verb}_nodes", name, "", "", kept)
    kept |= {"start": row["start"], "end": row["end"]}
    return Change(f"{verb}_links", name, label_of_end(row["start"]), label_of_end(row["end"]), kept)


def _read_manifest(path: Path) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = json.loads(archive.read(MANIFEST))
        expected = {"format", "schema", "kind", "members"}
        members = manifest["members"]
        known = members.keys() <= {*NODE_TYPES, *KEPT, *LINK_TYPES}
        if manifest["format"] != FORMAT or not expected <= manifest.keys() or not known:
            raise ValueError
    except (OSError, zipfile.BadZipFile, KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"{path} is not a backup of this program, or not whole.") from error
    return dict(manifest)


def _lines(path: Path, file: str, digest: Any = None) -> Iterator[bytes]:
    with zipfile.ZipFile(path) as archive, archive.open(file) as content:
        yield from _told(content, digest)


def _told(content: IO[bytes], digest: Any) -> Iterator[bytes]:
    for line in content:
        if digest is not None:
            digest.update(line)
        yield line


def _broken(path: Path) -> InputError:
    return InputError(f"The backup {path} is damaged: what it holds is not what was written.")
