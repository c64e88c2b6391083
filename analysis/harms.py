"""Which harms have a response, which schools one to exclusion, and where do several services do the same?"""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from analysis.availability import services_here
from analysis.facts.provision import current_services
from analysis.results import Result, known
from analysis.scene import Scene, services_by_area
from graphmodel.codes import code_list
from graphmodel.landscape import Landscape

SOME, NONE_RECORDED, NOT_KNOWN = "some", "none_recorded", "not_known"
_RESPONSES = ("at_school", "for_its_area", NONE_RECORDED, NOT_KNOWN)
RELOCATION, EXCLUSION = "alternative_to_relocation", "response_to_exclusion"

_NOT_RECORDED = "A harm that nobody recorded of a place or a need is not said not to happen there."
_UNSAID = "Services that do not say to which harms they respond may respond to any of them."
_NOT_RANKED = "Schools are in the order of their names, never ranked."
_SEVERAL = (
    "Several services for the same are not too many: they may be full, or serve different ages or places. A service "
    "whose harms or approach nobody recorded is not compared."
)


def harms(landscape: Landscape) -> Result:
    """Return for each harm how many current services here respond to it, and where it is recorded.

    Rows in the order of the code list, then what users' data has beside it: ``services``, of which ``level_2`` and
    ``alternatives_to_relocation``; ``services_of_unknown_harms``; ``contexts`` and ``needs`` of which it is recorded;
    ``provision``: some, none_recorded, or not_known where no service says to which harms it responds.
    """
    services = services_here(landscape)
    unknown = sum(not codes for codes in services["harms"])
    contexts, needs = (frame[frame["inside"]] for frame in map(landscape.nodes, ("Context", "Need")))
    recorded = {code for frame in (services, contexts) for codes in frame["harms"] for code in codes or ()}
    recorded |= set(needs["harm"].dropna())
    codes = code_list("harms")
    rows = [
        _harm_row(harm, codes.get(harm, harm), services, contexts, needs, unknown)
        for harm in [*codes, *sorted(recorded - codes.keys())]
    ]
    return Result(
        name="harms",
        parameters={},
        area=landscape.area,
        as_of=landscape.as_of,
        caveats=(_NOT_RECORDED, *((_UNSAID,) if unknown else ())),
        sources=tuple(landscape.sources(("Service", "Context", "Need"), ("DELIVERS", "SERVES", "TARGETS"))),
        summary={
            "services": len(services),
            "services_of_unknown_harms": unknown,
            **{answer: sum(row["provision"] == answer for row in rows) for answer in (SOME, NONE_RECORDED, NOT_KNOWN)},
        },
        rows=tuple(rows),
    )


def _harm_row(
    harm: str, label: str, services: pd.DataFrame, contexts: pd.DataFrame, needs: pd.DataFrame, unknown: int
) -> dict[str, Any]:
    responding = services[np.array([harm in (codes or ()) for codes in services["harms"]], bool)]
    silent = unknown == len(services)
    return {
        "harm": harm,
        "label": label,
        "provision": SOME if len(responding) else NOT_KNOWN if silent else NONE_RECORDED,
        "services": len(responding),
        "level_2": int(responding["level"].isin(["L2", "both"]).sum()),
        "not_yet_coded": int(responding["level"].isna().sum()),
        "alternatives_to_relocation": sum(RELOCATION in (codes or ()) for codes in responding["purposes"]),
        "purposes_not_recorded": int(responding["purposes"].isna().sum()),
        "services_of_unknown_harms": unknown,
        "contexts": sum(harm in (codes or ()) for codes in contexts["harms"]),
        "needs": int((needs["harm"] == harm).sum()),
    }


