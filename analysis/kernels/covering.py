"""Which sites cover most, and which fewest sites cover all? Maximal covering location and set cover, proven.

The papers: Church, R. & ReVelle, C. (1974), The maximal covering location problem, Papers of the Regional Science
Association 32, 101-118; Toregas, C. et al. (1971), The location of emergency service facilities, Operations Research
19, 1363-1373.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

import numpy as np
import scipy.sparse as sp

from analysis.kernels.covering_branch import Relaxation, Relaxed, branch
from analysis.kernels.covering_exact import least_cost, most_covered
from analysis.kernels.covering_search import ROUNDING, Problem, bound, exchange, exchanged, fixed, greedy
from analysis.kernels.pairs import Pairs

# Beyond so many products, looking for sites that another outdoes costs more than it saves.
_MOST_PRODUCTS = 5_000_000
# Branches looked at among few sites, and among all that are left.
_FEW_BRANCHES, _BRANCHES = 100, 300


@dataclass(frozen=True, slots=True)
class Cover:
    """Chosen sites (positions, in order of what each adds) and ``gains``, the weight each adds.

    ``covered`` is their sum; no choice covers more than ``bound``; ``optimal``: proven that none covers more. Of a set
    cover ``bound`` is of its cost: none that covers all costs less.
    """

    chosen: np.ndarray
    gains: np.ndarray
    covered: float
    bound: float
    optimal: bool


def maximal_cover(
    pairs: Pairs,
    weight: np.ndarray,
    p: int | None = None,
    *,
    sites: int | None = None,
    cost: np.ndarray | None = None,
    budget: float | None = None,
    covered: np.ndarray | None = None,
    k: int = 1,
    time_limit_s: float = 20,
) -> Cover:
    """Return at most p sites, or those a budget holds, that cover the most weight.

    ``pairs``: rows are demand (n), indices the candidate sites (m; give ``sites`` where the last have no demand);
    ``weight`` (n,) >= 0; ``covered`` (n,) how often demand is covered already: it counts once it has ``k``. ``cost``
    (m,) >= 0 with ``budget`` in the same unit, instead of p. Raises ValueError for anything else, naming the position.

    Of choices that cover the same, none here could exchange a site for an earlier one. Reduction, greedy choice,
    exchange and a Lagrangian bound come first, then the linear relaxation; what they leave open is branched on, and in
    the end left to HiGHS. When time is up the best choice met is returned with the bound: another run may then find
    another.

    >>> from analysis.kernels.pairs import from_rows
    >>> near = from_rows(np.array([0, 1, 1, 2, 3]), np.array([0, 0, 1, 1, 2]), 4)
    >>> cover = maximal_cover(near, np.array([5.0, 4.0, 3.0, 2.0]), p=2)
    >>> cover.chosen.tolist(), cover.gains.tolist(), cover.optimal
    ([0, 1], [9.0, 3.0], True)
    """
    until = monotonic() + time_limit_s
    m = _number_of_sites(pairs, sites)
    if (p is None) == (budget is None):
        raise ValueError("give either p or a budget")
    price = np.ones(m) if p is not None or cost is None else np.asarray(cost, float)
    limit = float(p if p is not None else budget or 0.0)
    _check(weight, "weight", len(pairs.counts))
    _check(price, "cost", m)
    if not limit >= 0 or not np.isfinite(limit):
        raise ValueError(f"p or the budget is {limit}; it must be 0 or more")
    need = np.full(len(weight), float(k)) - (0 if covered is None else covered)
    whole = _problem(_matrix(pairs, m), weight, need, price, limit)
    problem, kept = _reduced(whole)
    chosen, limit = _best(problem, until)
    chosen = _earliest(whole, kept[chosen]) if len(kept) else kept
    order, gains = in_order(whole, chosen)
    total = float(whole.weight[whole.counts(order) >= whole.need].sum())
    optimal = limit < total + problem.step
    return Cover(order, gains, total, total if optimal else limit, optimal)


def set_cover(
    pairs: Pairs,
    *,
    sites: int | None = None,
    cost: np.ndarray | None = None,
    covered: np.ndarray | None = None,
    k: int = 1,
    weight: np.ndarray | None = None,
    time_limit_s: float = 20,
) -> Cover:
    """Return the fewest (or, with ``cost`` (m,), the cheapest) sites that cover all demand that can be covered.

    Parameters as of ``maximal_cover``; demand that fewer sites than it needs can reach is left out. ``weight`` only
    serves the gains. ``bound``: no such choice costs less.

    >>> from analysis.kernels.pairs import from_rows
    >>> near = from_rows(np.array([0, 0, 1, 1, 2, 2]), np.array([0, 1, 0, 2, 1, 2]), 3)
    >>> set_cover(near).chosen.tolist()
    [0, 1]
    """
    until = monotonic() + time_limit_s
    m = _number_of_sites(pairs, sites)
    n = len(pairs.counts)
    price = np.ones(m) if cost is None else np.asarray(cost, float)
    load = np.ones(n) if weight is None else weight
    _check(price, "cost", m)
    _check(load, "weight", n)
    need = np.full(n, float(k)) - (0 if covered is None else covered)
    whole = _problem(_matrix(pairs, m), load, need, price, np.inf)
    problem, kept = _reduced(whole)
    chosen = _without_spare(problem, greedy(problem))
    least = 0.0
    if problem.sites:
        solved = least_cost(problem, chosen, until - monotonic())
        least = solved.bound
        if solved.chosen is not None and problem.cost[solved.chosen].sum() < problem.cost[chosen].sum():
            chosen = _without_spare(problem, solved.chosen)
    chosen = _earliest(whole, kept[chosen]) if len(kept) else kept
    order, gains = in_order(whole, chosen)
    paid = float(whole.cost[order].sum())
    step = 1 - 1e-6 if (price == np.rint(price)).all() else max(paid, 1.0) * 1e-9
    optimal = least > paid - step
    return Cover(order, gains, float(gains.sum()), paid if optimal else max(least, 0.0), optimal)


def in_order(problem: Problem, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return chosen sites so that each adds the most that is left, and what each adds; equal ones by position."""
    left = np.sort(chosen)
    counts = np.zeros(len(problem.weight))
    order, gains = [], []
    while len(left):
        # Demand that needs several sites is credited in part: else the first of them would add nothing.
        wanting = problem.serves[left] @ np.where(counts < problem.need, problem.weight / problem.need, 0.0)
        best = int(left[np.argmax(wanting)])
        row = problem.serves.indices[problem.serves.indptr[best] : problem.serves.indptr[best + 1]]
        before = counts[row] >= problem.need[row]
        counts[row] += 1
        gains.append(float(problem.weight[row][~before & (counts[row] >= problem.need[row])].sum()))
        order.append(best)
        left = left[left != best]
    return np.array(order, np.int64), np.array(gains)


