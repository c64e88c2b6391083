"""Blocks of one gap in full: because, evidence, what would close it, and what people say of it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from analysis.gaps import Gap, gap_kinds
from graphmodel.codes import code_list
from graphmodel.errors import LandscapeError
from graphmodel.gap_status import LONGEST_REASON, OPEN, GapStatus
from views import gap_notes, gaplist, session
from views.components.blocks import complain
from views.components.gap_blocks import CHOSEN, IN_FULL
from views.components.team import team_label
from views.gap_evidence import evidence_of
from views.gap_notes import Gone
from views.gaplist import BANDS, Said
from views.hours import hour_name
from views.markup import bullet_list, heading, html, note, plain, table


def chosen_gap(shown: Sequence[Gap], found: Sequence[Gap]) -> Gap | None:
    """Return the gap to show in full, which the address keeps: the one chosen, or the first of the list."""
    held = {gap.id: gap for gap in found}
    given = st.query_params.get(CHOSEN)
    if given is not None and given != st.session_state.get("gap_in_address"):
        if given in held:
            st.session_state[CHOSEN] = given
        else:
            st.warning(plain(f"The link asks for the gap “{given}”, which is not in this list; it is left out."))
    chosen = held.get(st.session_state.get(CHOSEN, ""))
    st.session_state["gap_in_address"] = chosen.id if chosen else None
    if chosen:
        st.query_params[CHOSEN] = chosen.id
    elif CHOSEN in st.query_params:
        del st.query_params[CHOSEN]
    return chosen or (shown[0] if shown else None)


def draw_gap(gap: Gap, shown: Sequence[Gap], said: Said) -> None:
    """Draw one gap in full, with what people say of it."""
    band = f"band {gap.band}, {BANDS[gap.band]}" if gap.band else "not recorded: to be found out"
    blocks = [f'<div id="{IN_FULL}"></div>', heading(gap.text, 2), note(f"{gap_kinds()[gap.kind]['label']} · {band}")]
    if all(gap.id != each.id for each in shown):
        blocks.append(note("The filters leave this gap out of the list."))
    st.html("".join([*blocks, *_because(gap), *_closing(gap)]))
    _draw_status(gap, gaplist.status_of(gap, said))
    st.html("".join([*_places(gap), *_evidence(gap)]))
    _to_landscape(gap)


def _because(gap: Gap) -> list[str]:
    hour = session.selection().when
    then = gaplist.hour_words(gap, session.result("coverage"), hour) if hour is not None else ""
    return [
        heading("Because"),
        f'<p class="ls-line">{html(gap.because)}</p>',
        f'<p class="ls-line">Short by {gap.shortfall:.0%} '
        f"({html(gap_kinds()[gap.kind]['shortfall'])}). Young people: {html(gaplist.people_words(gap))}.</p>",
        *([f'<p class="ls-line">{html(hour_name(hour))}: {html(then)}.</p>'] if then and hour is not None else []),
    ]


def _closing(gap: Gap) -> list[str]:
    if not gap.closes:
        return []
    return [heading("What would close it"), bullet_list([way["text"] for way in gap.closes])]


def _places(gap: Gap) -> list[str]:
    if len(gap.members) < 2:
        return []
    names = session.derived(gaplist.member_names, gap.members)
    more = len(gap.members) - len(names)
    told = bullet_list(names, more=f"and {more:,} more" if more > 0 else "")
    return [heading(f"The {len(gap.members):,} {gaplist.noun(gap)}"), told]


def _evidence(gap: Gap) -> list[str]:
    held: dict[str, list[tuple[str, str]]] = {}
    for row in session.derived(evidence_of, gap.evidence):
        held.setdefault(row.source, []).append((row.where, row.what))
    blocks = [heading("Evidence")]
    for source, rows in held.items():
        blocks += [note(source), table(("File and line", "What it records"), rows, label=f"Evidence from {source}")]
    if gap.evidence_more:
        blocks.append(note(f"and {gap.evidence_more:,} more rows"))
    return blocks if len(blocks) > 1 else [*blocks, note("No row is cited.")]


def _to_landscape(gap: Gap) -> None:
    spot = gap.about if gap.about not in session.areas() else next(iter(gap.members), None)
    names = session.derived(gaplist.member_names, (spot,)) if spot else []
    if names and st.button(f"Show {plain(names[0])} on Landscape", key="gap_place"):
        st.session_state["picked"] = spot
        st.switch_page(st.session_state["landscape_page"])


# --- what people say of it ------------------------------------------------------------------------------------


def _draw_status(gap: Gap, status: GapStatus) -> None:
    reason = f'<p class="ls-line">{html(status.reason)}</p>' if status.reason else ""
    st.html(heading("Status") + f'<p class="ls-line">{html(gap_notes.status_line(status))}</p>' + reason)
    with st.expander("Say what it is", key=f"status_open_{gap.id}"):
        team = team_label()
        with st.form(f"status_form_{gap.id}", border=False):
            named = code_list("gap_statuses")
            chosen = st.radio(
                "It is",
                list(named),
                index=list(named).index(status.status) if status.status in named else 0,
                format_func=lambda code: plain(named[code]),
                horizontal=True,
                key=f"status_{gap.id}",
            )
            given = st.text_area(
                "Because",
                max_chars=LONGEST_REASON,
                key=f"reason_{gap.id}",
                help="For the partnership: it is kept with your team and the date, and never published.",
            )
            saved = st.form_submit_button("Save", type="primary")
        if saved and not _changed_meanwhile(gap, status):
            _save(gap, chosen or OPEN, given, team)
        undone = bool(status.team) and st.button("Take back the last change", key="undo_status")
        if undone and not _changed_meanwhile(gap, status):
            _undo(gap, team)
    st.session_state[f"seen_{gap.id}"] = len(status.changes)
    if status.changes:
        st.html(heading("What was said of it") + bullet_list(gap_notes.change_lines(status)))


def _changed_meanwhile(gap: Gap, status: GapStatus) -> bool:
    """Return whether others said something since this person last saw the gap; says so, once."""
    seen = st.session_state.get(f"seen_{gap.id}", len(status.changes))
    if seen == len(status.changes):
        return False
    complain(f"{status.changes[-1].team} said something of this gap meanwhile: it stands above. Save again to go on.")
    return True


def _save(gap: Gap, status: str, reason: str, team: str | None) -> None:
    if team is None:
        complain("Say which team says so, under Your team.")
        return
    try:
        gap_notes.give_status(session.writing, gap, status, reason, team)
    except LandscapeError as error:
        complain(error)
        return
    st.session_state[CHOSEN] = gap.id
    st.toast("Saved.")
    st.rerun()


def _undo(gap: Gap, team: str | None) -> None:
    if team is None:
        complain("Say which team takes it back, under Your team.")
        return
    try:
        with session.writing() as store:
            store.undo(team, of=gap.id)
    except LandscapeError as error:
        complain(error)
        return
    st.session_state[CHOSEN] = gap.id
    st.rerun()


def draw_gone(gone: Sequence[Gone]) -> None:
    """Draw what somebody gave a status and is in the list no more."""
    if not gone:
        return
    rows = [(each.text, each.line, each.reason or "") for each in gone]
    with st.expander(f"No longer found ({len(gone):,})"):
        st.html(
            note(
                "Somebody said something of these, and the analysis finds them no more for this area and date. That "
                "may be because they were closed, because data was corrected, or because another area or day is chosen."
            )
            + table(("Gap", "Last said", "Because"), rows, label="No longer found")
        )
