"""Which part of the network is looked at? Around one node, one organisation, or all of the area; kinds and word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import networkx as nx
import numpy as np

from analysis.declared import (
    BOTH,
    NOT_ASKED,
    NOT_PERCEIVED,
    NOT_SAID_WHO,
    OBSERVED,
    OTHERS_NAMED,
    PERCEIVED_ONLY,
    link_states,
)
from analysis.kernels.communities import leiden
from graphmodel.errors import InputError, UnknownName
from graphmodel.landscape import Landscape
from graphmodel.schema import LINK_TYPES, PARTNER_LINKS
from views.network import (
    MAX_NODES,
    NO_SECTOR,
    SAID,
    Drawing,
    draw,
    link_table,
    name_of,
    node_table,
    public_graph,
    sector_key,
)

AROUND, BODY, AREA = "Around one", "One organisation", "All of the area"
SCOPES = (AROUND, BODY, AREA)
HOPS = (1, 2, 3)

# Code in the address -> words and link types. Areas join everything in them, so they are off at first.
KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "refers": ("refers", ("REFERS_TO",)),
    "escalates": ("passes worries on", ("ESCALATES_TO",)),
    "shares": ("shares information", ("SHARES_INFORMATION_WITH",)),
    "together": ("delivers together", ("CO_DELIVERS_WITH",)),
    "trains": ("trains", ("TRAINS",)),
    "answers": ("answers to", ("ACCOUNTABLE_TO",)),
    "pays": ("pays for, commissions", ("FUNDS", "COMMISSIONS")),
    "runs": ("runs", ("RUNS",)),
    "contexts": ("guards, works on contexts", ("GUARDIAN_OF", "TARGETS")),
    "beside": ("borders on", ("ADJACENT_TO",)),
    "members": ("members and parts", ("MEMBER_OF", "PART_OF")),
    "sessions": ("delivers at", ("DELIVERS",)),
    "work": (
        "assessments, goals, measures",
        ("ASSESSES", "SETS", "TOWARDS", "DONE_WITH", "MEASURES", "OBSERVED_IN"),
    ),
    "areas": ("areas", ("WITHIN", "SERVES", "ESTIMATED_FOR")),
}
FIRST_KINDS = ("refers", "escalates", "shares", "together", "trains", "answers", "pays", "runs")
# Never drawn unless asked for: an area joins everything in it, and so explains nothing.
OFF_AT_FIRST = frozenset({"WITHIN", "SAME_AS", "SERVES", "ESTIMATED_FOR", "OBSERVED_IN"})

_SAID_OF_STATE = {
    BOTH: "both",
    PERCEIVED_ONLY: "perceived",
    NOT_PERCEIVED: "not_perceived",
    OTHERS_NAMED: "not_perceived",
    NOT_ASKED: "not_asked",
    OBSERVED: "observed",
}
GATHERED = "community:"
_MOST_COMMUNITIES = 60
_KEPT = 64

Graph = nx.MultiDiGraph


@dataclass(frozen=True, slots=True)
class Choice:
    """What is looked at: the scope, the node in the middle (None for an area), hops, link types, and whose word."""

    scope: str
    centre: str | None
    hops: int = 1
    types: tuple[str, ...] = tuple(PARTNER_LINKS)
    said: tuple[str, ...] = tuple(SAID)


class NetworkView:
    """The network of a landscape, read once: what can be searched, where to begin, and drawings of parts of it."""

    def __init__(self, landscape: Landscape) -> None:
        """Read the public graph of the landscape; each link carries ``said``, each service its runner's sector."""
        self.graph = marked(public_graph(landscape.graph()), link_states(landscape))
        self.options = search_options(self.graph)
        self.bodies = {id: told for id, told in self.options.items() if self.graph.nodes[id]["label"] == "Organisation"}
        not_areas = set(LINK_TYPES) - set(KINDS["areas"][1])
        self.linked = {id for start, end, *_ in _links(self.graph, not_areas) for id in (start, end)}
        self.centre = first_centre(self.graph)
        self.counts = kind_counts(self.graph)
        self.said = said_counts(self.graph)
        self._drawings: dict[Choice, Drawing] = {}

    def drawing(self, choice: Choice) -> Drawing:
        """Return the drawing of a part; beyond ``MAX_NODES`` nodes, of its communities. The last ones are kept."""
        if choice not in self._drawings:
            if len(self._drawings) >= _KEPT:
                self._drawings.pop(next(iter(self._drawings)))
            part = part_of(self.graph, choice)
            self._drawings[choice] = draw(part, choice.centre) if len(part) <= MAX_NODES else gathered(part)
        return self._drawings[choice]


