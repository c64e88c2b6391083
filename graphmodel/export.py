"""How does a landscape leave? As a package that ``landscape ingest`` reads again, or as GraphML for network tools.

Both carry the attribution of every source, and pass the profile of ``disclosure.py``: confidential records never leave.
"""

from __future__ import annotations

import contextlib
import csv
import json
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphmodel.disclosure import Profile, Row, check_licences, engagement_counts, safe_cell
from graphmodel.errors import InputError, LandscapeError
from graphmodel.landscape import Landscape
from graphmodel.records import Point
from graphmodel.schema import COMMON, LINK_TYPES, NODE_TYPES, SCHEMA_VERSION, Field, label_of, link_fields, node_fields

if TYPE_CHECKING:
    from graphmodel.store import GraphStore

DESCRIPTION = "datapackage.json"
ATTRIBUTION = "ATTRIBUTION.txt"
ENGAGEMENT = "engagement_counts"

# Sources are taken last, when it is known from which of them something leaves.
_LABELS = tuple(label for label in NODE_TYPES if label != "Source")
_TYPES = {"integer": "integer", "number": "number", "boolean": "boolean", "date": "date", "datetime": "datetime"}
_NOT_IN_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


@dataclass(slots=True)
class _Leaving:
    """What of a landscape leaves, row by row, and what was met on the way."""

    source: GraphStore | _AreaOf
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
                self.used.add(str(kept.get("source")))
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
        return sorted({_attributed(row) for row in self.sources.values()})


def export_package(source: GraphStore | Landscape, path: Path | str, *, publishable: bool = False) -> Path:
    """Write a landscape package, a folder or (``.zip``) one file; return its path.

    A CSV for each table, ``links.csv``, ``datapackage.json`` (Frictionless) and the attribution. ``landscape ingest``
    reads it back to equal nodes and links. Of a Landscape it holds what is inside its area as of its day. Publishable,
    venues that may not be named are counted in ``engagement_counts.csv``. Raises InputError for a path that cannot be
    written or holds something else, and for sources of unknown licence when publishable.
    """
    path = Path(path)
    with tempfile.TemporaryDirectory(prefix="landscape-export-") as made:
        folder = Path(made)
        _write_tables(_leaving(source, publishable), folder)
        with _writing(path):
            if path.suffix.lower() == ".zip":
                _zip(folder, path)
            else:
                _replace_folder(folder, path)
    return path


def export_graphml(source: GraphStore | Landscape, path: Path | str, *, publishable: bool = False) -> Path:
    """Write nodes and links as GraphML and return the path; NetworkX, Gephi, yEd and Cytoscape read it.

    Attributes are the fields; lists are joined by ``; ``, dates are ISO text, a point is ``longitude`` and
    ``latitude``; outlines of areas are left out. The graph's own attributes hold the attribution. Read it with
    ``networkx.read_graphml(path, force_multigraph=True)``. Raises InputError as ``export_package``.
    """
    import networkx as nx

    leaving = _leaving(source, publishable)
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for label in _LABELS:
        for row in leaving.nodes(label):
            graph.add_node(row["id"], label=label, **_attributes(row, {"id", "boundary"}))
    for type in LINK_TYPES:
        for row in leaving.links(type):
            graph.add_edge(
                row["start"], row["end"], key=row["id"], type=type, **_attributes(row, {"id", "start", "end"})
            )
    for row in leaving.nodes("Source"):
        graph.add_node(row["id"], label="Source", **_attributes(row, {"id"}))
    leaving.check()
    graph.graph.update(_for_xml(_about(leaving)))
    with _writing(Path(path)):
        beside = Path(f"{path}.part")
        nx.write_graphml(graph, beside)
        beside.replace(path)
    return Path(path)


EXPORTS: dict[str, Callable[..., Path]] = {"package": export_package, "graphml": export_graphml}


def _leaving(source: GraphStore | Landscape, publishable: bool) -> _Leaving:
    held = _AreaOf(source) if isinstance(source, Landscape) else source
    return _Leaving(held, Profile(publishable, source.settings.threshold))


# A landscape, read as a store is


class _AreaOf:
    """The nodes inside a landscape's area and the links among them, as rows like the store's."""

    def __init__(self, landscape: Landscape) -> None:
        self._landscape = landscape
        self._graph = landscape.graph()
        self._outlines = {id: shape for id, shape in landscape.areas().geometry.items() if shape is not None}

    def nodes(self, label: str) -> Iterator[Row]:
        """Yield the known fields of the nodes of a label."""
        if label == "Source":
            for each in self._landscape.sources():
                yield {**each, "id": f"source:{each['name']}", "source": each["name"]}
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


# Packages


def _write_tables(leaving: _Leaving, folder: Path) -> None:
    resources = []
    areas = _areas_of_places(leaving)
    tables: list[tuple[str, dict[str, Field], Iterable[Row]]] = [
        *((NODE_TYPES[label].table, _node_columns(label), _placed(leaving, label, areas)) for label in _LABELS),
        ("links", _link_columns(), _link_rows(leaving)),
        ("sources", _node_columns("Source"), leaving.nodes("Source")),
    ]
    for table, columns, rows in tables:
        if _write_csv(folder / f"{table}.csv", columns, rows):
            resources.append(_resource(table, columns))
    leaving.check()
    if leaving.profile.publishable:
        columns = {name: Field("text", name) for name in ("ward", "sector", "stage", "places")}
        if _write_csv(folder / f"{ENGAGEMENT}.csv", columns, _engagement(leaving)):
            resources.append(_resource(ENGAGEMENT, columns))
    about = {"profile": "tabular-data-package", "name": "landscape", **_about(leaving), "resources": resources}
    licences = {row.get("licence") for row in leaving.sources.values()}
    if len(licences) == 1 and None not in licences:
        about["licenses"] = [{"name": licences.pop()}]
    (folder / DESCRIPTION).write_text(json.dumps(about, indent=2, ensure_ascii=False) + "\n", "utf-8")
    (folder / ATTRIBUTION).write_text("\n".join(leaving.attribution()) + "\n", "utf-8")


