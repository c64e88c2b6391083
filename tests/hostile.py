"""Hostile text for every field of every node and link, made from the schema: a new field is covered by itself.

For each kind of hostile text there is one row of each table and one link of each type. Every field that takes words
holds that text with the field's own name behind it, so that a reader of a page, a file or the store can tell which
field it was. All other fields hold something sensible, so that every page has something to show. In the rows of
``refused`` it is the other way round: dates, numbers, codes and outlines are hostile too, and must end as issues.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

from graphmodel.codes import code_list
from graphmodel.schema import LINK_TYPES, NODE_TYPES, Field, LinkType, link_fields, node_fields

# Each would show that it was taken for more than text: by a script that ran, or by one of the words below.
TEXTS = {
    "script": '</script><script>window.canary=1</script><b>canarybold</b>',
    "image": '"><img src=x onerror="window.canary=1"><svg onload=window.canary=1>',
    "template": "{{constructor.constructor('window.canary=1')()}} ${window.canary=1} <%= 7*7 %> %(x)s %s {0}",
    "markdown": "![p](http://evil.example/p.png) [canarylink](http://evil.example/) **canarystrong** # `x` | a | b |",
    "address": "javascript:window.canary=1 http://evil.example/canary",
    "directives": r":red[canaryred] :material/skull: :skull: :blue-background[canaryblue] $\frac{canary}{1}$",
    "entities": "&lt;b&gt; AT&T &amp; &#x3c;script&#x3e;",
    "formula": "=cmd|' /C calc'!A0",
    "plus": "+1+cmd|'x'!A0",
    "minus": "-2+3+cmd|'x'!A0",
    "at": "@SUM(1+1)*cmd|'x'!A0",
    "backwards": "\u202eexe.canary \u200f\u2067 left open",
    "control": "bell\x07 escape\x1b[31m delete\x7f next\x85 line\u2028 joiner\u200d \ufeff nothing\x00",
    "cypher": """'"`]}) DETACH DELETE n //; DROP \\""",
    "word": "W" * 450,
    "long": "Ten thousand letters. " * 450,
    "refused": "<img src=x onerror=window.canary=1>",
}  # fmt: skip
EVIL = TEXTS["image"]
LONGEST_NAME = 60
WEEK = "Mo-Su 09:00-22:00"
# What the program says itself, whatever a file says of it.
OURS = frozenset({"source", "source_row"})
# Without these a refused row would be no row at all.
KEPT = frozenset({"sensitivity", "people"})
# A boundary that is cut into strips, a ward and an LSOA each; everything lies in one authority.
WEST, SOUTH, WIDTH = 0.0, 50.0, 0.1


def is_text(field: Field) -> bool:
    """Return whether a field takes words of any kind."""
    return field.kind in ("text", "texts", "hours") or (field.kind in ("code", "codes") and field.open)


def token(owner: str, field: str) -> str:
    """Return what stands behind the hostile text in a field, to find it again."""
    return f"~{owner}.{field}~"


def hostile_package(folder: Path) -> Path:
    """Write a landscape package in which every field that takes words is hostile; return the folder."""
    folder.mkdir(parents=True)
    for table, rows in tables().items():
        _write(folder / f"{table}.csv", rows)
    _write(folder / "links.csv", list(links()))
    about = {"title": TEXTS["script"], "attribution": TEXTS["markdown"], "licenses": [{"name": TEXTS["directives"]}],
             "contributors": [{"role": "publisher", "title": TEXTS["image"]}]}  # fmt: skip
    (folder / "datapackage.json").write_text(json.dumps(about), "utf-8")
    return folder


def tables() -> dict[str, list[dict[str, str]]]:
    """Return the rows of every table of nodes."""
    held = {cls.table: [_node(label, at, name) for at, name in enumerate(TEXTS)] for label, cls in NODE_TYPES.items()}
    whole = {"id": "Z", "code": "Z", "level": "local_authority", "boundary": _strip(0, len(TEXTS))}
    wards = [{**row, "level": "ward"} for row in held["areas"]]
    small = [{**row, "id": f"L{row['id']}", "code": f"L {row['code']}", "level": "lsoa"} for row in held["areas"]]
    return {**held, "areas": [{**wards[1], **whole}, *wards, *small]}


