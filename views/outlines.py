"""Which outlines may the browser fetch? GeoJSON files of open areas, written once per version of a database."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from graphmodel.landscape import Landscape
from views.maps import Bounds

# About 5 m: less than a pixel of the map of a borough.
_TOLERANCE_DEGREES = 0.00005
_DIGITS = 5
# Official outlines are open whatever package brought them; an area somebody drew is so only if it says so.
_DRAWN_BY_PEOPLE = "custom"


def outline_file(folder: Path, database: str, version: str, level: str, landscape: Landscape, ids: list[str]) -> str:
    """Return the name of the file with the outlines of these areas, written now if it is not there.

    The name changes with the version of the database, so a browser may keep the file. Raises OSError.
    """
    stem = hashlib.blake2s("\n".join([level, str(landscape.as_of), *ids]).encode(), digest_size=6).hexdigest()
    name = f"{database}-{_safe(version)}-{_safe(level)}-{stem}.geojson"
    path = folder / name
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        _drop_older(folder, database, version)
        temporary = path.with_suffix(f".{os.getpid()}.tmp")
        temporary.write_text(outlines(landscape, level, ids), "utf-8")
        temporary.replace(path)
    return name


def outlines(landscape: Landscape, level: str, ids: list[str]) -> str:
    """Return the outlines of these areas as a GeoJSON FeatureCollection (WGS-84, to about 5 m); id and nothing else."""
    areas = landscape.areas(level)
    areas = areas[areas.index.isin(ids) & areas.geometry.notna()]
    sensitivity = areas["sensitivity"].fillna("open")
    hidden = sensitivity.eq("confidential") | (areas["level"].eq(_DRAWN_BY_PEOPLE) & sensitivity.ne("open"))
    areas = areas[~hidden.to_numpy(bool)]
    shapes = shapely.transform(
        shapely.simplify(areas.geometry.to_numpy(), _TOLERANCE_DEGREES), lambda xy: np.round(xy, _DIGITS)
    )
    features = [_feature(str(id), shape) for id, shape in zip(areas.index, shapes, strict=True)]
    return json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))


def bounds(landscape: Landscape, ids: tuple[str, ...] = ()) -> Bounds | None:
    """Return west, south, east, north of these areas (all without any; WGS-84), or None if none has an outline."""
    areas = landscape.areas()
    areas = areas[(areas.index.isin(ids) | (not ids)) & areas.geometry.notna()]
    if areas.empty:
        return None
    west, south, east, north = (float(x) for x in areas.total_bounds)
    return west, south, east, north


def _feature(id: str, shape: Any) -> dict[str, Any]:
    return {"type": "Feature", "id": id, "properties": {}, "geometry": shapely.geometry.mapping(shape)}


def _safe(text: str) -> str:
    return "".join(c if c.isalnum() or c in "._" else "_" for c in text)


def _drop_older(folder: Path, database: str, version: str) -> None:
    for path in folder.glob(f"{database}-*.geojson"):
        if not path.name.startswith(f"{database}-{_safe(version)}-"):
            with suppress(OSError):
                path.unlink()