def _node_columns(label: str) -> dict[str, Field]:
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


def _link_columns() -> dict[str, Field]:
    found = {name: Field("text", name, required=name != "id") for name in ("id", "type", "from", "to")}
    for type in LINK_TYPES:
        found |= link_fields(type)
    return found


def _areas_of_places(leaving: _Leaving) -> dict[str, list[str]]:
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


def _placed(leaving: _Leaving, label: str, areas: Mapping[str, list[str]]) -> Iterator[Row]:
    """Yield the nodes of a label, those without a point with their areas."""
    for row in leaving.nodes(label):
        yield row if row.get("location") else {**row, "area": areas.get(row["id"])}


def _link_rows(leaving: _Leaving) -> Iterator[Row]:
    """Yield the rows of the link table. What lies within what is a row only of areas of which one has no outline."""
    for type in LINK_TYPES:
        for row in leaving.links(type):
            outlines = row["start"] in leaving.outlined and row["end"] in leaving.outlined
            if type == "WITHIN" and (label_of(row["start"]) != "Area" or outlines):
                continue
            dates = {name: row[f"{name}_date"] for name in ("start", "end") if f"{name}_date" in row}
            own = {name: value for name, value in row.items() if name not in ("start", "end")}
            yield {**own, **dates, "type": type, "from": row["start"], "to": row["end"]}


def _engagement(leaving: _Leaving) -> Iterator[Row]:
    wards = {row["id"]: row["id"] for row in leaving.source.nodes("Area") if row.get("level") == "ward"}
    ward_of = {row["start"]: wards[row["end"]] for row in leaving.source.links("WITHIN") if row["end"] in wards}
    yield from engagement_counts(leaving.source.nodes("Guardian"), ward_of)


def _write_csv(path: Path, columns: Mapping[str, Field], rows: Iterable[Row]) -> int:
    """Write the rows and return how many there were; without rows there is no file."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for row in rows:
            writer.writerow([safe_cell(_cell(row, name)) for name in columns])
            count += 1
    if not count:
        path.unlink()
    return count


def _cell(row: Row, name: str) -> str | int | float:
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


def _resource(table: str, columns: Mapping[str, Field]) -> dict[str, Any]:
    fields = [
        {"name": name, "type": _TYPES.get(field_.kind, "string"), "description": field_.doc}
        for name, field_ in columns.items()
    ]
    return {
        "name": table,
        "path": f"{table}.csv",
        "profile": "tabular-data-resource",
        "encoding": "utf-8",
        "schema": {"fields": fields, "primaryKey": "id"} if "id" in columns else {"fields": fields},
    }


def _about(leaving: _Leaving) -> dict[str, Any]:
    """Return what both formats say of the whole: title, day, profile, sources and attribution."""
    keys = ("title", "publisher", "licence", "attribution", "url", "retrieved")
    sources = [
        {"name": name, **{key: _cell(row, key) for key in keys if row.get(key)}}
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


def _attributed(row: Row) -> str:
    parts = (row.get("attribution") or row.get("title") or row.get("name"), row.get("publisher"), row.get("licence"))
    return ", ".join(str(part) for part in parts if part)


def _replace_folder(made: Path, path: Path) -> None:
    """Put the tables in place of those of an earlier package; nothing else in the folder is touched."""
    if path.exists() and any(path.iterdir()) and not (path / DESCRIPTION).is_file():
        raise InputError(f"{path} holds something else than a landscape package; give an empty or a new folder.")
    path.mkdir(parents=True, exist_ok=True)
    for table in (*(cls.table for cls in NODE_TYPES.values()), "links", ENGAGEMENT):
        (path / f"{table}.csv").unlink(missing_ok=True)
    for file in made.iterdir():
        shutil.copyfile(file, path / file.name)


def _zip(folder: Path, path: Path) -> None:
    beside = Path(f"{path}.part")
    with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, file.name)
    beside.replace(path)


# GraphML


def _attributes(row: Row, left_out: set[str]) -> dict[str, str | int | float | bool]:
    found: Row = {}
    for name, value in row.items():
        if isinstance(value, Point):
            prefix = "" if name == "location" else f"{name}_"
            found |= {f"{prefix}longitude": value.longitude, f"{prefix}latitude": value.latitude}
        elif name not in left_out and value is not None:
            found[name] = value
    return _for_xml(found)


def _for_xml(fields: Mapping[str, Any]) -> dict[str, str | int | float | bool]:
    """Return fields as GraphML has them: lists joined, dates as text, nothing that XML cannot hold."""
    found: dict[str, str | int | float | bool] = {}
    for name, value in fields.items():
        if isinstance(value, list) and all(not isinstance(item, dict) for item in value):
            value = "; ".join(map(str, value))
        elif isinstance(value, list):
            value = json.dumps(value, ensure_ascii=False)
        if isinstance(value, bool | int | float):
            found[name] = value
        else:
            found[name] = _NOT_IN_XML.sub("", value.isoformat() if isinstance(value, date) else str(value))
    return found


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Say a path that cannot be written in one sentence."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        if isinstance(error, LandscapeError):
            raise
        raise InputError(f"{path} cannot be written ({error.strerror or error}); give another path.") from None
