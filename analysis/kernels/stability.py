"""Would the ranking stand if some links had gone unrecorded? Ranks, and their spread over resampled links."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from analysis.kernels.centrality import DECIMALS

Measures = Callable[[np.ndarray], np.ndarray]
"""Takes links (e, 2), gives one row for each measure, (m, n)."""


def ranks(values: np.ndarray, *, last: bool = False) -> np.ndarray:
    """Return the rank of each value along the last axis: 1 is the highest, NaN the lowest.

    Equals share the first of their ranks, or with ``last`` the last of them.

    >>> ranks(np.array([0.5, 0.9, 0.5, np.nan])).tolist(), ranks(np.array([0.5, 0.9, 0.5, np.nan]), last=True).tolist()
    ([2, 1, 2, 4], [3, 1, 3, 4])
    """
    values = np.round(np.where(np.isnan(values), -np.inf, values), DECIMALS)
    n = values.shape[-1]
    flat = values.reshape(math.prod(values.shape[:-1]), n)
    above = [n - np.searchsorted(np.sort(row), row, "left" if last else "right") for row in flat]
    return np.array(above, np.int64).reshape(values.shape) + (0 if last else 1)


def redrawn(edges: np.ndarray, measures: Measures, resamples: int, *, seed: int = 0) -> np.ndarray:
    """Return (resamples, m, n): the measures when as many links are drawn with replacement from those recorded.

    A pair recorded in several ways stays in more of the draws. After Efron, B. (1979), *Bootstrap methods*, Annals of
    Statistics 7; for centralities: Costenbader, E. & Valente, T. W. (2003), *The stability of centrality measures when
    networks are sampled*, Social Networks 25.
    """
    random = np.random.default_rng(seed)
    return np.array([measures(edges[random.integers(len(edges), size=len(edges))]) for _ in range(resamples)])


def rank_interval(values: np.ndarray, share: float = 0.9) -> tuple[np.ndarray, np.ndarray]:
    """Return the best and the worst rank, (m, n), that hold the middle ``share`` of the draws (first axis).

    Where a draw has equals, the best is the first of their ranks and the worst the last: nothing tells them apart.
    """
    tail = (1 - share) / 2
    best = np.quantile(ranks(values), tail, axis=0, method="inverted_cdf")
    worst = np.quantile(ranks(values, last=True), 1 - tail, axis=0, method="inverted_cdf")
    return best.astype(np.int64), worst.astype(np.int64)


def agreement(one: np.ndarray, other: np.ndarray) -> float:
    """Return the rank correlation of two rankings (n,), ties at their middle; NaN where one has only ties.

    Spearman, C. (1904), *The proof and measurement of association between two things*.

    >>> agreement(np.array([1, 2, 3]), np.array([1, 2, 3]))
    1.0
    """
    a, b = (_middle(rank) for rank in (one, other))
    a, b = a - a.mean(), b - b.mean()
    spread = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / spread if spread else float("nan")


def _middle(rank: np.ndarray) -> np.ndarray:
    ordered = np.sort(rank)
    return (np.searchsorted(ordered, rank, "left") + np.searchsorted(ordered, rank, "right") - 1) / 2.0
