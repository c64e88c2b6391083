"""What holds a network together? Cut nodes, bridges, blocks, dominators and the curve of an attack.

A network is ``n`` nodes numbered 0 to n - 1 (in the order of their ids) and ``edges``, int64 (e, 2). Undirected
functions take parallel edges for one and leave out loops. Everything is linear in nodes and edges but for a sort.

>>> import numpy as np
>>> path = np.array([[0, 1], [1, 2], [2, 3]])
>>> articulation_points(4, path).tolist()
[1, 2]
>>> cut = cuts(4, path)
>>> cut.cut_off.tolist(), cut.members(0).tolist()
([1, 1], [0])
>>> attack_curve(4, path, np.array([1, 2, 0, 3])).tolist()
[4, 2, 1, 1, 0]
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heapify, heappop, heappush

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree

UNREACHED = -1


@dataclass(frozen=True, slots=True)
class Cuts:
    """The cut nodes, and what each cuts off: all others of its component but the largest part that remains.

    ``nodes`` ascending (k,); ``cut_off`` and ``others`` (k,): how many lose touch, of how many others in the component.
    Of equal parts the one with the first node stays.
    """

    nodes: np.ndarray
    cut_off: np.ndarray
    others: np.ndarray
    _tree: _Tree
    _stays: np.ndarray
    _indptr: np.ndarray
    _pieces: np.ndarray

    def members(self, k: int) -> np.ndarray:
        """Return the nodes that the k-th cut node cuts off, ascending: linear in their component."""
        tree = self._tree
        pieces = self._pieces[self._indptr[k] : self._indptr[k + 1]]
        found = tree.order[tree.places(pieces[pieces != self._stays[k]])]
        if self._stays[k] >= 0:
            found = np.concatenate([found, tree.around(int(tree.position[self.nodes[k]]), pieces)])
        return np.sort(found)


def simple(n: int, edges: np.ndarray, *, directed: bool = False) -> np.ndarray:
    """Return the edges (k, 2), each once, ascending, without loops; undirected ones with the lower node first.

    Raises ValueError naming the first edge that joins a node that is not there.
    """
    edges = np.asarray(edges, np.int64).reshape(-1, 2)
    wrong = np.flatnonzero(((edges < 0) | (edges >= n)).any(axis=1))
    if len(wrong):
        raise ValueError(f"edge {wrong[0]} joins a node that is not among the {n}")
    start, end = edges.T if directed else (edges.min(axis=1), edges.max(axis=1))
    keys = np.sort(start[start != end] * n + end[start != end])
    keys = keys[np.diff(keys, prepend=-1) > 0]
    return np.column_stack([keys // max(n, 1), keys % max(n, 1)])


def components(n: int, edges: np.ndarray) -> np.ndarray:
    """Return the component of every node (n,), numbered from 0 in the order of their first nodes."""
    edges = np.asarray(edges, np.int64).reshape(-1, 2)
    found = connected_components(_matrix(n, edges), directed=False)[1].astype(np.int64)
    _, first, label = np.unique(found, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[label].astype(np.int64)


def articulation_points(n: int, edges: np.ndarray) -> np.ndarray:
    """Return the nodes without which their component falls in parts, ascending (Hopcroft & Tarjan 1973)."""
    tree = _tree_of(n, edges)
    return np.unique(tree.order[tree.up[tree.starts_piece]])


def bridges(n: int, edges: np.ndarray) -> np.ndarray:
    """Return the edges (k, 2) without which their component falls in two, lower node first, sorted (Tarjan 1974)."""
    tree = _tree_of(n, edges)
    child = np.flatnonzero((tree.up >= 0) & (tree.low >= np.arange(n)))
    ends = np.column_stack([tree.order[tree.up[child]], tree.order[child]])
    return simple(n, ends)


def beyond(n: int, edges: np.ndarray) -> list[np.ndarray]:
    """Return for each of the ``bridges`` the nodes on its smaller side, ascending; of equal sides the later one."""
    tree = _tree_of(n, edges)
    found = {}
    for child in np.flatnonzero((tree.up >= 0) & (tree.low >= np.arange(n))).tolist():
        ends = sorted((int(tree.order[child]), int(tree.order[tree.up[child]])))
        size, whole = int(tree.size[child]), int(tree.whole[tree.order[child]])
        side = np.sort(tree.order[child : child + size])
        if 2 * size >= whole:
            other = np.sort(tree.around(child, np.array([child])))
            side = other if 2 * size > whole or other[0] > side[0] else side
        found[tuple(ends)] = side
    return [found[ends] for ends in sorted(found)]


def blocks(n: int, edges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the simple edges (k, 2) and the block of each (k,): within a block any two nodes have two ways round.

    The biconnected components of Hopcroft & Tarjan (1973), numbered in the order of their first edges.
    """
    tree = _tree_of(n, edges)
    block, up, low = list(range(n)), tree.up.tolist(), tree.low.tolist()
    for i, parent in enumerate(up):
        if parent >= 0 and low[i] < parent:
            block[i] = block[parent]
    deeper = tree.position[tree.pairs].max(axis=1)
    _, first, label = np.unique(np.array(block, np.int64)[deeper], return_index=True, return_inverse=True)
    return tree.pairs, np.argsort(np.argsort(first))[label].astype(np.int64)


