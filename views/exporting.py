"""Which files may a landscape leave as, what stands in the way, and which command gives the same?"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from graphmodel.export import EXPORTS
from graphmodel.landscape import Landscape
from graphmodel.leaving import Watched, attributed
from views.jobs import Progress

if TYPE_CHECKING:
    from graphmodel.store import GraphStore


@dataclass(frozen=True, slots=True)
class Format:
    """A format: what people call it, what it is for, and the end of its file's name."""

    name: str
    purpose: str
    suffix: str


FORMATS = {
    "package": Format("Landscape package", "CSV tables in a zip; this program loads it again", ".zip"),
    "xlsx": Format("Excel workbook", "a sheet for each table; this program loads it again", ".xlsx"),
    "gpkg": Format("GeoPackage", "a map with a layer for each table, for QGIS, ArcGIS, geopandas", ".gpkg"),
    "graphml": Format("GraphML", "the network, for Gephi, yEd, Cytoscape, NetworkX", ".graphml"),
    "gexf": Format("GEXF", "the network, for Gephi", ".gexf"),
    "parquet": Format("Parquet", "typed tables in a zip, for pandas, R, DuckDB, Arrow", ".parquet.zip"),
}
PUBLISHABLE, INTERNAL = "publishable", "internal"
PROFILES = {PUBLISHABLE: "Publishable", INTERNAL: "Internal"}
HOLDS = {
    PUBLISHABLE: "What anyone may see: no concerns, harms or next steps; venues only where they agreed to be named; "
    "nothing confidential.",
    INTERNAL: "For the partnership only: all that is recorded, with stages of engagement, next steps, concerns, harms "
    "and what young people say. Nothing confidential.",
}


def make(source: GraphStore | Landscape, format: str, path: Path, *, publishable: bool, progress: Progress) -> Path:
    """Write an export as one file and return its path; Parquet's folder becomes a zip.

    Raises InputError where a source of unknown licence forbids to publish, and as each format does.
    """
    watched = Watched(source, progress)
    if format != "parquet":
        return EXPORTS[format](watched, path, publishable=publishable)
    folder = EXPORTS[format](watched, path.with_name("tables"), publishable=publishable)
    return Path(shutil.make_archive(str(path.with_suffix("")), "zip", folder))


def file_name(format: str, area_code: str | None, profile: str) -> str:
    """Return the name under which the file is downloaded."""
    return f"landscape-{area_code or 'everything'}-{profile}{FORMATS[format].suffix}"


def command(
    format: str, profile: str, *, area_code: str | None, as_of: date | None, demo: bool, everything: bool
) -> str:
    """Return the command line that gives the same; everything is the whole store, whatever its dates."""
    suffix = "" if format == "parquet" else FORMATS[format].suffix
    where = [f"--area {quote(area_code)}"] if area_code and not everything else []
    day = [f"--as-of {as_of.isoformat()}"] if as_of and not everything else []
    more = [*["--publishable"] * (profile == PUBLISHABLE), *["--demo"] * demo]
    return " ".join(["landscape export --format", format, f"-o landscape{suffix}", *where, *day, *more])


def without_licence(landscape: Landscape) -> list[str]:
    """Return the sources of which no licence is known: as long as something of them would leave, nothing does."""
    return [str(source["name"]) for source in landscape.sources() if not source.get("licence")]


def attributions(landscape: Landscape) -> list[str]:
    """Return what must be printed beside what is made of the sources; every export carries it inside."""
    return sorted({attributed(source) for source in landscape.sources()})
