"""The part Backup of the Data page: the whole store as one file, and back; and what people changed."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import streamlit as st

from graphmodel import backup, kept
from graphmodel.errors import InputError
from views import jobs, session, uploads
from views.components.blocks import complain, in_place
from views.components.data_changes import draw_changes
from views.components.job_blocks import draw_job, is_busy, key_here
from views.markup import facts, heading, note, plain

BACKUP_JOB, RESTORE_JOB, LOOK_JOB = "backup_job", "restore_job", "look_job"
NAMES = {"landscape": "your data", "demo": "the demo borough"}


@dataclass(frozen=True)
class BackedUp:
    """A backup that was written, in a folder that goes when nobody holds it any more."""

    path: Path
    folder: tempfile.TemporaryDirectory[str]


@dataclass(frozen=True)
class Checked:
    """A backup that was read to its end: where it lies, what it holds, and the folder of an upload."""

    path: Path
    name: str
    held: kept.Kept
    folder: Path | None


def draw_backup() -> None:
    """Draw backing up, restoring, and the log of changes."""
    if not session.is_empty():
        with in_place("The backup"):
            _draw_writing()
    with in_place("Restoring"):
        _draw_restoring()
    if not session.is_empty():
        with in_place("The changes"):
            draw_changes()


# --- back up ----------------------------------------------------------------------------------------------------


def _draw_writing() -> None:
    st.html(heading("Back up"))
    st.html(
        note(
            "Everything in the store in one file: every record, link and change by people, what is internal and "
            "confidential too. Keep it where only your partnership can read it; for sharing there are Exports."
        )
    )
    if st.button("Back up", type="primary", key="backup_go", disabled=is_busy(key_here(BACKUP_JOB))):
        _write()
    job = draw_job(
        key_here(BACKUP_JOB), "The file is written and read again. Nobody can load meanwhile; everybody can read."
    )
    if job is not None:
        made: BackedUp = job.result
        st.success(plain(f"Ready: {_holds(kept.described(made.path))}"))
        st.download_button(
            "Download the backup", made.path.read_bytes, made.path.name, "application/zip", key="backup_download",
            on_click="ignore",
        )  # fmt: skip
    _command("landscape store backup FILE")


def _write() -> None:
    held = session.current()
    folder = tempfile.TemporaryDirectory(prefix="landscape-backup-")
    path = Path(folder.name) / f"{held.settings.store_name}-backup-{datetime.now(UTC):%Y%m%dT%H%MZ}.zip"

    def work(progress: jobs.Progress) -> BackedUp:
        with held.writing() as store:
            store.backup(path, progress=progress)
        return BackedUp(path, folder)

    st.session_state[key_here(BACKUP_JOB)] = jobs.start("Backup", work)
    st.rerun()


# --- restore ----------------------------------------------------------------------------------------------------


def _draw_restoring() -> None:
    st.html(heading("Restore"))
    database = session.DATABASE_NAMES[session.selection().database]
    st.html(
        note(
            f"A backup takes the place of all that is in “{database}”. What was there is backed up first, on this "
            "computer. Look into the file before: nothing changes until you say so."
        )
    )
    path = st.text_input("Backup file on this computer", key="restore_path", placeholder="for example backup.zip")
    most = session.current().settings.upload_mb
    file = st.file_uploader(f"Or from the browser (at most {most} MB)", type=["zip"], key="restore_file")
    busy = is_busy(key_here(LOOK_JOB)) or is_busy(key_here(RESTORE_JOB))
    if st.button("Look into it", key="restore_look", disabled=busy):
        _look(path.strip(), file)
    looked = draw_job(key_here(LOOK_JOB), "The file is read to its end; nothing changes.")
    if looked is not None:
        _draw_confirmation(looked.result, busy=busy)
    done = draw_job(
        key_here(RESTORE_JOB), "The store is changed now; it runs to its end, and readers see all of it or nothing."
    )
    if done is not None:
        before = "What was there before, if anything, is in the folder backups of the data directory."
        st.success(plain(f"Restored: {done.result} {before}"))
    _command("landscape store restore FILE")


def _look(path: str, file: Any) -> None:
    if not path and file is None:
        complain("Give a backup file on this computer, or one from the browser.")
        return
    settings = session.current().settings
    folder = uploads.keep([file]) if file is not None else None
    where = next(folder.iterdir()) if folder else Path(path).expanduser()
    name = file.name if file is not None else where.name

    def work(progress: jobs.Progress) -> Checked:
        try:
            return _checked(where, name, folder, settings.store_name, progress)
        except InputError as error:
            if folder:
                uploads.forget(folder)
            # Where the upload lies is nobody's business; what it is called is.
            raise InputError(str(error).replace(str(where), name) + " Nothing was changed.") from error

    st.session_state.pop(key_here(RESTORE_JOB), None)
    st.session_state[key_here(LOOK_JOB)] = jobs.start("Look", work)
    st.rerun()


def _checked(path: Path, name: str, folder: Path | None, store_name: str, progress: jobs.Progress) -> Checked:
    progress("read", 0, 1)
    if not path.is_file():
        raise InputError(f"There is no file {path}.")
    backup.check(path)
    held = kept.described(path)
    if held.kind != store_name:
        holds, here = NAMES.get(held.kind, held.kind), NAMES.get(store_name, store_name)
        raise InputError(f"{path} is a backup of {holds}, and this is {here}; choose the other under Data.")
    return Checked(path, name, held, folder)


def _draw_confirmation(checked: Checked, *, busy: bool) -> None:
    held = checked.held
    st.html(
        facts(
            [
                ("File", checked.name),
                ("Written", f"{held.written:%d %b %Y %H:%M} UTC"),
                ("Records", f"{held.nodes:,}"),
                ("Links", f"{held.links:,}"),
                ("Changes by people", f"{held.edits:,}"),
                ("Schema version", held.schema),
            ]
        )
    )
    sure = st.checkbox("Yes, put this in the place of what is loaded", key="restore_sure", disabled=busy)
    if st.button("Restore", type="primary", key="restore_go", disabled=busy or not sure):
        _restore(checked)


def _restore(checked: Checked) -> None:
    held = session.current()

    def work(progress: jobs.Progress) -> str:
        try:
            with held.writing() as store:
                store.restore(checked.path, progress=progress)
        finally:
            if checked.folder:
                uploads.forget(checked.folder)
        return _holds(checked.held)

    del st.session_state[key_here(LOOK_JOB)]
    st.session_state[key_here(RESTORE_JOB)] = jobs.start("Restore", work)
    st.rerun()


def _holds(held: kept.Kept) -> str:
    return (
        f"{held.nodes:,} records, {held.links:,} links and {held.edits:,} changes by people, "
        f"written {held.written:%d %b %Y %H:%M} UTC."
    )


def _command(text: str) -> None:
    demo = " --demo" if session.selection().database == session.DEMO else ""
    with st.expander("On the command line"):
        st.code(text + demo, language=None, wrap_lines=True)
