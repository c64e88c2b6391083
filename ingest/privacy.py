"""Is this about a person? The gate every cell passes before it may be stored: known columns, then values."""

from __future__ import annotations

import re

# Columns that hold personal data wherever they occur, as their words run once marks are taken away.
_PERSONAL_COLUMN = re.compile(
    r"""
    \b(head\s?teacher|head\s?(name|first\s?name|last\s?name|title|preferred\s?job\s?title)|trustees?|contact\s?name
    |contact\s?person|key\s?contact|named\s?contact|licen[cs]e\s?holder|licensee|first\s?name|last\s?name|surname
    |fore\s?names?|middle\s?names?|given\s?names?|full\s?name|date\s?of\s?birth|birth\s?date|d\s?o\s?b|upn
    |unique\s?pupil\s?number|nhs\s?(number|no)|national\s?insurance(\s?(number|no))?|ni\s?(number|no)|phone
    |tele?phone|tel|mobile|fax|e\s?mail|crime\s?id|social\s?worker|key\s?worker|next\s?of\s?kin
    |beneficial\s?owner|proprietor|manager\s?name|owner\s?name|principal\s?name|staff\s?name|pupil\s?name
    |child\s?name|young\s?person(\s?name)?|victim|suspect|passport|home\s?address|gender\s?of\s?(child|person)
    |ethnicity\s?of\s?(child|person))\b
    """,
    re.VERBOSE,
)


def is_personal_column(name: str) -> bool:
    """Return whether a column of this name holds personal data by its nature and is dropped unread."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return bool(_PERSONAL_COLUMN.search(re.sub(r"[^a-z0-9]+", " ", words.casefold())))
