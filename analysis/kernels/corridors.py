"""Which stretches of a straight line lie further than a distance from every point of a set?

Exact: each point reaches a line along one chord of its circle; what no chord covers is left. Nothing is sampled.

>>> import numpy as np
>>> starts, ends = np.array([[0.0, 0.0]]), np.array([[10.0, 0.0]])
>>> reached = chords(starts, ends, np.array([0]), np.array([[3.0, 3.0]]), 5.0)
>>> reached.low.tolist(), reached.high.tolist()
([0.0], [7.0])
>>> left = uncovered(np.array([10.0]), reached)
>>> left.low.tolist(), left.high.tolist()
([7.0], [10.0])
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Stretches:
    """Parts of lines: on line ``row``, from ``low`` to ``high`` metres after its start (k,); low < high."""

    row: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def metres(self, n: int) -> np.ndarray:
        """Return the metres of each of n lines, where no two parts of a line overlap."""
        return np.bincount(self.row, self.high - self.low, n)

    def of(self, chosen: np.ndarray) -> Stretches:
        """Return the parts where ``chosen`` (k, bool)."""
        return Stretches(self.row[chosen], self.low[chosen], self.high[chosen])


def chords(
    starts: np.ndarray, ends: np.ndarray, row: np.ndarray, points: np.ndarray, within_m: float | np.ndarray
) -> Stretches:
    """Return for each pair the part of line ``row`` (k,) at most ``within_m`` from its point (k, 2); empty parts too.

    Lines run from ``starts`` to ``ends`` (n, 2), metres. A circle that only touches a line covers nothing of it.
    """
    start, along = starts[row], ends[row] - starts[row]
    length = np.hypot(along[:, 0], along[:, 1])
    direction = along / np.where(length > 0, length, 1.0)[:, None]
    to = points - start
    foot = (to * direction).sum(axis=1)
    aside = to[:, 0] * direction[:, 1] - to[:, 1] * direction[:, 0]
    half = np.sqrt(np.maximum(np.square(within_m) - aside**2, 0.0))
    # A circle beside the line has no half chord; its part begins and ends at the foot.
    return Stretches(row, np.clip(foot - half, 0.0, length), np.clip(foot + half, 0.0, length))


def uncovered(lengths: np.ndarray, reached: Stretches) -> Stretches:
    """Return what of each line (its length, (n,)) is in no part of ``reached``: by line, from its start."""
    n = len(lengths)
    # A part of no length at each end bounds the first and the last stretch.
    row = np.concatenate([reached.row, np.arange(n), np.arange(n)])
    low = np.concatenate([reached.low, np.zeros(n), lengths])
    high = np.concatenate([reached.high, np.zeros(n), lengths])
    order = np.lexsort((high, low, row))
    row, low, high = row[order], low[order], high[order]
    # How far all parts before this one reach, per line: a running maximum over ranks, which no rounding disturbs.
    values, rank = np.unique(high, return_inverse=True)
    furthest = values[np.maximum.accumulate(rank + row * len(values)) - row * len(values)]
    before, here = furthest[:-1], low[1:]
    gap = np.flatnonzero((row[1:] == row[:-1]) & (here > before))
    return Stretches(row[1:][gap], before[gap], here[gap])


def distance_to(starts: np.ndarray, ends: np.ndarray, part: Stretches, points: np.ndarray) -> np.ndarray:
    """Return the metres from each point (k, 2) to its part (k,) of a line."""
    start, along = starts[part.row], ends[part.row] - starts[part.row]
    length = np.hypot(along[:, 0], along[:, 1])
    direction = along / np.where(length > 0, length, 1.0)[:, None]
    foot = np.clip(((points - start) * direction).sum(axis=1), part.low, part.high)
    away = points - (start + direction * foot[:, None])
    return np.asarray(np.hypot(away[:, 0], away[:, 1]))
