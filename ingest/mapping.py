"""What does a column map say? YAML that tells, without code, what each column of a table becomes.

``docs/column_maps.md`` describes the form. A map is checked whole when it is loaded: a wrong key, table, field, code or
column ends in one sentence that names the file and the key.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import Any, NoReturn

import yaml

from graphmodel.codes import code_list
from graphmodel.errors import InputError
from graphmodel.schema import LINK_TYPES, NODE_TYPES, label_of_table, link_fields, node_fields

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# Where a row is, and what a service says of its one session: understood by the validator.
PLACE_FIELDS = frozenset({"longitude", "latitude", "easting", "northing", "postcode", "area", "area_postcode"})
SESSION_FIELDS = frozenset({"delivery", "hours", "hours_holiday", "season", "route", "places"})
POINT_COLUMNS = frozenset({"longitude", "latitude"})  # of the geometry, for ids

_MAX_BYTES = 200_000
_TOP = frozenset(
    {"title", "publisher", "licence", "attribution", "url", "sensitivity", "file", "geometry", "skip", "ignore", "drop"}
    | {"records", "links"}
)
_RECORD = frozenset({"table", "id", "slug", "once", "when", "set", "fields"})
_TESTS = frozenset({"given", "company", "body"})
_GEOMETRY = ("point", "inner_point", "none")


@dataclass(frozen=True, slots=True)
class Cell:
    """How one field gets its value: from a column, its part or its code; from a text; or one column for each day."""

    column: str = ""
    before: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    otherwise: str | None = None
    text: str = ""
    days: Mapping[str, str] = field(default_factory=dict)

    def columns(self) -> set[str]:
        """Return the columns it reads."""
        named = {self.column} if self.column else set()
        return named | set(self.days.values()) | placeholders(self.text)

    def read(self, row: Mapping[str, Any]) -> Any:
        """Return the value of a row: text, a dict of day -> text, or None."""
        if self.days:
            found = {day: _text(row.get(column)) for day, column in self.days.items()}
            return found if any(found.values()) else None
        if self.text:
            return fill(self.text, row)
        cell = _text(row.get(self.column))
        if self.before:
            cell = cell.partition(self.before)[0].strip()
        if self.values or self.otherwise is not None:
            return self.values.get(cell.casefold(), self.otherwise if self.otherwise is not None else cell)
        return cell or None


@dataclass(frozen=True, slots=True)
class RecordMap:
    """One record of a row. ``key`` is its id as a template; ``slugged`` ids are made readable."""

    table: str
    key: str
    slugged: bool
    once: bool = False
    when: tuple[str, str] | None = None
    constants: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, Cell] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Label of the node it becomes."""
        return str(label_of_table(self.table))

    def columns(self) -> set[str]:
        """Return the columns it reads."""
        read = {column for cell in self.fields.values() for column in cell.columns()}
        return read | (placeholders(self.key) - POINT_COLUMNS) | ({self.when[1]} if self.when else set())

    def needed(self) -> set[str]:
        """Return the columns without which no row can be kept."""
        required = {name for name, declared in node_fields(self.label).items() if declared.required}
        read = {column for name, cell in self.fields.items() if name in required for column in cell.columns()}
        return read | (placeholders(self.key) - POINT_COLUMNS)

    def id(self, row: Mapping[str, Any]) -> str | None:
        """Return the id of a row without its prefix, or None where all it is made of is blank."""
        text = self.key_text(row)
        return slug(text) if self.slugged else re.sub(r"\s+", "-", text) or None

    def key_text(self, row: Mapping[str, Any]) -> str:
        """Return what the id of a row is made of, "" where all of that is blank."""
        return fill(self.key, row) if any(_text(row.get(name)) for name in placeholders(self.key)) else ""


@dataclass(frozen=True, slots=True)
class LinkMap:
    """A link between two records of one row."""

    type: str
    start: str
    end: str
    constants: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """A whole map; ``known`` says title, publisher, licence, attribution, url and sensitivity as far as given."""

    name: str
    known: Mapping[str, str]
    files: tuple[str, ...]
    geometry: str
    skip: Mapping[str, frozenset[str]]
    ignore: frozenset[str]
    drop: frozenset[str]
    records: Mapping[str, RecordMap]
    links: tuple[LinkMap, ...]

    def read_columns(self) -> set[str]:
        """Return the columns that are read."""
        return {column for record in self.records.values() for column in record.columns()} | set(self.skip)

    def all_columns(self) -> set[str]:
        """Return every column the file has, read or not."""
        return self.read_columns() | self.ignore | self.drop


def shipped() -> tuple[str, ...]:
    """Return the names of the maps that come with the program."""
    return tuple(sorted(each.name.removesuffix(".yaml") for each in _folder().iterdir() if each.name.endswith(".yaml")))


