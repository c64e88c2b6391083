"""May this database be used? Ours or empty, of this program's schema, demo or real, and no load left half done."""

from __future__ import annotations

import contextlib
from hashlib import blake2s
from secrets import token_hex
from typing import Any

from graphmodel import cypher, durable, locking, migrations
from graphmodel.cypher import Statements
from graphmodel.errors import InputError, Refused, StoreUnavailable
from graphmodel.schema import SCHEMA_VERSION

_META = (
    "MATCH (m:Meta {id: 'meta'}) RETURN m.schema AS schema, m.counter AS counter, m.kind AS kind, "
    "m.constraints AS constraints"
)


def prepare(store: Statements, *, write: bool = False) -> None:
    """Make the database ready for use.

    ``write``: it must take changes. Raises StoreUnavailable for a database that holds something else, a newer schema,
    the demo where real data is meant (or the other way round), or that only reads.
    """
    wanted = store.settings.store_name
    meta = _read(store)
    if meta is None:
        meta = _begin(store, wanted)
    if meta["schema"] > SCHEMA_VERSION:
        raise StoreUnavailable(
            f"The store was written by a newer program (schema {meta['schema']}, this one knows {SCHEMA_VERSION}): "
            "update this program, or give another store."
        )
    if meta["constraints"] != _constraints_key():
        _constrain(store)
    if meta["schema"] < SCHEMA_VERSION:
        migrations.migrate(store, meta["schema"])
    finish_unfinished(store)
    if meta["kind"] != wanted:
        _change_kind(store, wanted)
    if write:
        _try_writing(store)


def finish_unfinished(store: Statements) -> None:
    """Finish a load whose holder is gone, or throw away what of it was never ready. A living holder is left alone."""
    if not store.run("MATCH (l:Load) RETURN l.state AS state"):
        return
    holder = locking.holder_of(store)
    if holder is not None and not locking.is_dead(holder):
        return
    with locking.held(store, "the end of a load that was cut short") as mine:
        durable.resume(store, mine)


def _read(store: Statements) -> dict[str, Any] | None:
    rows = store.run(_META)
    return rows[0] if rows else None


def _begin(store: Statements, kind: str) -> dict[str, Any]:
    if store.run("MATCH (n) RETURN 1 AS one LIMIT 1"):
        meta = _read(store)  # somebody else may be opening it for the first time, too
        if meta is not None:
            return meta
        raise StoreUnavailable(
            "The database holds something that is not a landscape: give an empty one with NEO4J_DATABASE."
        )
    _constrain(store)
    meta = {
        "schema": SCHEMA_VERSION,
        "counter": 0,
        "kind": kind,
        "constraints": _constraints_key(),
        # A database that was emptied and filled anew counts from 0 again: this tells the two apart.
        "born": token_hex(8),
    }
    with contextlib.suppress(InputError):  # it is there already
        store.change("MERGE (m:Meta {id: 'meta'}) ON CREATE SET m += $meta", meta=meta)
    return _read(store) or meta


def _constrain(store: Statements) -> None:
    try:
        for statement in cypher.constraints():
            store.run(statement)
        store.change("MATCH (m:Meta {id: 'meta'}) SET m.constraints = $key", key=_constraints_key())
    except Refused as error:
        raise _only_reads(error) from error


def _constraints_key() -> str:
    return blake2s("\n".join(cypher.constraints()).encode(), digest_size=8).hexdigest()


def _change_kind(store: Statements, kind: str) -> None:
    """An empty store takes either; data of one kind is never mixed with the other."""
    if any(row["n"] for row in store.run(cypher.count_nodes())):
        found, wanted = ("real data", "the demo") if kind == "demo" else ("the demo", "real data")
        raise StoreUnavailable(f"The database holds {found}; {wanted} needs one of its own: set NEO4J_DATABASE.")
    store.change("MATCH (m:Meta {id: 'meta'}) SET m.kind = $kind", kind=kind)


def _try_writing(store: Statements) -> None:
    try:
        store.change("MATCH (m:Meta {id: 'meta'}) SET m.tried = timestamp()")
    except Refused as error:
        raise _only_reads(error) from error


def _only_reads(error: Refused) -> StoreUnavailable:
    return StoreUnavailable(f"This user of the database may only read it; give one who may write. ({error})")
