"""How do rows leave the app? As tables people read, and as CSV and GeoJSON that other programs can open safely."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from graphmodel.disclosure import safe_cell

TITLES = {
    "name": "Name",
    "layer": "Layer",
    "kind": "Kind",
    "stage": "Stage or level",
    "hours": "Hours",
    "open_now": "Open then",
    "area": "Area",
    "source": "Source",
    "from": "From",
    "link": "Link",
    "to": "To",
    "basis": "Basis",
    "formality": "Formality",
}


def readable(rows: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Return these columns under the titles people read; a column the rows do not have is left out."""
    held = [column for column in columns if column in rows.columns]
    return rows[held].rename(columns=TITLES)


def open_words(states: Sequence[bool | None]) -> list[str]:
    """Return open, closed or not known for each state."""
    return ["not known" if state is None else "open" if state else "closed" for state in states]


def csv_bytes(rows: pd.DataFrame) -> bytes:
    """Return the rows as CSV (UTF-8 with a mark, for spreadsheets); no cell is taken for a formula there."""
    safe = pd.DataFrame({safe_cell(str(name)): [safe_cell(_flat(v)) for v in rows[name]] for name in rows.columns})
    return safe.to_csv(index=False).encode("utf-8-sig")


def geojson_bytes(rows: pd.DataFrame) -> bytes:
    """Return the rows as a GeoJSON FeatureCollection (WGS-84); a row without a point has a null geometry."""
    features = [_feature({str(name): value for name, value in row.items()}) for row in rows.to_dict("records")]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


def source_line(source: Mapping[str, Any]) -> str:
    """Return a source as one line: title, publisher, date, licence."""
    parts = [source.get("title") or source.get("name"), source.get("publisher"), source.get("retrieved")]
    return ", ".join(str(part) for part in (*parts, source.get("licence")) if part)


def short_list(values: Sequence[str], most: int = 3) -> str:
    """Return the first values, and how many more there are."""
    held = ", ".join(values[:most])
    return held if len(values) <= most else f"{held} and {len(values) - most} more"


SHARES = frozenset(
    {
        "complete", "context_hours", "engagement", "guardian_hours", "service_capacity", "service_coding",
        "service_hours", "filled", "verified", "linked",
    }
)  # fmt: skip


def completeness_rows(rows: Iterable[Mapping[str, Any]], about: str) -> pd.DataFrame:
    """Return the rows of the completeness analysis that are about areas, labels or links; ids and details left out."""
    held = [
        {k: v for k, v in row.items() if k not in ("about", "fields", "area")} for row in rows if row["about"] == about
    ]
    return pd.DataFrame(held)


def title(name: str) -> str:
    """Return a column's name as people read it."""
    return name.replace("_", " ").capitalize()


def _feature(row: dict[str, Any]) -> dict[str, Any]:
    longitude, latitude = row.pop("longitude", None), row.pop("latitude", None)
    known = longitude is not None and longitude == longitude
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [round(longitude, 6), round(latitude, 6)]} if known else None,
        "properties": {name: _flat(value) for name, value in row.items()},
    }


def _flat(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return "; ".join(str(item) for item in value)
    if isinstance(value, date):
        return value.isoformat()
    if value is None or value is pd.NaT or (isinstance(value, float) and value != value):
        return None
    return value.item() if hasattr(value, "item") else value
