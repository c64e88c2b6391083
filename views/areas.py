"""Which areas are there, what lies in what, and which one does a person mean? The catalogue behind the area search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from graphmodel.codes import code_list
from graphmodel.selection import LEAST_SHARE

LEVELS = ("country", "region", "local_authority", "ward", "msoa", "lsoa", "custom")
# A search box with more entries than this is slow to send and to read; then small areas appear inside a chosen one.
MANY = 3000


@dataclass(frozen=True, slots=True)
class AreaName:
    """An area as the search shows it; ``parents`` is level -> id of the area that holds most of it.

    Areas people made may lie over one another: ``own`` are all that hold a good part of it.
    """

    id: str
    name: str
    code: str
    level: str
    parents: Mapping[str, str] = field(default_factory=dict)
    own: frozenset[str] = frozenset()

    def lies_in(self, id: str | None) -> bool:
        """Return whether it lies (for the most part) in this other area; everything lies in None."""
        return id is None or id in self.own or id in self.parents.values()

    @property
    def label(self) -> str:
        """Name, level and code, as one line to search in."""
        level = code_list("area_levels").get(self.level, self.level)
        return f"{self.name} · {level.lower()} · {self.code}"


@dataclass(frozen=True, slots=True)
class PostcodeSpot:
    """Where a postcode is: its usual spelling, degrees, and the ids of the areas it lies in."""

    name: str
    longitude: float
    latitude: float
    areas: tuple[str, ...]


class Catalogue:
    """All areas of a store, by id."""

    def __init__(self, areas: Iterable[AreaName]) -> None:
        """Keep the areas, largest level first, then by name."""
        order = {level: rank for rank, level in enumerate(LEVELS)}
        found = sorted(areas, key=lambda a: (order.get(a.level, len(LEVELS)), a.name, a.id))
        self.areas: dict[str, AreaName] = {area.id: area for area in found}

    @classmethod
    def from_rows(cls, nodes: Iterable[Mapping[str, object]], links: Iterable[Mapping[str, object]]) -> Catalogue:
        """Return the catalogue of area nodes (id, name, code, level) and WITHIN links (start, end, share)."""
        rows = {str(row["id"]): row for row in nodes}
        best: dict[str, dict[str, tuple[float, str]]] = {}
        own: dict[str, set[str]] = {}
        for link in links:
            start, end = str(link["start"]), str(link["end"])
            if start in rows and end in rows:
                share = link.get("share")
                level = str(rows[end]["level"])
                held = (float(str(share)) if share is not None else 1.0, end)
                if level == "custom" and held[0] >= LEAST_SHARE:
                    own.setdefault(start, set()).add(end)
                best.setdefault(start, {})[level] = max(best.get(start, {}).get(level, held), held)
        return cls(
            AreaName(
                id,
                str(row.get("name") or row.get("code") or id),
                str(row.get("code") or id.partition(":")[2]),
                str(row["level"]),
                {level: end for level, (_, end) in best.get(id, {}).items()},
                frozenset(own.get(id, ())),
            )
            for id, row in rows.items()
        )

    def __len__(self) -> int:
        return len(self.areas)

    def __contains__(self, id: object) -> bool:
        return id in self.areas

    def get(self, id: str | None) -> AreaName | None:
        """Return the area, or None."""
        return self.areas.get(id) if id else None

    def name(self, id: str | None) -> str:
        """Return the name people use, or "All areas"."""
        area = self.get(id)
        return area.name if area else "All areas"

    @cached_property
    def default(self) -> str | None:
        """The only area of the highest level that is loaded, or None for all of them."""
        if not self.areas:
            return None
        first = next(iter(self.areas.values()))
        return first.id if sum(a.level == first.level for a in self.areas.values()) == 1 else None

    def resolve(self, text: str) -> str | None:
        """Return the id a code, an id or a name (if only one has it) stands for, or None."""
        wanted = text.strip()
        for id in (wanted, f"area:{wanted}", f"area:{wanted.upper()}"):
            if id in self.areas:
                return id
        matches = [a.id for a in self.areas.values() if wanted.casefold() in (a.name.casefold(), a.code.casefold())]
        return matches[0] if len(matches) == 1 else None

    def small_area(self, spot: PostcodeSpot) -> str | None:
        """Return the area people know best that a postcode lies in: its ward, or else the smallest that is loaded."""
        held = {self.areas[id].level: id for id in reversed(spot.areas) if id in self.areas}
        order = ("ward", "msoa", "lsoa", "local_authority", "region", "country", "custom")
        return next((held[level] for level in order if level in held), None)

    def path(self, id: str | None) -> list[AreaName]:
        """Return the areas that hold this one, largest first: region, local authority, ward or MSOA."""
        area = self.get(id)
        if area is None:
            return []
        above = LEVELS[: LEVELS.index(area.level)] if area.level in LEVELS else LEVELS
        # A small area lies in a ward and in an MSOA; people know wards.
        skip = {"msoa"} if "ward" in area.parents else set()
        return [self.areas[area.parents[level]] for level in above if level in area.parents and level not in skip]

    def options(self, chosen: str | None) -> list[str]:
        """Return the ids the search offers: all, or the large ones and those around the chosen one."""
        if len(self.areas) <= MANY:
            return list(self.areas)
        near = {chosen, *(area.id for area in self.path(chosen))}
        large = ("country", "region", "local_authority", "custom")
        return [a.id for a in self.areas.values() if a.level in large or near & {a.id, *a.parents.values(), *a.own}]

    def parts(self, id: str | None) -> list[str]:
        """Return the levels that have areas inside this one, largest first."""
        found = {a.level for a in self.areas.values() if a.id != id and a.lies_in(id)}
        return [level for level in LEVELS if level in found]

    def inside(self, id: str | None, level: str) -> list[str]:
        """Return the areas of a level that lie (for the most part) in this one."""
        return [a.id for a in self.areas.values() if a.level == level and a.lies_in(id)]
