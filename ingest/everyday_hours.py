"""What do opening hours written for people say? OSM ``opening_hours`` text, or nothing.

"Tuesdays, Wednesdays and Fridays, 10am-2pm" is ``Tu-We,Fr 10:00-14:00``. Every word has to be understood: one that is
not ("by appointment", "ring first", a second activity) can change what the rest means, and then nothing is read.
Half a day is never guessed: "9 - 4" may be a shop or a night club.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

OSM_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
DAY_MINUTES = 24 * 60
# Longer than this, an end before the start is rather a slip ("5pm - 4pm") than a night.
_LONGEST_MINUTES = 20 * 60

Span = tuple[int, int]  # minutes from the day's midnight; an end over 1440 is past the next midnight
Spans = tuple[Span, ...]
Days = frozenset[int]

_DAY_WORDS = (
    ("mon", "monday"),
    ("tue", "tues", "tuesday"),
    ("wed", "weds", "wednesday"),
    ("thu", "thur", "thurs", "thursday"),
    ("fri", "friday"),
    ("sat", "saturday"),
    ("sun", "sunday"),
)
_DAYS = {word + plural: day for day, words in enumerate(_DAY_WORDS) for word in words for plural in ("", "s")}
_EVERY_DAY = frozenset(range(7))
_GROUPS = {
    **dict.fromkeys(("weekday", "weekdays"), frozenset(range(5))),
    **dict.fromkeys(("weekend", "weekends"), frozenset((5, 6))),
    **dict.fromkeys(("daily", "everyday", "every day", "7 days a week", "seven days a week"), _EVERY_DAY),
}
# Words that say nothing about when.
_FILLER = {"open", "opening", "opens", "hours", "hour", "times", "time", "from", "every", "each", "on", "the", "is"}
_FILLER |= {"are", "only", "food", "foodbank", "bank", "store", "parcel", "parcels", "served"}
_NTH = {"1st": 1, "first": 1, "2nd": 2, "second": 2, "3rd": 3, "third": 3, "4th": 4, "fourth": 4, "last": -1}

_TOKEN = re.compile(
    r"""
      (?P<all>24\s*/\s*7 | 24\s*-?\s*(?:hours|hour|hrs|hr)\b (?:\s+(?:a|per)\s+day\b)?)
    | (?P<group>every\s*day\b | (?:7|seven)\s+days\s+a\s+week\b)
    | (?P<nth>(?:1st|2nd|3rd|4th|first|second|third|fourth|last)\s+[a-z]+\s+(?:of|in)\s+
              (?:(?:the|each|every)\s+)?month\b)
    | (?P<time>(?<![\d.:])\d{1,2}(?:[:.]\d{2})?(?![\d:])\s*(?:(?:noon|midday|midnight|am|pm)\b|[ap]\.m\b\.?)?
              | \b(?:noon|midday|midnight)\b)
    | (?P<dash>- | \b(?:to|until|till|til)\b)
    | (?P<sep>[,;./&+()\n:] | \band\b)
    | (?P<except>\b(?:except(?:\s+for)? | excluding | apart\s+from | but\s+not)\b)
    | (?P<closed>\bclosed\b)
    | (?P<word>[a-z]+)
    | (?P<blank>\s+)
    """,
    re.VERBOSE,
)
_BANK_HOLIDAYS = re.compile(
    r"\(?\s*\b(?:except(?:ing)?|excluding|not\s+open|closed)(?:\s+on)?\s+(?:bank|public)\s+holidays?\b\s*\)?"
)
_TERM_TIME = re.compile(r"\(?\s*\b(?:(?:during|in)\s+)?(?:school\s+)?term[\s-]*time(?:\s+only)?\b\s*\)?\s*\.?\s*$")
_NO_BREAK = str.maketrans({"\xa0": " ", "\t": " ", "\r": "\n", "–": "-", "—": "-", "−": "-", "‑": "-", "=": "-"})

Kind = Literal["days", "span", "all", "closed", "except", "nth", "time", "dash", "sep"]

_MARKS: dict[str, Kind] = {"time": "time", "dash": "dash", "sep": "sep", "all": "all", "closed": "closed"}
_MARKS["except"] = "except"


@dataclass(frozen=True, slots=True)
class _Item:
    kind: Kind
    days: Days = frozenset()
    span: Span = (0, DAY_MINUTES)
    text: str = ""


@dataclass(slots=True)
class _Week:
    """Spans by day, as the clauses fill them in; ``nth`` holds rules for one week of the month."""

    spans: dict[int, Spans] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)
    nth: list[str] = field(default_factory=list)


class _Unread(Exception):
    """The text says something this module does not understand with certainty."""


def everyday_to_osm(text: str) -> str | None:
    """Return OSM ``opening_hours`` text that says what ``text`` says, or None where that is not certain.

    Closed on bank holidays and term time become ``PH off`` and ``SH off`` rules; "1st Saturday of month" a
    ``Sa[1]`` rule.
    """
    plain = text.translate(_NO_BREAK).lower()
    plain, holidays = _BANK_HOLIDAYS.subn(" ", plain)
    plain, term = _TERM_TIME.subn(" ", plain)
    try:
        items = list(_items(list(_tokens(plain))))
        if [item.kind for item in items] == ["closed"]:
            return "off"
        week = _week(items)
    except _Unread:
        return None
    rules = ", ".join([*_rules(week.spans), *week.nth])
    return "; ".join([rules] + ["PH off"] * bool(holidays) + ["SH off"] * bool(term)) if rules else None


def day_spans(text: str) -> Spans | None:
    """Return what ``text`` says of one day (``()`` is closed), or None where that is not certain."""
    try:
        items = list(_items(list(_tokens(text.translate(_NO_BREAK).lower()))))
    except _Unread:
        return None
    kinds = {item.kind for item in items}
    if kinds == {"closed"}:
        return ()
    if kinds == {"all"} or kinds == {"span"}:
        spans = tuple(item.span for item in items)
        return None if _overlapping(spans) else spans
    return None


def spans_to_osm(spans: dict[int, Spans]) -> str:
    """Return the OSM text of spans by day (0 is Monday); ``off`` where there are none.

    Days are joined by ``, ``: a ``;`` would take the hours after midnight from the day before.
    """
    return ", ".join(_rules(spans)) or "off"


def _tokens(text: str) -> Iterator[_Item]:
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _Unread
        at = match.end()
        kind, found = match.lastgroup, " ".join(match.group().split())
        if kind == "word":
            if found in _DAYS:
                yield _Item("days", days=frozenset({_DAYS[found]}), text="day")
            elif found in _GROUPS:
                yield _Item("days", days=_GROUPS[found])
            elif found not in _FILLER:
                raise _Unread
        elif kind == "group":
            yield _Item("days", days=_EVERY_DAY)
        elif kind == "nth":
            yield _Item("nth", text=_nth(found))
        elif kind in _MARKS:
            yield _Item(_MARKS[kind], text=found)


def _nth(words: str) -> str:
    ordinal, day, *_ = words.split()
    if day not in _DAYS:
        raise _Unread
    return f"{OSM_DAYS[_DAYS[day]]}[{_NTH[ordinal]}]"


def _items(tokens: Sequence[_Item]) -> Iterator[_Item]:
    """Join day ranges and time ranges, drop separators, and merge days that stand together."""
    waiting: Days = frozenset()
    for item in _ranges(tokens):
        if item.kind == "days":
            waiting |= item.days
            continue
        if waiting:
            yield _Item("days", days=waiting)
            waiting = frozenset()
        yield item
    if waiting:
        yield _Item("days", days=waiting)


def _ranges(tokens: Sequence[_Item]) -> Iterator[_Item]:
    at, last = 0, "start"
    while at < len(tokens):
        item, after = tokens[at], tokens[at + 1 : at + 3]
        kinds = tuple(token.kind for token in after)
        if item.kind == "days" and kinds == ("dash", "days"):
            yield _Item("days", days=_day_range(item, after[1]))
            at, last = at + 3, "days"
        elif item.kind == "time":
            if kinds != ("dash", "time"):
                raise _Unread
            yield _Item("span", span=_span(item.text, after[1].text))
            at, last = at + 3, "span"
        elif item.kind == "dash":
            # "Monday - 9am-5pm": a dash may stand for a colon, and before anything was said.
            if last == "span" or not (last == "start" or kinds[:1] == ("time",)):
                raise _Unread
            at += 1
        else:
            if item.kind != "sep":
                yield item
                last = item.kind
            at += 1


def _day_range(first: _Item, last: _Item) -> Days:
    if first.text != "day" or last.text != "day":
        raise _Unread
    (start,), (end,) = first.days, last.days
    return frozenset((start + step) % 7 for step in range((end - start) % 7 + 1))


@dataclass(frozen=True, slots=True)
class _Time:
    hour: int
    minute: int
    half: str  # "am", "pm", "24" for a 24-hour clock, "" where the text does not say
    two_digits: bool

    @property
    def clock(self) -> int:
        """Minutes from midnight, as the half says; within the half where it does not say."""
        if self.half == "24":
            return self.hour * 60 + self.minute
        return (self.hour % 12 + (12 if self.half == "pm" else 0)) * 60 + self.minute


def _time(text: str) -> _Time:
    number = re.match(r"(\d{1,2})(?:[:.](\d{2}))?", text)
    word = text[number.end() if number else 0 :].strip().replace(".", "")
    if number is None:
        return _Time(12, 0, "pm" if word in ("noon", "midday") else "am", False)
    hour, minute = int(number[1]), int(number[2] or 0)
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise _Unread
    if word in ("noon", "midday", "midnight"):
        if (hour, minute) != (12, 0):
            raise _Unread
        word = "am" if word == "midnight" else "pm"
    if word and hour > 12:
        raise _Unread
    # 13:00 and 09:00 are written on a 24-hour clock; so is 00:00.
    sure = not word and (hour > 12 or hour == 0 or (number[1][0] == "0" and number[2] is not None))
    return _Time(hour, minute, "24" if sure else word, len(number[1]) == 2 and ":" in text)


def _span(first: str, last: str) -> Span:
    start, end = _clocks(_time(first), _time(last))
    if end <= start:
        end += DAY_MINUTES
    if not 0 < end - start <= (DAY_MINUTES if (start, end) == (0, DAY_MINUTES) else _LONGEST_MINUTES):
        raise _Unread
    return start, end


def _clocks(start: _Time, end: _Time) -> Span:
    """Return the minutes of both, once each one's half of the day is certain."""
    if start.half and end.half:
        return start.clock, end.clock
    if start.half in ("", "24") and end.half in ("", "24"):
        return _clocks_of_24_hours(start, end)
    if start.half:  # "10am-4": the next four o'clock
        return start.clock, start.clock + (end.clock - start.clock) % 720
    if (end.hour, end.minute, end.half) == (12, 0, "am"):  # "9 - midnight" may start in the morning or the evening
        raise _Unread
    # "1-3pm" shares its half; "10-2pm" cannot.
    within = end.clock % 720
    if start.clock == within or (start.clock > within and end.half == "am"):
        raise _Unread
    if end.half == "am" or start.clock > within:
        return start.clock, end.clock
    return start.clock + 720, end.clock


