"""Who makes a change? A team, kept while the browser is open; never a person."""

from __future__ import annotations

import streamlit as st

from graphmodel.edits import team_name
from graphmodel.errors import InputError
from views.components.blocks import complain

TEAM = "team"


def team_label() -> str | None:
    """Draw the field for the team that makes a change, and return it; None while it is blank or cannot be used."""
    # Streamlit forgets what a widget holds once a page does not draw it, so the team is kept apart from the widget.
    st.session_state.setdefault(f"{TEAM}_typed", st.session_state.get(TEAM, ""))
    typed = st.text_input(
        "Your team",
        key=f"{TEAM}_typed",
        placeholder="for example Youth work, north",
        help="Every change is kept with the team that made it. Never give a person's name or e-mail address.",
    )
    if not typed.strip():
        return None
    try:
        st.session_state[TEAM] = team_name(typed)
    except InputError as error:
        complain(error)
        return None
    named: str = st.session_state[TEAM]
    return named
