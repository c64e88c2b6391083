"""In which encoding is a text file, and can it be opened at all? Bytes that are not UTF-8 are Windows-1252."""

from __future__ import annotations

import codecs
import gzip
import zlib
from functools import lru_cache
from pathlib import Path
from typing import IO, cast

from graphmodel.issues import issue
from ingest.rows import ReadContext

MAX_UNPACKED = 4_000_000_000
CHUNK = 1 << 20
_HEAD = 4096
_NO_TEXT = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1b")  # bytes that text in any of these encodings lacks


class Unreadable(ValueError):
    """The file cannot be read; the text is the reason, for the issue ``file_unreadable``."""


class TooLarge(ValueError):
    """The file goes beyond a guard; the text is the limit, for the issue ``file_too_large``."""


def open_bytes(path: Path) -> IO[bytes]:
    """Open a file, unpacked if its name ends in ``.gz``."""
    if path.suffix.casefold() == ".gz":
        return cast("IO[bytes]", gzip.open(path, "rb"))
    return path.open("rb")


def encoding_of(path: Path, context: ReadContext) -> tuple[str, str]:
    """Return how to decode the file; bytes that are not UTF-8 are read as Windows-1252, one by one."""
    found = _detect(path, path.stat().st_mtime_ns)
    if found == "utf-8+cp1252":
        context.report(issue("encoding", context.file, encoding="Windows-1252"))
        return "utf-8-sig", "windows-1252"
    return found, "strict"


@lru_cache(maxsize=64)
def _detect(path: Path, _stamp: int) -> str:
    try:
        with open_bytes(path) as raw:
            start = raw.read(_HEAD)
        wide = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        if not wide and sum(byte in _NO_TEXT for byte in start) > len(start) // 20:
            raise Unreadable("it is not text")
        fits = _decodes(path, "utf-16" if wide else "utf-8")
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise Unreadable("it cannot be unpacked: it is broken or cut short") from None
    if wide and not fits:
        raise Unreadable("it begins as UTF-16 and does not go on so; save it as UTF-8")
    return "utf-16" if wide else "utf-8-sig" if fits else "utf-8+cp1252"


def _decodes(path: Path, encoding: str) -> bool:
    """Read the whole file and return whether all of it is of this encoding; raises TooLarge."""
    decoder = codecs.getincrementaldecoder(encoding)()
    size, fits = 0, True
    with open_bytes(path) as raw:
        while chunk := raw.read(CHUNK):
            size += len(chunk)
            if size > MAX_UNPACKED:
                raise TooLarge(f"{MAX_UNPACKED // 1_000_000_000} GB")
            fits = fits and _accepts(decoder, chunk)
    return fits and _accepts(decoder, b"", final=True)


def _accepts(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    try:
        return wrong.decode("cp1252"), error.end
    except UnicodeDecodeError:
        return wrong.decode("latin-1"), error.end


codecs.register_error("windows-1252", _as_windows_1252)