def _clocks_of_24_hours(start: _Time, end: _Time) -> Span:
    if not (start.half or end.half or (start.two_digits and end.two_digits)):
        raise _Unread
    first, last = start.hour * 60 + start.minute, end.hour * 60 + end.minute
    if last <= first and start.hour < 13:  # "10:00-04:00": a slip for 16:00, or a night
        raise _Unread
    return first, last


def _week(items: Sequence[_Item]) -> _Week:
    """Return what the clauses say together: "days times" or "times days", all in one order."""
    week = _Week()
    if [item.kind for item in items] == ["all"]:
        week.spans = dict.fromkeys(range(7), ((0, DAY_MINUTES),))
        return week
    times_first = bool(items) and items[0].kind in ("span", "all")
    rest = list(items)
    while rest:
        if rest[0].kind == "except":
            _except(week, rest)
        elif rest[0].kind == "closed":
            rest.pop(0)
            week.closed |= _take_days(rest)
            if rest and rest[0].kind in ("span", "all", "closed"):  # whose days were they?
                raise _Unread
        elif times_first:
            spans = _take_spans(rest)
            _add(week, _take_days(rest), spans)
        elif rest[0].kind == "nth":
            nth = rest.pop(0).text
            week.nth.append(f"{nth} {_times(_take_spans(rest))}")
        else:
            _days_first(week, rest)
    for day in week.closed:
        week.spans.pop(day, None)
    return week


