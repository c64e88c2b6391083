"""Where does the program write what it did? ``<data_dir>/logs``, rotated, and never a cell's value."""

from __future__ import annotations

import logging
import sys
from logging.handlers import RotatingFileHandler

from graphmodel.settings import Settings

LOGGER = logging.getLogger("landscape")


def start_logging(settings: Settings, *, verbose: bool = False) -> None:
    """Log to ``landscape.log`` in the data directory; with ``verbose`` also to standard error.

    A data directory that cannot be written is no reason to stop here: the store says so when it is needed.
    """
    LOGGER.setLevel(logging.DEBUG if verbose else logging.INFO)
    for handler in list(LOGGER.handlers):
        LOGGER.removeHandler(handler)
        handler.close()
    LOGGER.propagate = False
    try:
        folder = settings.data_dir / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        _add(RotatingFileHandler(folder / "landscape.log", maxBytes=1_000_000, backupCount=5, encoding="utf-8"))
    except OSError:
        LOGGER.addHandler(logging.NullHandler())
    if verbose:
        _add(logging.StreamHandler(sys.stderr))


def _add(handler: logging.Handler) -> None:
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(message)s"))
    LOGGER.addHandler(handler)
