"""How are days said, and counted by months?"""

from __future__ import annotations

from datetime import date


def said(day: date) -> str:
    """Return a day as people write it: 31 March 2027."""
    return f"{day.day} {day:%B %Y}"


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise ValueError(day)
