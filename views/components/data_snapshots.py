"""The part Snapshots of the Data page: states that were kept, and what changed between two days or files."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from analysis.facts.days import months_after
from graphmodel import kept
from graphmodel.landscape import today
from views import differences, jobs, session, uploads
from views.components.blocks import complain, downloads, empty, explain, in_place
from views.components.job_blocks import draw_job, is_busy, key_here
from views.differences import ABOUT, CHANGES, Difference, Side
from views.markup import bullet_list, heading, note, plain

KEEP_JOB, COMPARE_JOB, DELETED = "keep_job", "compare_job", "snapshot_deleted"
NOW, DAY, FILE = "What is loaded now", "The same on another day", "A file: package or backup"
MEGABYTE = 1_000_000


def draw_snapshots() -> None:
    """Draw what was kept, the form to keep more, and the comparison of two states."""
    held = kept.kept(session.current().settings)
    with in_place("Keeping a snapshot"):
        _draw_keeping()
    with in_place("The list of snapshots"):
        _draw_list(held)
    with in_place("The comparison"):
        _draw_comparison(held)


# --- keeping ----------------------------------------------------------------------------------------------------


def _draw_keeping() -> None:
    st.html(heading("Keep a snapshot"))
    st.html(
        note(
            "A snapshot is everything in the store as it is now, with the log of changes, in one file on this "
            "computer. It holds what is internal and confidential too; it is not for sharing."
        )
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input("Name", key="snapshot_name", placeholder="for example before the autumn review")
        if st.button("Keep a snapshot", key="snapshot_keep", disabled=is_busy(key_here(KEEP_JOB))):
            _keep(name)
    job = draw_job(key_here(KEEP_JOB), "It runs to its end; nothing in the store changes.")
    if job is not None:
        st.success(plain(f"Kept: {job.result.name}."))
        del st.session_state[key_here(KEEP_JOB)]


def _keep(name: str) -> None:
    if not name.strip():
        complain("Give the snapshot a name; you choose it by that later.")
        return
    held = session.current()

    def work(progress: jobs.Progress) -> kept.Kept:
        with held.writing() as store:
            return kept.keep(store, name, progress=progress)

    st.session_state[key_here(KEEP_JOB)] = jobs.start("Snapshot", work)
    st.rerun()


def _draw_list(held: list[kept.Kept]) -> None:
    st.html(heading("Snapshots"))
    if told := st.session_state.pop(DELETED, None):
        st.success(plain(told))
    if not held:
        empty(
            "No snapshot has been kept yet. Keep one before a big load, and see afterwards what it changed.", link=False
        )
        return
    rows = [(k.name, _when(k), k.bytes / MEGABYTE, k.nodes, k.links, k.edits, str(k.path)) for k in held]
    columns = ["Name", "Kept (UTC)", "MB", "Records", "Links", "Changes by people", "File"]
    st.dataframe(
        pd.DataFrame(rows, columns=columns),
        hide_index=True,
        column_config={"MB": st.column_config.NumberColumn(format="%.1f")},
    )
    with st.expander("Delete a snapshot"):
        _draw_deletion(held)


def _draw_deletion(held: list[kept.Kept]) -> None:
    names = {str(each.path): f"{each.name} · {_when(each)}" for each in held}
    chosen = st.selectbox("Snapshot", list(names), format_func=names.__getitem__, key="snapshot_delete_which")
    sure = st.checkbox("Yes, delete it for good", key="snapshot_delete_sure")
    if st.button("Delete", key="snapshot_delete", disabled=not sure or chosen is None):
        kept.remove(session.current().settings, Path(str(chosen)))
        st.session_state[DELETED] = f"Deleted: {names[str(chosen)]}."
        del st.session_state["snapshot_delete_sure"], st.session_state["snapshot_delete_which"]
        st.rerun()


def _when(each: kept.Kept) -> str:
    return f"{each.written:%d %b %Y %H:%M}"


# --- comparing --------------------------------------------------------------------------------------------------


def _draw_comparison(held: list[kept.Kept]) -> None:
    st.html(heading("What changed"))
    before, after = st.columns(2)
    with before:
        one = _side("Before", "compare_before", held, first=str(held[0].path) if held else DAY)
    with after:
        other = _side("After", "compare_after", held, first=NOW)
    key = key_here(COMPARE_JOB, session.selection().area)
    if st.button("Compare", type="primary", key="compare_go", disabled=is_busy(key)):
        _compare(one, other, key)
    job = draw_job(key, "Both are read; now all their gaps are worked out. Nothing is changed.")
    if job is not None:
        _draw_difference(job.result)


def _side(label: str, key: str, held: list[kept.Kept], first: str) -> tuple[str, Any]:
    """Draw the choice of one side, and return what was chosen with its day or file."""
    names = {NOW: NOW, DAY: DAY, **{str(each.path): f"{each.name} · {_when(each)}" for each in held}, FILE: FILE}
    options = list(names)
    chosen = st.selectbox(label, options, index=options.index(first), format_func=names.__getitem__, key=key)
    if chosen == DAY:
        as_of = session.selection().as_of
        day = months_after(as_of, -12) if key == "compare_before" else as_of
        return DAY, st.date_input(f"{label}: day", value=day, key=f"{key}_day", format="DD/MM/YYYY")
    if chosen == FILE:
        most = session.current().settings.upload_mb
        return FILE, st.file_uploader(f"{label}: file (at most {most} MB)", key=f"{key}_file", type=["zip", "xlsx"])
    return str(chosen), names[str(chosen)]


def _compare(one: tuple[str, Any], other: tuple[str, Any], key: str) -> None:
    if any(chosen == FILE and given is None for chosen, given in (one, other)):
        complain("Give the file to compare with, or choose another side.")
        return
    held, chosen, now = session.current(), session.selection(), session.landscape()
    folders = [uploads.keep([given]) if choice == FILE else None for choice, given in (one, other)]
    sides = [_side_of(*each, folder) for each, folder in zip((one, other), folders, strict=True)]
    # The demo has a day of its own; a file otherwise speaks of the day it was written on.
    as_of = chosen.as_of if chosen.database == session.DEMO else None

    def work(progress: jobs.Progress) -> tuple[Difference, str]:
        try:
            found = differences.difference(sides[0], sides[1], now, held.settings, progress, as_of)
        finally:
            for folder in filter(None, folders):
                uploads.forget(folder)
        code = None if now.area is None else str(now.nodes("Area").loc[now.area, "code"])
        demo = chosen.database == session.DEMO
        return found, differences.command(found, as_of=as_of, demo=demo, area_code=code)

    st.session_state[key] = jobs.start("Comparison", work)
    st.rerun()


def _side_of(choice: str, given: Any, folder: Path | None) -> Side:
    if choice == NOW:
        as_of = session.selection().as_of
        return Side(NOW, "store" if as_of == today(session.current().settings) else as_of.isoformat())
    if choice == DAY:
        day: date = given
        return Side(f"{day:%d %b %Y}", day.isoformat(), day=day)
    if folder is not None:
        return Side(given.name, given.name, file=next(folder.iterdir()))
    return Side(given, choice, file=Path(choice))


def _draw_difference(told: tuple[Difference, str]) -> None:
    found, command = told
    st.html(heading(f"From “{found.before.name}” to “{found.after.name}”"))
    st.html(bullet_list(differences.summary(found.result)))
    rows = found.result.rows
    if rows:
        with st.container(horizontal=True):
            abouts = [about for about in ABOUT if any(row["about"] == about for row in rows)]
            about = st.multiselect(
                "About", abouts, format_func=ABOUT.__getitem__, key="compare_about", placeholder="all"
            )
            kinds = [kind for kind in CHANGES if any(differences.kind_of(row) == kind for row in rows)]
            kind = st.multiselect(
                "Change", kinds, format_func=CHANGES.__getitem__, key="compare_kind", placeholder="all"
            )
        table = differences.table(rows, about, kind)
        st.html(note(f"{len(table):,} of {len(rows):,} rows; one record may have several."))
        st.dataframe(table, hide_index=True, height=380)
        downloads("differences", table, key="differences")
    explain(
        "change",
        "Every record, link and gap of the two states is compared field by field; links of another id between the same "
        "two ends are the same, changed.",
        {"before": found.before.name, "after": found.after.name},
        found.result.caveats,
        found.result.sources,
        command,
        found.result.area,
    )
