"""What of a landscape leaves, and what must stand beside it? Shared by every format of ``export.py``.

Everything passes the profile of ``disclosure.py``: confidential records never leave.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from graphmodel.disclosure import Profile, Row, check_licences, engagement_counts
from graphmodel.errors import InputError, LandscapeError
from graphmodel.landscape import Landscape
from graphmodel.records import Point
from graphmodel.schema import COMMON, LINK_TYPES, NODE_TYPES, SCHEMA_VERSION, Field, label_of, link_fields, node_fields

if TYPE_CHECKING:
    from graphmodel.durable import Progress
    from graphmodel.store import GraphStore

    Held: TypeAlias = "GraphStore | Landscape | Watched"

# Sources are taken last, when it is known from which of them something leaves.
LABELS = tuple(label for label in NODE_TYPES if label != "Source")


@dataclass(slots=True)
class Leaving:
    """What of a landscape leaves, row by row, and what was met on the way."""

    source: GraphStore | AreaOf | Watched
    profile: Profile
    ids: set[str] = field(default_factory=set)
    outlined: set[str] = field(default_factory=set)
    sources: dict[str, Row] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def nodes(self, label: str) -> Iterator[Row]:
        """Yield the nodes of a label that leave. Take sources last: only those leave that something else is from."""
        for row in sorted(self.source.nodes(label), key=lambda row: str(row["id"])):
            kept = self.profile.node(label, row)
            if kept is None or (label == "Source" and self.profile.publishable and kept.get("name") not in self.used):
                continue
            self.ids.add(kept["id"])
            if label == "Source":
                self.sources[str(kept.get("name"))] = kept
            else:
                self.used |= {str(kept.get("source")), *getattr(self.source, "also", {}).get(kept["id"], ())}
            if kept.get("boundary"):
                self.outlined.add(kept["id"])
            yield kept

    def links(self, type: str) -> Iterator[Row]:
        """Yield the links of a type that leave: both of their ends do. Call it when all nodes were."""
        for row in sorted(self.source.links(type), key=lambda row: str(row["id"])):
            kept = self.profile.link(type, row) if row["start"] in self.ids and row["end"] in self.ids else None
            if kept is not None:
                self.used.add(str(kept.get("source")))
                yield kept

    def check(self) -> None:
        """Raise InputError where something to be published comes from a source without a known licence."""
        if self.profile.publishable:
            known = {name for name, row in self.sources.items() if row.get("licence")}
            check_licences({"name": name} for name in self.used - known - {"derived", "None"})

    def attribution(self) -> list[str]:
        """Return what must be printed beside what is made of the sources, each line once."""
        return sorted({attributed(row) for row in self.sources.values()})


def what_leaves(source: Held, publishable: bool) -> Leaving:
    """Return what may leave of a store, or of what is inside a landscape's area as of its day."""
    held = AreaOf(source) if isinstance(source, Landscape) else source
    return Leaving(held, Profile(publishable, source.settings.threshold))


class Watched:
    """A store or a landscape whose progress is told as its labels and link types are read."""

    def __init__(self, source: GraphStore | Landscape, progress: Progress) -> None:
        self.settings = source.settings
        self._source = AreaOf(source) if isinstance(source, Landscape) else source
        self.also = getattr(self._source, "also", {})
        self._progress = progress
        self._asked: set[str] = set()

    def nodes(self, label: str) -> Iterator[Row]:
        """Yield the nodes of a label."""
        self._tell(label)
        yield from self._source.nodes(label)

    def links(self, type: str) -> Iterator[Row]:
        """Yield the links of a type."""
        self._tell(type)
        yield from self._source.links(type)

    def _tell(self, name: str) -> None:
        self._asked.add(name)
        self._progress("reading", len(self._asked), len(NODE_TYPES) + len(LINK_TYPES))


class AreaOf:
    """The nodes inside a landscape's area and the links among them, as rows like the store's."""

    def __init__(self, landscape: Landscape) -> None:
        self.settings = landscape.settings
        self.also = landscape.also_from()
        self._landscape = landscape
        self._graph = landscape.graph()
        self._outlines = {id: shape for id, shape in landscape.areas().geometry.items() if shape is not None}

    def nodes(self, label: str) -> Iterator[Row]:
        """Yield the known fields of the nodes of a label."""
        if label == "Source":
            for each in self._landscape.sources():
                day = {"retrieved": date.fromisoformat(each["retrieved"])} if "retrieved" in each else {}
                yield {**each, **day, "id": f"source:{each['name']}", "source": each["name"]}
        for id, fields in self._graph.nodes(data=True):
            if fields["label"] == label and fields.get("inside"):
                yield self._row(str(id), label, fields)

    def links(self, type: str) -> Iterator[Row]:
        """Yield the known fields of the links of a type."""
        for start, end, key, fields in self._graph.edges(keys=True, data=True):
            if fields["type"] == type:
                own = {name: value for name, value in fields.items() if name != "type"}
                yield {**own, "id": key, "start": start, "end": end}

    def _row(self, id: str, label: str, fields: Mapping[str, Any]) -> Row:
        known = {name for field in node_fields(label).values() for name in field.properties}
        row = {"id": id, **{name: value for name, value in fields.items() if name in known}}
        if "longitude" in fields and "latitude" in fields:
            row["inner_point" if label == "Area" else "location"] = Point(fields["longitude"], fields["latitude"])
        if id in self._outlines:
            import shapely

            row["boundary"] = shapely.to_geojson(self._outlines[id])
        return row


