"""What may be said, and to whom? Counts of people, the publishable profile, and cells that are safe to open."""

from __future__ import annotations

from typing import NamedTuple

ROUND_TO = 5

# A spreadsheet runs a cell that begins so; the apostrophe makes it text again.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class RoundedPeople(NamedTuple):
    """A count of people as it may be kept. ``people`` is None below the threshold; the bounds hold the true count."""

    people: int | None
    lower: int
    upper: int


def round_people(n: int, threshold: int) -> RoundedPeople:
    """Return the count ``n`` of people as it may be stored.

    0 stays 0. Below ``threshold`` the count is withheld: people None, lower 1, upper threshold - 1. Others are rounded
    to the nearest 5, but never below the threshold, so that at least three true counts look alike. Raises ValueError
    for a negative count.
    """
    if n < 0:
        raise ValueError("A count of people cannot be negative.")
    if n == 0:
        return RoundedPeople(0, 0, 0)
    if n < threshold:
        return RoundedPeople(None, 1, threshold - 1)
    least = _up(threshold)
    people = max(_nearest(n), least)
    return RoundedPeople(people, threshold if people == least else people - 2, people + 2)


def round_bounds(lower: int | None, upper: int | None, threshold: int) -> tuple[int | None, int | None]:
    """Return the bounds of an estimate of people as they may be stored; None stays None.

    Bounds are only ever widened: a lower bound goes down to a multiple of 5, an upper one up; below ``threshold`` they
    become 1 and threshold - 1. 0 stays 0. Applying it again changes nothing.
    """
    if min(lower or 0, upper or 0) < 0:
        raise ValueError("A count of people cannot be negative.")
    if lower:
        lower = 1 if lower < threshold else max(lower // ROUND_TO * ROUND_TO, threshold)
    if upper:
        upper = threshold - 1 if upper < threshold else _up(upper)
    return lower, upper


def safe_cell(value: object) -> object:
    """Return ``value`` so that no spreadsheet takes it for a formula; text that begins like one gets an apostrophe."""
    if isinstance(value, str) and value.lstrip(" \u00a0\ufeff").startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value


def _nearest(n: int) -> int:
    return (n + ROUND_TO // 2) // ROUND_TO * ROUND_TO


def _up(n: int) -> int:
    return -(-n // ROUND_TO) * ROUND_TO
