"""Does anything change the context? Who works on it, at which level, and by which approach in its area."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from analysis.facts.provision import current_services, targeting
from analysis.finders.findings import FIND_OUT, NAMED, NOTHING, Finding
from analysis.scene import Scene, services_by_area

_LEVEL_2 = ("L2", "both")
_LEVEL_1_ONLY = "Every service that works here is coded, and none at Level 2"
_NO_RESPONSE = "For {n} of {whole:places} no service or action is recorded that works on them"
_BEHAVIOUR_HERE = "Every service that works here is coded, and every one is behaviour-based"
_BEHAVIOUR = "{whole:services} here or for a wider area, every one coded and behaviour-based"
_NOT_CODED = "{n} of {whole:services} not yet coded: level, approach or lens is open"


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
    at_work: dict[str, list[tuple[str, str | None, str | None]]] = defaultdict(list)
    for context, *rest in work[["context", "id", "level", "approach"]].itertuples(index=False):
        id, level, approach = (value if isinstance(value, str) else None for value in rest)
        at_work[context].append((str(id), level, approach))
    for context in scene.inside("Context").index:
        responses_here = at_work.get(context, [])
        services = [response for response in responses_here if response[0].startswith("service:")]
        yield _recorded(scene, context, bool(responses_here))
        if not services:
            continue
        if all(level for _, level, _ in services) and not any(level in _LEVEL_2 for _, level, _ in responses_here):
            yield _short(scene, context, "no_level_2", "", _LEVEL_1_ONLY, services)
        others = {approach for _, _, approach in responses_here if approach != "behaviour_based"}
        if not others - {None} and all(approach for _, _, approach in services):
            yield _short(scene, context, "behaviour_only", "context", _BEHAVIOUR_HERE, services)


def _short(
    scene: Scene, context: str, kind: str, topic: str, because: str, services: list[tuple[str, str | None, str | None]]
) -> Finding:
    named, basis = scene.named.get(context, (None, None))
    return Finding(
        kind=kind,
        topic=topic,
        about=context,
        area=scene.home(context),
        band=NAMED if named else NOTHING,
        because=f"{because}; {named}" if named else because,
        alone=bool(named) or context in scene.needs,
        cites=(context, *((basis,) if basis else ()), *sorted({id for id, _, _ in services})),
    )


def _recorded(scene: Scene, context: str, recorded: bool) -> Finding:
    return Finding(
        kind="missing_data",
        topic="responses",
        about=context,
        area=scene.home(context),
        band=FIND_OUT,
        because=_NO_RESPONSE,
        short=float(not recorded),
        words={"what": "responses"},
    )


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
    for id, is_open in open_codes.items():
        yield Finding(
            kind="missing_data",
            topic="coding",
            about=str(id),
            area=scene.home(str(id)),
            band=FIND_OUT,
            because=_NOT_CODED,
            short=float(is_open),
            words={"what": "coding of services"},
        )
