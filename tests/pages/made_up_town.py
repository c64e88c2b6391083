"""A made-up town of two wards for the pages, held in memory."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date

from graphmodel.edits import Edit
from graphmodel.errors import Refused
from graphmodel.gap_status import GapStatus
from graphmodel.landscape import Landscape
from graphmodel.records import LinkRecord, NodeRecord, Point, Record
from graphmodel.settings import Settings
from graphmodel.store import GraphStore
from views.areas import Catalogue, PostcodeSpot

SQUARE = '{{"type":"Polygon","coordinates":[[[{w},{s}],[{e},{s}],[{e},{n}],[{w},{n}],[{w},{s}]]]}}'
HOSTILE = '<script>document.title="owned"</script> ![x](http://evil.example/x.png) **bold** :red[x] =1+1'
EVENINGS = "".join("1" if 18 <= hour % 24 < 22 else "0" for hour in range(168))
ALWAYS_SHUT = "0" * 168


def square(west: float, south: float, east: float, north: float) -> str:
    return SQUARE.format(w=west, s=south, e=east, n=north)


def area(code: str, name: str, level: str, box: tuple[float, float, float, float], **more: object) -> NodeRecord:
    west, south, east, north = box
    fields = {
        "name": name,
        "code": code,
        "level": level,
        "boundary": square(*box),
        "inner_point": Point((west + east) / 2, (south + north) / 2),
        "sensitivity": "open",
        "source": "town/areas.csv",
    }
    return NodeRecord("Area", f"area:{code}", {**fields, **more})


def link(type: str, start: str, end: str, **fields: object) -> LinkRecord:
    return LinkRecord(type, f"link:{type}-{start}-{end}", start, end, dict(fields))


def town() -> list[Record]:
    """One borough of two wards, west and east; the west has a service and guardians, the east a hostile name."""

    def node(label: str, id: str, **fields: object) -> NodeRecord:
        return NodeRecord(label, id, {"source": f"town/{label.lower()}.csv", "source_row": f"{id}.csv:2", **fields})

    west, east = Point(0.005, 0.005), Point(0.015, 0.005)
    records: list[Record] = [
        area("T1", "Town", "local_authority", (0.0, 0.0, 0.02, 0.01)),
        area("W1", "West", "ward", (0.0, 0.0, 0.01, 0.01), population_10_17=1200, population=9000),
        area("W2", "East", "ward", (0.01, 0.0, 0.02, 0.01)),
        node("Service", "service:s1", name="Night youth", kind="youth_work", level="L2", capacity=40, harms=[]),
        node("Service", "service:s2", name="Talk", kind="counselling"),
        node("Session", "session:a", name="Fridays", kind="centre", location=west, hours="18-22", hours_week=EVENINGS),
        node("Guardian", "guardian:g1", name="The Anchor", sector="commercial", kind="pub", location=west,
             stage="active", hours="shut", hours_week=ALWAYS_SHUT, young_people_say="trusted", young_people_asked=20),
        node("Guardian", "guardian:g2", name=HOSTILE, sector="community", kind="faith", location=east),
        node("Guardian", "guardian:g3", name="The refuge", sector="community", kind="other",
             sensitivity="confidential"),
        node("Context", "context:c1", name="Quay", kind="transport", location=west, concern="of_concern",
             concern_review=date(2026, 1, 1)),
        node("Organisation", "org:o1", name="Town council", sector="statutory"),
        node("Organisation", "org:o2", name="Example Trust", sector="voluntary"),
        node("Source", "source:town", name="town/guardian.csv", title="Town list", licence="OGL",
             retrieved=date(2026, 11, 1)),
        link("DELIVERS", "service:s1", "session:a"),
        link("RUNS", "org:o1", "service:s1"),
        link("REFERS_TO", "guardian:g1", "guardian:g2", basis="declared"),
        link("REFERS_TO", "org:o2", "guardian:g1", basis="declared", source_row="links.csv:3"),
        link("SHARES_INFORMATION_WITH", "guardian:g2", "org:o2", basis="perceived"),
        link("GUARDIAN_OF", "guardian:g1", "context:c1", basis="declared"),
    ]  # fmt: skip
    records += [link("WITHIN", f"area:{ward}", "area:T1", share=1.0) for ward in ("W1", "W2")]
    for id, ward in (("session:a", "W1"), ("guardian:g1", "W1"), ("guardian:g2", "W2"), ("context:c1", "W1")):
        records += [link("WITHIN", id, f"area:{ward}"), link("WITHIN", id, "area:T1")]
    return records


@dataclass
class RecordsBackend:
    """Pages on made-up records, without a store."""

    settings: Settings
    records: list[Record]
    said: dict[str, GapStatus] = field(default_factory=dict)

    def version(self) -> str:
        return f"1.{len(self.records)}"

    def is_empty(self) -> bool:
        return not self.records

    def catalogue(self) -> Catalogue:
        nodes = [{"id": r.id, **r.properties} for r in self.records if isinstance(r, NodeRecord) and r.label == "Area"]
        links = [
            {"start": r.start, "end": r.end, **r.properties}
            for r in self.records
            if isinstance(r, LinkRecord) and r.type == "WITHIN"
        ]
        return Catalogue.from_rows(nodes, links)

    def landscape(self, area: str | None, as_of: date | None) -> Landscape:
        return Landscape.from_records(self.records, area, as_of, self.settings)

    def postcode(self, key: str) -> PostcodeSpot | None:
        held = {r.id: r for r in self.records if isinstance(r, NodeRecord) and r.label == "Postcode"}
        found = held.get(f"postcode:{key}")
        if found is None:
            return None
        point: Point = found.properties["location"]
        links = [r for r in self.records if isinstance(r, LinkRecord) and (r.type, r.start) == ("WITHIN", found.id)]
        areas = tuple(sorted(link.end for link in links))
        return PostcodeSpot(str(found.properties["name"]), point.longitude, point.latitude, areas)

    def remarks(self) -> int:
        return len(self.said)

    def statuses(self) -> dict[str, GapStatus]:
        return self.said

    def changes(self) -> list[Edit]:
        return []

    def writing(self) -> AbstractContextManager[GraphStore]:
        raise Refused("Made-up records cannot be changed.")

    def close(self) -> None:
        pass
