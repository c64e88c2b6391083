"""Where is it, and in which areas? Postcodes, points in areas at every level, and parts of areas in coarser ones.

Areas of this load and of the store are one index. Overlaps are measured in square metres of the local CRS.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from graphmodel.geography import local_crs, to_metres
from graphmodel.records import LinkRecord, NodeRecord, Point, Properties, Value
from graphmodel.settings import Settings
from ingest.area_codes import rank
from ingest.geometry import DIGITS, from_text
from ingest.validate import link_id

if TYPE_CHECKING:
    from graphmodel.store import GraphStore

DERIVED = "derived"
# An overlap below this share of the part is the noise of two people digitising one line, not land that is shared.
SLIVER = 0.01
# Where the parts of an area that lie in the areas of a level come to this much, nothing of it is really missing: two
# outlines of one edge are drawn apart (in Trafford 2.3 % of one LSOA lies beyond its own borough's outline).
WHOLE = 0.95


@dataclass(slots=True)
class AreaEntry:
    """An area as the index needs it; ``shape`` in WGS-84 degrees, or None."""

    id: str
    code: str
    name: str
    level: str
    shape: BaseGeometry | None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Within:
    """An area that holds another, with the share of the part that lies there (None: all of it)."""

    id: str
    share: float | None = None


@dataclass
class AreaIndex:
    """All areas known, with a tree of their outlines."""

    entries: dict[str, AreaEntry] = field(default_factory=dict)
    parents: dict[str, list[Within]] = field(default_factory=dict)
    changed: bool = False
    _shaped: list[AreaEntry] = field(default_factory=list)
    _tree: shapely.STRtree | None = None

    def add_stored(self, row: dict[str, Any]) -> None:
        """Take in an area of the store."""
        text = row.get("boundary")
        shape = from_text(text) if text else None
        self._put(AreaEntry(row["id"], row.get("code") or "", row.get("name") or "", row["level"], shape, text))

    def add(self, node: NodeRecord) -> None:
        """Take in an area of this load; notes whether that changes anything."""
        text = node.properties.get("boundary")
        known = self.entries.get(node.id)
        if known and known.text == text and text is not None:
            return
        shape = from_text(str(text)) if text else None
        if shape is None and known and known.shape is not None:
            return
        of = {name: str(node.properties.get(name) or "") for name in ("code", "name", "level")}
        self._put(AreaEntry(node.id, of["code"], of["name"], of["level"], shape, str(text) if text else None))
        self.changed = True

    def _put(self, entry: AreaEntry) -> None:
        self.entries[entry.id] = entry
        self._tree = None

    @property
    def has_outlines(self) -> bool:
        """Whether any area has an outline: only then is a place outside them all known to be outside."""
        return any(entry.shape is not None for entry in self.entries.values())

    def build(self) -> None:
        """Make the tree; needed again after areas were added."""
        self._shaped = sorted((e for e in self.entries.values() if e.shape is not None), key=lambda e: e.id)
        shapes = [entry.shape for entry in self._shaped]
        self._tree = shapely.STRtree(shapes)
        for shape in shapes:
            shapely.prepare(shape)

    def holding(self, points: list[Point]) -> list[list[str]]:
        """Return for each point the ids of all areas that hold it, edges included, sorted."""
        if self._tree is None:
            self.build()
        assert self._tree is not None
        found: list[list[str]] = [[] for _ in points]
        if not points or not self._shaped:
            return found
        at, areas = self._tree.query(shapely.points(np.asarray(points, dtype=float)), predicate="intersects")
        for index, area in zip(at.tolist(), areas.tolist(), strict=True):
            found[index].append(self._shaped[area].id)
        return [self._one_of_each_level(ids) for ids in found]

    def _one_of_each_level(self, ids: list[str]) -> list[str]:
        """On a shared edge the first by id has the point; own areas may overlap, and all of them have it."""
        by_level: dict[str, list[str]] = defaultdict(list)
        for id in sorted(ids):
            by_level[self.entries[id].level].append(id)
        kept = (group if rank(level) == rank("custom") else group[:1] for level, group in by_level.items())
        return sorted(id for group in kept for id in group)

    def find(self, code: str) -> str | None:
        """Return the id of the area with this code or key, or None."""
        id = code if code.startswith("area:") else f"area:{code}"
        return id if id in self.entries else None


def area_links(index: AreaIndex, settings: Settings) -> dict[str, list[Within]]:
    """Return for each area the coarser areas it lies in, by overlap.

    Overlaps under 1 % of the part are slivers and left out. Where 95 % or more of a part lies in the areas of a
    level, what is left after the slivers is scaled to the whole; a part in one area of a level nests in it and has
    no share, others keep theirs (4 decimals). An own (custom) area is not scaled: it does not tile.
    """
    shaped = sorted((e for e in index.entries.values() if e.shape is not None), key=lambda e: e.id)
    found: dict[str, list[Within]] = defaultdict(list)
    if not shaped:
        return found
    metres = _in_metres([e.shape for e in shaped if e.shape is not None], settings)
    by_level: dict[str, list[int]] = defaultdict(list)
    for i, entry in enumerate(shaped):
        by_level[entry.level].append(i)
    for level, wholes in sorted(by_level.items()):
        parts = [i for i, entry in enumerate(shaped) if rank(entry.level) < rank(level)]
        tiles = rank(level) != rank("custom")
        for part, shares in _overlaps(metres, parts, wholes).items():
            for whole, share in _shares(shares, tiles=tiles):
                found[shaped[part].id].append(Within(shaped[whole].id, share))
    return found


def _overlaps(metres: np.ndarray, parts: list[int], wholes: list[int]) -> dict[int, list[tuple[int, float]]]:
    found: dict[int, list[tuple[int, float]]] = defaultdict(list)
    if not parts or not wholes:
        return found
    tree = shapely.STRtree(metres[wholes])
    at, to = tree.query(metres[parts], predicate="intersects")
    part_of, whole_of = np.asarray(parts)[at], np.asarray(wholes)[to]
    shared = shapely.area(shapely.intersection(metres[part_of], metres[whole_of]))
    whole_area = shapely.area(metres[part_of])
    for part, whole, share in zip(part_of.tolist(), whole_of.tolist(), (shared / whole_area).tolist(), strict=True):
        found[part].append((whole, share))
    return found


def _shares(raw: list[tuple[int, float]], *, tiles: bool) -> list[tuple[int, float | None]]:
    kept = sorted((whole, share) for whole, share in raw if share >= SLIVER)
    total = sum(share for _, share in kept)
    scale = 1 / total if kept and tiles and sum(share for _, share in raw) >= WHOLE else 1.0
    return [(whole, None if share * scale >= 1 - SLIVER else round(share * scale, 4)) for whole, share in kept]


def _in_metres(shapes: list[BaseGeometry], settings: Settings) -> np.ndarray:
    bounds = shapely.bounds(np.asarray(shapes, dtype=object))
    middle = (bounds[:, :2] + bounds[:, 2:]) / 2
    crs = local_crs(middle[:, 0], middle[:, 1], settings)

    def projected(xy: np.ndarray) -> np.ndarray:
        return np.column_stack(to_metres(crs, xy[:, 0], xy[:, 1]))

    moved = shapely.transform(np.asarray(shapes, dtype=object), projected)
    return np.asarray(np.where(shapely.is_valid(moved), moved, shapely.make_valid(moved)))


@dataclass
class Postcodes:
    """Where postcodes are: those of this load, then the store's."""

    store: GraphStore | None
    known: dict[str, tuple[Point, str | None]] = field(default_factory=dict)
    _asked: set[str] = field(default_factory=set)

    def add(self, key: str, point: Point, ended: str | None = None) -> None:
        """Take in a postcode (key without blanks); ``ended`` is the date it ended."""
        self.known[key] = (point, ended)

    def look_up(self, keys: Iterable[str]) -> None:
        """Ask the store for those not known yet, all at once."""
        missing = sorted({key for key in keys if key not in self.known} - self._asked)
        self._asked.update(missing)
        if not missing or self.store is None:
            return
        for row in self.store.nodes("Postcode", [f"postcode:{key}" for key in missing]):
            if row.get("location"):
                ended = row.get("valid_to")
                self.add(row["id"].partition(":")[2], row["location"], ended.isoformat() if ended else None)

    def get(self, key: str) -> tuple[Point, str | None] | None:
        """Return the point of a postcode and the date it ended, or None."""
        return self.known.get(key)


def within_link(start: str, end: str, sensitivity: Value = "open", share: float | None = None) -> LinkRecord:
    """Return the derived link that says ``start`` lies in ``end``; it is as open as its start."""
    properties: Properties = {"source": DERIVED, "source_row": DERIVED, "sensitivity": sensitivity}
    if share is not None:
        properties["share"] = share
    return LinkRecord("WITHIN", link_id("WITHIN", start, end, {}), start, end, properties)


def inner_point(shape: BaseGeometry) -> Point:
    """Return a point certainly inside an outline."""
    found = shape.representative_point()
    return Point(round(found.x, DIGITS), round(found.y, DIGITS))


def stored_places(store: GraphStore, skip: set[str]) -> Iterator[tuple[str, Point, str]]:
    """Yield id, point and sensitivity of each place the store has, but those of ``skip``."""
    for label in ("Context", "Guardian", "Session", "Postcode"):
        for row in store.nodes(label):
            if row.get("location") and row["id"] not in skip:
                yield row["id"], row["location"], row.get("sensitivity", "open")
