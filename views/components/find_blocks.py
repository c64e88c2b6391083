"""The search of the Landscape page: a place, a service, an organisation or a postcode, from what is typed."""

from __future__ import annotations

import streamlit as st

from ingest.place import is_british, spelled_postcode
from views import finding, session
from views.areas import PostcodeSpot
from views.components.sidebar import choose_area
from views.markup import note, plain

TYPED, PICKED = "find", "picked"


def draw_search() -> PostcodeSpot | None:
    """Draw the search and what it found; returns where the postcode is, if one that is loaded was typed."""
    typed = st.text_input(
        "Find",
        key=TYPED,
        bind="query-params",
        placeholder="Find a place, service, organisation, area or postcode",
        label_visibility="collapsed",
        help="Words of a name, in any order, or a whole postcode; then Enter.",
    ).strip()
    if not typed:
        return None
    spot = session.postcode(typed) if any(mark.isdigit() for mark in typed) else None
    if spot:
        _draw_postcode(spot)
    elif is_british(typed):
        said = f"The postcode {spelled_postcode(typed)} is not loaded: check it, or load a postcode file on Data."
        st.html(note(said))
    else:
        _draw_matches(typed)
    return spot


def pick(id: str) -> None:
    """Open the profile of a place or an area from the next run on; for use in callbacks."""
    st.session_state[PICKED] = id


def _draw_postcode(spot: PostcodeSpot) -> None:
    """Say in which areas a postcode lies, and offer to look at the one people know."""
    areas = session.areas()
    lies = areas.small_area(spot)
    if lies is None:
        st.html(note(f"{spot.name} is on the map, ringed. It lies in no area that is loaded."))
        return
    above = ", ".join(area.name for area in reversed(areas.path(lies)))
    st.html(note(f"{spot.name} is on the map, ringed. It lies in {areas.name(lies)}{f' ({above})' if above else ''}."))
    if lies != session.selection().area:
        st.button(f"Look at {plain(areas.name(lies))}", key="look_at_postcode", on_click=choose_area, args=(lies,))


def _draw_matches(typed: str) -> None:
    """Draw what is called so: in the chosen area, or else anywhere."""
    here = session.areas().name(session.selection().area)
    areas = finding.area_names(session.areas())
    found = finding.best([*areas, *session.derived(finding.names)], typed)
    if not found.total and session.selection().area is not None:
        found = finding.best(session.derived(finding.names, area=session.EVERYWHERE), typed)
        if found.total:
            st.html(note(f"Nothing in {here} is called “{typed}”; this is elsewhere."))
    if not found.total:
        st.html(note(f"Nothing that is loaded is called “{typed}”."))
        return
    with st.container(horizontal=True, gap="small"):
        for match in found.matches:
            st.button(plain(match.words), key=f"found_{match.id}", on_click=pick, args=(match.id,))
    if found.total > len(found.matches):
        st.html(note(f"and {found.total - len(found.matches):,} more: type more of the name."))