def marked(graph: Graph[str], states: Mapping[tuple[str, str, str], str]) -> Graph[str]:
    """Return the graph with ``said`` on every link and ``sector`` on services; what no one can judge is left out.

    A perceived link without a record of who was asked says nothing of what young people perceive: it is no link here.
    """
    for start, end, key, link in list(graph.edges(keys=True, data=True)):
        state = states.get((link["type"], start, end))
        if state == NOT_SAID_WHO or (link.get("basis") == "perceived" and not link.get("asked")):
            graph.remove_edge(start, end, key)
        else:
            link["said"] = _SAID_OF_STATE.get(state or "", "record")
            if link["type"] == "RUNS" and graph.nodes[end]["label"] == "Service":
                graph.nodes[end].setdefault("sector", graph.nodes[start].get("sector"))
    return graph


def part_of(graph: Graph[str], choice: Choice) -> Graph[str]:
    """Return the part of a graph that a choice names; raises UnknownName for a node that is not in it."""
    if choice.scope == AREA:
        return in_area(graph, choice.types, choice.said)
    if choice.centre is None or choice.centre not in graph:
        raise UnknownName(f"'{choice.centre}' is not in this landscape; choose another centre.")
    if choice.scope == BODY:
        return of_body(graph, choice.centre, choice.types, choice.said)
    return ego_network(graph, choice.centre, hops=choice.hops, types=choice.types, said=choice.said, max_nodes=None)


def ego_network(
    graph: Graph[str],
    centre: str,
    *,
    hops: int = 1,
    types: Collection[str] | None = None,
    said: Collection[str] = tuple(SAID),
    max_nodes: int | None = MAX_NODES,
) -> Graph[str]:
    """Return what lies within ``hops`` links of ``centre``, in either direction, over links of these types and word.

    Raises UnknownName if the centre is not in the graph and InputError beyond ``max_nodes`` nodes.
    """
    if centre not in graph:
        raise UnknownName(f"'{centre}' is not in this landscape; choose another centre.")
    kept = _of(graph, _links(graph, set(LINK_TYPES) - OFF_AT_FIRST if types is None else types, said), [centre])
    near = nx.single_source_shortest_path_length(kept.to_undirected(as_view=True), centre, cutoff=hops)
    if max_nodes is not None and len(near) > max_nodes:
        raise InputError(
            f"{len(near):,} nodes lie within {hops} link(s) of it, and at most {max_nodes} are drawn. "
            "Take fewer hops or kinds of link, or raise max_nodes."
        )
    return kept.subgraph(sorted(near)).copy()


def of_body(graph: Graph[str], body: str, types: Collection[str], said: Collection[str] = tuple(SAID)) -> Graph[str]:
    """Return an organisation with all that it runs, and who any of that is linked to; what it runs is always there."""
    runs = [edge for edge in graph.out_edges(body, keys=True, data=True) if edge[3]["type"] == "RUNS"]
    own = {body, *(end for _, end, *_ in runs)}
    links = [edge for edge in _links(graph, types, said) if edge[0] in own or edge[1] in own]
    return _of(graph, [*runs, *links], [body])


def in_area(graph: Graph[str], types: Collection[str], said: Collection[str] = tuple(SAID)) -> Graph[str]:
    """Return the links of which both ends belong to the area, with their ends.

    Who has no place belongs to it by a link to somebody who has, so that one end would bring in all that they do.
    """
    return _of(graph, _of_area(graph, types, said))


def leading_out(graph: Graph[str], types: Collection[str], said: Collection[str] = tuple(SAID)) -> int:
    """Return how many links lead out of the area: one end belongs to it, the other does not."""
    inside = {id for id, here in graph.nodes(data="inside", default=True) if here}
    return sum((edge[0] in inside) != (edge[1] in inside) for edge in _links(graph, types, said))


def gathered(part: Graph[str], *, seed: int = 0) -> Drawing:
    """Return the drawing of a large part by its communities (Leiden): each stands for those who deal with each other.

    A community is called after the best linked of its members, and clicking it goes there. The tables hold every node
    and link.
    """
    ids = sorted(part)
    position = {id: i for i, id in enumerate(ids)}
    edges = np.array([(position[a], position[b]) for a, b in part.edges() if a != b], np.int64).reshape(-1, 2)
    found = leiden(len(ids), edges, runs=3, seed=seed)
    degree = dict(part.degree())
    groups: dict[int, list[str]] = {}
    for id, community in zip(ids, found.tolist(), strict=True):
        groups.setdefault(community, []).append(id)
    led = {number: min(held, key=lambda id: (-degree[id], id)) for number, held in groups.items()}
    shown = sorted(groups, key=lambda number: (-len(groups[number]), led[number]))[:_MOST_COMMUNITIES]
    drawn: Graph[str] = nx.MultiDiGraph()
    for number in shown:
        lead, more = led[number], len(groups[number]) - 1
        name = f"{name_of(part, lead)} and {more:,} more" if more else name_of(part, lead)
        size = round(8 + 4 * len(groups[number]) ** 0.5, 1)
        sectors = Counter(sector_key(part.nodes[id]) for id in groups[number])
        main = min(sectors, key=lambda sector: (sector == NO_SECTOR, -sectors[sector], sector))
        drawn.add_node(f"{GATHERED}{lead}", label="Gathered", name=name, sector=main, size=min(size, 60))
    between = Counter(tuple(sorted((int(found[a]), int(found[b])))) for a, b in edges.tolist() if found[a] != found[b])
    for (one, other), count in sorted(between.items()):
        if one in shown and other in shown:
            _join(drawn, f"{GATHERED}{led[one]}", f"{GATHERED}{led[other]}", count)
    sentence = _sentence(len(part), len(groups), len(shown))
    return replace(
        draw(drawn, gathered=sentence), node_rows=node_table(part), link_rows=link_table(part), graph=part
    )  # fmt: skip


