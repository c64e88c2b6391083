"""The part Load of the Data page: choose files, see how each is recognised, check, load, and what was found."""

from __future__ import annotations

import json
import weakref
from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from graphmodel.settings import Settings
from graphmodel.store import open_store
from ingest.own_maps import own_maps
from ingest.pipeline import ingest
from ingest.preview import Look, look
from ingest.quarantine import keep_report, refused
from ingest.report import LoadReport
from views import jobs, session, uploads
from views.components.blocks import complain, downloads, in_place, say_if_unusable
from views.components.data_mapping import draw_mapping, draw_own_maps
from views.components.data_quarantine import draw_quarantine
from views.components.job_blocks import draw_job, is_busy
from views.components.sidebar import choose_own_data
from views.loading import recognised_rows, said_of
from views.markup import facts, heading, note

JOB = "load_job"
CHOSEN = "load_chosen"
LOOK_JOB = "look_job"
SECTIONS = ("Files", "Quarantine", "Your column maps")
_AT_ONCE = 2.0  # seconds in which files are usually recognised


@dataclass
class Chosen:
    """The files somebody gave, and how they were recognised; uploads lie in a folder that goes with this."""

    key: Hashable
    paths: list[Path]
    looked: Look | None = None
    confirmed: dict[str, str] = field(default_factory=dict)


def draw_load() -> None:
    """Draw the section that was chosen: files to load, what was refused, or the column maps of one's own."""
    say_if_unusable("load_section", SECTIONS)
    section = st.segmented_control(
        "Section", SECTIONS, default=SECTIONS[0], key="load_section", bind="query-params",
        label_visibility="collapsed", required=True,
    )  # fmt: skip
    settings = _settings()
    # What a section that is not drawn holds would be forgotten.
    st.session_state["load_path"] = st.session_state.get("load_path", "")
    if section == "Quarantine":
        with in_place("The quarantine"):
            draw_quarantine(settings)
    elif section == "Your column maps":
        with in_place("The list of column maps"):
            draw_own_maps(settings)
    else:
        with in_place("Loading"):
            _draw_files(settings)
        with in_place("The report"):
            load_progress()


def _settings() -> Settings:
    """Return the settings with which files are loaded: into one's own data, never into the demo."""
    return replace(session.base_settings(), demo=session.databases() == [session.DEMO])


def _draw_files(settings: Settings) -> None:
    busy = is_busy(JOB)
    st.html(heading("Your files") + note("They go into Your data. The demo borough is never mixed with it."))
    path = st.text_input(
        "Folder or file on this computer", key="load_path", placeholder="for example data/trafford", disabled=busy
    )
    files = st.file_uploader(
        f"Or files from the browser: CSV, Excel, GeoJSON, zip ... (at most {settings.upload_mb} MB each)",
        accept_multiple_files=True,
        key="load_files",
        disabled=busy,
    )
    chosen = _chosen(path.strip(), files, settings)
    if chosen and not busy:
        _draw_recognised(chosen, settings)
    st.html(heading("Check, then load"))
    removals = st.checkbox(
        "Allow a source to lose over a fifth of its rows",
        key="load_removals",
        help="Rows that a source no longer has are ended. A load that would end many is refused unless you say so.",
    )
    with st.container(horizontal=True):
        check = st.button("Check first", disabled=busy, key="load_check")
        load = st.button("Load", type="primary", disabled=busy, key="load_go")
    if (check or load) and chosen is None:
        complain("Give a folder, a file, or upload files; then check or load them.")
    elif chosen and (check or load):
        _start(chosen, settings, check=check, removals=removals)


def _chosen(path: str, files: list[Any], settings: Settings) -> Chosen | None:
    """Return the files that are chosen now, or None; what was uploaded before is forgotten when others are chosen."""
    if not path and not files:
        st.session_state.pop(CHOSEN, None)
        return None
    key = (path, tuple((each.file_id, each.name, each.size) for each in files))
    before: Chosen | None = st.session_state.get(CHOSEN)
    if before is not None and before.key == key:
        return before
    paths = [Path(path).expanduser()] if path else []
    chosen = Chosen(key, paths)
    if files:
        folder = uploads.keep(files)
        weakref.finalize(chosen, uploads.forget, folder)
        paths.append(folder)
    st.session_state[CHOSEN] = chosen
    st.session_state.pop(LOOK_JOB, None)
    return chosen


def look_again() -> None:
    """Let the chosen files be recognised anew, for they may have changed; for use in callbacks."""
    chosen: Chosen | None = st.session_state.get(CHOSEN)
    if chosen is not None:
        chosen.looked = None
    st.session_state.pop(LOOK_JOB, None)


def _draw_recognised(chosen: Chosen, settings: Settings) -> None:
    looked = _look(chosen, settings)
    if looked is not None:
        st.html(heading("Recognised as") + note(said_of(looked.seen)))
        if looked.seen:
            st.dataframe(pd.DataFrame(recognised_rows(looked.seen, chosen.confirmed)), hide_index=True)
    st.button("Look again", on_click=look_again, key="load_again", help="Recognise the files anew, once they changed.")
    if looked is None:
        return
    draw_mapping(looked.seen, chosen.confirmed, settings)


def _look(chosen: Chosen, settings: Settings) -> Look | None:
    """Return how the files are recognised, once that is known; until then draw how far it is."""
    maps = tuple((each.path, each.path.stat().st_mtime_ns) for each in own_maps(settings))
    if chosen.looked is not None and st.session_state.get("look_maps") == maps:
        return chosen.looked
    job: jobs.Job | None = st.session_state.get(LOOK_JOB)
    if job is None or st.session_state.get("look_maps") != maps:
        paths = list(chosen.paths)
        job = jobs.start("Looking at the files", lambda progress: look(paths, settings, progress))
        st.session_state[LOOK_JOB], st.session_state["look_maps"] = job, maps
    job.wait(_AT_ONCE)
    if draw_job(LOOK_JOB, "") is None:
        return None
    chosen.looked = job.result
    return chosen.looked


def _start(chosen: Chosen, settings: Settings, *, check: bool, removals: bool) -> None:
    def work(progress: jobs.Progress) -> LoadReport:
        # ``chosen`` is held on to until the end: with it the uploaded files would go.
        with open_store(settings, write=not check) as store:
            report = ingest(
                chosen.paths, store, settings, check=check, confirmed=chosen.confirmed, allow_removals=removals,
                progress=progress,
            )  # fmt: skip
        keep_report(report, settings)
        return report

    st.session_state[JOB] = jobs.start("Check" if check else "Load", work)
    st.rerun()


def load_progress() -> None:
    """Draw how far the running load is, or the report of the last one."""
    job = draw_job(JOB, "Writing has begun; it runs to its end, and readers see all of it or nothing.")
    if job is None:
        return
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
    if not report.check and any(refused(report.issues)):
        st.html(note("What was refused stays under Quarantine, without the values."))
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
    st.dataframe(issues[["severity", "place", "field", "code", "value", "message"]], hide_index=True)
    downloads("issues", issues.drop(columns=["place"]), key="issues")
