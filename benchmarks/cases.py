"""The seeded data that both sides work on, as plain arrays."""

from __future__ import annotations

import numpy as np

Arrays = dict[str, np.ndarray]
SEED = 2026
CATCHMENT_M = 2_154.0
WITHIN_M = 400.0
# England: 130,000 square kilometres; parts of it have their share of the ground.
ENGLAND_M = 361_000.0
ENGLAND_AREAS = 35_000


def enhanced_from_coordinates(areas: int = 2_000, services: int = 5_000) -> Arrays:
    """Return people and places of areas and services; catchment in metres."""
    random = np.random.default_rng(SEED)
    extent = ground(areas)
    return {
        "demand_points": towns(random, areas, extent),
        "demand": random.integers(50, 400, areas).astype(float),
        "supply_points": towns(random, services, extent),
        "supply": random.integers(1, 60, services).astype(float),
        "catchment_m": np.array(CATCHMENT_M),
    }


def enhanced_given_pairs(areas: int = 35_000, services: int = 100_000) -> Arrays:
    """Return the same with the pairs within the catchment: row, index, metres, in row order."""
    from scipy.spatial import KDTree

    arrays = enhanced_from_coordinates(areas, services)
    here, there = KDTree(arrays["demand_points"]), KDTree(arrays["supply_points"])
    near = here.sparse_distance_matrix(there, CATCHMENT_M, output_type="ndarray")
    near = near[np.lexsort((near["j"], near["i"]))]
    arrays |= {"rows": near["i"].astype(np.int64), "indices": near["j"].astype(np.int64), "metres": near["v"]}
    return arrays


def coverage(contexts: int = 5_000, venues: int = 43_700) -> Arrays:
    """Return contexts, venues and the hours these are open (venues, 168): a tenth of England."""
    random = np.random.default_rng(SEED + 1)
    extent = ground(0.7 * contexts)
    both = towns(random, contexts + venues, extent)
    return {
        "contexts": both[:contexts],
        "venues": both[contexts:],
        "flags": hours(random, venues),
        "within_m": np.array(WITHIN_M),
    }


def network(nodes: int = 10_000, links: int = 50_000) -> Arrays:
    """Return an undirected network in which some have many partners: distinct links (links, 2), no loops."""
    random = np.random.default_rng(SEED + 2)
    weight = 1.0 / np.sqrt(np.arange(1, nodes + 1))
    start = random.choice(nodes, 3 * links, p=weight / weight.sum())
    end = random.integers(0, nodes, 3 * links)
    edges = np.unique(np.sort(np.column_stack([start, end])[start != end], axis=1), axis=0)
    edges = edges[np.sort(random.permutation(len(edges))[:links])]
    return {"n": np.array(nodes), "edges": edges.astype(np.int64)}


def attack(nodes: int = 3_000, links: int = 9_000) -> Arrays:
    """Return a network and the order in which its nodes go: most partners first."""
    arrays = network(nodes, links)
    degree = np.bincount(arrays["edges"].ravel(), minlength=nodes)
    return arrays | {"order": np.argsort(-degree, kind="stable").astype(np.int64)}


def siting(demand: int = 2_000, sites: int = 2_000, p: int = 20, *, in_towns: bool = True) -> Arrays:
    """Return demand points with people, candidate sites, the radius and how many may be chosen.

    In towns many sites cover nearly the same, which is harder to prove than points anywhere.
    """
    random = np.random.default_rng(SEED + 3)
    extent = ground(demand)

    def points(n: int) -> np.ndarray:
        return towns(random, n, extent) if in_towns else random.uniform(0, extent, (n, 2))

    return {
        "demand_points": points(demand),
        "weight": random.integers(50, 400, demand).astype(float),
        "site_points": points(sites),
        "radius_m": np.array(CATCHMENT_M),
        "p": np.array(p),
    }


def ground(areas: float) -> float:
    """Return the side of the square (metres) on which so many areas lie."""
    return ENGLAND_M * float(areas / ENGLAND_AREAS) ** 0.5


def towns(random: np.random.Generator, n: int, extent: float) -> np.ndarray:
    """Return n points (metres): nine of ten in towns of uneven size, the rest anywhere in the square."""
    # The towns are the same for all points of one ground.
    of_ground = np.random.default_rng(SEED)
    count = max(3, int(extent / 12_000) ** 2)
    centres, sizes = of_ground.uniform(0, extent, (count, 2)), of_ground.pareto(1.5, count) + 0.3
    town = random.choice(count, n, p=sizes / sizes.sum())
    spread = 500 + 400 * np.sqrt(sizes[town])
    points = centres[town] + random.normal(size=(n, 2)) * spread[:, None]
    outside = (random.random(n) < 0.1) | (points < 0).any(axis=1) | (points > extent).any(axis=1)
    points[outside] = random.uniform(0, extent, (int(outside.sum()), 2))
    return points


def hours(random: np.random.Generator, n: int) -> np.ndarray:
    """Return opening hours (n, 168) uint8: most days from morning to evening, some late, some shut at weekends."""
    opens, shuts = random.integers(7, 18, n), random.integers(17, 25, n)
    days = random.random((n, 7)) < np.where(np.arange(7) < 5, 0.95, 0.6)
    clock = np.arange(24)
    daily = (clock >= opens[:, None]) & (clock < shuts[:, None])
    return (days[:, :, None] & daily[:, None, :]).reshape(n, 168).astype(np.uint8)
