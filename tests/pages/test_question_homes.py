"""Does each question lead to where it is answered? Every home is opened as its link opens it."""

from __future__ import annotations

import pytest
from made_up_town import RecordsBackend, town

from analysis import ANALYSES
from graphmodel.landscape import Landscape
from queries import library
from views import questions
from views.components import need_blocks, service_sections_blocks

# page and address -> the questions that lead there
HOMES: dict[tuple[str, tuple], list[str]] = {}
for question in questions.questions():
    for home in question.homes:
        HOMES.setdefault((home.page, tuple(home.address.items())), []).append(question.id)


def test_the_questions_are_those_of_the_manual_with_their_homes():
    held = {each.id: each for each in questions.questions()}
    assert (len(held), next(iter(held)), list(held)[-1]) == (27 + 14 + 14, "C1", "R14")
    assert held["C8"].pages == ("services", "need") and held["C8"].analyses == ("balance",)
    assert [home.address for home in held["C1"].homes if home.page == "query"] == [
        {"query": f"C1: {library()['C1'].title}"}
    ]


def test_where_on_a_page_a_question_is_answered_is_a_part_of_that_page():
    parts = {part.label for part in service_sections_blocks.PARTS.values()}
    needs = {part.label for part in need_blocks.PARTS.values()}
    for (id, page), address in questions.PARTS.items():
        assert page in next(each for each in questions.questions() if each.id == id).pages, id
        assert address.get("part", next(iter(parts))) in parts
        assert address.get("need_part", next(iter(needs))) in needs


@pytest.mark.parametrize(
    ("page", "address"), list(HOMES), ids=[f"{p} for {' '.join(q)}" for (p, _), q in HOMES.items()]
)
def test_a_home_opens_and_shows_what_its_link_asks_for(open_app, monkeypatch, page, address):
    answer = {"rows": [], "caveats": []}
    monkeypatch.setattr(RecordsBackend, "answer", lambda self, query, values: answer, raising=False)
    monkeypatch.setattr(RecordsBackend, "confidential", lambda self: [], raising=False)
    app = open_app()
    for name, value in address:
        app.query_params[name] = value
    app.switch_page(f"views/pages/{page}.py").run()
    assert not app.exception and not app.error
    # A choice the page does not have would be said, and left out.
    assert not [warning.value for warning in app.warning]
    chosen = [str(w.value) for kind in ("selectbox", "segmented_control") for w in app.get(kind)]
    labels = {option for kind in ("selectbox", "segmented_control") for w in app.get(kind) for option in w.options}
    assert len(chosen) > 0
    assert {value for _, value in address} <= labels


@pytest.mark.parametrize("id", [each.id for each in questions.questions() if each.analyses])
def test_the_analyses_of_a_question_answer(id):
    landscape = Landscape.from_records(town(), "area:T1")
    for name in next(each for each in questions.questions() if each.id == id).analyses:
        needed = {"siting": {"count": 1}, "what_if": {"without": "org:o1"}}.get(name, {})
        known = {parameter.name for parameter in ANALYSES.parameters(name)}
        assert ANALYSES[name](landscape, **{k: v for k, v in needed.items() if k in known}).name == name
