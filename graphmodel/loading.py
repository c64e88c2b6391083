"""How do records become the landscape? Planned against what is there, each source's word kept apart, then carried out.

What a source said before and says no more ends: ``valid_to`` is the day before the source's new ``retrieved`` date
(today where it has none), for on that date it was gone. It does not end while another source still says it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from graphmodel import cypher, durable, locking
from graphmodel.claims import (
    DERIVED,
    EDIT,
    FINE_LEVELS,
    Claims,
    Precedence,
    claims_of,
    ended,
    has_ended,
    is_confidential,
    known_adapters,
    place_of,
    said_by,
    sealed,
    stored,
)
from graphmodel.cypher import Statements, decode_all, encode_all, label_of_end
from graphmodel.durable import Change, Progress, parts
from graphmodel.errors import InputError
from graphmodel.records import LinkRecord, NodeRecord, Record
from graphmodel.schema import LINK_TYPES, NODE_TYPES

REMOVALS_ALLOWED = 0.2
IDS_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class LoadCounts:
    """What a load did to nodes and links together.

    ``nodes`` and ``links`` are how many it was given; ``waiting`` are those of its links whose other end is not
    known yet: they are made when a later load brings it.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    ended: int = 0
    nodes: int = 0
    links: int = 0
    waiting: tuple[LinkRecord, ...] = field(default=(), repr=False)


class Ends(NamedTuple):
    """The two ids a link goes between."""

    start: str
    end: str


NO_ENDS = Ends("", "")


def load_records(
    store: Statements,
    records: Iterable[Record],
    *,
    sources: Sequence[str],
    allow_removals: bool = False,
    progress: Progress | None = None,
    wait_seconds: float = locking.WAIT_SECONDS,
) -> LoadCounts:
    """Load all records or none; see ``GraphStore.load``."""
    say = progress or durable.nobody_asks
    incoming = Incoming.gathered(records)
    with locking.held(store, "a load", seconds=wait_seconds) as holder:
        durable.on_step("locked")
        durable.resume(store, holder)
        plan = _Planner(store, incoming, frozenset(sources), say)
        plan.make(allow_removals=allow_removals)
        durable.on_step("planned")
        chunks = list(durable.chunks(plan.changes))
        if chunks:
            durable.carry_out(store, holder, chunks, say)
    durable.on_step("unlocked")
    return plan.counts()


@dataclass
class Incoming:
    """The records of a load: by label or type, then by id, what each source says."""

    nodes: dict[str, dict[str, Claims]] = field(default_factory=lambda: defaultdict(dict))
    links: dict[str, dict[str, Claims]] = field(default_factory=lambda: defaultdict(dict))
    ends: dict[str, Ends] = field(default_factory=dict)
    derived: dict[str, dict[str, LinkRecord]] = field(default_factory=lambda: defaultdict(dict))
    node_count: int = 0
    link_count: int = 0

    @classmethod
    def gathered(cls, records: Iterable[Record]) -> Incoming:
        """Return the records, ordered. Of two that one source gives for one id the first counts."""
        found = cls()
        for record in records:
            if isinstance(record, NodeRecord):
                found._add_node(record)
            else:
                found.add_link(record)
        return found

    def _add_node(self, record: NodeRecord) -> None:
        said = said_by(cypher.tidy(cypher.known_label(record.label), record.id, record.properties))
        if label_of_end(record.id) != record.label:
            raise InputError(f"{record.id} is not an id of a {record.label}.")
        self.node_count += 1
        self.nodes[record.label].setdefault(record.id, {}).setdefault(_source(record), said)

    def add_link(self, record: LinkRecord) -> None:
        """Add a link; derived ones are kept apart, for they follow from the places and nobody says them."""
        said = said_by(cypher.tidy(cypher.known_type(record.type), record.id, record.properties))
        self.link_count += 1
        if record.properties.get("source") == DERIVED:
            self.derived[record.start].setdefault(record.id, record)
            return
        self.links[record.type].setdefault(record.id, {}).setdefault(_source(record), said)
        self.ends.setdefault(record.id, Ends(record.start, record.end))

    def sources_of(self, name: str, id: str) -> Mapping[str, Any]:
        """Return what this load's sources say of a node."""
        return self.nodes.get(name, {}).get(id, {})


