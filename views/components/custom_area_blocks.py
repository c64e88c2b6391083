"""An area of one's own on the Landscape page, such as a pilot: pick, draw or measure it, see what it holds, keep it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import streamlit as st

from graphmodel.errors import InputError
from graphmodel.landscape import today
from ingest import own_areas
from views import custom_areas, finding, jobs, maps, outlines, session
from views.components.blocks import complain
from views.components.map import Corners, draw_map
from views.components.sidebar import RENAMED, choose_area
from views.components.team import team_label
from views.custom_areas import FURTHEST_M, NEAREST_M, PICKABLE, Outline
from views.maps import Shade
from views.markup import facts, heading, note, plain

if TYPE_CHECKING:
    from graphmodel.store import GraphStore

JOB, PARTS, CORNERS, DONE = "own_area_job", "own_area_parts", "own_area_corners", "own_area_done"
CHOICE, CLOSED, MAKE, CHANGE = "own_area", "own_area_closed", "make", "change"
PICK, DRAW, AROUND = "Pick areas", "Draw", "Around a place"
LEVEL_NAMES = {"ward": "Wards", "msoa": "MSOAs", "lsoa": "LSOAs", "local_authority": "Local authorities"}


def own_area_choice() -> str:
    """Draw what can be done about areas of one's own; returns ``MAKE``, ``CHANGE`` or nothing."""
    if DONE in st.session_state and st.session_state.get(CLOSED) != st.session_state[DONE]:
        # A widget that was drawn cannot be set in that run, so it is closed in the next.
        st.session_state[CLOSED], st.session_state[CHOICE] = st.session_state[DONE], None
    chosen = session.selection().area
    if chosen and own_areas.is_own(session.landscape().nodes("Area").at[chosen, "source"]):
        words = {CHANGE: "Rename or remove this area", MAKE: "Make another area"}
    else:
        words = {MAKE: "Make an area of your own, such as a pilot"}
    return st.pills("An area of your own", list(words), format_func=words.__getitem__, key=CHOICE) or ""


def draw_own_area(choice: str) -> None:
    """Draw what ``own_area_choice`` chose, and what came of it."""
    _draw_done()
    job = _job()
    if choice == CHANGE:
        _draw_change()
    elif job is not None and not job.ended:
        _running()
    elif choice == MAKE:
        if job is not None:
            _draw_outcome(job)
        _draw_making()


def _draw_making() -> None:
    """Draw how to say which area is meant, and, once that is clear, the form that keeps it."""
    st.html(heading("An area of your own"))
    how = st.segmented_control("How", [PICK, DRAW, AROUND], default=PICK, key="own_area_how") or PICK
    try:
        outline = {PICK: _picked, DRAW: _drawn, AROUND: _around}[how]()
    except InputError as error:
        st.html(note(error))
        return
    _draw_keep(outline)


def _picked() -> Outline:
    """Draw the choice of areas, on a map and in a list; return their outline together."""
    areas, chosen = session.areas(), session.selection().area
    levels = [level for level in PICKABLE if areas.inside(chosen, level)]
    if not levels:
        raise InputError("There are no areas to pick from; load boundaries on Data, or draw the area.")
    level = st.selectbox("Pick from", levels, format_func=LEVEL_NAMES.__getitem__, key="own_area_level", width=220)
    inside = areas.inside(chosen, level)
    # A choice of another level goes with it: one outline has one kind of part.
    st.session_state[PARTS] = [id for id in st.session_state.get(PARTS, []) if id in inside]
    parts = st.multiselect("Areas together", inside, format_func=lambda id: areas.areas[id].label, key=PARTS)
    outline = _derived(custom_areas.of_parts, tuple(parts)) if parts else None
    address = session.geometry(level, tuple(sorted(inside)))
    names = {id: areas.name(id) for id in inside}
    under = Shade(address, dict.fromkeys(inside), names, "Areas", outline_only=True)
    _map(outline, under, label="Map to pick areas on; a click takes an area in or out", on_pick=_turn(set(inside)))
    if outline is None:
        raise InputError("Choose one or more areas, on the map or in the list.")
    return outline


