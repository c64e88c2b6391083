"""How is a query of the library asked, shown and taken further? Forms, maps, networks, and the same in other tools."""

from __future__ import annotations

import inspect
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis import ANALYSES
from graphmodel.landscape import Landscape
from graphmodel.schema import label_of
from graphmodel.settings import Settings
from queries import AUDIENCES, Query, library
from views.maps import Mark
from views.network import public_graph

if TYPE_CHECKING:
    import networkx as nx

WITHHELD = "(confidential)"
# Before the name of a query's parameter in the address.
ADDRESS = "p_"
AUDIENCE_NAMES = dict(zip(AUDIENCES, ("Commissioners", "Pilots", "Researchers"), strict=True))

# Queries that answer what an analysis or a page shows; docs/questions.md has the same question by question.
ANSWERED_BY: Mapping[str, tuple[str, ...]] = {
    "availability": ("C4",),
    "balance": ("C3",),
    "contract_calendar": ("C7",),
    "coverage": ("C1", "C2", "R1"),
    "dependence": ("C6",),
    "gaps": ("C1", "C2", "C3", "C14", "P5", "P6"),
    "harms": ("C14",),
    "landscape": ("P2",),
    "pathways": ("P5", "P6"),
    "school_routes": ("R3",),
    "services": ("C4",),
    "what_if": ("C6",),
}

_GROUPS = {"context": "context", "service": "level_1", "session": "level_1", "org": "organisation"}


def queries_for(audience: str | None) -> dict[str, Query]:
    """Return the queries of an audience (None: all) by id, in the order of the library."""
    return {id: query for id, query in library().items() if audience in (None, query.audience)}


def answering(name: str) -> list[Query]:
    """Return the queries that answer, in Cypher, what an analysis or a page of this name shows."""
    return [library()[id] for id in ANSWERED_BY.get(name, ())]


def first_values(query: Query, area: str | None, as_of: date) -> dict[str, str]:
    """Return what the form opens with: the area and day the person looks at, else each parameter's default."""
    found = {parameter.name: parameter.default or "" for parameter in query.parameters}
    for parameter in query.parameters:
        if parameter.type == "area":
            found[parameter.name] = area or "none"
        elif parameter.type == "date" and parameter.default == "today":
            found[parameter.name] = as_of.isoformat()
    return found


def from_address(query: Query, address: Mapping[str, str]) -> dict[str, str]:
    """Return the values that an address gives the query's parameters, under ``p_<name>``; raises InputError."""
    told = {p.name: address[f"{ADDRESS}{p.name}"] for p in query.parameters if f"{ADDRESS}{p.name}" in address}
    query.values({**{p.name: p.default or "none" for p in query.parameters}, **told})
    return told


def given(query: Query, values: Mapping[str, str]) -> dict[str, str]:
    """Return the values that differ from the query's defaults: what a command line must say."""
    return {p.name: values[p.name] for p in query.parameters if values.get(p.name, "") not in ("", p.default)}


def command(query: Query, values: Mapping[str, str], *, demo: bool) -> str:
    """Return the command that asks the same."""
    from shlex import quote

    said = [f"-p {quote(f'{name}={value}')}" for name, value in given(query, values).items()]
    return " ".join(["landscape query", query.id, *said, *(["--demo"] if demo else [])])


def analysis_command(name: str, parameters: Mapping[str, Any], *, area: str | None, as_of: date, demo: bool) -> str:
    """Return the command line of an analysis that gives the same rows; what is its default is left out."""
    from shlex import quote

    known = inspect.signature(ANALYSES[name]).parameters
    said = {key: value for key, value in parameters.items() if key in known and value not in (None, known[key].default)}
    given = [f"-p {quote(f'{key}={_plain(value)}')}" for key, value in said.items()]
    where = ["--area", quote(area)] if area else []
    return " ".join(["landscape analyse", name, *given, *where, f"--as-of {as_of.isoformat()}", *["--demo"] * demo])


