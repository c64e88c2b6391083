"""Do 168 flags read as a person would say them?"""

from __future__ import annotations

import pytest

from views.hours import hour_name, hour_names, hour_of, hours_in_words, open_at


def week(**days: str) -> str:
    """Return flags: each day's open hours as "9-17" (the end may pass midnight)."""
    flags = ["0"] * 168
    for day, text in days.items():
        at = ("mon", "tue", "wed", "thu", "fri", "sat", "sun").index(day) * 24
        first, last = (int(part) for part in text.split("-"))
        for hour in range(first, last):
            flags[(at + hour) % 168] = "1"
    return "".join(flags)


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (None, "hours not known"),
        ("1" * 168, "always open"),
        ("0" * 168, "closed all week"),
        (week(mon="9-17", tue="9-17", wed="9-17"), "Mon-Wed 09:00-17:00"),
        (week(mon="9-12", fri="20-26"), "Mon 09:00-12:00; Fri 20:00-02:00"),
        (week(sun="22-26"), "Sun 22:00-02:00"),
        (week(sat="0-24"), "Sat 00:00-24:00"),
    ],
)
def test_hours_in_words(flags, words):
    assert hours_in_words(flags) == words


def test_an_hour_has_one_name_and_back():
    assert hour_name(0) == "Mon 00:00"
    assert hour_name(4 * 24 + 20) == "Fri 20:00"
    assert hour_of("Fri 20:00") == 116
    assert hour_of("any time") is None
    assert len(hour_names()) == 169
    with pytest.raises(ValueError):
        hour_of("Fri 20:30")


def test_unknown_hours_are_neither_open_nor_closed():
    assert open_at(None, 3) is None
    assert open_at("0" * 168, 3) is False
    assert open_at("1" * 168, None) is None
