"""How do the analyses of services read? Duplicates, age cliffs, harms, demand, spend and outcomes as tables."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.results import Result
from graphmodel.codes import code_list
from views.places import label
from views.services import NOT_RECORDED, without_names

Rows = Iterable[Mapping[str, Any]]

DIMENSIONS = {
    "level": "levels",
    "approach": "approaches",
    "lens": "lenses",
    "tier": "tiers",
    "relationship": "relationships",
}
_STATES = {"yes": "yes", "no": "no", "not_known": NOT_RECORDED, "unknown": NOT_RECORDED}
_BOUNDARIES = {"below_11": "under 11", "at_18": "17 to 18"}
_NOT_CODED = "not yet coded"


def duplicates(rows: Rows, hidden: Collection[str], names: Sequence[str]) -> pd.DataFrame:
    """Return where several services do the same; a row left with one service that may be shown is left out."""
    told = []
    for row in rows:
        open_ = [name for id, name in zip(row["services"], row["names"], strict=True) if id not in hidden]
        if len(open_) > 1:
            told.append(
                {
                    "Services": len(open_),
                    "Which": _several(open_, names),
                    "Areas": _several(row["area_names"], ()),
                    "Harm": label("harms", row["harm"]),
                    "Made for": label("groups", row["group"]) or "nobody in particular",
                    "Approach": label("approaches", row["approach"]),
                    "Ages overlap": {True: "yes", False: "no", None: NOT_RECORDED}[row["ages_overlap"]],
                }
            )
    return pd.DataFrame(told)


def cliffs(rows: Rows, hidden: Collection[str], services: Mapping[str, str]) -> pd.DataFrame:
    """Return for each ward and boundary how many services go on past it; ``services`` is id -> name."""
    return pd.DataFrame(
        {
            "Ward": row["name"],
            "Boundary": _BOUNDARIES.get(row["boundary"], row["boundary"]),
            "Services for": row["ages"],
            "Go on": row["go_on"],
            "Stop": row["stop"],
            "Ages not recorded": row["not_known"],
            "Cliff": _STATES[row["cliff"]],
            "Stop here": _several([services[id] for id in row["stopping"] if id in services and id not in hidden], ()),
        }
        for row in rows
    )


def harms(rows: Rows) -> pd.DataFrame:
    """Return for each harm how many services respond to it, and where it is recorded."""
    provision = {"some": "yes", "none_recorded": "none recorded", "not_known": NOT_RECORDED}
    return pd.DataFrame(
        {
            "Harm": row["label"],
            "A response": provision[row["provision"]],
            **_responses(row),
            "Purposes not recorded": row["purposes_not_recorded"],
            "Contexts it is recorded of": row["contexts"],
            "Needs recorded": row["needs"],
        }
        for row in rows
    )


def _responses(row: Mapping[str, Any]) -> dict[str, int | None]:
    """Return how many services respond to a harm; not 0 where no service says to which harms it responds."""
    columns = {
        "Services": "services",
        "At Level 2": "level_2",
        "Alternatives to relocation": "alternatives_to_relocation",
    }
    return {name: None if row["provision"] == "not_known" else row[key] for name, key in columns.items()}


def exclusion(rows: Rows, names: Collection[str]) -> pd.DataFrame:
    """Return which services respond to exclusion at each school, by the schools' names; never ranked."""
    responses = {"at_school": "at the school", "for_its_area": "for its area", "none_recorded": "none recorded"}
    return pd.DataFrame(
        {
            "School": row["name"],
            "A response": responses.get(row["response"], NOT_RECORDED),
            "At the school": _several([name for name in row["at_school"] if name not in names], ()),
            "For its area": _several([name for name in row["for_its_area"] if name not in names], ()),
            "Purposes not recorded": row["purposes_not_recorded"],
            "Area": row["area_name"] or NOT_RECORDED,
        }
        for row in rows
    )


