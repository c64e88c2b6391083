"""The sidebar: which database, area, date and hour; all of it kept in the address of the page."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date

import streamlit as st

from graphmodel.errors import LandscapeError
from graphmodel.landscape import today
from ingest.place import is_british, postcode_key, spelled_postcode
from views import hours, session
from views.areas import Catalogue
from views.components.blocks import complain, in_place
from views.markup import html, plain

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
ALL_AREAS = ""
RENAMED = "area_renamed"
OPENING = "Opening the store. The first time, the demo borough is made and loaded: about half a minute."


def draw_sidebar() -> bool:
    """Draw the sidebar and set the selection; returns whether there is a store to look at."""
    if not session.is_open():
        # A store that cannot be opened is told below, where the choice of the data is.
        with st.spinner(OPENING, show_time=True), suppress(LandscapeError):
            session.backend(session.first_database())
    with st.sidebar:
        _note_bad_values()
        try:
            database = _database()
            version = session.backend(database).version()
            names = session.catalogue(database, version)
        except LandscapeError as error:
            st.session_state["selection"] = session.Selection(session.OWN, "", None, _today(), None)
            complain(error)
            return False
        area = _area(database, names)
        as_of = st.date_input(
            "As of",
            value=_today(),
            min_value=FIRST_DAY,
            max_value=LAST_DAY,
            format="DD/MM/YYYY",
            key="as_of",
            bind="query-params",
            help="What held on this day.",
            on_change=_forget_notes,
        )
        when = st.selectbox("When", hours.hour_names(), key="when", bind="query-params", on_change=_forget_notes)
        _draw_notes()
    day = as_of if isinstance(as_of, date) else _today()
    st.session_state["selection"] = session.Selection(database, version, area, day, hours.hour_of(when))
    with st.sidebar, in_place("The state of the data"):
        _trust()
    return True


def _today() -> date:
    return today(session.base_settings())


def _trust() -> None:
    """Say how far the data reach and how complete they are, with the way to the details."""
    if session.is_empty():
        return
    retrieved = [day for day in session.landscape().nodes("Source")["retrieved"] if isinstance(day, date)]
    complete = session.result("completeness").summary["complete"]
    said = [f"Data to {max(retrieved):%d %b %Y}" if retrieved else "Date of the data not known"]
    said.append("completeness not known" if complete is None else f"{complete:.0%} complete")
    st.html(f'<p class="ls-note">{html(" · ".join(said))} (why: see Data)</p>')


def _database() -> str:
    """Return the chosen database; the address keeps it as ``data``."""
    names = session.databases()
    if "database_choice" not in st.session_state:
        st.session_state["database_choice"] = session.first_database()
    take_from_address("data", "database_choice", lambda text: text if text in names else None)
    if len(names) > 1:
        st.selectbox(
            "Data",
            names,
            format_func=lambda name: session.DATABASE_NAMES[name],
            key="database_choice",
            on_change=_changed_database,
            help="The demo borough is made up. Your own data is kept apart from it.",
        )
    chosen: str = st.session_state["database_choice"]
    put_into_address("data", chosen if len(names) > 1 else None)
    return chosen


def _area(database: str, names: Catalogue) -> str | None:
    """Return the id of the chosen area; the address keeps its code as ``area``."""
    default = names.default or ALL_AREAS
    if renamed := st.session_state.pop(RENAMED, None):
        # The browser holds the words of what is chosen: under another name it would be lost.
        st.session_state["area_choice"] = renamed
    take_from_address("area", "area_choice", lambda text: area_of(text, names))
    chosen = st.session_state.get("area_choice")
    if chosen is None or (chosen != ALL_AREAS and chosen not in names):
        st.session_state["area_choice"] = chosen = default
    if not len(names):
        st.html('<p class="ls-note">Area: none loaded yet</p>')
        return None
    options = names.options(chosen)
    if default == ALL_AREAS:
        options = [ALL_AREAS, *options]
    st.selectbox(
        "Area",
        options,
        format_func=lambda id: found.label if (found := names.get(id)) else "All areas",
        key="area_choice",
        filter_mode="contains",
        on_change=_changed_area,
        help="Search by name or code.",
    )
    st.text_input(
        "Area of a postcode",
        key="area_postcode",
        placeholder="or type a whole postcode",
        label_visibility="collapsed",
        on_change=_typed_postcode,
        args=(names,),
    )
    chosen = st.session_state["area_choice"]
    _breadcrumb(names, chosen)
    area = names.get(chosen)
    put_into_address("area", area.code if area and chosen != default else None)
    return chosen or None


def _breadcrumb(names: Catalogue, chosen: str) -> None:
    """Offer the way up from a small area."""
    path = names.path(chosen)
    if path:
        st.html(f'<p class="ls-note">in {html(" › ".join(area.name for area in path))}</p>')
        up = path[-1]
        st.button(f"↑ {plain(up.name)}", key="area_up", on_click=choose_area, args=(up.id,))


def _typed_postcode(names: Catalogue) -> None:
    """Look at the area of a postcode that was typed; the field is ready for another."""
    typed = st.session_state["area_postcode"].strip()
    st.session_state["area_postcode"] = ""
    _forget_notes()
    if found := area_of(typed, names):
        choose_area(found)
    elif typed:
        _notes()["area"] = (
            f"The postcode {spelled_postcode(typed)} is not loaded: check it, or load a postcode file on Data."
            if is_british(typed)
            else f"“{typed}” is no postcode that is loaded; areas are chosen by name above."
        )


def area_of(text: str, names: Catalogue) -> str | None:
    """Return the area a code, a name or a whole postcode stands for, or None."""
    found = names.resolve(text)
    if found is None and any(mark.isdigit() for mark in text):
        spot = session.backend(st.session_state["database_choice"]).postcode(postcode_key(text))
        found = names.small_area(spot) if spot else None
    return found


def choose_area(id: str) -> None:
    """Look at another area from the next run on; for use in callbacks."""
    st.session_state["area_choice"] = id
    _changed_area()


def choose_own_data() -> None:
    """Look at one's own data from the next run on; for use in callbacks."""
    st.session_state["database_choice"] = session.OWN
    _changed_database()