def parts_without(n: int, edges: np.ndarray) -> np.ndarray:
    """Return how many components the network has without each node (n,): n recounts in one search."""
    tree = _tree_of(n, edges)
    alone = np.bincount(tree.pairs.ravel(), minlength=n) == 0
    pieces = np.bincount(tree.order[tree.up[tree.starts_piece]], minlength=n)
    # A root's children are all of its pieces; around any other node something remains beside them.
    more = np.where(np.isin(np.arange(n), tree.order[tree.up < 0]), np.maximum(pieces - 1, 0), pieces)
    return np.asarray(int((tree.up < 0).sum()) + more - alone, np.int64)


def cuts(n: int, edges: np.ndarray) -> Cuts:
    """Return the cut nodes and what each cuts off, in one depth-first search."""
    tree = _tree_of(n, edges)
    pieces = np.flatnonzero(tree.starts_piece)
    owner = tree.order[tree.up[pieces]]
    pieces = pieces[np.lexsort((pieces, owner))]
    nodes, start = np.unique(np.sort(owner), return_index=True)
    indptr = np.append(start, len(pieces))
    others = tree.whole[nodes] - 1
    stays, cut_off = np.empty(len(nodes), np.int64), np.empty(len(nodes), np.int64)
    for k, node in enumerate(nodes.tolist()):
        stays[k], size = tree.largest_part(int(tree.position[node]), pieces[indptr[k] : indptr[k + 1]])
        cut_off[k] = others[k] - size
    return Cuts(nodes, cut_off, others, tree, stays, indptr, pieces)


def immediate_dominators(n: int, edges: np.ndarray, sources: np.ndarray) -> np.ndarray:
    """Return the last node that every path from the sources to each node goes through (n,).

    ``edges`` are directed. ``n`` stands where no single node is on all the paths (a source itself, or a node with ways
    that meet nowhere), -1 where no source leads to. The dominators of a node are those up this tree (Lengauer & Tarjan
    1979). Turned round (``edges[:, ::-1]``, targets as sources) it names what every path *to* the targets must pass.
    """
    import rustworkx as rx

    edges, sources = np.asarray(edges, np.int64).reshape(-1, 2), np.unique(np.asarray(sources, np.int64))
    graph: rx.PyDiGraph[int | None, None] = rx.PyDiGraph(multigraph=False, node_count_hint=n + 1)
    graph.add_nodes_from(range(n + 1))
    starts = np.column_stack([np.full(len(sources), n), sources])
    graph.extend_from_edge_list([(a, b) for a, b in np.concatenate([edges, starts]).tolist() if a != b])
    found = np.full(n, UNREACHED, np.int64)
    for node, dominator in rx.immediate_dominators(graph, n).items():
        if node < n:
            found[node] = dominator
    return found


def chain(dominators: np.ndarray, node: int) -> list[int]:
    """Return the dominators of a node from the nearest on, up the tree of ``immediate_dominators``."""
    found: list[int] = []
    following = int(dominators[node])
    while 0 <= following < len(dominators):
        found.append(following)
        following = int(dominators[following])
    return found