def demand(rows: Rows, hidden: Collection[str], names: Sequence[str], *, long_only: bool = False) -> pd.DataFrame:
    """Return what is asked of each service against its places; a count too small to be said reads "withheld"."""
    return pd.DataFrame(
        {
            "Name": without_names(row["name"], names),
            "Kind": label("service_kinds", row["kind"]),
            "Places a year": row["capacity"],
            "Using it": _people(row, "in_use"),
            "Referred": _people(row, "referrals"),
            "Turned away": _people(row, "turned_away"),
            "Referred per place": row["referrals_per_place"],
            "Wait (days)": row["wait_days"],
            "Over four weeks": _STATES[row["long_wait"]],
            "Period": row["figures_period"] or NOT_RECORDED,
        }
        for row in rows
        if row["service"] not in hidden and (row["long_wait"] == "yes" or not long_only)
    )


def spend_by_kind(rows: Rows, dimension: str) -> pd.DataFrame:
    """Return services, places and pounds a year by the codes of a dimension.

    While some services are not yet coded, a code that none has is of unknown places and pounds, not of none.
    """
    held = [row for row in rows if row["about"] == "mix" and row["dimension"] == dimension]
    uncoded = any(row["code"] == "not_yet_coded" and row["services"] for row in held)

    def known(row: Mapping[str, Any], name: str) -> Any:
        return None if uncoded and not row["services"] else row[name]

    return pd.DataFrame(
        {
            dimension.capitalize(): _coded(dimension, row["code"]),
            "Services": row["services"],
            "Share of services": row["share_services"],
            "Places a year": known(row, "capacity_a_year"),
            "Places not recorded": row["capacity_unknown"],
            "Pounds a year": known(row, "pounds_a_year"),
            "Share of pounds": known(row, "share_pounds"),
            "Cost not recorded": row["pounds_unknown"],
        }
        for row in held
    )


def spend_by_area(rows: Rows) -> pd.DataFrame:
    """Return pounds a year by area, with people and need beside it."""
    return pd.DataFrame(
        {
            "Area": row["name"],
            "Services for it alone": row["services_for_it_alone"],
            "Pounds a year": row["pounds_a_year"],
            "Cost not recorded": row["pounds_unknown"],
            "Aged 10-17": row["people_10_17"],
            "Pounds per 1,000 aged 10-17": row["pounds_per_1000"],
            "Need, people": "withheld" if row["need_withheld"] else _count(row["need_people"]),
        }
        for row in rows
        if row["about"] == "area"
    )


def spend_by_area_and_kind(rows: Rows, dimension: str) -> pd.DataFrame:
    """Return pounds a year by area and by the codes of a dimension."""
    return pd.DataFrame(
        {
            "Area": row["name"],
            dimension.capitalize(): _coded(dimension, row["code"]),
            "Services": row["services"],
            "Pounds a year": row["pounds_a_year"],
            "Cost not recorded": row["pounds_unknown"],
            "Share of the area's pounds": row["share_pounds"],
        }
        for row in rows
        if row["about"] == "area_mix"
    )


def reported(rows: Rows) -> pd.DataFrame:
    """Return how many services report which sort of outcome."""
    told = {**code_list("outcome_measures"), "none": "No outcome measures"}
    return pd.DataFrame(
        {
            "Outcome measures": told.get(row["outcome_measures"], NOT_RECORDED),
            "Services": row["services"],
            "Share of all": row["share_of_all"],
            "Share of those recorded": row["share_of_recorded"],
        }
        for row in rows
        if row["about"] == "service"
    )


def in_short(result: Result) -> str:
    """Return a result of these analyses in a few words: what is there first, then what is short or not recorded."""
    return _SENTENCES[result.name](result.summary)


def _several(names: Sequence[str], hidden: Sequence[str]) -> str:
    return "; ".join(str(without_names(name, hidden)) for name in names)


def _coded(dimension: str, code: str) -> str:
    return _NOT_CODED if code == "not_yet_coded" else label(DIMENSIONS[dimension], code) or code


