"""Which points lie within a distance of which? Pairs in rows (CSR), never a dense matrix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# The tree compares in squared metres; it is asked for a hair more, and the distance itself decides.
_HAIR = 1 + 1e-9
_TIES = 8


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs by row: those of row i are ``indices[indptr[i]:indptr[i + 1]]``, ascending, ``metres`` beside them."""

    indptr: np.ndarray
    indices: np.ndarray
    metres: np.ndarray

    @property
    def rows(self) -> np.ndarray:
        """The row of every pair."""
        return np.repeat(np.arange(len(self.indptr) - 1), np.diff(self.indptr))

    @property
    def counts(self) -> np.ndarray:
        """The number of pairs of every row."""
        return np.diff(self.indptr)


def pairs_within(origins: np.ndarray, targets: np.ndarray, distance_m: float) -> Pairs:
    """Return the pairs at most ``distance_m`` apart: (n, 2) against (m, 2) float64 metres; a NaN point has none."""
    from scipy.spatial import cKDTree

    here, there = _known(origins), _known(targets)
    if not len(here) or not len(there):
        return from_rows(np.empty(0, np.int64), np.empty(0, np.int64), len(origins), np.empty(0))
    near = cKDTree(origins[here]).sparse_distance_matrix(
        cKDTree(targets[there]), distance_m * _HAIR, output_type="ndarray"
    )
    rows, indices = here[near["i"]], there[near["j"]]
    metres = _distance(origins[rows], targets[indices])
    close = metres <= distance_m
    return from_rows(rows[close], indices[close], len(origins), metres[close])


def from_rows(rows: np.ndarray, indices: np.ndarray, n: int, metres: np.ndarray | None = None) -> Pairs:
    """Return pairs given one by one as CSR over ``n`` rows; unknown distances are NaN."""
    order = np.lexsort((indices, rows))
    distance = np.full(len(rows), np.nan) if metres is None else metres
    indptr = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=n))])
    return Pairs(indptr, indices[order].astype(np.int64), distance[order])


def nearest(origins: np.ndarray, targets: np.ndarray, within_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Return for each origin the index of the nearest target within the distance and its metres; else -1 and NaN.

    Of targets equally far the first in order is taken.
    """
    from scipy.spatial import cKDTree

    found, metres = np.full(len(origins), -1), np.full(len(origins), np.nan)
    here, there = _known(origins), _known(targets)
    if not len(here) or not len(there):
        return found, metres
    # Targets in one spot are one target, the first; others equally far are compared below.
    _, first = np.unique(targets[there], axis=0, return_index=True)
    spots = there[np.sort(first)]
    ways = min(_TIES, len(spots))
    _, index = cKDTree(targets[spots]).query(origins[here], k=np.arange(1, ways + 1))
    distance = _distance(origins[here][:, None, :], targets[spots[index]])
    best = np.lexsort((index, distance), axis=1)[:, 0]
    rows = np.arange(len(here))
    close = distance[rows, best] <= within_m
    found[here[close]] = spots[index[rows, best]][close]
    metres[here[close]] = distance[rows, best][close]
    return found, metres


def _distance(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    gap = a - b
    return np.asarray(np.sqrt(gap[..., 0] ** 2 + gap[..., 1] ** 2))


def _known(points: np.ndarray) -> np.ndarray:
    return np.flatnonzero(~np.isnan(points).any(axis=1))
