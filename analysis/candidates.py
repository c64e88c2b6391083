"""What could be sited where, and what would it cover? Candidate venues and places, with the gap each reaches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.coverage import Coverage, coverage, reach_of
from analysis.facts.context_hours import ASSUMED, RECORDED
from analysis.facts.provision import NO_ENGAGEMENT, homes, may_become_active, positions
from analysis.facts.supply import Cells, cells_of, services_for, sites_of, unplaced
from analysis.kernels.pairs import Pairs, from_rows, pairs_within
from analysis.results import known
from graphmodel.errors import InputError
from graphmodel.landscape import Landscape

AREAS, PLACES = "areas", "places"
# Where a service could be: places that young people, or the public, already go to.
_CONTEXT_KINDS = ("school", "alternative_provision", "leisure")
_GUARDIAN_KINDS = ("youth_club", "library", "community_centre")


@dataclass(frozen=True, slots=True)
class Candidates:
    """The gap and who could close it. Demand is hours of contexts (``unit`` hours) or people of cells (people).

    ``pairs``: demand (n) by candidate (m); ``weight`` (n,); ``covered`` (n,) how many are there already; ``about`` (n,)
    the context or cell of each; ``hidden`` ids of these that are not to be named. ``sites`` (m,) says of each candidate
    id, name, kind, stage and area. Of ``total``, ``before`` is covered now and ``short`` is not (of the rest it is not
    known); ``facts`` and ``caveats`` go with the answer.
    """

    unit: str
    pairs: Pairs
    weight: np.ndarray
    covered: np.ndarray
    about: np.ndarray
    hidden: frozenset[str]
    sites: tuple[dict[str, Any], ...]
    before: float
    short: float
    total: float
    facts: Mapping[str, Any]
    caveats: tuple[str, ...]


def guardians_to_engage(landscape: Landscape, *, within_m: float, k: int, assume_open: bool) -> Candidates:
    """Return the uncovered hours of the contexts inside, and the venues that are not active yet and open then.

    A venue whose hours nobody gave covers nothing, unless ``assume_open``: then it is taken to be always open.
    """
    now = coverage(landscape, within_m=within_m, k=k)
    guardians = landscape.nodes("Guardian")
    reach = reach_of(landscape, within_m)
    able = may_become_active(guardians)
    near = reach.of(able)
    is_open = reach.flags[near.indices].astype(bool)
    unknown = ~reach.known[near.indices]
    if assume_open:
        is_open[unknown] = True
    pair, hour = np.nonzero(is_open & now.uncovered[near.rows])
    context = near.rows[pair]
    number, cells = _numbered(context, hour)
    listed, site = np.unique(reach.guardian[near.indices[pair]], return_inverse=True)
    about = np.array(now.contexts, object)[cells[:, 0]]
    contexts = landscape.nodes("Context")
    return Candidates(
        unit="hours",
        pairs=from_rows(number, site.astype(np.int64), len(cells)),
        weight=np.ones(len(cells)),
        covered=now.cover[cells[:, 0], cells[:, 1]].astype(np.int64),
        about=about,
        hidden=frozenset(contexts.index[contexts["sensitivity"] == "confidential"]),
        sites=tuple(_venues(landscape, guardians.iloc[listed], assume_open)),
        before=float((now.used & ~now.uncovered & ~now.doubtful).sum()),
        short=float(now.uncovered.sum()),
        total=float(now.used.sum()),
        facts=_hours_facts(now, near, unknown, reach.guardian, cells),
        caveats=_hours_caveats(now, near, unknown, reach.guardian, assume_open),
    )


def places_for_services(
    landscape: Landscape,
    *,
    within_m: float,
    k: int,
    at: str,
    group: str | None,
    harm: str | None,
    level: str | None,
) -> Candidates:
    """Return the people aged 10-17 inside without k such services in reach, and where one could be.

    ``at``: areas (centres of the smallest areas with a population) or places (schools, leisure and community places,
    sessions there are).
    """
    cells = cells_of(landscape)
    services = services_for(landscape, group=group, harm=harm, level=level)
    held = sites_of(landscape, services)
    near = pairs_within(cells.points, held.points, within_m)
    each = np.unique(np.column_stack([near.rows, held.service_index[near.indices]]), axis=0)
    services_near = np.bincount(each[:, 0], minlength=len(cells.ids))
    people = np.nan_to_num(cells.people)
    here = cells.inside
    wanting = np.flatnonzero(here & (services_near < k) & (people > 0))
    sites, points = _centres(landscape, cells) if at == AREAS else _places(landscape)
    return Candidates(
        unit="people",
        pairs=pairs_within(cells.points[wanting], points, within_m),
        weight=people[wanting],
        covered=services_near[wanting].astype(np.int64),
        about=cells.ids[wanting],
        hidden=frozenset(),
        sites=tuple(sites),
        before=float(people[here & (services_near >= k)].sum()),
        short=float(people[wanting].sum()),
        total=float(people[here].sum()),
        facts={"services": len(services), "cells": int(here.sum()), "cells_without": len(wanting)},
        caveats=_people_caveats(cells, services, len(unplaced(landscape, services)), bool(held.exact.all()), at),
    )


def _numbered(context: np.ndarray, hour: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return for each (context, hour) its number among those that occur, and these (n, 2)."""
    key, number = np.unique(context * 168 + hour, return_inverse=True)
    return number.astype(np.int64), np.column_stack([key // 168, key % 168])


def _venues(landscape: Landscape, guardians: pd.DataFrame, assume_open: bool) -> list[dict[str, Any]]:
    home, names = homes(landscape, "Guardian"), landscape.nodes("Area")["name"]
    given = pd.Series(landscape.hours("Guardian").known, index=landscape.nodes("Guardian").index)
    columns = (guardians[name] for name in ("name", "kind", "stage"))
    return [
        {
            "site": id,
            "name": known(name),
            "kind": known(kind),
            "stage": known(stage) or NO_ENGAGEMENT,
            "area": home[id],
            "area_name": known(names.get(home[id])),
            "hours_basis": ASSUMED if assume_open and not given[id] else RECORDED,
        }
        for id, name, kind, stage in zip(guardians.index, *columns, strict=True)
    ]


def _hours_facts(
    now: Coverage, near: Pairs, unknown: np.ndarray, guardian: np.ndarray, cells: np.ndarray
) -> dict[str, Any]:
    """Return what the choice leaves out: hours nobody near is known to be open in, venues of unknown hours."""
    doubtful_places = np.zeros(len(now.contexts), bool)
    doubtful_places[near.rows[unknown]] = True
    within_reach = np.zeros(now.uncovered.shape, bool)
    within_reach[cells[:, 0], cells[:, 1]] = True
    return {
        "contexts": len(now.contexts),
        "contexts_with_uncovered_hours": int(now.uncovered.any(axis=1).sum()),
        "hours_unknown_before": int(now.doubtful.sum()),
        "hours_only_venues_of_unknown_hours_near": int(
            (now.uncovered & ~within_reach & doubtful_places[:, None]).sum()
        ),
        "venues_near": len(np.unique(guardian[near.indices])),
        "venues_near_hours_unknown": len(np.unique(guardian[near.indices[unknown]])),
    }


def _hours_caveats(
    now: Coverage, near: Pairs, unknown: np.ndarray, guardian: np.ndarray, assume_open: bool
) -> tuple[str, ...]:
    said = [
        "An hour counts the same at every place: this is where a guardian would be present, not where danger is.",
        "Whether a venue is willing, and whether young people would be welcome there, is still to be asked.",
    ]
    n, of = len(np.unique(guardian[near.indices[unknown]])), len(np.unique(guardian[near.indices]))
    if n and assume_open:
        said.append(f"{n} of {of} venues in reach have no recorded hours and are assumed to be always open.")
    elif n:
        said.append(
            f"{n} of {of} venues in reach have no recorded hours: they are not assumed to be open, so not chosen."
        )
    silent = now.summary["contexts_no_engagement_recorded"]
    if silent:
        said.append(f"No engagement is recorded near {silent} places: whether somebody is present there is not known.")
    if now.summary["contexts_hours_assumed"]:
        said.append(f"{now.summary['contexts_hours_assumed']} places have assumed hours of use, by their kind.")
    return tuple(said)


def _centres(landscape: Landscape, cells: Cells) -> tuple[list[dict[str, Any]], np.ndarray]:
    names = landscape.nodes("Area")["name"]
    here = np.flatnonzero(cells.inside & ~np.isnan(cells.points).any(axis=1))
    sites = [
        {
            "site": cells.ids[i],
            "name": known(names.get(cells.ids[i])),
            "kind": f"{cells.level}_centre",
            "stage": None,
            "area": known(cells.area[i]),
            "area_name": known(names.get(cells.area[i])),
        }
        for i in here
    ]
    return sites, cells.points[here]


def _places(landscape: Landscape) -> tuple[list[dict[str, Any]], np.ndarray]:
    """Return the places inside where a service could be. A confidential place is nobody's suggestion."""
    names = landscape.nodes("Area")["name"]
    sites, points = [], []
    for label in ("Context", "Guardian", "Session"):
        frame, (at, exact), home = landscape.nodes(label), positions(landscape, label), homes(landscape, label)
        fits = exact & frame["inside"].to_numpy(bool) & (frame["sensitivity"] != "confidential").to_numpy(bool)
        if label == "Context":
            fits &= frame["kind"].isin(_CONTEXT_KINDS).to_numpy(bool)
        elif label == "Guardian":
            fits &= frame["kind"].isin(_GUARDIAN_KINDS).to_numpy(bool)
            fits &= may_become_active(frame) | (frame["stage"] == "active").to_numpy(bool)
        else:
            fits &= ~frame.index.isin(_hidden_sessions(landscape))
        for i in np.flatnonzero(fits).tolist():
            id = str(frame.index[i])
            area = home[id]
            kind = "session" if label == "Session" else known(frame["kind"].iloc[i])
            name = known(frame["name"].iloc[i])
            row = {"site": id, "name": name, "kind": kind, "stage": None, "area": area}
            sites.append({**row, "area_name": known(names.get(area))})
            points.append(at[i])
    return sites, np.array(points, float).reshape(-1, 2)


def _hidden_sessions(landscape: Landscape) -> set[str]:
    """Return the sessions of confidential services: their place is the service's."""
    services, links = landscape.nodes("Service"), landscape.links("DELIVERS")
    hidden = services.index[services["sensitivity"] == "confidential"]
    return set(links["end"][links["start"].isin(hidden)])


def _people_caveats(
    cells: Cells, services: pd.DataFrame, without_place: int, all_exact: bool, at: str
) -> tuple[str, ...]:
    said = ["People are residents aged 10-17, each cell of them at its centre."]
    if not len(cells.ids):
        said.append("No population of young people is loaded: there is nobody to count.")
    elif cells.stands_in.any():
        n = int((cells.stands_in & cells.inside).sum())
        said.append(f"{n} cells have no single years of age: their residents aged 10-17 stand in.")
    if without_place:
        said.append(f"{without_place} of {len(services)} services have no located session: nobody counts as near them.")
    if not all_exact:
        said.append("A service whose place is confidential counts from its ward's centre.")
    lost = cells.inside & np.isnan(cells.points).any(axis=1) & (np.nan_to_num(cells.people) > 0)
    if lost.any():
        said.append(f"{int(lost.sum())} cells have no inner point: their people count as not reached.")
    where = "An area's centre is no address" if at == AREAS else "A place that is listed has not been asked"
    said.append(f"{where}; whether there is a room, staff, and whether young people would come, is not known.")
    return tuple(said)


def valid_at(at: str) -> str:
    """Return ``at``; raises InputError for what is neither areas nor places."""
    if at not in (AREAS, PLACES):
        raise InputError(f"A service can be sited at {AREAS} or {PLACES}, not at '{at}'.")
    return at
