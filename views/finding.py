"""What does a person mean by the words typed into a search? Places, services and organisations, by name."""

from __future__ import annotations

from dataclasses import dataclass

from graphmodel.landscape import Landscape

# What can be found by name, in the order in which equally good matches are listed.
LABELS = ("Service", "Guardian", "Context", "Organisation", "Programme", "Forum")
MOST = 12


@dataclass(frozen=True, slots=True)
class Found:
    """The best matches, as id and "name · what it is", and how many there are in all."""

    matches: tuple[tuple[str, str], ...]
    total: int


@dataclass(frozen=True, slots=True)
class _Name:
    id: str
    name: str
    label: str
    folded: str


def find(landscape: Landscape, text: str, most: int = MOST) -> Found:
    """Return what is called so inside the area: all words must occur; names that begin so come first."""
    return best(index(landscape), text, most)


def index(landscape: Landscape) -> list[_Name]:
    """Return every name inside the area, confidential ones left out."""
    names = []
    for label in LABELS:
        frame = landscape.nodes(label)
        held = frame[frame["inside"].to_numpy(bool) & (frame["sensitivity"] != "confidential").to_numpy(bool)]
        names += [
            _Name(str(id), str(name), label, str(name).casefold())
            for id, name in zip(held.index, held["name"], strict=True)
        ]
    return names


def best(names: list[_Name], text: str, most: int = MOST) -> Found:
    """Return the names in which all words of the text occur, the best first."""
    wanted = text.casefold().split()
    if not wanted:
        return Found((), 0)
    hits = [name for name in names if all(word in name.folded for word in wanted)]
    whole = " ".join(wanted)
    hits.sort(key=lambda n: (not n.folded.startswith(whole), LABELS.index(n.label), n.folded, n.id))
    return Found(tuple((hit.id, f"{hit.name} · {hit.label.lower()}") for hit in hits[:most]), len(hits))
