"""Which nodes have partners in common? Indices over pairs, the pairs most alike, and what members share.

``n``, ``edges`` as in ``centrality``; ``pairs`` is int64 (p, 2).
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from analysis.kernels.centrality import DECIMALS, adjacency
from analysis.kernels.connectivity import simple

_ROWS_AT_ONCE = 512
_TIE = 10.0**-DECIMALS


def resource_allocation(n: int, edges: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Return per pair the sum over the neighbours both have of 1 / degree.

    Zhou, T., Lü, L. & Zhang, Y.-C. (2009), *Predicting missing links via local information*, European Physical
    Journal B 71.

    >>> resource_allocation(3, np.array([[0, 1], [1, 2]]), np.array([[0, 2]])).tolist()
    [0.5]
    """
    links = adjacency(n, edges)
    return _over_common(links, 1 / np.maximum(links.sum(axis=1), 1.0), pairs)


def adamic_adar(n: int, edges: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Return per pair the sum over the neighbours both have of 1 / ln(degree).

    Adamic, L. A. & Adar, E. (2003), *Friends and neighbors on the web*, Social Networks 25.
    """
    links = adjacency(n, edges)
    # Who has two neighbours in common with nobody has degree 1 or 0, and weighs nothing.
    return _over_common(links, 1 / np.log(np.maximum(links.sum(axis=1), 2.0)), pairs)


def _over_common(links: sparse.csr_array, weight: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    pairs = np.asarray(pairs, np.int64).reshape(-1, 2)
    return np.asarray((links[pairs[:, 0]] * links[pairs[:, 1]]) @ weight)


def most_alike(
    n: int, edges: np.ndarray, candidates: np.ndarray, top: int, *, first: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return the ``top`` pairs (p, 2) with the highest resource allocation that are not joined, and their index (p,).

    Only pairs of ``candidates`` (n,), bool, that have a neighbour in common; one of the two from ``first`` (n,), bool,
    where it is given. Ties by position.
    """
    links = adjacency(n, edges)
    weighed = (sparse.diags_array(1 / np.maximum(links.sum(axis=1), 1.0)) @ links).tocsr()
    key = np.array([n, 1], np.int64)
    joined = simple(n, edges) @ key
    leads = candidates if first is None else candidates & first
    chosen = np.flatnonzero(leads)
    best = np.zeros((0, 2), np.int64)
    index = np.zeros(0)
    for start in range(0, len(chosen), _ROWS_AT_ONCE):
        rows = chosen[start : start + _ROWS_AT_ONCE]
        common = (links[rows] @ weighed).tocoo()
        # Most pairs meet at a hub only, and fall below the top found so far.
        high = np.flatnonzero(common.data > (index[-1] - _TIE if len(index) == top else 0.0))
        lead, other, found = rows[common.row[high]], common.col[high], np.round(common.data[high], DECIMALS)
        # A pair of two leads is found from both its ends: it is taken once.
        fit = candidates[other] & (lead != other) & (~leads[other] | (lead < other))
        pairs = np.sort(np.column_stack([lead, other])[fit].astype(np.int64), axis=1)
        found = found[fit]
        apart = ~np.isin(pairs @ key, joined)
        best, index = np.concatenate([best, pairs[apart]]), np.concatenate([index, found[apart]])
        order = np.lexsort((best[:, 1], best[:, 0], -index))[:top]
        best, index = best[order], index[order]
    return best, index


def shared(members: np.ndarray, places: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the pairs of members (p, 2) that share a place, how many they share (p,), and the weight (p,).

    ``members`` and ``places`` (k,) say who is where, as numbers from 0. The weight of a place with s members is
    1 / (s - 1) for each pair: Newman, M. E. J. (2001), *Scientific collaboration networks II*, Physical Review E 64.
    By pair.

    >>> shared(np.array([0, 1, 0, 1, 2]), np.array([0, 0, 1, 1, 1]))[1].tolist()
    [2, 1, 1]
    """
    size = (int(np.max(members, initial=-1)) + 1, int(np.max(places, initial=-1)) + 1)
    there = sparse.csr_array((np.ones(len(members)), (members, places)), shape=size)
    there.data[:] = 1.0
    count = sparse.triu(there @ there.T, k=1).tocsr()
    each = 1 / np.maximum(there.sum(axis=0) - 1, 1.0)
    weight = sparse.triu((there * each[None, :]) @ there.T, k=1).tocsr()
    count.sort_indices()
    weight.sort_indices()
    pairs = np.column_stack(count.tocoo().coords).astype(np.int64)
    return pairs, np.rint(count.data).astype(np.int64), np.asarray(weight.data)
