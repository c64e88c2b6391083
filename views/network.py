"""Who works with whom? The network around one node, laid out here and drawn by vis-network through pyvis."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from pyvis.network import Network

from graphmodel.errors import InputError, UnknownName
from graphmodel.landscape import Landscape
from graphmodel.schema import LINK_TYPES, PARTNER_LINKS
from views import theme
from views.places import LEVEL_GROUPS, label, link_words

MAX_NODES = 500
SEED = 20261123
_SCALE = 85
# The diagram is wider than it is high.
_WIDER = 1.7
_KEPT = 64
_ALL_NAMED, _WELL_LINKED = 60, 4

# Not drawn unless asked for: an area joins everything in it, and so explains nothing.
OFF_AT_FIRST = frozenset({"WITHIN", "SAME_AS", "SERVES", "ESTIMATED_FOR", "OBSERVED_IN"})
ALL, DECLARED, PERCEIVED, DIFFERENCE = "all", "declared", "perceived", "difference"
BASES = {
    ALL: "Declared and perceived",
    DECLARED: "Declared by agencies",
    PERCEIVED: "Perceived by young people",
    DIFFERENCE: "Declared, asked about, not perceived",
}
_OPTIONS: dict[str, Any] = {
    "physics": {"enabled": False},
    "interaction": {"hover": True, "tooltipDelay": 120, "navigationButtons": False, "keyboard": False},
    "nodes": {"shape": "dot", "size": 14, "borderWidth": 2},
    "edges": {"smooth": False, "arrows": {"to": {"enabled": True, "scaleFactor": 0.5}}, "width": 1.4},
}
_PAGE_POLICY = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline'; "
    "style-src 'unsafe-inline'; img-src data:\">"
)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A network ready to draw: pyvis's nodes and edges at their places, and the same as two tables."""

    nodes: list[dict[str, Any]]
    edges: list[dict[str, Any]]
    node_rows: pd.DataFrame
    link_rows: pd.DataFrame
    legend: list[tuple[str, str, str, int]]

    def as_dict(self) -> dict[str, Any]:
        """Return what the component sends to the browser; ``version`` changes with what is drawn."""
        told = repr((self.nodes, self.edges)).encode()
        version = hashlib.blake2s(told, digest_size=8).hexdigest()
        return {"nodes": self.nodes, "edges": self.edges, "options": _OPTIONS, "version": version}


class NetworkView:
    """The network of a landscape, read once: what can be searched, where to begin, and drawings around a node."""

    def __init__(self, landscape: Landscape) -> None:
        """Read the public graph of the landscape."""
        self.graph = public_graph(landscape.graph())
        self.options = search_options(self.graph)
        self.centre = first_centre(self.graph)
        self._drawings: dict[tuple[str, int, tuple[str, ...], str], Drawing] = {}

    def around(self, centre: str, hops: int, types: tuple[str, ...], basis: str) -> Drawing:
        """Return the drawing of the ego network; the last ones are kept. Raises as ``ego_network`` does."""
        key = (centre, hops, types, basis)
        if key not in self._drawings:
            if len(self._drawings) >= _KEPT:
                self._drawings.pop(next(iter(self._drawings)))
            self._drawings[key] = draw(ego_network(self.graph, centre, hops=hops, types=types, basis=basis), centre)
        return self._drawings[key]


def public_graph(graph: nx.MultiDiGraph[str]) -> nx.MultiDiGraph[str]:
    """Return the graph without confidential nodes and links."""
    hidden = [id for id, node in graph.nodes(data=True) if node.get("sensitivity") == "confidential"]
    public = graph.copy()
    public.remove_nodes_from(hidden)
    for start, end, key, link in list(public.edges(keys=True, data=True)):
        if link.get("sensitivity") == "confidential":
            public.remove_edge(start, end, key)
    return public


def ego_network(
    graph: nx.MultiDiGraph[str],
    centre: str,
    *,
    hops: int = 1,
    types: Collection[str] | None = None,
    basis: str = ALL,
    max_nodes: int = MAX_NODES,
) -> nx.MultiDiGraph[str]:
    """Return what lies within ``hops`` links of ``centre``, in either direction, over links of these types and basis.

    A perceived link counts only where it says who was asked. Raises UnknownName if the centre is not in the graph and
    InputError beyond ``max_nodes`` nodes.
    """
    if centre not in graph:
        raise UnknownName(f"'{centre}' is not in this landscape; choose another centre.")
    allowed = _links_of_basis(graph, set(LINK_TYPES) - OFF_AT_FIRST if types is None else set(types), basis)
    kept: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    kept.add_nodes_from(graph.nodes(data=True))
    for start, end, key, link in allowed:
        kept.add_edge(start, end, key, **link)
    near = nx.single_source_shortest_path_length(kept.to_undirected(as_view=True), centre, cutoff=hops)
    if len(near) > max_nodes:
        raise InputError(
            f"{len(near):,} nodes lie within {hops} link(s) of it, and at most {max_nodes} are drawn. "
            "Take fewer hops or kinds of link, or raise max_nodes."
        )
    return kept.subgraph(sorted(near)).copy()


