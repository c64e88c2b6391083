"""Why could the program not go on? Each error is one sentence that says what to do, with the exit code it ends in."""

from __future__ import annotations


class LandscapeError(Exception):
    """Base of the errors a person is meant to read."""

    exit_code = 2


class InputError(LandscapeError, ValueError):
    """Something given on the command line, in a file's frame or in a setting cannot be used."""


class UnknownName(LandscapeError, LookupError):
    """No area, query, analysis, node or source of that name."""


class Refused(LandscapeError, PermissionError):
    """A query may not run: it would write, read files or the network, or leave the landscape."""


class StoreUnavailable(LandscapeError, ConnectionError):
    """The store is not reachable, not ours, of a newer schema, or broken."""

    exit_code = 3


class StoreLocked(LandscapeError, TimeoutError):
    """Somebody else is loading."""

    exit_code = 3


class EditConflict(LandscapeError, RuntimeError):
    """Somebody else changed the same since it was looked at."""
