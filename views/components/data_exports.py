"""The part Exports of the Data page: what may leave, and in which format."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from graphmodel.store import open_store
from views import exporting, jobs, session
from views.components.blocks import say_if_unusable
from views.components.job_blocks import draw_job, is_busy, key_here
from views.exporting import FORMATS, HOLDS, PROFILES, PUBLISHABLE
from views.markup import heading, note, plain
from views.tables import short_list

JOB = "export_job"
AREA, EVERYTHING = "area", "everything"


@dataclass(frozen=True)
class Exported:
    """A file that was made, in a folder that goes when nobody holds it any more."""

    path: Path
    name: str
    folder: tempfile.TemporaryDirectory[str]


def draw_exports() -> None:
    """Draw the choice of what leaves, the button that makes the file, and the button that gives it."""
    st.html(heading("Take it away"))
    say_if_unusable("export_format", list(FORMATS))
    format = st.selectbox(
        "Format", list(FORMATS), format_func=lambda code: f"{FORMATS[code].name}: {FORMATS[code].purpose}",
        key="export_format",
    )  # fmt: skip
    chosen = session.selection()
    name = session.areas().name(chosen.area)
    extents = {
        AREA: f"{name}, as of {chosen.as_of:%d %b %Y}",
        EVERYTHING: "Everything loaded, what has ended or is still to come too",
    }
    extent = st.radio("What", list(extents), format_func=lambda code: plain(extents[code]), key="export_extent")
    profile = st.radio(
        "For whom", list(PROFILES), format_func=PROFILES.__getitem__, key="export_profile", horizontal=True
    )
    st.html(note(HOLDS[profile]))
    _draw_licences(profile)
    if st.button("Make the file", type="primary", key="export_go", disabled=is_busy(key_here(JOB))):
        _start(format, profile, everything=extent == EVERYTHING)
    job = draw_job(key_here(JOB), "The file is being written; nothing in the store changes.")
    if job is not None:
        _draw_file(job.result)
    st.html(heading("On the command line"))
    area = session.areas().get(chosen.area)
    command = exporting.command(
        format, profile, area_code=area.code if area else None, as_of=chosen.as_of,
        demo=chosen.database == session.DEMO, everything=extent == EVERYTHING,
    )  # fmt: skip
    st.code(command, language=None, wrap_lines=True)


def _draw_licences(profile: str) -> None:
    unknown = session.derived(exporting.without_licence)
    if profile == PUBLISHABLE and unknown:
        st.warning(
            plain(
                f"No licence is known of {short_list(unknown, 5)}: as long as anything of that would leave, nothing is "
                "published. Load it again and say its licence, or take the internal export."
            )
        )
    lines = session.derived(exporting.attributions)
    with st.expander(f"What must be printed beside it: {len(lines):,} lines, which the file carries"):
        st.html("".join(note(line) for line in lines) or note("Nothing is loaded that asks for it."))


def _start(format: str, profile: str, *, everything: bool) -> None:
    held, chosen = session.current(), session.selection()
    landscape = None if everything else session.landscape()
    area = None if everything else session.areas().get(chosen.area)
    name = exporting.file_name(format, area.code if area else None, profile)
    folder = tempfile.TemporaryDirectory(prefix="landscape-export-")

    def work(progress: jobs.Progress) -> Exported:
        path = Path(folder.name) / name
        publishable = profile == PUBLISHABLE
        if landscape is not None:
            made = exporting.make(landscape, format, path, publishable=publishable, progress=progress)
        else:
            with open_store(held.settings) as store:
                made = exporting.make(store, format, path, publishable=publishable, progress=progress)
        return Exported(made, name, folder)

    st.session_state[key_here(JOB)] = jobs.start("Export", work)
    st.rerun()


def _draw_file(made: Exported) -> None:
    size = made.path.stat().st_size / 1_000_000
    st.success(plain(f"{made.name} is ready: {size:,.1f} MB."))
    st.download_button(
        "Download the file", made.path.read_bytes, made.name, "application/octet-stream", key="export_download",
        on_click="ignore",
    )  # fmt: skip
