"""Which records are one thing? What people decided of pairs, and the landscape's columns with each such thing once.

Nothing is deleted: a source's record stays as it was said. Where people confirmed that two records are one, whoever
reads the columns finds one row, with every field that any of them knows, and the links of all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from graphmodel.claims import Precedence
from graphmodel.columns import Tables, link_column
from graphmodel.schema import NODE_TYPES, Field, label_of, link_fields, node_fields
from graphmodel.selection import alive, members

SAME_AS = "SAME_AS"
SUGGESTED, CONFIRMED, REFUSED = "suggested", "confirmed", "refused"

_OPENNESS = ("open", "internal", "confidential")
_METRES = ("longitude", "latitude", "x", "y")


def verdicts(tables: Tables, as_of: date) -> dict[tuple[str, str], tuple[str, str]]:
    """Return (id, id) in order -> verdict and the id of the link that says so; of two links a decision counts more."""
    links = alive(tables.links(SAME_AS), as_of)
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for start, end, verdict, id in zip(*(links[n].to_pylist() for n in ("start", "end", "verdict", "id")), strict=True):
        pair = (min(start, end), max(start, end))
        if start != end and (pair not in found or found[pair][0] == SUGGESTED):
            found[pair] = (verdict or SUGGESTED, id)
    return found


def as_one(tables: Tables, as_of: date) -> Tables:
    """Return the columns with each thing once that people confirmed to be one; the very same where there is none.

    Only of records that hold on the day, and of none that is confidential. What was refused is no link any more.
    """
    said = verdicts(tables, as_of)
    if not any(verdict != SUGGESTED for verdict, _ in said.values()):
        return tables
    groups = list(_groups(pair for pair, (verdict, _) in said.items() if verdict == CONFIRMED))
    return _Joined(tables, _rows_of(tables, groups, as_of))


@dataclass(frozen=True)
class _Joined:
    """Columns in which the rows of a group are one: label -> rows, each of one thing, the first the one that stays."""

    tables: Tables
    groups: Mapping[str, list[list[dict[str, Any]]]]
    _done: dict[str, pa.Table] = field(default_factory=dict, repr=False, compare=False)

    @property
    def crs(self) -> str:
        """The projected CRS of x and y."""
        return self.tables.crs

    @property
    def stays(self) -> dict[str, str]:
        """Id of a row that is no longer there -> id of the one that speaks for it."""
        groups = (rows for groups in self.groups.values() for rows in groups)
        return {row["id"]: rows[0]["id"] for rows in groups for row in rows[1:]}

    @property
    def also(self) -> dict[str, set[str]]:
        """Id of a row of several records -> the sources of the records it speaks for."""
        groups = (rows for groups in self.groups.values() for rows in groups)
        return {rows[0]["id"]: {str(row["source"]) for row in rows[1:]} for rows in groups}

    def nodes(self, label: str) -> pa.Table:
        """Return the table of a label."""
        if label not in self._done:
            self._done[label] = self._nodes(label)
        return self._done[label]

    def links(self, type: str) -> pa.Table:
        """Return the table of a link type."""
        if type not in self._done:
            self._done[type] = self._links(type)
        return self._done[type]

    def _nodes(self, label: str) -> pa.Table:
        table, groups = self.tables.nodes(label), self.groups.get(label)
        if not groups:
            return table
        gone = [row["id"] for rows in groups for row in rows]
        merged = pa.Table.from_pylist([_merged(label, rows) for rows in groups], schema=table.schema)
        return pa.concat_tables([table.filter(pa.array(~members(table["id"], gone))), merged]).sort_by("id")

    def _links(self, type: str) -> pa.Table:
        table, stays = self.tables.links(type), self.stays
        if type == SAME_AS:
            table = table.filter(pc.fill_null(pc.not_equal(table["verdict"], REFUSED), True))
        moved = members(table["start"], stays) | members(table["end"], stays)
        if not moved.any():
            return table
        kept = table.filter(pa.array(~moved))
        rows = _redirected(type, table.filter(pa.array(moved)).to_pylist(), kept, stays)
        found = pa.concat_tables([kept, pa.Table.from_pylist(rows, schema=table.schema)])
        return found.sort_by([("start", "ascending"), ("end", "ascending"), ("id", "ascending")])


def _groups(pairs: Iterable[tuple[str, str]]) -> Iterator[list[str]]:
    """Yield the ids that hang together, sorted: what is the same as the same is the same."""
    group_of: dict[str, list[str]] = {}
    for pair in sorted(pairs):
        one, other = (group_of.setdefault(id, [id]) for id in pair)
        if one is not other:
            one += other
            group_of.update(dict.fromkeys(other, one))
    yield from (sorted(ids) for first, ids in group_of.items() if first == min(ids))


def _rows_of(tables: Tables, groups: list[list[str]], as_of: date) -> dict[str, list[list[dict[str, Any]]]]:
    """Return label -> the rows of each group, the one that stays first: whose source counts most, then by id."""
    sources = tables.nodes("Source")
    precedence = Precedence(dict(zip(sources["name"].to_pylist(), sources["adapter"].to_pylist(), strict=True)))
    found: dict[str, list[list[dict[str, Any]]]] = {}
    for label in NODE_TYPES:
        wanted = [ids for ids in groups if label_of(ids[0]) == label]
        if not wanted:
            continue
        table = tables.nodes(label)
        held = alive(table.filter(pa.array(members(table["id"], [id for ids in wanted for id in ids]))), as_of)
        rows = {row["id"]: row for row in held.to_pylist() if row["sensitivity"] != "confidential"}
        together = [[rows[id] for id in ids if id in rows] for ids in wanted]
        found[label] = [
            sorted(each, key=lambda row: (precedence.key(row["source"] or ""), row["id"]))
            for each in together
            if len(each) > 1
        ]
    return found


def _merged(label: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return one row of several: each statement from the first that makes it, whose record it is from the first."""
    result = dict(rows[0])
    for names in _statements(label):
        first = next((row for row in rows if any(row[name] not in (None, []) for name in names)), rows[0])
        result |= {name: first[name] for name in names}
    result["sensitivity"] = max((row["sensitivity"] or "open" for row in rows), key=_OPENNESS.index)
    result["suppressed"] = sorted({name for row in rows for name in row["suppressed"] or ()}) or None
    return result


