"""What does the map show? Figures for plotly.js as plain data: areas by shade, places, links between them.

A figure refers to outlines by address and is sent at each change of a filter, so it holds values and points only.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from views import theme
from views.markup import hover

Figure = dict[str, Any]
Bounds = tuple[float, float, float, float]

MANY_POINTS = 3000
_WIDTH, _HEIGHT = 620, 500
_TILE = 512
# Of the circles that count places (pixels).
_SMALLEST, _LARGEST = 7, 44
# Of each fill, the faintest at the bottom: size and opacity of the circle, and size of the hole in it (pixels).
_FILLS = {theme.FAINT: (8, 0.5, 5), theme.RING: (10, 0.9, 6), theme.HALF: (10, 0.5, 0), theme.FULL: (10, 0.9, 0)}


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the map: degrees, the legend group it belongs to, its fill, and the lines of its hover text."""

    id: str
    longitude: float
    latitude: float
    group: str
    fill: str
    lines: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A link between two places, with the lines of its hover text."""

    id: str
    start: tuple[float, float]
    end: tuple[float, float]
    lines: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Circle:
    """How many places of a layer lie in an area, drawn at its inner point."""

    id: str
    name: str
    longitude: float
    latitude: float
    count: int


@dataclass(frozen=True, slots=True)
class Shade:
    """Areas coloured by a number (a share, or with so many decimals); None is not known, drawn apart from zero."""

    geometry: str
    values: Mapping[str, float | None]
    names: Mapping[str, str]
    title: str
    ends: tuple[str, str] = theme.PROVISION
    share: bool = False
    outline_only: bool = False
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Classes:
    """The classes of a shade: a label and a colour each, and the class of every area (None: not known)."""

    labels: list[str] = field(default_factory=list)
    colours: list[str] = field(default_factory=list)
    of: dict[str, int | None] = field(default_factory=dict)

    def legend(self) -> list[tuple[str, str, str, int]]:
        """Return the legend's entries: colour, fill, label and how many areas, those not known last."""
        entries = [
            (colour, "area", label, sum(c == rank for c in self.of.values()))
            for rank, (label, colour) in enumerate(zip(self.labels, self.colours, strict=True))
        ]
        return [*entries, (theme.UNKNOWN, "area", "not known", sum(c is None for c in self.of.values()))]


def classify(shade: Shade, most: int = 5) -> Classes:
    """Return at most ``most`` classes of about equally many areas each; zero has a class of its own."""
    known = {id: value for id, value in shade.values.items() if value is not None and not math.isnan(value)}
    positive = sorted(value for value in known.values() if value > 0)
    tops = sorted({_rounded_up(positive[_rank(len(positive), n, most)], shade) for n in range(1, most + 1)}
                  if positive else set())  # fmt: skip
    zero = any(value <= 0 for value in known.values())
    labels = (["0"] if zero else []) + _labels(tops, shade, least=positive[0] if positive else 0)
    of: dict[str, int | None] = {}
    for id in shade.values:
        value = known.get(id)
        if value is None:
            of[id] = None
        elif value <= 0:
            of[id] = 0
        else:
            of[id] = next(rank for rank, top in enumerate(tops) if value <= top) + zero
    colours = [shade.ends[0]] if labels == ["0"] else theme.scale(shade.ends, len(labels)) if labels else []
    return Classes(labels, colours, of)


def area_traces(shade: Shade, classes: Classes) -> list[dict[str, Any]]:
    """Return the traces that shade the areas; those not known are a trace of their own."""
    known = [id for id, rank in classes.of.items() if rank is not None]
    unknown = [id for id, rank in classes.of.items() if rank is None]
    traces = []
    if shade.outline_only:
        return [_areas(shade, unknown, [0] * len(unknown), [(0, theme.BACKGROUND)], 1)]
    if known:
        last = max(len(classes.colours) - 1, 1)
        steps = [(rank / last, colour) for rank, colour in enumerate(classes.colours)]
        traces.append(_areas(shade, known, [classes.of[id] for id in known], steps, last))
    if unknown:
        traces.append(_areas(shade, unknown, [0] * len(unknown), [(0, theme.UNKNOWN)], 1))
    return traces


def mark_traces(marks: Sequence[Mark], colours: Mapping[str, tuple[str, str]] = theme.KINDS) -> list[dict[str, Any]]:
    """Return the traces of the places: a full or half transparent circle or a ring, in the colour of their group."""
    by_look: dict[tuple[str, str], list[Mark]] = {}
    for mark in marks:
        by_look.setdefault((mark.group, mark.fill), []).append(mark)
    traces = []
    for group, (label, colour) in colours.items():
        for fill, (size, opacity, hole) in _FILLS.items():
            held = by_look.get((group, fill))
            if held:
                traces.append(_points(held, label, {"color": colour, "size": size, "opacity": opacity}))
            if held and hole:
                # Map markers have no outline, so a ring is a smaller circle in the background's colour on top.
                traces.append(_bare(held, {"color": theme.BACKGROUND, "size": hole, "opacity": 1}))
    return traces


