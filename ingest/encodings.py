"""In which encoding is a text file, and can it be opened at all? Bytes that are not UTF-8 are Windows-1252."""

from __future__ import annotations

import codecs
import gzip
from functools import lru_cache
from pathlib import Path
from typing import IO

from graphmodel.issues import issue
from ingest.rows import ReadContext

MAX_UNPACKED = 4_000_000_000
CHUNK = 1 << 20


class Unreadable(ValueError):
    """The file cannot be read; the text is the reason, for the issue ``file_unreadable``."""


class TooLarge(ValueError):
    """The file goes beyond a guard; the text is the limit, for the issue ``file_too_large``."""


def open_bytes(path: Path) -> IO[bytes]:
    """Open a file, unpacked if its name ends in ``.gz``."""
    return gzip.open(path, "rb") if path.suffix.casefold() == ".gz" else path.open("rb")  # type: ignore[return-value]


def encoding_of(path: Path, context: ReadContext) -> tuple[str, str]:
    """Return how to decode the file; bytes that are not UTF-8 are read as Windows-1252, one by one."""
    found = _detect(path, path.stat().st_mtime_ns)
    if found == "utf-8+cp1252":
        context.report(issue("encoding", context.file, encoding="Windows-1252"))
        return "utf-8-sig", "windows-1252"
    return found, "strict"


@lru_cache(maxsize=64)
def _detect(path: Path, _stamp: int) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")()
    size, clean_utf8 = 0, True
    with open_bytes(path) as raw:
        start = raw.read(CHUNK)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if start[:4096].count(0) > len(start[:4096]) // 10:
            raise Unreadable("it is not text")
        chunk = start
        while chunk:
            size += len(chunk)
            if size > MAX_UNPACKED:
                raise TooLarge(f"{MAX_UNPACKED // 1_000_000_000} GB")
            if clean_utf8:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    clean_utf8 = False
            chunk = raw.read(CHUNK)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        clean_utf8 = False
    return "utf-8-sig" if clean_utf8 else "utf-8+cp1252"


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    try:
        return wrong.decode("cp1252"), error.end
    except UnicodeDecodeError:
        return wrong.decode("latin-1"), error.end


codecs.register_error("windows-1252", _as_windows_1252)
