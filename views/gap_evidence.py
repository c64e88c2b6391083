"""What stands behind a gap? The rows it rests on: where each was recorded, of what, and from which source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from graphmodel.landscape import Landscape
from graphmodel.schema import LINK_TYPES, NODE_TYPES, label_of
from views.tables import source_line

HIDDEN = "a confidential place"
NOT_KNOWN = "not known"
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Evidence:
    """One row of a file: file and line, what is recorded there, its source with date and licence."""

    where: str
    what: str
    source: str


def evidence_of(landscape: Landscape, rows: tuple[str, ...]) -> list[Evidence]:
    """Return what these source rows recorded, in their order; links are looked at where no node comes from a row."""
    found = _grouped(_nodes(landscape, rows))
    missing = tuple(row for row in rows if row not in found)
    if missing:
        found |= _grouped(_links(landscape, missing))
    sources = {str(row["name"]): row for row in _sources(landscape)}
    return [_evidence(row, found.get(row, []), sources) for row in rows]


def _evidence(where: str, held: list[tuple[str, str | None]], sources: dict[str, dict[str, Any]]) -> Evidence:
    names = list(dict.fromkeys(name for name, _ in held))
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    datasets = list(dict.fromkeys(source for _, source in held if source))
    told = [source_line(sources[name]) if name in sources else name for name in datasets]
    return Evidence(where, ", ".join(names[:MOST_NAMED]) + more or NOT_KNOWN, "; ".join(told) or "Source not known")


def _grouped(held: Iterable[tuple[str, str, str | None]]) -> dict[str, list[tuple[str, str | None]]]:
    found: dict[str, list[tuple[str, str | None]]] = {}
    for row, name, source in held:
        found.setdefault(row, []).append((name, source))
    return found


def _nodes(landscape: Landscape, rows: tuple[str, ...]) -> Iterator[tuple[str, str, str | None]]:
    """Yield row, name and dataset of each node that comes from one of these rows."""
    for label in NODE_TYPES:
        if label not in ("Postcode", "Source"):
            frame = landscape.nodes(label)
            for _, node in frame[frame["source_row"].isin(rows).to_numpy(bool)].iterrows():
                hidden = node.get("sensitivity") == "confidential"
                yield str(node["source_row"]), HIDDEN if hidden else str(node["name"]), _text(node["source"])


def _links(landscape: Landscape, rows: tuple[str, ...]) -> Iterator[tuple[str, str, str | None]]:
    for type in LINK_TYPES:
        frame = landscape.links(type)
        for _, link in frame[frame["source_row"].isin(rows).to_numpy(bool)].iterrows():
            ends = (_name(landscape, str(link[end])) for end in ("start", "end"))
            yield str(link["source_row"]), f" {type.replace('_', ' ').lower()} ".join(ends), _text(link["source"])


def _name(landscape: Landscape, id: str) -> str:
    frame = landscape.nodes(label_of(id) or "Area")
    if id not in frame.index:
        return NOT_KNOWN
    return HIDDEN if frame.at[id, "sensitivity"] == "confidential" else str(frame.at[id, "name"])


def _sources(landscape: Landscape) -> Iterator[dict[str, Any]]:
    frame = landscape.nodes("Source")
    for row in frame[["name", "title", "publisher", "retrieved", "licence"]].to_dict("records"):
        yield {str(key): None if pd.isna(value) else value for key, value in row.items()}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
