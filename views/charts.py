"""What does a chart show? Figures for plotly.js as plain data; colours are names the browser takes from the theme.

No chart says anything by colour alone: marks differ in shape, bars in hatching, and all have words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from views.markup import hover

Figure = dict[str, Any]

PROVISION, SHORTFALL, UNKNOWN, GRID, TEXT, BACKGROUND = (
    "@provision", "@shortfall", "@unknown", "@grid", "@text", "@background",
)  # fmt: skip
# Names are written beside so few points only: more would lie on one another.
MOST_NAMED = 4
_ROW = 30
# Okabe and Ito's palette with a hatching each; what nobody coded comes last, grey and cross-hatched.
_FILLS = (
    ("#0072B2", ""), ("#E69F00", "x"), ("#009E73", "."), ("#CC79A7", "-"), ("#56B4E9", "|"), ("#D9C21C", "+"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a chart: the group it belongs to, its name, and the lines of its hover text."""

    id: str
    name: str
    x: float
    y: float
    group: str
    lines: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its name, how long it is (None: not known), what is written after it, and the lines of its hover text."""

    name: str
    value: float | None
    words: str
    lines: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Range:
    """What is certain, what it may come to at most, and the whole it is of (None: withheld)."""

    name: str
    certain: float | None
    at_most: float | None
    whole: float | None
    lines: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a slope: its label, the share of people that live in it, and how much they have."""

    label: str
    people: float
    value: float
    lines: tuple[object, ...] = ()


def points(
    held: Sequence[Point],
    groups: Mapping[str, tuple[str, str, str]],
    *,
    across: str,
    up: str,
    middle: tuple[float, float] | None = None,
    chosen: str | None = None,
    named: str = "",
) -> Figure:
    """Return points by group (label, colour, symbol); ``middle`` (x, y) is drawn as dashed lines.

    The point ``chosen`` gets a ring; the first points of the group ``named`` have their names beside them.
    """
    sides = _sides(held, named)
    traces = [
        _points([point for point in held if point.group == group], label, colour, symbol, sides)
        for group, (label, colour, symbol) in groups.items()
        if any(point.group == group for point in held)
    ]
    ring = [point for point in held if point.id == chosen]
    if ring:
        traces.insert(0, _ring(ring[0]))
    layout = _layout(430, across, up)
    layout["xaxis"] |= {"range": _range([point.x for point in held])}
    layout["yaxis"] |= {"range": _range([point.y for point in held])}
    layout["shapes"] = _middle(*middle) if middle else []
    return {"data": traces, "layout": layout}


def bars(held: Sequence[Bar], *, across: str, unknown: str) -> Figure:
    """Return lying bars, first at the top; one of unknown length is a hatched stub that ``unknown`` explains."""
    stub = 0.06 * max([bar.value for bar in held if bar.value] or [1.0])
    traces = [_bar([bar for bar in held if bar.value is not None], PROVISION, "", across)]
    without = [Bar(bar.name, stub, bar.words, bar.lines) for bar in held if bar.value is None]
    if without:
        traces.append(_bar(without, UNKNOWN, "/", unknown))
    layout = _rows(held, across) | {"showlegend": bool(without)}
    layout["xaxis"]["range"] = [0, max([bar.value or stub for bar in held] or [1.0]) * 1.7 or 1.0]
    return {"data": traces, "layout": layout}


def ranges(held: Sequence[Range], *, certain: str, perhaps: str, whole: str, across: str) -> Figure:
    """Return what is certain as full bars, what it may come to as hatched ones, and the whole as a stroke."""
    told = [each for each in held if each.certain is not None]
    names = [label(each.name) for each in told]
    more = [max((each.at_most or 0) - (each.certain or 0), 0) for each in told]
    texts = [hover(*(each.lines or (each.name,))) for each in told]
    solid = [each.certain for each in told]
    traces = [
        {**_lying(names, solid, texts, SHORTFALL, ""), "name": certain},
        {**_lying(names, more, texts, UNKNOWN, "/"), "name": perhaps},
        {
            "type": "scatter",
            "mode": "markers",
            "name": whole,
            "x": [each.whole for each in told],
            "y": names,
            "hovertext": texts,
            "hoverinfo": "text",
            "marker": {"symbol": "line-ns-open", "size": 18, "color": TEXT, "line": {"width": 2.5, "color": TEXT}},
        },
    ]
    longest = max([value for each in told for value in (each.at_most, each.whole) if value] or [1.0])
    layout = _rows(told, across) | {"barmode": "stack"}
    layout["xaxis"]["range"] = [0, longest * 1.06]
    return {"data": traces, "layout": layout}


