"""Where do uploaded files go? Into a folder of their own under names of ours: a file name is never a path."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from graphmodel.errors import InputError

FOLDER = "uploads"
_UNSAFE = re.compile(r"[^A-Za-z0-9._ -]+")


class Upload(Protocol):
    """A file from the browser."""

    name: str

    def getvalue(self) -> bytes:
        """Return its content."""


def safe_name(name: str) -> str:
    """Return the last part of a file name with harmless characters only; never empty, hidden or a path."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return (_UNSAFE.sub("_", last).strip(" .") or "file")[-120:]


def keep(uploads: Iterable[Upload]) -> Path:
    """Write the files into a fresh temporary folder and return it; ``forget`` removes it again."""
    folder = Path(tempfile.mkdtemp(prefix="landscape-upload-")) / FOLDER
    folder.mkdir()
    for upload in uploads:
        path = folder / safe_name(upload.name)
        if path.exists():
            forget(folder)
            raise InputError(f"Two files are called {path.name}; upload them one after the other.")
        path.write_bytes(upload.getvalue())
    return folder


def forget(folder: Path) -> None:
    """Remove a folder made by ``keep``."""
    shutil.rmtree(folder.parent, ignore_errors=True)
