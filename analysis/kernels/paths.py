"""How far is each node from help? Fewest steps along directed edges, and whom to turn to next.

>>> import numpy as np
>>> steps, onward = steps_to(4, np.array([[0, 1], [1, 2], [0, 3]]), np.array([2]))
>>> steps.tolist(), onward.tolist()
([2, 1, 0, -1], [1, 2, -1, -1])
>>> path(onward, 0)
[0, 1, 2]
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

NO_WAY = -1


def steps_to(
    n: int, edges: np.ndarray, targets: np.ndarray, barred: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return the fewest steps from every node to any target, and the node to go to next, both int64 (n,).

    ``edges`` (e, 2) are directed; nobody goes through ``barred`` nodes, nor starts there. -1 where there is no way; a
    target has 0 steps and nowhere to go. Of several shortest ways the first by node is taken. Breadth first from the
    targets backwards (Moore 1959), a whole distance at a time: linear in the edges.
    """
    edges = np.asarray(edges, np.int64).reshape(-1, 2)
    steps, onward = np.full(n, NO_WAY, np.int64), np.full(n, NO_WAY, np.int64)
    shut = np.zeros(n, bool)
    if barred is not None:
        shut[barred] = True
    edges = edges[~shut[edges].any(axis=1)]
    backwards = sp.csr_array((np.ones(len(edges), np.int8), (edges[:, 1], edges[:, 0])), shape=(n, n))
    reached = np.unique(np.asarray(targets, np.int64))
    reached = reached[~shut[reached]]
    steps[reached] = 0
    distance = 0
    while len(reached):
        distance += 1
        found = np.unique(backwards[reached].indices)
        reached = found[steps[found] == NO_WAY].astype(np.int64)
        steps[reached] = distance
    nearer = edges[(steps[edges[:, 1]] >= 0) & (steps[edges[:, 0]] == steps[edges[:, 1]] + 1)]
    nearer = nearer[np.lexsort((nearer[:, 1], nearer[:, 0]))]
    start, first = np.unique(nearer[:, 0], return_index=True)
    onward[start] = nearer[first, 1]
    return steps, onward


def path(onward: np.ndarray, start: int) -> list[int]:
    """Return the nodes from ``start`` to its target, both included."""
    found = [int(start)]
    while onward[found[-1]] >= 0:
        found.append(int(onward[found[-1]]))
    return found
