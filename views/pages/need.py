"""Need and fairness: where provision falls short of need, and for whom."""

from __future__ import annotations

import streamlit as st

from views import session
from views.components.blocks import draw_title, empty, in_place
from views.components.need_blocks import draw_part
from views.markup import note

draw_title(f"Need and fairness in {session.areas().name(session.selection().area)}")
if session.is_empty():
    empty("Nothing is loaded yet. Load a folder or files on the page Data, or choose the demo borough in the sidebar.")
    st.stop()

with in_place("This part"):
    draw_part()
st.html(note("What is compared is provision, so that it can be put right; no place is ranked by danger."))
