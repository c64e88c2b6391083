"""What does a person read of the difference of two states? A summary in words, and rows by kind of change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from shlex import quote
from typing import Any

import pandas as pd

from analysis.change import ADDED, CHANGED, CLOSED, ENDED, NEW, ONE_STORE, compare
from analysis.gaps import gap_kinds
from analysis.results import Result
from graphmodel.landscape import Landscape
from graphmodel.schema import LINK_TYPES, NODE_TYPES
from graphmodel.settings import Settings
from ingest.held import landscape_in
from views.asking import without_confidential
from views.jobs import Progress
from views.places import link_words

WIDER, NARROWER, BAND = "wider", "narrower", "another band"
ABOUT = {"gap": "Gaps", "node": "Records", "link": "Links"}
# What a row of a difference tells, in the order of interest, with the words for it.
CHANGES = {
    NEW: "new gap", WIDER: "wider gap", NARROWER: "narrower gap", BAND: "gap in another band", CLOSED: "closed gap",
    ADDED: "new", ENDED: "ended", CHANGED: "changed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two states: the store as of a day (None: as it is looked at), or a file.

    ``name`` is what people call it; ``argument`` what ``landscape diff`` does.
    """

    name: str
    argument: str
    day: date | None = None
    file: Path | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed from one side to the other, what is confidential taken out."""

    before: Side
    after: Side
    result: Result


def difference(
    before: Side, after: Side, now: Landscape, settings: Settings, progress: Progress, as_of: date | None = None
) -> Difference:
    """Return the difference of two sides; ``now`` is the store as it is looked at.

    ``as_of`` reads both as of that day. Raises InputError for a file that cannot be read, UnknownName for one that
    lacks the area.
    """
    area, found, notes = now.area, [], list[str]()
    code = None if area is None else str(now.nodes("Area").loc[area, "code"] or area)
    for number, side in enumerate((before, after)):
        progress("read", number, 2)
        if side.file is not None:
            landscape, said = landscape_in(side.file, settings, area=code, as_of=as_of)
            notes += said
        else:
            landscape = now if side.day is None else now.at(side.day)
            notes += [ONE_STORE] * (side.day is not None)
        found.append(landscape)
    progress("compare", 1, 2)
    result = compare(*found)
    rows = without_confidential(result.rows, _confidential(found))
    caveats = tuple(dict.fromkeys([*notes, *result.caveats]))
    return Difference(before, after, replace(result, rows=tuple(rows), caveats=caveats))


def _confidential(landscapes: Iterable[Landscape]) -> set[str]:
    hidden: set[str] = set()
    for landscape in landscapes:
        whole = landscape.subset(None).apart()
        for label in NODE_TYPES:
            frame = whole.nodes(label)
            secret = frame[(frame["sensitivity"] == "confidential").to_numpy(bool)]
            hidden.update(map(str, secret.index), map(str, secret["name"]))
        for type in LINK_TYPES:
            links = whole.links(type)
            hidden.update(links["id"][(links["sensitivity"] == "confidential").to_numpy(bool)])
    return hidden


def kind_of(row: Mapping[str, Any]) -> str:
    """Return what sort of change a row tells: a key of CHANGES."""
    if row["about"] != "gap" or row["change"] != CHANGED:
        return str(row["change"])
    if row["field"] != "shortfall":
        return BAND
    return WIDER if (row["after"] or 0) > (row["before"] or 0) else NARROWER


def summary(result: Result) -> list[str]:
    """Return what changed as sentences: gaps first, then records and links of each sort, each once."""
    counted: dict[tuple[str, str], Counter[str]] = {}
    for about, label, kind, _ in sorted({(r["about"], r["label"], kind_of(r), r["id"]) for r in result.rows}):
        counted.setdefault((about, "" if about == "gap" else label), Counter())[kind] += 1
    lines = []
    for (about, label), kinds in sorted(counted.items(), key=lambda item: (list(ABOUT).index(item[0][0]), item[0][1])):
        told = [f"{kinds[kind]:,} {CHANGES[kind].removesuffix(' gap')}" for kind in CHANGES if kinds[kind]]
        lines.append(f"{_sort(about, label)}: {', '.join(told)}.")
    return lines or ["Nothing that is compared has changed."]


def _sort(about: str, label: str) -> str:
    if about == "gap":
        return "Gaps"
    return NODE_TYPES[label].table.capitalize() if about == "node" else f"Links “{link_words(label)}”"


def table(rows: Sequence[Mapping[str, Any]], abouts: Sequence[str] = (), kinds: Sequence[str] = ()) -> pd.DataFrame:
    """Return the rows as the table people read and download, only those of these kinds where any are given."""
    names = {code: kind["label"] for code, kind in gap_kinds().items()}
    found = [
        (
            ABOUT[row["about"]], CHANGES[kind], names.get(row["label"], row["label"]), row["name"], row["area_name"],
            (row["field"] or "").replace("_", " "), _text(row["before"]), _text(row["after"]), row["id"],
        )
        for row in rows
        if (kind := kind_of(row)) and (not abouts or row["about"] in abouts) and (not kinds or kind in kinds)
    ]  # fmt: skip
    columns = ["About", "Change", "Kind", "Name", "Area", "Field", "Before", "After", "Id"]
    return pd.DataFrame(found, columns=columns)


def _text(value: Any) -> str | None:
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value))
    return None if value is None else str(value)


def command(found: Difference, *, as_of: date | None, demo: bool, area_code: str | None) -> str:
    """Return the command line that gives the same."""
    where = ["--area", quote(area_code)] if area_code else []
    day = [f"--as-of {as_of.isoformat()}"] if as_of else []
    sides = [quote(found.before.argument), quote(found.after.argument)]
    return " ".join(["landscape diff", *sides, *where, *day, *["--demo"] * demo])