def _days_first(week: _Week, rest: list[_Item]) -> None:
    days = _take_days(rest)
    if rest and rest[0].kind == "except":  # "daily (except Tues) 10am-12pm"
        rest.pop(0)
        left_out = _take_days(rest)
        if not left_out < days:
            raise _Unread
        days -= left_out
    if rest and rest[0].kind == "closed":
        rest.pop(0)
        week.closed |= days
        return
    _add(week, days, _take_spans(rest))


def _except(week: _Week, rest: list[_Item]) -> None:
    rest.pop(0)
    days = _take_days(rest)
    if not days <= set(week.spans):
        raise _Unread
    for day in days:
        week.spans.pop(day)
    if rest and rest[0].kind in ("span", "all"):
        _add(week, days, _take_spans(rest))
    else:
        week.closed |= days


def _take_days(rest: list[_Item]) -> Days:
    if not rest or rest[0].kind != "days":
        raise _Unread
    return rest.pop(0).days


def _take_spans(rest: list[_Item]) -> Spans:
    taken: list[Span] = []
    while rest and rest[0].kind in ("span", "all"):
        taken.append(rest.pop(0).span)
    if not taken:
        raise _Unread
    return tuple(taken)


def _add(week: _Week, days: Days, spans: Spans) -> None:
    for day in days:
        together = (*week.spans.get(day, ()), *spans)
        # "Mon-Fri 9am-5pm, Wed 9am-1pm": instead of, or as well? Not said.
        if _overlapping(together):
            raise _Unread
        week.spans[day] = together


def _overlapping(spans: Spans) -> bool:
    ordered = sorted(spans)
    return any(second[0] < first[1] for first, second in pairwise(ordered))


def _rules(spans: dict[int, Spans]) -> Iterator[str]:
    """Yield one rule for each set of days with the same times, in the order of their first day."""
    groups: dict[Spans, list[int]] = {}
    for day in sorted(spans):
        if spans[day]:
            groups.setdefault(tuple(sorted(spans[day])), []).append(day)
    for times, days in groups.items():
        yield f"{_days(days)} {_times(times)}"


def _days(days: Sequence[int]) -> str:
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(OSM_DAYS[run[0]] + (f"-{OSM_DAYS[run[-1]]}" if len(run) > 1 else "") for run in runs)


def _times(spans: Spans) -> str:
    return ",".join(
        f"{_clock(start)}-{_clock(end if end <= DAY_MINUTES else end - DAY_MINUTES)}" for start, end in spans
    )


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
