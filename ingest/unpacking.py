"""What is inside a zip or a workbook? Files in a temporary folder; bombs and paths that lead out are refused."""

from __future__ import annotations

import os
import re
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from graphmodel.errors import LandscapeError
from graphmodel.issues import plain_text
from ingest.encodings import TooLarge, Unreadable
from ingest.files import kind_of, reason_of
from ingest.workbook import WORKBOOKS, write_sheets

MAX_FILES = 5_000
MAX_UNZIPPED = 2_000_000_000
MAX_WORKBOOK = 500_000_000  # its texts are held in memory
MAX_RATIO = 200  # of a zip's member, unpacked to packed: text hardly reaches 50


@dataclass(frozen=True, slots=True)
class Found:
    """A file of the paths a person gave."""

    path: Path
    file: str
    source: str


def find_files(paths: list[Path], source: str | None, tell_of: Any) -> Iterator[Found]:
    """Yield the files of the given paths, folders walked; ``tell_of(file)`` returns the Teller of a file."""
    for path in paths:
        if not path.exists():
            tell_of(plain_text(str(path)))("file_missing", None)
        elif path.is_dir():
            name = source or path.resolve().name
            for each in sorted(_walk(path, tell_of)):
                inside = plain_text(each.relative_to(path).as_posix())
                yield Found(each, inside, plain_text(f"{name}/{inside}"))
        else:
            name = source or f"{path.resolve().parent.name}/{path.name}".lstrip("/")
            yield Found(path, plain_text(path.name), plain_text(name))


def unpacked(found: Found, stack: ExitStack, tell_of: Any) -> list[Found]:
    """Return a file as it is, or the files of a zip and the sheets of a workbook; ``stack`` removes them again.

    What cannot be opened is an issue, and nothing is returned.
    """
    kind = kind_of(found.path)
    # Excel keeps a file of that name beside a workbook that is open.
    if (kind != "zip" and kind not in WORKBOOKS) or found.path.name.startswith("~$"):
        return [found]
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="landscape-")))
    tell = tell_of(found.file)
    try:
        if kind in WORKBOOKS:
            return _sheets(found, folder, tell)
        unzip(found.path, folder)
    except LandscapeError:
        raise
    except TooLarge as error:
        tell("file_too_large", None, limit=str(error))
        return []
    except Exception as error:  # noqa: BLE001  a broken archive fails in many ways
        tell("file_unreadable", None, reason=reason_of(error))
        return []
    inside = find_files([folder], found.source.removesuffix(".zip"), tell_of)
    named = [Found(each.path, f"{found.file}/{each.file}", each.source) for each in inside]
    # A zip in a zip stays closed, a workbook in one is opened.
    return [one for each in named for one in _opened(each, stack, tell_of)]


def _opened(found: Found, stack: ExitStack, tell_of: Any) -> list[Found]:
    return unpacked(found, stack, tell_of) if kind_of(found.path) in WORKBOOKS else [found]


def _sheets(found: Found, folder: Path, tell: Any) -> list[Found]:
    """Return the sheets of a workbook as tables, each of the day the workbook was changed."""
    if found.path.stat().st_size == 0:
        tell("file_empty", None)
        return []
    if zipfile.is_zipfile(found.path):
        with zipfile.ZipFile(found.path) as packed:
            refuse_bombs(packed.infolist(), MAX_WORKBOOK)
    changed = found.path.stat().st_mtime_ns
    sheets = []
    for name, path in write_sheets(found.path, folder, tell):
        os.utime(path, ns=(changed, changed))
        sheets.append(Found(path, plain_text(f"{found.file}/{name}"), plain_text(f"{found.source}/{name}")))
    return sheets


def unzip(archive: Path, folder: Path) -> None:
    """Unpack a zip into ``folder``. Raises Unreadable for paths that lead out or links, TooLarge for a bomb."""
    try:
        with zipfile.ZipFile(archive) as packed:
            members = [member for member in packed.infolist() if not member.is_dir()]
            if len(members) > MAX_FILES:
                raise TooLarge(f"{MAX_FILES:,} files")
            refuse_bombs(members)
            for member in members:
                _unzip_one(packed, member, folder)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise Unreadable(f"it is not a zip that can be opened ({type(error).__name__})") from None


def refuse_bombs(members: list[zipfile.ZipInfo], most: int = MAX_UNZIPPED) -> None:
    """Raise TooLarge where what is packed would be far larger unpacked than files of people are."""
    if sum(member.file_size for member in members) > most:
        raise TooLarge(f"{most / 1_000_000_000:g} GB unpacked")
    for member in members:
        if member.file_size > 1_000_000 and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            raise TooLarge(f"{MAX_RATIO} times its packed size in one member")


def _unzip_one(packed: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path) -> None:
    name = PurePosixPath(member.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or re.match(r"[A-Za-z]:", member.filename):
        raise Unreadable("a path in it leads out of it")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise Unreadable("it has a link in it")
    target = folder.joinpath(*name.parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    left = member.file_size
    with packed.open(member) as source, target.open("wb") as out:
        # The size a zip declares may be a lie.
        while chunk := source.read(1 << 20):
            left -= len(chunk)
            if left < 0:
                raise TooLarge("the size it declares")
            out.write(chunk)


def _walk(folder: Path, tell_of: Any) -> Iterator[Path]:
    try:
        inside = list(folder.iterdir())
    except OSError as error:
        tell_of(plain_text(folder.name))("file_unreadable", None, reason=reason_of(error))
        return
    for each in inside:
        if each.name.startswith(".") or each.name == "__MACOSX":
            continue
        if each.is_dir() and not each.is_symlink():
            yield from _walk(each, tell_of)
        elif each.is_file():
            yield each
