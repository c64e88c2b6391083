"""How many people cannot be served whatever the allocation? With the proof: who, which services, how many places."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
import pandas as pd

from analysis.facts.people import NEEDED, RESIDENT
from analysis.facts.shortfall import (
    Part,
    Problem,
    Shortfall,
    problem_of_needs,
    problem_of_residents,
    rows_of_each,
    shortfalls,
)
from analysis.facts.supply import AGES, services_for
from analysis.results import STRAIGHT_LINE, Result, listed
from graphmodel.codes import code_list
from graphmodel.disclosure import round_bounds, round_people
from graphmodel.errors import InputError
from graphmodel.landscape import WALK_M, Landscape

JOINT, GROUP, HARM, NEED = "joint", "group", "harm", "need"

_CERTAIN = (
    "All recorded places are held to be free, and for these people alone: what is left over is left over by any "
    "allocation of them, and it may be more. A service nobody recorded could serve some."
)
_ROUNDED = "Counts of people are kept rounded to 5, so that each may be 2 more or less."
_OVERLAP = (
    "A young person with two needs is counted in both, and needs a place for each: rows of several needs count needs, "
    "not heads."
)
_SPREAD = "People are taken to be spread over an area as its residents of the same ages are."
_RESIDENT = (
    "No need is recorded here: residents aged 10-17 stand in for it. They are all who live here, not those who need "
    "a response."
)


@dataclass(frozen=True, kw_only=True)
class UnmetNeed(Result):
    """First one row for all needs jointly, then one for each group, harm and need, each alone with all the places."""


def unmet_need(
    landscape: Landscape,
    *,
    catchment_m: float = WALK_M,
    served_areas: bool = True,
    group: str | None = None,
    harm: str | None = None,
    kind: str | None = None,
    match_kind: bool = True,
) -> UnmetNeed:
    """Return how many people no allocation of places can serve, and the minimum cut that proves it, in words.

    Maximum flow from people (needs, at the cells they live in) through the services that are eligible and in reach to
    their places a year; a service of unknown capacity turns nobody away, so that the shortfall is certain, and
    ``unmet_at_most`` holds it to one place. In reach: a session within ``catchment_m`` (straight line), or an area the
    service serves; without ``served_areas`` the area speaks only for services that have no located session. ``group``,
    ``harm`` and ``kind`` (of response) keep the needs that name them; with ``match_kind`` a need is served only by the
    kind of response it asks for. Where no need is recorded residents aged 10-17 stand in (``people_basis``). Counts of
    people are rounded, and withheld below the threshold.

    Ford, L. R. and Fulkerson, D. R. (1956), Maximal flow through a network, Canadian Journal of Mathematics 8, 399-404.
    Raises InputError for a catchment that is not positive, UnknownName for a code that is in no list.
    """
    if not (isfinite(catchment_m) and catchment_m > 0):
        raise InputError("Unmet need needs a catchment in metres above 0, such as catchment_m=2154.")
    services = services_for(landscape, group=group, harm=harm, kind=kind, ages=AGES)
    needs = landscape.nodes("Need")
    problem = problem_of_needs(
        landscape, catchment_m=catchment_m, served_areas=served_areas, match_kind=match_kind, inside_only=True
    )
    recorded = bool(len(problem.demand.need)) or bool(problem.needs_nowhere)
    if recorded:
        strata = _strata(problem, _chosen(needs, group, harm, kind))
    else:
        problem = problem_of_residents(landscape, services, catchment_m=catchment_m, served_areas=served_areas)
        strata = [(JOINT, "", np.arange(len(problem.demand.need)))]
    basis = NEEDED if recorded else RESIDENT
    words = Words(landscape, problem, basis)
    found = shortfalls(problem, [rows for _, _, rows in strata])
    rows = [
        words.row(by, code, answer)
        for (by, code, _), answer in zip(strata, found, strict=True)
        if by == JOINT or len(answer.rows)
    ]
    return UnmetNeed(
        name="unmet_need",
        parameters={
            "catchment_m": float(catchment_m),
            "served_areas": bool(served_areas),
            "group": group,
            "harm": harm,
            "kind": kind,
            "match_kind": bool(match_kind),
        },
        area=landscape.area,
        as_of=landscape.as_of,
        caveats=_caveats(problem, found[0], basis, landscape.settings.threshold),
        sources=tuple(landscape.sources(["Need", "Area", "Service", "Session"], ["ESTIMATED_FOR", "SERVES"])),
        summary=_summary(problem, found[0], rows[0]),
        rows=tuple(rows),
    )


def _chosen(needs: pd.DataFrame, group: str | None, harm: str | None, kind: str | None) -> np.ndarray:
    keep = np.ones(len(needs), bool)
    if group is not None:
        keep &= np.array([group in (groups or ()) for groups in needs["groups"]], bool)
    for field, code in (("harm", harm), ("response_kind", kind)):
        if code is not None:
            keep &= (needs[field] == code).to_numpy(bool)
    return keep


def _strata(problem: Problem, chosen: np.ndarray) -> list[tuple[str, str, np.ndarray]]:
    """Return what is asked, as rows of the demand: all needs jointly, then each group, harm and need alone."""
    needs = problem.needs
    groups = [set(groups or ()) for groups in needs["groups"]]
    harms = needs["harm"].to_numpy(object)
    asked = [(JOINT, "", chosen)]
    asked += [
        (GROUP, code, chosen & np.array([code in of for of in groups], bool)) for code in sorted(set().union(*groups))
    ]
    asked += [(HARM, code, chosen & (harms == code)) for code in sorted({h for h in harms if isinstance(h, str)})]
    found = [(by, code, np.flatnonzero(of[problem.demand.need])) for by, code, of in asked if by == JOINT or of.any()]
    each = zip(needs.index, chosen, rows_of_each(problem), strict=True)
    return found + [(NEED, str(id), rows) for id, keep, rows in each if keep]


class Words:
    """Says an answer in rows and sentences; counts of people are rounded, confidential services are not named."""

    def __init__(self, landscape: Landscape, problem: Problem, basis: str) -> None:
        self._problem = problem
        self._basis = basis
        self._threshold = landscape.settings.threshold
        self._area_names = landscape.nodes("Area")["name"].to_dict()
        self._need_names = problem.needs["name"].to_dict()
        self._labels = {GROUP: code_list("groups"), HARM: code_list("harms")}
        self._hidden = (problem.services["sensitivity"] == "confidential").to_numpy(bool)
        self._secret = set(problem.needs.index[(problem.needs["sensitivity"] == "confidential").to_numpy(bool)])
        contexts = landscape.nodes("Context")
        self._secret |= set(contexts.index[contexts["sensitivity"] == "confidential"])

    def row(self, by: str, code: str, answer: Shortfall) -> dict[str, Any]:
        """Return the row of an answer; the certificate's lists are those of all its parts."""
        unmet, need = answer.unserved[1], answer.need[1]
        short = self._people(unmet)
        served = self._people(need - unmet)
        if short is None or served is None:  # one would give the other away
            short, served = (None if n else 0 for n in (unmet, need - unmet))
        cut = np.concatenate([np.empty(0, np.int64), *(part.rows for part in answer.parts)])
        at = np.concatenate([np.empty(0, np.int64), *(part.services for part in answer.parts)])
        return {
            "by": by,
            "code": code,
            "name": self._name(by, code),
            "people_basis": self._basis,
            "needs": len(np.unique(self._problem.demand.need[answer.rows])) if self._basis == NEEDED else 0,
            # Of a count that was withheld the part that falls here may be nobody, or somebody.
            "need": self._people(need) if need or not answer.need[2] else None,
            **self._bounds("need", answer.need),
            "served_at_most": served,
            "unmet": short,
            **self._bounds("unmet", answer.unserved),
            "share_unmet": round(unmet / need, 4) if need and short is not None else None,
            "without_any_service": self._people(answer.beyond),
            "services": len(answer.services),
            "services_capacity_unknown": int((~self._problem.known[answer.services]).sum()),
            "places": self._places(answer.services),
            "certificate": [self.sentence(part) for part in answer.parts],
            "certificate_areas": self._areas(cut),
            "certificate_area_names": [self._area_name(id) for id in self._areas(cut)],
            "certificate_spots": sorted({self._spot(row) for row in cut.tolist()} - self._secret),
            "certificate_needs": self._needs(cut),
            "certificate_services": self._service_ids(at),
            "certificate_service_names": self._service_names(at),
            "certificate_services_confidential": int(self._hidden[at].sum()),
            "certificate_places": self._places(at),
        }

    def sentence(self, part: Part) -> str:
        """Return who, where, which services, their places and how many are left over."""
        who = self._who(part)
        who = who[0].upper() + who[1:]
        if not len(part.services):
            return f"{who}: no recorded service that could serve them is in reach."
        names = self._service_names(part.services)
        hidden = int(self._hidden[part.services].sum())
        if hidden:
            names.append(f"{hidden} that {'is' if hidden == 1 else 'are'} confidential")
        places = self._places(part.services)
        return (
            f"{who} can use only {listed(names)}, with {places} {'place' if places == 1 else 'places'} a year in all: "
            f"{self._count(part.unserved)} cannot be served whatever the allocation."
        )

    def _who(self, part: Part) -> str:
        where = listed([self._area_name(id) for id in self._areas(part.rows)])
        if self._basis == RESIDENT:
            return f"{self._count(part.need)} aged 10-17 in {where}"
        names = [str(self._need_names[id]) for id in self._needs(part.rows)]
        least = "at least " if self._only_bounds(part.rows) and part.need >= self._threshold else ""
        return f"{least}{self._count(part.need)} in {where} ({listed(names) or 'a confidential need'})"

    def _only_bounds(self, rows: np.ndarray) -> bool:
        ids = [self._problem.demand.needs[n] for n in np.unique(self._problem.demand.need[rows])]
        return bool(self._problem.needs["people"].reindex(ids).isna().any())

    def _name(self, by: str, code: str) -> str:
        if by == JOINT:
            return "All needs together" if self._basis == NEEDED else "All residents aged 10-17"
        if by == NEED:
            return "A confidential need" if code in self._secret else str(self._need_names[code])
        return self._labels[by].get(code, code)

    def _count(self, n: int) -> str:
        people = self._people(n)
        return f"fewer than {self._threshold} people" if people is None else f"{people:,} people"

    def _people(self, n: int) -> int | None:
        # Residents are official statistics and are not withheld.
        return n if self._basis == RESIDENT else round_people(n, self._threshold).people

    def _bounds(self, name: str, three: tuple[int, int, int]) -> dict[str, int | None]:
        least, _, most = three
        kept = (least, most) if self._basis == RESIDENT else round_bounds(least, most, self._threshold)
        return {f"{name}_at_least": kept[0], f"{name}_at_most": kept[1]}

    def _places(self, services: np.ndarray) -> int:
        known = services[self._problem.known[services]]
        return int(self._problem.capacity[known].sum())

    def _spot(self, row: int) -> str:
        return self._problem.demand.spots[int(self._problem.demand.spot[row])]

    def _areas(self, rows: np.ndarray) -> list[str]:
        found = {self._problem.homes[spot] for spot in np.unique(self._problem.demand.spot[rows]).tolist()}
        return sorted(found - self._secret)

    def _area_name(self, id: str) -> str:
        return str(self._area_names.get(id, id))

    def _needs(self, rows: np.ndarray) -> list[str]:
        ids = [self._problem.demand.needs[n] for n in np.unique(self._problem.demand.need[rows])]
        return [id for id in ids if id and id not in self._secret]

    def _service_ids(self, services: np.ndarray) -> list[str]:
        return [str(self._problem.services.index[i]) for i in np.sort(services[~self._hidden[services]])]

    def _service_names(self, services: np.ndarray) -> list[str]:
        return [str(self._problem.services["name"][id]) for id in self._service_ids(services)]


