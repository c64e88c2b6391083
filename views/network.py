"""How is a network drawn? Nodes at places computed here, by sector and sort; links by whose word they rest on.

vis-network draws it through pyvis, in the app and in one file to take away.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from pyvis.network import Network

from views import theme
from views.markup import html
from views.network_layout import layout
from views.places import label, link_words

MAX_NODES = 500
_SCALE = 85
# The diagram is wider than it is high.
_WIDER = 1.3
# In a crowd of names none can be read: then only the centre and the best linked keep theirs.
_ALL_NAMED, _MOST_NAMED = 60, 24

# Whose word a link rests on: words, colour, width, and the dashes of its line (pixels on and off; none is a full line).
SAID: dict[str, tuple[str, str, float, tuple[int, ...]]] = {
    "both": ("Declared and perceived", "#0B8079", 3.2, ()),
    "perceived": ("Perceived, not declared", "#B06A00", 2.4, (2, 5)),
    "not_perceived": ("Declared, asked about, not perceived", "#5B6770", 1.8, (10, 7)),
    "not_asked": ("Declared, nobody was asked", "#7D8890", 1.4, ()),
    "observed": ("Observed only", "#0072B2", 1.8, (10, 4, 2, 4)),
    "record": ("On record", "#AEB5B9", 1.0, ()),
}
# What a node is, by its shape; the sign stands for it in legends and tables.
SHAPES: dict[str, tuple[str, str, str]] = {
    "Organisation": ("dot", "●", "Organisation"),
    "Guardian": ("triangle", "▲", "Guardian"),
    "Service": ("square", "■", "Service"),
    "Context": ("diamond", "◆", "Context"),
    "Forum": ("star", "★", "Forum"),
    "Programme": ("hexagon", "⬢", "Programme"),
    "Gathered": ("dot", "●", "Community of several"),
}
_OTHER_SHAPE = ("triangleDown", "▼", "Other")
NO_SECTOR, NOT_KNOWN = "none", "unknown"
_WITH_A_SECTOR = ("Organisation", "Guardian", "Service", "Gathered")

_OPTIONS: dict[str, Any] = {
    "physics": {"enabled": False},
    "interaction": {"hover": True, "tooltipDelay": 120, "navigationButtons": False, "keyboard": False},
    "nodes": {"shape": "dot", "size": 14, "borderWidth": 2},
    "edges": {"smooth": False, "arrows": {"to": {"enabled": True, "scaleFactor": 0.5}}},
}
_PAGE_POLICY = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline'; "
    "style-src 'unsafe-inline'; img-src data:\">"
)
_PAGE_STYLE = (
    "<style>body {font: 14px sans-serif; margin: 8px} .key {display: inline-block; margin: 0 14px 4px 0} "
    ".card {border: 0 !important} #mynetwork {border: 0 !important}</style>"
)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A network ready to draw: pyvis's nodes and edges at their places, the same as two tables, and three legends.

    ``legend``: sectors as colour, fill, label and count. ``shapes``: sign, label, count. ``said``: key of ``SAID`` ->
    number of links. ``gathered`` is the sentence where nodes stand for many, else empty.
    """

    nodes: list[dict[str, Any]]
    edges: list[dict[str, Any]]
    node_rows: pd.DataFrame
    link_rows: pd.DataFrame
    legend: list[tuple[str, str, str, int]]
    shapes: list[tuple[str, str, int]]
    said: dict[str, int]
    graph: nx.MultiDiGraph[str] = field(repr=False)
    gathered: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return what the component sends to the browser; ``version`` changes with what is drawn."""
        sent = ("id", "label", "title", "shape", "color", "size", "x", "y")
        nodes = [{name: node[name] for name in sent} for node in self.nodes]
        # Names stand in the nodes already: of a link only the words between them are sent.
        edges = [[edge["id"], edge["from"], edge["to"], *edge["told"], edge["width"]] for edge in self.edges]
        version = hashlib.blake2s(repr((nodes, edges)).encode(), digest_size=8).hexdigest()
        styles = {said: [colour, list(dashes)] for said, (_, colour, _, dashes) in SAID.items()}
        return {"nodes": nodes, "edges": edges, "styles": styles, "options": _options(self), "version": version}


def public_graph(graph: nx.MultiDiGraph[str]) -> nx.MultiDiGraph[str]:
    """Return the graph without confidential nodes and links."""
    hidden = [id for id, node in graph.nodes(data=True) if node.get("sensitivity") == "confidential"]
    public = graph.copy()
    public.remove_nodes_from(hidden)
    for start, end, key, link in list(public.edges(keys=True, data=True)):
        if link.get("sensitivity") == "confidential":
            public.remove_edge(start, end, key)
    return public


def draw(network: nx.MultiDiGraph[str], centre: str | None = None, *, gathered: str = "") -> Drawing:
    """Return the drawing of a network: the same every time, laid out by springs.

    Links of one kind between the same two on the same word are one line; the table has each of them.
    """
    places = layout(network, centre)
    named = _named(network, places, centre)
    pyvis = Network(directed=not gathered, notebook=False, cdn_resources="in_line")
    for id in sorted(network):
        node = network.nodes[id]
        colour, sector = sector_of(node)
        pyvis.add_node(
            id,
            label=_short(name_of(network, id)) if id in named else " ",
            title="\n".join(str(line) for line in (name_of(network, id), kind_of(node), sector) if line),
            shape=shape_of(node)[0],
            color={"background": colour, "border": theme.LIGHT["primary"] if id == centre else colour},
            size=node.get("size", 22 if id == centre else 14),
            x=round(float(places[id][0]) * _SCALE * _WIDER, 1),
            y=round(float(places[id][1]) * _SCALE, 1),
        )
    for start, end, key, link in _lines(network):
        _, colour, width, dashes = SAID[said_of(link)]
        pyvis.add_edge(
            start,
            end,
            id=key,
            title=_link_title(network, start, end, link),
            color=colour,
            width=link.get("width", width),
            dashes=list(dashes) or False,
            told=(words_of(link), said_of(link), _besides(link)),
        )
    return Drawing(
        pyvis.nodes,
        pyvis.edges,
        node_table(network),
        link_table(network),
        sector_legend(node for _, node in network.nodes(data=True)),
        _shape_legend(network),
        {said: n for said in SAID if (n := sum(said_of(link) == said for *_, link in network.edges(data=True)))},
        network,
        gathered,
    )


def standalone(drawing: Drawing, title: str) -> str:
    """Return the drawing with its legend as one self-contained HTML page: no file and no host beside it is needed."""
    pyvis = Network(height="90vh", width="100%", directed=not drawing.gathered, notebook=False, cdn_resources="in_line")
    # pyvis turns tips that hold "href" into HTML; broken by an invisible joiner they stay text.
    pyvis.nodes, pyvis.edges = (
        [{**item, "title": item["title"].replace("href", "hr\u2060ef")} for item in items]
        for items in (_readable(drawing.nodes), [{**edge, "told": None} for edge in drawing.edges])
    )
    pyvis.node_ids = [node["id"] for node in drawing.nodes]
    pyvis.options = _options(drawing)
    page = str(pyvis.generate_html(notebook=False))
    page = re.sub(r"<link\b[^>]*https://[^>]*>|<script\b[^>]*https://[^>]*>\s*</script>", "", page, flags=re.DOTALL)
    page = re.sub(r"<!-- <link.*?-->", "", page, flags=re.DOTALL)
    page = re.sub(r"<center>\s*<h1>.*?</h1>\s*</center>", "", page, flags=re.DOTALL)
    head = (
        f'<head>\n{_PAGE_POLICY}<meta name="viewport" content="width=device-width">'
        f"<title>{html(title)}</title>{_PAGE_STYLE}"
    )
    page = page.replace("<head>", head, 1).replace("<html>", '<html lang="en">', 1)
    return "<!doctype html>\n" + page.replace("<body>", f"<body>\n{_page_legend(drawing)}", 1)


def said_legend(said: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """Return the legend of the lines drawn: the line as HTML, its words, how many."""
    return [(_sample(name), SAID[name][0], count) for name, count in said.items()]


def sector_of(node: Mapping[str, Any]) -> tuple[str, str | None]:
    """Return the colour and the sector of a node in words; a service has that of who runs it."""
    if node["label"] not in _WITH_A_SECTOR:
        return theme.SECTORS[NO_SECTOR][1], None
    name, colour = theme.SECTORS.get(_sector(node), theme.SECTORS[NOT_KNOWN])
    return colour, name


def sector_key(node: Mapping[str, Any]) -> str:
    """Return the key of ``theme.SECTORS`` that a node is drawn with."""
    if node["label"] not in _WITH_A_SECTOR:
        return NO_SECTOR
    return _sector(node) if _sector(node) in theme.SECTORS else NOT_KNOWN


def sector_legend(nodes: Any) -> list[tuple[str, str, str, int]]:
    """Return the legend of these nodes' colours with counts."""
    counts = Counter(sector_key(node) for node in nodes)
    return [(colour, theme.FULL, name, counts[key]) for key, (name, colour) in theme.SECTORS.items() if counts[key]]


