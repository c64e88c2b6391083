"""Where does each node of a diagram stand? Connected parts by springs, side by side; the same every time."""

from __future__ import annotations

from collections.abc import Mapping

import networkx as nx
import numpy as np

# In larger parts the middle is drawn out.
_CROWD = 60


def layout(network: nx.MultiDiGraph[str], centre: str | None) -> dict[str, np.ndarray]:
    """Return the place of every node: each connected part by springs, the parts on shelves, the largest first."""
    simple: nx.Graph[str] = nx.Graph()
    simple.add_nodes_from(sorted(network))
    simple.add_edges_from(sorted({(min(a, b), max(a, b)) for a, b in network.edges() if a != b}))
    parts = sorted((sorted(part) for part in nx.connected_components(simple)), key=lambda part: (-len(part), part[0]))
    sides = [2.0 * len(part) ** 0.5 if len(part) > 1 else 0.6 for part in parts]
    widest = max([sum((side + 1) ** 2 for side in sides) ** 0.5, *sides])
    placed: dict[str, np.ndarray] = {}
    across = down = high = 0.0
    for part, side in zip(parts, sides, strict=True):
        if across and across + side > widest:
            across, down, high = 0.0, down + high + 1, 0.0
        at = np.array([across + side / 2, down + side / 2])
        placed |= {id: at + shift for id, shift in _springs(simple.subgraph(part), centre, side / 2).items()}
        across, high = across + side + 1, max(high, side)
    return placed


def sprung(at: np.ndarray, edges: np.ndarray, *, rounds: int) -> np.ndarray:
    """Return nodes (n, 2) after so many rounds of pulling along edges (e, 2) and pushing all others, around the middle.

    Fruchterman, T. M. J. & Reingold, E. M. (1991), *Graph drawing by force-directed placement*; the step shrinks by
    the round. Memory grows with the square of the nodes.
    """
    apart = 2 / len(at) ** 0.5
    step = 0.1 * float(np.ptp(at, axis=0).max())
    x, y = at.T.copy()
    one, other = edges.T
    for left in range(rounds, 0, -1):
        dx, dy = x[:, None] - x, y[:, None] - y
        push = apart**2 / np.maximum(dx * dx + dy * dy, 1e-4)
        pull = np.hypot(x[one] - x[other], y[one] - y[other]) / apart
        moved = []
        for axis, across in ((x, dx), (y, dy)):
            drawn = pull * (axis[other] - axis[one])
            along = np.bincount(one, drawn, len(x)) - np.bincount(other, drawn, len(x))
            moved.append((across * push).sum(axis=1) + along)
        far = np.maximum(np.hypot(*moved), 0.01)
        x, y = (axis + step * left / rounds * by / far for axis, by in zip((x, y), moved, strict=True))
    found = np.column_stack([x, y])
    return np.asarray(found - found.mean(axis=0))


def _springs(part: nx.Graph[str], centre: str | None, size: float) -> Mapping[str, np.ndarray]:
    # Sorted: the order of a subgraph is that of a set, and the springs give another picture for another order.
    simple: nx.Graph[str] = nx.Graph()
    simple.add_nodes_from(sorted(part))
    simple.add_edges_from(sorted((min(a, b), max(a, b)) for a, b in part.edges()))
    if len(simple) == 1:
        return {id: np.zeros(2) for id in simple}
    best = min(simple, key=lambda id: (-simple.degree(id), id))
    hub = centre if centre is not None and centre in simple else best
    start = nx.shell_layout(simple, _shells(simple, hub))
    ids = list(simple)
    position = {id: n for n, id in enumerate(ids)}
    edges = np.array([(position[a], position[b]) for a, b in simple.edges()], np.int64)
    at = sprung(np.array([start[id] for id in ids]), edges, rounds=60 if len(ids) <= 200 else 45)
    at *= size / np.hypot(*at.T).max()
    if len(ids) > _CROWD:
        # Springs crowd the well linked into the middle: drawn out, they can be told apart.
        at *= (size / np.maximum(np.hypot(*at.T), 1e-9))[:, None] ** 0.35
    return dict(zip(ids, at, strict=True))


def _shells(simple: nx.Graph[str], centre: str) -> list[list[str]]:
    far = nx.single_source_shortest_path_length(simple, centre)
    shells: dict[int, list[str]] = {}
    for id in simple:
        shells.setdefault(far.get(id, 99), []).append(id)
    return [shells[hop] for hop in sorted(shells)]
