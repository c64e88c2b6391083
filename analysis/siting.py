"""Where would the next guardians or services close most of the gap? The best choice of sites, proven or bounded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from analysis.candidates import AREAS, Candidates, guardians_to_engage, places_for_services, valid_at
from analysis.facts.context_hours import RECORDED
from analysis.kernels.covering import Cover, maximal_cover, set_cover
from analysis.kernels.pairs import Pairs
from analysis.results import ORDINARY_WEEK, STRAIGHT_LINE, Result
from graphmodel.errors import InputError
from graphmodel.landscape import WALK_M, Landscape

GUARDIAN, SERVICE = "guardian", "service"
DEFAULT_N = 5
_WITHIN_M = {GUARDIAN: 400.0, SERVICE: WALK_M}


@dataclass(frozen=True, kw_only=True)
class Siting(Result):
    """One row per chosen site, in order of what each adds to those above it. ``optimal``: proven to be the best."""

    chosen: tuple[str, ...]
    optimal: bool


def siting(
    landscape: Landscape,
    *,
    sites_for: str = GUARDIAN,
    n: int | None = None,
    within_m: float | None = None,
    budget: float | None = None,
    cost_per_site: float | None = None,
    k: int = 1,
    cover_all: bool = False,
    assume_open: bool = False,
    at: str = AREAS,
    group: str | None = None,
    harm: str | None = None,
    level: str | None = None,
    time_limit_s: float = 20,
) -> Siting:
    """Return the n sites (default 5, or as many as ``budget`` holds) that close most of the gap, or all of it.

    For a guardian: most uncovered hours of contexts, one hour as good as another, by venues that are not active yet;
    ``assume_open`` takes venues of unknown hours to be open. For a service: most people aged 10-17 without k services
    within ``within_m`` (400 m for guardians, 2,154 m for services; straight line), at centres of areas or at places
    (``at``); ``group``, ``harm`` and ``level`` keep the services that are meant. ``cover_all``: the fewest sites that
    cover all that can be covered. What is covered already stays so. The maximal covering location problem (Church &
    ReVelle 1974), solved exactly, or within the stated bound when ``time_limit_s`` is up. Raises InputError and
    UnknownName for parameters that cannot be used.
    """
    given = {name: value for name, value in locals().items() if name != "landscape"}
    number = _number_of_sites(given)
    metres = _WITHIN_M[sites_for] if within_m is None else float(within_m)
    if sites_for == GUARDIAN:
        gap = guardians_to_engage(landscape, within_m=metres, k=k, assume_open=assume_open)
    else:
        gap = places_for_services(landscape, within_m=metres, k=k, at=at, group=group, harm=harm, level=level)
    cover = _solved(gap, number, k, cover_all, time_limit_s)
    rows = list(_rows(gap, cover, cost_per_site, k, metres))
    return Siting(
        name="siting",
        parameters={**given, "n": None if cover_all else number, "within_m": metres},
        area=landscape.area,
        as_of=landscape.as_of,
        caveats=_caveats(landscape, gap, cover, sites_for),
        sources=tuple(landscape.sources(*_SOURCES[sites_for])),
        summary=_summary(gap, cover, rows, k, cost_per_site, cover_all),
        rows=tuple(rows),
        chosen=tuple(row["site"] for row in rows),
        optimal=cover.optimal,
    )


_SOURCES = {
    GUARDIAN: (["Context", "Guardian"], ["GUARDIAN_OF"]),
    SERVICE: (["Area", "Service", "Session"], ["DELIVERS"]),
}


_EDGE = {
    GUARDIAN: "Only places inside the area are to be covered, by venues in it or close around; what a venue would add "
    "to places beyond is not counted.",
    SERVICE: "Only people inside the area are to be reached, from sites in it; services around it count as they are, "
    "and whom a site would reach beyond is not counted.",
}


def _number_of_sites(given: Mapping[str, Any]) -> int:
    """Return how many sites may be chosen; raises InputError for parameters that cannot be used."""
    if given["sites_for"] not in (GUARDIAN, SERVICE):
        raise InputError(f"Sites are found for a {GUARDIAN} or a {SERVICE}, not for '{given['sites_for']}'.")
    for name in ("within_m", "budget", "cost_per_site", "time_limit_s"):
        value = given[name]
        if value is not None and not (isfinite(value) and value > 0):
            raise InputError(f"{name} = {value} cannot be used; give a number above 0.")
    for name in ("n", "k"):
        if given[name] is not None and given[name] < 1:
            raise InputError(f"{name} = {given[name]} cannot be used; give a whole number of at least 1.")
    others = ("at", "group", "harm", "level") if given["sites_for"] == GUARDIAN else ("assume_open",)
    for name in others:
        if given[name] not in (None, False, AREAS):
            raise InputError(f"{name} is no question for a {given['sites_for']}; leave it out.")
    valid_at(given["at"])
    n, budget, cost = given["n"], given["budget"], given["cost_per_site"]
    if given["cover_all"] and (n is not None or budget is not None):
        raise InputError("cover_all finds how many sites it takes; leave n and budget out.")
    if budget is None:
        return int(n or DEFAULT_N)
    if cost is None:
        raise InputError("A budget needs cost_per_site, in the same pounds.")
    affordable = int(budget / cost * (1 + 1e-12))
    if not affordable:
        raise InputError(f"A budget of {budget:g} does not hold one site at {cost:g}; give more.")
    return affordable if n is None else min(int(n), affordable)


def _solved(gap: Candidates, number: int, k: int, cover_all: bool, seconds: float) -> Cover:
    held = np.minimum(gap.covered, k)
    sites = len(gap.sites)
    if cover_all:
        return set_cover(gap.pairs, sites=sites, covered=held, k=k, weight=gap.weight, time_limit_s=seconds)
    return maximal_cover(gap.pairs, gap.weight, number, sites=sites, covered=held, k=k, time_limit_s=seconds)


def _rows(gap: Candidates, cover: Cover, cost: float | None, k: int, metres: float) -> Iterator[dict[str, Any]]:
    left = gap.short
    for rank, (site, step) in enumerate(zip(cover.chosen.tolist(), _steps(gap, cover, k), strict=True), start=1):
        left -= step.gained
        yield {
            "rank": rank,
            **gap.sites[site],
            f"{gap.unit}_gained": _whole(step.gained),
            f"{gap.unit}_alone": _whole(step.alone),
            f"{gap.unit}_left": _whole(left),
            "places" if gap.unit == "hours" else "cells": step.places,
            "cost": cost,
            "adds": _words(gap, site, step, metres),
            "reaches": {id: n for id, n in step.by_place.items() if id not in gap.hidden},
        }


@dataclass(frozen=True, slots=True)
class _Step:
    """What a site adds: ``alone``, ``gained`` beside those before it, in how many ``places``, and in each."""

    alone: float
    gained: float
    places: int
    by_place: dict[str, int]


def _steps(gap: Candidates, cover: Cover, k: int) -> Iterator[_Step]:
    counts = np.minimum(gap.covered, k).copy()
    by_site = _by_site(gap.pairs, len(gap.sites))
    for site in cover.chosen:
        reached = by_site[int(site)]
        alone = reached[gap.covered[reached] < k]
        newly = reached[counts[reached] == k - 1]
        counts[reached] += 1
        by_place: dict[str, float] = {}
        for place, weight in zip(gap.about[alone].tolist(), gap.weight[alone].tolist(), strict=True):
            by_place[place] = by_place.get(place, 0.0) + weight
        yield _Step(
            float(gap.weight[alone].sum()),
            float(gap.weight[newly].sum()),
            len(by_place),
            {place: _whole(weight) for place, weight in by_place.items()},
        )


def _by_site(pairs: Pairs, sites: int) -> list[np.ndarray]:
    order = np.argsort(pairs.indices, kind="stable")
    ends = np.cumsum(np.bincount(pairs.indices, minlength=sites))
    return np.split(pairs.rows[order], ends[:-1]) if sites else []


def _words(gap: Candidates, site: int, step: _Step, metres: float) -> str:
    alone, gained = f"{_whole(step.alone):,}", f"{_whole(step.gained):,}"
    if gap.unit == "hours":
        places = "1 place" if step.places == 1 else f"{step.places} places"
        opened = "Open" if gap.sites[site]["hours_basis"] == RECORDED else "If always open, present"
        said = f"{opened} in {alone} of the uncovered hours a week of {places}"
    else:
        said = f"{alone} people aged 10-17 who now lack a service within {metres:,.0f} m"
    return said if step.alone == step.gained else f"{said}; {gained} beside those above"


def _whole(value: float) -> int:
    return round(value)


def _summary(
    gap: Candidates, cover: Cover, rows: list[dict[str, Any]], k: int, cost: float | None, cover_all: bool
) -> dict[str, Any]:
    unit = gap.unit
    return {
        "sites": len(rows),
        "candidates": len(gap.sites),
        f"{unit}_total": _whole(gap.total),
        f"{unit}_covered_before": _whole(gap.before),
        f"{unit}_uncovered_before": _whole(gap.short),
        f"{unit}_gained": _whole(cover.covered),
        f"{unit}_covered_after": _whole(gap.before + cover.covered),
        f"{unit}_candidates_reach": _whole(float(gap.weight[gap.pairs.counts >= k - np.minimum(gap.covered, k)].sum())),
        "bound": _whole(cover.bound),
        "gap": _gap(cover, len(rows), cover_all),
        "optimal": cover.optimal,
        "method": "exact" if cover.optimal else "best found in the time",
        "how_good": _how_good(cover, len(rows), cover_all),
        **({} if cost is None else {"cost": cost * len(rows)}),
        **gap.facts,
    }


def _gap(cover: Cover, sites: int, cover_all: bool) -> float:
    """Return by what share of the bound the choice may fall short (of a set cover: may have too many sites)."""
    if cover.optimal:
        return 0.0
    return (sites - cover.bound) / sites if cover_all else (cover.bound - cover.covered) / cover.bound


def _how_good(cover: Cover, sites: int, cover_all: bool) -> str:
    if not sites:
        return "no candidate covers any of it"
    if cover_all:
        least = int(np.ceil(cover.bound - 1e-6))
        return "proven: no fewer sites cover as much" if cover.optimal else f"time was up: at least {least} are needed"
    if cover.optimal:
        return "proven: no other choice of so many sites covers more"
    return f"time was up: within {100 * _gap(cover, sites, cover_all):.1f} % of the best possible"


def _caveats(landscape: Landscape, gap: Candidates, cover: Cover, sites_for: str) -> tuple[str, ...]:
    said = [STRAIGHT_LINE, *([ORDINARY_WEEK] if sites_for == GUARDIAN else []), *gap.caveats]
    said.append(_EDGE[sites_for] if landscape.area else "What lies beyond the data that is loaded is not looked at.")
    if not cover.optimal:
        said.append("Time was up before the best choice was proven: another run may find another.")
    return tuple(said)
