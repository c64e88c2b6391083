"""What is on the sheets of an Excel workbook? Each becomes a table of plain text, row by row as it is numbered there.

A formula gives the value it had when the workbook was saved, a date is ISO, a whole number has no ``.0``.
"""

from __future__ import annotations

import csv
import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from pathlib import Path
from typing import Any

from graphmodel.disclosure import plain_cell
from graphmodel.schema import label_of_table
from ingest.encodings import TooLarge, Unreadable

WORKBOOKS = frozenset({"xlsx", "xlsm"})
MAX_SHEETS = 200
MAX_ROWS = 1_048_576
MAX_CELLS = 50_000_000

_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"  # an OLE file: .xls, or a workbook with a password
_BEFORE_THE_NAMES = 20  # rows in which a title may stand above the names of the columns
_ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!"})
_PART = re.compile(r"(.+)_\d+")  # our own export cuts an outline that no cell holds: boundary, boundary_2, ...
_IN_PARTS = frozenset({"boundary"})

# The library remarks on decoration that it leaves out.
warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\.")


def write_sheets(book: Path, folder: Path, tell: Callable[..., None]) -> Iterator[tuple[str, Path]]:
    """Write each visible sheet that has cells as a CSV into ``folder``; yield the sheet's name and the file.

    A sheet of the landscape package keeps its name as its file's, the only sheet of a workbook has the workbook's.
    Raises Unreadable and TooLarge.
    """
    opened = _open(book)
    try:
        sheets = [sheet for sheet in opened.worksheets if not _is_about(sheet.title, opened.sheetnames)]
        if len(sheets) > MAX_SHEETS:
            raise TooLarge(f"{MAX_SHEETS} sheets")
        filled = [(sheet, rows) for sheet in sheets if (rows := _filled(sheet)) is not None]
        written = False
        for sheet, rows in filled:
            if sheet.sheet_state != "visible":
                tell("file_skipped", None, reason=f"the sheet '{sheet.title}' is hidden")
                continue
            path = _path(folder, book, sheet.title, alone=len(filled) == 1)
            if above := _write(path, rows, tell):
                reason = f"above the names of the columns on the sheet '{sheet.title}'"
                tell("rows_skipped", None, count=above, reason=reason)
            written = True
            yield sheet.title, path
        if not filled or not written:
            tell("file_empty", None)
    except (Unreadable, TooLarge):
        raise
    except Exception as error:  # noqa: BLE001  a broken sheet fails in many ways
        raise Unreadable(f"its sheets are broken ({type(error).__name__})") from None
    finally:
        opened.close()


def _open(book: Path) -> Any:
    import openpyxl

    with book.open("rb") as raw:
        start = raw.read(4)
    if start == _OLD_OR_LOCKED:
        raise Unreadable("it has a password or is of the old Excel form; save it as .xlsx without a password")
    try:
        return openpyxl.load_workbook(book, read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # noqa: BLE001  a broken workbook fails in many ways
        raise Unreadable(f"it is not a workbook that can be opened ({type(error).__name__})") from None


def _is_about(title: str, names: Iterable[str]) -> bool:
    """Whether a sheet is what our own export says of itself, beside its tables."""
    return title.casefold() == "about" and any(_is_table(name) for name in names)


def _is_table(title: str) -> bool:
    return title.casefold() == "links" or label_of_table(title.casefold()) is not None


def _filled(sheet: Any) -> Iterator[list[str]] | None:
    """Return the rows of a sheet as texts, or None where it has no cell."""
    sheet.reset_dimensions()  # what a file says of its own size may be wrong
    rows = _texts(sheet)
    before: list[list[str]] = []
    for row in rows:
        before.append(row)
        if any(row):
            return chain(before, rows)
    return None


def _texts(sheet: Any) -> Iterator[list[str]]:
    cells = 0
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        cells += len(row)
        if number > MAX_ROWS or cells > MAX_CELLS:
            raise TooLarge(f"{MAX_ROWS:,} rows" if number > MAX_ROWS else f"{MAX_CELLS // 1_000_000} million cells")
        texts = [cell_text(value) for value in row]
        while texts and not texts[-1]:
            texts.pop()
        yield texts


def cell_text(value: Any) -> str:
    """Return what a cell holds as text: ISO dates, true and false, whole numbers without ``.0``, errors blank."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60:02}:{minutes % 60:02}"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    text = " ".join(str(value).split("\n")).replace("\r", " ").strip()
    return "" if text in _ERRORS else text


def _path(folder: Path, book: Path, title: str, *, alone: bool) -> Path:
    name = title.casefold() if _is_table(title) else book.stem if alone else f"{book.stem} {title}"
    safe = re.sub(r"[^\w .()&'-]+", "_", name).strip(" .")[:120] or "sheet"
    path = folder / f"{safe}.csv"
    number = 2
    while path.exists():
        path, number = folder / f"{safe} {number}.csv", number + 1
    return path


def _write(path: Path, rows: Iterator[list[str]], tell: Callable[..., None]) -> int:
    """Write rows so that each keeps its number; return how many filled ones stand above the names of the columns.

    What stands to the right of the last name belongs to no column: it is left out, and said once.
    """
    first = list(islice(rows, _BEFORE_THE_NAMES))
    names = next((i for i, row in enumerate(first) if sum(map(bool, row)) > 1), None)
    if names is None:
        names = next((i for i, row in enumerate(first) if any(row)), 0)
    header = first[names] if first else []
    parts, beyond = _parts(header), False
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        file.write("\n" * names)
        for row in chain(first[names:], rows):
            beyond = beyond or len(row) > len(header)
            if any(row[: len(header)]):
                writer.writerow(_joined(row, parts) if parts else row[: len(header)])
            else:
                file.write("\n")
    if beyond:
        tell("column_unnamed", None)
    return sum(any(row) for row in first[:names])


def _parts(names: list[str]) -> dict[int, int]:
    """Return, of the columns that go on with another, where each one's beginning is."""
    places = {name.casefold(): index for index, name in enumerate(names)}
    found = {}
    for name, index in places.items():
        begins = match[1] if (match := _PART.fullmatch(name)) else ""
        if begins in _IN_PARTS and begins in places:
            found[index] = places[begins]
    return found


def _joined(row: list[str], parts: dict[int, int]) -> list[str]:
    whole = list(row)
    for index, begins in sorted(parts.items()):
        if index < len(row):
            if row[index] and not row[index].startswith("boundary_"):
                whole[begins] += plain_cell(row[index])
            whole[index] = ""
    return whole
