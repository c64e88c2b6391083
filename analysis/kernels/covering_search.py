"""Which sites are good, and how good can any be? Greedy choice, exchange, and a bound, for maximal covering.

A site set covers demand i once it holds ``need[i]`` of the sites that reach it; the aim is most covered weight. All
arrays float64, ties always go to the site that comes first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

# Of the bound: without such progress in so many steps the step shrinks by so much.
_PROGRESS, _PATIENCE, _SHRINK = 1e-4, 10, 0.6
# Two sums of the same weights in another order may differ by this share of the total.
ROUNDING = 1e-12


class Pace(NamedTuple):
    """How the bound is sought: most steps, length of the first, how much of the last direction is kept."""

    steps: int
    length: float
    memory: float


_PACE = Pace(100, 1.0, 0.9)


@dataclass(frozen=True, slots=True)
class Problem:
    """Maximal covering: ``reach`` (n, m) of 0 and 1, its transpose ``serves``, weight and need (n,), cost (m,).

    ``step``: the least by which one value can be told to be better than another; ``unit_cost``: the budget is a number
    of sites.
    """

    reach: sp.csr_array
    serves: sp.csr_array
    weight: np.ndarray
    need: np.ndarray
    cost: np.ndarray
    budget: float
    unit_cost: bool = field(init=False)
    step: float = field(init=False)

    def __post_init__(self) -> None:
        whole = bool((self.cost == 1).all()) and float(self.budget).is_integer()
        object.__setattr__(self, "unit_cost", whole)
        least = 1 - 1e-6 if self.integral else max(float(self.weight.sum()), 1.0) * 1e-9
        object.__setattr__(self, "step", least)

    @property
    def sites(self) -> int:
        """Number of candidate sites."""
        return int(self.serves.shape[0])

    @property
    def integral(self) -> bool:
        """Whether every weight is a whole number, so that two values are equal or at least 1 apart."""
        return bool((self.weight == np.rint(self.weight)).all())

    def counts(self, chosen: np.ndarray) -> np.ndarray:
        """Return how many of the chosen sites (positions) reach each demand."""
        flags = np.zeros(self.sites)
        flags[chosen] = 1
        return np.asarray(self.reach @ flags)

    def value(self, chosen: np.ndarray) -> float:
        """Return the weight the chosen sites cover."""
        return float(self.weight[self.counts(chosen) >= self.need].sum())

    def affords(self, chosen: np.ndarray) -> bool:
        """Return whether the chosen sites keep to the budget."""
        return float(self.cost[chosen].sum()) <= self.budget * (1 + ROUNDING)


def greedy(problem: Problem) -> np.ndarray:
    """Return the sites, in order of choice, of which each adds most for its cost that is still affordable.

    At least 1 - 1/e of the best possible where costs are equal and every need is 1 (Nemhauser, Wolsey & Fisher 1978).
    A demand that needs several sites is credited with a part of its weight for each.
    """
    chosen: list[int] = []
    counts, left = np.zeros(len(problem.weight)), problem.budget * (1 + ROUNDING)
    part = problem.weight / problem.need
    free = problem.cost <= left
    while free.any():
        gains = problem.serves @ np.where(counts < problem.need, part, 0.0)
        worth = np.where(free, gains / np.where(problem.cost > 0, problem.cost, ROUNDING), -1.0)
        best = int(np.argmax(worth))
        if not gains[best] > 0:
            break
        chosen.append(best)
        left -= problem.cost[best]
        counts[_row(problem.serves, best)] += 1
        free[best] = False
        free &= problem.cost <= left
    return np.array(chosen, np.int64)


def exchange(problem: Problem, chosen: np.ndarray, until: float) -> np.ndarray:
    """Return the sites after exchanging one for another as long as that covers more (Teitz & Bart 1968)."""
    chosen = chosen.copy()
    value = problem.value(chosen)
    while len(chosen) and monotonic() < until:
        values = exchanged(problem, chosen)
        at = int(np.argmax(values))  # the site that comes in varies slowest: of equal ones the first by id
        if values.flat[at] < value + problem.step:
            break
        chosen[at % len(chosen)] = at // len(chosen)
        value = problem.value(chosen)
    return chosen


def exchanged(problem: Problem, chosen: np.ndarray) -> np.ndarray:
    """Return (m, p), what is covered if site j takes the place of the r-th chosen; -1 where it cannot."""
    counts = problem.counts(chosen)
    covered, almost = np.empty(len(chosen)), np.empty((len(counts), len(chosen)))
    for r, site in enumerate(chosen):
        without = counts.copy()
        without[_row(problem.serves, site)] -= 1
        covered[r] = problem.weight[without >= problem.need].sum()
        almost[:, r] = np.where(without == problem.need - 1, problem.weight, 0.0)
    values = covered + problem.serves @ almost
    values[chosen] = -1
    if problem.cost.max(initial=0) > problem.cost.min(initial=0):
        spent = problem.cost[chosen].sum() - problem.cost[chosen] + problem.cost[:, None]
        values[spent > problem.budget * (1 + ROUNDING)] = -1
    return np.asarray(values)


@dataclass(frozen=True, slots=True)
class Bound:
    """``value``: no choice covers more; ``price`` (n,) proves it. ``chosen``: the best choice met on the way."""

    value: float
    chosen: np.ndarray
    price: np.ndarray


def bound(problem: Problem, chosen: np.ndarray, until: float, *, pace: Pace = _PACE) -> Bound:
    """Return what no choice can exceed, by Lagrangian relaxation (Galvao & ReVelle 1996) with a smoothed subgradient.

    Each demand pays ``price`` to the sites that reach it; then sites are chosen by their takings alone, and what any
    choice covers is at most the sum of (weight - need * price) and of the best takings the budget holds. It stops once
    no choice can be better than the best one met.
    """
    best, reached = chosen, problem.value(chosen)
    ceiling, total = problem.weight / problem.need, float(problem.weight.sum())
    price = _first_price(problem, chosen)
    lowest, lowest_price, direction = np.inf, price, np.zeros(0)
    length, since = pace.length, 0
    for _ in range(pace.steps):
        takings, whole = _best_takings(problem, problem.serves @ price)
        limit = total - float(problem.need @ price) + takings
        since = 0 if limit < lowest * (1 - _PROGRESS) else since + 1
        if limit < lowest:
            lowest, lowest_price = limit, price
        flags = np.zeros(problem.sites)
        flags[whole] = 1
        counts = problem.reach @ flags
        here = float(problem.weight[counts >= problem.need].sum())
        if here > reached:
            best, reached = whole, here
        if lowest < reached + problem.step or monotonic() > until:
            break
        if since >= _PATIENCE:
            length, since = length * _SHRINK, 0
        slope = counts - problem.need
        slope[((price >= ceiling) & (slope < 0)) | ((price <= 0) & (slope > 0))] = 0
        direction = pace.memory * direction + (1 - pace.memory) * slope if len(direction) else slope
        steep = float(direction @ direction)
        if steep == 0:
            break
        price = np.minimum(np.maximum(price - length * (limit - reached) / steep * direction, 0), ceiling)
    return Bound(lowest, best, lowest_price)


def _first_price(problem: Problem, chosen: np.ndarray) -> np.ndarray:
    """Return prices to begin with: all it is worth where nobody is there yet, else shared among those who are."""
    counts = problem.counts(chosen)
    return np.asarray(
        np.where(counts == 0, problem.weight / problem.need, problem.weight / np.maximum(counts, problem.need)) * 0.9
    )


def fixed(problem: Problem, price: np.ndarray, value: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the sites that every choice worth more than ``value`` has, and those that none has (bool, m).

    By reduced cost: with the site forced the other way, the bound at these prices falls to ``value`` or below.
    """
    score = problem.serves @ price
    order, filled = _filled(problem, score)
    takings, whole = _best_takings(problem, score)
    limit = float((problem.weight - problem.need * price).sum()) + takings
    rates = (score / np.where(problem.cost > 0, problem.cost, ROUNDING))[order]
    # Any rate between the last site that is in and the first that is not is a dual solution of the knapsack.
    first_out = int(filled.sum())
    rate_in = float(rates[first_out]) if first_out < len(rates) else 0.0
    part = first_out < len(rates) and float(problem.cost[order[:first_out]].sum()) < problem.budget
    rate_out = rate_in if part or not first_out else float(rates[first_out - 1])
    inside = np.zeros(problem.sites, bool)
    inside[whole] = True
    if first_out == len(rates):
        rate_out = 0.0
    open_ = inside & (limit - (score - rate_in * problem.cost) < value + problem.step)
    shut = ~inside & (limit + (score - rate_out * problem.cost) < value + problem.step)
    return open_, shut


