"""Landscape: what is here, by area."""

from __future__ import annotations

import streamlit as st

from views import overview, places, session, tables
from views.components import draw_map
from views.components.blocks import downloads, draw_title, empty, in_place
from views.components.landscape_blocks import (
    area_shade,
    draw_gap_counts,
    draw_legends,
    draw_profile,
    layer_choices,
    opening_bounds,
)
from views.markup import heading, note

chosen = session.selection()
areas = session.areas()

draw_title(areas.name(chosen.area))
if session.is_empty():
    empty("Nothing is loaded yet. Load a folder or files on the page Data, or choose the demo borough in the sidebar.")
    st.stop()

shade_name, level, layers, with_links = layer_choices(areas, chosen.area)
rows = [places.at(session.derived(places.place_rows, layer), chosen.when) for layer in layers]
partners = session.derived(places.partner_links) if with_links else None
left, right = st.columns([3, 2], gap="medium")

with left, in_place("The map"):
    drawn = overview.overview(
        area_shade(shade_name, level),
        rows,
        partners,
        bounds=opening_bounds(),
        view=f"{chosen.database} {chosen.area}",
        hour=chosen.when,
        picked=st.session_state.get("picked"),
    )
    picked = draw_map(drawn.figure, key="landscape_map", label=f"Map of {areas.name(chosen.area)}; rows are below")
    draw_legends(drawn)
    if picked:
        st.session_state["picked"] = picked

with right, in_place("The profile"):
    of_area = draw_profile(st.session_state.get("picked"))
    # Filled last: the gaps take longest to work out.
    gap_slot = st.container()

with in_place("The table"):
    st.html(heading("Rows"))
    held = places.joined(rows)
    if held.empty:
        empty(f"No places of these layers in {areas.name(chosen.area)}. Turn on another layer, or load data.")
    else:
        told = held.assign(open_now=tables.open_words(list(held["open"]))) if chosen.when is not None else held
        columns = ("name", "layer", "kind", "stage", "hours", "open_now", "area", "source")
        event = st.dataframe(
            tables.readable(told, columns), hide_index=True, height=min(39 + 35 * len(told), 320), on_select="rerun",
            selection_mode="single-row", key=f"rows_{len(held)}",
        )  # fmt: skip
        if event.selection.rows and (id := held["id"].iloc[event.selection.rows[0]]) != st.session_state.get("row"):
            st.session_state["row"] = st.session_state["picked"] = id
            st.rerun()
        downloads("landscape", held.drop(columns=places.FOR_DRAWING), geometry=True, key="landscape")

if partners is not None:
    with in_place("The partner links"):
        unplaced = partners.without_place
        st.html(heading(f"Partner links: {len(partners.lines)} drawn, {len(unplaced)} without a place"))
        st.dataframe(
            tables.readable(unplaced, ("from", "link", "to", "basis", "formality", "source")), hide_index=True,
            height=min(40 + 35 * len(unplaced), 250),
        )  # fmt: skip
        downloads("partner-links", partners.rows, key="partners")
if of_area:
    with gap_slot, in_place("The count of gaps"):
        draw_gap_counts()
st.html(note("Internal view, for the partnership. Confidential places are not shown."))
