"""Which pages of the manual are shipped with the program? The methods, the values, the words, the questions."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_HERE = Path(__file__).resolve().parent
# In a wheel the pages lie beside this module; in a checkout they are part of the documentation.
_SHIPPED, _CHECKOUT = _HERE / "methods", _HERE.parent / "docs"
# What lies beside the methods in a wheel, and is none.
BESIDE = ("values", "words", "questions")


@cache
def text_of(name: str) -> str:
    """Return a page that lies beside the methods (Markdown), or nothing where it was not shipped."""
    found = [file for folder in (_SHIPPED, _CHECKOUT) if (file := folder / f"{name}.md").is_file()]
    return found[0].read_text("utf-8") if found else ""


@cache
def methods() -> dict[str, str]:
    """Return name -> text (Markdown) of every page on a method, by name."""
    folder = _SHIPPED if _SHIPPED.is_dir() else _CHECKOUT / "methods"
    return {file.stem: file.read_text("utf-8") for file in sorted(folder.glob("*.md")) if file.stem not in BESIDE}
