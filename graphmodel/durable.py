"""How does a load survive a kill? What it will do is written into the store first, whole; then it is done, and told.

A ``Load`` node and its ``LoadChunk`` nodes hold the changes as compressed JSON. Until the load is marked ready nobody
sees anything of it, and whoever finds it with its holder dead throws it away. From then on it will be finished, by its
holder or by whoever comes next: each chunk is applied and removed in one transaction.
"""

from __future__ import annotations

import gzip
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from graphmodel import cypher
from graphmodel.cypher import Run, Statements, decode_all
from graphmodel.errors import InputError, StoreUnavailable
from graphmodel.locking import Holder

Progress = Callable[[str, int, int], None]

# How much one transaction takes: the bundled server ends a statement after 20 s, also on a slow machine.
ROWS = {"create_nodes": 5000, "create_links": 5000, "delete_links": 1000}
OTHER_ROWS = 1000
CHUNK_CHARACTERS = 2_000_000


def nobody_listens(_step: str) -> None:
    """Do nothing: the hook of ``on_step`` outside tests."""


def nobody_asks(_stage: str, _done: int, _total: int) -> None:
    """Do nothing: the progress of work that nobody watches."""


# Called with the name of each step: tests end the process there.
on_step: Callable[[str], None] = nobody_listens


@dataclass(frozen=True, slots=True)
class Change:
    """What is done to one node or link. ``kind`` is a key of ``_APPLY``; ``row`` its parameters, as JSON keeps them."""

    kind: str
    name: str
    start: str
    end: str
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Changes of one kind to one label or type, as JSON text."""

    text: str
    rows: int


def chunks(changes: Iterable[Change]) -> Iterator[Chunk]:
    """Yield the changes in chunks, the order of kinds kept: what comes first in ``ORDER`` is done first."""
    groups: dict[tuple[str, str, str, str], list[str]] = {}
    for change in changes:
        text = json.dumps(change.row, ensure_ascii=False, separators=(",", ":"))
        groups.setdefault((change.kind, change.name, change.start, change.end), []).append(text)
    for group in sorted(groups, key=lambda each: ORDER.index(each[0])):
        head = json.dumps(dict(zip(("kind", "name", "start", "end"), group, strict=True)))
        for rows in _split(groups[group], ROWS.get(group[0], OTHER_ROWS)):
            yield Chunk(f'{head[:-1]}, "rows": [{",".join(rows)}]}}', len(rows))


def _split(texts: list[str], limit: int) -> Iterator[list[str]]:
    rows: list[str] = []
    size = 0
    for text in texts:
        if rows and (len(rows) >= limit or size + len(text) > CHUNK_CHARACTERS):
            yield rows
            rows, size = [], 0
        rows.append(text)
        size += len(text)
    if rows:
        yield rows


def carry_out(store: Statements, holder: Holder, planned: list[Chunk], progress: Progress) -> None:
    """Record the chunks, apply them and count the store's version on. All or nothing, at whatever moment it ends.

    A bundled server that dies meanwhile is started again, once, and the load goes on.
    """
    _record(store, holder, planned, progress)
    total, done = sum(chunk.rows for chunk in planned), 0
    try:
        for number, chunk in enumerate(planned):
            on_step("merging")
            _apply_new(store, holder, number, chunk.text)
            done += chunk.rows
            progress("loading", done, total)
        _finish(store, holder)
    except StoreUnavailable:
        resume(store, holder)


def resume(store: Statements, holder: Holder) -> bool:
    """Finish the load that was cut short, or throw away what was never ready; return whether one was finished."""
    load = store.run("MATCH (l:Load {id: 'load'}) RETURN l.state AS state")
    if not load or load[0]["state"] != "ready":
        _discard(store, holder)
        return False
    while True:
        left = store.run("MATCH (c:LoadChunk) RETURN c.number AS number ORDER BY c.number LIMIT 1")
        if not left:
            break
        _apply_again(store, holder, left[0]["number"])
    _finish(store, holder)
    return True


def state(store: Statements) -> tuple[int, bool]:
    """Return the store's version counter, and whether a load is being merged."""
    rows = store.run(
        "OPTIONAL MATCH (m:Meta {id: 'meta'}) OPTIONAL MATCH (l:Load {id: 'load'}) "
        "RETURN m.counter AS counter, l.state AS state"
    )
    return rows[0]["counter"] or 0, rows[0]["state"] == "ready"


