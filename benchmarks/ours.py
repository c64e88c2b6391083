"""The same work by the kernels of ``analysis``."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from timing import Arrays, Prepare, serve

from analysis.kernels.pairs import Pairs, pairs_within

Work = Callable[[], Arrays]


def enhanced_from_coordinates(data: Arrays) -> Work:
    """From points to access."""
    from analysis.kernels.floating_catchment import enhanced

    given = [data[name] for name in ("demand_points", "demand", "supply_points", "supply")]
    catchment = float(data["catchment_m"])
    enhanced(*given, catchment)
    return lambda: {"access": enhanced(*given, catchment)}


def enhanced_given_pairs(data: Arrays) -> Work:
    """From the pairs at hand to access."""
    from analysis.kernels.floating_catchment import step_weights, two_step

    counts = np.bincount(data["rows"], minlength=len(data["demand"]))
    pairs = Pairs(np.concatenate([[0], np.cumsum(counts)]), data["indices"], data["metres"])
    catchment = float(data["catchment_m"])

    def work() -> Arrays:
        weights = step_weights(pairs.metres, catchment)
        return {"access": two_step(pairs, data["demand"], data["supply"], weights)}

    work()
    return work


def coverage(data: Arrays) -> Work:
    """From points and hours to the number open at each hour."""
    from analysis.coverage import count_open

    within_m = float(data["within_m"])
    return lambda: {"open": count_open(pairs_within(data["contexts"], data["venues"], within_m), data["flags"])}


def betweenness(data: Arrays) -> Work:
    """Of every node over all shortest paths."""
    from analysis.kernels.centrality import betweenness as kernel

    n, edges = int(data["n"]), data["edges"]
    kernel(3, edges[:0])
    return lambda: {"betweenness": kernel(n, edges)}


def siting(data: Arrays) -> Work:
    """From points to the proven optimum."""
    from analysis.kernels.covering import maximal_cover

    demand, sites, radius, p = data["demand_points"], data["site_points"], float(data["radius_m"]), int(data["p"])

    def work() -> Arrays:
        pairs = pairs_within(demand, sites, radius)
        found = maximal_cover(pairs, data["weight"], p, sites=len(sites))
        return {"value": np.array(found.covered), "proven": np.array(found.optimal)}

    maximal_cover(pairs_within(demand[:50], sites[:50], radius), data["weight"][:50], 2, sites=50)
    return work


def attack_curve(data: Arrays) -> Work:
    """The largest part after each removal."""
    from analysis.kernels.connectivity import attack_curve as kernel

    n, edges, order = int(data["n"]), data["edges"], data["order"]
    return lambda: {"largest": kernel(n, edges, order)}


def single_points(data: Arrays) -> Work:
    """The nodes without which there are more parts."""
    from analysis.kernels.connectivity import articulation_points

    n, edges = int(data["n"]), data["edges"]
    return lambda: {"nodes": articulation_points(n, edges)}


CASES: dict[str, Prepare] = {
    "enhanced_from_coordinates": enhanced_from_coordinates,
    "enhanced_given_pairs": enhanced_given_pairs,
    "coverage": coverage,
    "betweenness": betweenness,
    "betweenness_sampled": betweenness,
    "siting": siting,
    "attack_curve": attack_curve,
    "single_points": single_points,
    "articulation": single_points,
}

if __name__ == "__main__":
    serve(CASES, ["numpy", "scipy", "highspy", "networkit", "rustworkx"])