def links() -> Iterator[dict[str, str]]:
    """Yield a link of every type for every hostile text, between different kinds of ends in turn."""
    for type, declared in LINK_TYPES.items():
        ends = _ends(declared)
        for at, name in enumerate(TEXTS):
            start, end = ends[at % len(ends)]
            yield {"type": type, "from": _id(start, at), "to": _id(end, at + (start == end)), **_fields(type, at, name)}


def _ends(declared: LinkType) -> list[tuple[str, str]]:
    pairs = [(start, end) for start in declared.starts for end in declared.ends]
    # Both ends of "is the same" have one label; a person's two pages of a service are the common case.
    return [pair for pair in pairs if declared.type != "SAME_AS" or pair == ("Service", "Service")]


def _node(label: str, at: int, name: str) -> dict[str, str]:
    row = {"id": _key(at), **_fields(label, at, name), "valid_to": ""}
    if label == "Area":
        row["boundary"] = _strip(at, 1)
    elif any(field.kind == "point" for field in NODE_TYPES[label].fields):
        row |= {"longitude": f"{WEST + (at + 0.5) * WIDTH / len(TEXTS):.5f}", "latitude": f"{SOUTH + WIDTH / 2:.5f}"}
    if label == "Context":
        row |= {"kind": "park" if at % 2 else "school"}
    if label == "Service":
        row |= {"status": "active", "minimum_age": "8", "maximum_age": "25"}
    return row


def _fields(owner: str, at: int, name: str) -> dict[str, str]:
    fields = node_fields(owner) if owner in NODE_TYPES else link_fields(owner)
    return {key: value for key, field in fields.items() if (value := _cell(owner, field, at, name)) is not None}


def _cell(owner: str, field: Field, at: int, name: str) -> str | None:
    if field.name in OURS or field.kind in ("point", "geometry"):
        return None
    if is_text(field) and not (field.kind == "hours" and at % 2):
        limit = LONGEST_NAME if field.name == "name" and name != "long" else None
        text = TEXTS[name][:limit] if name != "image" else TEXTS[name]
        return f"{text} {token(owner, field.name)}"
    if name == "refused" and not field.required and field.name not in KEPT:
        return TEXTS[name]
    return _sensible(field, at)


def _sensible(field: Field, at: int) -> str:
    if field.name == "sensitivity":
        return "open"
    if field.name == "verdict":
        return ""  # records that are one would be shown under one of their names
    if field.codes:
        codes = list(code_list(field.codes))
        return codes[at % len(codes)]
    # fmt: off
    by_name = {"valid_from": "2020-01-01", "valid_to": "", "start": "2026-01-01", "end": "2027-03-31",
               "until": "2027-03-31", "extend_to": "2028-03-31", "concern_review": "2027-01-01",
               "deprivation_decile": str(1 + at % 10), "share": "0.5", "strength": "0.5", "share_of_cost": "0.5"}
    by_kind = {"integer": "25", "number": "12.5", "numbers": "10;20;30", "boolean": "true", "date": "2026-06-01",
               "datetime": "2026-06-01T12:00:00Z", "hours": WEEK}
    # fmt: on
    return by_name.get(field.name, by_kind.get(field.kind, ""))


def _key(at: int) -> str:
    """Return a row's own key; that of the second text is itself hostile."""
    return f"k{at}" if at != 1 else "k'\"><img/src=x/onerror=window.canary=1>"


def _id(label: str, at: int) -> str:
    return f"{NODE_TYPES[label].prefix}:{_key(at % len(TEXTS))}"


def _strip(at: int, wide: int) -> str:
    west, east = (WEST + (at + step) * WIDTH / len(TEXTS) for step in (0, wide))
    ring = [[west, SOUTH], [east, SOUTH], [east, SOUTH + WIDTH], [west, SOUTH + WIDTH], [west, SOUTH]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    columns = dict.fromkeys(name for row in rows for name in row)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
