"""The demo package as a reader of its files sees it: tables by id, links by type, places in British metres."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest
from pyproj import Transformer
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

from demo.generate import write_demo
from graphmodel import schema

csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
TO_METRES = Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True)
Row = dict[str, str]


@dataclass
class Demo:
    folder: Path

    @cached_property
    def tables(self) -> dict[str, list[Row]]:
        return {path.stem: _read(path) for path in sorted(self.folder.glob("*.csv"))}

    @cached_property
    def by_id(self) -> dict[str, Row]:
        return {
            f"{schema.NODE_TYPES[label].prefix}:{row['id']}": row
            for table, rows in self.tables.items()
            if (label := schema.label_of_table(table))
            for row in rows
        }

    def ids(self, prefix: str) -> list[str]:
        return [id for id in self.by_id if id.startswith(f"{prefix}:")]

    def links(self, type: str, *, start: str | None = None, end: str | None = None) -> list[Row]:
        return [
            row
            for row in self.tables["links"]
            if row["type"] == type and start in (None, row["from"]) and end in (None, row["to"])
        ]

    def ends(self, type: str, start: str) -> set[str]:
        return {row["to"] for row in self.links(type, start=start)}

    def starts(self, type: str, end: str) -> set[str]:
        return {row["from"] for row in self.links(type, end=end)}

    def lonlat(self, id: str) -> tuple[float, float] | None:
        row = self.by_id[id]
        if row.get("postcode"):
            row = next(r for r in self.tables["postcodes"] if r["name"] == row["postcode"])
        if not row.get("longitude"):
            return None
        return float(row["longitude"]), float(row["latitude"])

    @cached_property
    def metres(self) -> dict[str, tuple[float, float]]:
        """Every place with a point, in EPSG:27700."""
        places = {id: point for id in self.by_id if (point := self.lonlat(id))}
        xs, ys = TO_METRES.transform([p[0] for p in places.values()], [p[1] for p in places.values()])
        return dict(zip(places, zip(xs, ys, strict=True), strict=True))

    def near(self, id: str, prefix: str, within_m: float) -> list[str]:
        x, y = self.metres[id]
        return [
            other
            for other, (x2, y2) in self.metres.items()
            if other.startswith(f"{prefix}:") and ((x - x2) ** 2 + (y - y2) ** 2) ** 0.5 <= within_m
        ]

    @cached_property
    def shapes(self) -> dict[str, BaseGeometry]:
        return {row["code"]: shape(json.loads(row["boundary"])) for row in self.tables["areas"]}

    @cached_property
    def wards(self) -> dict[str, str]:
        """The ward of every place, by its point or its area."""
        wards = {row["code"]: self.shapes[row["code"]] for row in self.tables["areas"] if row["level"] == "ward"}
        found = {}
        for id, row in self.by_id.items():
            point = self.lonlat(id)
            if point:
                found[id] = next(code for code, outline in wards.items() if outline.covers(Point(point)))
            elif row.get("area") in wards:
                found[id] = row["area"]
        return found

    def services_in(self, ward: str) -> set[str]:
        """Services with a session in the ward, or that serve it or the whole borough."""
        sites = {row["from"] for row in self.links("DELIVERS") if self.wards.get(row["to"]) == ward}
        return sites | self.starts("SERVES", f"area:{ward}") | self.starts("SERVES", "area:X08000001")


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("landscape") / "demo"
    write_demo(folder)
    yield Demo(folder)
