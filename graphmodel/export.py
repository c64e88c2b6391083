"""How does a landscape leave? As a package that ``landscape ingest`` reads again, as tables, a graph or a map.

All carry the attribution of every source, and pass the profile of ``disclosure.py``: confidential records never leave.
"""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphmodel.disclosure import Row, safe_cell
from graphmodel.errors import InputError
from graphmodel.export_formats import export_geopackage, export_gexf, export_graphml, export_parquet, export_workbook
from graphmodel.leaving import (
    Leaving,
    about,
    cell,
    engagement,
    package_tables,
    what_leaves,
    writing,
)
from graphmodel.schema import NODE_TYPES, Field

if TYPE_CHECKING:
    from graphmodel.leaving import Held

DESCRIPTION = "datapackage.json"
ATTRIBUTION = "ATTRIBUTION.txt"
ENGAGEMENT = "engagement_counts"

_TYPES = {"integer": "integer", "number": "number", "boolean": "boolean", "date": "date", "datetime": "datetime"}


def export_package(source: Held, path: Path | str, *, publishable: bool = False) -> Path:
    """Write a landscape package, a folder or (``.zip``) one file; return its path.

    A CSV for each table, ``links.csv``, ``datapackage.json`` (Frictionless) and the attribution. ``landscape ingest``
    reads it back to equal nodes and links. Of a Landscape it holds what is inside its area as of its day. Publishable,
    venues that may not be named are counted in ``engagement_counts.csv``. Raises InputError for a path that cannot be
    written or holds something else, and for sources of unknown licence when publishable.
    """
    path = Path(path)
    with tempfile.TemporaryDirectory(prefix="landscape-export-") as made:
        folder = Path(made)
        _write_tables(what_leaves(source, publishable), folder)
        with writing(path):
            if path.suffix.lower() == ".zip":
                _zip(folder, path)
            else:
                _replace_folder(folder, path)
    return path


EXPORTS: dict[str, Callable[..., Path]] = {
    "package": export_package,
    "graphml": export_graphml,
    "gexf": export_gexf,
    "gpkg": export_geopackage,
    "parquet": export_parquet,
    "xlsx": export_workbook,
}


def _write_tables(leaving: Leaving, folder: Path) -> None:
    resources = []
    for table, columns, rows in package_tables(leaving):
        if _write_csv(folder / f"{table}.csv", columns, rows):
            resources.append(_resource(table, columns))
    leaving.check()
    if leaving.profile.publishable:
        columns = {name: Field("text", name) for name in ("ward", "sector", "stage", "places")}
        if _write_csv(folder / f"{ENGAGEMENT}.csv", columns, engagement(leaving)):
            resources.append(_resource(ENGAGEMENT, columns))
    described = {"profile": "tabular-data-package", "name": "landscape", **about(leaving), "resources": resources}
    licences = {row.get("licence") for row in leaving.sources.values()}
    if len(licences) == 1 and None not in licences:
        described["licenses"] = [{"name": licences.pop()}]
    (folder / DESCRIPTION).write_text(json.dumps(described, indent=2, ensure_ascii=False) + "\n", "utf-8")
    (folder / ATTRIBUTION).write_text("\n".join(leaving.attribution()) + "\n", "utf-8")


def _write_csv(path: Path, columns: Mapping[str, Field], rows: Iterable[Row]) -> int:
    """Write the rows and return how many there were; without rows there is no file."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for row in rows:
            writer.writerow([safe_cell(cell(row, name)) for name in columns])
            count += 1
    if not count:
        path.unlink()
    return count


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
