"""Where do the rows go? The tables of a landscape package while they are being made, and the seeded draws."""

from __future__ import annotations

import calendar
import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

import numpy as np

from graphmodel import schema

SEED = 20261123
PSEUDO = ("longitude", "latitude", "postcode", "area")

T = TypeVar("T")
Value = str | int | float | bool | date | Sequence[str] | Sequence[int] | None
Row = dict[str, Value]


class Chance:
    """Seeded draws. Only uniform numbers are taken from NumPy: their stream is the same in every version."""

    def __init__(self, stream: int) -> None:
        self._generator = np.random.Generator(np.random.PCG64([SEED, stream]))

    def random(self) -> float:
        """Return a number in [0, 1)."""
        return float(self._generator.random())

    def between(self, low: float, high: float) -> float:
        """Return a number in [low, high)."""
        return low + (high - low) * self.random()

    def integer(self, low: int, high: int) -> int:
        """Return a whole number from low to high, both included."""
        return low + int(self.random() * (high - low + 1))

    def bell(self) -> float:
        """Return a number around 0 with standard deviation 1, within -3 and 3."""
        return 2 * (self.random() + self.random() + self.random() - 1.5)

    def yes(self, share: float) -> bool:
        """Return True in that share of draws."""
        return self.random() < share

    def pick(self, items: Sequence[T]) -> T:
        """Return one of the items."""
        return items[int(self.random() * len(items))]

    def weighted(self, weights: Mapping[T, float]) -> T:
        """Return a key of the mapping, in proportion to its weight."""
        mark = self.random() * sum(weights.values())
        for key, weight in weights.items():
            mark -= weight
            if mark < 0:
                return key
        return key

    def sample(self, items: Sequence[T], count: int) -> list[T]:
        """Return ``count`` different items, all of them if there are fewer, in the order of drawing."""
        left = list(items)
        return [left.pop(int(self.random() * len(left))) for _ in range(min(count, len(left)))]


@dataclass
class Package:
    """The tables of one landscape package; dates are counted from ``as_of``."""

    as_of: date
    tables: dict[str, list[Row]] = field(default_factory=dict)
    links: list[Row] = field(default_factory=list)

    def add(self, table: str, key: str, name: str | None, /, **values: Value) -> str:
        """Append a row and return its id with the label's prefix."""
        self.tables.setdefault(table, []).append({"id": key, "name": name, **values})
        label = schema.label_of_table(table)
        if label is None:
            raise KeyError(table)
        return f"{schema.NODE_TYPES[label].prefix}:{key}"

    def link(self, type: str, start: str, end: str, /, **values: Value) -> None:
        """Append a link between two ids."""
        self.links.append({"type": type, "from": start, "to": end, **values})

    def rows(self, table: str) -> list[Row]:
        """Return the rows of a table so far."""
        return self.tables.setdefault(table, [])

    def day(self, offset: int) -> date:
        """Return the date so many days after (before, if negative) ``as_of``."""
        return self.as_of + timedelta(days=offset)

    @property
    def year(self) -> str:
        """The financial year before ``as_of``, such as 2025-26."""
        return f"{self.as_of.year - 1}-{self.as_of.year % 100:02d}"

    def month_end(self, months: int) -> date:
        """Return the last day of the month so many months after that of ``as_of``."""
        count = self.as_of.year * 12 + self.as_of.month - 1 + months
        year, month = divmod(count, 12)
        return date(year, month + 1, calendar.monthrange(year, month + 1)[1])

    def texts(self) -> dict[str, str]:
        """Return the CSV text of every table, ``links`` included, by table name."""
        result = {table: _csv(_columns(table, rows), rows) for table, rows in self.tables.items()}
        return {**result, "links": _csv(_columns("links", self.links), self.links)}


def _columns(table: str, rows: Sequence[Row]) -> list[str]:
    used = {name for row in rows for name, value in row.items() if value not in (None, "", [], ())}
    if table == "links":
        own = [name for type in schema.LINK_TYPES for name in schema.link_fields(type)]
        order = ["type", "from", "to", *own]
    else:
        order = ["id", "name", *PSEUDO, *schema.node_fields(schema.label_of_table(table) or "")]
    unknown = used - set(order)
    if unknown:
        raise KeyError(f"{table}: {sorted(unknown)}")
    return [name for name in dict.fromkeys(order) if name in used]


def _csv(columns: Sequence[str], rows: Sequence[Row]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)
    return out.getvalue()


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str | int | float):
        return str(value)
    return ";".join(str(item) for item in value)
