"""What did people change, and how is it taken back? An append-only log, never overwritten by a load.

An entry says when which team changed which property of which node or link, from what to what. What people said is
kept as a claim that counts more than any source, so it survives every reload. A team is named, never a person.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2s
from typing import Any

from graphmodel import cypher, durable, locking
from graphmodel.claims import (
    DERIVED,
    EDIT,
    FINE_LEVELS,
    Precedence,
    claims_of,
    has_ended,
    is_confidential,
    known_adapters,
    sealed,
    stored,
)
from graphmodel.cypher import Statements, decoded, encoded
from graphmodel.edit_values import FIXED, checked
from graphmodel.errors import EditConflict, InputError, UnknownName
from graphmodel.records import LinkRecord
from graphmodel.schema import LINK_TYPES, NODE_TYPES, label_of

LONGEST_TEAM = 80


@dataclass(frozen=True, slots=True)
class Edit:
    """One entry of the log. ``undoes`` is the id of the entry it takes back, or None; values in records' types."""

    id: str
    when: datetime
    team: str
    node: str
    field: str
    before: Any
    after: Any
    undoes: str | None = None


@dataclass(frozen=True, slots=True)
class _Thing:
    """A stored node or link: its label or type, all its properties, and the start of a link.

    ``end`` is that of a new link; ``within`` says in which areas a new node lies.
    """

    name: str
    properties: dict[str, Any]
    start: str = ""
    end: str = ""
    within: tuple[LinkRecord, ...] = ()


def edit(
    store: Statements, id: str, changes: Mapping[str, Any], team: str, *, seen: Mapping[str, Any] | None = None
) -> list[Edit]:
    """Change properties of the node or link ``id`` and return the entries made, one for each that differs.

    ``changes`` maps property names to values in the types of records; None makes a value unknown. Hours are two
    properties, the text and ``<name>_week``; a text without its week makes the week unknown. Counts of people are
    rounded, and not stored below the threshold. ``seen`` is what the team saw before it changed it. Raises EditConflict
    where that holds no longer, UnknownName (no such id), InputError (a team label that is empty or an e-mail address, a
    value the field cannot take), StoreLocked and StoreUnavailable.
    """
    team = team_name(team)
    with locking.held(store, "an edit") as holder:
        durable.resume(store, holder)
        thing = _find(store, id)
        values = checked(thing.name, changes, store.settings.threshold)
        _check_seen(store, id, thing, {name: value for name, value in (seen or {}).items() if name in values})
        return _say(store, holder, id, thing, values, team, undone={})


def create(
    store: Statements,
    label: str,
    key: str,
    fields: Mapping[str, Any],
    team: str,
    *,
    within: Iterable[LinkRecord] = (),
) -> list[Edit]:
    """Make a node that people speak of and no source, and return the entries made; its id is ``<prefix>:<key>``.

    ``within`` are the derived links to the areas it lies in. The node goes when all that was said of it is taken back.
    Raises InputError where there is one of this id already or a required field is missing, and what ``edit`` raises.
    """
    team = team_name(team)
    id = f"{NODE_TYPES[label].prefix}:{key}"
    with locking.held(store, "an edit") as holder:
        durable.resume(store, holder)
        if store.run(cypher.read_nodes(label, by_id=True), ids=[id]):
            raise InputError(f"There is {id} already; give it another name, or change that one.")
        given = {"sensitivity": "internal", **fields}
        values = {"source": EDIT, **checked(label, given, store.settings.threshold, new=True)}
        return _say(store, holder, id, _Thing(label, {}, within=tuple(within)), values, team, undone={})


