"""Blocks of the Data page: what to load, how far it is, what was found, where the data comes from."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from graphmodel.settings import Settings
from graphmodel.store import open_store
from ingest.pipeline import ingest
from ingest.report import LoadReport
from views import jobs, session, tables, uploads
from views.components.blocks import complain, downloads, empty, how_computed
from views.components.sidebar import choose_own_data
from views.markup import facts, heading, note, plain

JOB = "load_job"


def load_form() -> None:
    """Draw the form that loads a folder or uploaded files into the database of one's own data."""
    settings = replace(session.base_settings(), demo=session.databases() == [session.DEMO])
    running = _job()
    busy = running is not None and not running.ended
    st.html(note("Files go into Your data. The demo borough is never mixed with it."))
    path = st.text_input(
        "Folder or file on this computer", key="load_path", placeholder="for example data/trafford", disabled=busy
    )
    files = st.file_uploader(
        f"Or files from the browser (at most {settings.upload_mb} MB each)",
        accept_multiple_files=True,
        key="load_files",
        disabled=busy,
    )
    removals = st.checkbox(
        "Allow a source to lose over a fifth of its rows",
        key="load_removals",
        help="Rows that a source no longer has are ended. A load that would end many is refused unless you say so.",
    )
    with st.container(horizontal=True):
        check = st.button("Check first", disabled=busy, key="load_check")
        load = st.button("Load", type="primary", disabled=busy, key="load_go")
    if check or load:
        _start(path.strip(), files, settings, check=check, removals=removals)


def _start(path: str, files: list[Any], settings: Settings, *, check: bool, removals: bool) -> None:
    if not path and not files:
        complain("Give a folder, a file, or upload files; then check or load them.")
        return
    folder = uploads.keep(files) if files else None
    paths = [*([Path(path).expanduser()] if path else []), *([folder] if folder else [])]

    def work(progress: jobs.Progress) -> LoadReport:
        try:
            with open_store(settings, write=not check) as store:
                return ingest(paths, store, settings, check=check, allow_removals=removals, progress=progress)
        finally:
            if folder:
                uploads.forget(folder)

    st.session_state[JOB] = jobs.start("Check" if check else "Load", work)
    st.rerun()


@st.fragment(run_every=1.0)
def _running() -> None:
    job = _job()
    if job is None or job.ended:
        st.rerun()
        return
    st.progress(job.share, plain(job.words()))
    if job.can_stop:
        st.button("Stop", on_click=job.stop, key="load_stop")
    else:
        st.html(note("Writing has begun; it runs to its end, and readers see all of it or nothing."))


def load_progress() -> None:
    """Draw how far the running load is, or the report of the last one."""
    job = _job()
    if job is None:
        return
    if not job.ended:
        _running()
    elif job.error:
        complain(job.error)
    else:
        draw_report(job.result)
        if not job.result.check and session.selection().database == session.DEMO and session.OWN in session.databases():
            st.button("Look at your data", on_click=choose_own_data, type="primary", key="look_at_own")


def draw_report(report: LoadReport) -> None:
    """Draw what a check or a load found: files, counts, and the issues with filters."""
    counts = report.by_severity
    st.html(
        heading("Checked; nothing was written" if report.check else "Loaded")
        + facts(
            [
                ("Files", f"{len(report.files):,}"),
                ("Created, updated", f"{report.created:,}, {report.updated:,}"),
                ("Unchanged, ended", f"{report.unchanged:,}, {report.ended:,}"),
                ("Cells quarantined", f"{report.quarantined:,}"),
                ("Errors, warnings, notes", f"{counts['error']:,}, {counts['warning']:,}, {counts['info']:,}"),
                ("Time", f"{report.seconds:.1f} s"),
            ]
        )
    )
    files = pd.DataFrame([each.as_dict() for each in report.files])
    if len(files):
        st.dataframe(files.fillna({"adapter": "not recognised"}), hide_index=True)
    _issues(report)
    st.download_button(
        "Download the report (JSON)",
        lambda: json.dumps(report.as_dict(), ensure_ascii=False, indent=1).encode(),
        "load-report.json",
        "application/json",
        on_click="ignore",
    )


def _issues(report: LoadReport) -> None:
    issues = pd.DataFrame([{"place": each.place, **each.as_dict()} for each in report.issues])
    if issues.empty:
        st.html(note("No issues."))
        return
    with st.container(horizontal=True):
        severities = st.multiselect("Severity", sorted(issues["severity"].unique()), key="issue_severity")
        codes = st.multiselect("Issue", sorted(issues["code"].unique()), key="issue_code")
        files = st.multiselect("File", sorted(issues["file"].unique()), key="issue_file")
    for column, wanted in (("severity", severities), ("code", codes), ("file", files)):
        issues = issues[issues[column].isin(wanted)] if wanted else issues
    st.dataframe(issues[["severity", "place", "field", "code", "value", "message"]], hide_index=True, height=320)
    downloads("issues", issues.drop(columns=["place"]), key="issues")


def draw_sources() -> None:
    """Draw the table of what was loaded, with licence and date."""
    frame = session.landscape().nodes("Source")
    if frame.empty:
        empty("No source is loaded yet: give a folder above, and load it.", link=False)
        return
    columns = ["name", "title", "publisher", "licence", "retrieved", "rows", "issues", "loaded_at", "url"]
    held = frame.reset_index()[columns].sort_values("name")
    held["loaded_at"] = [None if value is pd.NaT else f"{value:%d %b %Y %H:%M}" for value in held["loaded_at"]]
    held = held.dropna(axis="columns", how="all")
    st.dataframe(held.rename(columns=lambda name: name.replace("_", " ").capitalize()), hide_index=True)
    attributions = sorted({text for text in frame["attribution"] if isinstance(text, str)})
    if attributions:
        st.html("".join(note(text) for text in attributions))
    downloads("sources", held, key="sources")


def draw_completeness() -> None:
    """Draw how much is recorded of what the gaps rest on: by area, by kind of node, and of the links one expects."""
    result = session.result("completeness")
    by_area, by_kind, by_link = st.tabs(["By area", "By kind", "Links"])
    for tab, about in ((by_area, "area"), (by_kind, "label"), (by_link, "link")):
        with tab:
            rows = tables.completeness_rows(result.rows, about)
            shares = [name for name in rows.columns if name in tables.SHARES]
            st.dataframe(
                rows.rename(columns=tables.title),
                hide_index=True,
                column_config={
                    tables.title(name): st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1)
                    for name in shares
                },
            )
            downloads(f"completeness-{about}", rows, key=f"completeness_{about}")
    how_computed(result, "Of each fact that coverage and the gap list rest on: the share that somebody recorded.")


def _job() -> jobs.Job | None:
    job: jobs.Job | None = st.session_state.get(JOB)
    return job
