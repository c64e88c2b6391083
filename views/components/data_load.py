"""The part Load of the Data page: what to load, how far it is, and what was found."""

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
from views import jobs, session, uploads
from views.components.blocks import complain, downloads, in_place
from views.components.sidebar import choose_own_data
from views.markup import facts, heading, note, plain

JOB = "load_job"


def draw_load() -> None:
    """Draw the form that loads files, and the report of what it did."""
    with in_place("Loading"):
        load_form()
    with in_place("The report"):
        load_progress()


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


def _job() -> jobs.Job | None:
    job: jobs.Job | None = st.session_state.get(JOB)
    return job
