"""What goes into the store: a node or a link that passed validation."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple


class Point(NamedTuple):
    """A place in WGS-84 degrees."""

    longitude: float
    latitude: float


Value = str | int | float | bool | date | datetime | Point | list[str] | list[float]
Properties = dict[str, Value]


@dataclass(frozen=True, slots=True)
class NodeRecord:
    """A node: ``id`` has its label's prefix; ``properties`` hold known values only, without ``id``."""

    label: str
    id: str
    properties: Properties = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LinkRecord:
    """A link between two ids; ``id`` is the source's key, or a hash of type, ends and own fields."""

    type: str
    id: str
    start: str
    end: str
    properties: Properties = field(default_factory=dict)


Record = NodeRecord | LinkRecord