def _summary(problem: Problem, joint: Shortfall, row: dict[str, Any]) -> dict[str, Any]:
    shown = (
        "people_basis",
        "needs",
        "need",
        "need_at_least",
        "need_at_most",
        "served_at_most",
        "unmet",
        "unmet_at_least",
    )
    return {
        **{name: row[name] for name in (*shown, "unmet_at_most", "without_any_service")},
        "needs_without_a_place": len(problem.needs_nowhere),
        "services": row["services"],
        "services_capacity_unknown": row["services_capacity_unknown"],
        "services_ages_or_harms_unsaid": _unsaid(problem, joint),
        "services_without_a_place_or_area": _nowhere(problem),
        "places": row["places"],
    }


def _unsaid(problem: Problem, joint: Shortfall) -> int:
    """Return how many services are counted though nobody recorded the ages or the harms they are for."""
    asks = np.unique(problem.choice.asks[problem.demand.need[joint.rows]])
    return int(problem.choice.unsaid[np.ix_(asks, joint.services)].any(axis=0).sum())


def _nowhere(problem: Problem) -> int:
    return int((problem.services_nowhere & problem.choice.fits.any(axis=0)).sum())


def _caveats(problem: Problem, joint: Shortfall, basis: str, threshold: int) -> tuple[str, ...]:
    said = [STRAIGHT_LINE, _CERTAIN]
    if basis == RESIDENT:
        said.append(_RESIDENT)
    else:
        said += [_ROUNDED, _OVERLAP]
        withheld = sum("people" in (names or ()) for names in problem.needs["suppressed"])
        if withheld:
            said.append(f"{_n(withheld, 'need')} of fewer than {threshold} people: withheld, only bounds are counted.")
        said.append(_SPREAD if problem.has_population else "No population is loaded: people are spread evenly.")
    unknown, all_of = int((~problem.known[joint.services]).sum()), len(joint.services)
    if unknown:
        said.append(
            f"Nobody recorded the capacity of {unknown} of {_n(all_of, 'service')}: they are held to turn nobody away, "
            "and to have one place each in what is unmet at most."
        )
    unsaid, nowhere = _unsaid(problem, joint), _nowhere(problem)
    if unsaid:
        said.append(f"Nobody recorded the ages or harms of {_n(unsaid, 'service')}: held to be for everybody.")
    if nowhere:
        said.append(f"Left out: {_n(nowhere, 'service')} of which nobody recorded a place or an area served.")
    if problem.needs_nowhere:
        said.append(f"Left out: {_n(len(problem.needs_nowhere), 'need')} of which nobody recorded where people are.")
    return tuple(said)


def _n(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