def pairs(held: Sequence[tuple[str, float, float]], *, first: str, second: str, across: str) -> Figure:
    """Return two shares of each name side by side on a line: the first a diamond, the second a circle."""
    names = [label(name) for name, _, _ in held]
    lines: dict[str, list[Any]] = {"x": [], "y": []}
    for name, (_, one, two) in zip(names, held, strict=True):
        lines["x"] += [one, two, None]
        lines["y"] += [name, name, None]
    joined = {
        "type": "scatter", "mode": "lines", **lines, "line": {"color": UNKNOWN, "width": 3},
        "hoverinfo": "skip", "showlegend": False,
    }  # fmt: skip
    traces = [joined]
    for at, title, colour, symbol in ((1, first, SHORTFALL, "diamond"), (2, second, PROVISION, "circle")):
        values = [float(row[at]) for row in held]
        texts = [hover(row[0], f"{title}: {row[at]:.0%}") for row in held]
        marks = _marks(values, names, texts, colour, symbol)
        traces.append({**marks, "name": title})
    layout = _rows(held, across)
    layout["xaxis"] |= {"tickformat": ".0%", "range": [-0.02, max([max(one, two) for _, one, two in held]) * 1.1]}
    return {"data": traces, "layout": layout}


def slope(held: Sequence[Step], line: tuple[float, float] | None, *, across: str, up: str) -> Figure:
    """Return steps as wide as the people in them, and the line from the first person to the last, where there is one.

    ``line``: its heights at either end.
    """
    all_people = sum(step.people for step in held) or 1.0
    widths = [step.people / all_people for step in held]
    starts = [sum(widths[:n]) for n in range(len(widths))]
    middles = [start + width / 2 for start, width in zip(starts, widths, strict=True)]
    standing = {
        "type": "bar",
        "name": up,
        "x": middles,
        "width": widths,
        "y": [step.value for step in held],
        "hovertext": [hover(*step.lines) for step in held],
        "hoverinfo": "text",
        "marker": {"color": PROVISION, "line": {"color": BACKGROUND, "width": 1.5}},
    }
    traces: list[dict[str, Any]] = [standing]
    if line:
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": "The line over all young people",
                "x": [0, 1],
                "y": list(line),
                "hoverinfo": "skip",
                "marker": {"color": TEXT, "symbol": "square", "size": 7},
                "line": {"color": TEXT, "width": 2.5, "dash": "dash"},
            }
        )
    layout = _layout(380, across, up)
    layout["xaxis"] |= {
        "tickvals": middles,
        "ticktext": [hover(step.label) if width > 0.03 else "" for step, width in zip(held, widths, strict=True)],
        "tickangle": 0,
        "range": [-0.02, 1.02],
        "showgrid": False,
    }
    layout["yaxis"]["rangemode"] = "tozero"
    return {"data": traces, "layout": layout}


def mix(rows: Mapping[str, Mapping[str, float]], kinds: Mapping[str, str], *, across: str, up: str) -> Figure:
    """Return standing bars of shares: step -> kind -> share; ``kinds`` code -> label, what nobody coded last."""
    traces = []
    last = list(kinds)[-1] if kinds else ""
    for n, (code, name) in enumerate(kinds.items()):
        colour, shape = (UNKNOWN, "/") if code == last else _FILLS[n % len(_FILLS)]
        shares = [of.get(code, 0.0) for of in rows.values()]
        texts = [hover(step, f"{name}: {share:.0%}") for step, share in zip(rows, shares, strict=True)]
        bar = {"type": "bar", "name": hover(name), "x": list(rows), "y": shares, "hovertext": texts}
        traces.append({**bar, "hoverinfo": "text", "marker": _filled(colour, shape)})
    layout = _layout(380, across, up) | {"barmode": "stack"}
    layout["xaxis"] |= {"type": "category", "showgrid": False}
    layout["yaxis"] |= {"tickformat": ".0%", "range": [0, 1.001]}
    return {"data": traces, "layout": layout}


def months(held: Sequence[tuple[str, float, tuple[object, ...]]], *, up: str) -> Figure:
    """Return low standing bars by month (``2027-03``), the lines of its hover text beside each."""
    bar = {
        "type": "bar",
        "x": [month for month, _, _ in held],
        "y": [value for _, value, _ in held],
        "text": [f"{value:,.0f}" if value else "" for _, value, _ in held],
        "textposition": "outside",
        "cliponaxis": False,
        "textfont": {"color": TEXT},
        "hovertext": [hover(*lines) for _, _, lines in held],
        "hoverinfo": "text",
        "marker": {"color": PROVISION},
    }
    layout = _layout(230, "", up)
    layout["xaxis"] |= {"type": "category", "showgrid": False}
    layout["yaxis"] |= {"range": [0, max([value for _, value, _ in held] or [1.0]) * 1.2 or 1.0]}
    return {"data": [bar], "layout": layout}


