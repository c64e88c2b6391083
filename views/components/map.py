"""The map: a Plotly figure on MapLibre that keeps its zoom when values change, and on which an area can be drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from views.components.packing import packed, scripts

Corners = list[tuple[float, float]]

# As many as the browser lets a person put down.
MOST_CORNERS = 500
_SKETCH = """
<div class="landscape-sketch-bar" hidden>
  <button type="button" data-do="undo">Undo point</button>
  <button type="button" data-do="clear">Clear</button>
  <button type="button" data-do="done">Done</button>
  <span role="status"></span>
</div>"""
_OVER = """
<svg class="landscape-sketch" aria-hidden="true" hidden>
  <polygon></polygon><g></g>
  <svg x="50%" y="50%" overflow="visible"><path d="M-11 0H-3M3 0H11M0 -11V-3M0 3V11"/></svg>
</svg>"""
_CSS = """
.landscape-map-status {font-size: .8125rem; opacity: .75; min-height: 0}
.landscape-map-frame {position: relative}
.landscape-sketch-bar {display: flex; flex-wrap: wrap; align-items: center; gap: .4rem; padding-bottom: .4rem;
  font-size: .8125rem}
.landscape-sketch-bar[hidden], .landscape-sketch[hidden] {display: none}
.landscape-sketch-bar button {font: inherit; padding: .25rem .7rem; border-radius: .25rem; cursor: pointer;
  color: var(--st-text-color); background: var(--st-background-color); border: 1px solid currentColor}
.landscape-sketch-bar button:disabled {opacity: .5; cursor: default}
.landscape-sketch-bar span {flex: 1 1 12rem}
.landscape-sketch-bar button:focus-visible, .landscape-sketching:focus-visible {
  outline: 3px solid var(--st-primary-color); outline-offset: 2px}
.landscape-sketch {position: absolute; inset: 0; width: 100%; height: 100%; pointer-events: none; overflow: hidden}
.landscape-sketch polygon {fill: var(--st-primary-color); fill-opacity: .15; stroke: var(--st-primary-color);
  stroke-width: 2; stroke-linejoin: round}
.landscape-sketch circle {fill: var(--st-background-color); stroke: var(--st-primary-color); stroke-width: 2}
.landscape-sketch path {stroke: var(--st-text-color); stroke-width: 2; fill: none}
.landscape-sketching .maplibregl-canvas-container {cursor: crosshair !important}"""


_component = st.components.v2.component(
    "landscape_map",
    html='<div class="landscape-map-status" role="status">Drawing the map …</div>'
    f'{_SKETCH}<div class="landscape-map-frame"><div class="landscape-map" role="group"></div>{_OVER}</div>',
    css=_CSS,
    js=scripts("unpack.js", "plotly_figure.js", "sketch.js", "map.js"),
    isolate_styles=False,
)


def draw_map(
    figure: dict[str, Any],
    *,
    key: str,
    label: str,
    on_pick: Callable[[str], None],
    height: int = 520,
    drawing: bool = False,
    on_draw: Callable[[Corners], None] | None = None,
) -> None:
    """Draw the figure; ``on_pick`` is called with the id of a place or area that was clicked, before the page runs.

    ``label`` says to a screen reader what the map shows. While ``drawing`` is on, nothing is picked: a person puts down
    the corners of an area by mouse or keyboard, and ``on_draw`` is called once with them (longitude and latitude in
    degrees, at least three) when they say that it is done. What was drawn stays in sight until ``drawing`` is off.
    """
    _component(
        key=key,
        data=packed({"figure": figure, "label": label, "height": height, "drawing": drawing}),
        height="content",
        on_picked_change=lambda: report_pick(key, on_pick),
        on_sketched_change=lambda: _report_sketch(key, on_draw),
    )


def report_pick(key: str, on_pick: Callable[[str], None]) -> None:
    """Call ``on_pick`` with what the component of this key reports, if it reports something."""
    picked = st.session_state[key].get("picked")
    if picked:
        on_pick(str(picked))


def corners_of(reported: object) -> Corners | None:
    """Return the corners a browser reports, or None unless they are at least three points on the earth."""
    if not isinstance(reported, list) or not 3 <= len(reported) <= MOST_CORNERS:
        return None
    corners: Corners = []
    for corner in reported:
        if not isinstance(corner, list | tuple) or len(corner) != 2:
            return None
        if any(isinstance(degrees, bool) or not isinstance(degrees, int | float) for degrees in corner):
            return None
        longitude, latitude = corner
        if not (abs(longitude) <= 180 and abs(latitude) <= 90):
            return None
        corners.append((round(float(longitude), 6), round(float(latitude), 6)))
    return corners


def _report_sketch(key: str, on_draw: Callable[[Corners], None] | None) -> None:
    """Call ``on_draw`` with the corners the component of this key reports, if they can be used."""
    corners = corners_of(st.session_state[key].get("sketched"))
    if corners and on_draw:
        on_draw(corners)