def _people(row: Mapping[str, Any], name: str) -> str:
    if name in row["withheld"]:
        return "withheld"
    return _count(row[name])


def _count(people: int | None) -> str:
    return NOT_RECORDED if people is None else f"{people:,}"


def _duplication(told: Mapping[str, Any]) -> str:
    return (
        f"{told['services']:,} services share area, harm, group and approach with another, in {told['areas']:,} areas. "
        f"{told['services_not_compared']:,} are not compared: their harms or approach are not recorded."
    )


def _cliffs(told: Mapping[str, Any]) -> str:
    if told["not_known"] == sum(told.values()):
        return (
            "Where provision stops with an age nobody can tell: the ages of services are not recorded. Add the "
            "youngest and the oldest age to each service (columns minimum_age and maximum_age)."
        )
    return (
        f"Provision goes on past the age in {told['no']:,} of {sum(told.values()):,} pairs of ward and boundary; "
        f"it stops in {told['yes']:,}; for {told['not_known']:,} the ages are not recorded."
    )


def _harms(told: Mapping[str, Any]) -> str:
    if told["services_of_unknown_harms"] == told["services"]:
        return (
            f"To which harms they respond nobody recorded of any of the {told['services']:,} services here. Add harms "
            "to services."
        )
    return (
        f"{told['some']:,} harms have a response here, {told['none_recorded']:,} none that is recorded; of "
        f"{told['not_known']:,} nobody can tell. {told['services_of_unknown_harms']:,} of {told['services']:,} "
        "services do not say to which harms they respond."
    )


def _exclusion(told: Mapping[str, Any]) -> str:
    if told["not_known"] == told["schools"]:
        return (
            f"Of none of the {told['schools']:,} schools anybody can tell: the purposes of services are not recorded. "
            "Add purposes to services."
        )
    return (
        f"{told['at_school']:,} of {told['schools']:,} schools have a response to exclusion on the spot, "
        f"{told['for_its_area']:,} one for their area, {told['none_recorded']:,} none that is recorded; of "
        f"{told['not_known']:,} nobody can tell."
    )


def _demand(told: Mapping[str, Any]) -> str:
    waits = told["long_wait"]
    if waits["not_known"] == told["services"]:
        return (
            f"How long young people wait nobody recorded of any of the {told['services']:,} services here. Places are "
            f"recorded of {told['capacity']['services']:,}, referrals of {told['referrals']['services']:,}. Add what "
            "each service knows (columns capacity, in_use, referrals, turned_away and wait_days)."
        )
    return (
        f"{waits['no']:,} services see young people within four weeks, {waits['yes']:,} take longer, of "
        f"{waits['not_known']:,} the wait is not recorded. Places are recorded of {told['capacity']['services']:,} of "
        f"{told['services']:,} services, referrals of {told['referrals']['services']:,}."
    )


def _balance(told: Mapping[str, Any]) -> str:
    pounds = told["pounds_a_year"]
    without = told["services_cost_unknown"]
    unknown = f"of {without:,} of {told['services']:,} services the cost is not recorded"
    if not without:
        unknown = f"the cost of all {told['services']:,} services is recorded"
    cost = f"O{unknown[1:]}" if pounds is None else f"GBP {pounds:,.0f} a year; {unknown}"
    return (
        f"{cost}. "
        f"{told['agreements_current']:,} agreements are current. "
        f"{told['services_not_yet_coded']:,} services are not yet coded."
    )


def _outcomes(told: Mapping[str, Any]) -> str:
    return (
        f"{told['services_contextual_measures']:,} of {told['services']:,} services report contextual outcome "
        f"measures; of {told['services_outcomes_not_recorded']:,} it is not recorded what they report."
    )


_SENTENCES = {
    "duplication": _duplication,
    "age_cliffs": _cliffs,
    "harms": _harms,
    "exclusion": _exclusion,
    "demand": _demand,
    "balance": _balance,
    "outcomes": _outcomes,
}