def load_map(name: str | Path) -> ColumnMap:
    """Return a map by its file, or by its name where it comes with the program.

    Raises InputError, in one sentence, for a map that is not there or says something that is not possible.
    """
    path = Path(name)
    if str(name) in shipped():
        return _shipped(str(name))
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise InputError(f"{name} is not a column map: it has more than {_MAX_BYTES:,} bytes.")
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise InputError(f"There is no column map '{name}'; give a file, or one of {', '.join(shipped())}.") from None
    return parse_map(text, path.stem, str(path))


def map_text(name: str) -> str:
    """Return the text of a map that ships."""
    return str((_folder() / f"{name}.yaml").read_text("utf-8"))


def parse_map(text: str, name: str, file: str) -> ColumnMap:
    """Return the map that a YAML text describes; ``file`` is what errors call it. Raises InputError."""
    return _Parser(file).map(name, _yaml(text, file))


def placeholders(template: str) -> set[str]:
    """Return the columns a template such as ``{name} {postcode}`` names."""
    try:
        return {column(name) for _, name, _, _ in Formatter().parse(template) if name is not None}
    except ValueError:
        return {""}


def fill(template: str, row: Mapping[str, Any]) -> str:
    """Return a template with a row's cells put in; blank cells leave nothing behind."""
    parts = ((before, name and _text(row.get(column(name)))) for before, name, _, _ in Formatter().parse(template))
    return " ".join("".join(before + (cell or "") for before, cell in parts).split())


def slug(text: str) -> str | None:
    """Return a readable id: lower case, no accents, words joined by ``-``; None where nothing is left."""
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", text.replace("&", " and ")) if not unicodedata.combining(c)
    )
    return re.sub(r"[\W_]+", "-", re.sub(r"['’`.]", "", plain.casefold())).strip("-")[:120] or None


def column(name: Any) -> str:
    """Return a column's name as files give it: trimmed, lower case."""
    return " ".join(str(name).split()).casefold()


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _folder() -> Any:
    return files("ingest") / "column_maps"


@cache
def _shipped(name: str) -> ColumnMap:
    return parse_map(map_text(name), name, f"column_maps/{name}.yaml")


def _yaml(text: str, file: str) -> Any:
    try:
        # An alias can stand for a document of any size.
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text)):
            raise InputError(f"{file}: '*' aliases are not used in column maps.")
        # The base loader leaves every value text: "no", 1.10 and 2024-01-01 stay as they are written.
        return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it makes nothing but text, lists and dicts
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise InputError(f"{file}{where}: this is not YAML.") from None


