"""Who is provision for? Need against provision by group, access over deprivation, and need by availability."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
import pandas as pd

from analysis.facts.deprivation import WHAT_TO_LOAD, Deprivation
from analysis.facts.estimates import Estimate, Estimates
from analysis.facts.people import NEEDED, RESIDENT, Residents
from analysis.facts.provision import home_level
from analysis.facts.refusals import refuse
from analysis.facts.supply import Cells, cells_of, services_for, sites_of
from analysis.kernels.floating_catchment import enhanced
from analysis.kernels.inequality import concentration_index, dissimilarity, gini, slope_index, theil
from analysis.results import STRAIGHT_LINE, Result
from graphmodel.codes import code_list
from graphmodel.errors import InputError
from graphmodel.landscape import WALK_M, Landscape

NOT_RECORDED, WITHHELD, NOT_COMPARED = "need_not_recorded", "need_withheld", "not_compared"
_QUADRANTS = (
    "high_need_low_availability",
    "high_need_high_availability",
    "low_need_low_availability",
    "low_need_high_availability",
)


def equity(
    landscape: Landscape, *, catchment_m: float = WALK_M, harm: str | None = None, level: str | None = None
) -> Result:
    """Return who provision is for, as far as it is recorded.

    Rows, told apart by ``about``: ``group`` (share of the need against share of the services made for it), ``decile``
    (services within reach by deprivation, 1 is the most deprived tenth) and ``area`` (need by availability, high need
    and low availability first). Access is services per 1,000 residents aged 10-17 within ``catchment_m``, by the
    enhanced two-step method; ``harm`` and ``level`` choose among the services. The indices of inequality are in the
    summary. Raises InputError for a catchment or a count that cannot be one, UnknownName for a code.
    """
    if not (catchment_m > 0 and isfinite(catchment_m)):
        raise InputError("Equity needs a catchment_m above 0, in metres.")
    refuse(landscape.nodes("Area"), "population_10_17")
    refuse(landscape.nodes("Area"), "deprivation_score", "deprivation_decile", signed=True)
    refuse(landscape.nodes("Need"), "people", "lower")
    services = services_for(landscape, harm=harm, level=level)
    cells, residents, needs = cells_of(landscape), Residents(landscape), Estimates(landscape, harm=harm)
    deprivation = Deprivation(landscape, residents)
    access = Access(landscape, services, cells, catchment_m)
    reached = access.of(services)
    groups = _groups(landscape, services, access, needs)
    spread = _spread(deprivation, cells, reached)
    areas = _areas(landscape, _wards(landscape, residents, cells, reached), needs, deprivation)
    here = services[services["inside"]]
    return Result(
        name="equity",
        parameters={"catchment_m": float(catchment_m), "harm": harm, "level": level},
        area=landscape.area,
        as_of=landscape.as_of,
        caveats=_caveats(landscape, access, here, spread, [*groups, *areas]),
        sources=tuple(landscape.sources(["Service", "Session", "Area", "Need"], ["DELIVERS", "ESTIMATED_FOR"])),
        summary={**_summary(access, here, cells, reached), **spread, **_mismatch(groups, here), **_halves(areas)},
        rows=(*groups, *_deciles(deprivation, cells, reached), *areas),
    )


class Access:
    """Services within reach of each cell, per 1,000 residents aged 10-17; NaN where a cell has no point."""

    def __init__(self, landscape: Landscape, services: pd.DataFrame, cells: Cells, catchment_m: float) -> None:
        self._sites = sites_of(landscape, services)
        self._catchment_m = catchment_m
        self._cells = cells
        self._people = np.nan_to_num(cells.people)
        self._placed = np.isfinite(cells.points[:, 0])

    def of(self, services: pd.DataFrame) -> np.ndarray:
        """Return (n cells,) for some of the services; each is one, shared evenly over its located sessions."""
        sites = self._sites.take(np.isin(self._sites.services.astype(str), services.index.to_numpy(str)))
        found = np.full(len(self._people), np.nan)
        points, people = self._cells.points[self._placed], self._people[self._placed]
        found[self._placed] = 1000 * enhanced(points, people, sites.points, sites.share, self._catchment_m)
        return found

    @property
    def stands_in(self) -> bool:
        """Whether a confidential service counts from its ward's centre."""
        return not bool(self._sites.exact.all())

    def unplaced(self, services: pd.DataFrame) -> int:
        """Return how many of the services have no located session: online, at home, or nobody said where."""
        return int((~services.index.isin(self._sites.services)).sum())

    def mean(self, reached: np.ndarray) -> tuple[float | None, float | None]:
        """Return the mean over residents inside, and the share of them who reach any."""
        people = np.where(self._cells.inside & np.isfinite(reached), self._people, 0.0)
        total = people.sum()
        if not total:
            return None, None
        amount = np.nan_to_num(reached)
        return round(float(people @ amount / total), 4), round(float(people[amount > 0].sum() / total), 4)