def draw(network: nx.MultiDiGraph[str], centre: str | None = None) -> Drawing:
    """Return the drawing of a network: the same every time, laid out by springs from a fixed seed."""
    places = _layout(network, centre)
    # In a crowd of names none can be read: then only the centre and what has several links keep theirs.
    labelled = 0 if len(network) <= _ALL_NAMED else _WELL_LINKED
    pyvis = Network(directed=True, notebook=False, cdn_resources="in_line")
    for id in sorted(network):
        node = network.nodes[id]
        colour, group = _colour(node)
        pyvis.add_node(
            id,
            label=_short(node.get("name", id)) if id == centre or network.degree(id) >= labelled else " ",
            title="\n".join(str(line) for line in (node.get("name", id), group, _kind(node)) if line),
            color={"background": colour, "border": theme.LIGHT["primary"] if id == centre else colour},
            size=22 if id == centre else 14,
            x=round(float(places[id][0]) * _SCALE * _WIDER, 1),
            y=round(float(places[id][1]) * _SCALE, 1),
        )
    for start, end, key, link in sorted(network.edges(keys=True, data=True), key=lambda e: (e[0], e[1], str(e[2]))):
        perceived = link.get("basis") == "perceived"
        pyvis.add_edge(
            start,
            end,
            id=key,
            title=_link_title(network, start, end, link),
            color=theme.KINDS["organisation"][1],
            dashes=perceived,
        )
    return Drawing(pyvis.nodes, pyvis.edges, _node_rows(network), _link_rows(network), _legend(network))


def standalone(drawing: Drawing, title: str) -> str:
    """Return the drawing as one self-contained HTML page: no file and no host beside it is needed."""
    pyvis = Network(height="96vh", width="100%", directed=True, notebook=False, cdn_resources="in_line")
    # pyvis turns tips that hold "href" into HTML; broken by an invisible joiner they stay text.
    pyvis.nodes, pyvis.edges = (
        [{**item, "title": item["title"].replace("href", "hr\u2060ef")} for item in items]
        for items in (drawing.nodes, drawing.edges)
    )
    pyvis.node_ids = [node["id"] for node in drawing.nodes]
    pyvis.options = _OPTIONS
    page = str(pyvis.generate_html(notebook=False))
    page = re.sub(r"<link\b[^>]*https://[^>]*>|<script\b[^>]*https://[^>]*>\s*</script>", "", page, flags=re.DOTALL)
    page = re.sub(r"<!-- <link.*?-->", "", page, flags=re.DOTALL)
    page = re.sub(r"<center>\s*<h1>.*?</h1>\s*</center>", "", page, flags=re.DOTALL)
    head = f'<head>\n{_PAGE_POLICY}<meta name="viewport" content="width=device-width"><title>{_escaped(title)}</title>'
    return "<!doctype html>\n" + page.replace("<head>", head, 1)


def search_options(graph: nx.MultiDiGraph[str]) -> dict[str, str]:
    """Return id -> "name · what it is" of everything a network can be drawn around, by name."""
    told = {
        id: f"{node.get('name', id)} · {node['label'].lower()}"
        for id, node in graph.nodes(data=True)
        if node["label"] not in ("Postcode", "Source", "Area")
    }
    return dict(sorted(told.items(), key=lambda item: (item[1].casefold(), item[0])))


def first_centre(graph: nx.MultiDiGraph[str]) -> str | None:
    """Return the node with the most partner links, so that the page opens on something; ties go to the first id."""
    count: dict[str, int] = {}
    for start, end, link in graph.edges(data=True):
        if link["type"] in PARTNER_LINKS:
            for id in (start, end):
                count[id] = count.get(id, 0) + 1
    inside = {id: n for id, n in count.items() if graph.nodes[id].get("inside", True)} or count
    if inside:
        return min(inside, key=lambda id: (-inside[id], id))
    return min((id for id, node in graph.nodes(data=True) if node["label"] == "Organisation"), default=None)


