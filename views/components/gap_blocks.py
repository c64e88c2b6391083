"""Blocks of the Gaps page: the two lists, filters, the list by question, the map, and one gap in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from analysis.gaps import Gap, gap_kinds
from views import gaplist, maps, session
from views.components.blocks import say_if_unusable
from views.components.landscape_blocks import area_shade, opening_bounds
from views.components.map import draw_map
from views.gaplist import BANDS, Filters
from views.markup import bullet_list, heading, html, legend, note, plain
from views.overview import NO_SHADE

NEEDS_ACTION, FIND_OUT = "needs action", "find out"
CHOSEN = "gap"


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


def filter_choices(gaps: Sequence[Gap]) -> Filters:
    """Draw the filters over these gaps and return what was chosen."""
    kinds = {kind: row["label"] for kind, row in gap_kinds().items() if any(gap.kind == kind for gap in gaps)}
    questions = list(dict.fromkeys(gap.question for gap in gaps))
    bands = [band for band in BANDS if any(gap.band == band for gap in gaps)]
    with st.container(horizontal=True):
        question = st.multiselect("Question", questions, key="questions", placeholder="all")
        kind = st.multiselect("Kind", list(kinds), format_func=kinds.__getitem__, key="gap_kinds", placeholder="all")
        band = st.multiselect("Band", bands, key="bands", placeholder="all", help=_band_help()) if bands else []
    return Filters(tuple(question), tuple(kind), tuple(band))


def draw_list(gaps: Sequence[Gap]) -> None:
    """Draw the gaps under their headings: the first row of each, the others when asked for."""
    for question, held in gaplist.by_heading(gaps).items():
        more = len(held) - 1
        with st.container(gap=None):
            st.html(heading(question))
            _first(held[0])
            if more and st.toggle(f"{more:,} more", key=f"all_{question}"):
                _rows(question, held)


def _first(gap: Gap) -> None:
    """Draw one gap in words; a click shows it in full."""
    chosen = st.session_state.get(CHOSEN) == gap.id
    band = f"{gap.band} · " if gap.band else ""
    st.button(
        plain(f"{band}{gap.text}"),
        key=f"first_{gap.id}",
        type="secondary" if chosen else "tertiary",
        on_click=st.session_state.__setitem__,
        args=(CHOSEN, gap.id),
    )
    st.html(note(f"short {gap.shortfall:.0%} · {gaplist.people_words(gap)} · {gap.because}"))


def _rows(question: str, gaps: Sequence[Gap]) -> None:
    frame = gaplist.gap_rows(gaps)
    frame["people"] = [gaplist.people_words(gap) for gap in gaps]
    key = f"gaps_{question}_{len(gaps)}"
    st.dataframe(
        frame[["band", "gap", "short", "people"]].rename(columns=str.capitalize),
        hide_index=True,
        on_select=lambda: _choose(key, [gap.id for gap in gaps]),
        selection_mode="single-row",
        height=min(39 + 35 * len(gaps), 400),
        column_config={
            "Band": st.column_config.TextColumn(width=45),
            "Gap": st.column_config.TextColumn(width=290),
            "Short": st.column_config.NumberColumn(format="%d %%", width=60),
            "People": st.column_config.TextColumn(width=110),
        },
        key=key,
    )


def _choose(key: str, ids: list[str]) -> None:
    rows = st.session_state[key].selection.rows
    if rows:
        st.session_state[CHOSEN] = ids[rows[0]]


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
    traces += [
        trace
        for mark in marks
        if mark.id == st.session_state.get(CHOSEN)
        for trace in maps.picked_trace(mark.longitude, mark.latitude)
    ]
    figure = maps.figure(traces, opening_bounds(), view=f"gaps {chosen.database} {chosen.area}")
    draw_map(figure, key="gap_map", label="Map of the gaps in the list", height=360, on_pick=_choose_on_map)
    if marks:
        st.html(legend("Places with a gap", gaplist.marks_legend(marks)))


def _choose_on_map(id: str) -> None:
    if id.startswith("gap:"):
        st.session_state[CHOSEN] = id


def draw_gap(gaps: Sequence[Gap]) -> None:
    """Draw one gap in full: the one chosen, or the first."""
    if not gaps:
        return
    gap = next((gap for gap in gaps if gap.id == st.session_state.get(CHOSEN)), gaps[0])
    band = f"band {gap.band}, {BANDS[gap.band]}" if gap.band else "not recorded: to be found out"
    blocks = [
        heading(gap.text, 2),
        note(f"{gap_kinds()[gap.kind]['label']} · {band}"),
        heading("Because"),
        f'<p class="ls-line">{html(gap.because)}</p>',
        f'<p class="ls-line">Short by {gap.shortfall:.0%} '
        f"({html(gap_kinds()[gap.kind]['shortfall'])}). Young people: {html(gaplist.people_words(gap))}.</p>",
    ]
    if gap.closes:
        blocks += [heading("What would close it"), bullet_list([way["text"] for way in gap.closes])]
    names = session.derived(gaplist.member_names, gap.members)
    if len(gap.members) > 1:
        more = len(gap.members) - len(names)
        blocks += [
            heading(f"The {len(gap.members):,} places"),
            bullet_list(names, more=f"and {more:,} more" if more > 0 else ""),
        ]
    blocks += [heading("Evidence"), bullet_list(gaplist.evidence_words(gap) or ["no row is cited"])]
    st.html("".join(blocks))
    spot = gap.about if gap.about not in session.areas() else next(iter(gap.members), None)
    if spot and st.button(f"Show {plain(names[0] if names else 'it')} on Landscape", key="gap_place"):
        st.session_state["picked"] = spot
        st.switch_page(st.session_state["landscape_page"])


def _band_help() -> str:
    return "; ".join(f"{band}: {words}" for band, words in BANDS.items())
