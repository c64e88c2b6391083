"""What does an analysis hand back? Rows with the parameters, caveats and sources that made them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np

DECIMALS = 6
MOST_NAMED = 5

STRAIGHT_LINE = "Distances are straight lines, not walking routes."
ORDINARY_WEEK = "Hours mean an ordinary week: bank holidays, clock changes and dated rules are left out."


@dataclass(frozen=True, kw_only=True)
class Result:
    """The answer of an analysis. ``area`` is an id, or None for all that is loaded."""

    name: str
    parameters: Mapping[str, Any]
    area: str | None
    as_of: date
    caveats: tuple[str, ...] = ()
    sources: tuple[Mapping[str, Any], ...] = ()
    summary: Mapping[str, Any] = field(default_factory=dict)
    rows: tuple[Mapping[str, Any], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the result in the documented JSON shape: no NaN, dates in ISO form, floats to six decimals."""
        keys = ("name", "parameters", "area", "as_of", "caveats", "sources", "summary", "rows")
        return {key: plain(getattr(self, key)) for key in keys}


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it; what is not a number, or missing, is None."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return [plain(item) for item in value]
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return _number(float(value))
    if isinstance(value, date | datetime):
        return None if value != value else value.isoformat()
    return None if value is None or value != value else str(value)


def _number(value: float) -> float | None:
    # Adding zero turns -0.0 into 0.0, so that two servers print the same text.
    return round(value, DECIMALS) + 0.0 if math.isfinite(value) else None


def known(value: Any) -> Any:
    """Return a cell of a data frame, None where it is missing."""
    return None if value is None or (not isinstance(value, list | str) and value != value) else value


def listed(names: Iterable[str]) -> str:
    """Return names as people list them, the first five and how many more."""
    names = list(names)
    if len(names) > MOST_NAMED:
        return f"{', '.join(names[:MOST_NAMED])} and {len(names) - MOST_NAMED} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
