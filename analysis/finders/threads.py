"""What hangs by one thread? Single points of the network, guardians with nowhere to turn, help through police only."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.facts.network import dealings
from analysis.finders.findings import FIND_OUT, NAMED, NOTHING, PARTIAL, Finding
from analysis.fragility import single_points
from analysis.pathways import POLICE_ONLY, police_only
from analysis.scene import Scene

# A partner with one link is cut off by whoever holds it: that alone is no finding about the network.
LEAST_CUT_OFF = 2

_POLICE = "Every recorded way to pass a worry or a young person on ends with police or leads through them"
_NOWHERE = "Its partners are recorded, and nobody among them to whom it passes a worry on"
_NOT_RECORDED = "For {n} of {whole:active guardians} nobody recorded whom they turn to with a worry"


def threads(scene: Scene) -> Iterator[Finding]:
    """Yield what hangs by one thread."""
    yield from _single_points(scene)
    yield from _ways_to_help(scene)
    yield from _no_escalation(scene)


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
    for row in police_only(scene.landscape, within_m=scene.within_m).rows:
        if row["route"] == POLICE_ONLY:
            id = row["id"]
            named, basis = scene.named.get(id, (None, None))
            yield Finding(
                kind="police_only",
                topic=row["label"].lower(),
                about=id,
                area=scene.home(id),
                band=NAMED if named else NOTHING,
                because=f"{_POLICE}; {named}" if named else _POLICE,
                alone=bool(named),
                cites=(id, basis) if basis else (id,),
            )


def _no_escalation(scene: Scene) -> Iterator[Finding]:
    """Yield active guardians without an escalation link: evidenced where other dealings of theirs were recorded."""
    escalating = set(dealings(scene.landscape, ["ESCALATES_TO"])["start"])
    partners = dealings(scene.landscape)
    met = set(partners["start"]) | set(partners["end"]) | set(scene.landscape.links("MEMBER_OF")["start"])
    guardians = scene.inside("Guardian")
    for id in guardians.index[guardians["stage"] == "active"]:
        if id not in escalating and id in met:
            yield Finding(kind="no_escalation", topic="", about=id, area=scene.home(id), band=NOTHING, because=_NOWHERE)
        yield Finding(
            kind="missing_data",
            topic="escalation",
            about=id,
            area=scene.home(id),
            band=FIND_OUT,
            because=_NOT_RECORDED,
            short=float(id not in escalating and id not in met),
            words={"what": "escalation"},
        )
