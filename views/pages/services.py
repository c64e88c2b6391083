"""Services: a directory that sees gaps."""

from __future__ import annotations

import streamlit as st

from views import services, session
from views.components.blocks import draw_title, empty, in_place
from views.components.service_sections_blocks import draw_parts
from views.components.services_blocks import (
    card_choice,
    draw_card,
    draw_how,
    draw_list,
    draw_map_of,
    filter_choices,
    spot_of,
    unrecorded_choice,
)
from views.markup import note

chosen = session.selection()
area = session.areas().name(chosen.area)
draw_title(f"Services in {area}")
if session.is_empty():
    empty("Nothing is loaded yet. Load a folder or files on the page Data, or choose the demo borough in the sidebar.")
    st.stop()

held = session.derived(services.directory)
if held.services.empty:
    empty(f"No services loaded for {area}. Load a directory on Data.")
    st.stop()

st.html(note(session.derived(services.in_short)))
# What comes and goes has a container of its own, so that the map below it stays the same one and keeps its view.
with st.container():
    asked, near = filter_choices(held)
    spot = spot_of(near)
    found = services.find(held, asked, chosen.when)
    unrecorded = unrecorded_choice(found, len(held.services), asked)
metres = services.metres_from(held, spot) if spot else None
rows = services.rows_of(held, found, unrecorded=unrecorded, metres=metres)
left, right = st.columns([3, 2], gap="medium")

with left, in_place("The list"):
    if rows.empty:
        empty("No service passes these filters. Clear some, or look at what is not recorded.", link=False)
    else:
        draw_list(held, rows, asked)
    if held.not_running:
        st.html(note(f"Planned, paused or ended, not listed: {held.not_running:,}."))
with right, in_place("The map of the services"):
    draw_map_of(held, rows, spot)

with st.container(), in_place("The card"):
    if opened := card_choice(held, rows):
        draw_card(opened)
with in_place("How the list came about"):
    draw_how(asked, spot)
with in_place("Provision as a whole"):
    draw_parts()
