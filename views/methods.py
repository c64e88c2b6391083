"""Can I believe it? The pages on each method, as they are shipped with the program."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from urllib.parse import quote

from analysis import ANALYSES

VALUES = "values"

_HERE = Path(__file__).resolve().parent
# In a wheel the pages lie beside this module; in a checkout they are part of the documentation.
_FOLDERS = (_HERE / "methods", _HERE.parent / "docs" / "methods")
_LINK = re.compile(r"\]\((?:\.\./)?(?:methods/)?(\w+)\.md(?:#\w+)?\)")


@cache
def pages() -> dict[str, str]:
    """Return name -> text (Markdown) of every page on a method, the values behind the tool first."""
    folder = next((folder for folder in _FOLDERS if folder.is_dir()), _FOLDERS[-1])
    beside = folder / "values.md" if (folder / "values.md").is_file() else folder.parent / "values.md"
    found = {VALUES: beside.read_text("utf-8")} if beside.is_file() else {}
    return found | {file.stem: file.read_text("utf-8") for file in sorted(folder.glob("*.md")) if file != beside}


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
