"""Which codes may a field hold? The shipped lists, extended or replaced by the user's own files.

``<codes_dir>/<name>.csv`` adds to the shipped list of that name (a code it repeats is worded anew);
``<codes_dir>/<name>.replace.csv`` stands in its place. Columns: code, label, definition.
"""

from __future__ import annotations

import csv
from functools import cache
from hashlib import blake2s
from importlib.resources import files
from pathlib import Path

from graphmodel.errors import InputError

_own_dir: Path | None = None


def use_own_lists(folder: Path | None) -> None:
    """Read the user's own code lists from ``folder`` from now on (None: the shipped ones only)."""
    global _own_dir
    _own_dir = folder
    read_table.cache_clear()
    code_list.cache_clear()
    version.cache_clear()


@cache
def read_table(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a code table, shipped rows first; the user's file wins on the first column."""
    own = _own_dir / f"{name}.csv" if _own_dir else None
    instead = _own_dir / f"{name}.replace.csv" if _own_dir else None
    if instead and instead.is_file():
        return tuple(_own_rows(instead))
    rows = _rows((files("graphmodel.codes") / f"{name}.csv").read_text("utf-8"))
    if own and own.is_file():
        rows += _own_rows(own)
    return tuple({next(iter(row.values())): row for row in rows}.values())


@cache
def code_list(name: str) -> dict[str, str]:
    """Return code -> label, in the order of the list."""
    return {row["code"]: row.get("label") or row["code"] for row in read_table(name)}


def shipped() -> list[str]:
    """Return the names of all shipped tables, sorted."""
    return sorted(p.name[:-4] for p in files("graphmodel.codes").iterdir() if p.name.endswith(".csv"))


@cache
def version() -> str:
    """Return eight characters that change with any code, label or definition of any list, shipped or own."""
    held = repr([(name, read_table(name)) for name in shipped()])
    return blake2s(held.encode(), digest_size=4).hexdigest()


def _own_rows(file: Path) -> list[dict[str, str]]:
    try:
        rows = _rows(file.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise InputError(f"The code list {file} cannot be read as CSV in UTF-8; correct it or move it away.") from None
    if not all(row.get("code") for row in rows):
        raise InputError(f"The code list {file} needs a column 'code' with a code in each row.")
    return rows


def _rows(text: str) -> list[dict[str, str]]:
    return [{k.strip(): (v or "").strip() for k, v in row.items() if k} for row in csv.DictReader(text.splitlines())]
