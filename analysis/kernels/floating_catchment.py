"""How much supply can each point reach, shared fairly with everyone else who reaches it? Floating catchment areas.

Two-step: Luo, W. and Wang, F. (2003), Measures of spatial accessibility to health care in a GIS environment,
Environment and Planning B 30, 865-884. Enhanced: Luo, W. and Qi, Y. (2009), An enhanced two-step floating catchment
area (E2SFCA) method, Health & Place 15, 1100-1107. Three-step: Wan, N., Zou, B. and Sternberg, T. (2012), A three-step
floating catchment area method, International Journal of Geographical Information Science 26, 1073-1089.

With weight W of the distance from demand i to supply j, P people and S supply:

    R_j = S_j / sum_i W_ij P_i        what a supply has for each person who reaches it
    A_i = sum_j W_ij R_j              what a person reaches

so that sum_i A_i P_i is the supply that anybody reaches. All arrays are float64; sums run in the order of the rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.kernels.pairs import Pairs, pairs_within

if TYPE_CHECKING:
    from scipy.sparse import csr_array

# Luo & Qi's second set: near, middle and far third of the catchment.
STEPS = (1.0, 0.68, 0.22)


def two_step(pairs: Pairs, demand: np.ndarray, supply: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Return the supply each demand point reaches per unit of demand, (n,): 0 where it reaches none.

    ``pairs``: rows are demand (n,), indices supply (m,); ``weights`` (nnz,) of the pairs, all 1 by default (2003), of
    the distance for the enhanced method (2009). A supply that no demand reaches is nobody's. Raises ValueError for a
    demand, supply or weight that is negative or no number, with its position.

    >>> pairs = pairs_within(np.array([[0.0, 0], [10, 0]]), np.array([[5.0, 0], [12, 0]]), 5)
    >>> two_step(pairs, demand=np.array([100.0, 50]), supply=np.array([30.0, 10])).tolist()
    [0.2, 0.4]
    """
    _refuse("demand", demand)
    _refuse("supply", supply)
    if weights is not None:
        _refuse("weight", weights)
    return _reached(_table(pairs, weights, len(supply)), demand, supply)


def enhanced(
    demand_points: np.ndarray,
    demand: np.ndarray,
    supply_points: np.ndarray,
    supply: np.ndarray,
    catchment_m: float,
) -> np.ndarray:
    """Return the enhanced two-step measure (n,) of points (n, 2) and (m, 2) in metres: step weights at thirds."""
    pairs = pairs_within(demand_points, supply_points, catchment_m)
    return two_step(pairs, demand, supply, step_weights(pairs.metres, catchment_m))


def three_step(
    pairs: Pairs,
    demand: np.ndarray,
    supply: np.ndarray,
    weights: np.ndarray,
    selection: np.ndarray | None = None,
) -> np.ndarray:
    """Return the three-step measure, (n,): people choose among what they reach, so near supplies compete for them.

    Each pair's weight is multiplied by its ``selection`` (nnz,), the probability that i turns to j: by default its
    weight as a share of all weights of i.
    """
    chosen = selection_weights(pairs, weights) if selection is None else selection
    _refuse("selection", chosen)
    return two_step(pairs, demand, supply, weights * chosen)


def selection_weights(pairs: Pairs, weights: np.ndarray) -> np.ndarray:
    """Return each pair's weight as a share of its row's, (nnz,); 0 in a row without any."""
    total = np.bincount(pairs.rows, weights, minlength=len(pairs.indptr) - 1)[pairs.rows]
    return np.asarray(np.divide(weights, total, out=np.zeros(len(weights)), where=total > 0))


def step_weights(metres: np.ndarray, catchment_m: float, weights: tuple[float, ...] = STEPS) -> np.ndarray:
    """Return a weight for each distance: the catchment is cut into bands of equal width, the outer edge of each in it.

    >>> step_weights(np.array([0.0, 100, 100.5, 300, 301]), 300).tolist()
    [1.0, 1.0, 0.68, 0.22, 0.0]
    """
    if not catchment_m > 0:
        raise ValueError("catchment_m must be above 0")
    found = np.zeros(len(metres))
    for step, weight in reversed(list(enumerate(weights, 1))):
        np.copyto(found, weight, where=metres <= catchment_m * step / len(weights))
    return found


def gaussian_weights(metres: np.ndarray, catchment_m: float) -> np.ndarray:
    """Return exp(-(d/d0)^2/2), scaled to fall from 1 at no distance to 0 at the catchment's edge and beyond.

    Dai, D. (2010), Black residential segregation, disparities in spatial access to health care facilities, and
    late-stage breast cancer diagnosis in metropolitan Detroit, Health & Place 16, 1038-1052.

    >>> gaussian_weights(np.array([0.0, 300, 400]), 300).tolist()
    [1.0, 0.0, 0.0]
    """
    if not catchment_m > 0:
        raise ValueError("catchment_m must be above 0")
    edge = np.exp(-0.5)
    return np.asarray(np.maximum((np.exp(-0.5 * (metres / catchment_m) ** 2) - edge) / (1 - edge), 0.0))


def _table(pairs: Pairs, weights: np.ndarray | None, m: int) -> csr_array:
    from scipy.sparse import csr_array

    values = np.ones(len(pairs.indices)) if weights is None else weights
    return csr_array((values, pairs.indices, pairs.indptr), shape=(len(pairs.indptr) - 1, m))


def _reached(table: csr_array, demand: np.ndarray, supply: np.ndarray) -> np.ndarray:
    sharing = table.T @ demand
    ratio = np.divide(supply, sharing, out=np.zeros(len(supply)), where=sharing > 0)
    return np.asarray(table @ ratio)


def _refuse(name: str, values: np.ndarray) -> None:
    good = (values >= 0) & (values < np.inf)
    if not good.all():
        first = int(np.flatnonzero(~good)[0])
        raise ValueError(f"{name}[{first}] is {values[first]}; it must be 0 or more")
