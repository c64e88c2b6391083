"""How central, how embedded and how much of a go-between is each node? On plain arrays of links.

Everywhere: ``n`` nodes are numbered 0..n-1, ``edges`` is int64 (e, 2); links given twice, and of a node with itself,
are left out. ``groups`` is int64 (n,), -1 where the group is not known. Results are float64 or int64 (n,) unless said.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from analysis.kernels.connectivity import simple

ROLES = ("coordinator", "itinerant", "representative", "gatekeeper", "liaison")

# Above this many nodes shortest paths are counted from some starts only, drawn with a seed.
EXACT_UP_TO = 50_000
STARTS = 500

# Numbers that differ by less are held to be the same, so that ties are ties whatever the order of a sum.
DECIMALS = 12

# Starts times nodes that are searched at once: what fits a processor's cache.
_AT_ONCE = 160_000
# A network longer than this is searched start by start: waves over all nodes would be mostly empty.
_LONGEST_WAVE = 200
# A product of so few of the rows is faster than of all.
_FEW = 0.3
_ROWS_AT_ONCE = 512


def adjacency(n: int, edges: np.ndarray, *, directed: bool = False) -> sparse.csr_array:
    """Return the (n, n) matrix of 0 and 1; row i has the nodes that i links to."""
    ends = simple(n, edges, directed=directed)
    if not directed:
        ends = np.concatenate([ends, ends[:, ::-1]])
    # Short integers: half of what is read in a product is the numbers of the columns.
    return sparse.csr_array((np.ones(len(ends)), ends.T.astype(np.int32)), shape=(n, n))


def degrees(n: int, edges: np.ndarray) -> np.ndarray:
    """Return how many others each node is joined to."""
    return np.bincount(simple(n, edges).ravel(), minlength=n).astype(np.int64)


def core_numbers(n: int, edges: np.ndarray) -> np.ndarray:
    """Return the largest k for which each node is in the k-core: nodes that have k others among themselves.

    Seidman, S. B. (1983), *Network structure and minimum degree*, Social Networks 5; by rustworkx.
    """
    import rustworkx

    graph = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(n))
    graph.add_edges_from_no_data([(int(a), int(b)) for a, b in simple(n, edges)])
    found: Any = rustworkx.core_number(graph)
    return np.array([found[node] for node in range(n)], np.int64)


# --- betweenness ------------------------------------------------------------------------------------------------


def betweenness(
    n: int, edges: np.ndarray, *, directed: bool = False, starts: int | None = None, seed: int = 0
) -> np.ndarray:
    """Return the share of the shortest paths between pairs of others that lead through each node, 0 to 1.

    Exact, unless there are more than 50,000 nodes or ``starts`` is given: then estimated from that many nodes, drawn
    without replacement by ``seed`` (Brandes & Pich 2007). Brandes, U. (2001), *A faster algorithm for betweenness
    centrality*, Journal of Mathematical Sociology 25: breadth first from many starts at once, a wave being one product
    of the sparse matrix of links with a dense block of starts.

    >>> betweenness(3, np.array([[0, 1], [1, 2]])).tolist()
    [0.0, 1.0, 0.0]
    """
    sampled = STARTS if starts is None and n > EXACT_UP_TO else starts
    if sampled is not None and sampled < 1:
        raise ValueError("Betweenness needs at least one start.")
    if n < 3:
        return np.zeros(n)
    onward = adjacency(n, edges, directed=directed)
    backward = onward.T.tocsr() if directed else onward
    chosen = np.arange(n)
    if sampled is not None and sampled < n:
        chosen = np.sort(np.random.default_rng(seed).choice(n, sampled, replace=False))
    total = np.zeros(n)
    width = max(4, _AT_ONCE // n)
    for first in range(0, len(chosen), width):
        found = _dependencies(onward, backward, chosen[first : first + width])
        if found is None:
            return _start_by_start(n, edges, directed)
        total += found
    return total * (n / len(chosen)) / ((n - 1) * (n - 2))


def _dependencies(onward: sparse.csr_array, backward: sparse.csr_array, starts: np.ndarray) -> np.ndarray | None:
    """Return the sum over the starts of how much they depend on each node, or None if the network is too long."""
    column = np.arange(len(starts))
    step = np.full((onward.shape[0], len(starts)), -1, np.int16)
    paths = np.zeros(step.shape)
    step[starts, column], paths[starts, column] = 0, 1.0
    wave, last = paths.copy(), 0
    while True:
        unseen = step < 0
        wave = _pushed(onward, backward, wave, unseen)
        wave[~unseen] = 0.0
        reached = wave > 0
        if not reached.any():
            break
        last += 1
        if last > _LONGEST_WAVE:
            return None
        paths += wave
        step[reached] = last
    # Of a node in a wave: (1 + how much the start depends on it) / its number of paths, from the last wave inward.
    per_path = 1 / np.maximum(paths, 1.0)
    share = per_path * (step == last)
    total = np.zeros(len(step))
    for here in range(last - 1, 0, -1):
        in_wave = step == here
        share = _pushed(backward, onward, share, in_wave)
        share[~in_wave] = 0.0
        total += np.einsum("ij,ij->i", share, paths)
        np.add(share, per_path, out=share, where=in_wave)
    return total


def _pushed(along: sparse.csr_array, against: sparse.csr_array, block: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return against @ block where it is ``wanted``, ``against`` being ``along`` transposed.

    The first and the last waves are small: then only the rows that hold something, or that are wanted, are read.
    """
    few = _FEW * len(block)
    held = np.flatnonzero(block.any(axis=1))
    if len(held) < few:
        return np.asarray(along[held].T @ block[held])
    needed = np.flatnonzero(wanted.any(axis=1))
    if len(needed) >= few:
        return np.asarray(against @ block)
    found = np.zeros_like(block)
    found[needed] = against[needed] @ block
    return found


