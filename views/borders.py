"""How does provision used across a border read? Areas, services and agreements as tables, and a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from graphmodel.codes import code_list
from graphmodel.landscape import Landscape
from views.places import label
from views.services import NOT_RECORDED, without_names

Rows = Iterable[Mapping[str, Any]]

# Borders people ask about; a small area for statistics is none of them.
LEVELS = ("local_authority", "ward", "custom")
_WHERE = {"outside": "only outside it", "partly": "partly outside it", "not_known": NOT_RECORDED}
_AGREEMENTS = {
    ("FUNDS", False): "pays",
    ("FUNDS", True): "passes money on",
    ("COMMISSIONS", False): "commissions",
}
_BEYOND = "beyond the areas loaded"


def levels(landscape: Landscape) -> tuple[str, ...]:
    """Return the levels of areas whose borders can be looked at here, those the analysis begins with first."""
    loaded = landscape.nodes("Area")["level"].value_counts()
    found = [level for level in LEVELS if loaded.get(level, 0)]
    # One authority alone has no neighbour to share with: begin with its wards.
    return tuple(sorted(found, key=lambda level: loaded[level] < 2))


def in_short(told: Mapping[str, Any]) -> str:
    """Return in a few words what crosses the border, and of how much nobody can tell."""
    uses = {state: told[f"uses_{state}"] for state in ("outside", "partly", "here", "no_travel", "not_known")}
    silent = told["services_for_whom_not_recorded"]
    if not sum(uses.values()):
        return (
            f"Of {silent:,} services delivered here nobody recorded for people of which area they are."
            if silent
            else "No service is recorded as one for people of these areas."
        )
    said = (
        f"Of {sum(uses.values()):,} pairs of a service and an area it is for, {uses['outside']:,} are delivered only "
        f"outside the area, {uses['partly']:,} partly, {uses['here']:,} in it; to {uses['no_travel']:,} nobody travels."
    )
    unknown = f" Where it is delivered is not recorded of {uses['not_known']:,}." if uses["not_known"] else ""
    return said + unknown + (f" For whom they are is not recorded of {silent:,} services." if silent else "")


def by_area(rows: Rows) -> pd.DataFrame:
    """Return for each area how many services for its people are delivered where, and the other way round."""
    return pd.DataFrame(
        {
            "Area": row["name"],
            "Services for it": row["services_for_it"],
            "Only outside it": row["outside"],
            "Partly outside": row["partly"],
            "People who use these": _people(row, "", row["people_not_recorded"], row["outside"] + row["partly"]),
            "In it": row["here"],
            "Nobody travels": row["no_travel"],
            "Where not recorded": row["not_known"],
            "Delivered in it": row["delivered_in_it"],
            "of which for others": row["used_by_others"],
            "People from elsewhere": _people(row, "others_", row["others_people_not_recorded"], row["used_by_others"]),
            "For whom not recorded": row["for_whom_not_recorded"],
        }
        for row in rows
        if row["about"] == "area"
    )


def uses(rows: Rows, names: Sequence[str]) -> pd.DataFrame:
    """Return the services used across the border: by people of which area, and where they are delivered."""
    bases = code_list("serves_basis")
    return pd.DataFrame(
        {
            "For people of": row["used_by_name"],
            "Service": without_names(row["name"], names),
            "Kind": label("service_kinds", row["kind"]),
            "Delivered": _WHERE[row["state"]],
            "In": _delivered_in(row),
            "Because it is": "; ".join(bases.get(code, code) for code in row["bases"]) or NOT_RECORDED,
            "People": _people(row, "", 0, 1),
            "Period": row["period"] or NOT_RECORDED,
        }
        for row in rows
        if row["about"] == "use"
    )


def money(rows: Rows, names: Sequence[str]) -> pd.DataFrame:
    """Return the current agreements whose payer is of another area than what is paid."""
    return pd.DataFrame(
        {
            "Pays": without_names(row["payer_name"], names),
            "of": row["payer_area_name"],
            "Paid": without_names(row["recipient_name"], names),
            "for or in": "; ".join(row["recipient_area_names"]) or _BEYOND,
            "Pounds": row["pounds"],
            "Until": NOT_RECORDED if row["end"] is None else f"{row['end']:%d %b %Y}",
            "Agreement": "commissions"
            if row["type"] == "COMMISSIONS"
            else "pays, passed on" * row["passed_on"] or "pays",
            "Source": row["source_row"],
        }
        for row in rows
        if row["about"] == "money"
    )


def _delivered_in(row: Mapping[str, Any]) -> str:
    if not row["sessions_outside"]:
        return NOT_RECORDED
    return "; ".join(row["delivered_in_names"]) or _BEYOND


def _people(row: Mapping[str, Any], prefix: str, missing: int, uses: int) -> str:
    """Return a count as it may be said: its range where one is withheld, "at least" where one is not recorded."""
    if not uses:
        return "no use recorded"
    people, least, most = (row[f"{prefix}people{name}"] for name in ("", "_at_least", "_at_most"))
    if least is None:
        return NOT_RECORDED
    if people is None:
        return f"{least:,} to {most:,}" if not missing else f"at least {least:,}"
    return f"at least {people:,}" if missing else f"{people:,}"
