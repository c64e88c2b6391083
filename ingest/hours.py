"""When is a place open in an ordinary week? Opening hours as OSM text and as 168 flags.

The flags start on Monday 00:00, local time; an hour is flagged if at least 30 minutes of it are open. Text that no rule
reads with certainty is kept, and its week is None: unknown, which is not closed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from opening_hours import OpeningHours, State, validate

from ingest.everyday_hours import Spans, day_spans, everyday_to_osm, spans_to_osm

HOURS_IN_WEEK = 168
_OPEN_MINUTES = 30  # of an hour, for it to count as open
_LONGEST_TEXT = 1000
# Any Monday does: rules that name dates are taken out before, and without a country there are no public holidays.
_MONDAY = datetime(2026, 3, 2)
_NEXT_MONDAY = _MONDAY + timedelta(days=7)

_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

# Rules that do not hold in every ordinary week: months, years, weeks of the year or month, school holidays.
_DATED = re.compile(r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|SH|week|easter)\b|\[|(?<!\d)\d{4}(?!\d)")
_HOLIDAY_ONLY = re.compile(r"PH\b(?!\s*[,-]\s*(?:Mo|Tu|We|Th|Fr|Sa|Su))")
# The library takes each of these for plainly open; what they mean is not certain.
_UNCERTAIN = re.compile(r"\|\||unknown|sunrise|sunset|dawn|dusk|\d\d:\d\d\s*\+|(?<!24)/(?!7)")
_SAYS_WHEN = re.compile(r"\d\d:\d\d-\d\d:\d\d|24/7|\b(?:off|closed)\b")
_RULE_BREAK = re.compile(r"(;\s*|(?<=\d),\s+(?=[A-Z])|(?<=off),\s+|(?<=closed),\s+)")
_ONE_DIGIT = re.compile(r"(?<![\d:])(\d:\d\d)")
_TIMES = re.compile(r"(\d{1,2}):\d\d\s*-\s*(\d{1,2}):\d\d")


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours as they are stored.

    ``text`` is OSM text where the hours were read, else the text found; ``week`` its 168 flags, or None where they are
    unknown; ``unread`` the part that was not read, or that holds on some dates only.
    """

    text: str | None
    week: str | None
    unread: str | None = None


UNKNOWN = Hours(None, None)


def parse_hours(text: str | Mapping[str, str] | None) -> Hours:
    """Return the hours that a text says: OSM ``opening_hours``, everyday English, or one text for each day.

    A mapping goes from a day's name (``monday``) to its text. Nothing is guessed: hours that are not certain keep
    their text, with ``week`` None and ``unread`` saying what was not read.
    """
    if text is None:
        return UNKNOWN
    if isinstance(text, str):
        return _parse_text(text.strip())
    return _parse_days(tuple((str(day).strip().lower(), str(said or "").strip()) for day, said in text.items()))


def week_to_osm(week: str) -> str:
    """Return OSM text that has these 168 flags: whole hours, each day by itself."""
    if len(week) != HOURS_IN_WEEK or set(week) - {"0", "1"}:
        raise ValueError("a week is 168 flags, each 0 or 1")
    if "0" not in week:
        return "24/7"
    spans: dict[int, Spans] = {}
    for day in range(7):
        runs = re.finditer("1+", week[day * 24 : day * 24 + 24])
        spans[day] = tuple((run.start() * 60, run.end() * 60) for run in runs)
    return spans_to_osm(spans)


@lru_cache(maxsize=20_000)
def _parse_text(text: str) -> Hours:
    if not text:
        return UNKNOWN
    if len(text) > _LONGEST_TEXT:
        return Hours(text, None, text)
    if _is_osm(text):
        return _read_osm(text)
    everyday = everyday_to_osm(text)
    if everyday is None:
        return Hours(text, None, text)
    read = _read_osm(everyday)
    return read if read.week is not None else Hours(text, None, text)


@lru_cache(maxsize=20_000)
def _parse_days(said: tuple[tuple[str, str], ...]) -> Hours:
    """Read seven columns. A blank day is unknown, and with it the week: unknown is not closed."""
    texts = {day: text for day, text in said if text}
    if not texts:
        return UNKNOWN
    spans: dict[int, Spans] = {}
    unread = []
    for number, name in enumerate(_DAY_NAMES):
        found = day_spans(texts[name]) if name in texts else None
        if found is None:
            unread.append(f"{name}: {texts.get(name, 'blank')}")
        else:
            spans[number] = found
    unread += [f"{name}: {text}" for name, text in texts.items() if name not in _DAY_NAMES]
    if unread:
        return Hours("; ".join(f"{day}: {text}" for day, text in texts.items()), None, "; ".join(unread))
    return _read_osm(spans_to_osm(spans))


def _is_osm(text: str) -> bool:
    """Tell whether the text is strictly OSM; the library also takes ``10:00-4:00`` for a night."""
    if not validate(text) or OpeningHours(text).warnings:
        return False
    return not _ONE_DIGIT.search(text) or all(
        int(first) < int(last) or int(first) > 12 for first, last in _TIMES.findall(text)
    )


def _read_osm(text: str) -> Hours:
    rules, unread = _ordinary(text)
    padded = _ONE_DIGIT.sub(r"0\1", rules)
    if not padded or _UNCERTAIN.search(padded) or not _all_say_when(padded):
        return Hours(text, None, text)
    week = _flags(padded)
    return Hours(text, None, text) if week is None else Hours(text, week, unread)


def _ordinary(text: str) -> tuple[str, str | None]:
    """Return the rules of an ordinary week, and those that hold on some dates only."""
    kept, dated = "", []
    pieces = ["", *_RULE_BREAK.split(text)]
    for link, rule in zip(pieces[::2], pieces[1::2], strict=True):
        if _HOLIDAY_ONLY.match(rule) and not _DATED.search(rule):
            continue  # public holidays are a stated caveat of every week
        if _DATED.search(_without_comments(rule)):
            dated.append(rule.strip())
        else:
            kept += (link if kept else "") + rule
    return kept.strip(), "; ".join(dated) or None


def _without_comments(rule: str) -> str:
    return re.sub(r'"[^"]*"', '""', rule)


def _all_say_when(rules: str) -> bool:
    # "Mo-Fr" alone is 24 hours in OSM, and "we did not write the times" in most data.
    return all(_SAYS_WHEN.search(rule) for rule in _RULE_BREAK.split(rules)[::2] if rule.strip())


def _flags(rules: str) -> str | None:
    """Return the 168 flags of OSM rules, or None where an open time carries a comment ("by appointment")."""
    if not validate(rules):
        return None
    minutes = [0] * HOURS_IN_WEEK
    for start, end, state, comment in OpeningHours(rules).intervals(_MONDAY, _NEXT_MONDAY):
        if state == State.UNKNOWN or (state == State.OPEN and comment):
            return None
        if state == State.OPEN:
            _count(minutes, _since_monday(start), _since_monday(end))
    return "".join("1" if open_minutes >= _OPEN_MINUTES else "0" for open_minutes in minutes)


def _since_monday(moment: datetime) -> int:
    return int((moment - _MONDAY).total_seconds() // 60)


def _count(minutes: list[int], start: int, end: int) -> None:
    for hour in range(start // 60, min(-(-end // 60), HOURS_IN_WEEK)):
        minutes[hour] += min(end, hour * 60 + 60) - max(start, hour * 60)
