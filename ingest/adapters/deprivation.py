"""How deprived is an area: the English Indices of Deprivation (File 7 of 2019 and 2025) and tables of their kind."""

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

NAME = "deprivation"

_FILE_NAME = re.compile(r"depriv|(^|[^a-z])(imd|iod|simd|wimd|nimdm)([^a-z]|$)|file_?7|indices")
_SCORE = ("index of multiple deprivation (imd) score", "imd_score", "imd score", "deprivation_score", "uk_imd_e_score")
_DECILE = (
    "index of multiple deprivation (imd) decile",
    "imd_decile",
    "imd decile",
    "deprivation_decile",
    "original_decile",
)
_CHILDREN = ("income deprivation affecting children index (idaci) score", "idaci_score", "idaci score")
_CODES = ("lsoa code", "area_code", "areacd", "lsoa", "data zone", "code")


def sniff(path: Path) -> Match | None:
    """Claim a CSV of area codes with a deprivation score or decile."""
    if kind_of(path) != "csv":
        return None
    names = columns(path)
    if _code_column(names) is None or not (_starting(_SCORE, names) or _starting(_DECILE, names)):
        return None
    return Match(NAME, "exact" if _FILE_NAME.search(path.name.casefold()) else "suggested")


def phase(_: Path) -> int:
    """Attributes are read when the areas are known."""
    return 40


def read(path: Path, context: ReadContext) -> Reading:
    """Return one row of area attributes for each area. Codes of older areas that were not redrawn are still good."""
    known = licence_of(first_cell(path, _code_column(columns(path))))
    if known:
        known["publisher"] = "Ministry of Housing, Communities and Local Government"
    info = context.info(path, NAME, **known)
    return Reading(info, _rows(path, context))


def _rows(path: Path, context: ReadContext) -> Iterator[RawRow]:
    data = read_csv(path, context)
    code = _code_column(data.header)
    score, decile = _starting(_SCORE, data.header), _starting(_DECILE, data.header)
    children = _starting(_CHILDREN, data.header)
    if code is None or not (score or decile):
        context.report(issue("column_missing", context.file, field="lsoa code" if code is None else "imd score"))
        return
    for line, cells in data.rows:
        values: dict[str, Any] = {"id": clean(cells.get(code))}
        values["deprivation_score"] = cells.get(score) if score else None
        values["deprivation_decile"] = cells.get(decile) if decile else None
        if children and (found := number(cells.get(children))) is not None:
            values["indicators"] = [f"idaci={found:g}"]
        yield RawRow(AREA_ATTRIBUTES, values, line)


def _starting(prefixes: tuple[str, ...], names: Any) -> str | None:
    """Return the first column that begins with one of the prefixes: publishers add years and notes after them."""
    return next((name for prefix in prefixes for name in names if name.startswith(prefix)), None)


def _code_column(names: Any) -> str | None:
    return _starting(_CODES, names) or next(iter(code_columns(tuple(names))), None)
