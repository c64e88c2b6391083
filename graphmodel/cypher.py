"""How is the schema said in Cypher, and how do values cross the wire and rest in a file?

Every text here runs on the bundled server and on Neo4j alike. Labels and types come only from the schema, values
only as parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Protocol, cast

from graphmodel.errors import InputError
from graphmodel.records import Point, Properties, Value
from graphmodel.schema import BOOKKEEPING, LINK_TYPES, LIST_KINDS, NODE_TYPES, Field, label_of, link_fields, node_fields
from graphmodel.schema import properties as property_names
from graphmodel.settings import Settings

# What the store keeps for itself, beside the landscape.
INTERNAL = ("Meta", "Lock", "Load", "LoadChunk", "Edit", "Waiting")

# Looked up first: of a million values nearly all are these.
_PLAIN = frozenset({str, int, float, bool})

INTERNAL_NAMES = frozenset({
    "id", "source", "record", "number", "group", "when", "team", "node", "field", "before", "after", "undoes",
})  # fmt: skip
HIDDEN = ("claims", "fingerprint")

Run = Callable[..., list[dict[str, Any]]]


class Statements(Protocol):
    """What the parts of the store that know no driver need of it."""

    @property
    def settings(self) -> Settings:
        """The settings it was opened with."""

    def run(self, text: str, /, **parameters: Any) -> list[dict[str, Any]]:
        """Run one statement that reads, and return its rows."""

    def change(self, text: str, /, **parameters: Any) -> list[dict[str, Any]]:
        """Run one statement that writes, whole or not at all, and return its rows."""

    def transaction(self) -> AbstractContextManager[Run]:
        """Yield a function that runs statements in one transaction, committed when the block ends well."""


def constraints() -> list[str]:
    """Return the statements that make every id unique; each may be run again."""
    nodes = [
        f"CREATE CONSTRAINT {label.lower()}_id IF NOT EXISTS FOR (n:{label}) REQUIRE n.id IS UNIQUE"
        for label in (*NODE_TYPES, *INTERNAL)
    ]
    links = [
        f"CREATE CONSTRAINT {type.lower()}_id IF NOT EXISTS FOR ()-[r:{type}]-() REQUIRE r.id IS UNIQUE"
        for type in LINK_TYPES
    ]
    return nodes + links


def count_nodes() -> str:
    """Return the query of columns ``name`` and ``n``: how many nodes each label has."""
    return " UNION ALL ".join(f"MATCH (n:{label}) RETURN '{label}' AS name, count(n) AS n" for label in NODE_TYPES)


def count_links() -> str:
    """Return the query of columns ``name`` and ``n``: how many links each type has, those with none left out."""
    return "MATCH ()-[r]->() RETURN type(r) AS name, count(*) AS n"


def create_nodes(label: str, names: Iterable[str]) -> str:
    """Return the statement that makes new nodes from ``$rows``, whose ``p`` has properties of these names.

    Several times as fast on the bundled server as ``SET n = row.p``.
    """
    return f"UNWIND $rows AS row CREATE (n:{known_label(label)} {_inline(label, names)})"


def write_nodes(label: str) -> str:
    """Return the statement that makes or replaces nodes from ``$rows`` of id and properties (id among them)."""
    return f"UNWIND $rows AS row MERGE (n:{known_label(label)} {{id: row.id}}) SET n = row.p"


def delete_nodes(label: str) -> str:
    """Return the statement that deletes nodes from ``$rows`` of id."""
    return f"UNWIND $rows AS row MATCH (n:{known_label(label)} {{id: row.id}}) DETACH DELETE n"


def create_links(type: str, start: str, end: str, names: Iterable[str]) -> str:
    """Return the statement that makes new links between two labels from ``$rows`` of id, start, end, p."""
    return f"{_ends(start, end)} CREATE (a)-[r:{known_type(type)} {_inline(type, names)}]->(b)"


def write_links(type: str, start: str, end: str) -> str:
    """Return the statement that makes or replaces links between two labels from ``$rows`` of id, start, end, p."""
    return f"{_ends(start, end)} MERGE (a)-[r:{known_type(type)} {{id: row.id}}]->(b) SET r = row.p"


def update_links(type: str, start: str) -> str:
    """Return the statement that replaces the properties of links from ``$rows`` of id, start and p."""
    return f"{_links_by_id(type, start)} SET r = row.p"


def delete_links(type: str, start: str) -> str:
    """Return the statement that deletes links from ``$rows`` of id and start."""
    return f"{_links_by_id(type, start)} DELETE r"


def _ends(start: str, end: str) -> str:
    return (
        f"UNWIND $rows AS row MATCH (a:{known_label(start)} {{id: row.start}}) "
        f"MATCH (b:{known_label(end)} {{id: row.end}})"
    )


def _links_by_id(type: str, start: str) -> str:
    return (
        f"UNWIND $rows AS row MATCH (a:{known_label(start)} {{id: row.start}})-[r:{known_type(type)}]->() "
        "WHERE r.id = row.id"
    )


def _inline(name: str, names: Iterable[str]) -> str:
    """Properties as a map of the statement's text: each name must be the schema's."""
    known = {"id", *property_names(fields_of(name))} if name not in INTERNAL else INTERNAL_NAMES
    wanted = set(names)
    if wanted - known:
        raise KeyError(sorted(wanted - known))
    return "{" + ", ".join(f"`{each}`: row.p.`{each}`" for each in sorted(wanted)) + "}"


def read_nodes(label: str, *, by_id: bool = False) -> str:
    """Return the query of the properties of a label's nodes; ``by_id`` those of ``$ids``."""
    if by_id:
        return f"UNWIND $ids AS id MATCH (n:{known_label(label)} {{id: id}}) RETURN properties(n) AS p"
    return f"MATCH (n:{known_label(label)}) RETURN properties(n) AS p"


