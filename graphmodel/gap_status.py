"""What did people say of a gap? That it is known, acted on, or no gap, with reason, team and date, kept by its id.

A gap is no node: what is said of it stands in the log of edits alone, so that undo, history and backups hold for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from graphmodel import edits
from graphmodel.codes import code_list
from graphmodel.cypher import Statements
from graphmodel.edits import Edit
from graphmodel.errors import InputError

OPEN, NOT_A_GAP = "open", "not_a_gap"
LONGEST_REASON = 500
PREFIX = "gap:"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing a team said of a gap, or took back (``undoes``); None where that was left as it was."""

    when: datetime
    team: str
    status: str | None
    reason: str | None
    undoes: bool = False


@dataclass(frozen=True, slots=True)
class GapStatus:
    """What holds of a gap now, who said so when, its words and area at that time, and all changes, the first first.

    Without ``team``, all that was said has been taken back.
    """

    status: str = OPEN
    reason: str | None = None
    team: str | None = None
    when: datetime | None = None
    text: str | None = None
    area: str | None = None
    changes: tuple[Change, ...] = field(default=())


def set_status(
    store: Statements, gap_id: str, status: str, reason: str, team: str, *, text: str = "", area: str | None = None
) -> list[Edit]:
    """Say what a gap is, and return the entries of the log; none where that holds already.

    ``text`` and ``area`` are the gap's words and area, by which it is known once it is found no more. The reason is not
    looked through for personal data here: callers do that (``ingest.privacy``). Raises InputError for what is no gap's
    id, an unknown status, a status other than open without a reason, or a reason over 500 letters.
    """
    reason = " ".join(reason.split())
    if not gap_id.startswith(PREFIX):
        raise InputError(f"'{gap_id}' is not the id of a gap.")
    _check_status(status)
    if not reason and status != OPEN:
        raise InputError("Say why in a few words: others will ask.")
    if len(reason) > LONGEST_REASON:
        raise InputError(f"A reason has at most {LONGEST_REASON} letters.")
    said = {"status": status, "reason": reason or None, "text": text or None, "area": area}
    return edits.remark(store, gap_id, said, team)


def statuses(store: Statements) -> dict[str, GapStatus]:
    """Return gap id -> what people said of it; gaps nobody said anything of are not in it."""
    return statuses_of(edits.log_of(store, PREFIX))


def with_statuses(
    content: Mapping[str, Any], said: Mapping[str, GapStatus], status: str | None = None
) -> dict[str, Any]:
    """Return a gap list (as ``Result.as_dict``) with status, status_reason and status_date (ISO) in each row.

    ``status`` keeps the rows of that status only; raises InputError where there is none of that name.
    """
    if status is not None:
        _check_status(status)
    rows = [{**row, **_columns(said.get(row["id"], GapStatus()))} for row in content["rows"]]
    return {**content, "rows": [row for row in rows if status in (None, row["status"])]}


def _columns(status: GapStatus) -> dict[str, str | None]:
    day = status.when.date().isoformat() if status.when else None
    return {"status": status.status, "status_reason": status.reason, "status_date": day}


def _check_status(status: str) -> None:
    if status not in code_list("gap_statuses"):
        raise InputError(f"There is no status '{status}'; a gap is {', '.join(code_list('gap_statuses'))}.")


def statuses_of(log: Iterable[tuple[str, Edit]]) -> dict[str, GapStatus]:
    """Return gap id -> what holds of it by these entries, each with the group it was said in."""
    by_gap: dict[str, list[tuple[str, Edit]]] = {}
    for group, entry in log:
        by_gap.setdefault(entry.node, []).append((group, entry))
    return {gap: _status(entries) for gap, entries in by_gap.items()}


def _status(entries: list[tuple[str, Edit]]) -> GapStatus:
    groups: dict[str, list[Edit]] = {}
    for group, entry in entries:
        groups.setdefault(group, []).append(entry)
    changes = tuple(_change(group) for group in groups.values())
    holding = edits.holding(entries)
    if not holding:
        return GapStatus(changes=changes)
    last = holding[-1][1]
    now = {entry.field: entry.after for _, entry in entries}
    return GapStatus(
        now.get("status") or OPEN, now.get("reason"), last.team, last.when, now.get("text"), now.get("area"), changes
    )


def _change(group: list[Edit]) -> Change:
    after = {entry.field: entry.after for entry in group}
    return Change(group[0].when, group[0].team, after.get("status"), after.get("reason"), group[0].undoes is not None)
