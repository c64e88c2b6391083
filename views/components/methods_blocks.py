"""Blocks of the Methods page: the methods, the words, the questions and their homes, and a search over all three."""

from __future__ import annotations

from collections.abc import Iterable, Sized

import pandas as pd
import streamlit as st

from analysis import ANALYSES
from views import methods, questions, words
from views.components.blocks import downloads, say_if_unusable
from views.markup import facts, heading, html, note, plain
from views.questions import Question

METHODS, WORDS, QUESTIONS = "methods", "words", "questions"
_PARTS = {METHODS: "Methods and values", WORDS: "The words", QUESTIONS: "Questions and where they are answered"}
_MOST_FOUND = 12


def draw_search() -> str:
    """Draw the search, which the address keeps; returns what is searched for, blank for nothing."""
    given = st.text_input(
        "Search", key="methods_search", bind="query-params", max_chars=60,
        placeholder="a word, a method, a question, such as Level 2 or waits",
    )  # fmt: skip
    return " ".join((given or "").split())


def draw_found(text: str) -> None:
    """Draw the methods, words and questions that have what was searched for."""
    pages, meanings, asked = methods.found(text), words.found(text), questions.found(text)
    if not (pages or meanings or asked):
        st.html(note(f"Nothing here says “{text}”. Try one word of it, or clear the search."))
        return
    if meanings:
        st.html(heading(f"Words ({len(meanings):,})") + _meanings(meanings[:_MOST_FOUND]))
        _draw_more(meanings)
    if asked:
        st.html(heading(f"Questions ({len(asked):,})"))
        _draw_questions(asked[:_MOST_FOUND], "found")
        _draw_more(asked)
    if pages:
        st.html(heading(f"Methods ({len(pages):,})"))
        for name, excerpt in pages[:_MOST_FOUND]:
            st.button(plain(methods.titles()[name]), key=f"found_{name}", on_click=_open, args=(name,), type="tertiary")
            st.html(note(excerpt))
        _draw_more(pages)


def draw_part() -> None:
    """Draw the choice among the parts, which the address keeps, and the one that is chosen."""
    say_if_unusable("methods_part", list(_PARTS.values()))
    chosen = st.segmented_control(
        "Part", list(_PARTS), format_func=_PARTS.__getitem__, default=METHODS, key="methods_part", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    {METHODS: _methods, WORDS: _words, QUESTIONS: _questions}[chosen or METHODS]()


def _methods() -> None:
    titles = methods.titles()
    say_if_unusable("method", list(titles.values()))
    name = st.selectbox(
        "About", list(titles), format_func=titles.__getitem__, key="method", bind="query-params", filter_mode="contains"
    )
    st.html(heading(titles[name], 2))
    if described := methods.analyses_on(name):
        st.html(facts((f"landscape analyse {each}", question) for each, question in described))
    st.markdown(methods.shown(name))
    st.html(heading("Cite this"))
    st.code(methods.cite(name), language=None, wrap_lines=True)


def _words() -> None:
    st.html(
        note("What the program means by its words. Codes are what your files say; lists of your own are among them.")
    )
    st.html(_meanings(words.terms()))
    held = words.codes()
    for title in dict.fromkeys(word.of for word in held):
        st.html(heading(title) + _meanings([word for word in held if word.of == title], listed=False))
    rows = pd.DataFrame(
        {"List": word.of, "Code": word.code, "Word": word.name, "Meaning": word.meaning} for word in words.found("")
    )
    downloads("words", rows, key="words")


def _questions() -> None:
    named = {"all": "All", **questions.AUDIENCES}
    say_if_unusable("questions_for", list(named.values()))
    chosen = st.segmented_control(
        "For", list(named), format_func=named.__getitem__, default="C", key="questions_for", bind="query-params"
    )
    asked = questions.found(audience=None if chosen in (None, "all") else chosen)
    to_come = sum(not each.homes for each in asked)
    st.html(note(f"{len(asked):,} questions. A link leads to where one is answered; {to_come:,} are still to come."))
    _draw_questions(asked, "listed")


def _draw_questions(asked: Iterable[Question], key: str) -> None:
    for each in asked:
        st.html(f'<p class="ls-line"><strong>{html(each.id)}</strong> {html(each.text)}</p>')
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            for home in each.homes:
                page = st.session_state.get(f"{home.page}_page")
                if page is not None:
                    st.page_link(page, label=home.label, query_params=dict(home.address) or None)
            for name in dict.fromkeys(map(ANALYSES.module, each.analyses)):
                st.button(
                    f"Method: {plain(methods.titles()[name])}", key=f"{key}_{each.id}_{name}", on_click=_open,
                    args=(name,), type="tertiary",
                )  # fmt: skip
            if not each.homes:
                st.html(note("On a page that is still to come."))


def _open(name: str) -> None:
    """Show a method from the next run on."""
    st.session_state.update(methods_search="", methods_part=METHODS, method=name)


def _meanings(held: Iterable[words.Word], *, listed: bool = True) -> str:
    """Return words with their meanings, or codes where the name says it all; with ``listed`` also of which list."""
    told = [(word, f" ({word.of.lower()})" if word.of and listed else "") for word in held]
    return "".join(
        f'<p class="ls-line"><strong>{html(word.name + of)}</strong> {html(word.meaning or word.code)}</p>'
        for word, of in told
    )


def _draw_more(found: Sized) -> None:
    if (more := len(found) - _MOST_FOUND) > 0:
        st.html(note(f"{more:,} more: search for more words."))