def _start_by_start(n: int, edges: np.ndarray, directed: bool) -> np.ndarray:
    import rustworkx

    graph = rustworkx.PyDiGraph(multigraph=False) if directed else rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(n))
    graph.add_edges_from_no_data([(int(a), int(b)) for a, b in simple(n, edges, directed=directed)])
    # In parallel the sums would come in another order each time.
    found: Any = rustworkx.betweenness_centrality(graph, parallel_threshold=n + 1)
    return np.array([found[node] for node in range(n)])


# --- structural holes -------------------------------------------------------------------------------------------


def constraint(n: int, edges: np.ndarray) -> np.ndarray:
    """Return how far each node's ties lead back to each other: low where it bridges holes. NaN without ties.

    ``c_i = sum_j (p_ij + sum_q p_iq p_qj)^2`` over the neighbours j; p_ij is 1 / degree of i. Burt, R. S. (1992),
    *Structural Holes*, Harvard University Press.

    >>> constraint(3, np.array([[0, 1], [1, 2], [0, 2]])).tolist()
    [1.125, 1.125, 1.125]
    """
    links = adjacency(n, edges)
    ties = links.sum(axis=1)
    share = (sparse.diags_array(1 / np.maximum(ties, 1.0)) @ links).tocsr()
    held = share + _product_where(share, share, links)
    return np.where(ties > 0, np.asarray(held.power(2).sum(axis=1)), np.nan)


def effective_size(n: int, edges: np.ndarray) -> np.ndarray:
    """Return how many of each node's ties are not redundant: degree less mean ties among them. NaN without ties.

    ``d - 2 t / d`` with t ties among the d neighbours (Burt 1992; Borgatti 1997, *Structural holes: unpacking Burt's
    redundancy measures*, Connections 20).
    """
    links = adjacency(n, edges)
    ties = links.sum(axis=1)
    twice_among = _product_where(links, links, links).sum(axis=1)
    return np.where(ties > 0, ties - twice_among / np.maximum(ties, 1.0), np.nan)


def _product_where(left: sparse.csr_array, right: sparse.csr_array, where: sparse.csr_array) -> sparse.csr_array:
    """Return left @ right at the places of ``where`` (0 and 1) only; a block of rows at a time, for hubs' sake."""
    rows = range(0, left.shape[0], _ROWS_AT_ONCE)
    blocks = [((left[r : r + _ROWS_AT_ONCE] @ right) * where[r : r + _ROWS_AT_ONCE]).tocsr() for r in rows]
    return sparse.vstack(blocks, format="csr") if blocks else where.copy()


# --- brokerage --------------------------------------------------------------------------------------------------


