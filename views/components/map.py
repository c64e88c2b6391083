"""The map: a Plotly figure on MapLibre that keeps its zoom when values change."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import streamlit as st

_component = st.components.v2.component(
    "landscape_map",
    html='<div class="landscape-map-status" role="status">Drawing the map …</div>'
    '<div class="landscape-map" role="img"></div>',
    css=".landscape-map-status {font-size: .8125rem; opacity: .75; min-height: 0}",
    js=(files("views.components") / "map.js").read_text("utf-8"),
    isolate_styles=False,
)


def draw_map(figure: dict[str, Any], *, key: str, label: str, height: int = 520) -> str | None:
    """Draw the figure and return the id of the place or area clicked just now, or None.

    ``label`` says to a screen reader what the map shows. The click is reported once; keep it in the session.
    """
    result = _component(
        key=key,
        data={"figure": figure, "label": label, "height": height},
        height="content",
        on_picked_change=lambda: None,
    )
    picked = result.get("picked")
    return str(picked) if picked else None
