"""Where there are too many places to draw each: how many lie in each area? A circle per area, with the count."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pandas as pd

from graphmodel.landscape import Landscape
from views.maps import MANY_POINTS, Circle
from views.places import at_hour

LEVEL_WORDS = {"ward": "ward", "msoa": "MSOA", "lsoa": "LSOA", "local_authority": "local authority"}
# Each step up has far fewer areas; what lies in none of a level keeps the area it has.
_COARSER = ("local_authority", "region", "country")


@dataclass(frozen=True, slots=True)
class Crowd:
    """The counts of a layer by area: ``elsewhere`` rows lie in no area with a known middle, and are not drawn."""

    level: str
    circles: tuple[Circle, ...]
    elsewhere: int


def crowd(landscape: Landscape, rows: pd.DataFrame, hour: int | None = None, most: int = MANY_POINTS) -> Crowd | None:
    """Return the counts by ward (or the smallest level known) of a layer of over ``most`` places, None for fewer.

    ``rows`` are those of ``places.at``. At an hour, what is closed then is not counted. Circles and ``elsewhere``
    together are all rows.
    """
    rows = rows if hour is None else at_hour(rows)
    if int(rows["longitude"].notna().sum()) <= most:
        return None
    counts = Counter(str(area) for area in rows["area_id"] if isinstance(area, str))
    for level in _COARSER:
        if len(counts) > most:
            counts = _lifted(landscape, counts, level)
    areas = landscape.nodes("Area")
    known = areas[areas["longitude"].notna().to_numpy(bool) & areas.index.isin(list(counts))]
    drawn = zip(known.index, known["name"], known["longitude"], known["latitude"], strict=True)
    circles = [Circle(str(id), str(name), float(x), float(y), counts[str(id)]) for id, name, x, y in drawn]
    levels = Counter(str(level) for level in known["level"])
    level = levels.most_common(1)[0][0] if levels else "area"
    circles.sort(key=lambda circle: -circle.count)
    return Crowd(LEVEL_WORDS.get(level, level), tuple(circles), len(rows) - sum(c.count for c in circles))


def _lifted(landscape: Landscape, counts: Counter[str], level: str) -> Counter[str]:
    above = landscape.within("Area", level)
    lifted: Counter[str] = Counter()
    for area, count in counts.items():
        lifted[str(above.get(area, area))] += count
    return lifted