def exclusion(landscape: Landscape) -> Result:
    """Return for each school and alternative provision inside which services respond to exclusion there.

    Rows by name: ``at_school`` (they work on it), ``for_its_area`` (they are for its ward, or wider), and
    ``purposes_not_recorded``: services of its ward that may. ``response``: at_school, for_its_area, none_recorded, or
    not_known where a service does not say, or none is recorded at all.
    """
    scene = Scene(landscape, within_m=400, k=1)
    services = current_services(landscape)
    responding = {id for id, codes in services["purposes"].items() if EXCLUSION in (codes or ())}
    silent = {id for id, codes in services["purposes"].items() if not codes}
    targets = landscape.links("TARGETS")
    at_school = targets[targets["start"].isin(responding)].groupby("end")["start"].agg(set).to_dict()
    for_area = services_by_area(scene)
    schools = scene.inside("Context")
    schools = schools[schools["kind"].isin(["school", "alternative_provision"])]
    rows = []
    for id, name in sorted(schools["name"].items(), key=lambda item: (item[1], item[0])):
        area = scene.home(str(id))
        near = for_area.get(area or "", set())
        here, around = at_school.get(id, set()), near & responding - at_school.get(id, set())
        rows.append(
            {
                "school": id,
                "name": name,
                "area": area,
                "area_name": scene.name(area) if area else None,
                "response": _response(bool(here), bool(around), bool(near) and not near & silent),
                "at_school": sorted(map(scene.name, here)),
                "for_its_area": sorted(map(scene.name, around)),
                "purposes_not_recorded": len(near & silent),
            }
        )
    return Result(
        name="exclusion",
        parameters={},
        area=landscape.area,
        as_of=landscape.as_of,
        caveats=(_NOT_RANKED, "A service whose purposes nobody recorded may respond to exclusion too."),
        sources=tuple(landscape.sources(("Service", "Context"), ("DELIVERS", "SERVES", "TARGETS"))),
        summary={
            "schools": len(rows),
            **{answer: sum(row["response"] == answer for row in rows) for answer in _RESPONSES},
        },
        rows=tuple(rows),
    )


def _response(at_school: bool, for_its_area: bool, all_say: bool) -> str:
    return _RESPONSES[0] if at_school else _RESPONSES[1] if for_its_area else NONE_RECORDED if all_say else NOT_KNOWN


def duplication(landscape: Landscape) -> Result:
    """Return where more than one current service is for the same area, harm, group and approach.

    A row for each harm, group (None: made for nobody in particular) and approach with the same services; ``areas`` are
    the wards where all of them are. ``ages_overlap``: two of them are for a common age; None where nobody can tell. The
    most services first.
    """
    scene = Scene(landscape, within_m=400, k=1)
    services = current_services(landscape)
    says_harms = np.array([bool(codes) for codes in services["harms"]], bool)
    told = services[says_harms & services["approach"].notna().to_numpy(bool)]
    same: dict[tuple[str, str, str, tuple[str, ...]], list[str]] = defaultdict(list)
    for area, ids in sorted(services_by_area(scene).items()):
        for key, found in _alike(told[told.index.isin(ids)]).items():
            if len(found) > 1:
                same[*key, tuple(sorted(found))].append(area)
    rows = [_same_row(scene, told, *key, areas) for key, areas in same.items()]
    rows.sort(
        key=lambda row: (-len(row["services"]), row["harm"], row["group"] or "", row["approach"], row["services"])
    )
    return Result(
        name="duplication",
        parameters={},
        area=landscape.area,
        as_of=landscape.as_of,
        caveats=(_SEVERAL,),
        sources=tuple(landscape.sources(("Service",), ("DELIVERS", "SERVES", "TARGETS"))),
        summary={
            "rows": len(rows),
            "services": len({id for row in rows for id in row["services"]}),
            "areas": len({area for row in rows for area in row["areas"]}),
            "services_not_compared": len(services) - len(told),
        },
        rows=tuple(rows),
    )


def _alike(services: pd.DataFrame) -> dict[tuple[str, str, str], set[str]]:
    """Return (harm, group or blank, approach) -> services."""
    found: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    columns = (services[name] for name in ("harms", "made_for", "approach"))
    for id, codes, groups, approach in zip(services.index, *columns, strict=True):
        for harm in codes:
            for group in groups or ("",):
                found[harm, group, approach].add(str(id))
    return found


def _same_row(
    scene: Scene,
    services: pd.DataFrame,
    harm: str,
    group: str,
    approach: str,
    ids: tuple[str, ...],
    areas: list[str],
) -> dict[str, Any]:
    return {
        "harm": harm,
        "group": group or None,
        "approach": approach,
        "names": [scene.name(id) for id in ids],
        "area_names": [scene.name(area) for area in areas],
        "services": list(ids),
        "areas": areas,
        "ages_overlap": _overlap([tuple(services.loc[id, ["minimum_age", "maximum_age"]]) for id in ids]),
    }


def _overlap(ages: list[tuple[Any, ...]]) -> bool | None:
    """Return whether two of these age ranges have an age in common; None where an unknown bound decides."""
    doubtful = False
    for (low, high), (low_2, high_2) in combinations(ages, 2):
        apart = any(
            a is not None and b is not None and a > b
            for a, b in ((known(low), known(high_2)), (known(low_2), known(high)))
        )
        if not apart:
            if None not in map(known, (low, high, low_2, high_2)):
                return True
            doubtful = True
    return None if doubtful else False
