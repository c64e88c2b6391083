"""What falls short, one place at a time? Single findings, before they are merged into the gap list."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from analysis.scene import Scene
from graphmodel.landscape import REVIEW_OVERDUE

NAMED, NOTHING, ENDS_SOON, PARTIAL, FIND_OUT = "A", "B", "C", "D", ""
SOON_MONTHS, AHEAD_MONTHS = 6, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that falls short, or that nobody recorded (``band`` is then blank).

    Findings of one kind, band and topic in one area become one row, unless ``alone``. ``short`` of ``whole`` is what is
    missing. ``because`` may use {n:places} (members), {short} and {whole:hours} of the merged row; ``words`` fill the
    wording of the kind. One with ``short`` 0 is not missing: it adds to the whole of its row, and is no member.
    ``cites`` are the nodes whose source says so (by default what it is about), ``source_rows`` and ``sources`` more.
    ``concerns`` are the places or the one Need whose people it concerns, where these are not those of what it is about.
    """

    kind: str
    topic: str
    about: str
    area: str | None
    band: str
    because: str
    short: float = 1.0
    whole: float = 1.0
    alone: bool = False
    members: tuple[str, ...] = ()
    words: dict[str, Any] = field(default_factory=dict)
    cites: tuple[str, ...] = ()
    concerns: tuple[str, ...] = ()
    source_rows: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


def overdue(scene: Scene) -> np.ndarray:
    """Return where the concern of an inside context is overdue for review."""
    return (scene.inside("Context")["concern_now"] == REVIEW_OVERDUE).to_numpy(bool)
