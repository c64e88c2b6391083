"""Is this row a node or a link of the landscape? A raw row becomes a record that keeps every rule, or an issue."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import blake2s
from typing import Any, cast

from graphmodel.disclosure import round_bounds, round_people
from graphmodel.records import LinkRecord, NodeRecord, Properties, Record
from graphmodel.schema import COMMON, LINK_TYPES, NODE_TYPES, Field, label_of, label_of_table, link_fields, node_fields
from ingest.area_codes import level_of
from ingest.cells import Cells, Teller
from ingest.ethics import keep_the_rules
from ingest.place import Place, place_of, postcode_key, spelled_postcode
from ingest.rows import RawRow, ReadContext, SourceInfo

AREA_ATTRIBUTES = "area_attributes"  # rows of "areas" that add to areas somebody else drew

# What a service with one place and time says of its session.
_SESSION_COLUMNS = ("hours", "hours_holiday", "season", "route", "places")
_PLACE_COLUMNS = ("longitude", "latitude", "easting", "northing", "postcode", "geometry", "area")
_DATE_PAIRS = (("valid_from", "valid_to"), ("start", "end"), ("since", "until"), ("date", "review_due"))
_NOT_OWN = frozenset({declared.name for declared in COMMON} | {"suppressed"})
_FROM_THE_SOURCE = frozenset({"source", "source_row"})


@dataclass(slots=True)
class Draft:
    """A node that is not placed yet. ``companions`` are set aside with it where no loaded area holds it."""

    node: NodeRecord
    line: int | str
    place: Place = field(default_factory=Place)
    companions: list[Record] = field(default_factory=list)
    attributes_only: bool = False


@dataclass(frozen=True, slots=True)
class DraftLink:
    """A link; ``columns`` name the columns its ends come from, for a lookup."""

    link: LinkRecord
    line: int | str
    columns: tuple[str, str] = ("from", "to")


class Validator:
    """Checks the rows of one source. ``unit_of`` says the unit of a measure of this load or of the store."""

    def __init__(self, context: ReadContext, info: SourceInfo, unit_of: Callable[[str], str | None]) -> None:
        self.context = context
        self.info = info
        self.tell = Teller(context.file, context.report)
        self.cells = Cells(self.tell)
        self.unit_of = unit_of
        self.rounded = 0
        self.bad_rows = 0
        self._seen: dict[str, tuple[int | str, str]] = {}

    @property
    def quarantined(self) -> int:
        """How many cells looked personal."""
        return self.cells.quarantined

    def check(self, row: RawRow) -> Draft | DraftLink | None:
        """Return the node or link of a row, or None where it was set aside (an issue says why)."""
        found = self._link(row) if row.table == "links" else self._node(row)
        if found is None:
            self.bad_rows += 1
        return found

    def finish(self) -> None:
        """Report what is said once for a file."""
        if self.rounded:
            self.tell("people_rounded", None, count=self.rounded)

    # Nodes

    def _node(self, row: RawRow) -> Draft | None:
        only = row.table == AREA_ATTRIBUTES
        label = "Area" if only else label_of_table(row.table)
        if label is None:
            self._refuse("label_unknown", row, "table", row.table, hint=_tables())
            return None
        values = self._completed(label, row)
        id = self._id(label, values.get("id"), row)
        if id is None:
            return None
        place = place_of(values, row.line, self.tell)
        fields = node_fields(label)
        properties = self._properties(fields, values, row.line, label)
        if not only and not keep_the_rules(label, id, properties, place, row.line, self.tell):
            return None
        if not only and not self._complete(fields, properties, row):
            return None
        self._guard_people(label, fields, properties, row.line)
        draft = Draft(NodeRecord(label, id, properties), row.line, place, attributes_only=only)
        if label == "Service":
            draft = self._with_session(draft, values, row)
        return draft if self._is_new(id, draft.node, row.line) else None

    def _completed(self, label: str, row: RawRow) -> dict[str, Any]:
        values = dict(row.values)
        if label == "Area":
            code = values.get("code") or values.get("id")
            values["id"] = values.get("id") or code
            values.setdefault("code", str(code).removeprefix("area:") if code else None)
            if row.table == "areas":
                values["level"] = values.get("level") or level_of(str(values["code"] or "")) or self.context.level
                values["boundary"] = values.get("boundary") or values.pop("geometry", None)
            values.pop("geometry", None)
        elif label == "Postcode" and values.get("name"):
            values["name"] = spelled_postcode(str(values["name"]))
            values["id"] = values.get("id") or postcode_key(values["name"])
        elif label == "Service" and not values.get("name") and values.get("id"):
            pass
        return values

    def _id(self, label: str, raw: Any, row: RawRow) -> str | None:
        key = "" if raw is None else str(raw).strip()
        if not key:
            self._refuse("required_missing", row, "id")
            return None
        found, reason = node_id(label, key)
        if reason:
            self._refuse("id_bad", row, "id", key, reason=reason)
            return None
        return found

    def _complete(self, fields: dict[str, Field], properties: Properties, row: RawRow) -> bool:
        if "level" in fields and row.table == "areas" and "level" not in properties:
            self._refuse("area_level_unknown", row, "level", properties.get("code") or properties.get("name"))
            return False
        for name, declared in fields.items():
            if declared.required and name not in properties:
                raw = row.values.get(name)
                # A code that is not on the list was said already.
                if raw is None or not str(raw).strip() or declared.kind != "code":
                    self._refuse("required_missing", row, name)
                return False
        if row.table == "needs" and not {"people", "lower", "upper"} & properties.keys():
            self._refuse("required_missing", row, "people")
            return False
        return True

    def _with_session(self, draft: Draft, values: dict[str, Any], row: RawRow) -> Draft:
        if not any(values.get(name) not in (None, "") for name in (*_SESSION_COLUMNS, *_PLACE_COLUMNS, "delivery")):
            return draft
        service = draft.node
        own = {name: values[name] for name in _SESSION_COLUMNS if name in values}
        own |= {"name": service.properties["name"], "kind": values.get("delivery") or "centre"}
        for common in ("sensitivity", "valid_from", "valid_to", "licence", "retrieved", "verified", "confidence"):
            own[common] = service.properties.get(common)
        fields = node_fields("Session")
        properties = self._properties(fields, own, row.line, "Session")
        properties.setdefault("kind", "centre")
        for name in ("source", "source_row"):
            properties[name] = service.properties[name]
        id = f"session:{service.id.partition(':')[2]}"
        link = LinkRecord("DELIVERS", link_id("DELIVERS", service.id, id, {}), service.id, id, _common(properties))
        return Draft(NodeRecord("Session", id, properties), row.line, draft.place, [service, link])

    # Links

    def _link(self, row: RawRow) -> DraftLink | None:
        type = str(row.values.get("type") or "").strip().upper().replace(" ", "_")
        if not type:
            self._refuse("required_missing", row, "type")
            return None
        declared = LINK_TYPES.get(type)
        if declared is None:
            self._refuse("label_unknown", row, "type", type, hint=f"links are {', '.join(LINK_TYPES)}")
            return None
        ends = [self._end(row, name) for name in ("from", "to")]
        start, end = ends
        if start is None or end is None:
            return None
        labels = label_of(start), label_of(end)
        same_as = type == "SAME_AS" and labels[0] != labels[1]
        if labels[0] not in declared.starts or labels[1] not in declared.ends or same_as:
            self._refuse("link_not_allowed", row, "type", None, type=type, start=start, end=end)
            return None
        fields = link_fields(type)
        properties = self._properties(fields, row.values, row.line, type)
        self._guard_people(type, fields, properties, row.line, start)
        id = self._link_id(type, start, end, fields, properties, row)
        if id is None:
            return None
        link = LinkRecord(type, id, start, end, properties)
        columns = (str(row.values.get("from_column", "from")), str(row.values.get("to_column", "to")))
        return DraftLink(link, row.line, columns) if self._is_new(id, link, row.line) else None

    def _end(self, row: RawRow, name: str) -> str | None:
        raw = str(row.values.get(name) or "").strip()
        if not raw:
            self._refuse("required_missing", row, name)
            return None
        label = label_of(raw)
        if label is None:
            self._refuse("id_bad", row, name, raw, reason="it needs its prefix, such as service:night-youth")
            return None
        found, reason = node_id(label, raw)
        if reason:
            self._refuse("id_bad", row, name, raw, reason=reason)
            return None
        return found

    def _link_id(
        self, type: str, start: str, end: str, fields: dict[str, Field], properties: Properties, row: RawRow
    ) -> str | None:
        key = str(row.values.get("id") or "").strip().removeprefix("link:")
        if not key:
            return link_id(type, start, end, properties)
        if reason := _bad_key(key):
            self._refuse("id_bad", row, "id", key, reason=reason)
            return None
        return f"link:{key}"

    # Both

    def _properties(self, fields: dict[str, Field], values: dict[str, Any], line: int | str, label: str) -> Properties:
        found: Properties = {}
        for name, declared in fields.items():
            if name in values and name not in _FROM_THE_SOURCE and declared.kind != "point":
                found |= self.cells.read(declared, values[name], line, label)
        self._dates_in_order(found, line)
        self._ages_in_order(found, line)
        return found | self._provenance(values, found, line)

    def _provenance(self, values: dict[str, Any], found: Properties, line: int | str) -> Properties:
        info = self.info
        given = {"retrieved": info.retrieved, "licence": info.licence, "sensitivity": info.sensitivity}
        own: Properties = {name: value for name, value in given.items() if value is not None and name not in found}
        own["source"] = str(values.get("_source") or info.name)
        own["source_row"] = str(values.get("_source_row") or f"{self.context.file}:{line}")
        return own

    def _dates_in_order(self, found: Properties, line: int | str) -> None:
        for first, last in _DATE_PAIRS:
            begin, end = found.get(first), found.get(last)
            if isinstance(begin, date) and isinstance(end, date) and end < begin:
                self.tell("dates_reversed", line, last)
                del found[last]

    def _ages_in_order(self, found: Properties, line: int | str) -> None:
        youngest, oldest = found.get("minimum_age"), found.get("maximum_age")
        if isinstance(youngest, int) and isinstance(oldest, int) and oldest < youngest:
            self.tell("value_range", line, "maximum_age", oldest, expected=f"{youngest} and above")
            del found["maximum_age"]

    def _guard_people(
        self, of: str, fields: dict[str, Field], found: Properties, line: int | str, start: str = ""
    ) -> None:
        """Round every count of people in ``found``, or withhold it: the exact small number goes no further."""
        threshold = self.context.settings.threshold
        counted = [name for name, declared in fields.items() if declared.people and name in found]
        if of == "OBSERVED_IN" and "value" in found and self._counts_people(start, found["value"]):
            counted.append("value")
        suppressed = []
        for name in counted:
            if of == "Need" and name in ("lower", "upper"):
                continue
            exact = cast("float", found.pop(name))
            # Only a change in people is below zero; it is withheld as a small count is.
            kept = round_people(max(round(exact), 1) if exact < 0 else round(exact), threshold)
            if kept.people is None:
                suppressed.append(name)
            else:
                found[name] = float(kept.people) if name == "value" else kept.people
                self.rounded += kept.people != exact
        if of == "Need":
            self._guard_bounds(found, "people" in suppressed, threshold)
        if suppressed:
            found["suppressed"] = suppressed
            self.tell("people_suppressed", line, suppressed[0], threshold=threshold)

    def _guard_bounds(self, found: Properties, small: bool, threshold: int) -> None:
        if small:
            found["lower"], found["upper"] = 1, threshold - 1
            return
        lower, upper = (cast("int | None", found.pop(name, None)) for name in ("lower", "upper"))
        kept = round_bounds(lower, upper, threshold)
        self.rounded += (lower, upper) != kept
        found |= {name: value for name, value in zip(("lower", "upper"), kept, strict=True) if value is not None}

    def _counts_people(self, measure: str, value: Any) -> bool:
        # A measure that nobody has described may count people: then its whole numbers are guarded too.
        unit = self.unit_of(measure)
        return float(value).is_integer() if unit is None else unit in people_units()

    def _is_new(self, id: str, record: NodeRecord | LinkRecord, line: int | str) -> bool:
        """Say whether the id is new; a node that is repeated word for word is one, anything else an issue."""
        content = _digest({k: v for k, v in record.properties.items() if k != "source_row"})
        if id not in self._seen:
            self._seen[id] = (line, content)
            return True
        first, same = self._seen[id]
        if isinstance(record, LinkRecord) or same != content:
            self.tell("id_duplicate", line, "id", id=id, first=first)
        return False

    def _refuse(self, code: str, row: RawRow, field: str, value: Any = None, **details: Any) -> None:
        self.tell(code, row.line, field, value, **details)


def node_id(label: str, key: str) -> tuple[str, str]:
    """Return the id of a source's own key (prefix optional), and what is wrong with the key ("" for nothing)."""
    prefix = NODE_TYPES[label].prefix
    other = label_of(key)
    if other is not None and other != label:
        return "", f"it has the prefix of {other}"
    own = key.removeprefix(f"{prefix}:")
    return f"{prefix}:{own}", _bad_key(own)


