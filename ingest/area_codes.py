"""What do an area's code and a column's name tell? Levels by the prefixes of the United Kingdom's official codes."""

from __future__ import annotations

import re

from graphmodel.codes import code_list

# Entity codes of the ONS Register of Geographic Codes, and the Scottish data zones and their groups.
_LEVELS = {
    "lsoa": ("E01", "W01", "S01", "95"),
    "msoa": ("E02", "W02", "S02"),
    "ward": ("E05", "W05", "S13", "N08"),
    "local_authority": ("E06", "E07", "E08", "E09", "E10", "W06", "S12", "N09"),
    "region": ("E12",),
    "country": ("E92", "W92", "S92", "N92"),
}
_BY_PREFIX = {prefix: level for level, prefixes in _LEVELS.items() for prefix in prefixes}
_CODE = re.compile(r"[EWSN]\d{8}")
_NI_CODE = re.compile(r"95[A-Z]{2}\d{2}[A-Z]\d|N2\d{7}")
_COLUMN_LEVELS = {
    "lsoa": "lsoa",
    "dz": "lsoa",
    "msoa": "msoa",
    "iz": "msoa",
    "wd": "ward",
    "ward": "ward",
    "lad": "local_authority",
    "ltla": "local_authority",
    "utla": "local_authority",
    "ctyua": "local_authority",
    "cty": "local_authority",
    "la": "local_authority",
    "local_authority": "local_authority",
    "rgn": "region",
    "region": "region",
    "ctry": "country",
    "country": "country",
}
_CODE_COLUMN = re.compile(rf"^({'|'.join(sorted(_COLUMN_LEVELS, key=len, reverse=True))})_?(\d\d|\d{{4}})?_?(cd|code)$")
_NAME_COLUMN = re.compile(rf"^({'|'.join(sorted(_COLUMN_LEVELS, key=len, reverse=True))})_?(\d\d|\d{{4}})?_?(nm|name)$")

# Codes that ended, and the one that stands in their place (ONS Code History Database).
SUCCESSORS = {
    "E08000016": "E08000038",
    "E08000019": "E08000039",
}


# How the United Kingdom's official geography and statistics are published.
OFFICIAL = {
    "publisher": "Office for National Statistics",
    "licence": "OGL-UK-3.0",
    "attribution": "Contains National Statistics and OS data © Crown copyright and database right",
}


def licence_of(code: str) -> dict[str, str]:
    """Return publisher, licence and attribution of official data by a code it uses; nothing for other codes."""
    return dict(OFFICIAL) if level_of(code) else {}


def level_of(code: str) -> str | None:
    """Return the level an official code tells by its prefix, or None (codes of other countries)."""
    code = code.strip().upper()
    if _CODE.fullmatch(code):
        return _BY_PREFIX.get(code[:3])
    if _NI_CODE.fullmatch(code):
        return "lsoa"
    return None


def is_code(text: str) -> bool:
    """Return whether a text has the form of an official code of the United Kingdom."""
    return bool(_CODE.fullmatch(text.strip().upper()) or _NI_CODE.fullmatch(text.strip().upper()))


def code_columns(columns: list[str] | tuple[str, ...]) -> dict[str, str]:
    """Return code column -> level, for columns such as ``lsoa21cd``, ``WD25CD`` or ``lad_code``."""
    found = {}
    for column in columns:
        if match := _CODE_COLUMN.match(column.casefold()):
            found[column] = _COLUMN_LEVELS[match[1]]
    return found


def name_column(columns: list[str] | tuple[str, ...], code_column: str) -> str | None:
    """Return the column that names the areas of a code column (``LAD24CD`` -> ``LAD24NM``), or None."""
    by_lower = {column.casefold(): column for column in columns}
    stem = re.sub(r"(cd|code|id)$", "", code_column.casefold())
    candidates = (f"{stem}nm", f"{stem}name", "area_name", "name", "areanm", "areaname", "nm", "title", "label")
    for candidate in candidates:
        if candidate in by_lower:
            return by_lower[candidate]
    return next((column for column in columns if _NAME_COLUMN.match(column.casefold())), None)


def vintage_of(column: str) -> str:
    """Return the year a column's name tells ("wd22cd" is 2022), or ""."""
    match = re.search(r"(?<!\d)(\d{4}|\d\d)(?!\d)", column)
    return "" if not match else match[1] if len(match[1]) == 4 else f"20{match[1]}"


# Finer parts lie within coarser ones; wards and MSOAs do not nest in each other, an own area may be of any size.
_RANKS = {"lsoa": 0, "msoa": 1, "ward": 1, "custom": 2, "local_authority": 3, "region": 4, "country": 5}


def rank(level: str) -> int:
    """Return how coarse a level is: an area lies within areas of a higher rank. Levels of one's own are custom."""
    return _RANKS.get(level, _RANKS["custom"])


def known_levels() -> tuple[str, ...]:
    """Return the codes of the levels, the user's own among them."""
    return tuple(code_list("area_levels"))
