"""Which questions can be asked of the landscape in plain Cypher? One file per question, in a folder per audience.

A file begins with header comments and can be pasted into any Cypher tool::

    // @title Contexts with no Level 2 response
    // @audience commissioner
    // @param area area = none  code of an area, its parts included
    // @returns context, kind, concern
    // @reading What a row means, and what it does not mean.

Types of parameters: string, integer, float, boolean, date, area (code or id), ``code:<list>`` and ``codes:<list>`` (a
list of codes).
A parameter with a default may be left out: ``none``, ``today`` (dates), ``all`` (codes) or the value itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from graphmodel.codes import code_list
from graphmodel.errors import InputError, UnknownName
from graphmodel.schema import LINK_TYPES, NODE_TYPES
from graphmodel.statement import labels_and_types, parameters

AUDIENCES = ("commissioner", "pilot", "researcher")

_HEADER = re.compile(r"^//\s*@(\w+)\s*(.*?)\s*$")
_PARAMETER = re.compile(r"^(?P<name>\w+)\s+(?P<type>\S+)(?:\s+=\s*(?P<default>\S+))?(?:\s+(?P<doc>.*))?$")
_NOTHING = ("none", "null", "")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value the query asks for. ``default`` is its text, or None where the value must be given."""

    name: str
    type: str
    doc: str = ""
    default: str | None = None

    @property
    def required(self) -> bool:
        """True where it has no default."""
        return self.default is None

    def value(self, given: Any) -> Any:
        """Return ``given`` (text, or a value of the type) in the parameter's type; raises InputError."""
        if given is None or (isinstance(given, str) and given.strip().lower() in _NOTHING):
            return None
        kind, _, codes = self.type.partition(":")
        try:
            return _code_value(kind, codes, given) if codes else _CONVERT[kind](given)
        except ValueError as error:
            reason = f" ({error})" if codes else ""
            raise InputError(f"The parameter {self.name} = {given} is not {_NAMED[kind]}{reason}.") from None


