"""A store in memory and a made-up town, so that the whole pipeline runs in a test without a server."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from town import MemoryStore, collection, feature

from graphmodel.settings import Settings
from ingest.pipeline import ingest
from ingest.report import LoadReport


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, object], Path]:
    """Return a function that writes a file into the folder ``town``: text, bytes, or anything as JSON."""

    def write(name: str, content: object) -> Path:
        path = tmp_path / "town" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    return write


@pytest.fixture
def load(tmp_path: Path, store: MemoryStore) -> Callable[..., LoadReport]:
    """Return a function that ingests paths (default: the folder ``town``) into the store."""

    def load(*paths: Path, **options) -> LoadReport:
        settings = options.pop("settings", Settings())
        return ingest(list(paths) or [tmp_path / "town"], store, settings, **options)

    return load


@pytest.fixture
def town(write):
    """Write the outlines of a town near 10 E, 50 N: one district of two wards, each of two quarters.

    The district runs from 10.0 to 10.4 east and 50.0 to 50.1 north; ward W1 is its western half. Quarters are 0.1 wide.
    """

    def strip(first: float, last: float) -> dict:
        return {
            "type": "Polygon",
            "coordinates": [[[first, 50.0], [last, 50.0], [last, 50.1], [first, 50.1], [first, 50.0]]],
        }

    def areas(level: str, *parts: tuple[str, float, float]) -> dict:
        return collection(*(feature(strip(a, b), code=code, name=f"{code} town", level=level) for code, a, b in parts))

    quarters = [(f"Q{i + 1}", round(10 + i / 10, 1), round(10.1 + i / 10, 1)) for i in range(4)]
    write("boundaries_quarters.geojson", areas("lsoa", *quarters))
    write("boundaries_wards.geojson", areas("ward", ("W1", 10.0, 10.2), ("W2", 10.2, 10.4)))
    write("boundary_district.geojson", areas("local_authority", ("D1", 10.0, 10.4)))