def _turn(inside: set[str]) -> Callable[[str], None]:
    """Return what a click does: it takes an area in, or out again."""

    def turn(id: str) -> None:
        held = list(st.session_state.get(PARTS, []))
        if id in inside:
            st.session_state[PARTS] = [each for each in held if each != id] if id in held else [*held, id]

    return turn


def _drawn() -> Outline:
    """Draw the map to put corners on; return the outline through them once it is done."""
    _map(None, _outlines(), label="Map to draw an area on", drawing=True)
    corners: Corners | None = st.session_state.get(CORNERS)
    if not corners:
        raise InputError("Put down the corners on the map, then press Done.")
    return _derived(custom_areas.of_corners, tuple(corners))


def _around() -> Outline:
    """Draw the choice of a place or a postcode and of metres; return the outline around it."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        typed = st.text_input("Place or postcode", key="own_area_place", placeholder="for example a school").strip()
        metres = st.number_input("Metres", NEAREST_M, FURTHEST_M, 400, step=50, key="own_area_metres", width=140)
    if not typed:
        raise InputError("Type the name of a place, or a whole postcode; then Enter.")
    spot = session.postcode(typed) if any(mark.isdigit() for mark in typed) else None
    points = [(spot.longitude, spot.latitude)] if spot else _points_of(typed)
    outline = _derived(custom_areas.around, tuple(points), float(metres))
    _map(outline, _outlines(), label=f"Map of the area {metres} metres around {typed}")
    return outline


def _points_of(typed: str) -> list[tuple[float, float]]:
    found = finding.best(session.derived(finding.names, area=session.EVERYWHERE), typed)
    names = {match.id: match.words for match in found.matches}
    points = session.derived(custom_areas.places_called, tuple(names), area=session.EVERYWHERE)
    if not points:
        raise InputError(f"No place with a point, and no postcode that is loaded, is called “{typed}”.")
    chosen = st.selectbox("Which", list(points), format_func=names.__getitem__, key=f"own_area_which_{typed}")
    return points[chosen]


def _derived(make: Callable[..., Outline], *arguments: Any) -> Outline:
    """Return an outline, worked out once; an area may be picked or drawn beyond the chosen one."""
    return session.derived(make, *arguments, area=session.EVERYWHERE)


def _outlines() -> Shade | None:
    """Return the outlines of the parts of the chosen area, to see where one is."""
    areas, chosen = session.areas(), session.selection().area
    level = next((level for level in PICKABLE if areas.inside(chosen, level)), None)
    if level is None:
        return None
    inside = areas.inside(chosen, level)
    names = {id: areas.name(id) for id in inside}
    return Shade(session.geometry(level, tuple(sorted(inside))), dict.fromkeys(inside), names, "", outline_only=True)


def _map(
    outline: Outline | None,
    under: Shade | None,
    *,
    label: str,
    on_pick: Callable[[str], None] = lambda _: None,
    drawing: bool = False,
) -> None:
    """Draw the outlines that are there, and the one that is being made."""
    traces = maps.area_traces(under, maps.classify(under)) if under else []
    traces += maps.outline_trace(outline.rings) if outline else []
    chosen = session.selection()
    bounds = session.derived(outlines.bounds, (chosen.area,) if chosen.area else ())
    view = f"own {chosen.database} {chosen.area}"
    figure = maps.figure(traces, bounds, view=view)
    key = "own_area_drawing" if drawing else "own_area_map"
    draw_map(figure, key=key, label=label, on_pick=on_pick, height=420, drawing=drawing, on_draw=_take_corners)


def _take_corners(corners: Corners) -> None:
    st.session_state[CORNERS] = corners


def _draw_keep(outline: Outline) -> None:
    """Draw what the outline holds, and the form that keeps it."""
    held = session.derived(custom_areas.holds, outline.text, area=session.EVERYWHERE)
    st.html(heading("What it holds") + facts(held) + note("Confidential places are not counted here."))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input("Name of the area", key="own_area_name", placeholder="for example Quay pilot")
        with st.container():
            team = team_label()
    st.html(note("It becomes an area like any other: in the search, on all pages and in exports, with its outline."))
    ready = bool(name.strip()) and team is not None
    if st.button("Keep this area", type="primary", key="own_area_keep", disabled=not ready) and team:
        _start(own_areas.OwnArea(name, outline.geometry, outline.licence, outline.attribution), team)
    if not ready:
        st.html(note("Give it a name and say which team makes it; then keep it."))


def _start(area: own_areas.OwnArea, team: str) -> None:
    own_areas.area_name(area.name)
    backend = session.current()

    def work(progress: jobs.Progress) -> str:
        with backend.writing() as store:
            return own_areas.keep(store, area, team, progress)

    st.session_state[JOB] = jobs.start("Keep the area", work)
    st.rerun()


@st.fragment(run_every=1.0)
def _running() -> None:
    job = _job()
    if job is None or job.ended:
        st.rerun()
        return
    st.progress(job.share, plain(job.words()))
    if job.can_stop:
        st.button("Stop", on_click=job.stop, key="own_area_stop")
    else:
        st.html(note("Writing has begun; it runs to its end, and readers see all of it or nothing."))


def _draw_outcome(job: jobs.Job) -> None:
    """Say that the area was kept, or why not."""
    if job.error:
        complain(job.error)
    elif job.result in session.areas():
        name = session.areas().name(job.result)
        st.success(plain(f"{name} is kept, and can be chosen as an area everywhere."))
        st.button(f"Look at {plain(name)}", key="own_area_look", on_click=_look_at, args=(job.result,))


def _look_at(id: str) -> None:
    st.session_state.pop(JOB, None)
    st.session_state[CHOICE] = None
    choose_area(id)


def _job() -> jobs.Job | None:
    job: jobs.Job | None = st.session_state.get(JOB)
    return job


# --- an area that was made here -------------------------------------------------------------------------------


def _draw_change() -> None:
    """Draw the forms that rename or remove the area that is looked at."""
    chosen = session.selection().area or ""
    was = session.areas().name(chosen)
    st.html(heading(f"Rename or remove {was}"))
    team = team_label()
    name = st.text_input("New name", key=f"own_area_rename_{chosen}", value=was)
    if st.button("Rename", disabled=not team or name.strip() in ("", was), key="own_area_rename") and team:
        _change(lambda store: own_areas.rename(store, chosen, name, team), f"It is now called {name.strip()}.")
    sure = st.checkbox("Remove it from today on; what lies in it stays", key=f"own_area_sure_{chosen}")
    if st.button("Remove", disabled=not team or not sure, key="own_area_remove") and team:
        day = today(session.base_settings())
        _change(lambda store: own_areas.remove(store, chosen, team, day), f"{was} is removed.")


def _draw_done() -> None:
    """Say what was changed last, and offer to undo it."""
    database, id, said = st.session_state.get(DONE, ("", "", ""))
    if not id or database != session.selection().database:
        return
    st.success(plain(said))
    with st.container(horizontal=True):
        undo = st.button("Undo", key="own_area_undo")
        st.button("Close", key="own_area_close", on_click=_forget)
    if undo:
        with session.writing() as store:
            store.undo(st.session_state["team"], of=id)
        st.session_state[RENAMED] = id
        _forget()
        st.rerun()


def _change(change: Callable[[GraphStore], object], said: str) -> None:
    chosen = session.selection()
    with session.writing() as store:
        change(store)
    st.session_state[DONE] = (chosen.database, chosen.area, said)
    st.session_state[RENAMED] = chosen.area
    st.rerun()


def _forget() -> None:
    for name in (DONE, CLOSED):
        st.session_state.pop(name, None)
