"""Which organisation holds the partner network together? Cut nodes, and what each would cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.network import NETWORK_CAVEAT, partner_names, partner_network, partners_inside
from analysis.results import Result
from graphmodel.landscape import Landscape
from graphmodel.schema import PARTNER_LINKS, label_of

if TYPE_CHECKING:
    import networkx as nx


def single_points(landscape: Landscape) -> Result:
    """Return the partners without whom the network falls apart, and who would lose touch with the rest.

    Cut nodes of the undirected partner network (Tarjan 1972, by NetworkX). ``cut_off`` are those who would no longer be
    joined to the largest remaining part; ``share`` is their share of the others in the same component. The network is
    the whole one that is loaded; rows are those that concern the area.
    """
    graph = partner_network(landscape)
    names, inside = partner_names(landscape), partners_inside(landscape)
    rows: list[dict[str, Any]] = []
    for node, cut_off, others in cut_nodes(graph):
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
    return Result(
        name="fragility",
        parameters={},
        area=landscape.area,
        as_of=landscape.as_of,
        caveats=(NETWORK_CAVEAT, "The network is the whole one that is loaded, also beyond the area."),
        sources=tuple(landscape.sources([], PARTNER_LINKS)),
        summary=_summary(graph, rows),
        rows=tuple(rows),
    )


def cut_nodes(graph: nx.Graph[str]) -> list[tuple[str, list[str], int]]:
    """Kernel: return (cut node, those cut off by its removal, others in its component), by node.

    Those cut off are all but the largest part that remains; of equal parts the one with the first id stays.
    """
    if not graph:
        return []
    import networkx as nx

    found = []
    for component in nx.connected_components(graph):
        part = graph.subgraph(component)
        for node in sorted(nx.articulation_points(part)):
            rest = part.subgraph(component - {node})
            pieces = sorted((sorted(piece) for piece in nx.connected_components(rest)), key=lambda p: (-len(p), p))
            found.append((node, sorted(id for piece in pieces[1:] for id in piece), len(component) - 1))
    return sorted(found)


def _summary(graph: nx.Graph[str], rows: list[dict[str, Any]]) -> dict[str, Any]:
    sizes: list[int] = []
    if graph:
        import networkx as nx

        sizes = sorted((len(c) for c in nx.connected_components(graph)), reverse=True)
    return {
        "partners": graph.number_of_nodes(),
        "pairs": graph.number_of_edges(),
        "components": len(sizes),
        "largest_component": sizes[0] if sizes else 0,
        "single_points": len(rows),
    }
