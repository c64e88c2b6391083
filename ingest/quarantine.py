"""What was refused in a load, and why? Kept after each load beside the store: place, field and reason, never a value.

The reports of the last 20 loads of a database are kept in ``<data_dir>/reports``.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graphmodel.issues import Issue, issue_codes
from graphmodel.settings import Settings
from ingest.report import LoadReport

FOLDER = "reports"
KEPT = 20
MOST = 10_000  # refusals that are listed of one load

PERSONAL, SMALL, FILE, ROW, PART = (
    "personal data",
    "small count of people",
    "file not read",
    "row set aside",
    "part left out",
)
_KINDS: Mapping[str, str] = {
    **dict.fromkeys(("personal_value", "column_personal", "person_dropped", "person_name_withheld"), PERSONAL),
    **dict.fromkeys(("peer_group_point", "peer_group_name"), PERSONAL),
    "people_suppressed": SMALL,
    **dict.fromkeys(("file_unknown", "file_suggested"), FILE),
    **dict.fromkeys(("rows_skipped", "point_outside", "points_outside"), ROW),
    **dict.fromkeys(("value_bad", "code_unknown", "value_range", "dates_reversed", "text_long"), PART),
    **dict.fromkeys(("concern_on_business", "concern_no_review", "postcode_bad"), PART),
    **dict.fromkeys(("point_bad", "point_zero", "points_same", "geometry_bad"), PART),
}
# Their messages are made of names of fields, counts and words of ours. Others may repeat what a cell says.
_SAFE = frozenset(
    {"personal_value", "column_personal", "person_dropped", "person_name_withheld", "peer_group_point"}
    | {"people_suppressed", "required_missing", "row_ragged", "points_outside", "column_missing", "file_empty"}
    | {"file_unreadable", "file_too_large", "concern_on_business", "concern_no_review", "dates_reversed"}
)

_log = logging.getLogger("landscape.ingest")


@dataclass(frozen=True, slots=True)
class KeptReport:
    """What one load refused. ``total`` counts all of it, ``refused`` lists at most 10,000."""

    loaded_at: datetime
    files: tuple[str, ...]
    quarantined: int
    total: int
    refused: tuple[dict[str, Any], ...]


def refused(issues: Iterable[Issue]) -> Iterator[dict[str, Any]]:
    """Yield what was refused: kind, file, line, field, code and why, without what stood there."""
    for each in issues:
        kind = kind_of_refusal(each)
        if kind:
            why = each.message if each.code in _SAFE else issue_codes()[each.code]["definition"]
            place = {"file": each.file, "line": each.line, "field": each.field, "code": each.code}
            yield {"kind": kind, **place, "why": why}


def kind_of_refusal(found: Issue) -> str:
    """Return what was refused by an issue, or "" where nothing was."""
    if found.code in _KINDS:
        return _KINDS[found.code]
    if found.severity != "error":
        return ""
    return FILE if found.code.startswith(("file_", "column_", "crs_")) else ROW


def keep_report(report: LoadReport, settings: Settings) -> Path | None:
    """Keep what a load refused, and forget the oldest; None for a check, or where it cannot be written."""
    if report.check:
        return None
    now = datetime.now(UTC)
    listed = list(refused(report.issues))
    kept = {
        "loaded_at": now.isoformat(timespec="seconds"),
        "files": [each.path for each in report.files],
        "quarantined": report.quarantined,
        "total": len(listed),
        "refused": listed[:MOST],
    }
    folder = settings.data_dir / FOLDER
    path = folder / f"{settings.store_name}-{now:%Y%m%dT%H%M%S%f}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.{os.getpid()}.part")
        beside.write_text(json.dumps(kept, ensure_ascii=False), "utf-8")
        beside.replace(path)
        for old in _paths(settings)[KEPT:]:
            old.unlink(missing_ok=True)
    except OSError as error:
        _log.warning("the report of the load cannot be kept: %s", error.strerror)
        return None
    return path


def kept_reports(settings: Settings) -> list[KeptReport]:
    """Return the reports that are kept, newest first; one that cannot be read is passed over."""
    found = []
    for path in _paths(settings):
        try:
            said = json.loads(path.read_text("utf-8"))
            when = datetime.fromisoformat(said["loaded_at"])
            rows = tuple(said["refused"])
            found.append(KeptReport(when, tuple(said["files"]), int(said["quarantined"]), int(said["total"]), rows))
        except (OSError, ValueError, KeyError, TypeError):
            _log.warning("%s is no report of a load", path.name)
    return found


def _paths(settings: Settings) -> list[Path]:
    return sorted((settings.data_dir / FOLDER).glob(f"{settings.store_name}-*.json"), reverse=True)
