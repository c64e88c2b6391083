"""Which settings hold, and where did each come from? Option, environment, ``landscape.toml``, then the default."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from platformdirs import user_data_path

from graphmodel.errors import InputError

FILE_NAME = "landscape.toml"
MINIMUM_THRESHOLD = 5

_MEANT = {
    "Path": "a folder",
    "Path | None": "a folder",
    "bool": "true or false",
    "int": "a whole number",
    "str": "text",
}

# The usual names of the Neo4j world; every other setting is LANDSCAPE_<NAME>.
_NEO4J = {
    "neo4j_uri": "NEO4J_URI",
    "neo4j_username": "NEO4J_USERNAME",
    "neo4j_password": "NEO4J_PASSWORD",
    "neo4j_database": "NEO4J_DATABASE",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. ``origins`` says of each name where its value came from."""

    data_dir: Path = field(default_factory=lambda: user_data_path("landscape", appauthor=False))
    codes_dir: Path | None = None
    demo: bool = False
    neo4j_uri: str = ""
    neo4j_username: str = "neo4j"
    neo4j_password: str = ""
    neo4j_database: str = "neo4j"
    threshold: int = 10
    timezone: str = "Europe/London"
    crs: str = ""
    listen: str = "127.0.0.1"
    port: int = 8501
    upload_mb: int = 50
    query_rows: int = 10_000
    query_seconds: int = 20
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def store_name(self) -> str:
        """Name of the database: real data and the demo are never mixed."""
        return "demo" if self.demo else "landscape"


def variable(name: str) -> str:
    """Return the environment variable of a setting."""
    return _NEO4J.get(name, f"LANDSCAPE_{name.upper()}")


def load_settings(options: Mapping[str, Any] | None = None, *, folder: Path | None = None) -> Settings:
    """Return the settings that hold in ``folder`` (default: the current one).

    ``options`` are those given on the command line; a value of None was not given. Raises InputError for an
    unknown key, or for a value that cannot be used.
    """
    try:
        file = (folder or Path.cwd()) / FILE_NAME
    except FileNotFoundError:
        raise InputError("The folder this runs in is gone; go to another one.") from None
    layers = (
        ("option", {k: v for k, v in (options or {}).items() if v is not None}),
        ("environment", {name: os.environ[variable(name)] for name in _names() if os.environ.get(variable(name))}),
        (str(file), _read_file(file)),
    )
    values: dict[str, Any] = {}
    origins = dict.fromkeys(_names(), "default")
    for origin, layer in layers:
        for name, value in layer.items():
            if name not in values:
                values[name] = _convert(name, value, origin)
                origins[name] = origin if origin != "environment" else variable(name)
    return Settings(**values, origins=origins)


def _names() -> list[str]:
    return [f.name for f in fields(Settings) if f.name != "origins"]


def _read_file(file: Path) -> dict[str, Any]:
    if not file.is_file():
        return {}
    try:
        found = tomllib.loads(file.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"{file} is not a TOML file ({error}); correct it or move it away.") from None
    except OSError as error:
        raise InputError(f"{file} cannot be read ({error.strerror}); allow it or move it away.") from None
    for name in found:
        if name not in _names():
            raise InputError(f"{file} has an unknown setting '{name}'; the settings are {', '.join(_names())}.")
    return found


def _convert(name: str, value: Any, origin: str) -> Any:
    default = {f.name: str(f.type) for f in fields(Settings)}[name]
    wrong = InputError(f"The setting {name} = {value!r} (from {origin}) cannot be used; it must be {_MEANT[default]}.")
    text = str(value).strip()
    if "\x00" in text or (default != "str" and not text):
        raise wrong
    if default in ("Path", "Path | None"):
        return _folder(name, text, origin)
    if default == "bool":
        if text.lower() not in ("1", "true", "yes", "on", "0", "false", "no", "off"):
            raise wrong
        return text.lower() in ("1", "true", "yes", "on")
    if default == "int":
        if not re.fullmatch("[0-9]{1,9}", text):
            raise wrong
        if name == "threshold" and int(text) < MINIMUM_THRESHOLD:
            raise InputError(f"The threshold (from {origin}) cannot be below {MINIMUM_THRESHOLD}.")
        return _in_range(name, int(text), origin)
    if name == "timezone":
        _check_zone(text, origin)
    return text


def _check_zone(text: str, origin: str) -> None:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        said = f"The setting timezone = {text!r} (from {origin}) is no time zone; give one such as Europe/London."
        raise InputError(said) from None


def _folder(name: str, text: str, origin: str) -> Path:
    folder = Path(text).expanduser().absolute()
    if name == "codes_dir" and not folder.is_dir():
        raise InputError(f"The setting codes_dir (from {origin}) names {folder}, which is no folder.")
    return folder


def _in_range(name: str, value: int, origin: str) -> int:
    least, most = (1, 65_535) if name == "port" else (1, 1_000_000)
    if not least <= value <= most:
        raise InputError(f"The setting {name} = {value} (from {origin}) must lie between {least:,} and {most:,}.")
    return value