def _best(problem: Problem, until: float) -> tuple[np.ndarray, float]:
    """Return the best choice found for a reduced problem, and the bound."""
    if problem.affords(np.arange(problem.sites)):
        return np.arange(problem.sites), problem.value(np.arange(problem.sites))
    chosen = _better(problem, exchange(problem, greedy(problem), until), _best_alone(problem))
    found = bound(problem, chosen, until)
    chosen = _better(problem, chosen, exchange(problem, found.chosen, until))
    limit, price = found.value, found.price
    if limit >= problem.value(chosen) + problem.step:
        relaxed = Relaxation(problem, until).solve()
        if relaxed is not None:
            chosen = _better(problem, chosen, exchange(problem, relaxed.rounded(problem), until))
            limit, price = relaxed.value, relaxed.price
            chosen = _among_few(problem, chosen, relaxed, until)
    value = problem.value(chosen)
    if limit < value + problem.step:
        return chosen, value
    open_, shut = fixed(problem, price, value)
    core, kept = _core(problem, open_, shut)
    base = problem.value(np.flatnonzero(open_))
    if not core.sites or core.budget < 0:
        return chosen, value
    start = np.flatnonzero(np.isin(kept, chosen))
    better, of_core = _proven(core, start if core.affords(start) else start[:0], until)
    chosen = _better(problem, chosen, np.union1d(np.flatnonzero(open_), kept[better]))
    # A choice that is shut out by the reduced costs covers no more than the best that was known.
    limit = min(limit, max(base + of_core, problem.value(chosen)))
    return chosen, float(np.floor(limit + 1e-6)) if problem.integral else limit


