"""Changes by people: the log of what teams changed, and the button that takes the last change back."""

from __future__ import annotations

import streamlit as st

from views import changes, session
from views.components.blocks import downloads, empty
from views.components.team import team_label
from views.markup import heading, note, plain

TOLD = "undo_told"


def draw_changes() -> None:
    """Draw the log with a filter, and the undoing of the last change."""
    st.html(heading("Changes by people"))
    if told := st.session_state.pop(TOLD, None):
        st.success(plain(told))
    entries = session.changes()
    if not entries:
        empty(
            "Nobody has changed anything by hand yet. Decisions on Identity and the status of gaps come here.",
            link=False,
        )
        return
    everywhere = session.EVERYWHERE
    called = session.derived(changes.names, area=everywhere)
    hidden = session.derived(changes.confidential_ids, area=everywhere)
    teams = sorted({entry.team for entry in entries if entry.node not in hidden})
    chosen = st.multiselect("Team", teams, key="changes_team", placeholder="all")
    table = changes.change_rows(entries, called, hidden, chosen)
    left_out = sum(entry.node in hidden for entry in entries)
    st.html(note(f"{len(table):,} changes, the last first. No load overwrites them, and every backup has them."))
    if left_out:
        st.html(note(f"{left_out:,} changes of what is confidential are not shown."))
    st.dataframe(table, hide_index=True)
    downloads("changes", table, key="changes")
    with st.expander("Undo the last change that still holds, whoever made it"):
        team = team_label()
        if st.button("Undo the last change", key="undo_last", disabled=team is None):
            _undo(team or "", called, hidden)


def _undo(team: str, called: dict[str, str], hidden: frozenset[str]) -> None:
    with session.writing() as store:
        undone = store.undo(team)
    if not undone:
        told = "There is nothing to undo: all changes were taken back already."
    elif undone[0].node in hidden:
        told = "Taken back: a change of something confidential."
    else:
        fields = ", ".join(entry.field.replace("_", " ") for entry in undone)
        told = f"Taken back: {fields} of {called.get(undone[0].node, undone[0].node)}."
    st.session_state[TOLD] = told
    st.rerun()
