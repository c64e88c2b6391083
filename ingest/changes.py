"""What does a person mean to change? Texts read as the cells of an import are, so that an edit is held to the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from graphmodel.errors import InputError, UnknownName
from graphmodel.issues import Issue
from graphmodel.schema import NODE_TYPES, Field, link_fields, node_fields
from ingest.cells import Cells, Teller
from ingest.privacy import personal_value

# Worth saying of a file; of what a person types just now it is no reason to refuse it.
_HARMLESS = frozenset({"hours_partly", "hours_unread"})


def changes_of(name: str, texts: Mapping[str, str]) -> dict[str, Any]:
    """Return what ``edits.edit`` takes, from texts as in a file; a blank text makes the value unknown.

    ``name`` is a label or a link type. Raises UnknownName for a field it does not have, and InputError for a text the
    field cannot take or that looks like data of a person (which is never repeated).
    """
    fields = node_fields(name) if name in NODE_TYPES else link_fields(name)
    changes: dict[str, Any] = {}
    for field_name, text in texts.items():
        if field_name not in fields:
            raise UnknownName(f"{name} has no field '{field_name}'; it has {', '.join(fields)}.")
        if fields[field_name].kind in ("point", "geometry"):
            raise InputError(f"'{field_name}' of {name} cannot be changed here; correct it in its file and load that.")
        changes |= _read(fields[field_name], text, name)
    return changes


def check_words(text: str, what: str) -> None:
    """Raise InputError where words of a person about ``what`` look like data of a person."""
    if found := personal_value(text):
        raise InputError(f"The {what} looks like it holds {found}; nothing about a person is kept.")


def assignments(pairs: Iterable[str]) -> dict[str, str]:
    """Return field -> text of ``field=value`` pairs; raises InputError for one without ``=``."""
    found = {}
    for pair in pairs:
        name, sign, text = pair.partition("=")
        if not sign or not name.strip():
            raise InputError(f"'{pair}' is no change; write it as field=value, or field= to make it unknown.")
        found[name.strip()] = text
    return found


def _read(field: Field, text: str, name: str) -> dict[str, Any]:
    told: list[Issue] = []
    found = dict(Cells(Teller("edit", told.append)).read(field, text, 1, name))
    for issue in told:
        if issue.code not in _HARMLESS:
            reason, _, _done = issue.message.rpartition(";")
            raise InputError(f"{field.name}: {reason or issue.message} (nothing was changed).")
    return {name: found.get(name) for name in field.properties}
