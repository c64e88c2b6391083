"""How many people can be served at most, and which of them are the proof that no more can?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components, maximum_flow

from analysis.kernels.pairs import Pairs

UNLIMITED = int(np.iinfo(np.int64).max)
"""A capacity that is never used up."""

# SciPy counts flow in 32 bits.
_MOST = int(np.iinfo(np.int32).max)


@dataclass(frozen=True, slots=True)
class Served:
    """A largest flow, and the minimum cut that proves it.

    ``total`` people are served, ``unserved`` are not; ``flow`` (nnz,) int64 is one way to serve them, beside
    ``pairs.indices``: of many such ways, so no share of it is a fact. ``cells`` (n,) and ``services`` (m,) bool are the
    source side of the cut, which is the same for every largest flow: what these cells can reach is these services and
    nothing else, and need there less places there is ``unserved``.
    """

    total: int
    unserved: int
    flow: np.ndarray
    cells: np.ndarray
    services: np.ndarray


def max_served(need: np.ndarray, capacity: np.ndarray, pairs: Pairs) -> Served:
    """Return the most people who can be served, of ``need`` (n,) by ``capacity`` (m,), whole numbers.

    ``pairs`` (n rows, indices below m, each pair once) says which cell can use which service. Of an ``UNLIMITED``
    service nobody is turned away. Method: maximum flow by blocking flows (Dinic 1970); the cut is what can be reached
    from the source in the residual graph, the smallest minimum cut (Ford & Fulkerson 1956), which is unique. It is
    Hall's condition for places instead of partners (Hall 1935). Raises ValueError for what is negative, not whole, or
    more than 2**31 people.

    Two cells of 5 and 4 people share a service of 6 places; the second also reaches one of 1 place:

    >>> from analysis.kernels.pairs import from_rows
    >>> found = max_served(np.array([5, 4]), np.array([6, 1]), from_rows(np.array([0, 1, 1]), np.array([0, 0, 1]), 2))
    >>> found.total, found.unserved, found.cells.tolist(), found.services.tolist()
    (7, 2, [True, True], [True, True])
    """
    need, capacity = _whole(need, "need"), _whole(capacity, "capacity")
    rows = pairs.rows
    wanted = int(need.sum())
    if wanted > _MOST:
        raise ValueError(f"The need adds up to {wanted} people; at most {_MOST} can be counted.")
    # No service takes more than all who can reach it: so what is unlimited becomes a number, and the cut stays.
    reaching = np.bincount(pairs.indices, weights=need[rows], minlength=len(capacity)).astype(np.int64)
    flow = _largest_flow(need, np.minimum(capacity, reaching), rows, pairs.indices)
    total = int(flow.sum())
    left = need - np.bincount(rows, weights=flow, minlength=len(need)).astype(np.int64)
    cells, services = _source_side(left > 0, len(capacity), rows, pairs.indices, flow)
    return Served(total, wanted - total, flow, cells, services)


def bottlenecks(served: Served, pairs: Pairs) -> tuple[np.ndarray, np.ndarray]:
    """Return for each cell and each service which part of the cut it is in, from 0 by first cell; -1 outside.

    Parts share no service. Each is a proof of its own: its need exceeds its places, and the excesses add up to what is
    unserved.
    """
    n, m = len(served.cells), len(served.services)
    rows = pairs.rows
    inside = served.cells[rows]
    graph = coo_array((np.ones(int(inside.sum()), np.int8), (rows[inside], n + pairs.indices[inside])), (n + m, n + m))
    _, label = connected_components(graph, directed=False)
    member = np.concatenate([served.cells, served.services])
    # Numbered by first member, which is a cell, for no service is in the cut alone.
    _, first, number = np.unique(label[member], return_index=True, return_inverse=True)
    parts = np.full(n + m, -1)
    parts[member] = np.argsort(np.argsort(first))[number]
    return parts[:n], parts[n:]


def apportion(total: int, weights: np.ndarray) -> np.ndarray:
    """Return ``total`` people in whole numbers by ``weights`` (n,), by largest remainder (Hamilton's method).

    Of equal remainders the first in order is rounded up. Where all weights are 0 they count as equal.

    >>> apportion(10, np.array([1.0, 1.0, 1.0])).tolist()
    [4, 3, 3]
    """
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise ValueError("A weight must be a number, and not negative.")
    weights = weights if weights.any() else np.ones(len(weights))
    exact = total * (weights / weights.sum())
    parts: np.ndarray = np.floor(exact).astype(np.int64)
    parts[np.argsort(parts - exact, kind="stable")[: total - int(parts.sum())]] += 1
    return parts


def _whole(counts: np.ndarray, name: str) -> np.ndarray:
    wrong = ~(counts >= 0) | (counts != np.floor(counts))
    if wrong.any():
        raise ValueError(f"The {name} at position {int(np.argmax(wrong))} is not a whole number, 0 or more.")
    return np.asarray(counts, np.int64)


def _largest_flow(need: np.ndarray, capacity: np.ndarray, rows: np.ndarray, indices: np.ndarray) -> np.ndarray:
    """Return the flow along every pair: source -> cells -> services -> sink."""
    n, m = len(need), len(capacity)
    most = np.minimum(need[rows], capacity[indices])
    used = most > 0
    source, sink = n + m, n + m + 1
    starts = np.concatenate([np.full(n, source), rows[used], n + np.arange(m)])
    ends = np.concatenate([np.arange(n), n + indices[used], np.full(m, sink)])
    limits = np.concatenate([need, most[used], capacity]).astype(np.int32)
    network = csr_array(coo_array((limits, (starts, ends)), (n + m + 2, n + m + 2)))
    network.eliminate_zeros()
    found = csr_array(maximum_flow(network, source, sink, method="dinic").flow)[:n, n : n + m]
    found.sort_indices()
    flow = np.zeros(len(rows), np.int64)
    flow[used] = found.data
    return flow


def _source_side(
    unserved: np.ndarray, m: int, rows: np.ndarray, indices: np.ndarray, flow: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return which cells and services can be reached from the unserved: on along every pair, back where people flow."""
    n = len(unserved)
    source, back = n + m, flow > 0
    starts = np.concatenate([np.full(int(unserved.sum()), source), rows, n + indices[back]])
    ends = np.concatenate([np.flatnonzero(unserved), n + indices, rows[back]])
    graph = csr_array(coo_array((np.ones(len(starts), np.int8), (starts, ends)), (n + m + 1, n + m + 1)))
    reached = np.zeros(n + m + 1, bool)
    reached[breadth_first_order(graph, source, return_predecessors=False)] = True
    return reached[:n], reached[n : n + m]
