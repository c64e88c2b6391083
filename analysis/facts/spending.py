"""What does a service cost a year, and which agreements pay? Money that is passed on is counted once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from graphmodel.landscape import Landscape
from graphmodel.schema import label_of

COST, FUNDING, AT_LEAST = "cost", "funding", "funding_at_least"
_DAYS_A_YEAR = 365.25


def payments(landscape: Landscape) -> pd.DataFrame:
    """Return every FUNDS link: start, end (ids), label of who is paid, pounds, per_year, onward, and when it holds.

    ``pounds`` is the amount, else units x price, NaN where neither is known. ``per_year`` spreads it evenly from start
    to end; an agreement of a year or less counts whole, for nobody said that it is repeated; NaN where the length is
    unknown. ``holds`` is current, over or to_come as of the day: one without a start has begun, one without an end runs
    on. ``onward``: passed on from money that is already counted.
    """
    links = landscape.links("FUNDS")
    amount, units, price = (links[name].to_numpy(float) for name in ("amount_gbp", "units", "unit_price"))
    pounds = np.where(np.isnan(amount), units * price, amount)
    years = np.array([_years(*dates) for dates in zip(links["start_date"], links["end_date"], strict=True)], float)
    return pd.DataFrame(
        {
            "id": links["id"],
            "start": links["start"],
            "end": links["end"],
            "label": [label_of(id) for id in links["end"]],
            "pounds": pounds,
            "per_year": pounds / np.maximum(years, 1.0),
            "share_of_cost": links["share_of_cost"].to_numpy(float),
            "holds": [
                _holds(*row, landscape.as_of) for row in zip(links["start_date"], links["end_date"], strict=True)
            ],
            "onward": np.array([value is True for value in links["onward"]], bool),
        }
    )


def spend_of(services: pd.DataFrame, paid: pd.DataFrame) -> pd.DataFrame:
    """Return what each service costs a year, by id: ``pounds`` (NaN unknown) and ``basis``.

    Its own ``cost_per_year`` (basis cost), or else what its current agreements pay a year (funding; funding_at_least
    where one of them says no amount or no end). Where all of them say which share of the cost they pay, the cost is
    what they pay over that share.
    """
    cost = services["cost_per_year"].to_numpy(float)
    current = paid[paid["holds"] == "current"]
    by_service = {str(id): rows for id, rows in current.groupby("end", sort=False)}
    found = [
        _funded(by_service.get(str(id))) if np.isnan(c) else (c, COST)
        for id, c in zip(services.index, cost, strict=True)
    ]
    return pd.DataFrame(
        {
            "pounds": np.array([pounds for pounds, _ in found], float),
            "basis": pd.Series([b for _, b in found], dtype=object).to_numpy(),
        },
        index=services.index,
    )


def _funded(rows: pd.DataFrame | None) -> tuple[float, str | None]:
    if rows is None or rows["per_year"].isna().all():
        return float("nan"), None
    share = float(rows["share_of_cost"].sum(skipna=False))
    per_year = float(rows["per_year"].sum())
    if rows["per_year"].isna().any():
        return per_year, AT_LEAST
    return (per_year / share if 0 < share <= 1 else per_year), FUNDING


@dataclass(frozen=True, slots=True)
class Flow:
    """Agreements that pay one kind of recipient: how many, and pounds, those passed on apart."""

    paid_to: str
    agreements: int
    current: int
    over: int
    to_come: int
    pounds: float
    pounds_current: float
    pounds_per_year: float
    pounds_passed_on: float
    passed_on: int
    amount_unknown: int
    length_unknown: int


def flows(paid: pd.DataFrame) -> list[Flow]:
    """Return a row for each kind of recipient. Pounds leave out what is passed on: it was counted where it came in."""
    return [_flow(str(label), rows) for label, rows in paid.groupby("label")]


def _flow(label: str, rows: pd.DataFrame) -> Flow:
    first = rows[~rows["onward"]]
    current = first[first["holds"] == "current"]
    held = rows["holds"].value_counts()
    return Flow(
        paid_to=label,
        agreements=len(rows),
        current=int(held.get("current", 0)),
        over=int(held.get("over", 0)),
        to_come=int(held.get("to_come", 0)),
        pounds=round(float(first["pounds"].sum()), 2),
        pounds_current=round(float(current["pounds"].sum()), 2),
        pounds_per_year=round(float(current["per_year"].sum()), 2),
        pounds_passed_on=round(float(rows.loc[rows["onward"], "pounds"].sum()), 2),
        passed_on=int(rows["onward"].sum()),
        amount_unknown=int(rows["pounds"].isna().sum()),
        length_unknown=int((current["pounds"].notna() & current["per_year"].isna()).sum()),
    )


def perhaps_passed_on(paid: pd.DataFrame) -> int:
    """Return how many current agreements are paid by a body that is paid itself, and are not marked as passed on."""
    current = paid[paid["holds"] == "current"]
    return int((~current["onward"] & current["start"].isin(current["end"])).sum())


def _years(start: Any, end: Any) -> float:
    """Return the length in years, to a hundredth, so that 1 April to 31 March three years on is 3."""
    if not isinstance(start, date) or not isinstance(end, date) or end < start:
        return float("nan")
    return round((end - start).days / _DAYS_A_YEAR, 2)


def _holds(start: Any, end: Any, as_of: date) -> str:
    if isinstance(end, date) and end < as_of:
        return "over"
    return "to_come" if isinstance(start, date) and start > as_of else "current"
