"""How unequally is something shared out? Over people, over the rank of their area, and between two distributions."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

_FINITE = "must be a finite number"
_NOT_NEGATIVE = "must not be negative"


class Slope(NamedTuple):
    """A line through values over rank 0 to 1: its value at rank 0, its rise to rank 1, and their ratio.

    ``relative`` is (intercept + slope) / intercept; NaN where the line does not start above 0.
    """

    slope: float
    relative: float
    intercept: float


def gini(values: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Return the Gini coefficient: half the mean difference of two people, over the mean. 0 is equal, below 1.

    ``values`` (n,) float64, any unit, not negative and not all 0; ``weights`` (n,) the people who have each value
    (default 1). A row of weight 3 is three rows. Gini (1912); the sorted form of Lerman & Yitzhaki (1989). Raises
    ValueError, naming the position.

    >>> gini(np.array([1.0, 2.0, 3.0, 4.0]))
    0.25
    """
    x, w, mean = _shared_out(values, weights)
    order = np.argsort(x, kind="stable")
    x, w = x[order], w[order]
    middle = np.cumsum(w) - w / 2
    return max(float(2 * (w * x) @ middle / mean - 1), 0.0)


def theil(values: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Return Theil's T: the mean of x/mean ln(x/mean), where 0 ln 0 is 0. 0 is equal, at most ln(sum of weights).

    Shapes and errors as ``gini``. Theil (1967), Economics and Information Theory.

    >>> round(theil(np.array([1.0, 2.0, 3.0, 4.0])), 6)
    0.10644
    """
    x, w, mean = _shared_out(values, weights)
    ratio = x / mean
    logs = np.zeros_like(ratio)
    np.log(ratio, out=logs, where=ratio > 0)
    return max(float(w @ (ratio * logs)), 0.0)


def ridit(rank_by: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Return (n,) float64: the middle of the share of people each row takes up, lowest ``rank_by`` first, 0 to 1.

    Rows of equal rank share the middle of them all, so that their order does not matter. Bross (1958).

    >>> ridit(np.array([1.0, 2.0, 2.0]), np.array([2.0, 1.0, 1.0])).tolist()
    [0.25, 0.75, 0.75]
    """
    ranks = _checked("rank_by", rank_by)
    w = _weights(weights, len(ranks))
    _, group = np.unique(ranks, return_inverse=True)
    size = np.bincount(group, w)
    middle = np.cumsum(size) - size / 2
    return np.asarray(middle[group])


def concentration_index(values: np.ndarray, rank_by: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Return twice the covariance of value and ridit over the mean: -1 to 1, negative where low ranks have more.

    Shapes and errors as ``gini``; ties in ``rank_by`` share their rank. With ``rank_by`` the values themselves it is
    the Gini coefficient. Kakwani, Wagstaff & van Doorslaer (1997), Journal of Econometrics 77.

    >>> concentration_index(np.array([4.0, 3.0, 2.0, 1.0]), np.array([1.0, 2.0, 3.0, 4.0]))
    -0.25
    """
    x, w, mean = _shared_out(values, weights)
    _same_length(rank_by, len(x))
    return float(2 * (w * (x - mean)) @ (ridit(rank_by, w) - 0.5) / mean)


def slope_index(values: np.ndarray, rank_by: np.ndarray, weights: np.ndarray | None = None) -> Slope:
    """Return the slope index of inequality: how far a straight line through the values rises from rank 0 to rank 1.

    ``values`` (n,) float64, finite, may be negative; ``rank_by`` (n,): lowest is rank 0 (the most deprived, if ranked
    so); ``weights`` (n,) people. Least squares weighted by people, on the ridit: the same as ordinary least squares of
    sqrt(share) x value on sqrt(share) and sqrt(share) x ridit. The relative index is the line at rank 1 over the line
    at rank 0 (Mackenbach & Kunst 1997), as public health publishes it; not the slope over the mean. Raises ValueError
    naming the position, or where all rank alike.

    >>> slope_index(np.array([10.0, 20.0]), np.array([1.0, 2.0]))
    Slope(slope=20.0, relative=5.0, intercept=5.0)
    """
    x = _checked("values", values)
    w = _weights(weights, len(x))
    _same_length(rank_by, len(x))
    rank = ridit(rank_by, w) - 0.5
    spread = float(w @ rank**2)
    # Who all rank alike differ from the middle by rounding only.
    if spread < 1e-18:
        raise ValueError("rank_by must hold at least two different ranks with people.")
    slope = float(w @ (rank * x)) / spread
    intercept = float(w @ x) - slope / 2
    relative = (intercept + slope) / intercept if intercept > 0 else float("nan")
    return Slope(slope, relative, intercept)


def dissimilarity(first: np.ndarray, second: np.ndarray) -> float:
    """Return the share of the one that would have to move for both to be spread alike: 0 to 1.

    ``first``, ``second`` (n,) float64: two amounts per group or area, each not negative and not all 0. Duncan & Duncan
    (1955), American Sociological Review 20. Raises ValueError naming the position.

    >>> dissimilarity(np.array([50.0, 50.0]), np.array([9.0, 1.0]))
    0.4
    """
    parts = []
    for name, amounts in (("first", first), ("second", second)):
        x = _not_negative(name, amounts)
        if not x.any():
            raise ValueError(f"{name} must not be 0 everywhere.")
        parts.append(x / x.sum())
    _same_length(second, len(parts[0]))
    return min(float(np.abs(parts[0] - parts[1]).sum() / 2), 1.0)


def _shared_out(values: np.ndarray, weights: np.ndarray | None) -> tuple[np.ndarray, np.ndarray, float]:
    """Return the checked values, each one's share of the people, and the mean."""
    x = _not_negative("values", values)
    w = _weights(weights, len(x))
    mean = float(w @ x)
    if mean <= 0:
        raise ValueError("values must not be 0 for everybody.")
    return x, w, mean


def _weights(weights: np.ndarray | None, n: int) -> np.ndarray:
    w = np.ones(n) if weights is None else _not_negative("weights", weights)
    _same_length(w, n)
    if not w.any():
        raise ValueError("weights must not be 0 everywhere.")
    return np.asarray(w / w.sum())


def _checked(name: str, numbers: np.ndarray, said: str = _FINITE) -> np.ndarray:
    x = np.asarray(numbers, np.float64)
    if not len(x):
        raise ValueError(f"{name} must hold at least one number.")
    wrong = ~np.isfinite(x) if said == _FINITE else x < 0
    if wrong.any():
        position = int(np.flatnonzero(wrong)[0])
        raise ValueError(f"{name}[{position}] {said}; it is {x[position]}.")
    return x


def _not_negative(name: str, numbers: np.ndarray) -> np.ndarray:
    return _checked(name, _checked(name, numbers), _NOT_NEGATIVE)


def _same_length(numbers: np.ndarray, n: int) -> None:
    if len(numbers) != n:
        raise ValueError(f"All must be of one length; there are {len(numbers)} beside {n}.")
