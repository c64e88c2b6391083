"""Which names does a text mean?"""

from __future__ import annotations

import time

from views.finding import Name, best


def name(text: str, rank: int = 1) -> Name:
    return Name(f"x:{text}", text, "service", rank, text.casefold())


def told(known: list[Name], text: str) -> list[str]:
    return [match.name for match in best(known, text).matches]


def test_all_words_must_occur_in_any_order_and_any_case():
    known = [name("The Anchor"), name("Anchor Street"), name("The Ship")]
    assert told(known, "ANCHOR the") == ["The Anchor"]


def test_names_that_begin_so_come_first_then_areas_then_by_name():
    known = [name("Old Quay"), name("Quay Youth"), name("Quay Bar"), name("Quay", rank=0)]
    assert told(known, "quay") == ["Quay", "Quay Bar", "Quay Youth", "Old Quay"]


def test_a_blank_text_means_nothing():
    assert best([name("The Anchor")], "  ").total == 0


def test_of_very_many_the_first_are_listed_and_all_counted_in_no_time():
    known = [name(f"Café {number}") for number in range(100_000)]
    begun = time.perf_counter()
    found = best(known, "CAFÉ 9")
    assert time.perf_counter() - begun < 1
    # Every number with a 9 among its digits: 100,000 less 9^5 without one.
    assert len(found.matches) == 8 and found.total == 100_000 - 9**5