def join(store: Statements, type: str, start: str, end: str, changes: Mapping[str, Any], team: str) -> list[Edit]:
    """Say as a person that a link is there, with these fields, and return the entries made.

    Where it is not there yet it is made, from no source; it goes when all that was said of it is taken back. Raises
    what ``edit`` raises.
    """
    team = team_name(team)
    id = f"link:{type.lower()}-{blake2s(f'{start} {end}'.encode(), digest_size=8).hexdigest()}"
    with locking.held(store, "an edit") as holder:
        durable.resume(store, holder)
        for node in (start, end):
            _find(store, node)
        found = store.run(cypher.read_link(type), id=id)
        thing = _Thing(type, found[0]["p"] if found else {}, start, "" if found else end)
        # A link of which nothing is said but that it is there needs an entry too, by which it can be taken back.
        given = changes or ({} if found else {"sensitivity": "internal"})
        values = {"source": EDIT, **checked(thing.name, given, store.settings.threshold)}
        return _say(store, holder, id, thing, values, team, undone={})


def decide(store: Statements, one: str, other: str, verdict: str, team: str) -> list[Edit]:
    """Keep what a team says of two nodes, that they are one or two things, and return the entries of the log.

    Raises InputError for two of different labels or one and the same, and what ``edit`` raises.
    """
    label = label_of(one)
    if label is None or label != label_of(other) or one == other:
        raise InputError(f"{one} and {other} cannot be the same: give the ids of two nodes of one label.")
    start, end = sorted((one, other))
    text = f"MATCH (a:{cypher.known_label(label)} {{id: $start}})-[r:SAME_AS]-(b {{id: $end}}) RETURN r.id AS id"
    found = sorted(row["id"] for row in store.run(text, start=start, end=end))
    if found:
        return edit(store, found[0], {"verdict": verdict}, team)
    return join(store, "SAME_AS", start, end, {"verdict": verdict}, team)


def kind_of(store: Statements, id: str) -> str:
    """Return the label or the link type of what has this id, "gap" for a gap; raises UnknownName."""
    return id.partition(":")[0] if id.startswith(_NO_NODES) else _find(store, id).name


def history(store: Statements, id: str) -> list[Edit]:
    """Return what people changed of a node or link, the first first."""
    return [entry for _, entry in _entries(store.run(f"{_MATCH} WHERE e.node = $id {_RETURN}", id=id))]


def remark(store: Statements, id: str, values: Mapping[str, Any], team: str) -> list[Edit]:
    """Log what a team says of something that is no node, such as a gap, and return the entries, one for each change.

    No analysis depends on it, so the store's version stays; ``GraphStore.remarks`` counts on. Raises InputError for a
    team label that cannot be used, StoreLocked and StoreUnavailable.
    """
    team = team_name(team)
    with locking.held(store, "an edit") as holder:
        durable.resume(store, holder)
        return _remark(store, holder, id, values, team, undone={})


def log_of(store: Statements, prefix: str) -> list[tuple[str, Edit]]:
    """Return all that was said of ids with this prefix, the first first, each entry with the group it was said in."""
    return _entries(store.run(f"{_MATCH} WHERE e.node STARTS WITH $prefix {_RETURN}", prefix=prefix))


def undo(store: Statements, team: str, *, of: str | None = None) -> list[Edit]:
    """Take back the last change that still holds, all that was said with it; return the entries that say so.

    ``of`` takes back the last change of that id. Empty where there is nothing to take back. What held before comes
    back: an earlier edit, or the sources' word.
    """
    team = team_name(team)
    with locking.held(store, "an edit") as holder:
        durable.resume(store, holder)
        log = _entries(store.run(f"{_MATCH} {_RETURN}"))
        kept = [(group, entry) for group, entry in holding(log) if of in (None, entry.node)]
        if not kept:
            return []
        last = [(group, entry) for group, entry in kept if group == kept[-1][0]]
        earlier = [entry for group, entry in kept if group != kept[-1][0]]
        node = last[0][1].node
        said = {entry.field: entry.after for entry in earlier if entry.node == node}
        undone = {entry.field: entry.id for _, entry in last}
        if node.startswith(_NO_NODES):
            return _remark(store, holder, node, {name: said.get(name) for name in undone}, team, undone=undone)
        values = {entry.field: said.get(entry.field, _NOT_SAID) for _, entry in last}
        return _say(store, holder, node, _find(store, node), values, team, undone=undone)