@dataclass(frozen=True, slots=True)
class Query:
    """A question in Cypher: what it asks, of whom it is, the values it needs and the columns it returns."""

    id: str
    title: str
    audience: str
    parameters: tuple[Parameter, ...]
    returns: tuple[str, ...]
    reading: str
    text: str
    path: str

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the parameters to run it with, converted, defaults filled in.

        Raises InputError for a parameter it does not have, one that is missing, or a value of another type.
        """
        known = {parameter.name for parameter in self.parameters}
        if unknown := sorted(set(given) - known):
            has = f"it has {', '.join(sorted(known))}" if known else "it has none"
            raise InputError(f"The query {self.id} has no parameter {unknown[0]}; {has}.")
        for parameter in self.parameters:
            if parameter.required and parameter.name not in given:
                raise InputError(f"The query {self.id} needs {parameter.name}: {parameter.doc or parameter.type}.")
        return {p.name: p.value(given.get(p.name, p.default)) for p in self.parameters}


@cache
def library() -> dict[str, Query]:
    """Return all shipped queries by their id ("C1"), in order. Raises InputError naming a file that is wrong."""
    found: dict[str, Query] = {}
    folders = [folder for folder in files("queries").iterdir() if folder.name in AUDIENCES]
    for file in sorted((f for folder in folders for f in folder.iterdir()), key=lambda f: _order(f.name)):
        if file.name.endswith(".cypher"):
            query = parse(file.read_text("utf-8"), file.name, strict=True)
            if query.id in found:
                raise InputError(f"{file.name}: the query {query.id} exists already as {found[query.id].path}.")
            found[query.id] = query
    return found


def get(name: str | Path) -> Query:
    """Return a query by its id ("C1"), the name of its file, or the path of a file of one's own.

    Raises UnknownName where there is none, InputError where the file cannot be read.
    """
    wanted = str(name)
    for query in library().values():
        if wanted.lower() in (query.id.lower(), query.path.lower(), query.path.lower().removesuffix(".cypher")):
            return query
    file = Path(wanted)
    if not file.is_file():
        raise UnknownName(f"There is no query {wanted} and no such file; the queries are {', '.join(library())}.")
    try:
        return parse(file.read_text("utf-8-sig"), file.name)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file} cannot be read as UTF-8 text ({error}).") from None


def parse(text: str, name: str, *, strict: bool = False) -> Query:
    """Return the query of a Cypher text; ``name`` is its file's.

    A text of one's own may have no header: then its parameters are taken as they look (number, date, text).
    ``strict``, for the library: every header is there, the parameters declared are those used, and every label and
    type is in the schema. Raises InputError in one sentence that names the file.
    """
    headers = _headers(text)
    declared = tuple(_parameter(line, name) for line in headers.get("param", ()))
    used = parameters(text)
    if not headers:
        declared = tuple(Parameter(each, "any") for each in sorted(used))
    names = {parameter.name for parameter in declared}
    if unused := sorted(names - used):
        raise InputError(f"{name}: the parameter {unused[0]} is declared but not used.")
    if undeclared := sorted(used - names):
        raise InputError(f"{name}: the parameter {undeclared[0]} is used but not declared with @param.")
    query = Query(
        id=_id(name),
        title=" ".join(headers.get("title", (name,))),
        audience=" ".join(headers.get("audience", ())),
        parameters=declared,
        returns=tuple(part.strip() for line in headers.get("returns", ()) for part in line.split(",") if part.strip()),
        reading=" ".join(headers.get("reading", ())),
        text=text,
        path=name,
    )
    if strict:
        _check_library(query, headers)
    return query


def _check_library(query: Query, headers: Mapping[str, list[str]]) -> None:
    for header in ("title", "audience", "returns", "reading"):
        if not headers.get(header):
            raise InputError(f"{query.path}: the header @{header} is missing.")
    if query.audience not in AUDIENCES:
        raise InputError(f"{query.path}: the audience {query.audience} is not one of {', '.join(AUDIENCES)}.")
    if unknown := sorted(labels_and_types(query.text) - set(NODE_TYPES) - set(LINK_TYPES)):
        raise InputError(f"{query.path}: {unknown[0]} is neither a label nor a relationship type of the schema.")


def _headers(text: str) -> dict[str, list[str]]:
    """Return the header lines by name; a comment line that follows @reading goes on with it."""
    found: dict[str, list[str]] = {}
    current = ""
    for line in text.splitlines():
        if match := _HEADER.match(line):
            current = match[1]
            found.setdefault(current, []).append(match[2])
        elif current == "reading" and line.startswith("//"):
            found[current].append(line.removeprefix("//").strip())
        else:
            current = ""
    return found


def _parameter(line: str, file: str) -> Parameter:
    match = _PARAMETER.match(line)
    kind, _, codes = match["type"].partition(":") if match else ("", "", "")
    if match is None or kind not in _NAMED or (kind in ("code", "codes")) != bool(codes):
        raise InputError(f"{file}: '@param {line}' is not 'name type = default  description' with a type it knows.")
    if codes:
        _codes_of(codes, file)
    return Parameter(match["name"], match["type"], (match["doc"] or "").strip(), match["default"])


def _codes_of(name: str, file: str) -> dict[str, str]:
    try:
        return code_list(name)
    except FileNotFoundError:
        raise InputError(f"{file}: there is no code list {name}.") from None


def _id(name: str) -> str:
    """Return the id in a file's name: c1_contexts_without.cypher is C1."""
    return name.removesuffix(".cypher").partition("_")[0].upper()


def _order(name: str) -> tuple[str, int, str]:
    match = re.match(r"([a-z]+)(\d+)", name)
    return (match[1], int(match[2]), name) if match else (name, 0, name)


def _code_value(kind: str, codes: str, given: Any) -> str | list[str]:
    known = code_list(codes)
    if kind == "codes" and isinstance(given, str) and given.strip().lower() == "all":
        return list(known)
    wanted = [part.strip() for part in given.split(",")] if isinstance(given, str) else list(given)
    if unknown := [code for code in wanted if code not in known]:
        raise ValueError(f"{unknown[0]}; the codes are {', '.join(known)}")
    if kind == "codes":
        return wanted
    if len(wanted) != 1:
        raise ValueError("give one")
    return str(wanted[0])


def _date(given: Any) -> date:
    if isinstance(given, date):
        return given
    return date.today() if str(given).strip().lower() == "today" else date.fromisoformat(str(given).strip())


def _boolean(given: Any) -> bool:
    if isinstance(given, bool):
        return given
    found = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(str(given).lower())
    if found is None:
        raise ValueError
    return found


def _any(given: Any) -> Any:
    """Return text as what it looks like: number, true or false, date, else text."""
    if not isinstance(given, str):
        return given
    for convert in (int, float, date.fromisoformat):
        try:
            return convert(given)
        except ValueError:
            continue
    return given.lower() == "true" if given.lower() in ("true", "false") else given


_CONVERT: dict[str, Callable[[Any], Any]] = {
    "string": str,
    "integer": int,
    "float": float,
    "boolean": _boolean,
    "date": _date,
    "area": lambda given: str(given).strip(),
    "any": _any,
}
_NAMED = {
    "string": "text",
    "integer": "a whole number",
    "float": "a number",
    "boolean": "true or false",
    "date": "a date (YYYY-MM-DD)",
    "area": "the code of an area",
    "code": "a code of its list",
    "codes": "a list of codes",
    "any": "a value",
}
