"""What did people change? The log of edits as rows: when, which team, what, from what to what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from graphmodel.edits import Edit
from graphmodel.landscape import Landscape
from graphmodel.schema import LINK_TYPES, NODE_TYPES, label_of
from views.places import link_words

NOT_KNOWN = "not known"


def names(landscape: Landscape) -> dict[str, str]:
    """Return id -> what people call it, of every node and of every link that people can change or made."""
    whole = landscape.apart()
    found: dict[str, str] = {}
    for label in NODE_TYPES:
        if label != "Postcode":
            frame = whole.nodes(label)
            found.update(zip(map(str, frame.index), map(str, frame["name"]), strict=True))
    for type, link in LINK_TYPES.items():
        if not link.derived:
            links = whole.links(type)
            for id, start, end in zip(links["id"], links["start"], links["end"], strict=True):
                found[str(id)] = f"{found.get(start, start)} {link_words(type)} {found.get(end, end)}"
    return found


def confidential_ids(landscape: Landscape) -> frozenset[str]:
    """Return the ids of all nodes and links that are confidential, and of links of which an end is."""
    whole = landscape.apart()
    hidden: set[str] = set()
    for label in NODE_TYPES:
        frame = whole.nodes(label)
        hidden.update(map(str, frame.index[(frame["sensitivity"] == "confidential").to_numpy(bool)]))
    for type, link in LINK_TYPES.items():
        if not link.derived:
            links = whole.links(type)
            secret = (links["sensitivity"] == "confidential") | links["start"].isin(hidden) | links["end"].isin(hidden)
            hidden.update(map(str, links["id"][secret.to_numpy(bool)]))
    return frozenset(hidden)


def change_rows(
    entries: Iterable[Edit], called: dict[str, str], hidden: frozenset[str], teams: Sequence[str] = ()
) -> pd.DataFrame:
    """Return the log, the last first; what is confidential is left out, other teams too where any are given."""
    rows = [
        (
            f"{entry.when:%Y-%m-%d %H:%M}", entry.team, called.get(entry.node, entry.node), _sort(entry.node),
            entry.field.replace("_", " "), _text(entry.before), _text(entry.after),
            "takes back" if entry.undoes else "", entry.node,
        )
        for entry in reversed(list(entries))
        if entry.node not in hidden and (not teams or entry.team in teams)
    ]  # fmt: skip
    columns = ["When (UTC)", "Team", "What", "Sort", "Field", "Before", "After", "Undo", "Id"]
    return pd.DataFrame(rows, columns=columns)


def _sort(id: str) -> str:
    prefix = id.partition(":")[0]
    return label_of(id) or {"link": "Link", "gap": "Gap"}.get(prefix, prefix)


def _text(value: Any) -> str:
    if value is None:
        return NOT_KNOWN
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)
