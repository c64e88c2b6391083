"""When is it open, in words? Hours of the week as people write them, from 168 flags."""

from __future__ import annotations

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
ANY_TIME = "any time"


def hour_name(hour: int) -> str:
    """Return an hour of the week, 0 to 167 from Monday 00:00, as "Fri 20:00"."""
    return f"{DAYS[hour // 24]} {hour % 24:02d}:00"


def hour_names() -> list[str]:
    """Return the choices of the "when" control: any time, then every hour of the week."""
    return [ANY_TIME, *(hour_name(hour) for hour in range(168))]


def hour_of(name: str) -> int | None:
    """Return the hour of the week a name stands for; None for any time. Raises ValueError for another text."""
    names = hour_names()
    return names.index(name) - 1 if names.index(name) else None


def hours_in_words(week: str | None) -> str:
    """Return 168 flags as "Mon-Fri 09:00-17:00; Sat 10:00-02:00", and None as "hours not known".

    A range that runs past midnight belongs to the day it begins on.
    """
    if week is None:
        return "hours not known"
    if "0" not in week:
        return "always open"
    if "1" not in week:
        return "closed all week"
    by_day: list[list[str]] = [[] for _ in DAYS]
    for start, length in _runs(week):
        by_day[start // 24].append(_range(start % 24, length))
    ranges = [", ".join(sorted(day)) for day in by_day]
    return "; ".join(f"{_days(first, last)} {ranges[first]}" for first, last in _same(ranges) if ranges[first])


def open_at(week: str | None, hour: int | None) -> bool | None:
    """Return whether it is open at an hour of the week; None if that is not known or no hour is asked about."""
    return None if week is None or hour is None else week[hour] == "1"


def _runs(week: str) -> list[tuple[int, int]]:
    """Return (first hour, length) of each open stretch; the week is a circle."""
    starts = [h for h in range(168) if week[h] == "1" and week[h - 1] == "0"]
    return [(s, next(n for n in range(1, 169) if week[(s + n) % 168] == "0")) for s in starts]


def _range(hour: int, length: int) -> str:
    if length > 24:
        return f"{hour:02d}:00 for {length} hours"
    return f"{hour:02d}:00-{(hour + length) % 24 or 24:02d}:00"


def _same(ranges: list[str]) -> list[tuple[int, int]]:
    """Return (first, last) of each stretch of days with the same hours."""
    found: list[tuple[int, int]] = []
    for day, text in enumerate(ranges):
        if found and ranges[found[-1][0]] == text:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def _days(first: int, last: int) -> str:
    return DAYS[first] if first == last else f"{DAYS[first]}-{DAYS[last]}"
