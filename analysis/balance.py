"""What kind of response is it? Services, places and pounds by level, approach, lens, relationship and tier."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from analysis.facts.delivery import by_decile
from analysis.facts.deprivation import WHAT_TO_LOAD, Deprivation
from analysis.facts.estimates import Estimate, Estimates
from analysis.facts.provision import current_services
from analysis.facts.refusals import refuse
from analysis.facts.spending import AT_LEAST, COST, FUNDING, flows, payments, perhaps_passed_on, spend_of
from analysis.results import Result, known
from analysis.scene import Scene, services_by_area
from graphmodel.codes import code_list
from graphmodel.errors import UnknownName
from graphmodel.landscape import Landscape

NOT_CODED = "not_yet_coded"
NO_AREA = "no area recorded"
DIMENSIONS = {
    "level": "levels",
    "approach": "approaches",
    "lens": "lenses",
    "relationship": "relationships",
    "tier": "tiers",
}
_BEHAVIOUR = "behaviour_based"


def balance(landscape: Landscape, *, by: str = "level") -> Result:
    """Return how services, places a year and pounds a year are shared out among the kinds of response.

    Rows, told apart by ``about``: ``mix`` (every code of the five dimensions, "not yet coded" a row of its own),
    ``area`` (spend per 1,000 residents aged 10-17, need, deprivation, whether every response is behaviour-based),
    ``area_mix`` (the same spend by the codes of ``by``), ``decile`` and ``decile_mix`` (by how deprived the places are
    that it is delivered in), and ``money`` (agreements by who is paid). A service for one ward is the ward's, one for
    several is of what holds them all. Raises UnknownName for a dimension there is not, InputError for a number below 0.
    """
    if by not in DIMENSIONS:
        raise UnknownName(f"Balance has no dimension '{by}'; give one of {', '.join(DIMENSIONS)}.")
    refuse(landscape.nodes("Service"), "capacity", "cost_per_year")
    refuse(landscape.links("FUNDS"), "amount_gbp", "units", "unit_price", "share_of_cost")
    refuse(landscape.nodes("Need"), "people", "lower")
    services = current_services(landscape)
    services = services[services["inside"]]
    paid = _inside(landscape, payments(landscape))
    services = services.assign(**spend_of(services, paid))
    scene = Scene(landscape, within_m=400, k=1)
    services["area"] = pd.Series([scene.home(str(id)) or NO_AREA for id in services.index], services.index, object)
    deciles = list(by_decile(landscape, services, by, lambda rows: _coded(rows, by)))
    money = [{"about": "money", **asdict(flow)} for flow in flows(paid)]
    rows = [*mix(services), *_areas(scene, services, paid, by), *deciles, *money]
    return Result(
        name="balance",
        parameters={"by": by},
        area=landscape.area,
        as_of=landscape.as_of,
        caveats=(*_caveats(services, paid), *(() if deciles else (WHAT_TO_LOAD,))),
        sources=tuple(landscape.sources(["Service", "Area", "Need"], ["FUNDS", "SERVES", "DELIVERS", "TARGETS"])),
        summary=_summary(services, paid, rows),
        rows=tuple(rows),
    )


def mix(services: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield a row for every code of every dimension: services, places, pounds, and the share of what is known."""
    for dimension in DIMENSIONS:
        for code, chosen in _coded(services, dimension, every=True):
            yield {
                "about": "mix",
                "dimension": dimension,
                "code": code,
                "services": len(chosen),
                "share_services": _share(len(chosen), len(services)),
                **_amount("capacity", chosen["capacity"], services["capacity"]),
                **_amount("pounds", chosen["pounds"], services["pounds"]),
            }


