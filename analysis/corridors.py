"""Which stretches between schools and their stops have no guardian near, at the hours young people walk them?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.facts.context_hours import DAY, HOUR_OF_DAY, week_of
from analysis.facts.provision import (
    NO_ENGAGEMENT,
    NOT_YET_APPROACHED,
    GuardianStates,
    guardian_states,
    homes,
    positions,
)
from analysis.kernels.corridors import Stretches, chords, distance_to, uncovered
from analysis.kernels.pairs import pairs_within
from analysis.results import ORDINARY_WEEK, Result, known
from graphmodel.errors import InputError
from graphmodel.landscape import Landscape

SCHOOLS = ("school", "alternative_provision")
STOPS = ("transport",)
NEAR, DECLARED = "near", "declared"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class Lines:
    """Straight lines from schools to stops. Ends are positions among the contexts, points metres (n, 2)."""

    school: np.ndarray
    stop: np.ndarray
    declared: np.ndarray
    starts: np.ndarray
    ends: np.ndarray

    @property
    def lengths(self) -> np.ndarray:
        """Metres of each line."""
        return np.asarray(np.hypot(*(self.ends - self.starts).T))

    def beside(self, points: np.ndarray, within_m: float) -> tuple[np.ndarray, np.ndarray]:
        """Return the pairs (line, point) at most ``within_m`` apart, by line and point."""
        if not len(self.school):
            return np.empty(0, np.int64), np.empty(0, np.int64)
        # A point beside a line is no further from its middle than half its length and the distance.
        reach = within_m + float(self.lengths.max()) / 2
        pairs = pairs_within((self.starts + self.ends) / 2, points, reach)
        whole = Stretches(pairs.rows, np.zeros(len(pairs.rows)), self.lengths[pairs.rows])
        close = distance_to(self.starts, self.ends, whole, points[pairs.indices]) <= within_m
        return pairs.rows[close], pairs.indices[close]


def corridors(
    landscape: Landscape,
    *,
    within_m: float = 400,
    walk_m: float = 800,
    stops: int = 3,
    when: str = "Fr 15:00-18:00",
) -> Result:
    """Return for each school and stop the stretch of the line between them with no counting, open guardian near.

    Stops are the nearest ``stops`` transport contexts at most ``walk_m`` from a school or alternative provision; what
    is declared ADJACENT_TO one is a corridor at any distance. A stretch is covered at an hour if a guardian that counts
    (as in ``coverage``) is open and at most ``within_m`` from it; a guardian linked to the school or the stop is
    present there too. ``when`` is written like Mo-Fr 15:00-18:00. Each row gives its worst hour. Lines are straight,
    their stretches exact. Raises InputError for a distance or number that is not positive, or hours it cannot read.
    """
    if not 0 < within_m < np.inf or not 0 < walk_m < np.inf:
        raise InputError("Corridors need distances above 0, in metres.")
    if stops < 1:
        raise InputError("Corridors need at least one stop for each school.")
    hours = _hours(when)
    lines, nowhere = _lines(landscape, walk_m, stops)
    states = guardian_states(landscape)
    presence = _presence(landscape, lines, states, within_m)
    left, worst, unknown = _left(lines.lengths, presence, hours)
    rows = _rows(landscape, lines, left, presence)
    for row, hour, unknown_m in zip(rows, worst, unknown, strict=True):
        row["worst_hour"] = f"{_DAYS[DAY[hour]]} {HOUR_OF_DAY[hour]:02d}:00"
        row["unknown_m"] = round(float(unknown_m), 1)
    _add_venues(landscape, rows, lines, left, states, within_m)
    return Result(
        name="corridors",
        parameters={"within_m": float(within_m), "walk_m": float(walk_m), "stops": int(stops), "when": when},
        area=landscape.area,
        as_of=landscape.as_of,
        caveats=_caveats(nowhere, rows),
        sources=tuple(landscape.sources(["Context", "Guardian"], ["ADJACENT_TO", "GUARDIAN_OF"])),
        summary=_summary(landscape, rows, nowhere),
        rows=tuple(rows),
    )


def _hours(when: str) -> np.ndarray:
    try:
        found = np.flatnonzero(week_of(when))
    except InputError:
        found = np.empty(0, np.int64)
    if not len(found):
        raise InputError(f"The hours when = '{when}' cannot be used; write them like 'Mo-Fr 15:00-18:00'.")
    return found


def _lines(landscape: Landscape, walk_m: float, most: int) -> tuple[Lines, int]:
    """Return the corridors of the schools inside, and how many schools have no point of their own to draw from."""
    contexts = landscape.nodes("Context")
    points, exact = positions(landscape, "Context")
    kinds = contexts["kind"]
    schools = (kinds.isin(SCHOOLS) & contexts["inside"]).to_numpy(bool)
    here, stops = np.flatnonzero(schools & exact), np.flatnonzero(kinds.isin(STOPS).to_numpy(bool) & exact)
    near = pairs_within(points[here], points[stops], walk_m)
    # The nearest of each school; of equals the first by id.
    nearest_first = np.lexsort((near.indices, near.metres, near.rows))
    nearest_first = nearest_first[np.arange(len(near.rows)) - near.indptr[near.rows] < most]
    links = landscape.links("ADJACENT_TO")
    one, other = (contexts.index.get_indexer(pd.Index(links[side])) for side in ("start", "end"))
    ways = np.concatenate([np.column_stack([one, other]), np.column_stack([other, one])])
    ways = ways[(ways >= 0).all(axis=1)]
    is_school = kinds.isin(SCHOOLS).to_numpy(bool)
    ways = ways[schools[ways[:, 0]] & ~is_school[ways[:, 1]] & exact[ways].all(axis=1)]
    width = max(len(contexts), 1)
    said = ways[:, 0] * width + ways[:, 1]
    keys = np.union1d(here[near.rows[nearest_first]] * width + stops[near.indices[nearest_first]], said)
    school, stop = keys // width, keys % width
    return Lines(school, stop, np.isin(keys, said), points[school], points[stop]), int((schools & ~exact).sum())


@dataclass(frozen=True)
class Presence:
    """What guardians who count reach of the lines: a part of a line each, with the guardian and its hours (k, 168)."""

    parts: Stretches
    guardian: np.ndarray
    flags: np.ndarray
    known: np.ndarray


def _presence(landscape: Landscape, lines: Lines, states: GuardianStates, within_m: float) -> Presence:
    points, _ = positions(landscape, "Guardian")
    hours = landscape.hours("Guardian")
    among = np.flatnonzero(states.cover)
    row, which = lines.beside(points[among], within_m)
    guardian, at = among[which], points[among[which]]
    flags, is_known = hours.flags[guardian], hours.known[guardian]

    ends = _linked(landscape, lines, states)
    linked, link = ends["guardian"].to_numpy(), ends["link"].to_numpy()
    own = landscape.hours("GUARDIAN_OF")
    flags = np.concatenate([flags, np.where(own.known[link][:, None], own.flags[link], hours.flags[linked])])
    is_known = np.concatenate([is_known, own.known[link] | hours.known[linked]])
    row, at = np.concatenate([row, ends["line"]]), np.concatenate([at, ends[["x", "y"]]])
    parts = chords(lines.starts, lines.ends, row, at, within_m)
    return Presence(parts, np.concatenate([guardian, linked]), flags, is_known)


def _linked(landscape: Landscape, lines: Lines, states: GuardianStates) -> pd.DataFrame:
    """Return line, guardian, link, x and y of those linked to an end; a perceived link must say who was asked."""
    links = landscape.links("GUARDIAN_OF")
    g = landscape.nodes("Guardian").index.get_indexer(pd.Index(links["start"]))
    c = landscape.nodes("Context").index.get_indexer(pd.Index(links["end"]))
    holds = (g >= 0) & (c >= 0) & ((links["basis"] != "perceived") | links["asked"].notna()).to_numpy(bool)
    holds[holds] &= states.cover[g[holds]]
    held = pd.DataFrame({"context": c[holds], "guardian": g[holds], "link": np.flatnonzero(holds)})
    line = np.arange(len(lines.school))
    ends = pd.DataFrame(
        {
            "context": np.concatenate([lines.school, lines.stop]),
            "line": np.concatenate([line, line]),
            "x": np.concatenate([lines.starts[:, 0], lines.ends[:, 0]]),
            "y": np.concatenate([lines.starts[:, 1], lines.ends[:, 1]]),
        }
    )
    return ends.merge(held, on="context")


def _left(lengths: np.ndarray, presence: Presence, hours: np.ndarray) -> tuple[Stretches, np.ndarray, np.ndarray]:
    """Return what is left uncovered in each line's worst hour, that hour, and the metres then in doubt.

    In doubt is what only guardians of unknown hours are near. The worst hour leaves most uncovered, then most in
    doubt; the first of equals.
    """
    n = len(lengths)
    stretches, metres, doubt = [], np.zeros((len(hours), n)), np.zeros((len(hours), n))
    for i, hour in enumerate(hours):
        is_open = presence.flags[:, hour].astype(bool) & presence.known
        left = uncovered(lengths, presence.parts.of(is_open | ~presence.known))
        stretches.append(left)
        metres[i] = left.metres(n)
        doubt[i] = uncovered(lengths, presence.parts.of(is_open)).metres(n) - metres[i]
    worst = np.where(metres.max(axis=0) > 0, metres.argmax(axis=0), doubt.argmax(axis=0))
    chosen = [left.of(worst[left.row] == i) for i, left in enumerate(stretches)]
    row, low, high = (np.concatenate([getattr(left, name) for left in chosen]) for name in ("row", "low", "high"))
    order = np.lexsort((low, row))
    return Stretches(row[order], low[order], high[order]), hours[worst], np.maximum(doubt[worst, np.arange(n)], 0.0)


def _rows(landscape: Landscape, lines: Lines, left: Stretches, presence: Presence) -> list[dict[str, Any]]:
    contexts = landscape.nodes("Context")
    ids, names, kinds = contexts.index, contexts["name"].tolist(), contexts["kind"].tolist()
    home = homes(landscape, "Context")
    lengths, short = lines.lengths, left.metres(len(lines.school))
    there = _distinct(presence.parts.row, presence.guardian, len(lines.school))
    timeless = ~presence.known
    unknown = _distinct(presence.parts.row[timeless], presence.guardian[timeless], len(lines.school))
    return [
        {
            "school": ids[a],
            "school_name": known(names[a]),
            "stop": ids[b],
            "stop_name": known(names[b]),
            "stop_kind": known(kinds[b]),
            "area": home[ids[a]],
            "basis": DECLARED if lines.declared[i] else NEAR,
            "length_m": round(float(lengths[i]), 1),
            "worst_hour": "",
            "uncovered_m": round(float(short[i]), 1),
            "unknown_m": 0.0,
            "share_uncovered": round(float(short[i] / lengths[i]), 4) if lengths[i] > 0 else None,
            "guardians_active": int(there[i]),
            "guardians_hours_unknown": int(unknown[i]),
        }
        for i, (a, b) in enumerate(zip(lines.school.tolist(), lines.stop.tolist(), strict=True))
    ]


def _distinct(row: np.ndarray, of: np.ndarray, n: int) -> np.ndarray:
    """Return per row how many different values it has."""
    return np.bincount(np.unique(np.column_stack([row, of]), axis=0)[:, 0], minlength=n)


def _add_venues(
    landscape: Landscape,
    rows: list[dict[str, Any]],
    lines: Lines,
    left: Stretches,
    states: GuardianStates,
    within_m: float,
) -> None:
    """Add who else is along the line: no engagement recorded, and who may be approached beside an uncovered stretch.

    A venue may be approached if it is at most identified, its place is open, and nobody finds it unwelcoming or says
    it reports or enforces. The nearest is that to the stretch; of equals the first by id.
    """
    guardians = landscape.nodes("Guardian")
    points, exact = positions(landscape, "Guardian")
    stage = guardians["stage"]
    barred = (guardians["young_people_say"] == "unwelcoming") | guardians["stance"].isin(["report", "enforce"])
    hidden = (guardians["sensitivity"] == "confidential").to_numpy(bool)
    may = (stage.isna() | (stage == NOT_YET_APPROACHED)).to_numpy(bool) & exact & ~hidden & ~barred.to_numpy(bool)
    line, which = lines.beside(points, within_m)
    silent = np.bincount(line[~states.engaged[which]], minlength=len(rows))
    line, which = line[may[which]], which[may[which]]
    pairs = pd.DataFrame({"line": line, "which": which}).merge(
        pd.DataFrame({"line": left.row, "part": np.arange(len(left.row))}), on="line"
    )
    part = pairs["part"].to_numpy()
    stretch = Stretches(left.row[part], left.low[part], left.high[part])
    pairs["metres"] = distance_to(lines.starts, lines.ends, stretch, points[pairs["which"].to_numpy()])
    pairs = pairs[pairs["metres"] <= within_m].sort_values(["line", "metres", "which"])
    count = np.bincount(pairs.drop_duplicates(["line", "which"])["line"], minlength=len(rows))
    first = {int(i): (int(j), float(m)) for i, j, m in reversed(pairs[["line", "which", "metres"]].to_numpy().tolist())}
    for i, row in enumerate(rows):
        nearest, metres = first.get(i, (None, None))
        row["guardians_no_engagement_recorded"] = int(silent[i])
        row["venues_to_approach"] = int(count[i])
        row["nearest_to_approach"] = None if nearest is None else str(guardians.index[nearest])
        row["nearest_to_approach_m"] = None if metres is None else round(metres, 1)
        row["nearest_to_approach_stage"] = None if nearest is None else known(stage.iloc[nearest]) or NO_ENGAGEMENT


def _summary(landscape: Landscape, rows: list[dict[str, Any]], nowhere: int) -> dict[str, Any]:
    contexts = landscape.nodes("Context")
    schools = int((contexts["kind"].isin(SCHOOLS) & contexts["inside"]).sum())
    return {
        "corridors": len(rows),
        "corridors_declared": sum(row["basis"] == DECLARED for row in rows),
        "corridors_no_cover_recorded": sum(0 < row["uncovered_m"] >= row["length_m"] for row in rows),
        "corridors_partly_covered": sum(0 < row["uncovered_m"] < row["length_m"] for row in rows),
        "corridors_covered": sum(row["uncovered_m"] == row["unknown_m"] == 0 for row in rows),
        "corridors_hours_unknown": sum(row["unknown_m"] > 0 for row in rows),
        "metres": round(sum(row["length_m"] for row in rows), 1),
        "metres_uncovered": round(sum(row["uncovered_m"] for row in rows), 1),
        "schools": schools,
        "schools_without_a_point": nowhere,
        "schools_without_a_stop": schools - nowhere - len({row["school"] for row in rows}),
    }


def _caveats(nowhere: int, rows: list[dict[str, Any]]) -> tuple[str, ...]:
    said = ["Corridors are straight lines, not the way young people walk.", ORDINARY_WEEK]
    if nowhere:
        said.append(f"{nowhere} schools have no point that may be shown: no corridor is drawn from them.")
    silent = sum(row["uncovered_m"] > 0 and row["guardians_no_engagement_recorded"] > 0 for row in rows)
    if silent:
        said.append(f"Beside {silent} corridors not fully covered lie venues of which no engagement is recorded.")
    said.append("Cover counts guardians who care. It says nothing of how safe a way is.")
    return tuple(said)