def read_links(type: str) -> str:
    """Return the query of the properties, start and end of a type's links."""
    return f"MATCH (a)-[r:{known_type(type)}]->(b) RETURN a.id AS start, b.id AS end, properties(r) AS p"


def read_link(type: str) -> str:
    """Return the query of the properties, start and end of the link ``$id`` of a type."""
    return (
        f"MATCH (a)-[r:{known_type(type)}]->(b) WHERE r.id = $id RETURN a.id AS start, b.id AS end, properties(r) AS p"
    )


def known_label(label: str) -> str:
    """Return the label, if it is one. Raises KeyError otherwise: it would go into a statement's text."""
    if label not in NODE_TYPES and label not in INTERNAL:
        raise KeyError(label)
    return label


def known_type(type: str) -> str:
    """Return the link type, if it is one. Raises KeyError otherwise."""
    if type not in LINK_TYPES:
        raise KeyError(type)
    return type


def label_of_end(id: str) -> str:
    """Return the label an end of a link belongs to. Raises InputError for an id without a known prefix."""
    label = label_of(id)
    if label is None:
        raise InputError(f"'{id}' is not an id of this landscape: it must begin with a prefix such as 'area:'.")
    return label


def encoded(value: Value) -> Any:
    """Return a value as JSON keeps it, its type still told."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Point):
        return {"point": [value.longitude, value.latitude]}
    if isinstance(value, datetime):
        return {"datetime": value.astimezone(UTC).isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    return value


def decoded(value: Any) -> Value:
    """Return the value that ``encoded`` was given."""
    if type(value) is not dict:
        return cast(Value, value)
    if "point" in value:
        return Point(*map(float, value["point"]))
    if "datetime" in value:
        return datetime.fromisoformat(value["datetime"])
    return date.fromisoformat(value["date"])


def encode_all(values: Mapping[str, Value | None]) -> dict[str, Any]:
    """Return properties as JSON keeps them."""
    return {name: None if value is None else encoded(value) for name, value in values.items()}


def decode_all(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties that ``encode_all`` was given."""
    return {name: None if value is None else decoded(value) for name, value in values.items()}


LARGEST_INTEGER = 2**63 - 1
LONGEST_ID = 1000


def tidy(name: str, id: str, values: Mapping[str, Any]) -> Properties:
    """Return the known values in the types of their fields, so that 3 and 3.0 are one number in a float field.

    ``name`` is the label or the link type. Raises InputError for what no store could keep: a property the schema
    does not have, a number beyond 64 bits, an id of more than 1,000 characters, half a character.
    """
    kinds = _kinds(name)
    tidied: Properties = {}
    for each, value in values.items():
        if each not in kinds:
            raise InputError(f"{id[:80]} has a property '{each}' that is not in the schema.")
        if value is not None and value == value:  # NaN is nothing known
            tidied[each] = _typed(kinds[each], value)
    if len(id) > LONGEST_ID or not _storable(tidied, id):
        raise InputError(f"{id[:80]!r} has an id or a value that cannot be stored.")
    return tidied


@cache
def _kinds(name: str) -> dict[str, str]:
    fields = fields_of(name).values()
    kinds = {each: "text" if field.kind == "hours" else field.kind for field in fields for each in field.properties}
    return kinds | {field.name: field.kind for field in BOOKKEEPING}


def _typed(kind: str, value: Any) -> Any:
    if kind == "number":
        return float(value)
    if kind == "numbers":
        return [float(each) for each in value]
    return list(value) if kind in LIST_KINDS else value


def _storable(values: Mapping[str, Any], id: str) -> bool:
    try:
        id.encode()
        for value in values.values():
            if isinstance(value, str):
                value.encode()
            elif isinstance(value, int) and abs(value) > LARGEST_INTEGER:
                return False
    except UnicodeEncodeError:
        return False
    return True


@cache
def fields_of(name: str) -> dict[str, Field]:
    """Return the fields of a label or a link type."""
    return node_fields(name) if name in NODE_TYPES else link_fields(name)


def shown(properties: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return properties without what only the store needs."""
    return {name: value for name, value in properties if name not in HIDDEN}


def link_row(properties: Mapping[str, Any], start: str, end: str) -> dict[str, Any]:
    """Return a link as one mapping: ``start`` and ``end`` are ids, a link's own dates ``start_date``, ``end_date``."""
    row = shown((f"{name}_date" if name in ("start", "end") else name, value) for name, value in properties.items())
    return {**row, "start": start, "end": end}
