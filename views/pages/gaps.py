"""Gaps: where provision falls short, what nobody knows, and what people say of either."""

from __future__ import annotations

import streamlit as st

from views import gap_notes, gaplist, session
from views.components.blocks import downloads, draw_title, empty, how_computed, in_place
from views.components.find_out_blocks import draw_tasks
from views.components.gap_blocks import (
    FIND_OUT,
    NEEDS_ACTION,
    at_the_hour,
    draw_list,
    draw_map_of_gaps,
    filter_choices,
    list_choice,
    say_status,
)
from views.components.gap_detail_blocks import chosen_gap, draw_gap, draw_gone
from views.markup import note
from views.publishing import publishable_gap_rows

METHOD = (
    "Gaps are grouped by question. Within a question the band comes first (A named by a forum, young people, parents "
    "or plans; B nothing at all; C ends within six months; D partial), then how much is short, then how many young "
    "people are near. There are no weights and no score. What nobody recorded is a list of its own. What people say of "
    "a gap changes no number: it is kept with its reason, team and date, stays with the gap, and is never published."
)

chosen = session.selection()
draw_title(f"Gaps in {session.areas().name(chosen.area)}")
if session.is_empty():
    empty("Nothing is loaded yet. Load a folder or files on the page Data, or choose the demo borough in the sidebar.")
    st.stop()

result, said = session.result("gaps"), session.statuses()
found = gaplist.without_confidential(result.gaps, session.derived(gaplist.confidential))
lists = {
    NEEDS_ACTION: [gap for gap in found if gap.basis == "evidenced"],
    FIND_OUT: [gap for gap in found if gap.basis != "evidenced"],
}
# What comes and goes has a container of its own, so that the map below it stays the same one and keeps its view.
with st.container():
    name = list_choice({name: len(held) for name, held in lists.items()})
    filters = filter_choices(lists[name], found)
    passing = at_the_hour(filters.any_status(lists[name]))
    say_status(passing, said, filters)
    shown = filters.keep(passing, said)
    gap = chosen_gap(shown, found)
left, right = st.columns([3, 2], gap="medium")

with left, in_place("The list"):
    if not lists[name]:
        others = ", ".join(f"{len(held):,} are in the list “{other}”" for other, held in lists.items() if held)
        empty(
            f"No gap of this list for this area and date; {others or 'none are in the other list either'}.", link=False
        )
    elif not shown:
        st.html(note("No gap passes these filters."))
    elif name == FIND_OUT:
        draw_tasks(shown, said)
    else:
        draw_list(shown, said)
    draw_gone(gap_notes.no_longer_found(found, said, session.areas(), chosen.area))

with right, in_place("The map of the gaps"):
    draw_map_of_gaps(shown)
with right, in_place("The gap"):
    if gap:
        draw_gap(gap, shown, said)

if shown:
    downloads(
        "gaps",
        lambda: gaplist.gap_rows(shown, said),
        publish=lambda landscape: publishable_gap_rows(landscape, result.as_dict()),
        key="gaps",
    )
how_computed(result, METHOD)
