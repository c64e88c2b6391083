"""Methods: can I believe it? The methods and the values, the words, and each question with where it is answered."""

from __future__ import annotations

import streamlit as st

from views.components.blocks import in_place
from views.components.methods_blocks import draw_found, draw_part, draw_search
from views.markup import heading

st.html(heading("Methods", 2))
searched = draw_search()
with in_place("This part of the methods"):
    if searched:
        draw_found(searched)
    else:
        draw_part()
