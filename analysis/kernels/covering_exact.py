"""What is the best possible cover? Solved exactly as a mixed-integer program by HiGHS (Huangfu & Hall 2018)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

from analysis.kernels.covering_search import Problem

if TYPE_CHECKING:
    import highspy


@dataclass(frozen=True, slots=True)
class Solved:
    """``chosen`` sites (positions; None where time was up before any was found) and the bound on what any reaches."""

    chosen: np.ndarray | None
    bound: float


def most_covered(problem: Problem, start: np.ndarray, seconds: float) -> Solved:
    """Return the choice within the budget that covers most: maximise sum w y, need y <= sum x, cost x <= budget."""
    n, m = problem.reach.shape
    # A demand that needs one site is covered in part only where the sites are: then whole sites make it whole.
    whole = np.concatenate([np.ones(m, bool), problem.need > 1])
    matrix = sp.vstack(
        [
            sp.hstack([problem.reach, -sp.diags_array(problem.need)]),
            sp.hstack([sp.csr_array(problem.cost[None, :]), sp.csr_array((1, n))]),
        ]
    )
    x = np.zeros(m)
    x[start] = 1
    y = (problem.reach @ x >= problem.need).astype(float)
    return _solve(
        np.concatenate([np.zeros(m), -problem.weight]),
        matrix,
        np.append(np.zeros(n), -np.inf),
        np.append(np.full(n, np.inf), problem.budget),
        whole,
        np.concatenate([x, y]),
        m,
        seconds,
    )


def least_cost(problem: Problem, start: np.ndarray, seconds: float) -> Solved:
    """Return the cheapest choice that covers every demand: minimise cost x, sum x >= need. The bound is of its cost."""
    n, m = problem.reach.shape
    x = np.zeros(m)
    x[start] = 1
    solved = _solve(problem.cost, problem.reach, problem.need, np.full(n, np.inf), np.ones(m, bool), x, m, seconds)
    return Solved(solved.chosen, -solved.bound)


def _solve(
    cost: np.ndarray,
    matrix: sp.sparray,
    lower: np.ndarray,
    upper: np.ndarray,
    whole: np.ndarray,
    start: np.ndarray,
    sites: int,
    seconds: float,
) -> Solved:
    """Return the sites of the least-cost solution of 0-1 variables and the bound on minus its cost."""
    import highspy

    solver = silent()
    solver.setOptionValue("time_limit", max(seconds, 0.1))
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    model = linear(cost, matrix, lower, upper, np.ones(len(cost)))
    model.integrality_ = [kinds[each] for each in whole.tolist()]
    solver.passModel(model)
    solution = highspy.HighsSolution()
    solution.col_value = start
    solver.setSolution(solution)
    run(solver)
    info = solver.getInfo()
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = np.asarray(solver.getSolution().col_value[:sites]) if found else None
    limit = -info.mip_dual_bound if np.isfinite(info.mip_dual_bound) else np.inf
    return Solved(None if values is None else np.flatnonzero(values > 0.5), limit)


def run(solver: highspy.Highs) -> None:
    """Solve what the solver was given."""
    import highspy

    if solver.run() == highspy.HighsStatus.kError:
        # Somebody else in this process runs HiGHS on more threads, and it can have only one number of them.
        solver.setOptionValue("threads", 0)
        solver.run()


def linear(
    cost: np.ndarray, matrix: sp.sparray, lower: np.ndarray, upper: np.ndarray, most: np.ndarray
) -> highspy.HighsLp:
    """Return the linear program: least cost, rows between lower and upper, columns between 0 and ``most``."""
    import highspy

    rows = sp.csr_array(matrix)
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = rows.shape
    model.col_cost_ = cost
    model.col_lower_, model.col_upper_ = np.zeros(len(cost)), most
    model.row_lower_, model.row_upper_ = lower, upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = rows.indptr, rows.indices, rows.data
    return model


def silent() -> highspy.Highs:
    """Return a solver of one thread and a fixed seed, no gap left, that prints nothing."""
    import highspy

    class Silent(highspy.Highs):  # type: ignore[misc, unused-ignore]
        def enableCallbacks(self) -> Any:
            # HiGHS prints a banner here, before it can be told not to.
            self.setOptionValue("output_flag", False)
            return super().enableCallbacks()  # type: ignore[no-untyped-call, unused-ignore]

    solver: highspy.Highs = Silent()  # type: ignore[no-untyped-call, unused-ignore]
    for name, value in (
        ("threads", 1),
        ("parallel", "off"),
        ("random_seed", 0),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 0.0),
    ):
        solver.setOptionValue(name, value)
    return solver
