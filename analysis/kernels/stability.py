"""Would the ranking stand if some links had gone unrecorded? Ranks, and their spread over resampled links."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from analysis.kernels.centrality import DECIMALS

Measures = Callable[[np.ndarray], np.ndarray]
"""Takes links (e, 2), gives one row for each measure, (m, n)."""


def ranks(values: np.ndarray) -> np.ndarray:
    """Return the rank of each value along the last axis: 1 is the highest, equals share the better rank, NaN is last.

    >>> ranks(np.array([0.5, 0.9, 0.5, np.nan])).tolist()
    [2, 1, 2, 4]
    """
    values = np.round(np.where(np.isnan(values), -np.inf, values), DECIMALS)
    flat = values.reshape(-1, values.shape[-1])
    found = [flat.shape[-1] - np.searchsorted(np.sort(row), row, "right") + 1 for row in flat]
    return np.array(found, np.int64).reshape(values.shape)


def bootstrap_ranks(edges: np.ndarray, measures: Measures, resamples: int, *, seed: int = 0) -> np.ndarray:
    """Return (resamples, m, n): the ranks when as many links are drawn with replacement from those recorded.

    A pair recorded in several ways stays in more of the draws. After Efron, B. (1979), *Bootstrap methods*, Annals of
    Statistics 7; for centralities: Costenbader, E. & Valente, T. W. (2003), *The stability of centrality measures when
    networks are sampled*, Social Networks 25.
    """
    random = np.random.default_rng(seed)
    return np.array([ranks(measures(edges[random.integers(len(edges), size=len(edges))])) for _ in range(resamples)])


def interval(resampled: np.ndarray, share: float = 0.9) -> tuple[np.ndarray, np.ndarray]:
    """Return the best and the worst rank of the middle ``share`` of the resamples (first axis); ranks that occurred."""
    tail = (1 - share) / 2
    low, high = np.quantile(resampled, [tail, 1 - tail], axis=0, method="inverted_cdf")
    return low.astype(np.int64), high.astype(np.int64)


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