def _plain(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def cypher(query: Query, values: Mapping[str, Any]) -> str:
    """Return the query with its parameters as Neo4j's own tools take them, to be pasted there."""
    lines = [f":param {name} => {_literal(value)};" for name, value in query.values(dict(values)).items()]
    return "\n".join([*lines, query.text.strip()])


def notebook(query: Query, values: Mapping[str, str], *, settings: Settings) -> str:
    """Return the Python that asks the same of the same store, and goes on with a data frame and the landscape."""
    said = given(query, values)
    # What was said on the command line nobody else knows; a password is never shown.
    shown = {"data_dir": str(settings.data_dir)} if settings.origins.get("data_dir") == "option" else {}
    options = {**({"demo": True} if settings.demo else {}), **shown}
    return "\n".join(
        [
            "import pandas as pd",
            "from graphmodel import Landscape, load_settings, open_store",
            "from queries import get",
            "",
            f'query = get("{query.id}")',
            f"with open_store(load_settings({options or ''})) as store:",
            f"    rows = pd.DataFrame(store.query(query.text, query.values({said!r})).dicts())",
            "    landscape = Landscape.load(store)",
            "graph = landscape.graph()  # NetworkX; as tables: landscape.nodes(label), landscape.links(type)",
        ]
    )


def connection(settings: Settings) -> list[str]:
    """Return how to go on in Cypher with the store of these settings: to what to connect, or what stands for it."""
    if settings.neo4j_uri:
        return [
            f"Connect a Cypher tool to {settings.neo4j_uri}, database {settings.neo4j_database}, as somebody who may "
            "only read.",
        ]
    demo = " --demo" * settings.demo
    return [
        "The bundled store listens to this program alone. Save the query as question.cypher, change it, and run "
        f"landscape query question.cypher{demo}: it is asked as a reader who cannot change anything.",
        "For Neo4j Browser or Bloom move everything to a Neo4j of yours: landscape store backup, then landscape store "
        "restore with NEO4J_URI set.",
    ]


def without_confidential(rows: Sequence[Mapping[str, Any]], hidden: Iterable[str]) -> list[dict[str, Any]]:
    """Return the rows with the ids and names of confidential bodies and places taken out."""
    secret = frozenset(hidden)
    return [{name: _shown(value, secret) for name, value in row.items()} for row in rows]


def table(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return the rows as a table: lists joined, columns in the order of the query."""
    joined = [{name: "; ".join(map(str, v)) if isinstance(v, list) else v for name, v in row.items()} for row in rows]
    return pd.DataFrame(joined)


def named_in(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the ids of nodes that stand in the rows, in their order, each once."""
    found: dict[str, None] = {}
    for row in rows:
        for value in row.values():
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, str) and ":" in each and label_of(each):
                    found[each] = None
    return list(found)


def on_map(rows: Sequence[Mapping[str, Any]], landscape: Landscape) -> list[Mark]:
    """Return the places that stand in the rows as marks; services stand at their sessions."""
    wanted = named_in(rows)
    sessions = landscape.links("DELIVERS")
    at = {id: [id] for id in wanted}
    for service, session in zip(sessions["start"], sessions["end"], strict=True):
        if service in at:
            at[service].append(session)
    marks = []
    for label in ("Context", "Guardian", "Session"):
        frame = landscape.nodes(label)
        frame = frame[frame["longitude"].notna().to_numpy() & (frame["sensitivity"] != "confidential").to_numpy(bool)]
        places = frame.to_dict("index")
        for id, stands in at.items():
            for place in stands:
                if place in places:
                    marks.append(_mark(id, landscape, places[place]))
    return marks


def _mark(id: str, landscape: Landscape, place: Mapping[Any, Any]) -> Mark:
    from views import theme

    label = label_of(id) or ""
    name = landscape.nodes(label)["name"].get(id, id)
    group = str(place.get("sector")) if label == "Guardian" else _GROUPS.get(id.partition(":")[0], "other")
    return Mark(id, place["longitude"], place["latitude"], group, theme.FULL, (name, label))


def as_network(rows: Sequence[Mapping[str, Any]], landscape: Landscape) -> nx.MultiDiGraph[str]:
    """Return the nodes that stand in the rows and the links among them; areas are left out."""
    graph = public_graph(landscape.graph())
    held = [id for id in named_in(rows) if id in graph and not id.startswith("area:")]
    return graph.subgraph(held).copy()


def parquet_bytes(rows: pd.DataFrame) -> bytes:
    """Return the table as Parquet."""
    buffer = io.BytesIO()
    rows.to_parquet(buffer, index=False)
    return buffer.getvalue()


def graphml_bytes(graph: nx.MultiDiGraph[str]) -> bytes:
    """Return the network as GraphML with names, labels and link types."""
    import networkx as nx

    plain: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for id, node in graph.nodes(data=True):
        plain.add_node(id, label=node["label"], name=_in_xml(node.get("name", id)))
    for start, end, key, link in graph.edges(keys=True, data=True):
        plain.add_edge(start, end, key=key, type=link["type"], basis=str(link.get("basis", "")))
    buffer = io.BytesIO()
    nx.write_graphml(plain, buffer)
    return buffer.getvalue()


def _in_xml(text: object) -> str:
    """Return text without the characters XML cannot hold."""
    return "".join(c for c in str(text) if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff"))


def _shown(value: Any, secret: frozenset[str]) -> Any:
    if isinstance(value, list):
        return [_shown(each, secret) for each in value]
    if not isinstance(value, str):
        return value
    return WITHHELD if value in secret or any(each in value for each in secret) else value


def _literal(value: Any) -> str:
    """Return a value as Cypher writes it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return f'date("{value.isoformat()}")'
    if isinstance(value, list):
        return f"[{', '.join(_literal(each) for each in value)}]"
    if isinstance(value, int | float):
        return repr(value)
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