def node_columns(label: str) -> dict[str, Field]:
    """Return the columns of a node table. A point becomes two columns; that of an Area is made from its outline."""
    found = {"id": Field("text", "key, with its prefix", required=True)}
    for field_ in (*NODE_TYPES[label].fields, *COMMON):
        if field_.kind != "point":
            found[field_.name] = field_
        elif label != "Area":
            found |= {name: Field("number", f"{name}, WGS-84 degrees") for name in ("longitude", "latitude")}
    if label in LINK_TYPES["WITHIN"].starts and label != "Area":
        found["area"] = Field("texts", "areas it lies in, where no point says so")
    return found


def link_columns() -> dict[str, Field]:
    """Return the columns of the link table."""
    found = {name: Field("text", name, required=name != "id") for name in ("id", "type", "from", "to")}
    for type in LINK_TYPES:
        found |= link_fields(type)
    return found


def areas_of_places(leaving: Leaving) -> dict[str, list[str]]:
    """Return place -> ids of its areas, sorted: the smallest, for the areas they lie in wholly follow from them."""
    found: dict[str, set[str]] = {}
    for row in leaving.source.links("WITHIN"):
        if row.get("share") in (None, 1.0):
            found.setdefault(row["start"], set()).add(row["end"])
    return {
        start: sorted(ends - set().union(*(found.get(end, set()) for end in ends)))
        for start, ends in found.items()
        if label_of(start) != "Area"
    }


def package_tables(leaving: Leaving) -> Iterator[tuple[str, dict[str, Field], Iterable[Row]]]:
    """Yield table, columns and rows of a package, the sources last: only those leave that something else is from."""
    areas = areas_of_places(leaving)
    for label in LABELS:
        yield NODE_TYPES[label].table, node_columns(label), placed(leaving, label, areas)
    yield "links", link_columns(), link_rows(leaving)
    yield "sources", node_columns("Source"), leaving.nodes("Source")


def placed(leaving: Leaving, label: str, areas: Mapping[str, list[str]]) -> Iterator[Row]:
    """Yield the nodes of a label, those without a point with their areas."""
    for row in leaving.nodes(label):
        yield row if row.get("location") else {**row, "area": areas.get(row["id"])}


def link_rows(leaving: Leaving) -> Iterator[Row]:
    """Yield the rows of the link table. What lies within what is a row only of areas of which one has no outline."""
    for type in LINK_TYPES:
        for row in leaving.links(type):
            outlines = row["start"] in leaving.outlined and row["end"] in leaving.outlined
            if type == "WITHIN" and (label_of(row["start"]) != "Area" or outlines):
                continue
            dates = {name: row[f"{name}_date"] for name in ("start", "end") if f"{name}_date" in row}
            own = {name: value for name, value in row.items() if name not in ("start", "end")}
            yield {**own, **dates, "type": type, "from": row["start"], "to": row["end"]}


def engagement(leaving: Leaving) -> Iterator[Row]:
    """Yield how many places there are per ward, sector and stage: what may be said of those that are not named."""
    wards = {row["id"]: row["id"] for row in leaving.source.nodes("Area") if row.get("level") == "ward"}
    ward_of = {row["start"]: wards[row["end"]] for row in leaving.source.links("WITHIN") if row["end"] in wards}
    yield from engagement_counts(leaving.source.nodes("Guardian"), ward_of)


def cell(row: Row, name: str) -> str | int | float:
    """Return a field as text or a number; nothing is an empty text, a list is joined by semicolons."""
    if name in ("longitude", "latitude"):
        point = row.get("location")
        return "" if point is None else float(getattr(point, name))
    value = row.get(name)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        # A semicolon parts the items when the list is read again.
        return ";".join(str(item).replace(";", ",") for item in value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return "" if value is None else value


def about(leaving: Leaving) -> dict[str, Any]:
    """Return what both formats say of the whole: title, day, profile, sources and attribution."""
    keys = ("title", "publisher", "licence", "attribution", "url", "retrieved")
    sources = [
        {"name": name, **{key: cell(row, key) for key in keys if row.get(key)}}
        for name, row in sorted(leaving.sources.items())
    ]
    return {
        "title": "A landscape of services and guardians around young people",
        "created": date.today().isoformat(),
        "landscape_schema": SCHEMA_VERSION,
        "landscape_profile": leaving.profile.name,
        "attribution": " | ".join(leaving.attribution()),
        "sources": [
            {"title": each.pop("title", each["name"]), "path": each.pop("url", ""), **each} for each in sources
        ],
    }


def attributed(row: Row) -> str:
    """Return the line that must be printed beside what is made of a source."""
    parts = (row.get("attribution") or row.get("title") or row.get("name"), row.get("publisher"), row.get("licence"))
    return ", ".join(str(part) for part in parts if part)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Say a path that cannot be written in one sentence."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        if isinstance(error, LandscapeError):
            raise
        raise InputError(f"{path} cannot be written ({error.strerror or error}); give another path.") from None
