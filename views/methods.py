"""Can I believe it? The pages on each method, as they are shipped with the program."""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import version
from urllib.parse import quote

from analysis import ANALYSES
from views import manual

VALUES = "values"

_LINK = re.compile(r"\]\((?:\.\./)?(?:methods/)?(\w+)\.md(?:#\w+)?\)")
_MARKS = re.compile(r"[*`|#]|\[([^\]]+)\]\([^)]*\)")
# Characters on either side of what was searched for.
_AROUND = 80


@cache
def pages() -> dict[str, str]:
    """Return name -> text (Markdown) of every page on a method, the values behind the tool first."""
    values = manual.text_of(VALUES)
    return ({VALUES: values} if values else {}) | manual.methods()


@cache
def titles() -> dict[str, str]:
    """Return name -> the title of its page."""
    return {name: text.partition("\n")[0].lstrip("# ").strip() for name, text in pages().items()}


def shown(name: str) -> str:
    """Return a page as the app shows it: without its title, links between pages leading to one another."""
    _, _, body = pages()[name].partition("\n")

    def leads(match: re.Match[str]) -> str:
        # Other pages of the manual are not here: their names stay words.
        return f"](methods?method={quote(titles()[match[1]])})" if match[1] in pages() else "]()"

    return re.sub(r"\[([^\]]+)\]\(\)", r"\1", _LINK.sub(leads, body)).strip()


def analyses_on(name: str) -> list[tuple[str, str]]:
    """Return the analyses a page describes, each with its question."""
    return [(each, ANALYSES.question(each)) for each in ANALYSES if ANALYSES.module(each) == name]


def cite(name: str) -> str:
    """Return the line that names a method, with the version of the program that it describes."""
    described = ", ".join(each for each, _ in analyses_on(name))
    of = f" (landscape analyse {described})" if described else ""
    return f"landscape {version('guardianship-landscape')}, method: {titles()[name]}{of}."


def found(text: str) -> list[tuple[str, str]]:
    """Return the pages in which every word of a text stands, with an excerpt each.

    First those with it in their title, then those that say it as it was written, the most often first.
    """
    words, phrase = text.casefold().split(), " ".join(text.casefold().split())
    bodies = {name: _body(name) for name in pages()}
    held = [name for name, body in bodies.items() if words and all(word in body.casefold() for word in words)]
    titled = {name for name in held if all(word in titles()[name].casefold() for word in words)}
    held.sort(key=lambda name: (name not in titled, -bodies[name].casefold().count(phrase)))
    return [(name, _excerpt(bodies[name], phrase, words[0])) for name in held]


@cache
def _body(name: str) -> str:
    """Return a page, title and all, without Markdown."""
    return " ".join(_MARKS.sub(lambda match: match[1] or " ", pages()[name]).split())


def _excerpt(body: str, phrase: str, word: str) -> str:
    """Return the words around the first place that has the phrase, else the word."""
    at = next((at for sought in (phrase, word) if (at := body.casefold().find(sought)) >= 0), 0)
    start, end = max(at - _AROUND, 0), at + len(phrase) + _AROUND
    return "…" * (start > 0) + body[start:end].strip() + "…" * (end < len(body))