class _Parser:
    """Reads the parts of a map; every fault is raised with the key that has it."""

    def __init__(self, file: str) -> None:
        self.file = file

    def fail(self, key: str, why: str) -> NoReturn:
        raise InputError(f"{self.file}: {key}: {why}.")

    def map(self, name: str, raw: Any) -> ColumnMap:
        top = self.table("the map", raw, _TOP)
        if not isinstance(top.get("records"), dict) or not top["records"]:
            self.fail("records", "a map says at least one record")
        records = {alias: self.record(f"records.{alias}", entry) for alias, entry in top["records"].items()}
        geometry = self.word("geometry", top.get("geometry", "point"), _GEOMETRY)
        skip = self.table("skip", top.get("skip", {}))
        named = ("title", "publisher", "licence", "attribution", "url", "sensitivity")
        known = {key: self.text(key, top[key]) for key in named if key in top}
        if "sensitivity" in known:
            self.word("sensitivity", known["sensitivity"], tuple(code_list("sensitivity")))
        return ColumnMap(
            name=name,
            known=known,
            files=tuple(pattern.casefold() for pattern in self.texts("file", top.get("file", []))),
            geometry=geometry,
            skip={column(k): frozenset(v.casefold() for v in self.texts(f"skip.{k}", e)) for k, e in skip.items()},
            ignore=frozenset(column(name) for name in self.texts("ignore", top.get("ignore", []))),
            drop=frozenset(column(name) for name in self.texts("drop", top.get("drop", []))),
            records=records,
            links=tuple(self.links(top.get("links", []), records)),
        )

    def record(self, key: str, raw: Any) -> RecordMap:
        entry = self.table(key, raw, _RECORD)
        label = label_of_table(self.text(f"{key}.table", entry.get("table", "")))
        if label is None:
            tables = ", ".join(node.table for node in NODE_TYPES.values())
            self.fail(f"{key}.table", f"'{entry.get('table', '')}' is none of {tables}")
        if ("id" in entry) == ("slug" in entry):
            self.fail(key, "give either an id or a slug")
        own = "id" if "id" in entry else "slug"
        template = self.text(f"{key}.{own}", entry[own])
        if not placeholders(template) or "" in placeholders(template):
            self.fail(f"{key}.{own}", "it names columns in braces, such as {name} {postcode}")
        when = self.table(f"{key}.when", entry.get("when", {}), _TESTS)
        tests = [(test, column(self.text(f"{key}.when.{test}", name))) for test, name in when.items()]
        if len(tests) > 1:
            self.fail(f"{key}.when", "it is one test")
        fields = self.table(f"{key}.fields", entry.get("fields", {}))
        constants = self.table(f"{key}.set", entry.get("set", {}))
        for name in (*fields, *constants):
            self.field(f"{key}.{'fields' if name in fields else 'set'}.{name}", label, name)
        for name, value in constants.items():
            self.code(f"{key}.set.{name}", label, name, self.text(f"{key}.set.{name}", value))
        return RecordMap(
            table=entry["table"],
            key=template,
            slugged=own == "slug",
            once=self.word(f"{key}.once", entry.get("once", "false"), ("true", "false")) == "true",
            when=tests[0] if tests else None,
            constants=constants,
            fields={name: self.cell(f"{key}.fields.{name}", label, name, cell) for name, cell in fields.items()},
        )

    def cell(self, key: str, label: str, name: str, raw: Any) -> Cell:
        if isinstance(raw, str):
            return Cell(column=column(raw))
        entry = self.table(key, raw, frozenset({"column", "before", "values", "otherwise", "text", *DAYS}))
        days = {day: column(entry[day]) for day in DAYS if day in entry}
        if sum((bool(days), "column" in entry, "text" in entry)) != 1:
            self.fail(key, "give a column, a text, or a column for each day")
        values = self.table(f"{key}.values", entry.get("values", {}))
        for code in (*values.values(), *([entry["otherwise"]] if "otherwise" in entry else [])):
            self.code(key, label, name, self.text(key, code))
        for own in ("column", "before", "text", *days):
            self.text(f"{key}.{own}", entry.get(own, ""))
        return Cell(
            column=column(entry.get("column", "")),
            before=entry.get("before", ""),
            values={str(said).strip().casefold(): code for said, code in values.items()},
            otherwise=entry.get("otherwise"),
            text=entry.get("text", ""),
            days=days,
        )

    def field(self, key: str, label: str, name: str) -> None:
        extra = PLACE_FIELDS | (SESSION_FIELDS if label == "Service" else set())
        known = set(node_fields(label)) - {"source", "source_row", "location"} | extra
        if name not in known:
            self.fail(key, f"{label} has no such field; it has {', '.join(sorted(known))}")

    def code(self, key: str, label: str, name: str, value: str) -> None:
        declared = node_fields(label).get(name)
        codes = "session_kinds" if name == "delivery" else declared.codes if declared else None
        if codes and value and not (declared and declared.open) and value not in code_list(codes):
            self.fail(key, f"'{value}' is none of the codes {', '.join(code_list(codes))}")

    def links(self, raw: Any, records: Mapping[str, RecordMap]) -> Iterator[LinkMap]:
        if not isinstance(raw, list):
            self.fail("links", "it is a list")
        for number, item in enumerate(raw, 1):
            key = f"links.{number}"
            entry = self.table(key, item, frozenset({"type", "from", "to", "set"}))
            type_ = self.word(f"{key}.type", entry.get("type", ""), tuple(LINK_TYPES))
            start, end = (self.word(f"{key}.{name}", entry.get(name, ""), tuple(records)) for name in ("from", "to"))
            link = LINK_TYPES[type_]
            if records[start].label not in link.starts or records[end].label not in link.ends:
                self.fail(key, f"{type_} cannot join {records[start].label} to {records[end].label}")
            constants = self.table(f"{key}.set", entry.get("set", {}))
            for name, value in constants.items():
                if name not in link_fields(type_):
                    self.fail(f"{key}.set.{name}", f"{type_} has no such field; it has {', '.join(link_fields(type_))}")
                self.text(f"{key}.set.{name}", value)
            yield LinkMap(type_, start, end, constants)

    def table(self, key: str, raw: Any, known: frozenset[str] | None = None) -> dict[str, Any]:
        if not isinstance(raw, dict):
            self.fail(key, "it is a table of keys and values")
        for name in raw:
            if known is not None and name not in known:
                self.fail(f"{key}.{name}", f"there is no such key; there are {', '.join(sorted(known))}")
        return raw

    def text(self, key: str, raw: Any) -> str:
        if not isinstance(raw, str):
            self.fail(key, "it is a text")
        return raw

    def texts(self, key: str, raw: Any) -> list[str]:
        items = [raw] if isinstance(raw, str) else raw
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            self.fail(key, "it is a text or a list of texts")
        return items

    def word(self, key: str, raw: Any, known: tuple[str, ...]) -> str:
        if raw not in known:
            self.fail(key, f"'{raw}' is none of {', '.join(known)}")
        return str(raw)
