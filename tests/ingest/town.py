"""Made-up areas and a store in memory, for the tests of ingest."""

from __future__ import annotations

from graphmodel.loading import LoadCounts
from graphmodel.records import LinkRecord, NodeRecord
from graphmodel.schema import label_of
from ingest.report import LoadReport


class MemoryStore:
    """Keeps what was loaded: nodes by id, links by id. Later properties are laid over earlier ones."""

    def __init__(self):
        self.node: dict[str, dict] = {}
        self.link: dict[str, LinkRecord] = {}
        self.loads: list[list[str]] = []
        self._within: dict[str, set[str]] = {}

    def load(self, records, *, sources, allow_removals=False, progress=None):
        nodes = links = 0
        for record in records:
            if isinstance(record, NodeRecord):
                assert label_of(record.id) == record.label
                self.node[record.id] = {**self.node.get(record.id, {}), **record.properties, "id": record.id}
                nodes += 1
            else:
                self.link[record.id] = record
                links += 1
        self.loads.append(list(sources))
        self._within.clear()
        return LoadCounts(created=nodes + links, nodes=nodes, links=links)

    def nodes(self, label, ids=None):
        wanted = self.node if ids is None else ids
        return [self.node[id] for id in wanted if id in self.node and label_of(id) == label]

    def read(self, text, **parameters):
        return []

    def within(self, start: str) -> set[str]:
        """Return the codes of the areas a node lies in."""
        if not self._within:
            for link in self.of("WITHIN"):
                self._within.setdefault(link.start, set()).add(link.end.partition(":")[2])
        return self._within.get(start, set())

    def of(self, type: str) -> list[LinkRecord]:
        return [link for link in self.link.values() if link.type == type]


def codes(report: LoadReport, file: str | None = None) -> list[str]:
    """Return the issue codes of a report, those about licences left out."""
    return [i.code for i in report.issues if i.code != "licence_unknown" and file in (None, i.file)]


def square(west: float, south: float, size: float = 1.0) -> dict:
    """Return a square in degrees as a GeoJSON polygon."""
    east, north = west + size, south + size
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def feature(geometry: dict | None, **properties: object) -> dict:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features: dict, **members: object) -> dict:
    return {"type": "FeatureCollection", **members, "features": list(features)}