def shape_of(node: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return the shape of a node, its sign, and what it stands for."""
    return SHAPES.get(node["label"], _OTHER_SHAPE)


def name_of(network: nx.MultiDiGraph[str], id: str) -> str:
    """Return the name of a node, or its id."""
    return str(network.nodes[id].get("name", id))


def kind_of(node: Mapping[str, Any]) -> str | None:
    """Return what a node is in words: its kind where it has one."""
    lists = {"Guardian": "guardian_kinds", "Service": "service_kinds", "Context": "context_kinds"}
    found = label(lists[node["label"]], node.get("kind")) if node["label"] in lists else None
    return f"{node['label']}: {found.lower()}" if found else None if node["label"] == "Gathered" else node["label"]


def link_table(network: nx.MultiDiGraph[str]) -> pd.DataFrame:
    """Return one row for each link recorded, with whose word it rests on."""
    rows = []
    for start, end, key, link in network.edges(keys=True, data=True):
        names = name_of(network, start), name_of(network, end)
        told = SAID[said_of(link)][0], link.get("asked"), link.get("formality")
        rows.append((key, names[0], words_of(link), names[1], *told, link.get("source_row") or link.get("source")))
    columns = pd.Index(["id", "from", "link", "to", "whose word", "who was asked", "formality", "source"])
    return pd.DataFrame(rows, columns=columns).sort_values(["from", "link", "to", "id"]).reset_index(drop=True)


def node_table(network: nx.MultiDiGraph[str]) -> pd.DataFrame:
    """Return one row for each node, by name."""
    rows = [
        (
            id,
            name_of(network, id),
            kind_of(node),
            sector_of(node)[1],
            network.degree(id),
            node.get("source_row") or node.get("source"),
        )
        for id, node in network.nodes(data=True)
    ]
    frame = pd.DataFrame(rows, columns=pd.Index(["id", "name", "kind", "sector", "links", "source"]))
    return frame.sort_values(["name", "id"]).reset_index(drop=True)


def said_of(link: Mapping[str, Any]) -> str:
    """Return the key of ``SAID`` of a link; one that nobody has judged is on record."""
    return str(link.get("said", "record"))


def words_of(link: Mapping[str, Any]) -> str:
    """Return the words between the two ends of a link."""
    return str(link.get("words") or link_words(link["type"]))


def _options(drawing: Drawing) -> dict[str, Any]:
    """Return vis-network's options; lines between communities have no direction."""
    if not drawing.gathered:
        return _OPTIONS
    return {**_OPTIONS, "edges": {**_OPTIONS["edges"], "arrows": {"to": {"enabled": False}}}}


def _lines(network: nx.MultiDiGraph[str]) -> list[tuple[str, str, str, dict[str, Any]]]:
    seen: dict[tuple[str, str, str, str], tuple[str, str, str, dict[str, Any]]] = {}
    for edge in sorted(network.edges(keys=True, data=True), key=lambda e: (e[0], e[1], str(e[2]))):
        seen.setdefault((edge[0], edge[1], edge[3]["type"], said_of(edge[3])), edge)
    return list(seen.values())


def _named(network: nx.MultiDiGraph[str], places: Mapping[str, np.ndarray], centre: str | None) -> set[str]:
    """Return whose names are drawn: all of a few; of many the centre's and the best linked whose names lie on no other.

    A diagram is taken to be about 110 characters wide and 35 lines high.
    """
    order = sorted(network, key=lambda id: (id != centre, -network.degree(id), id))
    spread = np.array([places[id] for id in order]).reshape(-1, 2)
    wide, high = np.maximum((spread.max(axis=0) - spread.min(axis=0)) if len(order) else np.ones(2), 1.0)
    found: list[tuple[str, float, float, float]] = []
    for id in order:
        x, y = places[id]
        half = len(_short(name_of(network, id))) * wide / 220
        clear = all(abs(y - b) > high / 35 or abs(x - a) > half + c for _, a, b, c in found)
        if id == centre or (
            clear and (len(network) <= _ALL_NAMED or (len(found) < _MOST_NAMED and network.degree(id) > 1))
        ):
            found.append((id, x, y, half))
    return {id for id, *_ in found}


def _sector(node: Mapping[str, Any]) -> str:
    return str(node.get("sector") or NOT_KNOWN)


def _link_title(network: nx.MultiDiGraph[str], start: str, end: str, link: Mapping[str, Any]) -> str:
    sentence = f"{name_of(network, start)} {words_of(link)} {name_of(network, end)}"
    return "\n".join(filter(None, (sentence, _besides(link))))


def _besides(link: Mapping[str, Any]) -> str:
    """Return whose word a link rests on, who was asked and how formal it is, line by line."""
    told = () if said_of(link) == "record" else (SAID[said_of(link)][0], link.get("asked"))
    return "\n".join(str(line) for line in (*told, link.get("formality")) if line)


def _shape_legend(network: nx.MultiDiGraph[str]) -> list[tuple[str, str, int]]:
    counts = Counter(shape_of(node) for _, node in network.nodes(data=True))
    return [(sign, name, counts[shape]) for shape in (*SHAPES.values(), _OTHER_SHAPE) if counts[shape]
            for _, sign, name in (shape,)]  # fmt: skip


def _sample(said: str) -> str:
    """Return a piece of the line as HTML: solid, or its dashes from left to right."""
    _, colour, width, dashes = SAID[said]
    style = f"display:inline-block;width:34px;height:{max(round(width), 2)}px;vertical-align:middle;margin-right:6px;"
    return f'<span style="{style}background:{_stripes(colour, dashes)}"></span>'


def _stripes(colour: str, dashes: Sequence[int]) -> str:
    if not dashes:
        return colour
    stops, at = [], 0
    for n, length in enumerate(dashes):
        ink = "transparent" if n % 2 else colour
        stops += [f"{ink} {at}px", f"{ink} {at + length}px"]
        at += length
    return f"repeating-linear-gradient(90deg, {', '.join(stops)})"


def _page_legend(drawing: Drawing) -> str:
    dots = [
        (f'<span style="display:inline-block;width:11px;height:11px;background:{colour};margin-right:5px"></span>', *of)
        for colour, _, *of in drawing.legend
    ]
    signs = [(f"{sign} ", name, count) for sign, name, count in drawing.shapes]
    entries = [*dots, *signs, *said_legend(drawing.said)]
    told = f"<p>{html(drawing.gathered)}</p>" if drawing.gathered else ""
    keys = "".join(f'<span class="key">{mark}{html(name)} {count:,}</span>' for mark, name, count in entries)
    return f"<div>{told}{keys}</div>"


def _readable(nodes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the nodes with dots and names as much larger as a page of about 1100 x 650 makes the whole smaller."""
    spans = [max(node[axis] for node in nodes) - min(node[axis] for node in nodes) if nodes else 0 for axis in "xy"]
    times = max(1.0, 1.2 * spans[0] / 1100, 1.2 * spans[1] / 650)
    share = 0.45 if len(nodes) > _ALL_NAMED else 0.65
    return [{**node, "size": node["size"] * share * times, "font": {"size": 12 * times}} for node in nodes]


def _short(name: object, limit: int = 28) -> str:
    text = " ".join(str(name).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
