"""Who deals with whom? The partner network, and the ways by which a worry is passed on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from graphmodel.landscape import Landscape
from graphmodel.schema import PARTNER_LINKS

if TYPE_CHECKING:
    import networkx as nx

PARTNERS = ("Organisation", "Guardian", "Service", "Forum")
PASSING_ON = ("ESCALATES_TO", "REFERS_TO")

NETWORK_CAVEAT = (
    "The network is what partners declared, or what people said who were asked: a link nobody recorded may exist."
)


def dealings(landscape: Landscape, types: Iterable[str] = PARTNER_LINKS) -> pd.DataFrame:
    """Return the links that count: id, start, end, type, source_row. Perceived links count where someone was asked."""
    kept = []
    for type in types:
        links = landscape.links(type)
        heard = (links["basis"] != "perceived") | links["asked"].notna()
        kept.append(links.loc[heard, ["id", "start", "end", "source", "source_row"]].assign(type=type))
    return pd.concat(kept, ignore_index=True)


def partner_network(landscape: Landscape) -> nx.Graph[str]:
    """Return the undirected network of partners. A service stands with the one organisation that runs it."""
    import networkx as nx

    runs = landscape.links("RUNS")
    runner = runs.drop_duplicates("end").set_index("end")["start"]
    links = dealings(landscape)
    graph: nx.Graph[str] = nx.Graph()
    for start, end in zip(links["start"], links["end"], strict=True):
        a, b = (str(runner.get(id, id)) if id.startswith("service:") else id for id in (start, end))
        if a != b:
            graph.add_edge(a, b)
    return graph


def passing_on(landscape: Landscape) -> nx.DiGraph[str]:
    """Return who passes a worry or a young person on to whom: escalation and referral links."""
    import networkx as nx

    links = dealings(landscape, PASSING_ON)
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edges_from(sorted(set(zip(links["start"], links["end"], strict=True))))
    return graph


def partner_names(landscape: Landscape) -> dict[str, str]:
    """Return id -> name of everybody who can be a partner."""
    return {str(id): name for label in PARTNERS for id, name in landscape.nodes(label)["name"].items()}


def partners_inside(landscape: Landscape) -> set[str]:
    """Return the ids of the partners that belong to the area."""
    found: set[str] = set()
    for label in PARTNERS:
        frame = landscape.nodes(label)
        found |= set(frame.index[frame["inside"]])
    return found
