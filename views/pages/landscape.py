"""Landscape: what is here, by area."""

from __future__ import annotations

import streamlit as st

from views import crowds, custom_areas, overview, places, session
from views.components import draw_map
from views.components.blocks import draw_title, empty, explain, in_place
from views.components.compare_blocks import comparison_choice, draw_comparison
from views.components.custom_area_blocks import draw_own_area, own_area_choice
from views.components.find_blocks import PICKED, draw_search, pick
from views.components.landscape_blocks import (
    METHOD,
    area_shade,
    draw_gap_counts,
    draw_legends,
    draw_partners,
    draw_profile,
    draw_rows,
    draw_share,
    layer_choices,
    opening_bounds,
)
from views.components.tour import draw_tour
from views.markup import note

chosen = session.selection()
areas = session.areas()

draw_title(areas.name(chosen.area))
if session.is_empty():
    empty("Nothing is loaded yet. Load a folder or files on the page Data, or choose the demo borough in the sidebar.")
    st.stop()

draw_tour()
shade_name, level, layers, with_links = layer_choices(areas, chosen.area)
spot = draw_search()
rows = [places.at(session.derived(places.place_rows, layer), chosen.when) for layer in layers]
partners = session.derived(places.partner_links) if with_links else None
left, right = st.columns([3, 2], gap="medium")

with left, in_place("The map"):
    outline = session.derived(custom_areas.kept_outline)
    drawn = overview.overview(
        area_shade(shade_name, level),
        rows,
        partners,
        bounds=opening_bounds(),
        view=f"{chosen.database} {chosen.area}",
        hour=chosen.when,
        picked=st.session_state.get(PICKED),
        crowds=[crowds.crowd(session.landscape(), layer, chosen.when) for layer in rows],
        edge=outline.rings if outline else (),
        pin=spot,
    )
    label = f"Map of {areas.name(chosen.area)}; rows are below"
    draw_map(drawn.figure, key="landscape_map", label=label, on_pick=pick)
    draw_legends(drawn)
with left, in_place("The choice of what to compare with"):
    compared = comparison_choice()
    own_area = own_area_choice()

with right, in_place("The profile"):
    of_area = draw_profile(st.session_state.get(PICKED))
    # Filled last: the gaps take longest to work out.
    gap_slot = st.container()

with in_place("The comparison"):
    draw_comparison(compared)
with in_place("The area of your own"):
    draw_own_area(own_area)
with in_place("The table"):
    draw_rows(places.joined(rows))
if partners is not None:
    with in_place("The partner links"):
        draw_partners(partners)
if of_area:
    with gap_slot, in_place("The count of gaps"):
        draw_gap_counts()
explain("landscape", METHOD, {"shade": shade_name, "by": level, "layers": "; ".join(layers)},
        sources=session.landscape().sources(("Service", "Session", "Guardian", "Context"), ()))  # fmt: skip
draw_share()
st.html(note("Internal view, for the partnership. Confidential places are not shown."))
