"""What hangs by one thread? Single points of the network, guardians with nowhere to turn, help through police only."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.findings import FIND_OUT, NAMED, NOTHING, PARTIAL, Finding, Scene
from analysis.fragility import single_points
from analysis.network import PASSING_ON, dealings
from analysis.pathways import NOWHERE, POLICE_ONLY, police_only

# A partner with one link is cut off by whoever holds it: that alone is no finding about the network.
LEAST_CUT_OFF = 2

_POLICE = "Every recorded way to pass a worry or a young person on ends with police or leads through them"
_NOWHERE = "An active guardian, and no way to pass a worry on is recorded, though such ways are recorded of others here"
_NOT_RECORDED = "For {n:active guardians} no way to pass a worry on is recorded, nor for any other guardian here"


def threads(scene: Scene) -> Iterator[Finding]:
    """Yield what hangs by one thread."""
    yield from _single_points(scene)
    yield from _ways_to_help(scene)


def _single_points(scene: Scene) -> Iterator[Finding]:
    for row in single_points(scene.landscape).rows:
        if row["partners_cut_off"] < LEAST_CUT_OFF:
            continue
        id, cut_off, others = row["partner"], row["partners_cut_off"], row["others"]
        yield Finding(
            kind="single_point",
            topic="",
            about=id,
            area=scene.home(id),
            band=PARTIAL,
            because=f"{cut_off} of the {others} other partners are joined to the rest through it alone",
            short=cut_off,
            whole=others,
            alone=True,
            members=tuple(row["cut_off"]),
            words={"count": cut_off},
            cites=(id,),
        )


def _ways_to_help(scene: Scene) -> Iterator[Finding]:
    recorded = _areas_with_ways(scene)
    for row in police_only(scene.landscape, within_m=scene.within_m).rows:
        id, is_guardian = row["id"], row["label"] == "Guardian"
        home = scene.home(id)
        if row["route"] == POLICE_ONLY:
            named, basis = scene.named.get(id, (None, None))
            yield Finding(
                kind="police_only",
                topic=row["label"].lower(),
                about=id,
                area=home,
                band=NAMED if named else NOTHING,
                because=f"{_POLICE}; {named}" if named else _POLICE,
                alone=bool(named),
                cites=(id, basis) if basis else (id,),
            )
        elif row["route"] == NOWHERE and is_guardian:
            known = bool(recorded & (scene.wholes(home) | {home} if home else set()))
            yield Finding(
                kind="no_escalation" if known else "missing_data",
                topic="" if known else "escalation",
                about=id,
                area=home,
                band=NOTHING if known else FIND_OUT,
                because=_NOWHERE if known else _NOT_RECORDED,
                words={} if known else {"what": "ways to pass a worry on"},
            )


def _areas_with_ways(scene: Scene) -> set[str]:
    """Return the districts in which somebody recorded how a guardian passes worries on.

    A district is the largest area below a region that holds the guardian's own.
    """
    found: set[str] = set()
    levels = scene.frame("Area")["level"]
    starts = {id for id in dealings(scene.landscape, PASSING_ON)["start"] if id.startswith("guardian:")}
    for id in starts:
        home = scene.home(id)
        if home:
            up = scene.wholes(home) | {home}
            found |= {area for area in up if levels.get(area) not in ("region", "country")}
    return found
