"""A made-up landscape, placed in metres: tests say where things are, not at which longitude."""

from __future__ import annotations

from datetime import date
from functools import cache
from hashlib import blake2s

import numpy as np
import pyproj

from graphmodel.landscape import Landscape
from graphmodel.records import LinkRecord, NodeRecord, Point
from graphmodel.schema import label_of

AS_OF = date(2026, 11, 1)
EAST, NORTH = 380_000.0, 390_000.0  # a corner of the British National Grid that nobody in these tests means


@cache
def _degrees() -> pyproj.Transformer:
    return pyproj.Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)


def point(x: float, y: float) -> Point:
    """Return the point that lies x metres east and y metres north of the corner."""
    return Point(*_degrees().transform(EAST + x, NORTH + y))


def week(*spans: tuple[int, int, int]) -> str:
    """Return 168 flags from (day, first hour, hour after the last); Monday is 0."""
    flags = np.zeros(168, int)
    for day, start, end in spans:
        flags[day * 24 + start : day * 24 + end] = 1
    return "".join(map(str, flags))


ALWAYS = "1" * 168
NEVER = "0" * 168


class Place:
    """Gathers records; ``landscape()`` makes the landscape of them."""

    def __init__(self) -> None:
        self.records: list[NodeRecord | LinkRecord] = []

    def node(self, id: str, at: tuple[float, float] | None = None, within: str = "", **fields) -> str:
        label = label_of(id)
        values = {"name": id.split(":")[1], **_REQUIRED.get(label, {}), **fields}
        if at is not None:
            values["inner_point" if label == "Area" else "location"] = point(*at)
        self.records.append(NodeRecord(label, id, {k: v for k, v in values.items() if v is not None}))
        for area in within.split():
            self.link("WITHIN", id, area)
        return id

    def link(self, type: str, start: str, end: str, /, **fields) -> None:
        key = blake2s(repr((type, start, end, sorted(fields.items()))).encode(), digest_size=8).hexdigest()
        self.records.append(LinkRecord(type, f"link:{key}", start, end, fields))

    def landscape(self, area: str | None = None, as_of: date = AS_OF) -> Landscape:
        return Landscape.from_records(self.records, area=area, as_of=as_of)


_REQUIRED = {
    "Area": {"level": "ward"},
    "Context": {"kind": "park"},
    "Guardian": {"kind": "cafe", "sector": "commercial"},
    "Service": {"kind": "youth_work"},
    "Session": {"kind": "centre"},
    "Organisation": {"sector": "voluntary"},
    "Assessment": {"kind": "location"},
    "Action": {"kind": "visit"},
    "Measure": {"kind": "contextual"},
}

# A guardian that counts: its stage, stance and hours.
ACTIVE = {"stage": "active", "stance": "care", "hours_week": ALWAYS}