# --- the address ----------------------------------------------------------------------------------------------
# ``bind="query-params"`` writes what a widget shows. A link should carry an area's code, so these two are kept here.


def take_from_address(name: str, key: str, read: Callable[[str], str | None]) -> None:
    """Set a choice from the address when that brings a new value; say so when it cannot be used."""
    given = st.query_params.get(name)
    if given is None or given == st.session_state.get(f"address_{name}"):
        return
    st.session_state[f"address_{name}"] = given
    found = read(given)
    if found is not None:
        st.session_state[key] = found
    else:
        _notes()[name] = f"The link asks for {name} “{given}”, which is not there; it is left out."


def put_into_address(name: str, value: str | None) -> None:
    """Keep a choice in the address, or take it out."""
    st.session_state[f"address_{name}"] = value
    if value is None:
        if name in st.query_params:
            del st.query_params[name]
    elif st.query_params.get(name) != value:
        st.query_params[name] = value


def _note_bad_values() -> None:
    """Remember what is wrong with a date or an hour in the address: the widgets drop it silently."""
    given = st.query_params.get("as_of")
    if given is not None and not _is_day(given):
        _notes()["as_of"] = f"The link asks for the date “{given}”, which cannot be used; today is shown."
    given = st.query_params.get("when")
    if given is not None and given not in hours.hour_names():
        _notes()["when"] = f"The link asks for the hour “{given}”, which is not one; any time is shown."


def _is_day(text: str) -> bool:
    try:
        return FIRST_DAY <= date.fromisoformat(text) <= LAST_DAY
    except ValueError:
        return False


def _notes() -> dict[str, str]:
    notes: dict[str, str] = st.session_state.setdefault("address_notes", {})
    return notes


def say_not_there(name: str) -> None:
    """Say what an address asked of this key in vain, in place of the sidebar."""
    if name in _notes():
        st.warning(plain(_notes()[name]))


def _draw_notes() -> None:
    for name in ("data", "area", "as_of", "when"):
        if name in _notes():
            say_not_there(name)


def _forget_notes() -> None:
    st.session_state["address_notes"] = {}


def _changed_area() -> None:
    _forget_notes()
    for name in ("picked", "gap"):
        st.session_state.pop(name, None)


def _changed_database() -> None:
    _changed_area()
    for name in ("area_choice", "around", "find"):
        st.session_state.pop(name, None)
