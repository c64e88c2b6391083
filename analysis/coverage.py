"""Which contexts are without an active guardian, and at which hours? Counted for every hour of the week."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.facts.context_hours import ASSUMED, IS_EVENING, RECORDED, ActiveHours, active_hours
from analysis.facts.provision import (
    NO_ENGAGEMENT,
    NOT_YET_APPROACHED,
    GuardianStates,
    guardian_states,
    homes,
    positions,
    targeting,
)
from analysis.kernels.pairs import Pairs, from_rows, nearest, pairs_within
from analysis.results import ORDINARY_WEEK, STRAIGHT_LINE, Result, known
from graphmodel.errors import InputError
from graphmodel.landscape import HOURS, WALK_M, Landscape

COVERED, UNCOVERED, UNKNOWN, NOT_USED = "covered", "uncovered", "unknown", "not_used"
# By what a guardian is present in a context.
BOTH, DISTANCE, GUARDIAN_OF = "both", "distance", "guardian_of"


@dataclass(frozen=True, kw_only=True)
class Coverage(Result):
    """One row per context inside the area. Arrays (n, 168) are in the order of the rows.

    ``cover``: guardians who count and are open; ``unknown``: those who count but whose hours nobody gave (the same in
    every hour); ``watch``: active guardians who report or enforce and are open, not part of the cover; ``used``: hours
    young people use the context; ``uncovered`` and ``doubtful``: used hours with fewer than k guardians, even if all
    unknown hours were open, and only if none were.
    """

    contexts: tuple[str, ...]
    cover: np.ndarray
    unknown: np.ndarray
    watch: np.ndarray
    used: np.ndarray
    uncovered: np.ndarray
    doubtful: np.ndarray

    def at(self, hour_of_week: int) -> dict[str, str]:
        """Return context id -> covered, uncovered, unknown or not_used at one hour (0 is Monday 00:00)."""
        states = np.full(len(self.contexts), COVERED, object)
        states[self.uncovered[:, hour_of_week]] = UNCOVERED
        states[self.doubtful[:, hour_of_week]] = UNKNOWN
        states[~self.used[:, hour_of_week]] = NOT_USED
        return dict(zip(self.contexts, states.tolist(), strict=True))


def count_open(pairs: Pairs, flags: np.ndarray) -> np.ndarray:
    """Kernel: return (n, 168) int32, the number of each row's partners open at each hour.

    ``flags`` is (m, 168) of 0 and 1, one row per target of ``pairs``.
    """
    # The first partner of every row, then the second of those that have one, and so on, the longest rows first: nothing
    # as large as all pairs times all hours is ever held. Counted in the smallest type that holds the most partners:
    # bytes add up many times faster than words.
    order = np.argsort(-pairs.counts, kind="stable")
    lengths, starts = pairs.counts[order], pairs.indptr[:-1][order]
    deepest = int(lengths.max(initial=0))
    added = np.zeros((len(order), flags.shape[1]), np.min_scalar_type(deepest))
    for depth, rows in enumerate(np.searchsorted(-lengths, -np.arange(deepest), "left")):
        added[:rows] += flags.take(pairs.indices[starts[:rows] + depth], axis=0)
    counts = np.empty(added.shape, np.int32)
    counts[order] = added
    return counts


def coverage(landscape: Landscape, *, within_m: float = 400, k: int = 1, by: str = BOTH) -> Coverage:
    """Count the active, open guardians of every context for every hour of the week.

    A guardian counts if it is active, its training is in date, its stance is care and young people do not say it is
    unwelcoming; it is there if within ``within_m`` or linked by GUARDIAN_OF, or by one of these alone where ``by`` says
    so. Distances are straight-line metres in ``landscape.crs``. Hours that a guardian has not given are counted apart,
    never as closed. Guardians who report or enforce are counted apart: more watched hours is not the goal. Raises
    InputError for a distance that is not positive, k below 1 or another ``by``.
    """
    if not 0 < within_m < np.inf or k < 1:
        raise InputError("Coverage needs a distance above 0 and k of at least 1.")
    if by not in (BOTH, DISTANCE, GUARDIAN_OF):
        raise InputError(f"Coverage is counted by {BOTH}, {DISTANCE} or {GUARDIAN_OF}, not by '{by}'.")
    contexts = landscape.nodes("Context")
    inside = contexts["inside"].to_numpy(bool)
    reach = reach_of(landscape, within_m, by)
    states = guardian_states(landscape)
    used = active_hours(landscape)
    used = ActiveHours(used.flags[inside], used.basis[inside])

    cover, unknown = reach.count(states.cover)
    watch, _ = reach.count(states.watch)
    short = used.flags & (cover < k)
    doubtful = short & (cover + unknown >= k)
    arrays = {"cover": cover, "watch": watch, "used": used.flags, "uncovered": short & ~doubtful, "doubtful": doubtful}
    rows = _rows(landscape, contexts[inside], reach, states, used, arrays)
    return Coverage(
        name="coverage",
        parameters={"within_m": float(within_m), "k": int(k), "by": by},
        area=landscape.area,
        as_of=landscape.as_of,
        caveats=_caveats(landscape, states, used),
        sources=tuple(landscape.sources(["Context", "Guardian"], ["GUARDIAN_OF", "TARGETS"])),
        summary=_summary(rows, states, landscape),
        rows=tuple(rows),
        contexts=tuple(contexts.index[inside]),
        unknown=np.broadcast_to(unknown, cover.shape),
        **arrays,
    )


@dataclass(frozen=True)
class Reach:
    """Which guardians are present in which of the inside contexts. Flag rows beyond the guardians are links' hours.

    ``near``: within the distance, every stage; ``pairs``: near or linked, as ``by`` was; indices are rows of ``flags``;
    ``guardian`` is the guardian of each flag row.
    """

    near: Pairs
    pairs: Pairs
    guardian: np.ndarray
    flags: np.ndarray
    known: np.ndarray

    def of(self, chosen: np.ndarray) -> Pairs:
        """Return the pairs with guardians where ``chosen`` (n guardians, bool); indices are flag rows."""
        keep = chosen[self.guardian[self.pairs.indices]]
        return from_rows(self.pairs.rows[keep], self.pairs.indices[keep], len(self.pairs.indptr) - 1)

    def count(self, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return how many of the chosen are open (n, 168), and how many have unknown hours (n, 1)."""
        pairs = self.of(chosen)
        return count_open(pairs, self.flags), count_open(pairs, ~self.known[:, None])


