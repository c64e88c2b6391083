"""Can a field take the value a person gives it? Codes, ranges and counts of people, as in an import."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from graphmodel import cypher
from graphmodel.codes import code_list
from graphmodel.disclosure import round_bounds, round_people
from graphmodel.errors import InputError
from graphmodel.records import Point
from graphmodel.schema import Field

# Whose word it is stays the source's; a place is corrected in its file, for its areas follow from it.
FIXED = frozenset({"source", "source_row", "retrieved", "licence"})
_PLACES = frozenset({"point", "geometry"})
_GUARDED = ("OBSERVED_IN", "value")  # may count people, which only its Measure tells
_WEEK = re.compile("[01]{168}")


def checked(name: str, changes: Mapping[str, Any], threshold: int, *, new: bool = False) -> dict[str, Any]:
    """Return what is stored for changes of a node or link of this label or type; only what is ``new`` gets a place.

    Raises InputError for a property that cannot be changed, a value it cannot take, or a required one left blank.
    """
    of = name
    by_property = {each: field for field in cypher.fields_of(of).values() for each in field.properties}
    values: dict[str, Any] = {}
    for name, value in changes.items():
        field = by_property.get(name)
        if field is None or name in FIXED or (field.kind in _PLACES and not new) or (of, name) == _GUARDED:
            raise InputError(f"'{name}' of {of} cannot be changed here.")
        value = _blank_is_unknown(value)
        if value is None and field.required:
            raise InputError(f"'{name}' of {of} cannot be left blank.")
        values |= {name: None} if value is None else _fitting(field, name, value, threshold)
        if field.kind == "hours" and name == field.name:
            values.setdefault(f"{name}_week", changes.get(f"{name}_week"))
    missing = [each for each, field in cypher.fields_of(of).items() if new and field.required and not values.get(each)]
    if missing:
        raise InputError(f"A new {of} needs {', '.join(missing)}.")
    return values


def _blank_is_unknown(value: Any) -> Any:
    return None if value in ("", []) or (isinstance(value, str) and not value.strip()) else value


def _fitting(field: Field, name: str, value: Any, threshold: int) -> dict[str, Any]:
    """Return what is stored for a value. Raises InputError when it does not fit its field."""
    if not _fits(field, name, value):
        raise InputError(f"{value!r} does not fit '{name}': {_wanted(field)}.")
    if field.people:
        return _rounded(field.name, value, threshold)
    return {name: float(value) if field.kind == "number" else value}


def _rounded(name: str, value: int, threshold: int) -> dict[str, Any]:
    if name in ("lower", "upper"):
        lower, upper = round_bounds(value if name == "lower" else None, value if name == "upper" else None, threshold)
        return {name: lower if name == "lower" else upper}
    kept = round_people(value, threshold)
    if name == "people" and kept.people is None:
        return {"people": None, "lower": kept.lower, "upper": kept.upper}
    return {name: kept.people}


def _fits(field: Field, name: str, value: Any) -> bool:
    if name.endswith("_week") and field.kind == "hours":
        return isinstance(value, str) and bool(_WEEK.fullmatch(value))
    if field.kind in ("codes", "texts"):
        return isinstance(value, list) and all(isinstance(each, str) and _known(field, each) for each in value)
    if field.kind == "numbers":
        return isinstance(value, list) and all(_is_number(each) for each in value)
    if field.kind == "integer":
        fits = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= cypher.LARGEST_INTEGER
        return fits and not (field.people and value < 0)
    if field.kind == "number":
        return _is_number(value)
    if field.kind == "date":
        return isinstance(value, date) and not isinstance(value, datetime)
    if field.kind == "datetime":
        return isinstance(value, datetime)
    if field.kind == "point":
        return isinstance(value, Point)
    if field.kind == "boolean":
        return isinstance(value, bool)
    return isinstance(value, str) and _known(field, value)


def _known(field: Field, code: str) -> bool:
    return not field.codes or field.open or code in code_list(field.codes)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value - value == 0


def _wanted(field: Field) -> str:
    if field.codes and not field.open:
        return f"it takes {', '.join(code_list(field.codes))}"
    return f"it takes a value of kind {field.kind}"
