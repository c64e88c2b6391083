"""Who deals with whom? The partner network, and the ways by which a worry is passed on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
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


def dealings(landscape: Landscape, types: Iterable[str] = PARTNER_LINKS, *, fields: Iterable[str] = ()) -> pd.DataFrame:
    """Return the links that count: id, start, end, type, source, fields. Perceived ones count where one was asked."""
    kept = []
    for type in types:
        links = landscape.links(type)
        heard = (links["basis"] != "perceived") | links["asked"].notna()
        kept.append(links.loc[heard, ["id", "start", "end", "source", "source_row", *fields]].assign(type=type))
    return pd.concat(kept, ignore_index=True)


@dataclass(frozen=True, slots=True)
class Network:
    """Nodes by their ids, in order, and edges as positions among them, int64 (e, 2)."""

    ids: tuple[str, ...]
    edges: np.ndarray

    def at(self, ids: Iterable[str]) -> list[int]:
        """Return the positions of those of the ids that are in the network, ascending."""
        wanted = set(ids)
        return [i for i, id in enumerate(self.ids) if id in wanted]


def network_of(pairs: Iterable[tuple[str, str]], more: Iterable[str] = ()) -> Network:
    """Return the network of these pairs, in their order, with ``more`` nodes that need not be joined to anybody."""
    joined = list(pairs)
    ids = tuple(sorted({id for pair in joined for id in pair} | set(more)))
    position = {id: i for i, id in enumerate(ids)}
    edges = np.array([(position[a], position[b]) for a, b in joined], np.int64).reshape(-1, 2)
    return Network(ids, edges)


def partner_pairs(landscape: Landscape) -> Network:
    """Return the undirected network of partners. A service stands with the one organisation that runs it."""
    return network_of((a, b) for a, b, _, _ in partner_links(landscape))


def partner_links(landscape: Landscape) -> list[tuple[str, str, str, str]]:
    """Return who is joined to whom, with the id of the link and its type; a service's are those of who runs it."""
    runs = landscape.links("RUNS")
    runner = runs.drop_duplicates("end").set_index("end")["start"].to_dict()
    links = dealings(landscape)
    found = []
    for start, end, id, type in zip(*(links[name] for name in ("start", "end", "id", "type")), strict=True):
        a, b = (str(runner.get(node, node)) if node.startswith("service:") else node for node in (start, end))
        if a != b:
            found.append((a, b, id, type))
    return found


def partner_network(landscape: Landscape) -> nx.Graph[str]:
    """Return the network of ``partner_pairs`` as a NetworkX graph."""
    import networkx as nx

    graph: nx.Graph[str] = nx.Graph()
    graph.add_edges_from((a, b) for a, b, _, _ in partner_links(landscape))
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
