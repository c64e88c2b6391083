"""Data: loading, and whether it can be trusted."""

from __future__ import annotations

import streamlit as st

from views import session
from views.components.blocks import in_place
from views.components.data_blocks import draw_completeness, draw_sources, load_form, load_progress
from views.markup import heading, note

st.html(heading("Data", 2))
if not session.selection().version:
    st.html(note("The store cannot be reached; the message in the sidebar says why."))
    st.stop()
empty_store = session.is_empty()
if empty_store:
    st.html(note("Nothing is loaded yet. Give a folder with your files, check it, then load it."))

with st.expander("Load a folder or files", expanded=empty_store or "load_job" in st.session_state):
    with in_place("Loading"):
        load_form()
    with in_place("The report"):
        load_progress()

if not empty_store:
    st.html(heading(f"Sources of {session.DATABASE_NAMES[session.selection().database]}"))
    with in_place("The sources"):
        draw_sources()
    st.html(heading("Completeness by area"))
    with in_place("Completeness"):
        draw_completeness()
