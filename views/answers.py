"""What does a query answer, in the documented shape of every result?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from graphmodel.errors import UnknownName
from graphmodel.records import Point
from graphmodel.store import GraphStore
from queries import Query, get, parse


def answer(store: GraphStore, name: str, given: Mapping[str, str], *, text: str | None = None) -> dict[str, Any]:
    """Run a query of the library or a file by ``name`` (or ``text`` itself) as the reader and return the result.

    Raises UnknownName, InputError, Refused and StoreUnavailable as the library and the reader do.
    """
    query = get(name) if text is None else parse(text, name)
    values = query.values(given)
    _check_areas(store, query, values)
    table = store.query(query.text, values)
    rows = [{column: _plain(value) for column, value in row.items()} for row in table.dicts()]
    return {
        "name": query.id if text is None else "-",
        "parameters": {key: _plain(value) for key, value in values.items()},
        "area": _plain(values.get("area")),
        "as_of": _plain(values.get("as_of")),
        "caveats": _caveats(query, truncated=table.truncated, limit=store.settings.query_rows),
        "sources": [],
        "summary": {"title": query.title, "rows": len(rows), "truncated": table.truncated},
        "rows": rows,
    }


def _check_areas(store: GraphStore, query: Query, values: Mapping[str, Any]) -> None:
    """Raise UnknownName for an area that is not loaded: no rows would read as no gap."""
    for parameter in query.parameters:
        area = values[parameter.name] if parameter.type == "area" else None
        if area and not store.read("MATCH (a:Area) WHERE $area IN [a.code, a.id] RETURN a.id AS id LIMIT 1", area=area):
            raise UnknownName(f"There is no area {area} in the store; give the code or the id of one that was loaded.")


def _caveats(query: Query, *, truncated: bool, limit: int) -> list[str]:
    found = [query.reading] if query.reading else []
    if truncated:
        found.append(f"Only the first {limit:,} rows are shown; ask for fewer, or raise query_rows.")
    return found


def _plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, Point):
        return {"longitude": value.longitude, "latitude": value.latitude}
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, float) and value != value:
        return None
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
