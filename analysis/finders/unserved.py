"""Which needs can no allocation of places serve? Each by itself, where somebody recorded the need."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analysis.facts.shortfall import GIVEN, MOST, Part, Problem, Shortfall
from analysis.finders.findings import FIND_OUT, NAMED, NOTHING, PARTIAL, Finding
from analysis.results import listed
from analysis.scene import Scene
from graphmodel.disclosure import ROUND_TO, round_people

_SAID_BY = {"named_in_plans": "plans", "young_people_said": "young people", "parents_said": "parents"}

_NOTHING_FITS = "No service is recorded that fits by age, harm, group and kind of response"
_CAPACITY = "Whether a recorded need can be met hangs on {n:services} whose places nobody recorded"
_REACH = "A recorded need may be served by {n:services} of which nobody recorded a place or an area"


def unserved(scene: Scene) -> Iterator[Finding]:
    """Yield needs that no allocation can serve in full, and services on whose places or reach it hangs whether it can.

    Residents are not need: where no need is recorded nothing is found. Needs may overlap, so each is held against all
    places by itself, and what is left over is left over in any case. Where a service fits of which nobody recorded a
    place or an area, nobody can tell.
    """
    problem, found = scene.unmet
    inside = problem.needs["inside"]
    places_open: set[int] = set()
    reach_open: set[int] = set()
    for row, id in enumerate(problem.needs.index):
        if id not in found:
            continue
        answer = found[id]
        fitting = problem.choice.fits[problem.choice.asks[row]]
        somewhere = np.flatnonzero(fitting & problem.services_nowhere)
        if not answer.unserved[GIVEN]:
            if answer.unserved[MOST] and not problem.known[answer.services].any():
                places_open.update(answer.services.tolist())
        elif len(somewhere):
            reach_open.update(somewhere.tolist())
        elif inside[id]:
            yield _unmet(scene, problem, id, answer, fitting=int(fitting.sum()))
    yield from _open(scene, problem, places_open, "capacity", "places a year", _CAPACITY)
    yield from _open(scene, problem, reach_open, "reach", "where services are", _REACH)


def _unmet(scene: Scene, problem: Problem, need: str, answer: Shortfall, *, fitting: int) -> Finding:
    said = _SAID_BY.get(str(problem.needs["basis"][need]))
    nothing = not len(answer.services)
    # A share is made of counts as they may be kept; those too small are one value.
    short, whole = (
        round_people(n, scene.landscape.settings.threshold).people or ROUND_TO
        for n in (answer.unserved[GIVEN], answer.need[GIVEN])
    )
    cut = sorted({int(n) for part in answer.parts for n in part.services})
    shown = [n for n in cut if problem.services["sensitivity"].iloc[n] != "confidential"]
    if nothing:
        because = f"{_fitting(fitting)} none in walking distance or for their area" if fitting else _NOTHING_FITS
    else:
        because = "; ".join(_part(scene, problem, part, shown) for part in answer.parts)
    because = because[0].upper() + because[1:]
    return Finding(
        kind="unmet_need",
        topic="",
        about=need,
        area=scene.home(need),
        band=NAMED if said else NOTHING if nothing else PARTIAL,
        because=f"{because}; named by {said}" if said else because,
        short=1.0 if nothing else min(short / whole, 1.0),
        alone=True,
        cites=(need, *(str(problem.services.index[n]) for n in shown)),
        concerns=(need,),
    )


def _fitting(count: int) -> str:
    return "One service is recorded that fits, but" if count == 1 else f"{count} services are recorded that fit, but"


def _part(scene: Scene, problem: Problem, part: Part, shown: list[int]) -> str:
    """Return what one bottleneck proves, as a clause."""
    if not len(part.services):
        who = _people(scene, part.need)
        return f"for {who} no service is recorded that fits and is in walking distance or for their area"
    names = [str(problem.services["name"].iloc[n]) for n in part.services if n in shown]
    if len(names) < len(part.services):
        names.append(f"{len(part.services) - len(names)} confidential")
    places = int(problem.capacity[part.services].sum())
    return (
        f"{_people(scene, part.need)} can use only {listed(names)}, with {places:,} places a year in all: "
        f"{_people(scene, part.unserved)} cannot be served whatever the allocation"
    )


def _people(scene: Scene, n: int) -> str:
    threshold = scene.landscape.settings.threshold
    people = round_people(n, threshold).people
    return f"fewer than {threshold} people" if people is None else f"{people:,} people"


def _open(scene: Scene, problem: Problem, services: set[int], topic: str, what: str, because: str) -> Iterator[Finding]:
    for n in sorted(services):
        id = str(problem.services.index[n])
        yield Finding(
            kind="missing_data",
            topic=topic,
            about=id,
            area=scene.home(id),
            band=FIND_OUT,
            because=because,
            words={"what": what},
        )
