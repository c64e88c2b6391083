"""Every question has a home, and the home is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analysis import ANALYSES
from queries import library

ROOT = Path(__file__).parents[2]
QUESTIONS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs" / "questions.md").read_text("utf-8").splitlines()
    if re.match(r"\| [CPR]\d", line)
]


def test_every_question_is_listed_once_and_in_order():
    wanted = [f"{letter}{n}" for letter, last in (("C", 27), ("P", 14), ("R", 14)) for n in range(1, last + 1)]
    assert [row[0] for row in QUESTIONS] == wanted


@pytest.mark.parametrize(("id", "question", "pages", "analyses", "query"), QUESTIONS, ids=[row[0] for row in QUESTIONS])
def test_the_home_of_a_question_is_there(id, question, pages, analyses, query):
    shown = pages.split(", ")
    there = {page.stem for page in (ROOT / "views" / "pages").glob("*.py")}
    assert [page for page in shown if page not in {*there, "next"}] == []
    assert [name for name in analyses.split(", ") if name and name not in ANALYSES] == []
    assert query == (id if id in library() else "")
    assert query == "" or "query" in shown
