"""Blocks of the Services page: filters, nearest, the list with its map, and the card of one service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from views import maps, places, service_card, services, session, theme
from views.components.blocks import command_line, downloads, explain, say_if_unusable
from views.components.landscape_blocks import area_shade, opening_bounds
from views.components.map import draw_map
from views.hours import hour_name
from views.markup import bullet_list, facts, heading, legend, note, plain
from views.overview import NO_SHADE
from views.profile import Profile
from views.services import AGE, FACETS, LABELS, OPEN, OPEN_AT, THEN, WAIT, WAITS, Directory, Found, Spot

METHOD = (
    "Services that run in the area, and those of which nobody said where they are. A service fits where all that is "
    "asked for is recorded of it; where something is not recorded it is listed after these and marked, for it may fit. "
    "A service at both levels counts as each; one that needs no referral can be asked by young people themselves. Open "
    "means a session is open in an ordinary week; closed only where the hours of every session are known. Metres are a "
    "straight line to the nearest session, to 10 m, not a walk."
)
FIRST = ("kind", "group", AGE, "language", "harm", OPEN)
MORE = ("for_whom", "access", "level", "approach", "lens", "tier", "purpose", WAIT)
OLDEST = 30
CHOSEN, NEAR, UNRECORDED = "service", "near", "unrecorded"
_OPEN_HELP = "After school: Monday to Friday 15:00-19:00. The chosen hour is the one under When in the sidebar."
_WIDTH = 165


# --- filters --------------------------------------------------------------------------------------------------


def filter_choices(held: Directory) -> tuple[dict[str, Any], str]:
    """Draw the filters, which the address keeps; returns what is asked for, by name, and near what."""
    asked: dict[str, Any] = {}
    options = {name: _options(held, name) for name in (*FIRST, *MORE)}
    for name, named in options.items():
        say_if_unusable(name, list(named.values()))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for name in FIRST:
            asked[name] = _filter(name, options[name])
        near = _near()
    on = sum(name in st.query_params for name in MORE)
    with (
        st.expander("More filters: level, approach, lens, tier, access, purpose, waiting", expanded=on > 0),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        for name in MORE:
            asked[name] = _filter(name, options[name])
    if asked[OPEN] == THEN and session.selection().when is None:
        st.html(note("No hour is chosen: pick one under When in the sidebar to see what is open then."))
    return {name: value for name, value in asked.items() if value is not None}, near


def _options(held: Directory, name: str) -> dict[Any, str]:
    if name == AGE:
        return {age: str(age) for age in range(OLDEST + 1)}
    return {OPEN: OPEN_AT, WAIT: WAITS}.get(name) or FACETS[name].options(held.services)


def _filter(name: str, named: dict[Any, str]) -> Any:
    return st.selectbox(
        LABELS[name],
        list(named),
        index=None,
        format_func=lambda code: named.get(code, str(code)),
        key=name,
        bind="query-params",
        placeholder="any",
        filter_mode="contains",
        help=_OPEN_HELP if name == OPEN else None,
        width=100 if name == AGE else _WIDTH,
    )


def _clear() -> None:
    for name in (*FIRST, *MORE):
        st.session_state[name] = None


def _near() -> str:
    known = session.derived(services.postcodes)
    given = st.text_input(
        "Nearest to",
        key=NEAR,
        bind="query-params",
        placeholder=f"such as {next(iter(known.values())).name}" if known else "name of a place",
        help="A postcode, or the name of a venue, school or other place here. Sorted by straight-line metres to the "
        "nearest session. Postcodes come from the postcode file on Data.",
        max_chars=120,
        width=_WIDTH,
    )
    return " ".join((given or "").split())


def spot_of(near: str) -> Spot | None:
    """Return where a postcode or a place of that name is, or None without one; says so where it is not here."""
    if not near:
        return None
    spot = session.derived(services.postcodes).get(services.spelled(near))
    if spot is not None:
        return spot
    named = session.derived(services.places_named).get(near.casefold(), [])
    if len(named) == 1:
        return named[0]
    area = session.areas().name(session.selection().area)
    if named:
        said = f"{len(named):,} places are called “{near}”: give the postcode of one of them."
    else:
        said = f"“{near}” is no postcode or place loaded for {area}: check it, or load a postcode file on Data."
    st.html(note(said))
    return None


def unrecorded_choice(found: Found, total: int, asked: Mapping[str, Any]) -> bool:
    """Say how many fit, may fit and do not; returns whether those that may fit are wanted in the list."""
    may = len(found.unrecorded)
    if not asked:
        return True
    more = f" Of {may:,} more, something asked for is not recorded: they may fit." if may else ""
    st.html(
        f'<p class="ls-line"><strong>{len(found.fits):,} of {total:,} services fit.</strong>{more} '
        f"{found.others:,} do not fit.</p>"
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        wanted = bool(
            st.toggle(
                f"List the {may:,} that may fit", value=True, key=UNRECORDED, bind="query-params", disabled=not may
            )
        )
        st.button("Clear filters", on_click=_clear, key="clear_filters", type="tertiary")
    if may and not wanted:
        st.html(note(f"{may:,} services are left out of the list because what was asked for is not recorded of them."))
    return wanted


# --- the list and the map -------------------------------------------------------------------------------------


def draw_list(held: Directory, rows: pd.DataFrame, asked: Mapping[str, Any]) -> None:
    """Draw the services as a table; a row that is ticked opens its card."""
    ids = [str(id) for id in rows.index]
    hour = session.selection().when
    if hour is not None:
        rows = rows.assign(open_then=services.open_words(held, ids, hour))
    shown = services.shown_columns(rows)
    key = f"services_{abs(hash(tuple(ids)))}"
    st.dataframe(
        shown,
        hide_index=True,
        height=min(39 + 35 * max(len(shown), 1), 460),
        placeholder=services.NOT_RECORDED,
        on_select=lambda: _choose_row(key, ids),
        selection_mode="single-row",
        column_config={
            "Name": st.column_config.TextColumn(pinned=True, width=190),
            "Hours": st.column_config.TextColumn(width=210),
            "Fits": st.column_config.TextColumn(width=170),
            "Places a year": st.column_config.NumberColumn(format="localized", width=105),
            "Wait (days)": st.column_config.NumberColumn(format="localized", width=105),
            "Metres, straight line": st.column_config.NumberColumn(format="localized", width=140),
        },
        key=key,
        alt="Services found",
    )
    downloads(
        "services",
        lambda: services.for_file(rows),
        geojson=lambda: services.sessions_for_file(held, ids),
        # A list chosen by harm would tell the harms of what is on it.
        publish=None if "harm" in asked else lambda landscape: services.to_publish(landscape, rows),
        key="services",
    )


def draw_map_of(held: Directory, rows: pd.DataFrame, spot: Spot | None) -> None:
    """Draw where the sessions of these services are; a click opens a card. With an hour, what is closed is left out."""
    chosen = session.selection()
    found = places.at(held.places[held.places["id"].isin(rows.index)], chosen.when)
    drawn = places.marks(found if chosen.when is None else places.at_hour(found))
    levels = session.areas().parts(chosen.area)
    shade = area_shade(NO_SHADE, levels[0] if levels else None)
    traces = maps.area_traces(shade, maps.classify(shade)) if shade else []
    if len(drawn) > maps.MANY_POINTS:
        st.html(note(f"{len(drawn):,} places are too many to draw; filter the list."))
        drawn = []
    traces += maps.mark_traces(drawn)
    for mark in drawn:
        if mark.id == st.session_state.get(CHOSEN):
            traces += maps.picked_trace(mark.longitude, mark.latitude)
    entries = maps.mark_legend(drawn)
    if spot:
        told = (spot.label, theme.KINDS["context"][1])
        here = maps.Mark("", spot.longitude, spot.latitude, "spot", theme.RING, (told[0],))
        traces += maps.mark_traces([here], {"spot": told})
        entries.append((told[1], theme.RING, told[0], 1))
    figure = maps.figure(traces, opening_bounds(), view=f"services {chosen.database} {chosen.area}")
    draw_map(figure, key="services_map", label="Map of the services in the list", height=420, on_pick=choose)
    st.html(legend("Sessions", entries) + "".join(note(text) for text in _not_drawn(found, chosen.when)))


def _not_drawn(rows: pd.DataFrame, hour: int | None) -> list[str]:
    unplaced = int(rows["longitude"].isna().sum())
    told = [f"Without a point, in the table only: {unplaced:,}."] if unplaced else []
    closed = sum(state is False for state in rows["open"])
    return [*told, f"Closed on {hour_name(hour)}, not drawn: {closed:,}."] if hour is not None and closed else told


def choose(id: str) -> None:
    """Open the card of this service from the next run on; for use in callbacks."""
    if id.startswith("service:"):
        st.session_state[CHOSEN] = id


def _choose_row(key: str, ids: list[str]) -> None:
    ticked = st.session_state[key].selection.rows
    if ticked:
        choose(ids[ticked[0]])


# --- the card -------------------------------------------------------------------------------------------------


def card_choice(held: Directory, rows: pd.DataFrame) -> str | None:
    """Draw the choice of the service whose card is open, which the address keeps; returns its id."""
    given = st.query_params.get(CHOSEN)
    if given is not None and given != st.session_state.get("service_in_address"):
        if given in held.services.index:
            st.session_state[CHOSEN] = given
        else:
            st.warning(plain(f"The link asks for the service “{given}”, which is not here; it is left out."))
    names = held.table["name"]
    options = [str(id) for id in (*rows.index, *held.table.index.difference(rows.index))]
    if st.session_state.get(CHOSEN) not in options:
        st.session_state[CHOSEN] = None
    chosen: str | None = st.selectbox(
        "Service",
        options,
        index=None,
        format_func=lambda id: str(names.get(id, id)),
        key=CHOSEN,
        placeholder="Open the card of a service: tick a row, click the map, or search by name",
        filter_mode="contains",
    )
    st.session_state["service_in_address"] = chosen
    if chosen:
        st.query_params[CHOSEN] = chosen
    elif CHOSEN in st.query_params:
        del st.query_params[CHOSEN]
    return chosen


def draw_card(id: str) -> None:
    """Draw the card of a service in two columns."""
    told = session.derived(service_card.service_card, id)
    if told is None:
        return
    st.html(heading(told.name, 2) + note(told.sort))
    middle = sum(_length(section) for section in told.sections) / 2
    left, right = st.columns(2, gap="large")
    so_far = 0
    for section in told.sections:
        with left if so_far < middle else right:
            st.html(_told(section, _measured(id) if section.title == "What it reports" else []))
        so_far += _length(section)
    _elsewhere(told)


def _measured(id: str) -> list[str]:
    if not session.derived(service_card.is_measured, id):
        return []
    return service_card.measured(session.result("outcomes").rows, id, session.derived(services.hidden_names))


def _length(section: Any) -> int:
    return 2 + len(section.facts) + len(section.lines)


def _told(section: Any, more: list[str]) -> str:
    lines = [*section.lines, *more]
    return (
        heading(section.title) + (facts(section.facts) if section.facts else "") + (bullet_list(lines) if lines else "")
    )


def _elsewhere(told: Profile) -> None:
    rows = pd.DataFrame(service_card.card_rows(told))
    with st.container(horizontal=True):
        for page, label in (("landscape_page", "Show on Landscape"), ("network_page", "Show its network")):
            if st.button(label, key=f"service_{page}"):
                st.session_state["picked"] = told.id
                st.switch_page(st.session_state[page])
        downloads("service", rows, key="service_card")


def draw_how(asked: Mapping[str, Any], spot: Spot | None) -> None:
    """Say how the list came about, with the command that asks the same as far as it can, and how to cite it."""
    given = {**asked, **({"near": spot.name} if spot else {})}
    known = {name: value for name, value in asked.items() if name in services.IN_ANALYSIS}
    left = [LABELS[name].lower() for name in asked if name not in services.IN_ANALYSIS]
    caveats = ["Confidential services are not listed."]
    if left:
        caveats.append(f"Only this page filters by {', '.join(left)}: the command below does without.")
    explain("services", METHOD, given, caveats, session.derived(services.sources), command_line("availability", known))
