"""Query: the questions of the library, and how to ask on elsewhere."""

from __future__ import annotations

import streamlit as st

from views import session
from views.components.blocks import empty, in_place
from views.components.query_blocks import draw_answer, draw_elsewhere, library_choice, query_form
from views.markup import heading

st.html(heading("Query", 2))
if session.is_empty():
    empty("Nothing is loaded yet. Load a folder or files on the page Data, or choose the demo borough in the sidebar.")
    st.stop()

query = library_choice()
values = query_form(query)
with in_place("The answer"):
    draw_answer(query, values)
draw_elsewhere(query, values)
