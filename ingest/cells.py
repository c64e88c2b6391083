"""What does one cell say? Text to the value its field holds, or an issue that never repeats personal data."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from difflib import get_close_matches
from functools import cache
from typing import Any

from graphmodel.codes import code_list
from graphmodel.issues import Issue, issue
from graphmodel.records import Properties, Value
from graphmodel.schema import Field
from ingest.files import clean, number
from ingest.geometry import boundary_text
from ingest.hours import parse_hours
from ingest.privacy import looks_like_person_name, personal_value

MAX_TEXT = 10_000
MAX_NAME = 500
MAX_LIST = 1_000
HIDDEN = "…"  # stands for a value that must not be repeated

_AGES = (0, 130)
_SHARES = (0, 1)
RANGES: dict[str, tuple[float, float]] = {
    "minimum_age": _AGES,
    "maximum_age": _AGES,
    "deprivation_decile": (1, 10),
    "share": _SHARES,
    "strength": _SHARES,
    "share_of_cost": _SHARES,
}
# These may be below zero; every other number counts or measures something.
SIGNED = frozenset({"deprivation_score", "value"})
# A body or place may be called "Mrs Miggins"; elsewhere a titled name is a person.
NAMES_OF_BODIES = frozenset({"Area", "Context", "Guardian", "Service", "Session", "Organisation", "Forum", "Programme"})
# Fields that hold a role or a team, where people are tempted to write a name.
ROLES = frozenset({"lead_role", "coded_by", "asked", "role", "weighting_forum"})
# Numbers and addresses of bodies; nothing to look for in them.
UNGATED = frozenset({"code", "charity_number", "company_number", "url", "checksum", "agreement", "source", "ages"})

_TRUE = frozenset({"true", "yes", "y", "1", "t", "wahr", "oui", "si"})
_FALSE = frozenset({"false", "no", "n", "0", "f", "falsch", "non"})
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Teller:
    """Says what is wrong at a place of one file; a value that looks personal is never said."""

    file: str
    report: Callable[[Issue], None]

    def __call__(
        self, code: str, line: int | str | None, field: str | None = None, value: Any = None, **of: Any
    ) -> None:
        """Report the issue ``code``."""
        if isinstance(value, str) and (personal_value(value) or looks_like_person_name(value)):
            value = HIDDEN
        self.report(issue(code, self.file, line=line, field=field, value=value, **of))


class Cells:
    """Reads the cells of one file."""

    def __init__(self, tell: Teller) -> None:
        self.tell = tell
        self.quarantined = 0

    def read(self, field: Field, raw: Any, line: int | str, label: str) -> Properties:
        """Return the properties a cell gives (hours give two), empty where nothing is known."""
        value: Value | None
        if raw is None or (isinstance(raw, str) and (raw := _printable(raw)) is None):
            return {}
        if field.kind == "hours":
            return self._hours(field, raw, line)
        if field.is_list:
            value = self._list(field, raw, line, label)
        elif field.kind == "code":
            value = self._code(field, raw, line)
        elif field.kind == "text":
            value = self._text(field, raw, line, label)
        elif field.kind == "geometry":
            value = self._geometry(field, raw, line)
        else:
            value = self._plain(field, raw, line)
        return {} if value is None else {field.name: value}

    def _plain(self, field: Field, raw: Any, line: int | str) -> Value | None:
        expected, convert = _PLAIN[field.kind]
        found: Any = convert(raw)
        shown = HIDDEN if field.people else str(raw)
        if found is None:
            self.tell("value_bad", line, field.name, shown, expected=expected)
            return None
        if field.kind in ("integer", "number") and not _in_range(field.name, found):
            low, high = RANGES.get(field.name, (0, None))
            between = f"{low} to {high}" if high is not None else "zero and above"
            self.tell("value_range", line, field.name, shown, expected=between)
            return None
        value: Value = found
        return value

    def _code(self, field: Field, raw: Any, line: int | str) -> str | None:
        known, key = _codes_of(field), _spelling(str(raw))
        if key in known:
            return known[key]
        if field.open and key:
            return self._gated(key, str(raw), field, line)
        near = get_close_matches(key, known, n=1, cutoff=0.7)
        hint = f"; did you mean '{known[near[0]]}'?" if near else ""
        code = "code_required" if field.required else "code_unknown"
        self.tell(code, line, field.name, str(raw), codes=field.codes, hint=hint)
        return None

    def _text(self, field: Field, raw: Any, line: int | str, label: str) -> str | None:
        text = str(raw)
        limit = MAX_NAME if field.name == "name" else MAX_TEXT
        if len(text) > limit:
            self.tell("text_long", line, field.name, limit=f"{limit:,}")
            text = text[: limit - 1] + "…"
        if field.name in UNGATED:
            return text
        return self._gated(text, text, field, line, names=not (field.name == "name" and label in NAMES_OF_BODIES))

    def _gated(self, value: str, text: str, field: Field, line: int | str, *, names: bool = True) -> str | None:
        # A link's title names what is paid for, which may be a body.
        what = personal_value(text, names=names and field.name != "title")
        if what is None and field.name in ROLES and looks_like_person_name(text):
            what = "a person's name"
        if what is None:
            return value
        self.quarantined += 1
        self.tell("personal_value", line, field.name, what=what)
        return None

    def _list(self, field: Field, raw: Any, line: int | str, label: str) -> list[str] | list[float] | None:
        items = raw if isinstance(raw, list | tuple) else str(raw).split(";")
        if len(items) > MAX_LIST:
            self.tell("text_long", line, field.name, limit=f"{MAX_LIST:,} items, not")
            items = items[:MAX_LIST]
        if field.kind == "numbers":
            return self._numbers(field, items, line)
        texts = [text for item in items if (text := _printable(str(item))) is not None]
        if field.kind == "codes":
            found = [self._code(field, text, line) for text in texts]
        else:
            found = [self._text(field, text, line, label) for text in texts]
        return list(dict.fromkeys(value for value in found if value is not None)) or None

    def _numbers(self, field: Field, items: Iterable[Any], line: int | str) -> list[float] | None:
        found = [number(item) for item in items]
        if any(value is None for value in found):
            self.tell("value_bad", line, field.name, HIDDEN, expected="a list of numbers")
            return None
        return [value for value in found if value is not None]

    def _geometry(self, field: Field, raw: Any, line: int | str) -> str | None:
        try:
            geometry = json.loads(raw, parse_constant=lambda _: None) if isinstance(raw, str) else raw
        except (ValueError, RecursionError):
            geometry = None
        text, reason, done = boundary_text(geometry)
        if reason:
            self.tell("geometry_bad", line, field.name, reason=reason, done=done)
        return text

    def _hours(self, field: Field, raw: Any, line: int | str) -> Properties:
        texts = raw.values() if isinstance(raw, dict) else (raw,)
        for text in texts:
            if isinstance(text, str) and (what := personal_value(text)):
                self.quarantined += 1
                self.tell("personal_value", line, field.name, what=what)
                return {}
        hours = parse_hours({k: str(v or "") for k, v in raw.items()} if isinstance(raw, dict) else str(raw))
        if hours.unread and hours.week:
            self.tell("hours_partly", line, field.name, hours.text, part=f"'{hours.unread[:60]}'")
        elif hours.text and hours.week is None:
            self.tell("hours_unread", line, field.name, hours.text)
        found: Properties = {}
        if hours.text:
            found[field.name] = hours.text[:MAX_TEXT]
        if hours.week:
            found[f"{field.name}_week"] = hours.week
        return found


def _printable(text: str) -> str | None:
    found = clean(text)
    if found is None:
        return None
    plain = "".join(c if c.isprintable() or unicodedata.category(c) == "Cf" else " " for c in _SURROGATE.sub("", found))
    return plain.strip() or None


def _in_range(name: str, value: Any) -> bool:
    if name in SIGNED:
        return True
    low, high = RANGES.get(name, (0, float("inf")))
    return bool(low <= value <= high)


def _spelling(text: str) -> str:
    return re.sub(r"[\W_]+", "_", text.casefold()).strip("_")


def code_of(field: Field, word: str) -> str | None:
    """Return the code that a word is in a field, by its own spelling or its label; None where it is none."""
    return _codes_of(field).get(_spelling(word))


def _codes_of(field: Field) -> dict[str, str]:
    assert field.codes is not None
    return _spellings(field.codes, tuple(code_list(field.codes).items()))


@cache
def _spellings(_name: str, codes: tuple[tuple[str, str], ...]) -> dict[str, str]:
    labels = {_spelling(label): code for code, label in codes}
    return labels | {_spelling(code): code for code, _ in codes}


def iso_date(raw: Any) -> date | None:
    """Return the date of an ISO date or moment (``2026-03-31``), else None: day and month are never guessed."""
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    text = str(raw).strip()
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}([T ][\d:.]+(Z|[+-]\d{2}:?\d{2})?)?", text):
        return None
    try:
        found = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return found if found.year >= 1000 else None


def _moment(raw: Any) -> datetime | None:
    if isinstance(raw, datetime):
        return raw if raw.tzinfo else raw.replace(tzinfo=UTC)
    try:
        found = datetime.fromisoformat(str(raw).strip())
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _integer(raw: Any) -> int | None:
    found = number(raw)
    return int(found) if found is not None and found == int(found) and abs(found) < 2**53 else None


def _boolean(raw: Any) -> bool | None:
    if isinstance(raw, bool):
        return raw
    text = str(raw).strip().casefold()
    return True if text in _TRUE else False if text in _FALSE else None


_PLAIN: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "integer": ("a whole number", _integer),
    "number": ("a number", number),
    "boolean": ("true or false", _boolean),
    "date": ("a date such as 2026-03-31", iso_date),
    "datetime": ("a moment such as 2026-03-31T09:00:00Z", _moment),
}