def _coded(services: pd.DataFrame, dimension: str, *, every: bool = False) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the services of each code, in the order of the list, those not yet coded last."""
    codes = services[dimension].fillna(NOT_CODED)
    listed = [*code_list(DIMENSIONS[dimension]), NOT_CODED]
    for code in [*listed[:-1], *sorted(set(codes) - set(listed)), NOT_CODED]:
        if every or (codes == code).any():
            yield code, services[codes == code]


def _amount(name: str, some: pd.Series, all: pd.Series) -> dict[str, Any]:
    """Return the sum of what is known, of how many it is unknown, and the share of all that is known."""
    known_sum = float(some.sum()) if some.notna().any() or not len(some) else None
    return {
        f"{name}_a_year": None if known_sum is None else _whole(known_sum),
        f"{name}_unknown": int(some.isna().sum()),
        f"share_{name}": None if known_sum is None else _share(known_sum, float(all.sum())),
    }


def _areas(scene: Scene, services: pd.DataFrame, paid: pd.DataFrame, by: str) -> Iterator[dict[str, Any]]:
    """Yield the areas at the level gaps are gathered at, then what holds several, then what has no area."""
    areas = scene.inside("Area")
    wards = [str(id) for id in areas.index[areas["level"] == scene.home_level]]
    grants = _grants(scene, paid)
    held = {*services["area"], *grants}
    facts = _Facts(scene, grants)
    for area in [*wards, *sorted(held - {*wards, NO_AREA}), *({NO_AREA} & held)]:
        own = services[services["area"] == area]
        yield {"about": "area", **facts.of(area, own)}
        for code, chosen in _coded(own, by):
            people = facts.people(area)
            spend = _amount("pounds", chosen["pounds"], own["pounds"])
            yield {
                "about": "area_mix",
                "area": None if area == NO_AREA else area,
                "name": facts.name(area),
                "dimension": by,
                "code": code,
                "services": len(chosen),
                **spend,
                "pounds_per_1000": _per_1000(spend["pounds_a_year"], people),
            }


def _grants(scene: Scene, paid: pd.DataFrame) -> dict[str, float]:
    """Return area -> pounds a year that current agreements pay to organisations that sit there."""
    current = paid[(paid["holds"] == "current") & (paid["label"] == "Organisation") & ~paid["onward"]]
    found: dict[str, float] = {}
    for id, pounds in zip(current["end"], current["per_year"].fillna(0.0), strict=True):
        area = scene.home(id) or NO_AREA
        found[area] = found.get(area, 0.0) + float(pounds)
    return found


class _Facts:
    """What is said of an area: people, need, deprivation, spend, behaviour only.

    Of an area that reaches beyond the one looked at only its pounds are: they pay for more than is looked at.
    """

    def __init__(self, scene: Scene, grants: dict[str, float]) -> None:
        self._scene = scene
        self._grants = grants
        self._needs = Estimates(scene.landscape)
        self._deprivation = Deprivation(scene.landscape, scene.residents)
        self._present = services_by_area(scene)
        self._approach = current_services(scene.landscape)["approach"]
        self._level = scene.frame("Area")["level"]

    def people(self, area: str) -> int | None:
        return self._scene.residents.of([area]) if area in self._scene.areas_inside else None

    def name(self, area: str) -> str:
        return NO_AREA if area == NO_AREA else self._scene.name(area)

    def of(self, area: str, own: pd.DataFrame) -> dict[str, Any]:
        placed, whole = area != NO_AREA, area in self._scene.areas_inside
        people = self.people(area)
        spend = _amount("pounds", own["pounds"], own["pounds"])
        spend.pop("share_pounds")
        need = self._needs.of(area) if whole else Estimate()
        here = self._present.get(area)
        return {
            "area": area if placed else None,
            "name": self.name(area),
            "level": known(self._level[area]) if placed else None,
            "people_10_17": people,
            "services_for_it_alone": len(own),
            **spend,
            "pounds_per_1000": _per_1000(spend["pounds_a_year"], people),
            "pounds_a_year_to_organisations": _whole(self._grants.get(area, 0.0)),
            "need_people": need.people,
            "need_withheld": need.withheld,
            "need_per_1000": _per_1000(need.people, people),
            "deprivation_score": self._deprivation.score(area) if whole else None,
            "deprivation_decile": self._deprivation.decile(area) if whole else None,
            "services_reaching": None if here is None else len(here),
            "behaviour_only": None if here is None else self._behaviour_only(here),
        }

    def _behaviour_only(self, here: set[str]) -> str:
        """Return yes, no, unknown (some are not yet coded, the rest behaviour-based) or no_services."""
        codes = {self._approach[id] if isinstance(self._approach[id], str) else None for id in here}
        if not codes:
            return "no_services"
        if codes - {_BEHAVIOUR, None}:
            return "no"
        return "unknown" if None in codes else "yes"


def _inside(landscape: Landscape, paid: pd.DataFrame) -> pd.DataFrame:
    """Return the agreements that pay somebody of the area."""
    inside: set[str] = set()
    for label in ("Service", "Organisation", "Programme", "Guardian"):
        frame = landscape.nodes(label)
        inside |= set(frame.index[frame["inside"]])
    return paid[paid["end"].isin(inside)].reset_index(drop=True)


def _share(part: float, whole: float) -> float | None:
    return round(part / whole, 4) if whole else None


def _per_1000(amount: float | None, people: int | None) -> float | None:
    return round(1000 * amount / people, 2) if amount is not None and people else None


def _whole(pounds: float) -> float:
    return float(np.round(pounds, 2))


def _summary(services: pd.DataFrame, paid: pd.DataFrame, rows: list[dict[str, Any]]) -> dict[str, Any]:
    basis = services["basis"]
    money = [row for row in rows if row["about"] == "money"]
    wards = [row for row in rows if row["about"] == "area" and row["behaviour_only"] is not None]
    return {
        "services": len(services),
        "services_not_yet_coded": int(services[["level", "approach", "lens"]].isna().any(axis=1).sum()),
        "pounds_a_year": _whole(float(services["pounds"].sum())) if services["pounds"].notna().any() else None,
        "services_by_recorded_cost": int((basis == COST).sum()),
        "services_by_funding": int(basis.isin([FUNDING, AT_LEAST]).sum()),
        "services_cost_unknown": int(services["pounds"].isna().sum()),
        "agreements": len(paid),
        "agreements_current": sum(row["current"] for row in money),
        "agreements_over": sum(row["over"] for row in money),
        "agreements_passed_on": sum(row["passed_on"] for row in money),
        "pounds_agreed": _whole(sum(row["pounds"] for row in money)),
        "pounds_agreed_current": _whole(sum(row["pounds_current"] for row in money)),
        "areas_behaviour_only": sum(row["behaviour_only"] == "yes" for row in wards),
        "areas_behaviour_only_unknown": sum(row["behaviour_only"] == "unknown" for row in wards),
    }


def _caveats(services: pd.DataFrame, paid: pd.DataFrame) -> tuple[str, ...]:
    said = ["A service counts whole in the one ward it is for; one for several wards counts in what holds them all."]
    if not len(services):
        said.append("No service is recorded: nothing can be said of what there is.")
    unknown = int(services["pounds"].isna().sum())
    if unknown:
        said.append(f"What {unknown} of {len(services)} services cost is not recorded: that is not 0.")
    open_codes = int(services[["level", "approach", "lens"]].isna().any(axis=1).sum())
    if open_codes:
        said.append(f"{open_codes} of {len(services)} services are not yet coded: level, approach or lens is open.")
    if len(paid) and not (paid["holds"] == "current").any():
        said.append("No agreement is current on this day: what is over paid for nothing that runs now.")
    if (paid["holds"] == "current").any():
        said.append("An amount counts evenly over its agreement; one of a year or less counts whole.")
    doubtful = perhaps_passed_on(paid)
    if doubtful:
        said.append(
            f"{doubtful} agreements are paid by a body that is itself paid here and are not marked as passed on: "
            "their pounds may be counted twice in what was agreed, never in what services cost."
        )
    return tuple(said)
