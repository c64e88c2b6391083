"""How do records become the landscape? All or nothing, each source's word kept apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from graphmodel import cypher
from graphmodel.records import LinkRecord, NodeRecord, Record


@dataclass(frozen=True, slots=True)
class LoadCounts:
    """What a load did. ``nodes`` and ``links`` are those it was given; ``waiting`` links miss an end."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    ended: int = 0
    nodes: int = 0
    links: int = 0
    waiting: tuple[LinkRecord, ...] = field(default=(), repr=False)


class Store(Protocol):
    """What a load needs of the store."""

    def run(self, text: str, /, **parameters: Any) -> list[dict[str, Any]]:
        """Run one statement."""


def load_records(
    store: Store,
    records: Iterable[Record],
    *,
    sources: Sequence[str],
    allow_removals: bool = False,
    progress: Callable[[str, int, int], None] | None = None,
) -> LoadCounts:
    """THIN VERSION: merges, no record, no ends."""
    nodes: dict[str, list[Any]] = defaultdict(list)
    links: dict[tuple[str, str, str], list[Any]] = defaultdict(list)
    for r in records:
        p = {**r.properties, "id": r.id, "sources": [r.properties.get("source", "")]}
        if isinstance(r, NodeRecord):
            nodes[r.label].append({"id": r.id, "p": p})
        else:
            key = (r.type, cypher.label_of_end(r.start), cypher.label_of_end(r.end))
            links[key].append({"id": r.id, "start": r.start, "end": r.end, "p": p})
    for label, rows in nodes.items():
        for i in range(0, len(rows), 10_000):
            store.run(cypher.write_nodes(label), rows=rows[i : i + 10_000])
    for key, rows in links.items():
        for i in range(0, len(rows), 10_000):
            store.run(cypher.write_links(*key), rows=rows[i : i + 10_000])
    store.run(
        "MERGE (m:Meta {id: 'meta'}) ON CREATE SET m.schema = 1, m.counter = 0 SET m.counter = m.counter + 1"
    )
    n, m = sum(map(len, nodes.values())), sum(map(len, links.values()))
    return LoadCounts(created=n + m, nodes=n, links=m)