def kind_counts(graph: Graph[str]) -> dict[str, int]:
    """Return how many links of each kind there are in the area; kinds that are loaded nowhere are left out."""
    here: Counter[object] = Counter(link["type"] for *_, link in _of_area(graph, tuple(LINK_TYPES), tuple(SAID)))
    loaded = {str(link["type"]) for _, _, link in graph.edges(data=True)}
    return {
        code: sum(here[type] for type in types) for code, (_, types) in KINDS.items() if not loaded.isdisjoint(types)
    }


def said_counts(graph: Graph[str]) -> dict[str, int]:
    """Return how many links in the area rest on whose word, of the first kinds and guardians of contexts."""
    types = _types(FIRST_KINDS) | {"GUARDIAN_OF"}
    here: Counter[object] = Counter(link["said"] for *_, link in _of_area(graph, types, tuple(SAID)))
    loaded = {str(link["said"]) for _, _, link in graph.edges(data=True)}
    return {said: here[said] for said in SAID if said in loaded}


def search_options(graph: Graph[str]) -> dict[str, str]:
    """Return id -> "name · what it is" of everything a network can be drawn around, by name."""
    told = {
        id: f"{node.get('name', id)} · {node['label'].lower()}"
        for id, node in graph.nodes(data=True)
        if node["label"] not in ("Postcode", "Source", "Area")
    }
    return dict(sorted(told.items(), key=lambda item: (item[1].casefold(), item[0])))


def first_centre(graph: Graph[str]) -> str | None:
    """Return the node with the most partner links, so that the page opens on something; ties go to the first id.

    Without partner links it is the one with the most links of the other kinds that are on at first.
    """
    for types in (set(PARTNER_LINKS), _types(FIRST_KINDS)):
        count = Counter(id for start, end, *_ in _links(graph, types) for id in (start, end))
        held = {id: n for id, n in count.items() if graph.nodes[id].get("inside", True)} or count
        if held:
            return min(held, key=lambda id: (-held[id], id))
    return min((id for id, node in graph.nodes(data=True) if node["label"] == "Organisation"), default=None)


def types_of(kinds: Iterable[str]) -> tuple[str, ...]:
    """Return the link types of these kinds, in their order."""
    return tuple(type for code in KINDS if code in set(kinds) for type in KINDS[code][1])


def _types(kinds: Iterable[str]) -> set[str]:
    return set(types_of(kinds))


def _links(
    graph: Graph[str], types: Collection[str], said: Collection[str] = tuple(SAID)
) -> Iterator[tuple[str, str, str, dict[str, object]]]:
    wanted, word = set(types), set(said)
    for edge in graph.edges(keys=True, data=True):
        if edge[3]["type"] in wanted and edge[3]["said"] in word:
            yield edge


def _of_area(
    graph: Graph[str], types: Collection[str], said: Collection[str]
) -> Iterator[tuple[str, str, str, dict[str, object]]]:
    inside = {id for id, here in graph.nodes(data="inside", default=True) if here}
    return (edge for edge in _links(graph, types, said) if edge[0] in inside and edge[1] in inside)


def _of(
    graph: Graph[str], links: Iterable[tuple[str, str, str, dict[str, object]]], more: Iterable[str] = ()
) -> Graph[str]:
    """Return the graph of these links, with their ends and ``more``."""
    kept: Graph[str] = nx.MultiDiGraph()
    for start, end, key, link in links:
        kept.add_edge(start, end, key, **link)
    kept.add_nodes_from(more)
    kept.add_nodes_from((id, graph.nodes[id]) for id in list(kept))
    return kept


def _join(drawn: Graph[str], one: str, other: str, count: int) -> None:
    words = f"{count:,} {'link' if count == 1 else 'links'} with"
    width = round(min(1 + count**0.5, 10), 1)
    drawn.add_edge(one, other, f"{one} {other}", type=words, words=words, said="record", width=width)


def _sentence(nodes: int, communities: int, shown: int) -> str:
    few = "" if shown == communities else f", the {shown:,} largest of which are drawn"
    return (
        f"{nodes:,} nodes are more than the {MAX_NODES} that can be drawn: they are gathered into {communities:,} "
        f"communities of those who deal with each other{few}. A line is as wide as the links between two are many. "
        "Click one to go to its best linked member, or take fewer kinds of link; the tables have every node and link."
    )
