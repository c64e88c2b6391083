"""The part Exports of the Data page: what may leave, and in which format."""

from __future__ import annotations

import streamlit as st

from views.markup import note


def draw_exports() -> None:
    """Draw the part."""
    st.html(note("This part is being built."))
