"""Can young people reach help, and ask for it themselves? Wards out of reach, and wards where others must refer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pandas as pd

from analysis.facts.supply import AGES, services_for
from analysis.finders.findings import FIND_OUT, NOTHING, PARTIAL, Finding
from analysis.scene import Scene, services_by_area

# Whoever of these refers, young people come by themselves, or bring one another.
OPEN_TO_ALL = ("self", "peer")

_OUT_OF_REACH = (
    "{short} of {whole} young people aged 10-17 live more than {metres} m in a straight line from every recorded place "
    "of a service for them"
)
_COMES = "; {n} reached online or at home here"
_PERHAPS = "; of {n} for here nobody recorded a place"
_PLACE_UNSAID = "For {n} of {whole:services} nobody recorded where they meet young people"
_REFERRED = "{whole:services} for young people here, and each is recorded as taking referral by others only"
_ACCESS_UNSAID = "For {n} of {whole:services} nobody recorded who can refer"


def reaching(scene: Scene) -> Iterator[Finding]:
    """Yield wards with young people out of reach, wards without self-referral, and what is not recorded of either."""
    yield from out_of_reach(scene)
    yield from places_unsaid(scene)
    yield from self_referral(scene)


def out_of_reach(scene: Scene) -> Iterator[Finding]:
    """Yield the cells of wards in which some, or all, are out of reach of every recorded place of a service.

    In an authority in which of no service anybody said that it is for young people, nobody can tell: what they need was
    not recorded. A service for the ward whose place nobody recorded may be within reach: then it is not held that
    nothing is.
    """
    found, told = scene.accessibility, _told(scene)
    wards = {row["ward"]: row for row in found.wards}
    for row in found.cells:
        ward = wards[row["ward"]]
        if row["within_reach"] is None or not ward["people_out_of_reach"] or scene.authority(row["cell"]) not in told:
            continue
        nobody = not ward["people_within_reach"] and not ward["services_place_not_recorded"]
        yield Finding(
            kind="low_access",
            topic="",
            about=row["cell"],
            area=row["ward"],
            band=NOTHING if nobody else PARTIAL,
            because=_out_of_reach(
                found.parameters["within_m"], ward["services_without_travel"], ward["services_place_not_recorded"]
            ),
            short=0.0 if row["within_reach"] else float(row["people"]),
            whole=float(row["people"]),
        )


def _told(scene: Scene) -> set[str | None]:
    """Return the authorities for which a service is recorded that is said to be for young people."""
    services = services_for(scene.landscape, ages=AGES)
    said = set(services.index[~services["unsaid"] | services["for_whom"].notna()])
    links = pd.concat([scene.landscape.links(type)[["start", "end"]] for type in ("SERVES", "DELIVERS")])
    return {scene.authority(end) for end in links["end"][links["start"].isin(said)].unique()}


def _out_of_reach(within_m: float, remote: int, not_placed: int) -> str:
    text = _OUT_OF_REACH.replace("{metres}", f"{within_m:,.0f}")
    text += _COMES.format(n=f"{remote} service{'s' if remote != 1 else ''}") if remote else ""
    return text + (_PERHAPS.format(n=f"{not_placed} service{'s' if not_placed != 1 else ''}") if not_placed else "")


def places_unsaid(scene: Scene) -> Iterator[Finding]:
    """Yield the services of which nobody recorded where they meet young people; online and at home are places."""
    services = services_for(scene.landscape, ages=AGES)
    missing = scene.accessibility.places_not_recorded
    for id in services.index[services["inside"]]:
        yield Finding(
            kind="missing_data",
            topic="places",
            about=str(id),
            area=scene.home(str(id)),
            band=FIND_OUT,
            because=_PLACE_UNSAID,
            short=float(id in missing),
            words={"what": "places of services"},
        )


def self_referral(scene: Scene) -> Iterator[Finding]:
    """Yield wards whose every service is recorded as taking referral by others only.

    Where none is known to be open to young people and of some nobody recorded who can refer, that is to be found out.
    """
    services = services_for(scene.landscape, ages=AGES)
    access, open_access = services["access"].to_dict(), services["open_access"].to_dict()
    unknown: dict[str | None, set[str]] = defaultdict(set)
    looked_at: dict[str | None, set[str]] = defaultdict(set)
    for area, ids in sorted(services_by_area(scene, ("SERVES", "DELIVERS")).items()):
        here = sorted(id for id in ids if id in access)
        if not here or any(access[id] in OPEN_TO_ALL or open_access[id] is True for id in here):
            continue
        silent = [id for id in here if not isinstance(access[id], str)]
        if not silent:
            yield _referred(area, here)
        unknown[scene.authority(area)] |= set(silent)
        looked_at[scene.authority(area)] |= set(here)
    for scope, ids in looked_at.items():
        yield from (_access_unsaid(id, scope, id in unknown[scope]) for id in sorted(ids))


def _referred(area: str, services: list[str]) -> Finding:
    return Finding(
        kind="self_referral",
        topic="",
        about=area,
        area=area,
        band=NOTHING,
        because=_REFERRED,
        short=len(services),
        whole=len(services),
        alone=True,
        members=tuple(services),
        cites=tuple(services),
    )


def _access_unsaid(id: str, scope: str | None, unknown: bool) -> Finding:
    return Finding(
        kind="missing_data",
        topic="access",
        about=id,
        area=scope,
        band=FIND_OUT,
        because=_ACCESS_UNSAID,
        short=float(unknown),
        words={"what": "who can refer to services"},
    )
