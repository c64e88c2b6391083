"""Which points lie within a distance of which? Pairs in rows (CSR), found band by band, never a dense matrix."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

# First close by, then further: most origins have something near, and far pairs are many.
_STEPS = 4

# The plane is cut into bands, so many to the distance: more leave fewer candidates where points are dense, and cost
# more look-ups where they are not. Dense: more of them than this in a square of the distance.
_BANDS = {False: 1, True: 4}
_DENSE = 8
# Candidates looked at in one go, so that they stay in the processor's cache.
_AT_ONCE = 1 << 17


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
    if not len(here) or not len(there) or not distance_m >= 0:
        return from_rows(np.empty(0, np.int64), np.empty(0, np.int64), len(origins), np.empty(0))
    # The fewer look for the more; turned round as often as it takes for both to be in order.
    if len(here) <= len(there):
        found = _turned(_close(origins[here], targets[there], distance_m), len(there))
        found = _turned(found, len(here))
    else:
        found = _turned(_close(targets[there], origins[here], distance_m), len(here))
    counts = np.zeros(len(origins), np.int64)
    counts[here] = found.counts
    return Pairs(_indptr(counts), there[found.indices], found.metres)


def from_rows(rows: np.ndarray, indices: np.ndarray, n: int, metres: np.ndarray | None = None) -> Pairs:
    """Return pairs given one by one as CSR over ``n`` rows; unknown distances are NaN."""
    order = np.lexsort((indices, rows))
    distance = np.full(len(rows), np.nan) if metres is None else metres
    return Pairs(_indptr(np.bincount(rows, minlength=n)), indices[order].astype(np.int64), distance[order])


def nearest(origins: np.ndarray, targets: np.ndarray, within_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Return for each origin the index of the nearest target within the distance and its metres; else -1 and NaN.

    Of targets equally far the first in order is taken.
    """
    found, metres = np.full(len(origins), -1), np.full(len(origins), np.nan)
    for step in range(_STEPS - 1, -1, -1):
        left = np.flatnonzero(found < 0)
        pairs = pairs_within(origins[left], targets, within_m / 2**step)
        some, first = closest(pairs)
        found[left[some]], metres[left[some]] = pairs.indices[first], pairs.metres[first]
    return found, metres


def closest(pairs: Pairs) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows that have a pair, and the position of the first of their nearest pairs."""
    some = np.flatnonzero(pairs.counts)
    least = np.minimum.reduceat(pairs.metres, pairs.indptr[some]) if len(some) else np.empty(0)
    ties = np.flatnonzero(pairs.metres == np.repeat(least, pairs.counts[some]))
    # Indices ascend in a row: the first that is as near as the nearest is the first in order.
    return some, ties[np.searchsorted(ties, pairs.indptr[some])]


def kept(pairs: Pairs, mask: np.ndarray) -> Pairs:
    """Return the pairs where ``mask`` (nnz, bool)."""
    before = np.concatenate([[0], np.cumsum(mask)])
    return Pairs(before[pairs.indptr], pairs.indices[mask], pairs.metres[mask])


def distinct(rows: np.ndarray, indices: np.ndarray, n: int) -> Pairs:
    """Return pairs given one by one, each once, as CSR over ``n`` rows; their distances are NaN."""
    width = int(indices.max(initial=0)) + 1
    # Sorted: np.unique looks them up in a hash table, several times as slow for as many.
    key = np.sort(rows * width + indices)
    key = key[np.diff(key, prepend=-1) > 0]
    counts = np.bincount(key // width, minlength=n)
    return Pairs(_indptr(counts), key % width, np.full(len(key), np.nan))


def _close(few: np.ndarray, many: np.ndarray, distance_m: float) -> Pairs:
    """Return for each of ``few`` the ``many`` within the distance, in no order.

    The many are sorted by band, and along each band: what may be near one point is a run in each band around it.
    """
    order, start, end = _runs(few, many, distance_m)
    x, y = many[order, 0], many[order, 1]
    length = end - start
    until = np.cumsum(length.sum(axis=1))
    cuts = np.searchsorted(until, np.arange(_AT_ONCE, until[-1] + _AT_ONCE, _AT_ONCE), "left") + 1
    cuts = np.unique(np.concatenate([[0], np.minimum(cuts, len(few)), [len(few)]]))
    counts, indices, metres = np.zeros(len(few), np.int64), [], []
    for low, high in pairwise(cuts.tolist()):
        size = length[low:high].ravel()
        total = length[low:high].sum(axis=1)
        at = np.arange(size.sum()) + np.repeat(start[low:high].ravel() - np.cumsum(size) + size, size)
        across = x[at] - np.repeat(few[low:high, 0], total)
        up = y[at] - np.repeat(few[low:high, 1], total)
        apart = np.sqrt(across * across + up * up)
        close = np.flatnonzero(apart <= distance_m)
        whose = np.searchsorted(close, np.cumsum(total), "left")
        counts[low:high] = np.diff(whose, prepend=0)
        indices.append(order[at[close]])
        metres.append(apart[close])
    return Pairs(_indptr(counts), np.concatenate(indices), np.concatenate(metres))


def _runs(few: np.ndarray, many: np.ndarray, distance_m: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the order of the many, and where the run of each point begins and ends in each band, (few, bands)."""
    # Column by column: a reduction over rows of two is many times slower.
    corner = np.array([min(few[:, i].min(), many[:, i].min()) for i in (0, 1)])
    wide, high = (float(max(few[:, i].max(), many[:, i].max()) - corner[i]) for i in (0, 1))
    reach = min(distance_m, np.hypot(wide, high)) + 1e-6
    dense = len(many) * reach * reach > _DENSE * wide * high
    height = max(reach / _BANDS[dense], high / 1e6)
    stride = wide + 4 * reach + 1.0
    # A hair more than the distance, so that rounding loses no pair.
    hair = 1e-6 + 4 * float(np.spacing((high / height + 1) * stride))
    (x, y), (x_many, y_many) = (few - corner).T, (many - corner).T
    key = np.floor(y_many / height) * stride + x_many
    order = np.argsort(key)
    key = key[order]
    around = int(np.ceil(reach / height))
    start, end = (np.empty((len(few), 2 * around + 1), np.int64) for _ in range(2))
    middle = np.floor(y / height)
    # Looked up in the order they lie in: neighbours look at the same memory.
    turn = np.argsort(middle * stride + x)
    x, y, middle = x[turn], y[turn], middle[turn]
    for i, step in enumerate(range(-around, around + 1)):
        band = middle + step
        gap = np.maximum(np.maximum(band * height - y, y - (band + 1) * height) - hair, 0.0)
        half = np.sqrt(np.maximum(reach * reach - gap * gap, 0.0)) + hair
        start[turn, i] = np.searchsorted(key, band * stride + (x - half), "left")
        end[turn, i] = np.searchsorted(key, band * stride + (x + half), "right")
    return order, start, end


def _turned(pairs: Pairs, n: int) -> Pairs:
    """Return the same pairs by the other side, which has ``n`` rows, in order: a counting sort, one pass."""
    from scipy.sparse import csr_array

    table = csr_array((pairs.metres, pairs.indices, pairs.indptr), shape=(len(pairs.indptr) - 1, n)).tocsc()
    return Pairs(table.indptr.astype(np.int64), table.indices.astype(np.int64), table.data)


def _indptr(counts: np.ndarray) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(counts)])


def _known(points: np.ndarray) -> np.ndarray:
    return np.flatnonzero(~(np.isnan(points[:, 0]) | np.isnan(points[:, 1])))
