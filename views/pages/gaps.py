"""Gaps: where provision falls short, and what nobody knows."""

from __future__ import annotations

import streamlit as st

from views import gaplist, session
from views.components.blocks import downloads, draw_title, empty, how_computed, in_place
from views.components.gap_blocks import (
    FIND_OUT,
    NEEDS_ACTION,
    draw_gap,
    draw_list,
    draw_map_of_gaps,
    filter_choices,
    list_choice,
)
from views.markup import note

METHOD = (
    "Gaps are grouped by question. Within a question the band comes first (A named by a forum, young people, parents "
    "or plans; B nothing at all; C ends within six months; D partial), then how much is short, then how many young "
    "people are near. There are no weights and no score. What nobody recorded is a list of its own."
)

draw_title(f"Gaps in {session.areas().name(session.selection().area)}")
if session.is_empty():
    empty("Nothing is loaded yet. Load a folder or files on the page Data, or choose the demo borough in the sidebar.")
    st.stop()

result = session.result("gaps")
found = gaplist.without_confidential(result.gaps, session.derived(gaplist.confidential_names))
lists = {
    NEEDS_ACTION: [gap for gap in found if gap.basis == "evidenced"],
    FIND_OUT: [gap for gap in found if gap.basis != "evidenced"],
}
name = list_choice({name: len(held) for name, held in lists.items()})
shown = filter_choices(lists[name]).keep(lists[name])
left, right = st.columns([3, 2], gap="medium")

with left, in_place("The list"):
    if not lists[name]:
        others = ", ".join(f"{len(held):,} are in the list “{other}”" for other, held in lists.items() if held)
        empty(
            f"No gap of this list for this area and date; {others or 'none are in the other list either'}.", link=False
        )
    elif not shown:
        st.html(note("No gap passes these filters."))
    draw_list(shown)

with right, in_place("The map of the gaps"):
    draw_map_of_gaps(shown)
    draw_gap(shown)

if shown:
    downloads("gaps", gaplist.gap_rows(shown), key="gaps")
how_computed(result, METHOD)
