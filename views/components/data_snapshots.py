"""The part Snapshots of the Data page: what was kept, and what changed between two days or files."""

from __future__ import annotations

import streamlit as st

from views.markup import note


def draw_snapshots() -> None:
    """Draw the part."""
    st.html(note("This part is being built."))
