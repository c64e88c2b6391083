"""How many people of each age live in an area: official estimates with a column for each year of age, or for bands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from graphmodel.issues import issue
from ingest.area_codes import code_columns, licence_of
from ingest.files import clean, columns, first_cell, kind_of, number, read_csv
from ingest.rows import Match, RawRow, ReadContext, Reading
from ingest.validate import AREA_ATTRIBUTES

NAME = "population"

_FILE_NAME = re.compile(r"population|(^|[^a-z])(pop|mye|sape|mid[_-]?year|census|age)([^a-z]|$)")
_CODES = ("area_code", "areacd", "geography_code", "geography code", "code", "lsoa", "msoa", "ward")
_TOTALS = ("all_ages", "all ages", "total", "population", "all", "all_persons", "total_population", "pop")
_SEX = ("sex", "gender")
_PERSONS = frozenset({"persons", "person", "all", "total", "both", "all persons", "p", "t", "0"})
_AGE = re.compile(
    r"(?:aged?|p|persons)?[ _]*(\d{1,3})(?:[ _]*(?:-|–|to|_)[ _]*(\d{1,3})|[ _]*(\+|and[ _]over|plus|or[ _]over))?"
)
_OLDEST = 130

Band = tuple[int, int]


def sniff(path: Path) -> Match | None:
    """Claim a CSV of area codes with columns for ages, named for population."""
    if kind_of(path) != "csv":
        return None
    names = columns(path)
    named = bool(_FILE_NAME.search(path.name.casefold()))
    # One column of totals is enough only for a file that is named for them.
    by_age, totals = len(_bands(names)) >= 3, any(name in _TOTALS for name in names)
    if _code_column(names) is None or not (by_age or (totals and named)):
        return None
    return Match(NAME, "exact" if named else "suggested")


def phase(_: Path) -> int:
    """Attributes are read when the areas are known."""
    return 40


def read(path: Path, context: ReadContext) -> Reading:
    """Return one row of area attributes for each area, all persons."""
    info = context.info(path, NAME, **licence_of(first_cell(path, _code_column(columns(path)))))
    return Reading(info, _rows(path, context))


def _rows(path: Path, context: ReadContext) -> Iterator[RawRow]:
    data = read_csv(path, context)
    code = _code_column(data.header)
    if code is None:
        context.report(issue("column_missing", context.file, field="area_code"))
        return
    sex = next((name for name in _SEX if name in data.header), None)
    total = next((name for name in _TOTALS if name in data.header), None)
    bands = _bands(data.header)
    for line, cells in data.rows:
        if sex and (cells.get(sex) or "persons").casefold() not in _PERSONS:
            continue
        counts = {band: found for band, name in bands.items() if (found := number(cells.get(name))) is not None}
        values: dict[str, Any] = {"id": clean(cells.get(code)), **_figures(counts)}
        if total and (whole := clean(cells.get(total))):
            values["population"] = whole
        yield RawRow(AREA_ATTRIBUTES, values, line)


def _figures(counts: dict[Band, float]) -> dict[str, Any]:
    found = {
        "population": _sum(counts, 0, _OLDEST),
        "population_10_17": _sum(counts, 10, 17),
        "population_18_25": _sum(counts, 18, 25),
        "population_by_age": _by_age(counts),
    }
    return {name: value for name, value in found.items() if value is not None}


def _sum(counts: dict[Band, float], first: int, last: int) -> int | None:
    """Return the people aged ``first`` to ``last``, if columns cover these ages exactly; finest columns first."""
    total, age = 0.0, first
    while age <= last:
        fitting = [band for band in counts if band[0] == age and band[1] <= last]
        if not fitting:
            return None
        band = min(fitting, key=lambda each: each[1])
        total += counts[band]
        age = band[1] + 1
    return round(total)


def _by_age(counts: dict[Band, float]) -> list[float] | None:
    """Return people by single year from 0; the last holds all older. None where a year is missing."""
    oldest = max((low for low, high in counts if high == _OLDEST), default=None)
    if not oldest or any((age, age) not in counts for age in range(oldest)):
        return None
    return [*(counts[age, age] for age in range(oldest)), counts[oldest, _OLDEST]]


def _bands(names: Any) -> dict[Band, str]:
    found: dict[Band, str] = {}
    for name in names:
        if match := _AGE.fullmatch(name):
            low = int(match[1])
            high = _OLDEST if match[3] else int(match[2] or low)
            if low <= high <= _OLDEST:
                found.setdefault((low, high), name)
    return found


def _code_column(names: Any) -> str | None:
    return next((name for name in _CODES if name in names), None) or next(iter(code_columns(tuple(names))), None)
