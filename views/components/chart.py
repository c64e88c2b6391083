"""A chart: a Plotly figure of our own making, drawn in the colours of the theme by the plotly.js of the wheel."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from views import theme
from views.charts import Figure
from views.components.map import report_pick
from views.components.packing import packed, scripts

_component = st.components.v2.component(
    "landscape_chart",
    html='<div class="landscape-chart-status" role="status">Drawing the chart …</div>'
    '<div class="landscape-chart" role="group"></div>',
    css=".landscape-chart-status {font-size: .8125rem; opacity: .75; min-height: 0}",
    js=scripts("unpack.js", "plotly_figure.js", "chart.js"),
    isolate_styles=False,
)


def draw_chart(figure: Figure, *, key: str, label: str, on_pick: Callable[[str], None] = lambda id: None) -> None:
    """Draw the figure; ``on_pick`` is called with the id of a point that was clicked, before the page runs.

    ``label`` says to a screen reader what the chart shows, and where the same rows are.
    """
    height = figure["layout"]["height"]
    _component(
        key=key,
        data=packed({"figure": figure, "label": label, "height": height, "colours": theme.CHART}),
        height="content",
        on_picked_change=lambda: report_pick(key, on_pick),
    )
