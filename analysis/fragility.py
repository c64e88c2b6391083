"""What holds the partner network together? Single partners, single links, and how it falls apart under attack."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from typing import Any

import numpy as np

from analysis.facts.network import (
    NETWORK_CAVEAT,
    Network,
    partner_links,
    partner_names,
    partner_pairs,
    partners_inside,
)
from analysis.kernels.connectivity import (
    attack_curve,
    beyond,
    blocks,
    bridges,
    by_degree,
    components,
    cuts,
    robustness,
)
from analysis.results import Result
from graphmodel.landscape import Landscape
from graphmodel.schema import PARTNER_LINKS, label_of

_WHOLE = "The network is the whole one that is loaded, also beyond the area."


def single_points(landscape: Landscape) -> Result:
    """Return the partners without whom the network falls apart, and who would lose touch with the rest.

    Cut nodes of the undirected partner network (Hopcroft & Tarjan 1973). ``cut_off`` are those who would no longer be
    joined to the largest remaining part; ``share`` is their share of the others in the same component. The network is
    the whole one that is loaded; rows are those that concern the area.
    """
    network = partner_pairs(landscape)
    names, inside = partner_names(landscape), partners_inside(landscape)
    found = cuts(len(network.ids), network.edges)
    rows: list[dict[str, Any]] = []
    for k, (position, others) in enumerate(zip(found.nodes.tolist(), found.others.tolist(), strict=True)):
        node, cut_off = network.ids[position], [network.ids[i] for i in found.members(k)]
        if node in inside or inside.intersection(cut_off):
            rows.append(
                {
                    "partner": node,
                    "name": names.get(node),
                    "label": label_of(node),
                    "partners_cut_off": len(cut_off),
                    "others": others,
                    "share": round(len(cut_off) / others, 4),
                    "cut_off": cut_off,
                }
            )
    rows.sort(key=lambda row: (-row["partners_cut_off"], -row["share"], row["partner"]))
    return _result(landscape, "fragility", rows, {**_shape(network), "single_points": len(rows)})


def single_links(landscape: Landscape) -> Result:
    """Return the pairs of partners who alone join two parts of the network, and who is on the smaller side.

    Bridges (Tarjan 1974): all links between the two count as one, so that a pair may hold several. A pair that joins
    a single partner to the rest is one too. Rows are those that concern the area.
    """
    network = partner_pairs(landscape)
    names, inside = partner_names(landscape), partners_inside(landscape)
    between: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for a, b, id, type in partner_links(landscape):
        between[min(a, b), max(a, b)].append((id, type))
    n, rows = len(network.ids), []
    for pair, far in zip(bridges(n, network.edges).tolist(), beyond(n, network.edges), strict=True):
        a, b = (network.ids[i] for i in pair)
        cut_off = [network.ids[i] for i in far]
        if inside.intersection((a, b, *cut_off)):
            rows.append(
                {
                    "partner": a,
                    "name": names.get(a),
                    "other": b,
                    "other_name": names.get(b),
                    "types": sorted({type for _, type in between[a, b]}),
                    "links": sorted(id for id, _ in between[a, b]),
                    "partners_cut_off": len(cut_off),
                    "cut_off": cut_off,
                }
            )
    rows.sort(key=lambda row: (-row["partners_cut_off"], row["partner"], row["other"]))
    return _result(landscape, "single_links", rows, {**_shape(network), "single_links": len(rows)})


def attack(landscape: Landscape) -> Result:
    """Return how the network falls apart if the best connected partner leaves, then the best of those left, and so on.

    One row per partner gone, until everybody left stands alone. ``robustness`` is R (Schneider et al. 2011): the mean
    share of partners in the largest part over the whole attack, at most 0.5.
    """
    network = partner_pairs(landscape)
    names, n = partner_names(landscape), len(network.ids)
    order = by_degree(n, network.edges)
    curve = attack_curve(n, network.edges, order)
    alone = int(np.flatnonzero(curve <= 1)[0]) if n else 0
    rows = [
        {
            "removed": step + 1,
            "partner": network.ids[node],
            "name": names.get(network.ids[node]),
            "largest_part": int(size),
            "share": round(int(size) / n, 4),
        }
        for step, (node, size) in enumerate(zip(order[:alone].tolist(), curve[1:].tolist(), strict=False))
    ]
    halved = int(np.flatnonzero(2 * curve <= curve[0])[0]) if n else 0
    summary = {**_shape(network), "robustness": round(robustness(curve), 4), "gone_until_halved": halved}
    return _result(landscape, "attack", rows, summary)


def out_of_touch(before: Network, after: Network, gone: Collection[str]) -> list[tuple[str, int, int]]:
    """Return who loses touch with the largest part that is left of their component: id, partners before, and after.

    ``gone`` are those taken out; of equal parts the one with the first id stays. A partner who has no link afterwards
    need not be in ``after``.
    """
    component, size = _components(before)
    label, left = _components(after)
    parts: dict[int, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for n, id in enumerate(before.ids):
        if id not in gone:
            parts[component[id]][label.get(id, -1 - n)].append(id)
    found = []
    for pieces in parts.values():
        _, *lost = sorted(pieces.items(), key=lambda piece: (-len(piece[1]), piece[1]))
        for part, ids in lost:
            found += [(id, size[component[id]] - 1, left.get(part, 1) - 1) for id in ids]
    return sorted(found)


def _components(network: Network) -> tuple[dict[str, int], dict[int, int]]:
    """Return id -> its component, and component -> how many are in it."""
    label = components(len(network.ids), network.edges).tolist()
    return dict(zip(network.ids, label, strict=True)), dict(Counter(label))


def _shape(network: Network) -> dict[str, Any]:
    """Return the size of the network and of its parts; in a block any two partners have two ways to each other."""
    n = len(network.ids)
    sizes = np.bincount(components(n, network.edges)) if n else np.zeros(1, np.int64)
    pairs, block = blocks(n, network.edges)
    within = [len(np.unique(pairs[block == b])) for b in range(int(block.max(initial=-1)) + 1)]
    return {
        "partners": n,
        "pairs": len(pairs),
        "components": len(sizes) if n else 0,
        "largest_component": int(sizes.max()),
        "largest_block": max((size for size in within if size > 2), default=0),
    }


def _result(landscape: Landscape, name: str, rows: list[dict[str, Any]], summary: dict[str, Any]) -> Result:
    return Result(
        name=name,
        parameters={},
        area=landscape.area,
        as_of=landscape.as_of,
        caveats=(NETWORK_CAVEAT, _WHOLE),
        sources=tuple(landscape.sources([], PARTNER_LINKS)),
        summary=summary,
        rows=tuple(rows),
    )
