"""What the landscape is, and where it is kept.

``from graphmodel import open_store, Landscape`` is what a notebook needs; both are imported when first asked for, so
that a command which needs neither starts at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphmodel.landscape import Landscape
    from graphmodel.settings import load_settings
    from graphmodel.store import open_store

__all__ = ["Landscape", "load_settings", "open_store"]

_WHERE = {"Landscape": "landscape", "load_settings": "settings", "open_store": "store"}


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'graphmodel' has no attribute '{name}'")
    return getattr(import_module(f"graphmodel.{_WHERE[name]}"), name)
