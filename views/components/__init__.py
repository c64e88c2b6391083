"""The map and the network, drawn in the browser by plotly.js and vis-network out of the installed wheels."""

from views.components.map import draw_map
from views.components.network import draw_network

__all__ = ["draw_map", "draw_network"]
