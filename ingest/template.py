"""What may a package hold? Blank tables, their Frictionless description and a data dictionary, from the schema."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

from graphmodel.codes import code_list
from graphmodel.schema import COMMON, LINK_TYPES, NODE_TYPES, SCHEMA_VERSION, Field, NodeType, label_of_table
from ingest.cells import RANGES, SIGNED

# The program makes these tables itself.
_NOT_FILLED_IN = frozenset({"postcodes", "sources"})
# Said by the source as a whole, or by the program.
_NOT_ASKED = frozenset({"source", "source_row", "retrieved"})
_LOCATED = frozenset({"Context", "Guardian", "Session", "Service"})

_PLACE = (
    Field("number", "WGS-84 degrees, east positive", "longitude"),
    Field("number", "WGS-84 degrees, north positive", "latitude"),
    Field("number", "metres, British National Grid; instead of longitude and latitude", "easting"),
    Field("number", "metres, British National Grid", "northing"),
    Field("text", "instead of a point: a postcode that the store knows", "postcode"),
    Field("texts", "codes of areas, for a place without a point", "area"),
)
_SESSION = (
    Field("code", "how it is delivered, for a service with one place and time", "delivery", codes="session_kinds"),
    Field("hours", "when it runs, likewise", "hours"),
    Field("hours", "the same in school holidays", "hours_holiday"),
    Field("text", "part of the year, if not all of it", "season"),
    Field("text", "the way a detached team walks, in words", "route"),
    Field("integer", "places at one time", "places"),
)
_ID = Field("text", "your own key; the prefix may be left out; never a person's name", "id", required=True)
_LINK = (
    Field("text", "kind of link, such as FUNDS", "type", required=True),
    Field("text", "id with its prefix, such as org:charity-1087294", "from", required=True),
    Field("text", "id with its prefix, such as service:night-youth", "to", required=True),
    Field("text", "your own key, where two links could be taken for one", "id"),
)
_TYPES = {"integer": "integer", "number": "number", "boolean": "boolean", "date": "date", "datetime": "datetime"}
_FORMS = {
    "text": "text",
    "texts": "texts, separated by `;`",
    "numbers": "numbers, separated by `;`",
    "hours": "opening hours",
    "geometry": "GeoJSON geometry, WGS-84",
    "point": "point, WGS-84",
    "datetime": "moment, UTC",
}


def write_templates(folder: Path) -> list[Path]:
    """Write blank tables, ``datapackage.json`` and ``README.md`` (the dictionary) to a folder; return their paths.

    Files that are there already are left as they are, for they may be filled in.
    """
    folder.mkdir(parents=True, exist_ok=True)
    texts = {f"{table}.csv": _blank(fields) for table, fields in tables().items()}
    texts["datapackage.json"] = json.dumps(data_package(), indent=2, ensure_ascii=False) + "\n"
    texts["README.md"] = dictionary_markdown()
    for name, text in texts.items():
        path = folder / name
        if not path.exists():
            path.write_text(text, encoding="utf-8", newline="")
    return [folder / name for name in texts]


def tables() -> dict[str, tuple[Field, ...]]:
    """Return the columns of each table of a package that people fill in, ``links`` last."""
    found = {cls.table: table_fields(cls) for cls in NODE_TYPES.values() if cls.table not in _NOT_FILLED_IN}
    return {**found, "links": _link_fields()}


def table_fields_of(table: str) -> tuple[Field, ...]:
    """Return the columns of the node table of this name."""
    return table_fields(NODE_TYPES[str(label_of_table(table))])


def table_fields(cls: type[NodeType]) -> tuple[Field, ...]:
    """Return the columns of a node table: id, own fields, place, session, and those all share."""
    own = tuple(field for field in cls.fields if field.kind != "point")
    place = _PLACE if cls.label in _LOCATED else _PLACE[-2:] if cls.label == "Organisation" else ()
    area = (_PLACE[-1],) if cls.label == "Area" else ()
    session = _SESSION if cls.label == "Service" else ()
    return (_ID, *own, *place, *area, *session, *_shared())


def _link_fields() -> tuple[Field, ...]:
    own: dict[str, Field] = {}
    for link in LINK_TYPES.values():
        if not link.derived:
            for field in link.fields:
                own.setdefault(field.name, field)
    return (*_LINK, *own.values(), *_shared())


def _shared() -> tuple[Field, ...]:
    return tuple(field for field in COMMON if field.name not in _NOT_ASKED)


def _blank(fields: tuple[Field, ...]) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerow(field.name for field in fields)
    return text.getvalue()


def data_package() -> dict[str, Any]:
    """Return the description of a package as a Frictionless tabular data package."""
    return {
        "profile": "tabular-data-package",
        "name": "landscape",
        "title": "A service landscape and guardianship network",
        "version": str(SCHEMA_VERSION),
        "licenses": [],
        "resources": [_resource(table, fields) for table, fields in tables().items()],
    }


def _resource(table: str, fields: tuple[Field, ...]) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_frictionless(field) for field in fields], "missingValues": ["", "NA", "n/a"]}
    if table != "links":
        schema["primaryKey"] = ["id"]
    return {
        "profile": "tabular-data-resource",
        "name": table,
        "path": f"{table}.csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def _frictionless(field: Field) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": True} if field.required else {}
    if field.kind == "code" and field.codes and not field.open:
        constraints["enum"] = list(code_list(field.codes))
    if field.kind in ("integer", "number") and field.name not in SIGNED | {"longitude", "latitude"}:
        low, high = RANGES.get(field.name, (0, None))
        constraints["minimum"] = low
        if high is not None:
            constraints["maximum"] = high
    found: dict[str, Any] = {"name": field.name, "type": _TYPES.get(field.kind, "string"), "description": _said(field)}
    return {**found, "constraints": constraints} if constraints else found


def _said(field: Field) -> str:
    return f"{field.doc} ({_form(field)})" if field.kind in (*_FORMS, "codes") and field.kind != "text" else field.doc


def _form(field: Field) -> str:
    if field.kind in ("code", "codes"):
        several = "codes, separated by `;`, of" if field.kind == "codes" else "code of"
        return f"{several} {field.codes}{', or your own' if field.open else ''}"
    return _FORMS.get(field.kind, field.kind)


def dictionary_markdown() -> str:
    """Return the data dictionary of a package, for people who fill it in."""
    return "\n".join(_dictionary()) + "\n"


def _dictionary() -> Iterator[str]:
    yield "# The tables of a landscape package"
    yield ""
    yield "UTF-8 CSV, one row for each thing. A blank cell says that it is not known. Lists are separated by `;`, dates"
    yield "are ISO (`2026-03-31`), yes and no are `true` and `false`. `hours` is OSM `opening_hours` text"
    yield "(`Mo-Fr 15:30-21:00; Sa 12:00-24:00`) or everyday text; blank is unknown, `closed` is closed. Delete the"
    yield "columns and tables you do not need. Nothing about a person belongs here, nor a name in an id. Counts of"
    yield "people below ten are not stored, others are rounded to 5."
    yield "`landscape ingest FOLDER --check` says what is wrong, and writes nothing."
    for table, fields in tables().items():
        yield f"\n## {table}.csv\n"
        cls = next((cls for cls in NODE_TYPES.values() if cls.table == table), None)
        yield (cls.doc if cls else "One row for each link. Which kinds join what, and their columns, is listed below.")
        yield ""
        yield from _rows(fields)
    yield "\n### Kinds of link\n"
    yield from _link_rows()


def schema_markdown() -> str:
    """Return ``docs/schema.md``: every node, link and field, as the store keeps them."""
    return "\n".join(_schema()) + "\n"


def _schema() -> Iterator[str]:
    yield "# The schema"
    yield ""
    yield f"Generated from `graphmodel/schema.py` by `docs/generate.py`. Schema version {SCHEMA_VERSION}."
    yield "Codes are listed in [codes.md](codes.md). Fields in **bold** are required."
    yield "A field of kind *opening hours* is stored twice: as text, and as `<field>_week`, 168 characters of `0` and"
    yield "`1` from Monday 00:00, local time: `Mo 15:00-17:00` has ones at 15 and 16. No week means unknown."
    yield "\n## Every node and link\n"
    yield from _rows(COMMON)
    yield "\n## Nodes"
    for cls in NODE_TYPES.values():
        yield f"\n### {cls.label}\n"
        yield f"{cls.doc} Id: `{cls.prefix}:<key>`. Table: `{cls.table}`."
        yield ""
        yield from _rows(cls.fields)
    yield "\n## Links\n"
    yield from _link_rows()
    for link in LINK_TYPES.values():
        if link.fields:
            yield f"\n### {link.type}\n"
            yield from _rows(link.fields)


def _rows(fields: tuple[Field, ...]) -> Iterator[str]:
    yield "| field | kind | meaning |"
    yield "|---|---|---|"
    for field in fields:
        name = f"**{field.name}**" if field.required else field.name
        guarded = "; a count of people, rounded at the door" if field.people else ""
        yield f"| {name} | {_form(field)} | {_escaped(field.doc)}{guarded} |"


def _escaped(text: str) -> str:
    return text.replace("<", "&lt;").replace("|", "\\|")


def _link_rows() -> Iterator[str]:
    yield "| link | from | to | meaning | own fields |"
    yield "|---|---|---|---|---|"
    everything = tuple(NODE_TYPES)
    for link in LINK_TYPES.values():
        starts, ends = (
            "anything" if labels == everything else ", ".join(labels) for labels in (link.starts, link.ends)
        )
        made = "; made by the program" if link.derived else ""
        own = ", ".join(field.name for field in link.fields)
        yield f"| `{link.type}` | {starts} | {ends} | {link.doc}{made} | {own} |"