def _among_few(problem: Problem, chosen: np.ndarray, relaxed: Relaxed, until: float) -> np.ndarray:
    """Return the best choice found among the sites that the relaxation takes in part: good, and soon found."""
    few = relaxed.share > 0
    few[chosen] = True
    core, kept = _core(problem, np.zeros(problem.sites, bool), ~few)
    done = branch(core, np.flatnonzero(np.isin(kept, chosen)), _FEW_BRANCHES, until)
    return _better(problem, chosen, exchange(problem, kept[done.chosen], until))


def _proven(problem: Problem, chosen: np.ndarray, until: float) -> tuple[np.ndarray, float]:
    """Return the best choice and the bound, by branching; if that takes too long, or k is above 1, by HiGHS."""
    limit = np.inf
    if not (problem.need > 1).any():
        done = branch(problem, chosen, _BRANCHES, until)
        chosen, limit = done.chosen, done.bound
        if limit < problem.value(chosen) + problem.step:
            return chosen, limit
    solved = most_covered(problem, chosen, until - monotonic())
    if solved.chosen is not None:
        chosen = _better(problem, chosen, solved.chosen)
    return chosen, min(limit, max(solved.bound, problem.value(chosen)))


def _best_alone(problem: Problem) -> np.ndarray:
    """Return the one site that covers most: with unequal costs greedy can fall arbitrarily far behind it."""
    return np.array([int(np.argmax(problem.serves @ np.where(problem.need <= 1, problem.weight, 0.0)))])


