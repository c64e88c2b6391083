"""How does an area that somebody drew become one like any other? As a file beside the data, loaded like all files.

The file goes through the one pipeline, so all places, those already stored among them, get their link to the area.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphmodel.edits import Edit, team_name
from graphmodel.errors import InputError
from graphmodel.schema import label_of
from ingest.adapters import boundaries
from ingest.area_codes import is_code
from ingest.geometry import polygon
from ingest.pipeline import Progress, ingest, source_id

if TYPE_CHECKING:
    from graphmodel.store import GraphStore

FOLDER, LEVEL = "areas", "custom"
LONGEST_NAME = 80
_SOURCE = re.compile(rf"{FOLDER}/[a-z0-9-]+")


@dataclass(frozen=True, slots=True)
class OwnArea:
    """An area to keep: its name, its outline (GeoJSON geometry, WGS-84), and what its outline was made from."""

    name: str
    outline: dict[str, Any]
    licence: str | None = "own work"
    attribution: str | None = None


def keep(store: GraphStore, area: OwnArea, team: str, progress: Progress | None = None) -> str:
    """Load the area into the store, opened for writing; return its id.

    The team is kept as the publisher of its source. Raises InputError for a name or an outline that cannot be used (the
    first issue of the load says why), and then nothing is changed.
    """
    name, team = area_name(area.name), team_name(team)
    outline, reason = polygon(area.outline)
    if outline is None:
        raise InputError(f"The outline cannot be used: it is {reason}.")
    code = _free_code(store, name)
    source = f"{FOLDER}/{code}"
    path = _write(store.settings.data_dir / FOLDER / store.settings.store_name / f"{code}.geojson", code, name, area)
    try:
        report = ingest(
            [path], store, store.settings, column_map=boundaries.NAME, source=source, level=LEVEL,
            licence=area.licence, progress=progress,
        )  # fmt: skip
        if not any(True for _ in store.nodes("Area", [f"area:{code}"])):
            said = next((issue.message for issue in report.issues if issue.severity == "error"), "it could not be read")
            raise InputError(f"The area was not kept: {said}")
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    known = {"publisher": team} | ({"attribution": area.attribution} if area.attribution else {})
    store.edit(source_id(source), known, team)
    return f"area:{code}"


def rename(store: GraphStore, id: str, name: str, team: str) -> list[Edit]:
    """Give an area that was made here another name; its code stays. Raises InputError and UnknownName."""
    _check_own(store, id)
    return store.edit(id, {"name": area_name(name)}, team)


def remove(store: GraphStore, id: str, team: str, today: date) -> list[Edit]:
    """End an area that was made here as of ``today``; what was counted in it before can still be looked at."""
    _check_own(store, id)
    return store.edit(id, {"valid_to": today - timedelta(days=1)}, team)


def is_own(source: object) -> bool:
    """Return whether a source is one that ``keep`` made."""
    return isinstance(source, str) and bool(_SOURCE.fullmatch(source))


def area_name(text: str) -> str:
    """Return a name as it is kept; raises InputError where it is blank or too long."""
    name = " ".join(text.split())
    if not name:
        raise InputError("Give the area a name, such as the name of the pilot.")
    if len(name) > LONGEST_NAME:
        raise InputError(f"The name of an area has at most {LONGEST_NAME} characters.")
    return name


def code_of(name: str) -> str:
    """Return the code a name stands for in addresses and files: small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    code = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-")
    return "-".join(filter(None, ("own", code))) if not code or is_code(code) else code


def _free_code(store: GraphStore, name: str) -> str:
    """Return a code that no area has, or ever had."""
    taken = {str(row["id"]).partition(":")[2].casefold() for row in store.read("MATCH (a:Area) RETURN a.id AS id")}
    first = code_of(name)
    codes = (first, *(f"{first}-{n}" for n in range(2, len(taken) + 3)))
    return next(code for code in codes if code not in taken)


def _write(path: Path, code: str, name: str, area: OwnArea) -> Path:
    properties = {"code": code, "name": name, "level": LEVEL}
    feature = {"type": "Feature", "properties": properties, "geometry": area.outline}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    return path


def _check_own(store: GraphStore, id: str) -> None:
    found = next(iter(store.nodes("Area", [id])), {}) if label_of(id) == "Area" else {}
    if not is_own(found.get("source")):
        raise InputError("Only an area that was made here can be renamed or removed.")