def reach_of(landscape: Landscape, within_m: float, by: str = BOTH) -> Reach:
    """Return the guardians near, or linked to, each inside context; a link's own hours hold for that context.

    ``by`` is both, distance or guardian_of. A link that young people perceive counts only if it says who was asked.
    """
    contexts, guardians = landscape.nodes("Context"), landscape.nodes("Guardian")
    inside = contexts["inside"].to_numpy(bool)
    near = pairs_within(positions(landscape, "Context")[0][inside], positions(landscape, "Guardian")[0], within_m)
    width = max(len(guardians), 1)
    links = landscape.links("GUARDIAN_OF")
    link_hours = landscape.hours("GUARDIAN_OF")
    c = contexts.index[inside].get_indexer(pd.Index(links["end"]))
    g = guardians.index.get_indexer(pd.Index(links["start"]))
    counts = (c >= 0) & (g >= 0) & ((links["basis"] != "perceived") | links["asked"].notna()).to_numpy(bool)
    counts &= by != DISTANCE
    plain, own = counts & ~link_hours.known, counts & link_hours.known

    open_hours = landscape.hours("Guardian")
    linked_key = c.astype(np.int64) * width + g
    near_key = near.rows * width + near.indices if by != GUARDIAN_OF else np.empty(0, np.int64)
    base = np.union1d(near_key, linked_key[plain])
    timed, position = np.unique(linked_key[own], return_inverse=True)
    extra = np.zeros((len(timed), HOURS), np.uint8)
    np.maximum.at(extra, position, link_hours.flags[own])
    # Near as well as linked: present whenever open, and in the link's hours.
    both = np.isin(timed, base)
    extra[both] |= open_hours.flags[timed[both] % width]
    base = base[~np.isin(base, timed)]
    pairs = from_rows(
        np.concatenate([base // width, timed // width]),
        np.concatenate([base % width, len(guardians) + np.arange(len(timed))]),
        int(inside.sum()),
    )
    return Reach(
        near,
        pairs,
        np.concatenate([np.arange(len(guardians)), timed % width]),
        np.concatenate([open_hours.flags, extra]),
        np.concatenate([open_hours.known, np.ones(len(timed), bool)]),
    )


def _rows(
    landscape: Landscape,
    contexts: pd.DataFrame,
    reach: Reach,
    states: GuardianStates,
    used: ActiveHours,
    arrays: Mapping[str, np.ndarray],
) -> list[dict[str, Any]]:
    hours = {name: arrays[name].sum(axis=1) for name in ("used", "uncovered", "doubtful")}
    evening = (arrays["uncovered"] & IS_EVENING).sum(axis=1)
    present = {
        "guardians_active": reach.of(states.cover).counts,
        "guardians_hours_unknown": count_open(reach.of(states.cover), ~reach.known[:, None])[:, 0],
        "guardians_report_or_enforce": reach.of(states.watch).counts,
        "guardians_stance_unknown": reach.of(states.stance_unknown).counts,
        "guardians_unwelcoming": reach.of(states.unwelcoming).counts,
        "guardians_training_lapsed": reach.of(states.lapsed).counts,
        "guardians_here": reach.pairs.counts,
        "guardians_no_engagement_recorded": reach.of(~states.engaged).counts,
    }
    closest = _nearest(landscape, contexts, states)
    level_2 = level_2_by_targets(landscape)
    home = homes(landscape, "Context")
    rows = []
    for i, (id, name, kind, concern) in enumerate(
        zip(contexts.index, contexts["name"], contexts["kind"], contexts["concern_now"], strict=True)
    ):
        n = int(hours["used"][i])
        rows.append(
            {
                "context": id,
                "name": known(name),
                "kind": known(kind),
                "area": home[id],
                "concern": known(concern),
                "hours_basis": str(used.basis[i]),
                "hours_used": n,
                "hours_uncovered": int(hours["uncovered"][i]),
                "hours_unknown": int(hours["doubtful"][i]),
                "hours_uncovered_after_18": int(evening[i]),
                "share_uncovered": round(int(hours["uncovered"][i]) / n, 4) if n else None,
                **{field: int(count[i]) for field, count in present.items()},
                **closest[i],
                "level_2_responses": level_2.get(id, 0),
            }
        )
    return rows


def level_2_by_targets(landscape: Landscape) -> dict[str, int]:
    """Return context id -> number of services and actions that work on it at Level 2."""
    links = targeting(landscape)
    at_level_2 = links[links["level"].isin(["L2", "both"])]
    return {str(id): int(n) for id, n in at_level_2.groupby("context")["id"].nunique().items()}


def _nearest(landscape: Landscape, contexts: pd.DataFrame, states: GuardianStates) -> list[dict[str, Any]]:
    """Return per context the nearest guardian who counts, and the nearest who may be approached.

    Both within a 35-minute walk. Where either stands at its ward's centre no distance is given.
    """
    guardians = landscape.nodes("Guardian")
    points, exact = positions(landscape, "Guardian")
    all_here, all_exact = positions(landscape, "Context")
    inside = landscape.nodes("Context")["inside"].to_numpy(bool)
    here, here_exact = all_here[inside], all_exact[inside]
    stage = guardians["stage"]
    open_to_approach = (stage.isna() | (stage == NOT_YET_APPROACHED)).to_numpy(bool)
    rows: list[dict[str, Any]] = [{} for _ in range(len(contexts))]
    for name, chosen in (("nearest_active", states.cover), ("nearest_to_approach", open_to_approach)):
        among = np.flatnonzero(chosen)
        found, metres = nearest(here, points[among], WALK_M)
        for i, row in enumerate(rows):
            which = int(among[found[i]]) if found[i] >= 0 else None
            shown = which is not None and bool(exact[which] and here_exact[i])
            row[name] = None if which is None else str(guardians.index[which])
            row[f"{name}_m"] = round(float(metres[i]), 1) if shown else None
            if name == "nearest_to_approach":
                row[f"{name}_stage"] = None if which is None else known(stage.iloc[which]) or NO_ENGAGEMENT
    return rows


def _summary(rows: list[dict[str, Any]], states: GuardianStates, landscape: Landscape) -> dict[str, Any]:
    inside = landscape.nodes("Guardian")["inside"].to_numpy(bool)
    timed = [row for row in rows if row["hours_used"]]
    here = [row for row in timed if row["guardians_here"]]
    return {
        "contexts": len(rows),
        "contexts_no_cover_recorded": sum(row["hours_uncovered"] == row["hours_used"] for row in timed),
        "contexts_partly_covered": sum(0 < row["hours_uncovered"] < row["hours_used"] for row in timed),
        "contexts_covered": sum(row["hours_uncovered"] + row["hours_unknown"] == 0 for row in timed),
        "contexts_hours_unknown": sum(row["hours_unknown"] > 0 for row in timed),
        "contexts_no_engagement_recorded": sum(
            row["guardians_here"] == row["guardians_no_engagement_recorded"] for row in here
        ),
        "contexts_no_guardian_recorded": len(timed) - len(here),
        "contexts_hours_assumed": sum(row["hours_basis"] == ASSUMED for row in rows),
        "guardians": int(inside.sum()),
        "guardians_counted": int((states.cover & inside).sum()),
        "guardians_report_or_enforce": int((states.watch & inside).sum()),
        "guardians_stance_unknown": int((states.stance_unknown & inside).sum()),
        "guardians_training_lapsed": int((states.lapsed & inside).sum()),
        "guardians_training_date_unknown": int((states.training_unknown & states.cover & inside).sum()),
        "guardians_no_engagement_recorded": int((~states.engaged & inside).sum()),
    }


def _caveats(landscape: Landscape, states: GuardianStates, used: ActiveHours) -> tuple[str, ...]:
    said = [STRAIGHT_LINE, ORDINARY_WEEK]
    if (used.basis != RECORDED).any():
        n = int((used.basis == ASSUMED).sum())
        said.append(f"{n} contexts have no recorded hours of use: the assumption for their kind stands in.")
    silent = int((~states.engaged & landscape.nodes("Guardian")["inside"].to_numpy(bool)).sum())
    if silent:
        said.append(f"No engagement recorded for {silent} venues: whether they act as guardians is not known.")
    said.append("Cover counts guardians who care. It says nothing of how safe a place is.")
    return tuple(said)
