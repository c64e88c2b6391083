"""The part Backup of the Data page: the whole store as one file, and back."""

from __future__ import annotations

import streamlit as st

from views.markup import note


def draw_backup() -> None:
    """Draw the part."""
    st.html(note("This part is being built."))
