"""The part Identity of the Data page: which records may be one thing, and who said so."""

from __future__ import annotations

import streamlit as st

from graphmodel.identity import CONFIRMED, REFUSED, SUGGESTED
from views import identity, session
from views.components.blocks import complain, downloads, empty, how_computed, in_place, say_if_unusable
from views.components.team import team_label
from views.identity import LISTS, REASONS, Row
from views.markup import heading, note, plain

AT_ONCE = 5
TOLD = "identity_told"
_EMPTY = {
    SUGGESTED: "No two records here look like one thing. Load a second list of the same places, and they may.",
    CONFIRMED: "Nobody has confirmed a pair here yet.",
    REFUSED: "Nobody has refused a pair here yet.",
}


def draw_identity() -> None:
    """Draw the pairs to decide and those decided, with the buttons for it."""
    result = session.result("identity")
    st.html(heading("Which records are one thing?") + note(_summary(result.summary)))
    if told := st.session_state.pop(TOLD, None):
        st.success(plain(told))
    say_if_unusable("identity_list", list(LISTS.values()))
    shown = st.segmented_control(
        "List", list(LISTS.values()), default=LISTS[SUGGESTED], key="identity_list", bind="query-params",
        label_visibility="collapsed", required=True,
    )  # fmt: skip
    verdict = next(code for code, name in LISTS.items() if name == shown)
    held = identity.of_list(result.rows, verdict)
    if not held:
        empty(_EMPTY[verdict], link=False)
    else:
        _draw_list(held, verdict)
    how_computed(
        result,
        "Pairs of one register number, one name and place, or names alike in one place; a person decides. Nothing is "
        "deleted: a confirmed pair counts once in analyses, on pages and in exports of an area.",
    )


def _summary(counts: dict[str, int]) -> str:
    return (
        f"{counts[SUGGESTED]:,} to decide · {counts[CONFIRMED]:,} the same, counted once · "
        f"{counts[REFUSED]:,} not the same, not suggested again"
    )


def _draw_list(rows: list[Row], verdict: str) -> None:
    team = team_label()
    if team is None:
        st.html(note("Say your team, and you can decide. Every decision is kept with it and can be undone."))
    with st.container(horizontal=True):
        held = [code for code in REASONS if any(row["why"] == code for row in rows)]
        whys = st.multiselect("Why", held, format_func=REASONS.__getitem__, key="identity_why", placeholder="all")
        labels = sorted({row["label"] for row in rows})
        kinds = st.multiselect("Kind", labels, key="identity_kind", placeholder="all")
    chosen = identity.of_list(rows, verdict, whys, kinds)
    most = st.session_state.get("identity_most", AT_ONCE)
    for row in chosen[:most]:
        with in_place("This pair"):
            _draw_pair(row, team)
    if len(chosen) > most:
        st.html(note(f"{most:,} of {len(chosen):,} are shown."))
        if st.button(f"Show {min(AT_ONCE, len(chosen) - most)} more", key="identity_more"):
            st.session_state["identity_most"] = most + AT_ONCE
            st.rerun()
    with st.expander(f"All {len(chosen):,} in a table"):
        table = identity.pair_table(chosen)
        st.dataframe(table, hide_index=True)
        downloads(f"identity-{verdict}", table, key="identity")


def _draw_pair(row: Row, team: str | None) -> None:
    key = f"{row['one']} {row['other']}"
    with st.container(border=True, gap="small"):
        name = row["one_name"] if row["one_name"] == row["other_name"] else f"{row['one_name']} / {row['other_name']}"
        st.html(heading(name, 4) + note(f"{row['label']}. {identity.reason(row)}"))
        if row["verdict"] != SUGGESTED:
            st.html(note(f"{LISTS[row['verdict']]}: {identity.decided(row, session.changes())}"))
        lines = session.derived(identity.side_by_side, row["one"], row["other"])
        st.html(identity.side_by_side_html(lines))
        with st.container(horizontal=True):
            for verdict, label in ((CONFIRMED, "The same"), (REFUSED, "Not the same")):
                said = row["verdict"] == verdict
                if not said and st.button(label, key=f"{verdict} {key}", disabled=team is None):
                    _keep(row, verdict, team or "")
            if row["verdict"] != SUGGESTED and st.button("Undo", key=f"undo {key}", disabled=team is None):
                _undo(row, team or "")


def _keep(row: Row, verdict: str, team: str) -> None:
    with session.writing() as store:
        store.decide(row["one"], row["other"], verdict, team)
    st.session_state[TOLD] = f"{row['one_name']} and {row['other_name']}: {LISTS[verdict].lower()}. {team} said so."
    st.rerun()


def _undo(row: Row, team: str) -> None:
    with session.writing() as store:
        undone = store.undo(team, of=row["link"])
    if not undone:
        complain("A file says so, nobody here: there is nothing to undo. Press the other button instead.")
        return
    st.session_state[TOLD] = f"{row['one_name']} and {row['other_name']}: what was said last is taken back."
    st.rerun()
