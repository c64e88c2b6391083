"""Blocks of the Gaps page: the two lists, filters, the list by question, and the map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from analysis.gaps import Gap, gap_kinds
from views import gaplist, maps, session
from views.components.blocks import say_if_unusable
from views.components.landscape_blocks import area_shade, opening_bounds
from views.components.map import draw_map
from views.gaplist import ANY_STATUS, BANDS, STILL_OPEN, Filters, Said
from views.hours import hour_name
from views.markup import heading, legend, note, plain
from views.overview import NO_SHADE

NEEDS_ACTION, FIND_OUT = "needs action", "find out"
CHOSEN, STATUS = "gap", "gap_status"
IN_FULL = "gap-in-full"
_WIDTH = 180


# --- the lists and their filters ------------------------------------------------------------------------------


def list_choice(counts: Mapping[str, int]) -> str:
    """Draw the choice between the two lists, with their counts; returns its name."""
    say_if_unusable("list", [name.capitalize() for name in counts])
    first = NEEDS_ACTION if counts[NEEDS_ACTION] or not counts[FIND_OUT] else FIND_OUT
    chosen = st.segmented_control(
        "List",
        list(counts),
        format_func=str.capitalize,
        default=first,
        key="list",
        bind="query-params",
        label_visibility="collapsed",
    )
    st.html(note(" · ".join(f"{name}: {count:,}" for name, count in counts.items())))
    return str(chosen or first)


def filter_choices(gaps: Sequence[Gap], all_gaps: Sequence[Gap]) -> Filters:
    """Draw the filters over these gaps of all, and return what was chosen; the address keeps it."""
    evidenced = any(gap.band for gap in gaps)
    areas = gaplist.area_names(all_gaps)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        questions, kinds, bands, topics = [], [], [], []
        if evidenced:
            questions = _several("Question", "gap_question", {gap.question: gap.question for gap in gaps})
            kinds = _several("Kind", "gap_kind", _kinds(gaps))
            bands = _several("Band", "gap_band", {band: band for band in BANDS}, help=_band_help(), width=105)
        else:
            topics = _several("Not recorded", "gap_topic", _topics(gaps))
        inside = _several("Area", "gap_area", areas) if len(areas) > 1 else []
        status = _status_filter()
    return Filters(tuple(questions), tuple(kinds), tuple(bands), tuple(topics), tuple(inside), status)


def _kinds(gaps: Sequence[Gap]) -> dict[str, str]:
    return {kind: row["label"] for kind, row in gap_kinds().items() if any(gap.kind == kind for gap in gaps)}


def _topics(gaps: Sequence[Gap]) -> dict[str, str]:
    return {gap.topic: gap.text.rpartition(": ")[2].removesuffix(" not recorded") for gap in gaps}


def _several(
    label: str, key: str, named: Mapping[Any, str], *, help: str | None = None, width: int = _WIDTH
) -> list[Any]:
    say_if_unusable(key, list(named.values()))
    return st.multiselect(
        label,
        list(named),
        format_func=lambda code: named.get(code, str(code)),
        key=key,
        bind="query-params",
        placeholder="all",
        help=help,
        width=width,
    )


def _status_filter() -> str:
    options = gaplist.status_filters()
    say_if_unusable(STATUS, options)
    chosen = st.selectbox(
        "Status",
        options,
        key=STATUS,
        bind="query-params",
        help="Open: all but what was said to be no gap.",
        width=140,
    )
    return str(chosen)


def _band_help() -> str:
    return "; ".join(f"{band}: {words}" for band, words in BANDS.items())


def _show(status: str) -> None:
    st.session_state[STATUS] = status


def at_the_hour(gaps: Sequence[Gap]) -> list[Gap]:
    """Return the gaps that are short at the hour of the sidebar, and say which kinds do not depend on it."""
    hour = session.selection().when
    if hour is None:
        return list(gaps)
    kept = gaplist.short_then(gaps, session.result("coverage"), hour)
    depend = sum(gap.kind in gaplist.BY_HOUR for gap in gaps)
    short = sum(gap.kind in gaplist.BY_HOUR for gap in kept)
    if depend:
        st.html(
            note(
                f"Of the gaps in who is present, those short at {hour_name(hour)} are listed: {short:,} of {depend:,}. "
                "The other kinds do not depend on the hour."
            )
        )
    else:
        st.html(note(f"Nothing in this list depends on the hour: at {hour_name(hour)} it is the same."))
    return kept


def say_status(gaps: Sequence[Gap], said: Said, filters: Filters) -> None:
    """Say how many of the gaps that pass the other filters have which status, and how to see those left out."""
    counts = gaplist.status_counts(gaps, said)
    if not said or not counts:
        return
    words = " · ".join(f"{label}: {count:,}" for label, count in counts.items())
    hidden = len(gaps) - len(filters.keep(gaps, said))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(note(words + (f". {hidden:,} left out by the filter Status." if hidden else "")), width="content")
        if hidden:
            st.button("Show them too", key="all_status", type="tertiary", on_click=_show, args=(ANY_STATUS,))
        elif filters.status != STILL_OPEN:
            st.button("Open ones only", key="open_status", type="tertiary", on_click=_show, args=(STILL_OPEN,))


# --- the list -------------------------------------------------------------------------------------------------


def draw_list(gaps: Sequence[Gap], said: Said) -> None:
    """Draw the gaps under their questions: the first row of each, the others when asked for."""
    for question, held in gaplist.by_question(gaps).items():
        more = len(held) - 1
        with st.container(gap=None):
            st.html(heading(question))
            _first(held[0], said)
            if more and st.toggle(f"{more:,} more", key=f"all_{question}"):
                draw_rows(question, held, said)


def _first(gap: Gap, said: Said) -> None:
    """Draw one gap in words; a click shows it in full."""
    chosen = st.session_state.get(CHOSEN) == gap.id
    band = f"{gap.band} · " if gap.band else ""
    st.button(
        plain(f"{band}{gap.text}"),
        key=f"first_{gap.id}",
        type="secondary" if chosen else "tertiary",
        on_click=choose,
        args=(gap.id,),
    )
    status = f"{gaplist.status_label(said[gap.id].status)} · " if gap.id in said else ""
    # In one column the gap in full is far below its row.
    full = f'<p class="ls-line"><a href="#{IN_FULL}">Read it in full</a></p>' if chosen else ""
    st.html(full + note(f"{status}short {gap.shortfall:.0%} · {gaplist.people_words(gap)} · {gap.because}"))


def draw_rows(name: str, gaps: Sequence[Gap], said: Said) -> None:
    """Draw these gaps of one question, or of one thing to find out, as a table; a ticked row is shown in full."""
    frame = gaplist.gap_rows(gaps, said).assign(people=[gaplist.people_words(gap) for gap in gaps])
    columns = {"band": "Band", "gap": "Gap", "short": "Short", "people": "People"}
    if not gaps[0].band:
        frame = frame.assign(without=[len(gap.members) for gap in gaps])
        columns = {"area": "Area", "without": "Without", "short": "Short", "people": "People"}
    if any(gap.id in said for gap in gaps):
        columns["status"] = "Status"
    key = f"gaps_{name}_{abs(hash(tuple(gap.id for gap in gaps)))}"
    st.dataframe(
        frame[list(columns)].rename(columns=columns),
        hide_index=True,
        on_select=lambda: _choose_row(key, [gap.id for gap in gaps]),
        selection_mode="single-row",
        height=min(39 + 35 * len(gaps), 400),
        column_config={
            "Band": st.column_config.TextColumn(width=45),
            "Gap": st.column_config.TextColumn(width=290),
            "Area": st.column_config.TextColumn(width=150),
            "Without": st.column_config.NumberColumn(format="localized", width=70),
            "Short": st.column_config.NumberColumn(format="%d %%", width=60),
            "People": st.column_config.TextColumn(width=110),
            "Status": st.column_config.TextColumn(width=110),
        },
        key=key,
        alt=f"Gaps: {name}",
    )


def choose(id: str) -> None:
    """Show this gap in full from the next run on; for use in callbacks."""
    if id.startswith("gap:"):
        st.session_state[CHOSEN] = id


def _choose_row(key: str, ids: list[str]) -> None:
    rows = st.session_state[key].selection.rows
    if rows:
        choose(ids[rows[0]])


# --- the map --------------------------------------------------------------------------------------------------


def draw_map_of_gaps(gaps: Sequence[Gap]) -> None:
    """Draw where the gaps are; a click chooses one."""
    chosen = session.selection()
    marks = gaplist.gap_marks(session.derived(gaplist.spots_of), gaps)
    levels = session.areas().parts(chosen.area)
    shade = area_shade(NO_SHADE, levels[0] if levels else None)
    traces = maps.area_traces(shade, maps.classify(shade)) if shade else []
    if len(marks) > maps.MANY_POINTS:
        st.html(note(f"{len(marks):,} places are too many to draw; filter the list."))
        marks = []
    traces += maps.mark_traces(marks, gaplist.MARK_GROUPS)
    picked = st.session_state.get(CHOSEN)
    traces += [
        trace for mark in marks if mark.id == picked for trace in maps.picked_trace(mark.longitude, mark.latitude)
    ]
    figure = maps.figure(traces, opening_bounds(), view=f"gaps {chosen.database} {chosen.area}")
    draw_map(figure, key="gap_map", label="Map of the gaps in the list", height=320, on_pick=choose)
    if marks:
        most = gaplist.PLACES_IN_A_ROW
        cut = any(len(gap.members) > most for gap in gaps)
        more = note(f"Of a gap with more than {most} places, {most} are drawn; the rows have all.") if cut else ""
        st.html(legend("Places with a gap", gaplist.marks_legend(marks)) + more)
