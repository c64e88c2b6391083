"""The network diagram: positions from Python, drawn by the vis-network file that pyvis brings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from views.components.map import report_pick
from views.components.packing import packed, scripts

_component = st.components.v2.component(
    "landscape_network",
    html='<div class="landscape-network-status" role="status">Drawing the network …</div>'
    '<div class="landscape-network" role="img"></div>',
    css=".landscape-network-status {font-size: .8125rem; opacity: .75}",
    js=scripts("unpack.js", "network.js"),
    isolate_styles=False,
)


def draw_network(
    drawing: dict[str, Any], *, key: str, label: str, on_pick: Callable[[str], None], height: int = 560
) -> None:
    """Draw ``drawing`` (``views.network.Drawing.as_dict``); ``on_pick`` is called with the id of a clicked node."""
    _component(
        key=key,
        data=packed({**drawing, "label": label, "height": height}),
        height="content",
        on_picked_change=lambda: report_pick(key, on_pick),
    )
