"""Which choice is best, proven by branching? The linear relaxation bounds each branch (Land & Doig 1960).

What is solved is the dual of the relaxation: a row for each site, a column for the price each demand pays. Demand is
most of a problem, so that makes few rows; and a site that is decided only widens what is allowed, so that each branch
goes on where the one it came from ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from analysis.kernels.covering_exact import linear, run, silent
from analysis.kernels.covering_search import ROUNDING, Problem

if TYPE_CHECKING:
    import highspy

_DUAL_SIMPLEX, _PRIMAL_SIMPLEX = 1, 4


@dataclass(frozen=True, slots=True)
class Branched:
    """The best choice (positions), and what no choice can exceed: its own value, if all branches were looked at."""

    chosen: np.ndarray
    bound: float


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The best cover by parts of sites: the ``share`` of each (m,), and the ``price`` of demand (n,) that proves it.

    ``value``: what no choice exceeds; ``reduced`` (m,): what it loses with a site forced in (< 0) or out (> 0).
    """

    share: np.ndarray
    price: np.ndarray
    value: float
    reduced: np.ndarray

    def rounded(self, problem: Problem) -> np.ndarray:
        """Return whole sites, the largest shares first, as far as the budget goes."""
        order = np.argsort(-self.share, kind="stable")
        return np.sort(order[np.cumsum(problem.cost[order]) <= problem.budget * (1 + ROUNDING)])


@dataclass(frozen=True, slots=True)
class _Branch:
    """Part of all choices: with the sites that are ``open_`` (bool, m) and without those ``shut``.

    None is worth more than ``limit``; ``basis``: where the solver begins.
    """

    open_: np.ndarray
    shut: np.ndarray
    limit: float
    basis: highspy.HighsBasis | None


class Relaxation:
    """The linear relaxation of a problem, solved again and again with other sites decided."""

    def __init__(self, problem: Problem, until: float) -> None:
        m = problem.sites
        self._problem, self._until = problem, until
        # Price of demand, of the budget, and of there being no more than one of each site.
        matrix = sp.hstack([problem.serves, -problem.cost[:, None], -sp.eye_array(m)])
        cost = np.concatenate([-problem.need, [problem.budget], np.ones(m)])
        most = np.concatenate([problem.weight / problem.need, np.full(m + 1, np.inf)])
        self._solver = silent()
        self._solver.setOptionValue("presolve", "off")
        self._solver.passModel(linear(cost, matrix, np.full(m, -np.inf), np.zeros(m), most))
        self._open = self._shut = np.zeros(m, bool)

    @property
    def basis(self) -> highspy.HighsBasis:
        """Where the solver ended."""
        return self._solver.getBasis()

    def solve(
        self, open_: np.ndarray | None = None, shut: np.ndarray | None = None, basis: highspy.HighsBasis | None = None
    ) -> Relaxed | None:
        """Return the relaxation with these sites (bool, m) decided; None where time was up."""
        import highspy

        n, m = self._problem.reach.shape
        nobody = np.zeros(m, bool)
        self._decide(nobody if open_ is None else open_, nobody if shut is None else shut)
        self._solver.setOptionValue("simplex_strategy", _PRIMAL_SIMPLEX if basis is not None else _DUAL_SIMPLEX)
        if basis is not None:
            self._solver.setBasis(basis)
        self._solver.setOptionValue("time_limit", self._solver.getRunTime() + max(self._until - monotonic(), 0.0))
        run(self._solver)
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = self._solver.getSolution()
        prices = np.maximum(np.asarray(solution.col_value[: n + 1]), 0)
        return self._bounded(-np.asarray(solution.row_dual), prices[:n], prices[n])

    def _decide(self, open_: np.ndarray, shut: np.ndarray) -> None:
        n = len(self._problem.need)
        other = np.flatnonzero((open_ != self._open) | (shut != self._shut)).astype(np.int32)
        if len(other):
            for row in other.tolist():
                self._solver.changeRowBounds(row, -np.inf, np.inf if shut[row] else 0.0)
            least, most = np.where(open_[other], -np.inf, 0.0), np.full(len(other), np.inf)
            self._solver.changeColsBounds(len(other), other + n + 1, least, most)
        self._open, self._shut = open_, shut

    def _bounded(self, share: np.ndarray, price: np.ndarray, rate: float) -> Relaxed:
        """Return the bound that these prices prove whatever the solver's tolerance, as any prices prove one."""
        problem = self._problem
        price = np.minimum(price, problem.weight / problem.need)
        reduced = problem.serves @ price - rate * problem.cost
        free = float(np.maximum(reduced[~self._open & ~self._shut], 0).sum()) + float(reduced[self._open].sum())
        value = float(problem.weight.sum() - problem.need @ price) + problem.budget * rate + free
        return Relaxed(np.clip(share, 0, 1), price, value, reduced)


def branch(problem: Problem, chosen: np.ndarray, most: int, until: float) -> Branched:
    """Return the best choice after looking at up to ``most`` branches, from a good choice.

    A branch whose bound is no better than the best choice is cut; in the others the sites that reduced costs decide
    are decided, and one that is left is in in one branch and out in the other.
    """
    best, value = chosen, problem.value(chosen)
    none = np.zeros(problem.sites, bool)
    waiting = [_Branch(none, none, float(problem.weight.sum()), None)]
    relaxation = Relaxation(problem, until)
    looked_at = 0
    while waiting and looked_at < most:
        # The one that may hold most: so the bound falls at each step.
        here = waiting.pop(max(range(len(waiting)), key=lambda i: waiting[i].limit))
        if here.limit < value + problem.step:
            continue
        looked_at += 1
        found = relaxation.solve(here.open_, here.shut, here.basis)
        if found is None:
            waiting.append(here)
            break
        candidate = found.rounded(problem)
        if problem.value(candidate) >= value + problem.step:
            best, value = candidate, problem.value(candidate)
        waiting += _branches(problem, here, found, value, relaxation.basis)
    return Branched(best, max([value, *(each.limit for each in waiting)]))


def _branches(
    problem: Problem, here: _Branch, found: Relaxed, value: float, basis: highspy.HighsBasis
) -> list[_Branch]:
    """Return the two halves of a branch; none where nothing is left to decide."""
    limit = min(found.value, here.limit)
    decided = limit - np.abs(found.reduced) < value + problem.step
    free = ~here.open_ & ~here.shut
    open_ = here.open_ | (free & decided & (found.reduced > 0))
    shut = here.shut | (free & decided & (found.reduced < 0))
    if limit < value + problem.step or not problem.affords(np.flatnonzero(open_)):
        return []
    left = np.flatnonzero(~open_ & ~shut)
    if not len(left):
        return [_Branch(open_, shut, limit, basis)] if free.any() else []
    # The site of which most is in doubt: what it takes at these prices, by how far it is from out and from in.
    doubt = np.minimum(found.share, 1 - found.share) * (problem.serves @ found.price)
    which = left[np.argmax(doubt[left])]
    one = np.arange(problem.sites) == which
    halves = [_Branch(open_, shut | one, limit, basis)]
    if problem.affords(np.flatnonzero(open_ | one)):
        halves.append(_Branch(open_ | one, shut, limit, basis))
    return halves