def _groups(landscape: Landscape, services: pd.DataFrame, access: Access, known: Estimates) -> list[dict[str, Any]]:
    """Return every group: its need, the services made for it or led by it, and how far they reach."""
    made_for = {group: services[_names(services, group)] for group in code_list("groups")}
    area = landscape.area
    needs = {group: known.of(area, group) if area else known.everywhere(group) for group in made_for}
    here = {group: made[made["inside"]] for group, made in made_for.items()}
    # What is withheld, or recorded by nobody, is part of no share: not of its own, not of the others'.
    told = {group: need.people for group, need in needs.items() if need.people is not None and not need.withheld}
    all_need, all_made = sum(told.values()), sum(len(here[group]) for group in told)
    rows = []
    for group in made_for:
        needed = _part(told[group], all_need) if group in told else None
        provided = _part(len(here[group]), all_made) if group in told else None
        rows.append(
            {
                "about": "group",
                "group": group,
                "need_people": needs[group].people,
                **_how_known(needs[group]),
                "need_share": needed,
                **_made(here[group], group),
                "provision_share": provided,
                "mismatch": None if needed is None or provided is None else round(needed - provided, 4),
                **_reach(made_for[group], access, recorded=bool(_any_group(services).any())),
            }
        )
    return sorted(rows, key=lambda row: (row["mismatch"] is None, -(row["mismatch"] or 0.0), not row["need_recorded"]))


def _made(services: pd.DataFrame, group: str) -> dict[str, Any]:
    capacity = services["capacity"]
    return {
        "services_made_for": len(services),
        "services_by_and_for": int(_listed(services["by_and_for"], group).sum()),
        "places_a_year": float(capacity.sum()) if capacity.notna().any() else None,
        "services_places_unknown": int(capacity.isna().sum()),
    }


def _reach(made: pd.DataFrame, access: Access, *, recorded: bool) -> dict[str, Any]:
    """Return how far services made for a group reach; unknown where no service names any, or none has a place."""
    mean, within = access.mean(access.of(made))
    known = recorded and (not len(made) or access.unplaced(made) < len(made))
    return {"mean_access_per_1000": mean if known else None, "share_within_reach": within if known else None}


def _part(amount: float, whole: float) -> float | None:
    return round(amount / whole, 4) if whole else None


def _how_known(need: Estimate) -> dict[str, bool]:
    return {"need_recorded": need.recorded, "need_withheld": need.withheld, "need_at_least": need.at_least}


def _names(services: pd.DataFrame, group: str) -> np.ndarray:
    return np.asarray(_listed(services["made_for"], group) | _listed(services["by_and_for"], group))


def _listed(column: pd.Series, group: str) -> np.ndarray:
    return np.fromiter((group in (codes or ()) for codes in column), bool, len(column))


def _mismatch(groups: list[dict[str, Any]], services: pd.DataFrame) -> dict[str, Any]:
    told = [row for row in groups if row["mismatch"] is not None]
    apart = None
    if len(told) > 1:
        needed, made = (np.array([row[name] for row in told], float) for name in ("need_people", "services_made_for"))
        apart = round(dissimilarity(needed, made), 4)
    without = sum(row["need_recorded"] and not row["services_made_for"] for row in groups)
    return {
        "groups_with_need": sum(row["need_recorded"] for row in groups),
        "groups_with_need_no_service_made_for": without if _any_group(services).any() else None,
        "groups_dissimilarity": apart,
    }


