"""Which nodes belong together, and do two divisions of them agree? ``n``, ``edges`` as in ``centrality``."""

from __future__ import annotations

import numpy as np

from analysis.kernels.centrality import DECIMALS
from analysis.kernels.connectivity import components, simple


def leiden(n: int, edges: np.ndarray, *, resolution: float = 1.0, runs: int = 10, seed: int = 0) -> np.ndarray:
    """Return the community of each node, numbered by first node: of ``runs`` seeded runs the one of highest modularity.

    Traag, V. A., Waltman, L. & van Eck, N. J. (2019), *From Louvain to Leiden*, Scientific Reports 9; by NetworKit on
    one thread, with several its answers differ. NetworKit does not promise that a community hangs together, so those
    in pieces are divided, which never lowers modularity. Among equals the first run.
    """
    import networkit

    pairs = simple(n, edges)
    graph = networkit.GraphFromCoo((pairs[:, 0].astype(np.uint64), pairs[:, 1].astype(np.uint64)), n=n)
    threads = networkit.engineering.getMaxNumberOfThreads()
    networkit.engineering.setNumberOfThreads(1)
    best, reached = np.arange(n), -np.inf
    try:
        for run in range(runs if len(pairs) else 0):
            networkit.engineering.setSeed(seed + run, False)
            search = networkit.community.ParallelLeiden(graph, iterations=10, randomize=True, gamma=resolution)
            search.run()
            found = _in_one_piece(n, pairs, np.array(search.getPartition().getVector(), np.int64))
            quality = round(modularity(n, pairs, found, resolution=resolution), DECIMALS)
            if quality > reached:
                best, reached = found, quality
    finally:
        networkit.engineering.setNumberOfThreads(threads)
    return best


def _in_one_piece(n: int, pairs: np.ndarray, community: np.ndarray) -> np.ndarray:
    within = pairs[community[pairs[:, 0]] == community[pairs[:, 1]]]
    return components(n, within)


def modularity(n: int, edges: np.ndarray, community: np.ndarray, *, resolution: float = 1.0) -> float:
    """Return the share of links within communities beyond what degrees alone would give; NaN without links.

    Newman, M. E. J. & Girvan, M. (2004), *Finding and evaluating community structure*, Physical Review E 69.

    >>> modularity(4, np.array([[0, 1], [2, 3]]), np.array([0, 0, 1, 1]))
    0.5
    """
    pairs = simple(n, edges)
    if not len(pairs):
        return float("nan")
    of_ends = np.asarray(community, np.int64)[pairs]
    within = float((of_ends[:, 0] == of_ends[:, 1]).mean())
    by_chance = np.bincount(of_ends.ravel()) / (2 * len(pairs))
    return within - resolution * float(by_chance @ by_chance)


def adjusted_rand(one: np.ndarray, other: np.ndarray) -> float:
    """Return how far two divisions agree: 1 wholly, about 0 by chance. NaN for fewer than two nodes.

    Hubert, L. & Arabie, P. (1985), *Comparing partitions*, Journal of Classification 2.

    >>> adjusted_rand(np.array([0, 0, 1, 1]), np.array([5, 5, 3, 3]))
    1.0
    """
    n = len(one)
    if n < 2:
        return float("nan")
    rows, columns = np.unique(one, return_inverse=True)[1], np.unique(other, return_inverse=True)[1]
    both = np.unique(rows.astype(np.int64) * (int(columns.max()) + 1) + columns, return_counts=True)[1]
    together, in_one, in_other = (_pairs(count) for count in (both, np.bincount(rows), np.bincount(columns)))
    by_chance = in_one * in_other / _pairs(np.array([n]))
    most = (in_one + in_other) / 2
    return 1.0 if most == by_chance else (together - by_chance) / (most - by_chance)


def _pairs(sizes: np.ndarray) -> float:
    sizes = sizes.astype(float)
    return float((sizes * (sizes - 1)).sum() / 2)
