"""How is the schema said in Cypher, and how do values cross the wire and rest in a file?

Every text here runs on the bundled server and on Neo4j alike. Labels and types come only from the schema, values
only as parameters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, cast

from graphmodel.errors import InputError
from graphmodel.records import Point, Properties, Value
from graphmodel.schema import LINK_TYPES, NODE_TYPES, Field, label_of, link_fields, node_fields
from graphmodel.schema import properties as property_names

# What the store keeps for itself, beside the landscape.
INTERNAL = ("Meta", "Lock", "Load", "LoadChunk", "Edit", "Waiting")

HIDDEN = ("claims", "fingerprint")


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
    """Return the query of columns ``name`` and ``n``: how many links each type has."""
    return " UNION ALL ".join(f"MATCH ()-[r:{type}]->() RETURN '{type}' AS name, count(r) AS n" for type in LINK_TYPES)


def write_nodes(label: str) -> str:
    """Return the statement that makes or replaces nodes from ``$rows`` of id and properties (id among them)."""
    return f"UNWIND $rows AS row MERGE (n:{known_label(label)} {{id: row.id}}) SET n = row.p"


def write_links(type: str, start: str, end: str) -> str:
    """Return the statement that makes or replaces links between two labels from ``$rows`` of id, start, end, p."""
    return (
        f"UNWIND $rows AS row MATCH (a:{known_label(start)} {{id: row.start}}) "
        f"MATCH (b:{known_label(end)} {{id: row.end}}) MERGE (a)-[r:{known_type(type)} {{id: row.id}}]->(b) SET r = row.p"
    )


def delete_links(type: str, start: str) -> str:
    """Return the statement that deletes links from ``$rows`` of id and start."""
    return (
        f"UNWIND $rows AS row MATCH (a:{known_label(start)} {{id: row.start}})"
        f"-[r:{known_type(type)} {{id: row.id}}]->() DELETE r"
    )


def read_nodes(label: str, *, by_id: bool = False) -> str:
    """Return the query of the properties of a label's nodes; ``by_id`` those of ``$ids``."""
    if by_id:
        return f"UNWIND $ids AS id MATCH (n:{known_label(label)} {{id: id}}) RETURN properties(n) AS p"
    return f"MATCH (n:{known_label(label)}) RETURN properties(n) AS p"


def read_links(type: str) -> str:
    """Return the query of the properties, start and end of a type's links."""
    return f"MATCH (a)-[r:{known_type(type)}]->(b) RETURN a.id AS start, b.id AS end, properties(r) AS p"


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
    if isinstance(value, Point):
        return {"point": [value.longitude, value.latitude]}
    if isinstance(value, datetime):
        return {"datetime": value.astimezone(UTC).isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    return value


def decoded(value: Any) -> Value:
    """Return the value that ``encoded`` was given."""
    if not isinstance(value, Mapping):
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


def tidy(fields: Mapping[str, Field], values: Mapping[str, Any], *, what: str) -> Properties:
    """Return the known values in the types of their fields, so that 3 and 3.0 are one number in a float field.

    Raises InputError for a property the schema does not have.
    """
    floats = {name for name, field in fields.items() if field.kind == "number"}
    lists = {name for name, field in fields.items() if field.kind == "numbers"}
    names = set(property_names(dict(fields)))
    tidied: Properties = {}
    for name, value in values.items():
        if name not in names:
            raise InputError(f"{what} has a property '{name}' that is not in the schema.")
        if value is None:
            continue
        if name in floats:
            tidied[name] = float(value)
        elif name in lists:
            tidied[name] = [float(each) for each in value]
        else:
            tidied[name] = list(value) if isinstance(value, tuple) and not isinstance(value, Point) else value
    return tidied


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
