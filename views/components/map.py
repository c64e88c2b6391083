"""The map: a Plotly figure on MapLibre that keeps its zoom when values change."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Any

import streamlit as st

_component = st.components.v2.component(
    "landscape_map",
    html='<div class="landscape-map-status" role="status">Drawing the map …</div>'
    '<div class="landscape-map" role="group"></div>',
    css=".landscape-map-status {font-size: .8125rem; opacity: .75; min-height: 0}",
    js=(files("views.components") / "map.js").read_text("utf-8"),
    isolate_styles=False,
)


def draw_map(
    figure: dict[str, Any], *, key: str, label: str, on_pick: Callable[[str], None], height: int = 520
) -> None:
    """Draw the figure; ``on_pick`` is called with the id of a place or area that was clicked, before the page runs.

    ``label`` says to a screen reader what the map shows.
    """
    _component(
        key=key,
        data={"figure": figure, "label": label, "height": height},
        height="content",
        on_picked_change=lambda: report_pick(key, on_pick),
    )


def report_pick(key: str, on_pick: Callable[[str], None]) -> None:
    """Call ``on_pick`` with what the component of this key reports, if it reports something."""
    picked = st.session_state[key].get("picked")
    if picked:
        on_pick(str(picked))
