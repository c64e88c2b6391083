"""The part Identity of the Data page: which nodes may be the same, and who said so."""

from __future__ import annotations

import streamlit as st

from views.markup import note


def draw_identity() -> None:
    """Draw the part."""
    st.html(note("This part is being built."))
