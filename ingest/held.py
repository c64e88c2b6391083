"""What does a file hold? The landscape of a backup, of a landscape package, or of any folder that can be read."""

from __future__ import annotations

import json
import zipfile
from contextlib import suppress
from datetime import date
from pathlib import Path

from graphmodel import backup
from graphmodel.errors import InputError
from graphmodel.export import DESCRIPTION
from graphmodel.landscape import HALO_M, Landscape
from graphmodel.settings import Settings
from ingest.pipeline import read


def landscape_in(
    path: Path, settings: Settings, *, area: str | None = None, as_of: date | None = None
) -> tuple[Landscape, tuple[str, ...]]:
    """Return the landscape of a backup, package (folder or zip) or folder of files, and what to know when reading it.

    Its day is ``as_of``, or the day it was written (today, where it does not say). No store is looked at. Raises
    InputError for what is not there or holds nothing that can be read, UnknownName for an area that is not in it.
    """
    if not path.exists():
        raise InputError(f"There is no file or folder {path}; give a package, a backup, a date, or store.")
    if _is_backup(path):
        tables, written = backup.columns(path, settings)
        day = as_of or written.date()
        return Landscape(tables, area=area, as_of=day, settings=settings, halo_m=HALO_M), ()
    records, report = read([path], settings)
    if not records:
        raise InputError(f"{path} holds no landscape; give a package that landscape export wrote, or a backup.")
    notes = [f"What is confidential is not in the package {path.name}."]
    if report.quarantined:
        notes.append(f"{report.quarantined} rows of {path.name} could not be used: see landscape ingest --check.")
    return Landscape.from_records(records, area, as_of or _created(path), settings), tuple(notes)


def _is_backup(path: Path) -> bool:
    if not path.is_file() or not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return backup.MANIFEST in archive.namelist()


def _created(path: Path) -> date | None:
    """Return the day a package says it was written on, or None."""
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile):
        if path.is_dir():
            text = (path / DESCRIPTION).read_text("utf-8-sig")
        else:
            with zipfile.ZipFile(path) as archive:
                text = archive.read(DESCRIPTION).decode("utf-8-sig")
        return date.fromisoformat(json.loads(text)["created"])
    return None
