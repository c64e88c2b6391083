"""Does anything change the context? Which services reach it, at which level and by which approach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.findings import FIND_OUT, NAMED, NOTHING, Finding, Scene
from analysis.pairs import pairs_within
from analysis.provision import current_services, positions, targeting
from graphmodel.landscape import WALK_M

_LEVEL_2 = ("L2", "both")
_NO_LEVEL_2 = "Every service that reaches these places is coded, and none works on them at Level 2"
_NO_SERVICE = "No service is recorded that reaches {n:places}"
_NO_TARGETS = "For {n:Level 2 services} nobody recorded which places they work on"
_BEHAVIOUR = "{whole:services} recorded here, every one coded and behaviour-based"
_NOT_CODED = "{n:services} not yet coded: level, approach or lens is open"


class Responses:
    """Which current services reach which inside contexts: they work on it, serve its area, or have a session near.

    Near is within the service's own catchment, or a 35-minute walk; a session without a point reaches its ward.
    """

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.services = current_services(scene.landscape)
        work = targeting(scene.landscape)
        self.work = work[work["context"].isin(scene.inside("Context").index)]
        self.all_targets = set(work["id"])

    @cached_property
    def of_context(self) -> dict[str, set[str]]:
        """Inside context -> services that reach it."""
        found: dict[str, set[str]] = {id: set() for id in self.scene.inside("Context").index}
        for context, id in zip(self.work["context"], self.work["id"], strict=True):
            if id in self.services.index:
                found[context].add(id)
        by_area = self._by_area()
        for context, areas in self._areas_of_contexts().items():
            for area in areas:
                found[context] |= by_area.get(area, set())
        for context, service in self._near():
            found[context].add(service)
        return found

    @cached_property
    def of_area(self) -> dict[str, set[str]]:
        """Home area inside -> services that serve it or what holds it, meet there, or work on a place there."""
        scene = self.scene
        areas = scene.inside("Area")
        found = {str(id): set[str]() for id in areas.index[areas["level"] == scene.home_level]}
        served = self._by_area()
        for area, services in found.items():
            for whole in {area} | scene.wholes(area):
                services |= served.get(whole, set())
        for context, id in zip(self.work["context"], self.work["id"], strict=True):
            home = scene.home(context)
            if home in found and id in self.services.index:
                found[home].add(id)
        for service, session in self._deliveries():
            home = scene.home(session)
            if home in found:
                found[home].add(service)
        return found

    def level_2(self, context: str, kind: str) -> bool:
        """Return whether a Level 2 response works on the context, or reaches it and is meant for its kind."""
        if context in self._targeted_at_level_2:
            return True
        reaching = self.of_context[context] & self._level_2_services
        return any(kind in (self.services["target_kinds"][id] or ()) for id in reaching)

    def level_2_aim_unknown(self, context: str) -> bool:
        """Return whether a Level 2 service reaches the context of which nobody recorded what places it works on."""
        return bool(self.of_context[context] & self.aimless)

    @cached_property
    def aimless(self) -> set[str]:
        """Level 2 services with neither places nor kinds of place recorded that they work on."""
        return {
            id for id in self._level_2_services if not self.services["target_kinds"][id] and id not in self.all_targets
        }

    @cached_property
    def _level_2_services(self) -> set[str]:
        return set(self.services.index[self.services["level"].isin(_LEVEL_2)].tolist())

    @cached_property
    def _targeted_at_level_2(self) -> set[str]:
        return set(self.work["context"][self.work["level"].isin(_LEVEL_2)])

    @cached_property
    def uncoded(self) -> set[str]:
        """Services without a level: not yet coded."""
        return set(self.services.index[self.services["level"].isna()].tolist())

    def _by_area(self) -> dict[str, set[str]]:
        """Area -> services that serve it, or meet in it without a point."""
        found: dict[str, set[str]] = defaultdict(set)
        links = self.scene.landscape.links("SERVES")
        for service, area in zip(links["start"], links["end"], strict=True):
            if service in self.services.index:
                found[area].add(service)
        sessions = self.scene.frame("Session")
        placed = set(sessions.index[sessions["x"].notna()])
        for service, session in self._deliveries():
            home = self.scene.home(session)
            if session not in placed and home:
                found[home].add(service)
        return found

    def _deliveries(self) -> Iterator[tuple[str, str]]:
        links = self.scene.landscape.links("DELIVERS")
        for service, session in zip(links["start"], links["end"], strict=True):
            if service in self.services.index:
                yield service, session

    def _areas_of_contexts(self) -> dict[str, set[str]]:
        contexts = self.scene.inside("Context").index
        links = self.scene.landscape.links("WITHIN")
        links = links[links["start"].isin(contexts)]
        found: dict[str, set[str]] = defaultdict(set)
        for context, area in zip(links["start"], links["end"], strict=True):
            found[context].add(area)
        for context in contexts:
            home = self.scene.home(context)
            found[context] |= self.scene.wholes(home) if home else set()
        return found

    def _near(self) -> Iterator[tuple[str, str]]:
        landscape = self.scene.landscape
        contexts, sessions = self.scene.frame("Context"), self.scene.frame("Session")
        inside = contexts["inside"].to_numpy(bool)
        deliveries = [(service, session) for service, session in self._deliveries()]
        where = sessions.index.get_indexer(pd.Index([session for _, session in deliveries], dtype=object))
        catchment = self.services["catchment_m"].fillna(WALK_M)
        reach_m = np.array([catchment[service] for service, _ in deliveries], float)
        points = positions(landscape, "Session")[0][where]
        here = positions(landscape, "Context")[0][inside]
        pairs = pairs_within(here, points, float(reach_m.max(initial=0.0)))
        close = pairs.metres <= reach_m[pairs.indices]
        ids = contexts.index[inside]
        for row, index in sorted(set(zip(pairs.rows[close].tolist(), pairs.indices[close].tolist(), strict=True))):
            yield ids[row], deliveries[index][0]


def responses(scene: Scene) -> Iterator[Finding]:
    """Yield contexts with no Level 2 response, areas with behaviour-based ones only, and what is not coded."""
    found = Responses(scene)
    yield from _contexts(scene, found)
    yield from _areas(scene, found)
    yield from _uncoded(scene, found)


def _contexts(scene: Scene, found: Responses) -> Iterator[Finding]:
    contexts = scene.inside("Context")
    for id, kind in zip(contexts.index, contexts["kind"], strict=True):
        reaching = found.of_context[id]
        if found.level_2(id, kind) or reaching & found.uncoded or found.level_2_aim_unknown(id):
            continue  # there is one, or nobody can tell
        named, basis = scene.named.get(id, (None, None))
        if not reaching:
            yield Finding(
                kind="missing_data",
                topic="services",
                about=id,
                area=scene.home(id),
                band=FIND_OUT,
                because=_NO_SERVICE,
                words={"what": "services"},
            )
            continue
        yield Finding(
            kind="no_level_2",
            topic="",
            about=id,
            area=scene.home(id),
            band=NAMED if named else NOTHING,
            because=f"{_NO_LEVEL_2}; {named}" if named else _NO_LEVEL_2,
            alone=bool(named) or id in scene.needs,
            cites=(id, *((basis,) if basis else ()), *sorted(reaching)),
        )


def _areas(scene: Scene, found: Responses) -> Iterator[Finding]:
    approach = found.services["approach"]
    for area, services in sorted(found.of_area.items()):
        if services and all(approach[id] == "behaviour_based" for id in services):
            yield Finding(
                kind="behaviour_only",
                topic="",
                about=area,
                area=area,
                band=NOTHING,
                because=_BEHAVIOUR,
                short=len(services),
                whole=len(services),
                alone=True,
                members=tuple(sorted(services)),
                cites=tuple(sorted(services)),
            )


def _uncoded(scene: Scene, found: Responses) -> Iterator[Finding]:
    services = found.services[found.services["inside"]]
    open_codes = services[["level", "approach", "lens"]].isna().any(axis=1)
    for topic, what, because, ids in (
        ("coding", "coding of services", _NOT_CODED, services.index[open_codes].tolist()),
        ("targets", "places that Level 2 services work on", _NO_TARGETS, sorted(found.aimless & set(services.index))),
    ):
        for id in ids:
            yield Finding(
                kind="missing_data",
                topic=topic,
                about=id,
                area=scene.home(id),
                band=FIND_OUT,
                because=because,
                words={"what": what},
            )
