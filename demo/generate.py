"""Write the demo: a landscape package of a borough that does not exist, the same bytes each time."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path

from demo import AS_OF
from demo.bodies import add_bodies
from demo.geometry import make_mesh
from demo.handmade import PLACES, VENUES
from demo.names import Names
from demo.network import add_network
from demo.outcomes import add_outcomes
from demo.package import Chance, Package
from demo.places import add_places
from demo.provision import add_provision
from demo.venues import add_guardians
from graphmodel import schema

_TYPES = {"integer": "integer", "number": "number", "boolean": "boolean", "date": "date", "datetime": "datetime"}


def write_demo(folder: Path, *, as_of: date | None = None) -> None:
    """Write the landscape package of the fictional borough into ``folder``, which is made if need be.

    Every date in it counts from ``as_of`` (default ``demo.AS_OF``). The same date gives the same bytes.
    """
    package = build_demo(as_of=as_of)
    folder.mkdir(parents=True, exist_ok=True)
    texts = package.texts()
    files = {f"{table}.csv": text for table, text in texts.items()}
    files["datapackage.json"] = json.dumps(_describe(texts, package.as_of), ensure_ascii=False, indent=2) + "\n"
    # The files are of that day too: what a newer generator leaves out ends the day before, not today.
    noon = datetime.combine(package.as_of, time(12), tzinfo=UTC).timestamp()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
        os.utime(folder / name, (noon, noon))


def build_demo(*, as_of: date | None = None) -> Package:
    """Return the tables of the fictional borough."""
    package = Package(as_of or AS_OF)
    names = Names(Chance(2))
    for name in (*(place.name for place in PLACES), *(venue.name for venue in VENUES)):
        names.reserve(name)
    borough = add_places(package, make_mesh(Chance(1)), names)
    add_guardians(package, borough, names)
    add_bodies(package)
    add_provision(package, borough)
    add_network(package, borough)
    add_outcomes(package, borough)
    return package


def _describe(texts: Mapping[str, str], as_of: date) -> dict[str, object]:
    """Return the Frictionless descriptor of the package."""
    return {
        "profile": "tabular-data-package",
        "name": "landscape-demo-quayford",
        "title": "Quayford, a fictional borough",
        "description": "Made up by a program to show what landscape does. No place, body or person in it exists.",
        "created": as_of.isoformat(),
        "licenses": [{"name": "CC0-1.0", "title": "Creative Commons Zero 1.0"}],
        "attribution": "Fictional demo data",
        "sources": [{"title": "Fictional demo data"}],
        "resources": [_resource(table, text.partition("\n")[0].split(",")) for table, text in texts.items()],
    }


def _resource(table: str, columns: list[str]) -> dict[str, object]:
    label = schema.label_of_table(table)
    links = {name: field for type in schema.LINK_TYPES for name, field in schema.link_fields(type).items()}
    known = schema.node_fields(label) if label else links
    kinds = {name: _TYPES.get(field.kind, "string") for name, field in known.items()}
    kinds |= {"longitude": "number", "latitude": "number"}
    return {
        "name": table,
        "path": f"{table}.csv",
        "profile": "tabular-data-resource",
        "encoding": "utf-8",
        "schema": {"fields": [{"name": name, "type": kinds.get(name, "string")} for name in columns]},
    }