# What is said of these is in the log alone.
_NO_NODES = ("gap:",)
_NOT_SAID = object()
# What people made, and of which nobody says anything any more.
_ONLY_MADE = {EDIT: {"source": EDIT}}
_LEAVE_FINE = "MATCH (n:{label} {{id: $id}})-[r:WITHIN]->(a:Area) WHERE a.level IN $levels DELETE r"
_LOG = "UNWIND $rows AS row CREATE (e:Edit) SET e = row"
_MATCH = "MATCH (e:Edit)"
_RETURN = (
    "RETURN e.id AS id, e.when AS when, e.team AS team, e.node AS node, e.field AS field, e.before AS before, "
    "e.after AS after, e.undoes AS undoes, e.group AS group ORDER BY e.number"
)


def _entries(rows: Iterable[Mapping[str, Any]]) -> list[tuple[str, Edit]]:
    """Return the entries of rows, each with the group it was said in."""
    return [
        (
            row["group"],
            Edit(
                row["id"], row["when"], row["team"], row["node"], row["field"],
                decoded(json.loads(row["before"])), decoded(json.loads(row["after"])), row["undoes"],
            ),
        )
        for row in rows
    ]  # fmt: skip


def holding(log: list[tuple[str, Edit]]) -> list[tuple[str, Edit]]:
    """Return the entries that still hold: no undoing, and not undone."""
    undone = {entry.undoes for _, entry in log}
    return [(group, entry) for group, entry in log if entry.undoes is None and entry.id not in undone]


def _say(
    store: Statements,
    holder: locking.Holder,
    id: str,
    thing: _Thing,
    values: Mapping[str, Any],
    team: str,
    *,
    undone: Mapping[str, str],
) -> list[Edit]:
    """Write the claim, the entries and the version in one transaction."""
    properties = _with_claim(store, id, thing, values)
    told = [name for name in values if name not in FIXED]
    entries, rows = _made(store, id, thing.properties, properties, told, team, undone)
    if not entries:
        return []
    with store.transaction() as run:
        holder.check(run)
        run(_statement(thing, properties), rows=[{"id": id, "start": thing.start, "end": thing.end, "p": properties}])
        if thing.within:
            run(cypher.write_links("WITHIN", thing.name, "Area"), rows=[_derived_row(link) for link in thing.within])
        if is_confidential(properties) and thing.name in LINK_TYPES["WITHIN"].starts:
            run(_LEAVE_FINE.format(label=thing.name), id=id, levels=FINE_LEVELS)
        run(_LOG, rows=rows)
        run("MATCH (m:Meta {id: 'meta'}) SET m.counter = m.counter + 1")
    return entries


def _statement(thing: _Thing, properties: Mapping[str, Any]) -> str:
    """Return the statement that keeps these properties of a thing; without any it goes."""
    if not thing.start:
        return cypher.write_nodes(thing.name) if properties else cypher.delete_nodes(thing.name)
    start = cypher.label_of_end(thing.start)
    if thing.end:
        return cypher.write_links(thing.name, start, cypher.label_of_end(thing.end))
    return cypher.update_links(thing.name, start) if properties else cypher.delete_links(thing.name, start)


def _remark(
    store: Statements,
    holder: locking.Holder,
    id: str,
    values: Mapping[str, Any],
    team: str,
    *,
    undone: Mapping[str, str],
) -> list[Edit]:
    """Write the entries alone, in one transaction."""
    before = {entry.field: entry.after for entry in history(store, id)}
    entries, rows = _made(store, id, before, values, values, team, undone)
    if entries:
        with store.transaction() as run:
            holder.check(run)
            run(_LOG, rows=rows)
            run("MATCH (m:Meta {id: 'meta'}) SET m.remarks = coalesce(m.remarks, 0) + 1")
    return entries


