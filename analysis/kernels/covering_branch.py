"""Which choice is best, proven by branching? Where the bound leaves a few sites open, faster than a general solver."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

import numpy as np
import scipy.sparse as sp

from analysis.kernels.covering_search import CLOSE_BY, Problem, bound, fixed


@dataclass(frozen=True, slots=True)
class Branched:
    """The best choice (positions), and what no choice can exceed: its own value, if all branches were looked at."""

    chosen: np.ndarray
    bound: float


@dataclass(frozen=True, slots=True)
class _Branch:
    """Part of all choices: the ``open_`` sites and some of the ``free`` ones; none is worth more than ``limit``."""

    open_: np.ndarray
    free: np.ndarray
    price: np.ndarray
    limit: float


def branch(problem: Problem, chosen: np.ndarray, price: np.ndarray, most: int, until: float) -> Branched:
    """Return the best choice after looking at up to ``most`` branches, from a good choice and prices (n,) of its bound.

    Branch and bound (Land & Doig 1960): a branch whose bound is no better than the best choice is cut; in the others
    the sites that reduced costs decide are decided, and one that is left is in in one branch and out in the other.
    """
    best, value = chosen, problem.value(chosen)
    waiting = [_Branch(np.empty(0, np.int64), np.arange(problem.sites), price, np.inf)]
    looked_at = 0
    while waiting and looked_at < most and monotonic() < until:
        here = waiting.pop()
        looked_at += 1
        if here.limit < value + problem.step:
            continue
        rows, base, part = _part(problem, here)
        found = bound(part, np.empty(0, np.int64), until, price=here.price[rows], pace=CLOSE_BY, value=value - base)
        limit = base + found.value
        candidate = np.concatenate([here.open_, here.free[found.chosen]])
        worth = problem.value(candidate)
        if worth >= value + problem.step:
            best, value = candidate, worth
        if limit < value + problem.step:
            continue
        waiting += _branches(problem, here, part, found.price, found.share, rows, value - base, limit)
    return Branched(best, max([value, *(min(b.limit, problem.weight.sum()) for b in waiting)]))


def _part(problem: Problem, here: _Branch) -> tuple[np.ndarray, float, Problem]:
    """Return what demand is still open in a branch (bool), what its open sites cover, and the problem that is left."""
    need = problem.need - problem.counts(here.open_) if len(here.open_) else problem.need
    rows = need > 0
    reach = sp.csr_array(problem.reach[rows][:, here.free])
    left = problem.budget - float(problem.cost[here.open_].sum())
    part = Problem(
        reach, sp.csr_array(reach.T), problem.weight[rows], need[rows], problem.cost[here.free], max(left, 0.0)
    )
    return rows, float(problem.weight[~rows].sum()), part


def _branches(
    problem: Problem,
    here: _Branch,
    part: Problem,
    price: np.ndarray,
    share: np.ndarray,
    rows: np.ndarray,
    value: float,
    limit: float,
) -> list[_Branch]:
    """Return the two halves of a branch, the one to be looked at first last; none where nothing is left to decide."""
    open_, shut = fixed(part, price, value)
    taken = np.concatenate([here.open_, here.free[open_]])
    left = ~open_ & ~shut
    if not problem.affords(taken):
        return []
    prices = here.price.copy()
    prices[rows] = price
    free = here.free[left]
    if not len(free):
        return [_Branch(taken, free, prices, limit)] if open_.any() else []
    # The site the bound could not make up its mind about: nearest to being in half of the time.
    which = int(np.argmin(np.abs(share[left] - 0.5)))
    rest = np.delete(free, which)
    halves = [_Branch(taken, rest, prices, limit)]
    if problem.affords(np.append(taken, free[which])):
        halves.append(_Branch(np.append(taken, free[which]), rest, prices, limit))
    return halves
