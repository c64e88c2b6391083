"""Every kernel at England's size in one process: seconds of each, and the most memory held. Prints JSON for run.py."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import cases
import numpy as np
import pandas as pd
from timing import peak_megabytes

from analysis.coverage import count_open
from analysis.kernels import (
    centrality,
    communities,
    connectivity,
    corridors,
    covering,
    floating_catchment,
    flow,
    inequality,
    paths,
)
from analysis.kernels.pairs import Pairs, nearest, pairs_within

AREAS, VENUES, CONTEXTS, SERVICES = 35_000, 437_000, 50_000, 20_000
PARTNERS, LINKS = 30_000, 100_000
STARTS = 500


class Clock:
    """Runs pieces of work and keeps what each took."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def __call__(self, work: str, size: str, do: Callable[[], Any]) -> Any:
        started = time.perf_counter()
        found = do()
        self.rows.append({"work": work, "size": size, "seconds": time.perf_counter() - started})
        return found


def main() -> None:
    """Measure and print."""
    random = np.random.default_rng(cases.SEED)
    clock = Clock()
    points = cases.towns(random, AREAS + VENUES + CONTEXTS + SERVICES, cases.ENGLAND_M)
    areas, venues, contexts, services = np.split(points, np.cumsum([AREAS, VENUES, CONTEXTS]))
    people = random.integers(50, 400, AREAS)
    flags = cases.hours(random, VENUES)
    before = peak_megabytes()
    presence(clock, contexts, venues, flags)
    reaching(clock, random, areas, people, services)
    partners(clock)
    fairness(clock, random, people)
    columns(clock, random)
    print(json.dumps({"rows": clock.rows, "megabytes": peak_megabytes(), "data_megabytes": before}))


def presence(clock: Clock, contexts: np.ndarray, venues: np.ndarray, flags: np.ndarray) -> None:
    """Measure who is near, open and nearest; and where the next guardians would go."""
    near: Pairs = clock(
        "coverage: pairs within 400 m",
        f"{CONTEXTS:,} contexts, {VENUES:,} venues",
        lambda: pairs_within(contexts, venues, cases.WITHIN_M),
    )
    opened = clock("coverage: open at 168 hours", f"{len(near.indices):,} pairs", lambda: count_open(near, flags))
    clock("coverage: nearest venue", "within 2,154 m", lambda: nearest(contexts, venues, cases.CATCHMENT_M))
    del opened
    schools, stops = np.split(contexts, 2)
    stop, metres = nearest(schools, stops, 800.0)
    linked = stop >= 0
    clock(
        "corridors: stretches without a venue near",
        f"{int(linked.sum()):,} lines",
        lambda: stretches(schools[linked], stops[stop[linked]], metres[linked], venues),
    )
    borough = cases.siting()
    clock(
        "siting: next 20, proven (2,000 areas' ground)",
        "2,000 points, 2,000 sites",
        lambda: covering.maximal_cover(
            pairs_within(borough["demand_points"], borough["site_points"], cases.CATCHMENT_M),
            borough["weight"],
            20,
            sites=len(borough["site_points"]),
        ),
    )


def stretches(starts: np.ndarray, ends: np.ndarray, lengths: np.ndarray, venues: np.ndarray) -> np.ndarray:
    """Return the metres of each line further than 400 m from every venue."""
    # Lines are at most 800 m long: what is near one is within 800 m of its middle.
    near = pairs_within((starts + ends) / 2, venues, cases.WITHIN_M + 400.0)
    reached = corridors.chords(starts, ends, near.rows, venues[near.indices], cases.WITHIN_M)
    return corridors.uncovered(lengths, reached).metres(len(starts))


def reaching(
    clock: Clock, random: np.random.Generator, areas: np.ndarray, people: np.ndarray, services: np.ndarray
) -> None:
    """Measure access and what no allocation can serve."""
    places = random.integers(1, 60, SERVICES)
    size = f"{AREAS:,} areas, {SERVICES:,} services"
    access = clock(
        "accessibility: enhanced 2SFCA",
        size,
        lambda: floating_catchment.enhanced(areas, people.astype(float), services, places.astype(float), 2_154.0),
    )
    assert np.isfinite(access).all()
    reach = pairs_within(areas, services, cases.CATCHMENT_M)
    need = (people // 20).astype(np.int64)
    clock(
        "unmet need: maximum flow and its cut",
        f"{len(reach.indices):,} pairs",
        lambda: flow.max_served(need, places.astype(np.int64), reach),
    )


def partners(clock: Clock) -> None:
    """Measure what holds a national partner network together, and its shape."""
    made = cases.network(PARTNERS, LINKS)
    edges = made["edges"]
    size = f"{PARTNERS:,} partners, {LINKS:,} links"
    clock("fragility: cut nodes", size, lambda: connectivity.articulation_points(PARTNERS, edges))
    clock("fragility: bridges", size, lambda: connectivity.bridges(PARTNERS, edges))
    order = connectivity.by_degree(PARTNERS, edges)
    clock("fragility: attack curve", size, lambda: connectivity.attack_curve(PARTNERS, edges, order))
    clock("fragility: dominators", size, lambda: connectivity.immediate_dominators(PARTNERS, edges, np.arange(0, 50)))
    help_at = np.arange(0, PARTNERS, 50)
    clock("pathways: fewest hand-offs to help", size, lambda: paths.steps_to(PARTNERS, edges, help_at))
    clock("partnership: cores", size, lambda: centrality.core_numbers(PARTNERS, edges))
    clock(
        f"partnership: betweenness, {STARTS} starts",
        size,
        lambda: centrality.betweenness(PARTNERS, edges, starts=STARTS),
    )
    clock("partnership: communities", size, lambda: communities.leiden(PARTNERS, edges, runs=1))


def fairness(clock: Clock, random: np.random.Generator, people: np.ndarray) -> None:
    """Measure the indices of inequality."""
    access, decile, weights = random.gamma(2.0, 1.0, AREAS), random.random(AREAS), people.astype(float)

    def indices() -> None:
        inequality.gini(access, weights)
        inequality.theil(access, weights)
        inequality.concentration_index(access, decile, weights)
        inequality.slope_index(access, decile, weights)
        inequality.dissimilarity(weights, access)

    clock("equity: five indices", f"{AREAS:,} areas", indices)


def columns(clock: Clock, random: np.random.Generator) -> None:
    """Measure what is filled in, by area."""
    frame = pd.DataFrame({f"field_{i}": random.random(VENUES) for i in range(15)})
    frame = frame.mask(random.random(frame.shape) < 0.3)
    area = random.integers(0, 7_000, VENUES)
    clock(
        "completeness: 15 fields by ward",
        f"{VENUES:,} rows",
        lambda: frame.notna().groupby(area).mean(),
    )


if __name__ == "__main__":
    main()
