"""What was wrong with one cell, row or file? Issues are data: the table ``codes/issue_codes.csv`` words them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from graphmodel.codes import read_table

SEVERITIES = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding about the input.

    ``severity`` is *error* (the row or file was set aside), *warning* (something of it was) or *info*. ``value`` is
    the text found, shortened; it is always None where the cell may hold personal data.
    """

    file: str
    line: int | str | None
    field: str | None
    code: str
    value: str | None
    message: str
    severity: str

    def as_dict(self) -> dict[str, Any]:
        """Return the issue in the shape of the load report."""
        return asdict(self)

    @property
    def place(self) -> str:
        """``file:line`` as people read it."""
        return self.file if self.line is None else f"{self.file}:{self.line}"


@cache
def issue_codes() -> dict[str, dict[str, str]]:
    """Return code -> row of ``issue_codes.csv`` (code, severity, message, definition)."""
    return {row["code"]: row for row in read_table("issue_codes")}


def issue(
    code: str,
    file: str,
    *,
    line: int | str | None = None,
    field: str | None = None,
    value: object = None,
    **details: object,
) -> Issue:
    """Return the issue ``code``, worded from the table; ``details`` fill its message.

    Raises KeyError for a code or a detail the table does not know: that is a fault of the program.
    """
    row = issue_codes()[code]
    field = None if field is None else _shorten(plain_text(field))
    shown = None if value is None else _shorten(plain_text(str(value)))
    told = {name: plain_text(each) if isinstance(each, str) else each for name, each in details.items()}
    message = row["message"].format(field=field, value=shown, **told)
    return Issue(file, line, field, code, shown, message, row["severity"])


def plain_text(text: str) -> str:
    """Return a text that is safe on a terminal: what steers it (control and direction marks) and half characters go."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def _shorten(text: str, limit: int = 80) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