def _source(record: Record) -> str:
    source = record.properties.get("source")
    if not isinstance(source, str) or not source or source == EDIT:
        raise InputError(f"{record.id} does not say which source it is from.")
    return source


class _Planner:
    """What must change in the store for the load to hold, and what that amounts to."""

    def __init__(self, store: Statements, incoming: Incoming, sources: frozenset[str], say: Progress) -> None:
        self.store = store
        self.incoming = incoming
        self.sources = sources
        self.say = say
        self.changes: list[Change] = []
        self.waiting: list[LinkRecord] = []
        self.tally = dict.fromkeys(("created", "updated", "unchanged", "ended"), 0)
        self.said: dict[str, int] = defaultdict(int)
        self.gone: dict[str, int] = defaultdict(int)
        self.mixed: dict[str, Claims] = {}
        self.confidential: set[str] = set()
        self.present: dict[str, int] = {}
        self.precedence = Precedence({})

    def counts(self) -> LoadCounts:
        """Return what the plan amounts to."""
        return LoadCounts(
            **self.tally,
            nodes=self.incoming.node_count,
            links=self.incoming.link_count,
            waiting=tuple(self.waiting),
        )

    def make(self, *, allow_removals: bool) -> None:
        """Make the plan. Raises InputError where a source would lose more than a fifth of its rows."""
        self.present = self._count()
        self.precedence = Precedence(self._adapters())
        self.last_day = self._last_days()
        self._sort_out_waiting()
        steps = [*NODE_TYPES, *LINK_TYPES]
        for number, name in enumerate(steps):
            self.say("planning", number, len(steps))
            if name in NODE_TYPES:
                self._plan(name, self.incoming.nodes.get(name, {}))
            else:
                self._plan(name, self.incoming.links.get(name, {}))
        self._plan_derived()
        self.say("planning", len(steps), len(steps))
        if not allow_removals:
            self._refuse_removals()

    # What the store and the sources are

    def _count(self) -> dict[str, int]:
        nodes = {row["name"]: row["n"] for row in self.store.run(cypher.count_nodes())}
        links = {row["name"]: row["n"] for row in self.store.run(cypher.count_links())}
        return {name: n for name, n in (nodes | links).items() if n}

    def _adapters(self) -> dict[str, str | None]:
        known = known_adapters(self.store)
        for claims in self.incoming.nodes.get("Source", {}).values():
            for said in claims.values():
                known[str(said.get("name"))] = said.get("adapter")
        return known

    def _last_days(self) -> dict[str, date]:
        """The day before each source's new date: on that date what is gone from it was gone."""
        found: dict[str, date] = {}
        for things in (*self.incoming.nodes.values(), *self.incoming.links.values()):
            for claims in things.values():
                for source, said in claims.items():
                    retrieved = said.get("retrieved")
                    if retrieved and retrieved > found.get(source, date.min):
                        found[source] = retrieved
        today = date.today()
        return {source: found.get(source, today) - timedelta(days=1) for source in self.sources}

    # Nodes and links alike

    def _plan(self, name: str, incoming: dict[str, Claims]) -> None:
        present = self._light(name, incoming)
        self._tally_sources(name, present, incoming)
        unclear = []
        for id, claims in incoming.items():
            row = present.get(id)
            if row is None:
                self._create(name, id, claims)
            elif _is_alone(row, claims):
                self._replace(name, id, row, self._stored(name, id, claims))
            else:
                unclear.append(row)
        gone = [row for id, row in present.items() if id not in incoming and self.sources & set(row["sources"] or ())]
        for row, full in self._full(name, unclear + gone):
            self._reconcile(name, row, full, incoming.get(row["id"], {}))

    def _reconcile(self, name: str, row: dict[str, Any], full: dict[str, Any], incoming: Claims) -> None:
        id = row["id"]
        claims = {source: said for source, said in claims_of(full).items() if source not in self.sources} | incoming
        if has_ended(claims):
            last = max(self.last_day[source] for source in self.sources & set(row["sources"]))
            self._change("end", name, id, ended(full, last), _ends_of(row))
            self.tally["ended"] += 1
            return
        self.mixed[id] = claims
        self._replace(name, id, row, self._stored(name, id, claims))

    def _stored(self, name: str, id: str, claims: Claims) -> dict[str, Any]:
        properties = stored(name, id, claims, self.precedence)
        if is_confidential(properties):
            self.confidential.add(id)
        return properties

    def _create(self, name: str, id: str, claims: Claims) -> None:
        ends = self.incoming.ends[id] if name in LINK_TYPES else NO_ENDS
        self._change("create", name, id, self._stored(name, id, claims), ends)
        self.tally["created"] += 1

    def _replace(self, name: str, id: str, row: dict[str, Any], properties: dict[str, Any]) -> None:
        before = _ends_of(row)
        now = self.incoming.ends.get(id, before) if name in LINK_TYPES else NO_ENDS
        if now != before:
            self._change("move", name, id, None, before)
            self._change("create", name, id, properties, now)
        elif properties["fingerprint"] != row["fingerprint"]:
            self._change("update", name, id, properties, now)
        else:
            self.tally["unchanged"] += 1
            return
        self.tally["updated"] += 1

    def _change(self, verb: str, name: str, id: str, properties: dict[str, Any] | None, ends: Ends) -> None:
        row: dict[str, Any] = {"id": id}
        if properties is not None:
            row["p"] = encode_all(properties)
        if name in LINK_TYPES:
            row |= {"start": ends.start, "end": ends.end}
            labels = label_of_end(ends.start), label_of_end(ends.end)
            self.changes.append(Change(f"{verb}_links", name, *labels, row))
        else:
            self.changes.append(Change(f"{verb}_nodes", name, "", "", row))

    def _tally_sources(self, name: str, present: Mapping[str, dict[str, Any]], incoming: dict[str, Claims]) -> None:
        if name == "Source":
            return
        for id, row in present.items():
            for source in self.sources & set(row["sources"] or ()):
                self.said[source] += 1
                self.gone[source] += source not in incoming.get(id, {})

    def _refuse_removals(self) -> None:
        for source, gone in sorted(self.gone.items()):
            if gone > REMOVALS_ALLOWED * self.said[source]:
                raise InputError(
                    f"{gone} of {self.said[source]} rows of '{source}' would end with this load, more than a fifth; "
                    "if that is meant, load with --allow-removals."
                )

    # Reading what is there

    def _light(self, name: str, incoming: dict[str, Claims]) -> dict[str, dict[str, Any]]:
        """Return id -> id, fingerprint, sources, many (and start, end) of what this load is about."""
        if not self.present.get(name) or not (incoming or self.sources):
            return {}
        if name in LINK_TYPES:
            rows = self.store.run(_LIGHT_LINKS_SAID.format(type=name), derived=DERIVED)
            return {row["id"]: row for row in rows if row["id"] in incoming or self.sources & set(row["sources"] or ())}
        rows = self.store.run(_LIGHT_NODES.format(label=name), sources=sorted(self.sources))
        found = {row["id"]: row for row in rows}
        for ids in parts((id for id in incoming if id not in found), IDS_AT_ONCE):
            found |= {row["id"]: row for row in self.store.run(_LIGHT_NODES_BY_ID.format(label=name), ids=ids)}
        return found

    def _full(self, name: str, rows: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """Yield each row with all properties of its node or link."""
        for some in parts(rows, IDS_AT_ONCE):
            if name in LINK_TYPES:
                wanted = [{"id": row["id"], "start": row["start"]} for row in some]
                labels = {label_of_end(each["start"]) for each in wanted}
                found = {
                    each["p"]["id"]: each["p"]
                    for label in sorted(labels)
                    for each in self.store.run(_FULL_LINKS.format(type=name, label=label), rows=wanted)
                }
            else:
                answer = self.store.run(cypher.read_nodes(name, by_id=True), ids=[row["id"] for row in some])
                found = {each["p"]["id"]: each["p"] for each in answer}
            yield from ((row, found[row["id"]]) for row in some)

    def _known_ids(self, ids: Iterable[str]) -> set[str]:
        """Return which of the ids are nodes of this load or of the store."""
        known: set[str] = set()
        asked: dict[str, set[str]] = defaultdict(set)
        for id in ids:
            label = label_of_end(id)
            if id in self.incoming.nodes.get(label, {}):
                known.add(id)
            elif self.present.get(label):
                asked[label].add(id)
        for label, some in asked.items():
            for wanted in parts(sorted(some), IDS_AT_ONCE):
                found = self.store.run(f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}) RETURN n.id AS id", ids=wanted)
                known |= {row["id"] for row in found}
        return known

    # Links that miss an end

    def _sort_out_waiting(self) -> None:
        earlier = {row["id"]: row for row in self.store.run("MATCH (w:Waiting) RETURN w.id AS id, w.record AS record")}
        links = [_from_text(row["record"]) for row in earlier.values()]
        revived = [link for link in links if _source(link) not in self.sources]
        given = [end for ends in self.incoming.ends.values() for end in ends]
        known = self._known_ids({*given, *(end for link in revived for end in (link.start, link.end))})
        still: set[str] = set()
        for link in revived:
            if {link.start, link.end} <= known:
                self.incoming.add_link(link)
                self.incoming.link_count -= 1
            else:
                still.add(_waiting_id(link))
        for link in self._without_end(known):
            still.add(_waiting_id(link))
            self.waiting.append(link)
            if _waiting_id(link) not in earlier or earlier[_waiting_id(link)]["record"] != _as_text(link):
                self._wait(link, known_before=_waiting_id(link) in earlier)
        for id in earlier.keys() - still:
            self.changes.append(Change("delete_nodes", "Waiting", "", "", {"id": id}))

    def _without_end(self, known: set[str]) -> Iterator[LinkRecord]:
        """Take the links that miss an end out of the load, and yield them."""
        for type, links in self.incoming.links.items():
            for id in [id for id in links if not set(self.incoming.ends[id]) <= known]:
                ends = self.incoming.ends.pop(id)
                for said in links.pop(id).values():
                    yield LinkRecord(type, id, ends.start, ends.end, said)

    def _wait(self, link: LinkRecord, *, known_before: bool) -> None:
        kept = {"id": _waiting_id(link), "source": _source(link), "record": _as_text(link)}
        verb = "update" if known_before else "create"
        self.changes.append(Change(f"{verb}_nodes", "Waiting", "", "", {"id": kept["id"], "p": kept}))

    # Derived links

    def _plan_derived(self) -> None:
        """Replace the derived links of what this load places anew."""
        placed = {id for label in LINK_TYPES["WITHIN"].starts for id in self.incoming.nodes.get(label, {})}
        starts = {start for start in placed | self.incoming.derived.keys() if self._is_placed_here(start)}
        wanted = {id: link for start in starts for id, link in self.incoming.derived.get(start, {}).items()}
        known = self._known_ids({end for link in wanted.values() for end in (link.start, link.end)})
        hidden = self.confidential & placed
        present = self._derived_of(starts | hidden)
        too_fine = self._fine_areas() if hidden else set()
        for id, link in wanted.items():
            if link.start in hidden and link.end in too_fine:
                continue
            if link.start in known and link.end in known:
                self._derive(id, link, present.pop(id, None))
        for id, row in present.items():
            if row["source"] == DERIVED and (row["start"] in starts or row["end"] in too_fine):
                self._change("delete", "WITHIN", id, None, _ends_of(row))

    def _derive(self, id: str, link: LinkRecord, row: dict[str, Any] | None) -> None:
        if (row is not None and row["source"] != DERIVED) or id in self.incoming.links.get("WITHIN", {}):
            return  # somebody says it himself
        properties = sealed({**cypher.tidy("WITHIN", id, link.properties), "id": id, "sources": [DERIVED]})
        if row is None:
            self._change("create", "WITHIN", id, properties, Ends(link.start, link.end))
            self.tally["created"] += 1
        else:
            self.incoming.ends[id] = Ends(link.start, link.end)
            self._replace("WITHIN", id, row, properties)

    def _fine_areas(self) -> set[str]:
        """Return the areas that are too small to tell where a confidential place is."""
        here = {
            id
            for id, claims in self.incoming.nodes.get("Area", {}).items()
            if any(said.get("level") in FINE_LEVELS for said in claims.values())
        }
        rows = self.store.run("MATCH (a:Area) WHERE a.level IN $levels RETURN a.id AS id", levels=FINE_LEVELS)
        return here | {row["id"] for row in rows}

    def _is_placed_here(self, start: str) -> bool:
        """Whether this load says where ``start`` is; another source that counts more may say it."""
        claims = self.mixed.get(start)
        label = label_of_end(start)
        mine = self.incoming.sources_of(label, start)
        if claims is None or claims.keys() <= mine.keys():
            return True
        for source in self.precedence.ordered(claims):
            if place_of(label, claims[source]) is not None:
                return source in mine
        return start in self.incoming.derived

    def _derived_of(self, starts: set[str]) -> dict[str, dict[str, Any]]:
        if not self.present.get("WITHIN") or not starts:
            return {}
        if len(starts) * 10 > self.present["WITHIN"]:
            rows = self.store.run(_LIGHT_LINKS.format(type="WITHIN"))
            return {row["id"]: row for row in rows if row["start"] in starts}
        found: dict[str, dict[str, Any]] = {}
        for label in sorted({label_of_end(start) for start in starts}):
            for ids in parts(sorted(id for id in starts if label_of_end(id) == label), IDS_AT_ONCE):
                found |= {row["id"]: row for row in self.store.run(_WITHIN_OF.format(label=label), ids=ids)}
        return found


