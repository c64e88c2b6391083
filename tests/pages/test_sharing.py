"""Is a value worked out once for all who ask, and is no more kept than was said?"""

from __future__ import annotations

import threading
import time

import pytest

from views.sharing import Shared


def test_a_value_is_made_once_and_is_the_same_for_all():
    kept, made = Shared(2), []
    first = kept.get("a", lambda: made.append(1) or [1])
    assert kept.get("a", lambda: made.append(2) or [2]) is first
    assert made == [1]


def test_the_one_that_nobody_asked_for_longest_is_forgotten_first():
    kept, gone = Shared(2), []
    for name in ("a", "b", "a", "c"):
        kept.get(name, lambda name=name: name * 2, forgotten=lambda: gone.append(len(kept)))
    assert len(kept) == 2 and gone == [2]  # once, when c came
    assert kept.get("a", lambda: "made anew") == "aa"
    assert kept.get("b", lambda: "made anew") == "made anew"


def test_those_who_ask_at_the_same_time_wait_for_one_to_make_it():
    kept, made, found = Shared(2), [], []

    def slow():
        time.sleep(0.05)
        made.append(1)
        return "value"

    threads = [threading.Thread(target=lambda: found.append(kept.get("a", slow))) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1] and found == ["value"] * 5


def test_what_could_not_be_made_is_made_by_the_next():
    kept = Shared(2)
    with pytest.raises(ZeroDivisionError):
        kept.get("a", lambda: 1 / 0)
    assert kept.get("a", lambda: 1) == 1
