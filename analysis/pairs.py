"""Which points lie within a distance of which? Pairs in rows (CSR), by a grid of cells, never a dense matrix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# First close by, then further: most origins have something near, and far pairs are many.
_STEPS = 4


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
    here, there = _known(origins), _known(targets)
    if not len(here) or not len(there) or distance_m < 0:
        return from_rows(np.empty(0, np.int64), np.empty(0, np.int64), len(origins), np.empty(0))
    a, b = _candidates(origins[here], targets[there], distance_m)
    metres = _distance(origins[here[a]], targets[there[b]])
    close = metres <= distance_m
    return from_rows(here[a[close]], there[b[close]], len(origins), metres[close])


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
    found, metres = np.full(len(origins), -1), np.full(len(origins), np.nan)
    for step in range(_STEPS - 1, -1, -1):
        left = np.flatnonzero(found < 0)
        pairs = pairs_within(origins[left], targets, within_m / 2**step)
        first = np.lexsort((pairs.indices, pairs.metres, pairs.rows))
        rows, start = np.unique(pairs.rows[first], return_index=True)
        found[left[rows]] = pairs.indices[first[start]]
        metres[left[rows]] = pairs.metres[first[start]]
    return found, metres


def _candidates(origins: np.ndarray, targets: np.ndarray, cell_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs (origin, target) in the same or neighbouring cells of a grid as wide as the distance.

    Targets are sorted by cell, row by row, so that the three cells side by side are one run: three runs an origin.
    """
    corner = np.minimum(origins.min(axis=0), targets.min(axis=0))
    # A hair wider than the distance, so that rounding puts no pair two cells apart; never so narrow that keys overflow.
    extent = float((np.maximum(origins.max(axis=0), targets.max(axis=0)) - corner).max())
    width = max(cell_m * (1 + 1e-9), extent / 1e6, 1e-3)
    cells_o, cells_t = (((points - corner) / width).astype(np.int64) + 1 for points in (origins, targets))
    stride = int(max(cells_o[:, 0].max(), cells_t[:, 0].max())) + 2
    keys = cells_t[:, 1] * stride + cells_t[:, 0]
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    rows, positions = [], []
    for up in (-1, 0, 1):
        middle = (cells_o[:, 1] + up) * stride + cells_o[:, 0]
        start, end = np.searchsorted(keys, middle - 1, "left"), np.searchsorted(keys, middle + 1, "right")
        length = end - start
        rows.append(np.repeat(np.arange(len(origins)), length))
        # 0, 1, 2 ... within each run, from where the run starts
        offset = np.arange(int(length.sum())) - np.repeat(np.cumsum(length) - length, length)
        positions.append(np.repeat(start, length) + offset)
    return np.concatenate(rows), order[np.concatenate(positions)]


def _distance(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    gap = a - b
    return np.asarray(np.sqrt(gap[..., 0] ** 2 + gap[..., 1] ** 2))


def _known(points: np.ndarray) -> np.ndarray:
    return np.flatnonzero(~np.isnan(points).any(axis=1))
