"""Network: who works with whom, and where; around one, of one organisation, or in the area."""

from __future__ import annotations

import streamlit as st

from views import session
from views.components.blocks import draw_title, empty, explain, in_place
from views.components.network_blocks import METHOD, draw_choice, draw_facts, draw_picture
from views.components.network_sections import draw_section, section_choice
from views.network import name_of
from views.network_scope import NetworkView

chosen = session.selection()
area = session.areas().name(chosen.area)
draw_title(f"Network of {area}")
if session.is_empty():
    empty("Nothing is loaded yet. Load a folder or files on the page Data, or choose the demo borough in the sidebar.")
    st.stop()

view = session.derived(NetworkView)
choice = draw_choice(view)
if choice is None:
    empty(f"No organisation, guardian or service is loaded for {area}. Load a directory, or links between partners.")
    st.stop()

drawn = None
told = area if choice.centre is None else name_of(view.graph, choice.centre)
left, right = st.columns([5, 2], gap="medium")
with left, in_place("The network"), st.spinner("Drawing the network …"):
    drawn = view.drawing(choice)
    draw_picture(drawn, choice, told)
with right, in_place("The facts"), st.container(height=640, border=False):
    if drawn is not None:
        draw_facts(view, choice, drawn)

section = section_choice()
with in_place(section):
    draw_section(section, drawn)
explain(
    "network",
    METHOD,
    {
        "scope": choice.scope,
        "around": choice.centre,
        "hops": choice.hops,
        "links": "; ".join(choice.types),
        "whose word": "; ".join(choice.said),
    },
    sources=session.landscape().sources((), choice.types),
)