def _spread(deprivation: Deprivation, cells: Cells, reached: np.ndarray) -> dict[str, Any]:
    """Return the indices of inequality of access over residents, and over deprivation where that is known."""
    people = np.nan_to_num(cells.people)
    lived_in = cells.inside & np.isfinite(reached) & (people > 0)
    ranked = lived_in & np.isfinite(deprivation.rank_by)
    found: dict[str, Any] = dict.fromkeys(
        ("gini", "theil", "concentration_index", "slope_index", "relative_index", "more_deprived_reach")
    )
    if (reached[lived_in] > 0).any():
        found["gini"] = round(gini(reached[lived_in], people[lived_in]), 6)
        found["theil"] = round(theil(reached[lived_in], people[lived_in]), 6)
    if (reached[ranked] > 0).any() and len(np.unique(deprivation.rank_by[ranked])) > 1:
        values = reached[ranked], deprivation.rank_by[ranked], people[ranked]
        found["concentration_index"] = round(concentration_index(*values), 6)
        slope = slope_index(*values)
        rise = found["slope_index"] = round(slope.slope, 6)
        found["relative_index"] = _rounded(slope.relative, 6)
        found["more_deprived_reach"] = "more" if rise < 0 else "less" if rise > 0 else "as_much"
    known = {"cells_with_deprivation": int(ranked.sum()), "cells_without_deprivation": int((lived_in & ~ranked).sum())}
    return {**{f"access_{name}": value for name, value in found.items()}, **known}


def _deciles(deprivation: Deprivation, cells: Cells, reached: np.ndarray) -> Iterator[dict[str, Any]]:
    people = np.nan_to_num(cells.people)
    for decile in range(1, 11):
        chosen = cells.inside & (deprivation.deciles == decile) & np.isfinite(reached)
        lived_in = float(people[chosen].sum())
        if lived_in:
            yield {
                "about": "decile",
                "deprivation_decile": decile,
                "cells": int(chosen.sum()),
                "people_10_17": round(lived_in),
                "access_per_1000": round(float(people[chosen] @ reached[chosen] / lived_in), 4),
                "share_within_reach": round(float(people[chosen & (reached > 0)].sum() / lived_in), 4),
            }


@dataclass(frozen=True, slots=True)
class _Ward:
    """An area at the level gaps are gathered at: people aged 10-17 and the access of those whose cell has a point."""

    people: int | None
    access: float | None


def _areas(
    landscape: Landscape, wards: dict[str, _Ward], needs: Estimates, deprivation: Deprivation
) -> list[dict[str, Any]]:
    """Return the areas in the order of their quadrant: high need and low availability first, then the most people.

    Need is high above the median of the areas, availability low below it; need by rate, or where none is recorded by
    the number of residents.
    """
    names = landscape.nodes("Area")["name"]
    found = {area: needs.of(area) for area in wards}
    basis = NEEDED if any(need.recorded for need in found.values()) else RESIDENT
    people = {area: found[area].people if basis == NEEDED else ward.people for area, ward in wards.items()}
    rates = {area: _per_1000(people[area], ward.people) for area, ward in wards.items()}
    compared = rates if basis == NEEDED else people
    middle = _middle([(compared[area], ward.access) for area, ward in wards.items()])
    rows = [
        {
            "about": "area",
            "area": area,
            "name": str(names[area]),
            "quadrant": _quadrant(compared[area], ward.access, middle) or _why_not(found[area], basis),
            "people_10_17": ward.people,
            "people": people[area],
            "people_basis": basis,
            **_how_known(found[area]),
            "need_per_1000": rates[area] if basis == NEEDED else None,
            "access_per_1000": ward.access,
            "deprivation_decile": deprivation.decile(area),
        }
        for area, ward in wards.items()
    ]
    order = (*_QUADRANTS, WITHHELD, NOT_RECORDED, NOT_COMPARED)
    return sorted(rows, key=lambda row: (order.index(row["quadrant"]), -(row["people"] or 0), row["area"]))


def _middle(pairs: list[tuple[float | None, float | None]]) -> tuple[float, float] | None:
    """Return the medians of what is known of both, None where there are not two to compare."""
    known = [pair for pair in pairs if None not in pair]
    if len(known) < 2:
        return None
    need, access = np.median(np.array(known, float), axis=0).tolist()
    return need, access