def attack_curve(n: int, edges: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Return the size of the largest component after the first 0, 1, 2 ... nodes of ``order`` are gone (k + 1,).

    Played backwards, nodes and edges only come back, so that components only merge (Newman & Ziff 2001). An edge lives
    until the earlier of its ends is removed, and a spanning forest of the longest lives merges what all of them would.
    """
    order = np.asarray(order, np.int64)
    k = len(order)
    if len(np.unique(order)) != k or (k and (order.min() < 0 or order.max() >= n)):
        raise ValueError("the order must name nodes of the network, each once")
    life = np.full(n, k, np.int64)
    life[order] = np.arange(k)
    pairs = simple(n, edges)
    lives = life[pairs].min(axis=1)
    forest = minimum_spanning_tree(sp.csr_array((k + 1.0 - lives, (pairs[:, 0], pairs[:, 1])), shape=(n, n))).tocoo()
    lives = k + 1 - forest.data.astype(np.int64)
    best = np.zeros(k + 1, np.int64)
    best[life] = 1
    _merge(n, np.column_stack(forest.coords), lives, best)
    return np.asarray(np.maximum.accumulate(best[::-1])[::-1])


def robustness(curve: np.ndarray) -> float:
    """Return R of a whole attack (Schneider et al. 2011): the mean share of nodes in the largest component.

    ``curve`` is that of ``attack_curve`` over all n nodes; R = sum of s(Q) over Q = 1..n, divided by n. Between 1/n,
    where one node holds all together, and 0.5, where each node takes only itself. 0 for an empty network.
    """
    n = len(curve) - 1
    return float(curve[1:].sum() / (n * n)) if n else 0.0


def by_degree(n: int, edges: np.ndarray) -> np.ndarray:
    """Return the nodes in the order of an attack on the best connected, degrees counted anew after every removal.

    Of equal ones the first is taken.
    """
    pairs = simple(n, edges)
    matrix = _matrix(n, np.concatenate([pairs, pairs[:, ::-1]]))
    starts, beside = matrix.indptr.tolist(), matrix.indices.tolist()
    degree = np.diff(matrix.indptr).tolist()
    # A degree and its node in one number: the smallest is the best connected, of equal ones the first.
    waiting = [node - d * n for node, d in enumerate(degree)]
    heapify(waiting)
    found, gone = [], [False] * n
    while waiting:
        node = waiting[0] % n
        d = (node - heappop(waiting)) // n
        if gone[node] or d != degree[node]:
            continue
        if not d:  # nobody is joined to anybody any more
            break
        gone[node] = True
        found.append(node)
        for other in beside[starts[node] : starts[node + 1]]:
            if not gone[other]:
                degree[other] -= 1
                heappush(waiting, other - degree[other] * n)
    return np.concatenate([np.array(found, np.int64), np.flatnonzero(~np.array(gone, bool))])


def _merge(n: int, pairs: np.ndarray, lives: np.ndarray, best: np.ndarray) -> None:
    """Join the pairs from the longest life on; ``best`` at a life is the largest size there was then, if it grew."""
    parent, size, largest = list(range(n)), [1] * n, 1
    order = np.argsort(-lives, kind="stable")
    for (a, b), life in zip(pairs[order].tolist(), lives[order].tolist(), strict=True):
        while parent[a] != a:
            parent[a] = a = parent[parent[a]]
        while parent[b] != b:
            parent[b] = b = parent[parent[b]]
        if size[a] < size[b]:
            a, b = b, a
        parent[b] = a
        size[a] += size[b]
        if size[a] > largest:
            largest = best[life] = size[a]


@dataclass(frozen=True, slots=True)
class _Tree:
    """A depth-first forest. All but ``position`` and ``whole`` are by place in the order in which nodes were met.

    ``up``: place of the parent, -1 at a root; ``low``: the first place that the subtree has an edge to; a subtree is
    the ``size`` places from its own on; ``least``: its first node. ``position`` node -> place, ``whole`` node -> size
    of its component; ``pairs`` the simple edges.
    """

    pairs: np.ndarray
    order: np.ndarray
    position: np.ndarray
    up: np.ndarray
    low: np.ndarray
    size: np.ndarray
    least: np.ndarray
    whole: np.ndarray

    @property
    def starts_piece(self) -> np.ndarray:
        """Where a subtree is joined to the rest through its parent alone (the only child of a root is not)."""
        child = self.up >= 0
        joined = child & (self.low >= self.up)
        roots = child & (self.up[np.where(child, self.up, 0)] < 0)
        children = np.bincount(self.up[roots], minlength=len(self.up))
        joined[roots] &= children[self.up[roots]] > 1
        return np.asarray(joined)

    def places(self, pieces: np.ndarray) -> np.ndarray:
        """Return the places of whole subtrees, one after the other."""
        sizes = self.size[pieces]
        return np.repeat(pieces + sizes - np.cumsum(sizes), sizes) + np.arange(int(sizes.sum()))

    def around(self, place: int, pieces: np.ndarray) -> np.ndarray:
        """Return the nodes of the component of a place that are neither it nor in its pieces."""
        root = place
        while self.up[root] >= 0:
            root = int(self.up[root])
        keep = np.ones(int(self.size[root]), bool)
        keep[place - root] = False
        keep[self.places(pieces) - root] = False
        return np.asarray(self.order[root : root + int(self.size[root])][keep])

    def largest_part(self, place: int, pieces: np.ndarray) -> tuple[int, int]:
        """Return the largest part without the node at this place, and its size: a piece, or -1 for what is around."""
        sizes = self.size[pieces]
        best = int(pieces[np.lexsort((self.least[pieces], -sizes))[0]])
        most = int(self.size[best])
        rest = int(self.whole[self.order[place]]) - 1 - int(sizes.sum())
        if rest > most or (rest == most and self.around(place, pieces).min() < self.least[best]):
            return -1, rest
        return best, most


def _tree_of(n: int, edges: np.ndarray) -> _Tree:
    pairs = simple(n, edges)
    order, up_ = _depth_first(n, pairs)
    position = np.empty(n, np.int64)
    position[order], up = np.arange(n), np.array(up_, np.int64)
    ends = np.sort(position[pairs], axis=1)
    back = up[ends[:, 1]] != ends[:, 0]
    low = np.arange(n)
    np.minimum.at(low, ends[back, 1], ends[back, 0])
    low_, size, least = low.tolist(), [1] * n, list(order)
    for i in range(n - 1, -1, -1):
        p = up_[i]
        if p >= 0:
            size[p] += size[i]
            if low_[i] < low_[p]:
                low_[p] = low_[i]
            if least[i] < least[p]:
                least[p] = least[i]
    sizes, root = np.array(size, np.int64), np.maximum.accumulate(np.where(up < 0, np.arange(n), 0))
    whole = np.empty(n, np.int64)
    whole[order] = sizes[root]
    return _Tree(
        pairs,
        np.array(order, np.int64),
        position,
        up,
        np.array(low_, np.int64),
        sizes,
        np.array(least, np.int64),
        whole,
    )


def _depth_first(n: int, pairs: np.ndarray) -> tuple[list[int], list[int]]:
    """Return the nodes in the order they are met, neighbours in theirs, and the place of each one's parent (-1: none).

    By hand, since ``scipy.sparse.csgraph.depth_first_order`` takes time by the square of a hub's degree.
    """
    matrix = _matrix(n, np.concatenate([pairs, pairs[:, ::-1]]))
    starts, beside = matrix.indptr.tolist(), matrix.indices.tolist()
    order: list[int] = []
    up: list[int] = []
    met = [False] * n
    for root in range(n):
        if met[root]:
            continue
        met[root] = True
        up.append(-1)
        waiting = [(len(order), iter(beside[starts[root] : starts[root + 1]]))]
        order.append(root)
        while waiting:
            place, following = waiting[-1]
            for node in following:
                if not met[node]:
                    met[node] = True
                    up.append(place)
                    waiting.append((len(order), iter(beside[starts[node] : starts[node + 1]])))
                    order.append(node)
                    break
            else:
                waiting.pop()
    return order, up


def _matrix(n: int, edges: np.ndarray) -> sp.csr_array:
    return sp.csr_array((np.ones(len(edges), np.int8), (edges[:, 0], edges[:, 1])), shape=(n, n))
