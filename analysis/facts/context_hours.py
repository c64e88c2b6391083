"""When are young people in a context? What was recorded, or the assumption for its kind."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from graphmodel.codes import read_table
from graphmodel.errors import InputError
from graphmodel.landscape import HOURS, Landscape

RECORDED, ASSUMED, NO_HOURS = "recorded", "assumed", "none"
EVENING = 18

_DAYS = {day: i for i, day in enumerate(("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"))}
_RULE = re.compile(
    r"(?P<days>[A-Z][a-z](?:[-,][A-Z][a-z])*)\s+(?P<times>\d\d:\d\d-\d\d:\d\d(?:,\s*\d\d:\d\d-\d\d:\d\d)*)"
)
_TIMES = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")

HOUR_OF_DAY = np.arange(HOURS) % 24
DAY = np.arange(HOURS) // 24
IS_EVENING = (HOUR_OF_DAY >= EVENING) | (HOUR_OF_DAY < 6)
IS_WEEKEND = DAY >= 5


@dataclass(frozen=True, slots=True)
class ActiveHours:
    """Hours per context: ``flags`` bool (n, 168); ``basis`` recorded, assumed, or none where hours are no question."""

    flags: np.ndarray
    basis: np.ndarray


def active_hours(landscape: Landscape) -> ActiveHours:
    """Return the hours young people use each context, in the order of ``nodes("Context")``.

    A kind without hours in the assumption table (an online space) has none, unless they were recorded.
    Raises InputError for a row of ``context_hours.csv`` that cannot be read.
    """
    recorded = landscape.hours("Context", "active_hours")
    assumed = assumed_weeks()
    kinds = landscape.nodes("Context")["kind"].tolist()
    nothing = np.zeros(HOURS, bool)
    fallback = np.array([assumed.get(kind, nothing) for kind in kinds], bool).reshape(-1, HOURS)
    flags = np.where(recorded.known[:, None], recorded.flags.astype(bool), fallback)
    basis = np.where(recorded.known, RECORDED, np.where(fallback.any(axis=1), ASSUMED, NO_HOURS))
    return ActiveHours(flags, basis)


def assumed_weeks() -> dict[str, np.ndarray]:
    """Return kind of context -> assumed hours of the week (168, bool), from the table that users edit."""
    return {row["code"]: week_of(row["hours"]) for row in read_table("context_hours")}


def week_of(text: str) -> np.ndarray:
    """Return the hours of the week of ``Mo-Fr 15:00-22:00; Sa-Su 10:00-22:00``; blank is no hour.

    An hour is flagged if at least 30 minutes of it are meant; a time past midnight belongs to the next day.
    Raises InputError for any other text.
    """
    minutes = np.zeros((7, 2 * 1440), bool)
    for rule in (part.strip() for part in text.split(";") if part.strip()):
        match = _RULE.fullmatch(rule)
        if not match:
            raise InputError(
                f"context_hours.csv has hours '{rule}'; write them like 'Mo-Fr 15:00-22:00; Sa 10:00-22:00'."
            )
        days = _days(match["days"])
        minutes[days] = False
        for hour, minute, to_hour, to_minute in _TIMES.findall(match["times"]):
            start, end = int(hour) * 60 + int(minute), int(to_hour) * 60 + int(to_minute)
            minutes[days, start : end if end > start else end + 1440] = True
    week = minutes[:, :1440] | np.roll(minutes[:, 1440:], 1, axis=0)
    return np.asarray(week.reshape(HOURS, 60).sum(axis=1) >= 30)


def _days(text: str) -> list[int]:
    found: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first not in _DAYS or (last or first) not in _DAYS:
            raise InputError(f"context_hours.csv has the days '{text}'; write Mo, Tu, We, Th, Fr, Sa, Su.")
        start, end = _DAYS[first], _DAYS[last or first]
        found += [day % 7 for day in range(start, end + 1 if end >= start else end + 8)]
    return found


def when(uncovered: np.ndarray, used: np.ndarray) -> str:
    """Return in words when the uncovered hours lie, of those in use (168, bool); evening is 18:00 to 06:00."""
    for mask, words in _TIMES_OF_WEEK:
        if not (uncovered & ~mask).any():
            return words if (uncovered == (used & mask)).all() else f"at some hours {words}"
    return "at some hours by day and in the evening"


# From the narrowest; the first that holds all the hours names them.
_TIMES_OF_WEEK = (
    (IS_EVENING & IS_WEEKEND, "on weekend evenings"),
    (IS_EVENING, "after 18:00"),
    (IS_WEEKEND, "at the weekend"),
    (~IS_EVENING & ~IS_WEEKEND, "on weekdays before 18:00"),
    (~IS_EVENING, "before 18:00"),
    (IS_EVENING | IS_WEEKEND, "after 18:00 and at the weekend"),
)