def line_traces(lines: Sequence[Line], colour: str = theme.KINDS["organisation"][1]) -> list[dict[str, Any]]:
    """Return the links as one trace of lines and one of dots in their middle: a line is hit at its ends only."""
    if not lines:
        return []
    longitudes: list[float | None] = []
    latitudes: list[float | None] = []
    for line in lines:
        longitudes += [line.start[0], line.end[0], None]
        latitudes += [line.start[1], line.end[1], None]
    drawn = {
        "type": "scattermap",
        "mode": "lines",
        "lon": longitudes,
        "lat": latitudes,
        "line": {"color": colour, "width": 1.5},
        "opacity": 0.6,
        "hoverinfo": "skip",
    }
    middles = [
        Mark(line.id, (line.start[0] + line.end[0]) / 2, (line.start[1] + line.end[1]) / 2, "", "", line.lines)
        for line in lines
    ]
    return [drawn, _points(middles, "Partner link", {"color": colour, "size": 6, "opacity": 0.9})]


def circle_trace(
    circles: Sequence[Circle], name: str, colour: str, *, most: int, aside: float = 0
) -> list[dict[str, Any]]:
    """Return circles whose area grows with the count, the largest at the bottom; ``most`` has the largest circle.

    ``aside`` is so many degrees to the east, beside the circles of another layer.
    """
    if not circles:
        return []
    marks = [Mark(c.id, c.longitude + aside, c.latitude, "", "", (c.name, f"{name}: {c.count:,}")) for c in circles]
    sizes = [round(max(_LARGEST * math.sqrt(circle.count / most), _SMALLEST), 1) for circle in circles]
    return [_points(marks, name, {"color": colour, "size": sizes, "opacity": 0.6})]


def pin_trace(longitude: float, latitude: float, name: str) -> list[dict[str, Any]]:
    """Return a dot in a ring for a point that is no place of a layer, such as a postcode's."""
    mark = Mark("", longitude, latitude, "", "", (name,))
    white = _bare([mark], {"color": theme.BACKGROUND, "size": 20, "opacity": 0.9})
    ring = _bare([mark], {"color": theme.LIGHT["primary"], "size": 26, "opacity": 0.9})
    return [ring, white, _points([mark], name, {"color": theme.LIGHT["primary"], "size": 10, "opacity": 1})]


def outline_trace(rings: Sequence[Sequence[tuple[float, float]]]) -> list[dict[str, Any]]:
    """Return the edge of an area that is being made, lightly filled; the pointer finds what lies under it."""
    if not rings:
        return []
    longitudes: list[float | None] = []
    latitudes: list[float | None] = []
    for ring in rings:
        longitudes += [*(round(x, 5) for x, _ in ring), None]
        latitudes += [*(round(y, 5) for _, y in ring), None]
    colour = theme.LIGHT["primary"]
    return [
        {
            "type": "scattermap", "mode": "lines", "lon": longitudes, "lat": latitudes, "fill": "toself",
            "fillcolor": "rgba(11, 110, 105, 0.2)", "line": {"color": colour, "width": 2.5}, "hoverinfo": "skip",
        }
    ]  # fmt: skip


def picked_trace(longitude: float, latitude: float) -> list[dict[str, Any]]:
    """Return a halo around the place whose profile is open."""
    ring = {"color": theme.LIGHT["primary"], "size": 22, "opacity": 0.35}
    return [_bare([Mark("", longitude, latitude, "", "", ())], ring)]


def figure(traces: Sequence[dict[str, Any]], bounds: Bounds | None, *, view: str) -> Figure:
    """Return the figure of these traces, first at the bottom.

    ``bounds`` (west, south, east, north) is where the map opens; while ``view`` stays the same, the reader's own
    zoom is kept.
    """
    longitude, latitude, zoom = opening_view(bounds)
    return {
        "data": list(traces),
        "layout": {
            "map": {"center": {"lon": longitude, "lat": latitude}, "zoom": zoom},
            # The browser fits these bounds to the size the map really has.
            "meta": {"bounds": bounds and [round(degree, 5) for degree in bounds]},
            "uirevision": view,
            "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
            "showlegend": False,
            "hovermode": "closest",
        },
    }


