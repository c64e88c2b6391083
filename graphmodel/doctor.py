"""What holds on this machine? Settings with their origins, versions, and whether the store answers."""

from __future__ import annotations

import platform
import re
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from graphmodel.errors import LandscapeError
from graphmodel.schema import SCHEMA_VERSION
from graphmodel.settings import Settings

PACKAGES = (
    "guardianship-landscape",
    "neo4j",
    "arcadedb-embedded",
    "streamlit",
    "plotly",
    "pyvis",
    "networkx",
    "pandas",
)


def examine(settings: Settings) -> dict[str, dict[str, Any]]:
    """Return sections ``settings``, ``versions`` and ``store``; passwords are never in it."""
    return {"settings": _settings(settings), "versions": _versions(), "store": _store(settings)}


def _settings(settings: Settings) -> dict[str, str]:
    shown = {name: getattr(settings, name) for name in settings.origins}
    shown["neo4j_password"] = "(given)" if settings.neo4j_password else "(none)"
    # The store refuses an address with a password in it; until then it must not be shown either.
    shown["neo4j_uri"] = re.sub(r"//[^/]*@", "//(hidden)@", settings.neo4j_uri)
    return {name: f"{value}  [{settings.origins[name]}]" for name, value in shown.items()}


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version(), "schema": str(SCHEMA_VERSION)}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def _store(settings: Settings) -> dict[str, Any]:
    from graphmodel.store import open_store

    try:
        with open_store(settings) as store:
            counts = store.counts()
            return {"reachable": True, "kind": store.kind, "database": store.name, "version": store.version(), **counts}
    except LandscapeError as error:
        return {"reachable": False, "because": str(error)}
