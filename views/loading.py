"""What do the files, previews and refusals of a load say, as rows of a table?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from ingest.draft_map import title
from ingest.preview import Preview, Seen
from ingest.quarantine import KeptReport

HOW = {
    "exact": "recognised",
    "suggested": "only suggested: confirm it, or say what its columns mean",
    "unknown": "not recognised: say what its columns mean",
    "refused": "cannot be read",
}


def recognised_rows(seen: Iterable[Seen], confirmed: Collection[str] = ()) -> list[dict[str, str]]:
    """Return a row for each file: as what it is recognised, how surely, and the name of its source."""
    return [
        {
            "File": each.file,
            "Recognised as": f"{each.adapter} (your column map)" if each.own else each.adapter or "–",
            "How sure": _how_sure(each, confirmed),
            "Source": each.source,
        }
        for each in seen
    ]


def _how_sure(seen: Seen, confirmed: Collection[str]) -> str:
    if seen.how == "suggested" and seen.file in confirmed:
        return "confirmed for this load"
    return seen.why if seen.how == "refused" else HOW[seen.how]


def said_of(seen: Iterable[Seen]) -> str:
    """Return in a sentence how many files were recognised, and how many need a word."""
    each = list(seen)
    counts = {how: sum(one.how == how for one in each) for how in HOW}
    told = [f"{counts['exact']:,} recognised"]
    told += [f"{counts['suggested']:,} only suggested"] if counts["suggested"] else []
    told += [f"{counts['unknown']:,} not recognised"] if counts["unknown"] else []
    told += [f"{counts['refused']:,} that cannot be read"] if counts["refused"] else []
    return f"{len(each):,} {'file' if len(each) == 1 else 'files'}: {', '.join(told)}."


def preview_rows(preview: Preview, table: str) -> list[dict[str, str]]:
    """Return the records of one table as they would be stored, with their line; what is not known is said so."""
    rows = [row for row in preview.rows if row.table == table]
    names = list(dict.fromkeys(name for row in rows for name in row.values))
    return [{"Row": str(row.line), **{title(n): shown(row.values.get(n)) for n in names}} for row in rows]


def preview_issues(preview: Preview) -> list[dict[str, str]]:
    """Return what was found wrong with the first rows."""
    return [
        {"Row": "" if each.line is None else str(each.line), "Field": each.field or "", "What": each.message}
        for each in preview.issues
    ]


def refused_rows(report: KeptReport) -> list[Mapping[str, Any]]:
    """Return the refusals of a load as rows."""
    return [
        {name.capitalize(): "" if row.get(name) is None else str(row[name]) for name in
         ("kind", "file", "line", "field", "code", "why")}
        for row in report.refused
    ]  # fmt: skip


def load_name(report: KeptReport) -> str:
    """Return how a load is told from others: its moment, and its first files."""
    files = ", ".join(report.files[:2]) + (f" and {len(report.files) - 2:,} more" if len(report.files) > 2 else "")
    return f"{report.loaded_at:%d %b %Y %H:%M} UTC · {report.total:,} refused · {files}"


def shown(value: Any) -> str:
    """Return a stored value as text."""
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return "; ".join(str(each) for each in value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
