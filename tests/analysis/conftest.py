"""Landscapes that many tests look at, loaded once through the ingest pipeline into a store that only remembers."""

from __future__ import annotations

from datetime import date

import pytest

from graphmodel.landscape import Landscape
from graphmodel.records import LinkRecord, NodeRecord
from graphmodel.settings import Settings

AS_OF = date(2026, 11, 1)


class Remembering:
    """An empty store that keeps the records it is given."""

    def __init__(self) -> None:
        self.records: list[NodeRecord | LinkRecord] = []

    def load(self, records, **_):
        from graphmodel.store import LoadCounts

        self.records = list(records)
        nodes = sum(isinstance(record, NodeRecord) for record in self.records)
        return LoadCounts(len(self.records), 0, 0, 0, nodes, len(self.records) - nodes)

    def nodes(self, label, ids=None):
        return iter(())

    def links(self, type):
        return iter(())

    def read(self, cypher, **parameters):
        return []


def records_of(folder):
    from ingest.pipeline import ingest

    store = Remembering()
    ingest([folder], store, Settings())
    return store.records


@pytest.fixture(scope="session")
def demo_records(tmp_path_factory):
    from demo.generate import write_demo

    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder, as_of=AS_OF)
    return records_of(folder)


@pytest.fixture(scope="session")
def demo_whole(demo_records) -> Landscape:
    return Landscape.from_records(demo_records, as_of=AS_OF)


@pytest.fixture(scope="session")
def trafford_whole(trafford) -> Landscape:
    return Landscape.from_records(records_of(trafford), as_of=AS_OF)