def _record(store: Statements, holder: Holder, planned: list[Chunk], progress: Progress) -> None:
    on_step("recording")
    _discard(store, holder)
    store.change("CREATE (l:Load {id: 'load', state: 'writing', holder: $holder})", holder=holder.name)
    for number, chunk in enumerate(planned):
        store.change(
            "CREATE (c:LoadChunk {id: $id, number: $number, data: $data})",
            id=f"chunk-{number}", number=number, data=_packed(chunk.text),
        )  # fmt: skip
        on_step("recorded a chunk")
        progress("recording", number + 1, len(planned))
    on_step("recorded")
    with store.transaction() as run:
        holder.check(run)
        run("MATCH (l:Load {id: 'load'}) SET l.state = 'ready'")
    on_step("ready")


def _discard(store: Statements, holder: Holder) -> None:
    found = store.run("MATCH (c:LoadChunk) RETURN c.id AS id")
    for row in found:
        with store.transaction() as run:
            holder.check(run)
            run("MATCH (c:LoadChunk {id: $id}) DELETE c", id=row["id"])
    store.change("MATCH (l:Load {id: 'load'}) DELETE l")


def _apply_new(store: Statements, holder: Holder, number: int, text: str) -> None:
    """Apply a chunk whose creations are known to be new; where that is not so, apply it the slow way."""
    try:
        with store.transaction() as run:
            holder.check(run)
            apply_chunk(run, text, new=True)
            run("MATCH (c:LoadChunk {id: $id}) DELETE c", id=f"chunk-{number}")
    except InputError:
        _apply_again(store, holder, number)


def _apply_again(store: Statements, holder: Holder, number: int) -> None:
    id = f"chunk-{number}"
    with store.transaction() as run:
        holder.check(run)
        data = run("MATCH (c:LoadChunk {id: $id}) RETURN c.data AS data", id=id)[0]["data"]
        apply_chunk(run, _unpacked(data), new=False)
        run("MATCH (c:LoadChunk {id: $id}) DELETE c", id=id)


def _finish(store: Statements, holder: Holder) -> None:
    on_step("merged")
    with store.transaction() as run:
        holder.check(run)
        run("MATCH (m:Meta {id: 'meta'}) SET m.counter = m.counter + 1")
        run("MATCH (l:Load {id: 'load'}) DELETE l")
    on_step("finished")


def apply_chunk(run: Run, text: str, *, new: bool) -> None:
    """Run the statements of one chunk. ``new``: what it creates is not there yet, not even in part."""
    chunk = json.loads(text)
    rows = [{**row, "p": decode_all(row["p"])} if "p" in row else row for row in chunk["rows"]]
    kind, name, start, end = chunk["kind"], chunk["name"], chunk["start"], chunk["end"]
    size = len(rows) if new else OTHER_ROWS
    for position in range(0, len(rows), max(size, 1)):
        part = rows[position : position + size]
        run(_statement(kind, name, start, end, part, new=new), rows=part)


def _statement(kind: str, name: str, start: str, end: str, rows: list[dict[str, Any]], *, new: bool) -> str:
    names = sorted({each for row in rows for each in row.get("p", ())})
    if kind == "create_nodes":
        return cypher.create_nodes(name, names) if new else cypher.write_nodes(name)
    if kind == "create_links":
        return cypher.create_links(name, start, end, names) if new else cypher.write_links(name, start, end)
    if kind in ("update_nodes", "end_nodes"):
        return cypher.write_nodes(name)
    if kind in ("update_links", "end_links"):
        return cypher.update_links(name, start)
    if kind in ("move_links", "delete_links"):
        return cypher.delete_links(name, start)
    return cypher.delete_nodes(name)


# New things come before old ones end, and a link that has moved leaves its old place first.
ORDER = (
    "move_links", "create_nodes", "update_nodes", "create_links", "update_links", "end_nodes", "end_links",
    "delete_links", "delete_nodes",
)  # fmt: skip


def _packed(text: str) -> str:
    return b64encode(gzip.compress(text.encode(), 5)).decode()


def _unpacked(data: str) -> str:
    return gzip.decompress(b64decode(data)).decode()


def parts(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Yield lists of at most ``size`` items."""
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part