def _statements(label: str) -> Iterator[tuple[str, ...]]:
    """Yield the columns that are one statement: hours with their week, a point with its metres and precision."""
    own: Iterable[Field] = NODE_TYPES[label].fields
    precision = ("precision",) if "precision" in node_fields(label) else ()
    for each in own:
        if each.kind == "point":
            yield (*_METRES, *precision)
        elif each.name != "precision":
            yield each.properties


def _redirected(
    type: str, rows: list[dict[str, Any]], kept: pa.Table, stays: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return links at the rows that stay: none from a thing to itself, none that says again what another says.

    Where the one that stays is known to lie, the others' areas are left out.
    """
    own = [link_column(name) for name in link_fields(type) if name not in _PROVENANCE]
    ends = set(stays.values())
    near = kept.filter(pa.array(members(kept["start"], ends) | members(kept["end"], ends))).to_pylist()
    said = {_said(row, own) for row in near}
    placed = {row["start"] for row in near} if type == "WITHIN" else set()
    found = []
    for row in rows:
        moved = {**row, "start": stays.get(row["start"], row["start"]), "end": stays.get(row["end"], row["end"])}
        if moved["start"] == moved["end"] or moved["start"] in placed or _said(moved, own) in said:
            continue
        said.add(_said(moved, own))
        found.append(moved)
    return found


_PROVENANCE = frozenset({"source", "source_row", "retrieved", "licence", "verified", "confidence"})


def _said(row: Mapping[str, Any], own: list[str]) -> tuple[Any, ...]:
    return (row["start"], row["end"], *(str(row[name]) for name in own))