def _wards(landscape: Landscape, residents: Residents, cells: Cells, reached: np.ndarray) -> dict[str, _Ward]:
    frame = landscape.nodes("Area")
    all_people, found = np.nan_to_num(cells.people), {}
    for area in frame.index[frame["inside"] & (frame["level"] == home_level(landscape))]:
        parts = residents.cells_of(area)
        here = np.array([cell for cell, _ in parts], int)
        people = np.array([share for _, share in parts], float) * all_people[here]
        people[~np.isfinite(reached[here])] = 0.0
        access = float(people @ np.nan_to_num(reached[here]) / people.sum()) if people.sum() else None
        found[str(area)] = _Ward(residents.of([area]), _rounded(access))
    return found


def _quadrant(need: float | None, access: float | None, middle: tuple[float, float] | None) -> str | None:
    if need is None or access is None or middle is None:
        return None
    return f"{'high' if need > middle[0] else 'low'}_need_{'low' if access < middle[1] else 'high'}_availability"


def _why_not(need: Estimate, basis: str) -> str:
    if basis == RESIDENT or need.people is not None:
        return NOT_COMPARED
    return WITHHELD if need.withheld else NOT_RECORDED


def _halves(areas: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "areas": len(areas),
        "areas_high_need_low_availability": sum(row["quadrant"] == _QUADRANTS[0] for row in areas),
        "areas_need_not_recorded": sum(row["quadrant"] == NOT_RECORDED for row in areas),
        "people_basis": areas[0]["people_basis"] if areas else None,
    }


def _summary(access: Access, services: pd.DataFrame, cells: Cells, reached: np.ndarray) -> dict[str, Any]:
    mean, within = access.mean(reached)
    people = cells.people[cells.inside]
    return {
        "people_10_17": round(float(np.nan_to_num(people).sum())) if len(people) else None,
        "services": len(services),
        "services_not_placed": access.unplaced(services),
        "services_naming_no_group": int((~_any_group(services)).sum()),
        "access_per_1000": mean,
        "share_within_reach": within,
    }


def _any_group(services: pd.DataFrame) -> np.ndarray:
    return np.fromiter(
        (bool(made) or bool(led) for made, led in zip(services["made_for"], services["by_and_for"], strict=True)),
        bool,
        len(services),
    )


def _caveats(
    landscape: Landscape, access: Access, services: pd.DataFrame, spread: dict[str, Any], rows: list[dict[str, Any]]
) -> tuple[str, ...]:
    said = [
        STRAIGHT_LINE,
        "A service counts as one, shared with everybody aged 10-17 who reaches it: services, not places.",
        "Nobody's group is inferred from where they live: access to what is made for a group is the mean over all.",
    ]
    if access.stands_in:
        said.append("Confidential services count from their ward's centre.")
    away = access.unplaced(services)
    if away:
        said.append(
            f"{away} of {len(services)} services have no place on record (online, at home, not said): not in access."
        )
    silent = int((~_any_group(services)).sum())
    if silent == len(services):
        said.append("No service names a group: whom provision is made for is not recorded.")
    elif silent:
        said.append(f"{silent} of {len(services)} services name no group: they may be for all, or nobody said.")
    if not spread["cells_with_deprivation"] + spread["cells_without_deprivation"]:
        said.append("No population is loaded: load residents by age, and access can be shared out.")
    elif not spread["cells_with_deprivation"]:
        said.append(WHAT_TO_LOAD)
    elif spread["cells_without_deprivation"]:
        said.append(f"{spread['cells_without_deprivation']} areas have no deprivation on record: in no index over it.")
    if any(row["need_withheld"] for row in rows):
        said.append("Counts of people too small to keep are in no share and no sum.")
    if any(row.get("people_basis") == RESIDENT for row in rows):
        said.append("No need is recorded: residents aged 10-17 stand in for it.")
    wider = _needs_of_wider_areas(landscape)
    if wider:
        said.append(f"{wider} estimates are for an area that holds this one: they are not divided.")
    return tuple(said)


def _needs_of_wider_areas(landscape: Landscape) -> int:
    if landscape.area is None:
        return 0
    levels = landscape.nodes("Area")["level"].unique()
    wider = {landscape.within("Area", level).get(landscape.area) for level in levels}
    links = landscape.links("ESTIMATED_FOR")
    return int(links["start"][links["end"].isin(wider - {None})].nunique())


def _per_1000(part: int | None, whole: int | None) -> float | None:
    return round(1000 * part / whole, 2) if part is not None and whole else None


def _rounded(value: float | None, decimals: int = 4) -> float | None:
    return None if value is None or not isfinite(value) else round(value, decimals)