def label(text: str) -> str:
    """Return a name as an axis shows it: as text, on short lines."""
    return "<br>".join(hover(line) for line in wrap(text, 24)[:2]) or "-"


def _points(held: Sequence[Point], name: str, colour: str, symbol: str, sides: Mapping[str, str]) -> dict[str, Any]:
    """Return the marks of a group; ``sides`` says whose names stand beside them, and on which side."""
    texts = [hover(point.name, *point.lines) for point in held]
    marks = _marks([point.x for point in held], [point.y for point in held], texts, colour, symbol)
    words = {
        "mode": "markers+text",
        "text": [hover(point.name) if point.id in sides else "" for point in held],
        "textposition": [sides.get(point.id, "top center") for point in held],
        "cliponaxis": False,
    }
    return {**marks, **words, "name": f"{name} ({len(held)})", "customdata": [point.id for point in held]}


def _sides(held: Sequence[Point], named: str) -> dict[str, str]:
    """Return where the names of a group's first points stand; none would lie on another."""
    wide, high = (max([getattr(point, axis) for point in held], default=0.0) or 1.0 for axis in "xy")
    found: list[Point] = []
    for point in held:
        apart = all(abs(point.x - other.x) > 0.6 * wide or abs(point.y - other.y) > 0.08 * high for other in found)
        if point.group == named and apart and len(found) < MOST_NAMED:
            found.append(point)
    return {point.id: f"top {'right' if point.x < wide / 2 else 'left'}" for point in found}


def _marks(x: Sequence[Any], y: Sequence[Any], texts: Sequence[str], colour: str, symbol: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": list(x),
        "y": list(y),
        "hovertext": list(texts),
        "hoverinfo": "text",
        "marker": {"color": colour, "symbol": symbol, "size": 12, "line": {"width": 2, "color": colour}},
    }


def _ring(point: Point) -> dict[str, Any]:
    marks = _marks([point.x], [point.y], [""], TEXT, "circle-open")
    marks["marker"]["size"] = 24
    return {**marks, "hoverinfo": "skip", "name": hover(f"{point.name}, chosen")}


def _middle(x: float, y: float) -> list[dict[str, Any]]:
    dashed = {"type": "line", "line": {"color": UNKNOWN, "width": 1.5, "dash": "dash"}, "layer": "below"}
    return [
        {**dashed, "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1},
        {**dashed, "y0": y, "y1": y, "xref": "paper", "x0": 0, "x1": 1},
    ]


def _bar(held: Sequence[Bar], colour: str, shape: str, name: str) -> dict[str, Any]:
    texts = [hover(bar.name, *bar.lines) for bar in held]
    drawn = _lying([label(bar.name) for bar in held], [bar.value for bar in held], texts, colour, shape)
    words = {"text": [hover(bar.words) for bar in held], "textposition": "outside", "cliponaxis": False}
    return {**drawn, **words, "textfont": {"color": TEXT}, "name": name}


def _lying(
    names: Sequence[str], values: Sequence[float | None], texts: Sequence[str], colour: str, shape: str
) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "x": list(values),
        "y": list(names),
        "hovertext": list(texts),
        "hoverinfo": "text",
        "marker": _filled(colour, shape),
    }


def _filled(colour: str, shape: str) -> dict[str, Any]:
    return {
        "color": colour,
        "line": {"color": BACKGROUND, "width": 1},
        "pattern": {"shape": shape, "fillmode": "replace" if shape == "/" else "overlay", "fgcolor": BACKGROUND}
        | ({"fgcolor": colour} if shape == "/" else {}),
    }


def _rows(held: Sequence[Any], across: str) -> dict[str, Any]:
    """Return the layout of a chart with a row for each name, first at the top."""
    layout = _layout(max(150 + _ROW * len(held), 210), across, "")
    layout["yaxis"] |= {"autorange": "reversed", "type": "category", "showgrid": False, "title": None}
    layout["bargap"] = 0.35
    return layout


def _range(values: Sequence[float]) -> list[float]:
    """Return a range that holds zero and leaves room around the outer points."""
    top = max([*values, 0.0]) or 1.0
    return [-0.06 * top, 1.12 * top]


def _layout(height: int, across: str, up: str) -> dict[str, Any]:
    axis = {"gridcolor": GRID, "zeroline": False, "linecolor": UNKNOWN, "fixedrange": True, "automargin": True}
    return {
        "height": height,
        "font": {"size": 12},
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "xaxis": {**axis, "title": {"text": across, "standoff": 8}},
        "yaxis": {**axis, "title": {"text": up, "standoff": 8}},
        "legend": {
            "orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom", "itemclick": False,
            "itemdoubleclick": False, "traceorder": "normal",
        },
        "dragmode": False,
        "hovermode": "closest",
    }  # fmt: skip
