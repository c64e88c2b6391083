"""Data: loading, and whether it can be trusted."""

from __future__ import annotations

import streamlit as st

from views import session
from views.components.blocks import in_place, say_if_unusable
from views.components.data_backup import draw_backup
from views.components.data_exports import draw_exports
from views.components.data_identity import draw_identity
from views.components.data_load import JOB, draw_load
from views.components.data_snapshots import draw_snapshots
from views.components.data_trust import draw_completeness, draw_sources
from views.markup import heading, note

PARTS = {
    "Load": draw_load,
    "Sources": draw_sources,
    "Completeness": draw_completeness,
    "Identity": draw_identity,
    "Snapshots": draw_snapshots,
    "Exports": draw_exports,
    "Backup": draw_backup,
}
# What makes sense before anything is loaded.
AT_FIRST = ("Load", "Backup")

st.html(heading("Data", 2))
if not session.selection().version:
    st.html(note("The store cannot be reached; the message in the sidebar says why."))
    st.stop()
empty_store = session.is_empty()
if empty_store:
    st.html(note("Nothing is loaded yet. Give a folder with your files, check it, then load it."))
offered = AT_FIRST if empty_store else tuple(PARTS)
first = "Load" if empty_store or JOB in st.session_state else "Sources"
say_if_unusable("data_part", offered)
part = st.segmented_control(
    "Part", offered, default=first, key="data_part", bind="query-params", label_visibility="collapsed", required=True
)
with in_place(f"The part {part}"):
    PARTS[part or first]()
