"""Does anyone know? What nobody recorded of the guardians of an area."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analysis.facts.provision import homes
from analysis.finders.findings import FIND_OUT, Finding
from analysis.scene import Scene

_WORDS = {
    "engagement": (
        "engagement",
        "No engagement recorded for {n} of {whole:venues}: whether they act as guardians is not known",
    ),
    "hours": ("opening hours", "Hours unknown for {n} of {whole:venues}"),
    "stance": (
        "stance",
        "For {n} of {whole:active guardians} nobody recorded whether they care, report or enforce",
    ),
    "training": (
        "training date",
        "For {n} of {whole:active guardians} nobody recorded until when their training holds",
    ),
}


def unknowns(scene: Scene) -> Iterator[Finding]:
    """Yield guardians inside whose engagement, hours, stance or training date nobody recorded.

    One of whom it is recorded has ``short`` 0: it adds to the whole of its area, and is no member of the merged row.
    """
    frame = scene.frame("Guardian")
    inside = frame["inside"].to_numpy(bool)
    states = scene.states
    able = states.cover | states.watch | states.stance_unknown
    asked = {
        "engagement": (np.ones(len(frame), bool), ~states.engaged),
        "hours": (np.ones(len(frame), bool), ~scene.landscape.hours("Guardian").known),
        "stance": (able, states.stance_unknown),
        "training": (able, states.training_unknown),
    }
    home = homes(scene.landscape, "Guardian").tolist()
    for topic, (among, missing) in asked.items():
        what, because = _WORDS[topic]
        for i in np.flatnonzero(inside & among).tolist():
            id = str(frame.index[i])
            yield Finding(
                kind="missing_data",
                topic=topic,
                about=id,
                area=home[i],
                band=FIND_OUT,
                because=because,
                short=float(missing[i]),
                whole=1.0,
                words={"what": what},
            )
