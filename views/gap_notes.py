"""What do people say of a gap? Given with a reason that is looked through first, and read back with its history."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from analysis.gaps import Gap
from graphmodel.errors import InputError
from graphmodel.gap_status import OPEN, Change, GapStatus, set_status
from graphmodel.store import GraphStore
from ingest.privacy import looks_like_person_name, personal_value
from views.areas import Catalogue
from views.gaplist import Said, status_label

Writing = Callable[[], AbstractContextManager[GraphStore]]


def give_status(writing: Writing, gap: Gap, status: str, reason: str, team: str) -> None:
    """Keep what a team says of a gap in the store that ``writing`` opens; it is opened only for what may be kept.

    Raises InputError, also where a text seems to tell of a person, and what ``writing`` raises.
    """
    for what, text in (("reason", reason), ("team", team)):
        refuse_personal(what, text)
    with writing() as store:
        set_status(store, gap.id, status, reason, team, text=gap.text, area=gap.area)


def refuse_personal(what: str, text: str) -> None:
    """Raise InputError where a text seems to hold personal data; the value is never repeated."""
    found = "a person's name" if looks_like_person_name(text.strip()) else personal_value(text)
    if found:
        raise InputError(f"The {what} seems to hold {found}; nothing was kept. Say it without naming a person.")


def status_line(status: GapStatus) -> str:
    """Return the status with team and day, as a line."""
    return f"{_sentence(status_label(status.status))}{_by(status.team, status.when)}"


def change_lines(status: GapStatus) -> list[str]:
    """Return what was said and taken back, the last first, a line each."""
    return [_change_line(change) for change in reversed(status.changes)]


def _change_line(change: Change) -> str:
    by = f"{_day(change.when)}, {change.team}: "
    if change.undoes:
        return f"{by}the last change taken back"
    told = [status_label(change.status) if change.status != OPEN else "open again"] if change.status else []
    return by + " — ".join([*told, *([change.reason] if change.reason else [])])


def _by(team: str | None, when: datetime | None) -> str:
    return f" · {team} · {_day(when)}" if team and when else ""


def _day(when: datetime) -> str:
    return f"{when:%d %b %Y}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


@dataclass(frozen=True, slots=True)
class Gone:
    """A gap somebody gave a status, which is not in the list any more."""

    id: str
    text: str
    line: str
    reason: str | None


def no_longer_found(gaps: Iterable[Gap], said: Said, areas: Catalogue, chosen: str | None) -> list[Gone]:
    """Return what has a status, belongs to the chosen area, and is not among its gaps, the last said first."""
    here = {gap.id for gap in gaps}
    held = [
        (status.when, id, status)
        for id, status in said.items()
        if status.when and id not in here and _belongs(status.area, areas, chosen)
    ]
    return [
        Gone(id, status.text or "A gap without a text", status_line(status), status.reason)
        for _, id, status in sorted(held, key=lambda each: each[:2], reverse=True)
    ]


def _belongs(area: str | None, areas: Catalogue, chosen: str | None) -> bool:
    """Return whether a gap of this area stands in the list of the chosen one; what has no area stands in all."""
    if area is None or chosen is None or area == chosen:
        return True
    held = areas.get(area)
    return held is not None and chosen in held.parents.values()
