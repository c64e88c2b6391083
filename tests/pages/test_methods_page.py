"""Can a word, a method or a question be found, and does each lead on?"""

from __future__ import annotations

import pytest

from graphmodel import codes
from views import manual, methods, questions, words


@pytest.fixture
def page(open_app):
    return open_app().switch_page("views/pages/methods.py").run()


def text_of(app) -> str:
    return "\n".join(element.value for element in app.get("html"))


def test_what_lies_beside_the_methods_is_no_method():
    assert not set(manual.BESIDE) & manual.methods().keys()
    assert all(manual.text_of(name) for name in manual.BESIDE)


def test_the_words_have_a_meaning_in_whole_sentences():
    held = {word.name: word.meaning for word in words.terms()}
    assert held["Guardian"].startswith("An adult with a caring intention who is present in the context.")
    assert held["Context of concern"].endswith('"review overdue" and no longer counts.')  # over two lines in the manual
    assert "Level 1, Level 2" in held and not [name for name, meaning in held.items() if "*" in name + meaning]


def test_each_list_of_the_words_has_codes_and_one_of_a_users_own_is_among_them(tmp_path):
    assert {word.of for word in words.codes()} == set(words.LISTS.values())
    assert not [word for word in words.codes() if word.name == "Radicalisation"]
    (tmp_path / "groups.csv").write_text("code,label,definition\nour_carers,Young carers here,of our own survey\n")
    try:
        codes.use_own_lists(tmp_path)
        (found,) = words.found("our own survey")
    finally:
        codes.use_own_lists(None)
    assert (found.name, found.code, found.of) == ("Young carers here", "our_carers", "Population groups")


def test_a_search_finds_pages_by_every_word_titles_first():
    names = [name for name, _ in methods.found("accessibility")]
    assert names[0] == "accessibility" and len(names) > 1
    assert methods.found("accessibility quokka") == []
    # The words as they were written count before the words apart.
    (first, excerpt), *_ = methods.found("maximum flow")
    assert first == "unmet_need" and "maximum flow" in excerpt.casefold()
    (excerpt,) = [told for name, told in methods.found("dissimilarity") if name == "equity"]
    assert "dissimilarity" in excerpt.casefold() and "](" not in excerpt


def test_questions_are_found_by_word_and_audience():
    assert [each.id for each in questions.found("relocation")] == ["C18"]
    assert {each.id[0] for each in questions.found(audience="P")} == {"P"}


def test_the_search_shows_words_questions_and_methods_and_a_method_opens(page):
    page.text_input(key="methods_search").set_value("waits").run()
    assert not page.exception and not page.error
    assert "Demand against capacity; waits over four weeks" in text_of(page)
    page.button(key="found_C11_availability").click().run()
    assert page.text_input(key="methods_search").value == ""
    assert page.selectbox(key="method").value == "availability"


def test_nothing_found_says_what_to_do(page):
    page.text_input(key="methods_search").set_value("<script>quokka").run()
    assert "Nothing here says “&lt;script&gt;quokka”" in text_of(page)


def test_the_words_are_a_part_with_a_download(page):
    page.segmented_control(key="methods_part").set_value("words").run()
    assert not page.exception and not page.error
    assert "changes the context itself" in text_of(page)
    assert page.get("download_button")


def test_each_question_is_listed_with_links(page):
    page.segmented_control(key="methods_part").set_value("questions").run()
    assert not page.exception and not page.error
    assert "27 questions" in text_of(page)
    links = [link.proto.label for link in page.get("page_link")]
    assert links.count("Services") == sum("services" in each.pages for each in questions.found(audience="C"))


def test_a_method_can_be_cited(page):
    page.selectbox(key="method").set_value("coverage").run()
    assert page.code[-1].value.endswith("method: Coverage (landscape analyse coverage).")