def brokerage(n: int, edges: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return (n, 5): how often each node b stands in a -> b -> c, a and c not linked directly, by ``ROLES``.

    Coordinator: all three of one group; itinerant: a and c of one, b of another; representative: a and b; gatekeeper:
    b and c; liaison: three groups. Paths through or between nodes of unknown group are left out. Gould, R. V. &
    Fernandez, R. M. (1989), *Structures of mediation*, Sociological Methodology 19.

    >>> brokerage(3, np.array([[0, 1], [1, 2]]), np.array([0, 0, 1])).tolist()
    [[0, 0, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 0, 0]]
    """
    groups = np.asarray(groups, np.int64)
    ends = simple(n, edges, directed=True)
    ends = ends[(groups[ends] >= 0).all(axis=1)]
    alike = groups[ends[:, 0]] == groups[ends[:, 1]]
    within, across = adjacency(n, ends[alike], directed=True), adjacency(n, ends[~alike], directed=True)
    into = {"within": within.sum(axis=0), "across": across.sum(axis=0)}
    out = {"within": within.sum(axis=1), "across": across.sum(axis=1)}
    member = sparse.csr_array((np.ones(n), (np.arange(n), groups + 1)), shape=(n, int(groups.max(initial=-1)) + 2))
    returning = ((across.T @ member) * (across @ member)).sum(axis=1)
    # All paths of two links, less those that come back to where they began and those with a direct link besides.
    paths = {
        "coordinator": into["within"] * out["within"]
        - (within * within.T).sum(axis=1)
        - _closed(within, within, within),
        "itinerant": returning - (across * across.T).sum(axis=1) - _closed(across, across, within),
        "representative": into["within"] * out["across"] - _closed(within, across, across),
        "gatekeeper": into["across"] * out["within"] - _closed(across, within, across),
        "liaison": into["across"] * out["across"] - returning - _closed(across, across, across),
    }
    return np.column_stack([np.rint(paths[role]).astype(np.int64) for role in ROLES])


def _closed(first: sparse.csr_array, second: sparse.csr_array, direct: sparse.csr_array) -> np.ndarray:
    """Return per node b the number of a -first-> b -second-> c that have a -direct-> c."""
    return np.asarray(_product_where(first.T.tocsr(), direct, second).sum(axis=1))


# --- mixing -----------------------------------------------------------------------------------------------------


def mixing(n: int, edges: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return (g, g): the number of link ends between groups, each undirected link counted from both its ends.

    g is the largest group + 1. Links of nodes of unknown group are left out.
    """
    groups = np.asarray(groups, np.int64)
    pairs = groups[simple(n, edges)].reshape(-1, 2)
    pairs = pairs[(pairs >= 0).all(axis=1)]
    counted = np.zeros((int(groups.max(initial=-1)) + 1,) * 2, np.int64)
    np.add.at(counted, (pairs[:, 0], pairs[:, 1]), 1)
    return counted + counted.T


def assortativity(n: int, edges: np.ndarray, groups: np.ndarray) -> float:
    """Return how far links stay within groups: 1 all of them, 0 as by chance, below 0 less. NaN where one group is all.

    Newman, M. E. J. (2003), *Mixing patterns in networks*, Physical Review E 67, 026126, equation 2.
    """
    counted = mixing(n, edges, groups).astype(float)
    if not counted.sum():
        return float("nan")
    share = counted / counted.sum()
    by_chance = float(share.sum(axis=0) @ share.sum(axis=1))
    return float((np.trace(share) - by_chance) / (1 - by_chance)) if by_chance < 1 else float("nan")


def degree_assortativity(n: int, edges: np.ndarray) -> float:
    """Return the correlation of the degrees at the two ends of a link; NaN where all are the same (Newman 2003)."""
    pairs = simple(n, edges)
    degree = np.bincount(pairs.ravel(), minlength=n).astype(float)
    a, b = degree[np.concatenate([pairs, pairs[:, ::-1]])].reshape(-1, 2).T
    if not len(a) or (a == a[0]).all():
        return float("nan")
    return float(((a - a.mean()) * (b - b.mean())).mean() / a.var())


def reciprocity(n: int, edges: np.ndarray) -> float:
    """Return the share of directed links that have their opposite; NaN without links.

    >>> reciprocity(3, np.array([[0, 1], [1, 0], [1, 2]]))
    0.6666666666666666
    """
    pairs = simple(n, edges, directed=True)
    back = np.isin(pairs[:, ::-1] @ np.array([n, 1]), pairs @ np.array([n, 1]))
    return float(back.mean()) if len(pairs) else float("nan")
