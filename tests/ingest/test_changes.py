"""What a person changes is read as the cells of a file are."""

from __future__ import annotations

from datetime import date

import pytest

from graphmodel.errors import InputError, UnknownName
from ingest.changes import assignments, changes_of, check_words


def test_texts_become_values_of_their_fields():
    read = changes_of("Guardian", {"stage": "Agreed", "staff": "9", "trained_until": "2027-03-31", "brand": ""})
    assert read == {"stage": "agreed", "staff": 9, "trained_until": date(2027, 3, 31), "brand": None}


def test_hours_give_their_week_too():
    read = changes_of("Guardian", {"hours": "Mo 10:00-12:00"})
    assert read["hours_week"] == "0" * 10 + "11" + "0" * 156
    assert changes_of("Guardian", {"hours": ""}) == {"hours": None, "hours_week": None}


def test_lists_are_separated_as_in_a_file():
    assert changes_of("Service", {"languages": "Arabic; fa"}) == {"languages": ["ar", "fa"]}


def test_a_field_that_is_not_there_is_said_with_those_that_are():
    with pytest.raises(UnknownName, match="Guardian has no field 'stge'; it has name, sector"):
        changes_of("Guardian", {"stge": "agreed"})


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("stage", "agred", "did you mean 'agreed'"),
        ("staff", "-1", "zero and above"),
        ("trained_until", "soon", "trained_until"),
    ],
)
def test_what_a_field_cannot_take_is_refused(field, text, said):
    with pytest.raises(InputError, match=said):
        changes_of("Guardian", {field: text})


@pytest.mark.parametrize("text", ["ring 07700 900123", "mail jo@example.org"])
def test_what_looks_like_a_person_is_refused_and_never_repeated(text):
    with pytest.raises(InputError) as refused:
        changes_of("Guardian", {"next_step": text})
    assert text.split()[1] not in str(refused.value)
    with pytest.raises(InputError) as refused:
        check_words(text, "reason")
    assert text.split()[1] not in str(refused.value)


def test_an_assignment_keeps_what_follows_its_first_sign():
    assert assignments(["name=A = B", "brand="]) == {"name": "A = B", "brand": ""}
    with pytest.raises(InputError, match="'stage' is no change"):
        assignments(["stage"])
