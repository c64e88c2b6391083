"""How is the gap list read? Filtered, by question with the first row first, as rows for a file, as marks on a map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from analysis.coverage import UNCOVERED, UNKNOWN, Coverage
from analysis.gaps import Gap
from graphmodel.codes import code_list
from graphmodel.gap_status import NOT_A_GAP, OPEN, GapStatus
from graphmodel.landscape import Landscape
from graphmodel.schema import NODE_TYPES, label_of
from views import theme
from views.maps import Mark, mark_legend
from views.places import points_of

Said = Mapping[str, GapStatus]

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
    "question", "band", "gap", "area", "short", "people", "people are", "because", "would close it", "status",
    "status reason", "status date", "status team", "evidence", "id",
)  # fmt: skip
# Only these say at which hours somebody is missing; all other kinds are about any time.
BY_HOUR = ("uncovered_context", "uncovered_hours")
STILL_OPEN, NO_STATUS, ANY_STATUS = "open", "no status yet", "all"
NO_AREA = "in no area"
PLACES_IN_A_ROW = 60


@dataclass(frozen=True, slots=True)
class Filters:
    """What a person wants to see; empty means all. Areas by the name ``area_names`` gives; status by its label."""

    questions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    bands: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    areas: tuple[str | None, ...] = ()
    status: str = STILL_OPEN

    def keep(self, gaps: Iterable[Gap], said: Said | None = None) -> list[Gap]:
        """Return the gaps that pass, in their order."""
        return [gap for gap in self.any_status(gaps) if self._status_passes(status_of(gap, said or {}).status)]

    def any_status(self, gaps: Iterable[Gap]) -> list[Gap]:
        """Return the gaps that pass all but the filter by status."""
        wanted = (
            (self.questions, "question"),
            (self.kinds, "kind"),
            (self.bands, "band"),
            (self.topics, "topic"),
            (self.areas, "area"),
        )
        return [gap for gap in gaps if all(not values or getattr(gap, name) in values for values, name in wanted)]

    def _status_passes(self, status: str) -> bool:
        if self.status == STILL_OPEN:
            return status != NOT_A_GAP
        if self.status == NO_STATUS:
            return status == OPEN
        return self.status == ANY_STATUS or status_label(status) == self.status


def status_of(gap: Gap, said: Said) -> GapStatus:
    """Return what people said of a gap; open where nobody did."""
    return said.get(gap.id) or GapStatus()


def status_label(status: str) -> str:
    """Return a status as it stands in a sentence; what has no status is ``no status yet``."""
    return NO_STATUS if status == OPEN else code_list("gap_statuses").get(status, status).lower()


def status_filters() -> list[str]:
    """Return what the list can be filtered for: all but what is no gap, each status, all."""
    return [STILL_OPEN, *(status_label(code) for code in code_list("gap_statuses")), ANY_STATUS]


def status_counts(gaps: Iterable[Gap], said: Said) -> dict[str, int]:
    """Return label -> how many of these gaps have that status, in the order of the code list, without those of none."""
    held = [status_of(gap, said).status for gap in gaps]
    return {status_label(code): held.count(code) for code in code_list("gap_statuses") if code in held}


def area_names(gaps: Iterable[Gap]) -> dict[str | None, str]:
    """Return area -> a name for it that no other area has, by name: the areas these gaps are gathered in."""
    named = {gap.area: gap.area_name or NO_AREA for gap in gaps}
    often = pd.Series(list(named.values())).value_counts()
    unique = {
        area: f"{name} ({str(area).partition(':')[2]})" if often[name] > 1 else name for area, name in named.items()
    }
    return dict(sorted(unique.items(), key=lambda item: item[1]))


def short_then(gaps: Iterable[Gap], coverage: Coverage, hour: int) -> list[Gap]:
    """Return the gaps without those that depend on the hour and are short at none of their places at this hour."""
    states = coverage.at(hour)
    return [gap for gap in gaps if gap.kind not in BY_HOUR or any(states.get(id) == UNCOVERED for id in places_of(gap))]


def hour_words(gap: Gap, coverage: Coverage, hour: int) -> str:
    """Return what holds at this hour of the places of a gap that depends on the hour; empty for any other."""
    if gap.kind not in BY_HOUR:
        return ""
    held = coverage.at(hour)
    states = [held.get(id) for id in places_of(gap)]
    short, unknown = states.count(UNCOVERED), states.count(UNKNOWN)
    if len(states) == 1:
        if unknown:
            return "it is not known, for nobody gave the hours of the guardians here"
        return "young people are here, and no active guardian" if short else "it is not short"
    more = f"; of {unknown:,} more it is not known, for nobody gave the hours of the guardians there" if unknown else ""
    return f"at {short:,} of these {len(states):,} places young people are there, and no active guardian{more}"


def places_of(gap: Gap) -> tuple[str, ...]:
    """Return the places a gap is about: its members, or the one it is about."""
    return gap.members or (gap.about,)


def noun(gap: Gap) -> str:
    """Return what the members of a gap are called together."""
    nouns = {"Guardian": "guardians", "Service": "services", "Organisation": "organisations", "Area": "areas"}
    return nouns.get(label_of(places_of(gap)[0]) or "", "places")


def by_question(gaps: Iterable[Gap]) -> dict[str, list[Gap]]:
    """Return question -> its gaps, in the order of the list."""
    held: dict[str, list[Gap]] = {}
    for gap in gaps:
        held.setdefault(gap.question, []).append(gap)
    return held


@dataclass(frozen=True, slots=True)
class Confidential:
    """What the browser must not be told: names of confidential nodes, longest first, and the rows they come from."""

    names: tuple[str, ...] = ()
    rows: frozenset[str] = frozenset()


def without_confidential(gaps: Sequence[Gap], hidden: Confidential) -> list[Gap]:
    """Return the gaps with names and rows of confidential nodes taken out: the gap stays, what it is about does not."""
    return [_masked(gap, hidden) for gap in gaps] if hidden.names else list(gaps)


def gap_rows(gaps: Iterable[Gap], said: Said | None = None) -> pd.DataFrame:
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
            *_status_cells(status_of(gap, said or {})),
            "; ".join(evidence_words(gap)),
            gap.id,
        )
        for gap in gaps
    ]
    frame = pd.DataFrame(rows, columns=pd.Index(COLUMNS))
    return frame.astype({"people": "Int64"})


def _status_cells(status: GapStatus) -> tuple[str, ...]:
    day = status.when.date().isoformat() if status.when else ""
    return status_label(status.status), status.reason or "", day, status.team or ""


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
        marks += [Mark(gap.id, *spot, gap.band, theme.FULL, lines) for spot in found[:PLACES_IN_A_ROW]]
    return marks


def marks_legend(marks: Sequence[Mark]) -> list[tuple[str, str, str, int]]:
    """Return the legend's entries of these marks: colour, fill, label and how many."""
    return mark_legend(marks, MARK_GROUPS)


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
    return list(confidential(landscape).names)


def confidential(landscape: Landscape) -> Confidential:
    """Return the names and source rows of confidential nodes."""
    names: set[str] = set()
    rows: set[str] = set()
    for label in NODE_TYPES:
        if label not in ("Area", "Postcode", "Source"):
            frame = landscape.nodes(label)
            held = frame[frame["sensitivity"].eq("confidential").to_numpy(bool)]
            names |= set(held["name"].dropna())
            rows |= set(held["source_row"].dropna())
    return Confidential(tuple(sorted(names, key=lambda name: (-len(name), name))), frozenset(rows))


def _masked(gap: Gap, hidden: Confidential) -> Gap:
    def clean(text: Any) -> Any:
        for name in hidden.names:
            text = text.replace(name, "a confidential place") if isinstance(text, str) else text
        return text

    evidence = tuple(row for row in gap.evidence if row not in hidden.rows)
    return replace(
        gap,
        about_name=clean(gap.about_name),
        text=clean(gap.text),
        because=clean(gap.because),
        closes=tuple({key: clean(value) for key, value in way.items()} for way in gap.closes),
        evidence=evidence,
        evidence_more=gap.evidence_more + len(gap.evidence) - len(evidence),
    )
