"""How much provision can young people in an area reach, and who has none within a walk?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.facts.reachable import BY_AREA, DECAYS, METHODS, Catchment, Reachable
from analysis.facts.supply import AGES, TOP_AGE, Cells, cells_of, left_out, services_for
from analysis.kernels.pairs import Pairs, distinct
from analysis.results import ORDINARY_WEEK, STRAIGHT_LINE, Result, known
from graphmodel.errors import InputError
from graphmodel.landscape import HOURS, WALK_M, Landscape

BY = ("cell", "ward")
PER = 1000

_CONFIDENTIAL = "Confidential services count from their ward's centre, and are never named as the nearest."


@dataclass(frozen=True, kw_only=True)
class Accessibility(Result):
    """One row per cell (LSOA, where they are loaded) inside the area, and in ``wards`` one per ward, both by id.

    ``places_not_recorded``: the services of which nobody recorded where they meet young people.
    """

    cells: tuple[Mapping[str, Any], ...]
    wards: tuple[Mapping[str, Any], ...]
    places_not_recorded: frozenset[str]


def accessibility(
    landscape: Landscape,
    *,
    method: str = "enhanced",
    decay: str = "step",
    catchment_m: float = WALK_M,
    within_m: float | None = None,
    hour: int | None = None,
    age: int | None = None,
    minimum_age: int = AGES[0],
    maximum_age: int = AGES[1],
    group: str | None = None,
    harm: str | None = None,
    language: str | None = None,
    level: str | None = None,
    kind: str | None = None,
    access: str | None = None,
    by: str = "cell",
) -> Accessibility:
    """Return the services and places that young people can reach, shared with all who reach them, and who has none.

    ``services_per_1000``: each service supplies 1, split over its located sessions; ``places_per_1000``: its places a
    year, of services of known capacity. Within ``catchment_m`` straight-line metres (35 minutes on foot) by
    ``method`` (two_step, enhanced, three_step), the last two with ``decay`` (step: 1, 0.68, 0.22 at thirds; gaussian).
    Somebody has a service within reach if one is at most ``within_m`` away (by default the catchment). ``hour`` (0 is
    Monday 00:00): sessions open then. ``age``, or ``minimum_age`` to ``maximum_age``, choose people and services; for
    the others see ``services_for``. A service that is ``eligible`` or ``purchased`` for areas is for their people only.
    ``by``: rows per cell, or per ward. Raises InputError or UnknownName for what cannot be used.
    """
    lowest, highest = (minimum_age, maximum_age) if age is None else (age, age)
    asked = {"group": group, "harm": harm, "language": language, "level": level, "kind": kind, "access": access}
    parameters: dict[str, Any] = {
        "method": method,
        "decay": decay if method != "two_step" else None,
        "catchment_m": float(catchment_m),
        "within_m": float(catchment_m if within_m is None else within_m),
        "hour": hour,
        "minimum_age": lowest,
        "maximum_age": highest,
        **asked,
        "by": by,
    }
    _refuse(parameters, decay)
    filters: dict[str, Any] = {**asked, "ages": (lowest, highest)}
    services = services_for(landscape, **filters)
    cells = cells_of(landscape, minimum_age=lowest, maximum_age=highest)
    _refuse_data(landscape, services, cells)
    how = Catchment(method=method, decay=decay, catchment_m=catchment_m, within_m=parameters["within_m"], hour=hour)
    look = Reachable(landscape, services, cells, how)
    rows, wards = _cells(landscape, look), _wards(landscape, look)
    return Accessibility(
        name="accessibility",
        parameters=parameters,
        area=landscape.area,
        as_of=landscape.as_of,
        caveats=tuple(_caveats(look, (lowest, highest), left_out(landscape, **filters))),
        sources=tuple(landscape.sources(["Area", "Service", "Session"], ["DELIVERS", "SERVES"])),
        summary=_whole(look),
        rows=tuple(rows if by == "cell" else wards),
        cells=tuple(rows),
        wards=tuple(wards),
        places_not_recorded=frozenset(services.index[look.not_placed]),
    )


def _cells(landscape: Landscape, look: Reachable) -> list[dict[str, Any]]:
    services, places = look.reached
    site, metres = look.nearest
    counts = {name: pairs.counts for name, pairs in look.found.items()}
    reached, unknown, within = (each.counts for each in (look.catchment, look.capacity_unknown, look.within))
    names = landscape.nodes("Area")["name"].reindex(look.cells.ids[look.inside]).to_numpy(object)
    rows = []
    for i, cell in enumerate(look.inside):
        here = bool(look.located[i])
        told = here and not look.maybe[i]
        row = {
            "cell": str(look.cells.ids[cell]),
            "name": known(names[i]),
            "ward": known(look.cells.area[cell]),
            "people": round(float(look.people[i])),
            "services_per_1000": float(services[i]) * PER if told else None,
            "places_per_1000": _places(float(places[i]), reached[i], unknown[i]) if told else None,
            "services_capacity_unknown": int(unknown[i]) if here else None,
            "within_reach": bool(within[i]) if told else None,
            **{name: int(count[i]) if here or name in BY_AREA else None for name, count in counts.items()},
            "nearest_service": None if site[i] < 0 else str(look.sites.services[site[i]]),
            "nearest_m": None if site[i] < 0 else round(float(metres[i]), 1),
        }
        rows.append(row)
    return rows


def _places(per_person: float, reached: int, unknown: int) -> float | None:
    """Return places per 1,000, or None where services are reached and of none the capacity is known."""
    return None if reached and reached == unknown else per_person * PER


def _wards(landscape: Landscape, look: Reachable) -> list[dict[str, Any]]:
    names = landscape.nodes("Area")["name"]
    homes = [known(area) for area in look.cells.area[look.inside]]
    wards = sorted(set(homes), key=lambda id: (id is None, id))
    place = {ward: i for i, ward in enumerate(wards)}
    gathered = _gathered(look, np.array([place[ward] for ward in homes], np.int64), len(wards))
    return [
        {"ward": ward, "name": None if ward is None else known(names.get(ward)), **row}
        for ward, row in zip(wards, gathered, strict=True)
    ]


def _whole(look: Reachable) -> dict[str, Any]:
    (everyone,) = _gathered(look, np.zeros(len(look.inside), np.int64), 1)
    return everyone


def _gathered(look: Reachable, groups: np.ndarray, n: int) -> list[dict[str, Any]]:
    """Return for each group of cells its people by reach, what the average of them reaches, and its services."""
    everyone = look.people
    located = np.where(look.located, everyone, 0.0)
    near = np.where(look.within.counts > 0, located, 0.0)
    maybe = np.where(look.maybe, located, 0.0)
    services, places = look.reached
    sums = {
        name: np.bincount(groups, values, minlength=n)
        for name, values in {
            "cells": np.ones(len(groups)),
            "people": everyone,
            "located": located,
            "near": near,
            "maybe": maybe,
            "services": located * services,
            "places": located * places,
            "reached": look.catchment.counts,
            "unknown": look.capacity_unknown.counts,
        }.items()
    }
    counts = {name: _distinct_services(pairs, groups, n) for name, pairs in look.found.items()}
    return [
        {
            **_group({name: float(values[i]) for name, values in sums.items()}),
            **{name: int(count[i]) for name, count in counts.items()},
        }
        for i in range(n)
    ]


def _group(sums: dict[str, float]) -> dict[str, Any]:
    """Return the people of some cells by reach, and what they reach: None without people, or where all is unknown."""
    total, near, maybe = sums["located"], sums["near"], sums["maybe"]
    told = bool(total) and not (maybe and not near)
    places = _places(sums["places"] / total, int(sums["reached"]), int(sums["unknown"])) if told else None
    return {
        "cells": int(sums["cells"]),
        "people": round(sums["people"]),
        "people_not_located": round(sums["people"] - total),
        "people_within_reach": round(near),
        "people_reach_unknown": round(maybe),
        "people_out_of_reach": round(total - near - maybe),
        "share_within_reach": near / total if told else None,
        "services_per_1000": sums["services"] / total * PER if told else None,
        "places_per_1000": places,
    }


def _distinct_services(pairs: Pairs, groups: np.ndarray, n: int) -> np.ndarray:
    """Return how many different services the cells of each group have, (n,)."""
    return distinct(groups[pairs.rows], pairs.indices, n).counts


def _refuse(parameters: Mapping[str, Any], decay: str) -> None:
    for name, allowed in (("method", METHODS), ("by", BY)):
        if parameters[name] not in allowed:
            raise InputError(f"Accessibility has no {name} '{parameters[name]}'; give one of {', '.join(allowed)}.")
    if decay not in DECAYS:
        raise InputError(f"Accessibility has no decay '{decay}'; give one of {', '.join(DECAYS)}.")
    for name in ("catchment_m", "within_m"):
        if not 0 < parameters[name] < math.inf:
            raise InputError(f"Accessibility needs a {name} above 0 metres.")
    hour, lowest, highest = parameters["hour"], parameters["minimum_age"], parameters["maximum_age"]
    if hour is not None and not 0 <= hour < HOURS:
        raise InputError(f"An hour of the week is 0 (Monday 00:00) to {HOURS - 1}; {hour} is none.")
    if not 0 <= lowest <= highest < TOP_AGE:
        raise InputError(f"Ages run from 0 to {TOP_AGE - 1}, the youngest first; {lowest} to {highest} cannot be used.")


def _refuse_data(landscape: Landscape, services: pd.DataFrame, cells: Cells) -> None:
    """Raise InputError, with the source row, for people or capacities that are less than none or no number."""
    checks = (
        ("Area", cells.ids, cells.people, "people"),
        ("Service", services.index, services["capacity"], "capacity"),
    )
    for label, ids, values, what in checks:
        numbers = np.asarray(values, float)
        bad = (numbers < 0) | np.isinf(numbers)
        if bad.any():
            id = ids[int(np.argmax(bad))]
            row = landscape.nodes(label)["source_row"].get(id)
            raise InputError(f"{id} has {what} {numbers[bad][0]:g}, which no count can be; correct it at {row}.")


def _caveats(look: Reachable, ages: tuple[int, int], doubtful: int) -> Iterable[str]:
    within_m, services = look.how.within_m, look.services
    yield STRAIGHT_LINE
    walk = " (35 minutes on foot at 4.8 km/h, a walk being 1.3 times the straight line)" if within_m == WALK_M else ""
    yield f"Within reach means at most {within_m:,.0f} metres{walk}, for all who live in a cell from its inner point."
    if look.how.hour is not None:
        yield ORDINARY_WEEK
        yield "Services whose hours nobody recorded are counted apart, never as closed."
    if not len(look.inside):
        yield "No area with young people counted is loaded: nothing can be said of who reaches what."
    stands_in = int(look.cells.stands_in[look.inside].sum())
    if stands_in and ages != AGES:
        yield f"{stands_in} cells have no single years of age: their residents aged 10-17 stand in."
    if not look.located.all():
        yield f"{int((~look.located).sum())} cells have no point: their people are in no share."
    yield from _service_caveats(look, services, doubtful)


def _service_caveats(look: Reachable, services: pd.DataFrame, doubtful: int) -> Iterable[str]:
    n = len(services)
    yield f"{n} current services in all that is loaded could be used by these young people."
    unsaid, unknown = int(services["unsaid"].sum()), int(services["capacity"].isna().sum())
    if unsaid:
        yield f"For {unsaid} of {n} services nobody recorded an age, group or harm that was asked for: they count."
    if doubtful:
        yield f"{doubtful} services are left out because nobody recorded their language, level or access."
    if unknown:
        yield f"For {unknown} of {n} services the places are not known: they count as services only."
    if len(look.remote) or len(look.not_placed):
        yield (
            f"{len(look.remote)} services are reached online or at home and {len(look.not_placed)} have no place "
            "recorded: they are counted apart, in the areas they serve."
        )
    lost = int((~look.serving.said[look.without_place]).sum())
    if lost:
        yield f"For {lost} of these nobody recorded which areas they serve either: they are counted nowhere."
    if look.serving.restricted.any():
        yield (
            f"{int(look.serving.restricted.sum())} services are for people of certain areas only (eligible, purchased)."
        )
    if not look.everywhere.exact.all():
        yield _CONFIDENTIAL
