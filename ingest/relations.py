"""Which areas lie in which, and where do the store's places lie now that there are other areas?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graphmodel.records import Record
from graphmodel.settings import Settings
from ingest.cells import Teller
from ingest.geocode import AreaIndex, Within, area_links, stored_places, within_link
from ingest.spool import BATCH

if TYPE_CHECKING:
    from graphmodel.store import GraphStore


@dataclass
class Relations:
    """Areas in areas: by overlap where both have outlines, else by a lookup or by what an area's row says.

    ``own`` are the areas of this load.
    """

    areas: AreaIndex
    settings: Settings
    store: GraphStore | None
    tell_of: Callable[[str], Teller]
    own: set[str] = field(default_factory=set)
    _declared: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def declare(self, start: str, end: str, file: str) -> None:
        """Take in that a file says of an area that it lies in another."""
        self._declared.setdefault(start, []).append((end, file))

    def links(self) -> Iterator[Record]:
        """Yield the WITHIN links of the areas of this load; of the store's too where outlines have changed."""
        found = area_links(self.areas, self.settings)
        for start, ends in self._declared.items():
            for end, file in ends:
                if end not in self.areas.entries:
                    self.tell_of(file)("area_unknown", None, "area", end.partition(":")[2], hint="")
                self._add(found, start, end)
        for start, end in self._stored():
            self._add(found, start, end)
        self.areas.parents = found
        self._tell_overlaps(found)
        starts = set(found) if self.areas.changed else self.own | self._declared.keys()
        for start in sorted(starts):
            for within in found.get(start, ()):
                yield within_link(start, within.id, share=within.share)

    def _add(self, found: dict[str, list[Within]], start: str, end: str) -> None:
        entries = self.areas.entries
        if start not in entries or end not in entries or (entries[start].shape and entries[end].shape):
            return  # unknown, or measured
        if all(within.id != end for within in found.get(start, ())):
            found.setdefault(start, []).append(Within(end))

    def _stored(self) -> Iterator[tuple[str, str]]:
        """Yield what earlier loads said of areas without an outline: nobody can measure that again."""
        if self.store is not None:
            rows = self.store.read(
                "MATCH (a:Area)-[:WITHIN]->(b:Area) WHERE a.boundary IS NULL OR b.boundary IS NULL "
                "RETURN a.id AS start, b.id AS end"
            )
            yield from ((row["start"], row["end"]) for row in rows)

    def _tell_overlaps(self, found: dict[str, list[Within]]) -> None:
        entries = self.areas.entries
        partly: Counter[tuple[str, str]] = Counter()
        for start in sorted(self.own):
            levels = {entries[within.id].level for within in found.get(start, ()) if within.share is not None}
            partly.update((entries[start].level, level) for level in levels)
        for (part, whole), count in sorted(partly.items()):
            self.tell_of("areas")("overlap_partial", None, part, count=count, level=whole)

    def places_of_the_store(self, skip: set[str]) -> Iterator[Record]:
        """Yield where the store's places lie, those of ``skip`` left out."""
        assert self.store is not None
        rows = stored_places(self.store, skip)
        while batch := [row for _, row in zip(range(BATCH), rows, strict=False)]:
            holding = self.areas.holding([point for _, point, _ in batch])
            for (id, _, sensitivity), areas in zip(batch, holding, strict=True):
                yield from (within_link(id, area, sensitivity) for area in areas)
