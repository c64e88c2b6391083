"""How is the gap list read? Filtered, by question with the first row first, as rows for a file, as marks on a map."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from analysis.gaps import Gap
from graphmodel.landscape import Landscape
from graphmodel.schema import NODE_TYPES, label_of
from views import theme
from views.maps import Mark
from views.places import points_of

BANDS = {
    "A": "named by a forum, young people, parents or plans",
    "B": "nothing at all, evidenced",
    "C": "ends within six months",
    "D": "partial",
}
NO_BAND = "find out"
MARK_GROUPS = {
    **{
        band: (f"{band}: {words}", colour)
        for (band, words), colour in zip(BANDS.items(), reversed(theme.scale(theme.SHORTFALL, 6)[2:]), strict=True)
    },
    "": ("not recorded", theme.UNKNOWN),
}
COLUMNS = (
    "question", "band", "gap", "area", "short", "people", "people are", "because", "would close it", "evidence", "id",
)  # fmt: skip
_PLACES_IN_A_ROW = 60


@dataclass(frozen=True, slots=True)
class Filters:
    """What a person wants to see; empty means all."""

    questions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    bands: tuple[str, ...] = ()

    def keep(self, gaps: Iterable[Gap]) -> list[Gap]:
        """Return the gaps that pass, in their order."""
        wanted = ((self.questions, "question"), (self.kinds, "kind"), (self.bands, "band"))
        return [gap for gap in gaps if all(not values or getattr(gap, name) in values for values, name in wanted)]


def by_heading(gaps: Iterable[Gap]) -> dict[str, list[Gap]]:
    """Return heading -> its gaps in the order of the list: the question, and for missing data what is not recorded."""
    held: dict[str, list[Gap]] = {}
    for gap in gaps:
        missing = gap.text.rpartition(": ")[2]
        held.setdefault(gap.question if gap.band else missing[:1].upper() + missing[1:], []).append(gap)
    return held


def without_confidential(gaps: Sequence[Gap], names: Sequence[str]) -> list[Gap]:
    """Return the gaps with these names of confidential nodes taken out: the gap stays, what it is about does not."""
    if not names:
        return list(gaps)
    return [_masked(gap, names) for gap in gaps]


def gap_rows(gaps: Iterable[Gap]) -> pd.DataFrame:
    """Return the gaps as rows to read and to take away, with ``COLUMNS``; shortfall in whole per cent."""
    rows = [
        (
            gap.question,
            gap.band or NO_BAND,
            gap.text,
            gap.area_name,
            round(gap.shortfall * 100),
            gap.people,
            gap.people_basis,
            gap.because,
            "; ".join(way["text"] for way in gap.closes),
            "; ".join(evidence_words(gap)),
            gap.id,
        )
        for gap in gaps
    ]
    frame = pd.DataFrame(rows, columns=pd.Index(COLUMNS))
    return frame.astype({"people": "Int64"})


@dataclass(frozen=True, slots=True)
class Spots:
    """Where things are, in degrees: points of the places by id, and a middle of every area."""

    places: Mapping[str, Sequence[tuple[float, float]]]
    areas: Mapping[str, tuple[float, float]]


def spots_of(landscape: Landscape) -> Spots:
    """Return where the places and areas of a landscape are, confidential ones left out."""
    areas = landscape.nodes("Area")
    held = areas[areas["longitude"].notna().to_numpy()]
    middles = {
        str(id): (float(x), float(y)) for id, x, y in zip(held.index, held["longitude"], held["latitude"], strict=True)
    }
    return Spots(points_of(landscape), middles)


def gap_marks(spots: Spots, gaps: Iterable[Gap]) -> list[Mark]:
    """Return a mark for each place the gaps are about; where none has a point, for the middle of the area."""
    marks = []
    for gap in gaps:
        found = list(dict.fromkeys(p for id in (gap.about, *gap.members) for p in list(spots.places.get(id, ()))[:1]))
        if not found and (middle := spots.areas.get(gap.about) or spots.areas.get(gap.area or "")):
            found = [middle]
        lines = (gap.text, gap.because, f"band {gap.band}" if gap.band else NO_BAND)
        marks += [Mark(gap.id, *spot, gap.band, theme.FULL, lines) for spot in found[:_PLACES_IN_A_ROW]]
    return marks


def marks_legend(marks: Sequence[Mark]) -> list[tuple[str, str, str, int]]:
    """Return the legend's entries of these marks: colour, fill, label and how many."""
    return [
        (colour, theme.FULL, label, count)
        for group, (label, colour) in MARK_GROUPS.items()
        if (count := sum(mark.group == group for mark in marks))
    ]


def people_words(gap: Gap) -> str:
    """Return how many young people are near, and how that is known."""
    if gap.people is None:
        return "people not known"
    return f"{gap.people:,} {'resident' if gap.people_basis == 'resident' else 'in need'}"


def evidence_words(gap: Gap) -> list[str]:
    """Return where the evidence was recorded, with how much more there is."""
    return [*gap.evidence, *([f"and {gap.evidence_more:,} more"] if gap.evidence_more else [])]


def member_names(landscape: Landscape, ids: tuple[str, ...], most: int = 12) -> list[str]:
    """Return the names of the first of these nodes, confidential ones left out."""
    names = []
    for id in ids[:most]:
        frame = landscape.nodes(label_of(id) or "Area")
        if id in frame.index and frame.at[id, "sensitivity"] != "confidential":
            names.append(str(frame.at[id, "name"]))
    return names


def confidential_names(landscape: Landscape) -> list[str]:
    """Return the names of confidential nodes, longest first."""
    names: set[str] = set()
    for label in NODE_TYPES:
        if label not in ("Area", "Postcode", "Source"):
            frame = landscape.nodes(label)
            names |= set(frame.loc[frame["sensitivity"].eq("confidential").to_numpy(bool), "name"])
    return sorted(names, key=lambda name: -len(name))


def _masked(gap: Gap, names: Collection[str]) -> Gap:
    def clean(text: Any) -> Any:
        for name in names:
            text = text.replace(name, "a confidential place") if isinstance(text, str) else text
        return text

    closes = tuple({key: clean(value) for key, value in way.items()} for way in gap.closes)
    return replace(
        gap, about_name=clean(gap.about_name), text=clean(gap.text), because=clean(gap.because), closes=closes
    )