_LIGHT = (
    "n.id AS id, n.fingerprint AS fingerprint, n.source AS source, n.sources AS sources, n.claims IS NOT NULL AS many"
)
_LIGHT_NODES = f"MATCH (n:{{label}}) WHERE any(s IN n.sources WHERE s IN $sources) RETURN {_LIGHT}"
_LIGHT_NODES_BY_ID = f"UNWIND $ids AS id MATCH (n:{{label}} {{{{id: id}}}}) RETURN {_LIGHT}"
_LIGHT_LINKS = f"MATCH (a)-[n:{{type}}]->(b) RETURN {_LIGHT}, a.id AS start, b.id AS end"
_LIGHT_LINKS_SAID = (
    f"MATCH (a)-[n:{{type}}]->(b) WHERE coalesce(n.source, '') <> $derived RETURN {_LIGHT}, a.id AS start, b.id AS end"
)
_WITHIN_OF = (
    f"UNWIND $ids AS id MATCH (a:{{label}} {{{{id: id}}}})-[n:WITHIN]->(b) RETURN {_LIGHT}, a.id AS start, b.id AS end"
)
_FULL_LINKS = (
    "UNWIND $rows AS row MATCH (a:{label} {{id: row.start}})-[n:{type}]->() WHERE n.id = row.id "
    "RETURN properties(n) AS p"
)


def _is_alone(row: dict[str, Any], claims: Claims) -> bool:
    """Whether nobody but the one source of this load has ever spoken of it."""
    return not row["many"] and len(claims) == 1 and set(row["sources"] or ()) <= claims.keys()


def _ends_of(row: dict[str, Any]) -> Ends:
    return Ends(row["start"], row["end"]) if "start" in row else NO_ENDS


def _waiting_id(link: LinkRecord) -> str:
    return f"{_source(link)}|{link.id}"


def _as_text(link: LinkRecord) -> str:
    kept = {"type": link.type, "id": link.id, "start": link.start, "end": link.end, "p": encode_all(link.properties)}
    return json.dumps(kept, sort_keys=True, ensure_ascii=False)


def _from_text(text: str) -> LinkRecord:
    kept = json.loads(text)
    return LinkRecord(kept["type"], kept["id"], kept["start"], kept["end"], decode_all(kept["p"]))
