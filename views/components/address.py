"""Choices that the address keeps by id or code: what a link asks for, and what going back in the browser brings."""

from __future__ import annotations

import streamlit as st


def asked(name: str, *, entered: bool) -> tuple[bool, str | None]:
    """Return whether the address has changed under this name since the last run, and what it says now.

    Going back in the browser may bring an address without the name, which is a change too; just having come from
    another page (``entered``) is none.
    """
    given, before = st.query_params.get(name), st.session_state.get(f"address_{name}")
    changed = given != before and not (given is None and entered)
    return changed, given


def keep(name: str, value: str | None) -> None:
    """Put a choice into the address, or take it out."""
    st.session_state[f"address_{name}"] = value
    if value is None:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != value:
        st.query_params[name] = value
