"""What did people change? (being written)"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphmodel.cypher import Statements


@dataclass(frozen=True, slots=True)
class Edit:
    """One entry."""

    id: str


def edit(store: Statements, id: str, changes: Mapping[str, Any], team: str) -> list[Edit]:
    """Not yet."""
    raise NotImplementedError


def history(store: Statements, id: str) -> list[Edit]:
    """Not yet."""
    raise NotImplementedError


def undo(store: Statements, team: str) -> Edit | None:
    """Not yet."""
    raise NotImplementedError