def _filled(problem: Problem, score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the sites by takings for their cost, and how far down that order the budget reaches (bool)."""
    rate = score / np.where(problem.cost > 0, problem.cost, ROUNDING)
    order = np.argsort(-rate, kind="stable")
    return order, np.cumsum(problem.cost[order]) <= problem.budget * (1 + ROUNDING)


def _best_takings(problem: Problem, score: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the most the budget can take (the last site in part: Dantzig 1957), and the sites taken whole."""
    if problem.unit_cost:
        whole = _most(score, int(problem.budget))
        return float(score[whole].sum()), whole
    order, filled = _filled(problem, score)
    n = int(filled.sum())
    taken = float(score[order[:n]].sum())
    if n < len(order):
        cost = problem.cost[order]
        taken += max(problem.budget - float(cost[:n].sum()), 0.0) / float(cost[n]) * float(score[order[n]])
    return taken, order[:n]


def _most(score: np.ndarray, p: int) -> np.ndarray:
    """Return the positions of the p highest scores, of equal ones the first: without sorting all of them."""
    if p >= len(score):
        return np.arange(len(score))
    if p <= 0:
        return np.empty(0, np.int64)
    least = np.partition(score, len(score) - p)[len(score) - p]
    above = np.flatnonzero(score > least)
    return np.concatenate([above, np.flatnonzero(score == least)[: p - len(above)]])


def _row(matrix: sp.csr_array, row: int) -> np.ndarray:
    return np.asarray(matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]])
