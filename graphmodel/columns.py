"""How do nodes and links become columns? One Arrow table per label and link type, in the order of the schema.

A node table has ``id``, every field of the label and ``suppressed``; a point field becomes ``longitude`` and
``latitude`` (WGS-84) with ``x`` and ``y`` (metres in the landscape's CRS), an hours field its text and ``<name>_week``.
A link table has ``id``, ``start``, ``end`` (ids) and the fields of the type; a link's own dates ``start`` and
``end`` are the columns ``start_date`` and ``end_date``. Rows are sorted by id (links by start, end, id),
so that nothing depends on the order in which a store answers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from graphmodel.records import NodeRecord, Record
from graphmodel.schema import LINK_TYPES, NODE_TYPES, Field, link_fields, node_fields
from graphmodel.settings import Settings

# Changes of the columns themselves: a snapshot of another format is not read.
COLUMNS_VERSION = 2
NOWHERE_CRS = "EPSG:4087"
BATCH_ROWS = 20_000

_ARROW = {
    "text": pa.string(),
    "code": pa.string(),
    "geometry": pa.string(),
    "codes": pa.list_(pa.string()),
    "texts": pa.list_(pa.string()),
    "numbers": pa.list_(pa.float64()),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us", "UTC"),
}


class Tables(Protocol):
    """Where a landscape's columns come from: memory, or a snapshot on disk."""

    @property
    def crs(self) -> str:
        """The projected CRS of x and y, as pyproj reads it."""

    def nodes(self, label: str) -> pa.Table:
        """Return the table of a label."""

    def links(self, type: str) -> pa.Table:
        """Return the table of a link type."""


@dataclass(frozen=True)
class MemoryTables:
    """Tables held in memory."""

    crs: str
    node_tables: Mapping[str, pa.Table]
    link_tables: Mapping[str, pa.Table]

    def nodes(self, label: str) -> pa.Table:
        """Return the table of a label."""
        return self.node_tables[label]

    def links(self, type: str) -> pa.Table:
        """Return the table of a link type."""
        return self.link_tables[type]


def point_field(label: str) -> str | None:
    """Return the name of the label's point field, or None."""
    return next((f.name for f in NODE_TYPES[label].fields if f.kind == "point"), None)


def link_column(field: str) -> str:
    """Return the column of a link's field: FUNDS has dates called start and end, which are names of its ends here."""
    return f"{field}_date" if field in ("start", "end") else field


LOCATED: tuple[str, ...] = tuple(label for label in NODE_TYPES if point_field(label))


def tables_of(records: Iterable[Record], settings: Settings) -> MemoryTables:
    """Return the columns of ``records``, which are complete: every node and link of the landscape.

    Records of one id are put together; of those that give a field the first holds.
    """
    nodes: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    links: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for record in records:
        if isinstance(record, NodeRecord):
            row, rows = {**record.properties, "id": record.id}, nodes[record.label]
        else:
            fields = {link_column(name): value for name, value in record.properties.items()}
            row, rows = {**fields, "id": record.id, "start": record.start, "end": record.end}, links[record.type]
        rows[record.id] = {**row, **rows.get(record.id, {})}
    return build(lambda label: nodes[label].values(), lambda type: links[type].values(), settings)


def build(
    read_nodes: Callable[[str], Iterable[Mapping[str, Any]]],
    read_links: Callable[[str], Iterable[Mapping[str, Any]]],
    settings: Settings,
) -> MemoryTables:
    """Return the columns of what the two readers give for each label and link type."""
    node_tables = {label: node_table(label, read_nodes(label)) for label in NODE_TYPES}
    crs, placed = _with_metres(node_tables, settings)
    return MemoryTables(crs, placed, {type: link_table(type, read_links(type)) for type in LINK_TYPES})


def node_table(label: str, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Return the table of a label from property maps with ``id``; x and y are still empty."""
    return _table(rows, ["id"], list(node_fields(label).values())).sort_by("id")


def link_table(type: str, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Return the table of a link type from property maps with ``id``, ``start`` and ``end``."""
    fields = [replace(field, name=link_column(field.name)) for field in link_fields(type).values()]
    table = _table(rows, ["id", "start", "end"], fields)
    return table.sort_by([("start", "ascending"), ("end", "ascending"), ("id", "ascending")])


def _table(rows: Iterable[Mapping[str, Any]], keys: list[str], fields: list[Field]) -> pa.Table:
    # In batches: a country's rows as Python objects, all at once, would not fit.
    waiting = iter(rows)
    batches = [_batch([], keys, fields)]
    while batch := list(islice(waiting, BATCH_ROWS)):
        batches.append(_batch(batch, keys, fields))
    return pa.concat_tables(batches)


def _batch(rows: list[Mapping[str, Any]], keys: list[str], fields: list[Field]) -> pa.Table:
    columns: dict[str, pa.Array] = {key: pa.array([row[key] for row in rows], pa.string()) for key in keys}
    for field in fields:
        if field.kind == "point":
            points = [row.get(field.name) for row in rows]
            for position, name in enumerate(("longitude", "latitude")):
                columns[name] = pa.array([None if p is None else p[position] for p in points], pa.float64())
            columns["x"] = columns["y"] = pa.nulls(len(rows), pa.float64())
        elif field.kind == "hours":
            for name in field.properties:
                columns[name] = pa.array([row.get(name) for row in rows], pa.string())
        else:
            columns[field.name] = pa.array([row.get(field.name) for row in rows], _ARROW[field.kind])
    columns["suppressed"] = pa.array([row.get("suppressed") for row in rows], pa.list_(pa.string()))
    return pa.table(columns)


def _with_metres(tables: dict[str, pa.Table], settings: Settings) -> tuple[str, dict[str, pa.Table]]:
    """Project every point into one CRS, chosen by the areas' inner points, or by all points where no area has one."""
    seeds = _points(tables, ["Area"]) or _points(tables, LOCATED)
    if not seeds:
        return settings.crs or NOWHERE_CRS, tables
    from graphmodel.geography import local_crs, to_metres

    longitudes, latitudes = (pa.concat_arrays(part).to_numpy() for part in zip(*seeds, strict=True))
    crs = local_crs(longitudes, latitudes, settings)
    placed = dict(tables)
    for label in LOCATED:
        table = tables[label]
        degrees = (table[name].to_numpy() for name in ("longitude", "latitude"))
        for name, metres in zip(("x", "y"), to_metres(crs, *degrees), strict=True):
            column = pa.array(metres, pa.float64(), mask=pc.is_null(table["longitude"]).to_numpy())
            table = table.set_column(table.schema.get_field_index(name), name, column)
        placed[label] = table
    return crs.to_string(), placed


def _points(tables: dict[str, pa.Table], labels: Iterable[str]) -> list[tuple[pa.Array, pa.Array]]:
    found = []
    for label in labels:
        known = tables[label].filter(pc.is_valid(tables[label]["longitude"]))
        if len(known):
            found.append((known["longitude"].combine_chunks(), known["latitude"].combine_chunks()))
    return found