def _made(
    store: Statements,
    id: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    names: Iterable[str],
    team: str,
    undone: Mapping[str, str],
) -> tuple[list[Edit], list[dict[str, Any]]]:
    """Return an entry for each of these names that differs or is taken back, and the rows to store them as."""
    number = (store.run("MATCH (e:Edit) RETURN max(e.number) AS last")[0]["last"] or 0) + 1
    now = datetime.now(UTC)
    changed = [name for name in names if name in undone or before.get(name) != after.get(name)]
    entries = [
        Edit(f"edit:{number + i}", now, team, id, name, before.get(name), after.get(name), undone.get(name))
        for i, name in enumerate(changed)
    ]
    return entries, [_row(entry, number + i, entries[0].id) for i, entry in enumerate(entries)]


def _row(entry: Edit, number: int, group: str) -> dict[str, Any]:
    row = {
        "id": entry.id, "number": number, "group": group, "when": entry.when, "team": entry.team, "node": entry.node,
        "field": entry.field, "before": json.dumps(encoded(entry.before)), "after": json.dumps(encoded(entry.after)),
    }  # fmt: skip
    return row | ({"undoes": entry.undoes} if entry.undoes else {})


def _with_claim(store: Statements, id: str, thing: _Thing, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties that hold once a person says ``values``; _NOT_SAID takes a word back."""
    claims = claims_of(thing.properties)
    if has_ended(claims) and "source" not in values:
        raise InputError(f"{id} has ended: no source holds it any more, so it cannot be changed.")
    said = {**claims.get(EDIT, {}), **values}
    claims[EDIT] = {name: value for name, value in said.items() if value is not _NOT_SAID}
    if claims == _ONLY_MADE:
        _check_alone(store, id, thing)
        return {}
    if not claims[EDIT]:
        del claims[EDIT]
    return stored(thing.name, id, claims, Precedence(known_adapters(store)))


def _check_seen(store: Statements, id: str, thing: _Thing, seen: Mapping[str, Any]) -> None:
    """Raise EditConflict where a value is another than the team saw before it changed it."""
    for name, value in seen.items():
        now = thing.properties.get(name)
        if now != value:
            last = next((each for each in reversed(history(store, id)) if each.field == name), None)
            who = f"{last.team} on {last.when:%d %b %Y at %H:%M} UTC" if last else "a load"
            raise EditConflict(
                f"'{name}' was changed by {who} after you opened it: it is now {_in_words(now)}. Look again, then save."
            )


def _in_words(value: Any) -> str:
    return "not known" if value is None else f"“{value}”"


def _check_alone(store: Statements, id: str, thing: _Thing) -> None:
    """Raise InputError where a node people made would take links that people made with it."""
    if thing.start:
        return
    text = f"MATCH (n:{cypher.known_label(thing.name)} {{id: $id}})-[r]-() WHERE r.source = $edit RETURN count(r) AS n"
    if links := store.run(text, id=id, edit=EDIT)[0]["n"]:
        raise InputError(f"{id} has {links} links that people made after it; take those back first.")


def _derived_row(link: LinkRecord) -> dict[str, Any]:
    properties = sealed({**cypher.tidy(link.type, link.id, link.properties), "id": link.id, "sources": [DERIVED]})
    return {"id": link.id, "start": link.start, "end": link.end, "p": properties}


def _find(store: Statements, id: str) -> _Thing:
    label = label_of(id)
    if label:
        rows = store.run(cypher.read_nodes(label, by_id=True), ids=[id])
        if rows:
            return _Thing(label, rows[0]["p"])
    for type in LINK_TYPES if label is None else ():
        found = store.run(cypher.read_link(type), id=id)
        if found:
            return _Thing(type, found[0]["p"], found[0]["start"])
    raise UnknownName(f"There is no node or link '{id}' in the store.")


def team_name(team: str) -> str:
    """Return the label of a team as it is kept. Raises InputError where it is blank, long or an e-mail address."""
    label = " ".join(team.split())
    if not label or "@" in label or len(label) > LONGEST_TEAM:
        raise InputError("Say which team makes the change, in a few words: never a person's name or e-mail address.")
    return label