def _bad_key(key: str) -> str:
    if not key:
        return "nothing follows the prefix"
    if len(key) > 200:
        return "it is longer than 200 characters"
    if "@" in key:
        return "an e-mail address is no id"
    if not key.isprintable() or re.search(r"\s", key):
        return "blanks and control characters are not allowed"
    return ""


def link_id(type: str, start: str, end: str, properties: Properties) -> str:
    """Return the id of a link without a key: a hash of its type, its ends and its own fields."""
    own = {name: value for name, value in properties.items() if name not in _NOT_OWN}
    return f"link:{_digest([type, start, end, own])}"


def people_units() -> frozenset[str]:
    """Return the units whose values count people, by the definitions in ``codes/units.csv``."""
    from graphmodel.codes import read_table

    return frozenset(row["code"] for row in read_table("units") if "count of people" in row.get("definition", ""))


def _digest(content: Any) -> str:
    def plain(value: Any) -> str:
        return value.isoformat() if isinstance(value, date | datetime) else str(value)

    return blake2s(json.dumps(content, sort_keys=True, default=plain).encode(), digest_size=8).hexdigest()


def _common(properties: Properties) -> Properties:
    return {name: value for name, value in properties.items() if name in _NOT_OWN}


def _tables() -> str:
    return f"tables are {', '.join(cls.table for cls in NODE_TYPES.values())} and links"
