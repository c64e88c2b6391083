"""Does anything change the context? Who works on it, at which level, and by which approach in its area."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from analysis.findings import FIND_OUT, NAMED, NOTHING, Finding, Scene
from analysis.provision import current_services, targeting

_LEVEL_1_ONLY = "Every service that works here is coded, and none at Level 2"
_NO_RESPONSE = "No service is recorded that works on {n:places}"
_BEHAVIOUR = "{whole:services} recorded here, every one coded and behaviour-based"
_NOT_CODED = "{n:services} not yet coded: level, approach or lens is open"


def responses(scene: Scene) -> Iterator[Finding]:
    """Yield contexts with no Level 2 response, areas with behaviour-based ones only, and what is not coded.

    A context is held to have no Level 2 response where services work on it (TARGETS) and every one is coded Level 1,
    and no action works on it at Level 2. Where none is recorded, or one is not coded, nobody can tell.
    """
    yield from _contexts(scene)
    yield from _areas(scene)
    yield from _uncoded(scene)


def _contexts(scene: Scene) -> Iterator[Finding]:
    work = targeting(scene.landscape)
    levels: dict[str, list[tuple[str, str | None]]] = defaultdict(list)
    for context, id, level in zip(work["context"], work["id"], work["level"], strict=True):
        levels[context].append((id, level if isinstance(level, str) else None))
    for context in scene.inside("Context").index:
        at_work = levels.get(context, [])
        services = sorted({id for id, _ in at_work if id.startswith("service:")})
        if any(level in ("L2", "both") for _, level in at_work):
            continue
        if not services:
            yield _not_recorded(scene, context)
        elif all(level for id, level in at_work if id in services):
            named, basis = scene.named.get(context, (None, None))
            yield Finding(
                kind="no_level_2",
                topic="",
                about=context,
                area=scene.home(context),
                band=NAMED if named else NOTHING,
                because=f"{_LEVEL_1_ONLY}; {named}" if named else _LEVEL_1_ONLY,
                alone=bool(named) or context in scene.needs,
                cites=(context, *((basis,) if basis else ()), *services),
            )


def _not_recorded(scene: Scene, context: str) -> Finding:
    return Finding(
        kind="missing_data",
        topic="responses",
        about=context,
        area=scene.home(context),
        band=FIND_OUT,
        because=_NO_RESPONSE,
        words={"what": "responses"},
    )


def services_by_area(scene: Scene) -> dict[str, set[str]]:
    """Return area inside, at the level gaps are gathered at -> current services there.

    They serve the area, a part of it or what holds it, have a session there, or work on a context there.
    """
    areas = scene.inside("Area")
    found: dict[str, set[str]] = {str(id): set() for id in areas.index[areas["level"] == scene.home_level]}
    running = set(current_services(scene.landscape).index)
    served: dict[str, set[str]] = defaultdict(set)
    for type in ("SERVES", "DELIVERS", "TARGETS"):
        links = scene.landscape.links(type)
        for service, end in zip(links["start"], links["end"], strict=True):
            home = end if type == "SERVES" else scene.home(end)
            if service in running and home:
                served[home].add(service)
                # A service for a part of the ward is one of the ward's; one for the borough is of each of its wards.
                for whole in scene.wholes(home) if type == "SERVES" else ():
                    if whole in found:
                        found[whole].add(service)
    for area, services in found.items():
        for whole in {area} | scene.wholes(area):
            services |= served.get(whole, set())
    return found


def _areas(scene: Scene) -> Iterator[Finding]:
    approach = current_services(scene.landscape)["approach"]
    for area, services in sorted(services_by_area(scene).items()):
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


def _uncoded(scene: Scene) -> Iterator[Finding]:
    services = current_services(scene.landscape)
    services = services[services["inside"]]
    open_codes = services[["level", "approach", "lens"]].isna().any(axis=1)
    for id in services.index[open_codes]:
        yield Finding(
            kind="missing_data",
            topic="coding",
            about=id,
            area=scene.home(id),
            band=FIND_OUT,
            because=_NOT_CODED,
            words={"what": "coding of services"},
        )
