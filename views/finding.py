"""What does a person mean by the words typed into a search? Areas, places, services and organisations, by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from graphmodel.codes import code_list
from graphmodel.landscape import Landscape
from views.areas import Catalogue

# What can be found by name beside areas, in the order in which equally good matches are listed.
LABELS = ("Service", "Guardian", "Context", "Organisation", "Programme", "Forum")
MOST = 8


@dataclass(frozen=True, slots=True)
class Name:
    """A name to search in: what it is, as people say it, and its place among equally good matches."""

    id: str
    name: str
    sort: str
    rank: int
    folded: str

    @property
    def words(self) -> str:
        """The name with what it is."""
        return f"{self.name} · {self.sort}"


@dataclass(frozen=True, slots=True)
class Found:
    """The best matches, and how many there are in all."""

    matches: tuple[Name, ...]
    total: int


def names(landscape: Landscape) -> list[Name]:
    """Return every name inside the area, confidential ones left out."""
    found = []
    for rank, label in enumerate(LABELS, 1):
        frame = landscape.nodes(label)
        held = frame[frame["inside"].to_numpy(bool) & (frame["sensitivity"] != "confidential").to_numpy(bool)]
        found += [
            Name(str(id), str(name), label.lower(), rank, str(name).casefold())
            for id, name in zip(held.index, held["name"], strict=True)
        ]
    return found


def area_names(areas: Catalogue) -> list[Name]:
    """Return the names of all areas."""
    levels = code_list("area_levels")
    return [
        Name(area.id, area.name, levels.get(area.level, area.level).lower(), 0, area.name.casefold())
        for area in areas.areas.values()
    ]


def best(known: Iterable[Name], text: str, most: int = MOST) -> Found:
    """Return the names in which all words of the text occur; those that begin so come first, areas before places."""
    wanted = text.casefold().split()
    if not wanted:
        return Found((), 0)
    hits = [name for name in known if all(word in name.folded for word in wanted)]
    whole = " ".join(wanted)
    hits.sort(key=lambda n: (not n.folded.startswith(whole), n.rank, n.folded, n.id))
    return Found(tuple(hits[:most]), len(hits))
