"""Do the parts of the Data page show, decide, compare, export, back up and restore what they say?"""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from made_up_town import HOSTILE, RecordsBackend, link, town

from graphmodel.records import NodeRecord, Point
from views import session


def told(app) -> str:
    return "\n".join(element.value for element in app.get("html"))


def open_part(open_app, part: str, records=None):
    return open_app(records, data="own", data_part=part).switch_page("views/pages/data.py").run()


# --- identity ---------------------------------------------------------------------------------------------------


def twins() -> list:
    """The town, and the Anchor once more from a register, 11 metres away; the second knows its hours."""
    register = {"source": "register/venues.csv", "source_row": "fhrs-7", "name": "the anchor", "stage": "agreed"}
    place = Point(0.0051, 0.005)
    twin = NodeRecord(
        "Guardian", "guardian:fhrs-7", {"sector": "commercial", "kind": "restaurant", "location": place, **register}
    )
    within = [link("WITHIN", "guardian:fhrs-7", f"area:{area}") for area in ("W1", "T1")]
    return [*town(), twin, *within]


class Decided:
    """A store that takes down what it is told to decide."""

    def __init__(self, records: list) -> None:
        self.records = records

    def decide(self, one: str, other: str, verdict: str, team: str) -> None:
        self.records.append(link("SAME_AS", one, other, verdict=verdict, source="edit"))


@pytest.fixture
def decidable(monkeypatch):
    @contextmanager
    def writing(self):
        yield Decided(self.records)

    monkeypatch.setattr(RecordsBackend, "writing", writing)


def test_two_records_of_one_name_and_place_are_shown_side_by_side(open_app):
    page = open_part(open_app, "Identity", twins())
    assert not page.exception and not page.error
    words = told(page)
    assert "1 to decide" in words
    assert "One name and one place, 11 m apart." in words
    assert "the anchor / The Anchor" in words
    # Name, kind, stage, and what young people say (of the twin they were not asked). The file is another, which is no
    # difference of the thing; the hours are known to one alone.
    assert words.count("<td>differs</td>") == 4
    assert "register/venues.csv" in words or "fhrs-7" in words


def test_without_a_team_nothing_can_be_decided(open_app):
    page = open_part(open_app, "Identity", twins())
    assert [button.disabled for button in page.button if button.label in ("The same", "Not the same")] == [True, True]


def test_a_confirmed_pair_counts_once_and_moves_to_its_list(open_app, decidable):
    page = open_part(open_app, "Identity", twins())
    page.text_input(key="team_typed").set_value("Licensing team").run()
    next(button for button in page.button if button.label == "The same").click().run()
    assert not page.exception and not page.error
    assert "0 to decide · 1 the same" in told(page)
    assert "Licensing team said so" in page.success[0].value
    # Two guardians can be shown before (one is confidential), and two after: the twin is the Anchor.
    seen = session.backend(session.OWN).landscape(None, None)
    assert sorted(seen.nodes("Guardian").index) == ["guardian:fhrs-7", "guardian:g2", "guardian:g3"]


def test_a_refused_pair_is_not_suggested_again(open_app, decidable):
    page = open_part(open_app, "Identity", twins())
    page.text_input(key="team_typed").set_value("Licensing team").run()
    next(button for button in page.button if button.label == "Not the same").click().run()
    assert "0 to decide · 0 the same, counted once · 1 not the same" in told(page)
    assert "No two records here look like one thing" in page.info[0].value
    page.segmented_control(key="identity_list").set_value("Not the same").run()
    assert "the anchor / The Anchor" in told(page)


def test_nothing_confidential_is_compared(open_app):
    hidden = NodeRecord(
        "Guardian", "guardian:g9", {"name": "The refuge", "sector": "community", "kind": "other", "source": "b"}
    )
    page = open_part(open_app, "Identity", [*town(), hidden])
    assert "0 to decide" in told(page)


def test_hostile_names_are_text_side_by_side(open_app):
    twin = NodeRecord(
        "Guardian", "guardian:z", {"name": HOSTILE, "sector": "community", "kind": "faith", "source": "b",
                                   "location": Point(0.015, 0.005)},
    )  # fmt: skip
    within = [link("WITHIN", "guardian:z", f"area:{area}") for area in ("W2", "T1")]
    page = open_part(open_app, "Identity", [*town(), twin, *within])
    assert "1 to decide" in told(page)
    assert "<script>document" not in told(page)
