"""The first look around: three steps through the demo borough, shown until somebody says that it is enough."""

from __future__ import annotations

import contextlib
from pathlib import Path

import streamlit as st

from views import session
from views.markup import heading, note

SEEN = "tour_seen"
STEPS = (
    ("landscape_page", "1 What is here", "strengths first: services, guardians and places, by area and hour"),
    ("gaps_page", "2 Where provision falls short", "one row per question, why, and what would close it"),
    ("network_page", "3 Who works with whom", "and what would be lost if one of them went"),
)


def draw_tour() -> None:
    """Draw the three steps on the demo, unless they were dismissed here before."""
    if session.selection().database != session.DEMO or _seen().exists():
        return
    with st.container(border=True):
        st.html(
            heading("A look around the demo borough")
            + note("Quayford does not exist: nothing in it is real. Three steps show what the program is for.")
        )
        for page, label, words in STEPS:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.page_link(st.session_state[page], label=label)
                st.html(note(words))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.page_link(st.session_state["data_page"], label="Load your own data")
            st.button("Enough, do not show this again", key="tour_done", on_click=dismiss)


def dismiss() -> None:
    """Remember on this machine that the steps were seen; a folder that cannot be written forgets it."""
    with contextlib.suppress(OSError):
        _seen().parent.mkdir(parents=True, exist_ok=True)
        _seen().touch()


def _seen() -> Path:
    return session.base_settings().data_dir / SEEN
