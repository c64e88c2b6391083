"""One portable file of everything (being written)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from graphmodel.cypher import Statements


def write(store: Statements, path: Path) -> dict[str, Any]:
    """Not yet."""
    raise NotImplementedError


def restore(store: Statements, path: Path) -> dict[str, Any]:
    """Not yet."""
    raise NotImplementedError


def keep_before(store: Statements, why: str) -> Path:
    """Not yet."""
    raise NotImplementedError