def _links_of_basis(
    graph: nx.MultiDiGraph[str], types: set[str], basis: str
) -> list[tuple[str, str, str, dict[str, Any]]]:
    links = [
        (start, end, key, link)
        for start, end, key, link in graph.edges(keys=True, data=True)
        if link["type"] in types and (link.get("basis") != "perceived" or link.get("asked"))
    ]
    if basis == ALL:
        return links
    if basis in (DECLARED, PERCEIVED):
        return [edge for edge in links if edge[3].get("basis") == basis]
    seen = {(edge[0], edge[1], edge[3]["type"]) for edge in links if edge[3].get("basis") == "perceived"}
    # "Not asked" is not "not perceived": only bodies that young people were asked about can be missing there.
    asked_about = {id for start, end, _ in seen for id in (start, end)}
    return [
        edge
        for edge in links
        if edge[3].get("basis") == "declared"
        and (edge[0], edge[1], edge[3]["type"]) not in seen
        and {edge[0], edge[1]} & asked_about
    ]


def _layout(network: nx.MultiDiGraph[str], centre: str | None) -> Mapping[str, Any]:
    order = sorted(network)
    simple: nx.Graph[str] = nx.Graph()
    simple.add_nodes_from(order)
    simple.add_edges_from(sorted({(min(a, b), max(a, b)) for a, b in network.edges() if a != b}))
    if len(order) < 2:
        return {id: np.zeros(2) for id in order}
    size = max(len(order) ** 0.5, 1.5)
    start = nx.circular_layout(simple) if centre is None else nx.shell_layout(simple, _shells(simple, centre))
    placed: Mapping[str, Any] = nx.spring_layout(
        simple, pos=start, seed=SEED, iterations=60 if len(order) <= 200 else 30, scale=size, method="force"
    )
    return placed


def _shells(simple: nx.Graph[str], centre: str) -> list[list[str]]:
    far = nx.single_source_shortest_path_length(simple, centre)
    shells: dict[int, list[str]] = {}
    for id in simple:
        shells.setdefault(far.get(id, 99), []).append(id)
    return [shells[hop] for hop in sorted(shells)]


def _colour(node: Mapping[str, Any]) -> tuple[str, str]:
    group = "other"
    if node["label"] == "Guardian":
        group = str(node.get("sector", "other"))
    elif node["label"] == "Service":
        group = LEVEL_GROUPS.get(str(node.get("level")), "uncoded")
    elif node["label"] in ("Context", "Organisation"):
        group = node["label"].lower()
    name, colour = theme.KINDS.get(group, theme.KINDS["other"])
    return colour, node["label"] if group == "other" else name


def _kind(node: Mapping[str, Any]) -> str | None:
    lists = {"Guardian": "guardian_kinds", "Service": "service_kinds", "Context": "context_kinds"}
    if node["label"] == "Organisation":
        return label("organisation_sectors", node.get("sector"))
    return label(lists[node["label"]], node.get("kind")) if node["label"] in lists else None


def _link_title(network: nx.MultiDiGraph[str], start: str, end: str, link: Mapping[str, Any]) -> str:
    names = (network.nodes[start].get("name", start), network.nodes[end].get("name", end))
    lines = [f"{names[0]} {link_words(link['type'])} {names[1]}", link.get("basis"), link.get("formality")]
    return "\n".join(str(line) for line in lines if line)


def _node_rows(network: nx.MultiDiGraph[str]) -> pd.DataFrame:
    rows = [
        (id, node.get("name", id), _colour(node)[1], _kind(node), node.get("source_row") or node.get("source"))
        for id, node in network.nodes(data=True)
    ]
    frame = pd.DataFrame(rows, columns=pd.Index(["id", "name", "layer", "kind", "source"]))
    return frame.sort_values(["name", "id"]).reset_index(drop=True)


def _link_rows(network: nx.MultiDiGraph[str]) -> pd.DataFrame:
    rows = []
    for start, end, key, link in network.edges(keys=True, data=True):
        names = network.nodes[start].get("name", start), network.nodes[end].get("name", end)
        told = (link.get("basis"), link.get("formality"), link.get("source_row") or link.get("source"))
        rows.append((key, names[0], link_words(link["type"]), names[1], *told))
    columns = ["id", "from", "link", "to", "basis", "formality", "source"]
    return pd.DataFrame(rows, columns=columns).sort_values(["from", "link", "to", "id"]).reset_index(drop=True)


def _legend(network: nx.MultiDiGraph[str]) -> list[tuple[str, str, str, int]]:
    counts: dict[tuple[str, str], int] = {}
    for _, node in network.nodes(data=True):
        key = _colour(node)
        counts[key] = counts.get(key, 0) + 1
    return [(colour, theme.FULL, name, n) for (colour, name), n in sorted(counts.items(), key=lambda c: c[0][1])]


def _short(name: object, limit: int = 28) -> str:
    text = " ".join(str(name).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