def _better(problem: Problem, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return second if problem.value(second) >= problem.value(first) + problem.step else first


def _core(problem: Problem, open_: np.ndarray, shut: np.ndarray) -> tuple[Problem, np.ndarray]:
    """Return the problem of the sites that are neither open nor shut, and their positions."""
    free = np.flatnonzero(~open_ & ~shut)
    need = problem.need - problem.counts(np.flatnonzero(open_))
    budget = problem.budget - float(problem.cost[open_].sum())
    part = _problem(sp.csr_array(problem.reach[:, free]), problem.weight, need, problem.cost[free], budget)
    core, kept = _reduced(part)
    return core, free[kept]


def _problem(reach: sp.csr_array, weight: np.ndarray, need: np.ndarray, cost: np.ndarray, budget: float) -> Problem:
    """Return the problem of the demand that still needs sites and can have them all."""
    rows = (weight > 0) & (need > 0) & (np.diff(reach.indptr) >= need)
    if not rows.all():
        reach = reach[rows]
    return Problem(reach, sp.csr_array(reach.T), np.asarray(weight, float)[rows], need[rows], cost, budget)


def _reduced(problem: Problem) -> tuple[Problem, np.ndarray]:
    """Return the problem without sites that another outdoes, demand of the same sites put together; sites kept."""
    kept = np.flatnonzero((np.diff(problem.serves.indptr) > 0) & (problem.cost <= problem.budget * (1 + ROUNDING)))
    problem = _merged(problem, kept)
    outdone = _outdone(problem)
    if outdone.any():
        kept = kept[~outdone]
        problem = _merged(problem, np.flatnonzero(~outdone))
    return problem, kept


def _merged(problem: Problem, sites: np.ndarray) -> Problem:
    """Return the problem of these sites with one row for demand that the same sites reach and that needs as many."""
    reach = sp.csr_array(problem.reach[:, sites]) if len(sites) < problem.sites else problem.reach
    groups: dict[tuple[float, bytes], int] = {}
    starts, need = reach.indptr.tolist(), problem.need.tolist()
    label = np.empty(len(need), np.int64)
    for i, count in enumerate(need):
        key = (count, reach.indices[starts[i] : starts[i + 1]].tobytes())
        label[i] = groups.setdefault(key, len(groups))
    first = np.unique(label, return_index=True)[1]
    weight = np.bincount(label, weights=problem.weight, minlength=len(first))
    return _problem(reach[first], weight, problem.need[first], problem.cost[sites], problem.budget)


def _outdone(problem: Problem) -> np.ndarray:
    """Return the sites (bool, m) all of whose demand another reaches for no more; of two alike the later one.

    Not where demand needs several sites: then both may be wanted.
    """
    outdone = np.zeros(problem.sites, bool)
    products = float((np.diff(problem.reach.indptr).astype(float) ** 2).sum())
    if (problem.need > 1).any() or products > _MOST_PRODUCTS:
        return outdone
    common = (problem.serves @ problem.reach).tocoo()
    j, other = common.coords
    size = np.diff(problem.serves.indptr)
    dearer = problem.cost[other] > problem.cost[j]
    within = (common.data == size[j]) & (j != other) & ~dearer
    alike = (size[other] == size[j]) & (problem.cost[other] == problem.cost[j])
    outdone[j[within & (~alike | (other < j))]] = True
    return outdone


def _earliest(problem: Problem, chosen: np.ndarray) -> np.ndarray:
    """Return the choice after exchanging sites for earlier ones that cover as much for no more, while there are any."""
    chosen = np.sort(chosen)
    value = problem.value(chosen)
    close = value - max(value, 1.0) * ROUNDING
    while len(chosen):
        values = exchanged(problem, chosen)
        earlier = np.arange(problem.sites)[:, None] < chosen[None, :]
        same = (values >= close) & earlier & (problem.cost[:, None] <= problem.cost[chosen][None, :])
        into, out = np.nonzero(same)
        if not len(into):
            break
        chosen = np.sort(np.append(np.delete(chosen, out[0]), into[0]))
    return _without_spare(problem, chosen)


def _without_spare(problem: Problem, chosen: np.ndarray) -> np.ndarray:
    """Return the choice without sites that nothing would be lost without, the dearest and latest left out first."""
    for site in sorted(chosen.tolist(), key=lambda j: (-problem.cost[j], -j)):
        without = chosen[chosen != site]
        if problem.value(without) >= problem.value(chosen) * (1 - ROUNDING):
            chosen = without
    return chosen


def _matrix(pairs: Pairs, sites: int) -> sp.csr_array:
    shape = (len(pairs.counts), sites)
    matrix = sp.csr_array((np.ones(len(pairs.indices)), pairs.indices, pairs.indptr), shape=shape)
    if len(matrix.indices) and ((np.diff(matrix.indices) == 0) & (np.diff(pairs.rows) == 0)).any():
        matrix.sum_duplicates()
        matrix.data[:] = 1
    return matrix


def _number_of_sites(pairs: Pairs, sites: int | None) -> int:
    least = int(pairs.indices.max(initial=-1)) + 1
    if sites is not None and sites < least:
        raise ValueError(f"the pairs name site {least - 1}, and there are {sites}")
    return least if sites is None else sites


def _check(values: np.ndarray, name: str, length: int) -> None:
    if len(values) != length:
        raise ValueError(f"{name} has {len(values)} values for {length}")
    bad = np.flatnonzero(~(np.asarray(values, float) >= 0) | ~np.isfinite(values))
    if len(bad):
        raise ValueError(f"{name}[{bad[0]}] is {values[bad[0]]}; it must be a number of 0 or more")
