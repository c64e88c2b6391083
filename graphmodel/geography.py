"""In which projected CRS are distances metres here, and what is a point in it? Chosen and computed here."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pyproj

from graphmodel.errors import InputError
from graphmodel.settings import Settings

BRITISH_GRID = "EPSG:27700"

# Where the British National Grid holds: degrees west, south, east, north.
_BRITAIN = (-9.0, 49.7, 2.1, 61.0)
# Its south-west corner is also Ireland's, where it does not hold.
_IRELAND = (-11.0, 51.2, -5.35, 55.5)


def local_crs(longitudes: np.ndarray, latitudes: np.ndarray, settings: Settings) -> pyproj.CRS:
    """Return the setting's CRS, or EPSG:27700 in Great Britain, or else the UTM zone of the points' middle.

    Raises InputError if the setting is no projected CRS in metres.
    """
    if settings.crs:
        return _given(settings.crs)
    longitude, latitude = float(np.nanmedian(longitudes)), float(np.nanmedian(latitudes))
    if _holds(_BRITAIN, longitude, latitude) and not _holds(_IRELAND, longitude, latitude):
        return pyproj.CRS.from_user_input(BRITISH_GRID)
    zone = min(int((longitude + 180) // 6) + 1, 60)
    return pyproj.CRS.from_epsg((32600 if latitude >= 0 else 32700) + zone)


def to_metres(crs: pyproj.CRS, longitudes: np.ndarray, latitudes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return x and y in ``crs`` of WGS-84 degrees; NaN where a degree is NaN."""
    x, y = _transformer(crs.to_string()).transform(longitudes, latitudes)
    unknown = np.isnan(longitudes) | np.isnan(latitudes)
    return np.where(unknown, np.nan, x), np.where(unknown, np.nan, y)


@lru_cache(maxsize=8)
def _transformer(crs: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)


def _holds(box: tuple[float, float, float, float], longitude: float, latitude: float) -> bool:
    west, south, east, north = box
    return west <= longitude <= east and south <= latitude <= north


def _given(text: str) -> pyproj.CRS:
    try:
        crs = pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError:
        raise InputError(f"The setting crs = {text!r} is no coordinate system; give one such as EPSG:27700.") from None
    if not crs.is_projected or any(axis.unit_name not in ("metre", "meter") for axis in crs.axis_info):
        raise InputError(f"The setting crs = {text!r} does not measure in metres; give one such as EPSG:27700.")
    return crs
