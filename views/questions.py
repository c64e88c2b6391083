"""Which question is answered where? The questions the program is for, each with its pages, analyses and query."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from queries import library
from views import manual

TO_COME = "next"
PAGES = {
    "landscape": "Landscape",
    "gaps": "Gaps",
    "services": "Services",
    "network": "Network",
    "need": "Need and fairness",
    "query": "Query",
    "data": "Data",
}
AUDIENCES = {"C": "Commissioners", "P": "Pilots", "R": "Researchers"}

# Where on a page a question is answered: what the address asks for.
PARTS: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("C4", "services"): {"group": "People seeking asylum", "age": "16", "access": "Self-referral"},
    ("C5", "services"): {"group": "Young parents"},
    ("C8", "services"): {"part": "Spend"},
    ("C8", "need"): {"need_part": "Spend"},
    ("C9", "need"): {"need_part": "Spend"},
    ("C10", "need"): {"need_part": "Need and availability"},
    ("C11", "services"): {"part": "Places and waits"},
    ("C12", "services"): {"open_at": "After school"},
    ("C13", "need"): {"need_part": "Within reach"},
    ("C14", "services"): {"part": "Harms"},
    ("C15", "services"): {"part": "Age cliffs"},
    ("C16", "services"): {"part": "Duplicates"},
    ("C18", "services"): {"part": "Harms"},
    ("C19", "services"): {"part": "Exclusion"},
    ("C20", "services"): {"part": "Outcome measures"},
    ("C22", "need"): {"need_part": "Deprivation and groups"},
    ("C23", "services"): {"part": "Across borders"},
    ("P8", "services"): {"kind": "Youth work", "open_at": "At the chosen hour"},
    ("R12", "need"): {"need_part": "Spend", "need_spend_by": "Lens"},
}


@dataclass(frozen=True, slots=True)
class Home:
    """A page that answers a question: its name, what a person reads, and what its address asks for."""

    page: str
    label: str
    address: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the names of the pages and analyses that answer it, and its query in the library (blank: none)."""

    id: str
    text: str
    pages: tuple[str, ...]
    analyses: tuple[str, ...]
    query: str

    @property
    def homes(self) -> list[Home]:
        """The pages that answer it, each with where on the page."""
        return [Home(page, PAGES[page], self._address(page)) for page in self.pages if page != TO_COME]

    def has(self, words: list[str]) -> bool:
        """Return whether each of these words stands in it."""
        told = f"{self.id} {self.text} {' '.join(self.analyses)}".casefold()
        return all(word in told for word in words)

    def _address(self, page: str) -> Mapping[str, str]:
        if page == "query" and self.query:
            return {"query": f"{self.query}: {library()[self.query].title}"}
        return PARTS.get((self.id, page), {})


@cache
def questions() -> tuple[Question, ...]:
    """Return every question with its homes, in their order."""
    rows = re.findall(r"^\| ([CPR]\d+) \|(.+)\|$", manual.text_of("questions"), re.MULTILINE)
    return tuple(_question(id, [cell.strip() for cell in cells.split("|")]) for id, cells in rows)


def found(text: str = "", audience: str | None = None) -> list[Question]:
    """Return the questions that have every word of a text, of an audience or of all."""
    words = text.casefold().split()
    return [each for each in questions() if each.has(words) and audience in (None, each.id[0])]


def _question(id: str, cells: list[str]) -> Question:
    text, pages, analyses, query = cells
    return Question(id, text, _names(pages), _names(analyses), query)


def _names(cell: str) -> tuple[str, ...]:
    return tuple(name for name in cell.split(", ") if name)