def opening_view(bounds: Bounds | None) -> tuple[float, float, float]:
    """Return longitude, latitude and zoom that show these bounds whole; the world without bounds."""
    if bounds is None:
        return 0.0, 20.0, 0.5
    west, south, east, north = bounds
    latitude = (south + north) / 2
    wide = max(east - west, 0.002) / 360
    high = max(north - south, 0.002) / 360 / max(math.cos(math.radians(latitude)), 0.1)
    zoom = min(math.log2(_WIDTH / _TILE / wide), math.log2(_HEIGHT / _TILE / high)) - 0.15
    return round((west + east) / 2, 5), round(latitude, 5), round(min(max(zoom, 0), 16), 2)


def bounds_of(points: Iterable[tuple[float, float]]) -> Bounds | None:
    """Return west, south, east, north of some points (longitude, latitude), or None without any."""
    held = list(points)
    if not held:
        return None
    longitudes, latitudes = zip(*held, strict=True)
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def mark_legend(
    marks: Sequence[Mark], groups: Mapping[str, tuple[str, str]] = theme.KINDS
) -> list[tuple[str, str, str, int]]:
    """Return the legend's entries of the places drawn: colour, fill, label, count."""
    counts = Counter(mark.group for mark in marks)
    return [(colour, theme.FULL, label, counts[group]) for group, (label, colour) in groups.items() if counts[group]]


def _areas(
    shade: Shade, ids: list[str], ranks: Sequence[int | None], steps: list[tuple[float, str]], last: int
) -> dict[str, Any]:
    flat = steps if len(steps) > 1 else [(0, steps[0][1]), (1, steps[0][1])]
    return {
        "type": "choroplethmap",
        "geojson": shade.geometry,
        "featureidkey": "id",
        "locations": ids,
        "z": list(ranks),
        "zmin": 0,
        "zmax": last,
        "colorscale": [[round(at, 4), colour] for at, colour in flat],
        "showscale": False,
        "marker": {"line": {"color": "#8A949B", "width": 0.8}, "opacity": 0.85},
        "hovertext": [_area_hover(shade, id) for id in ids],
        "hoverinfo": "text",
    }


def _area_hover(shade: Shade, id: str) -> str:
    name = shade.names.get(id, id)
    return hover(name) if shade.outline_only else hover(name, f"{shade.title}: {told(shade, id)}")


def told(shade: Shade, id: str) -> str:
    """Return an area's value as people read it."""
    value = shade.values.get(id)
    if value is None or math.isnan(value):
        return "not known"
    return f"{value:.0%}" if shade.share else f"{value:,.{shade.decimals}f}"


def _points(marks: Sequence[Mark], name: str, marker: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "scattermap",
        "mode": "markers",
        "name": name,
        "lon": [round(mark.longitude, 5) for mark in marks],
        "lat": [round(mark.latitude, 5) for mark in marks],
        "customdata": [mark.id for mark in marks],
        "hovertext": [hover(*mark.lines) for mark in marks],
        "hoverinfo": "text",
        "marker": marker,
    }


def _bare(marks: Sequence[Mark], marker: dict[str, Any]) -> dict[str, Any]:
    """Return circles that are only looked at: the pointer finds what lies under them."""
    trace = _points(marks, "", marker)
    return {key: trace[key] for key in ("type", "mode", "lon", "lat", "marker")} | {"hoverinfo": "skip"}


def _rank(count: int, part: int, parts: int) -> int:
    """Return the index of the last value of the ``part``-th of ``parts`` equal portions."""
    return max(math.ceil(count * part / parts) - 1, 0)


def _rounded_up(value: float, shade: Shade) -> float:
    """Return a class limit a person can read: two significant digits, or the decimals of the shade; whole counts."""
    if shade.share:
        return math.ceil(round(value * 100, 6)) / 100
    size = 10.0 ** max(math.floor(math.log10(value)) - 1, -shade.decimals)
    return round(math.ceil(round(value / size, 9)) * size, shade.decimals)


def _labels(tops: Sequence[float], shade: Shade, *, least: float) -> list[str]:
    """Return the words of the classes that end at ``tops``; ``least`` is the smallest value above zero."""
    if shade.share or shade.decimals:
        form = ".0%" if shade.share else f",.{shade.decimals}f"
        if shade.share and tops and least == tops[0]:
            return [f"{tops[0]:.0%}", *(f"over {low:.0%} to {top:.0%}" for low, top in pairwise(tops))]
        return [f"over {low:{form}} to {top:{form}}" for low, top in pairwise([0.0, *tops])]
    lows = [math.floor(least), *(top + 1 for top in tops)]
    return [f"{low:,.0f}" if low >= top else f"{low:,.0f} to {top:,.0f}" for low, top in zip(lows, tops, strict=False)]
