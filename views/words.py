"""What do the words mean? The program's own, and the codes of its lists with those a user added."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from graphmodel.codes import code_list, read_table
from views import manual

# The lists that say what a response, a guardian or a context is, in the order people ask for them.
LISTS = {
    "levels": "Levels",
    "approaches": "Approaches",
    "lenses": "Lenses",
    "relationships": "Relationship with young people",
    "tiers": "Tiers of need",
    "domains": "The four domains of the framework",
    "stages": "Stages of a guardian",
    "stances": "Stance of a guardian",
    "guardian_basis": "How a guardian of a context is known",
    "concern": "Concern about a context",
    "harms": "Harms",
    "purposes": "Purposes of a service",
    "access": "Who can refer",
    "for_whom": "Who uses a service",
    "groups": "Population groups",
    "outcome_measures": "Outcome measures",
    "need_basis": "How need is known",
    "serves_basis": "Why a service is for an area",
    "formality": "How firm a link is",
    "link_basis": "Who says that a link exists",
    "pathway_stages": "Stages of a pathway",
    "roles": "Roles of organisations",
    "sensitivity": "Who may see it",
    "area_levels": "Levels of areas",
}

_TERM = re.compile(r"^- (.+?): (.+)$")


@dataclass(frozen=True, slots=True)
class Word:
    """A word or code, what it means (blank where its name says it), and its list (blank: the program's own word)."""

    name: str
    meaning: str
    of: str = ""
    code: str = ""

    def has(self, words: list[str]) -> bool:
        """Return whether each of these words stands in it."""
        told = f"{self.name} {self.meaning} {self.of} {self.code}".casefold()
        return all(word in told for word in words)


@cache
def terms() -> tuple[Word, ...]:
    """Return the program's own words with their meaning, in their order."""
    # A bullet may go on over several lines.
    lines = re.sub(r"\n {2,}", " ", manual.text_of("words")).splitlines()
    matches = filter(None, map(_TERM.match, lines))
    return tuple(Word(match[1].replace("**", ""), _sentence(match[2])) for match in matches)


def codes() -> list[Word]:
    """Return the codes of the lists, a user's own among them."""
    return [
        Word(code_list(name)[row["code"]], row.get("definition") or "", title, row["code"])
        for name, title in LISTS.items()
        for row in read_table(name)
    ]


def found(text: str) -> list[Word]:
    """Return the words and codes that have every word of a text; all, without any."""
    words = text.casefold().split()
    return [word for word in (*terms(), *codes()) if word.has(words)]


def _sentence(text: str) -> str:
    return re.sub(r"\*([^*]+)\*", r"\1", text[:1].upper() + text[1:])
