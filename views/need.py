"""Where does provision fall short of need, and for whom? Rows, figures and sentences of the page Need and fairness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from graphmodel.landscape import Landscape
from views import charts
from views.areas import Catalogue
from views.charts import Figure, Point, Range
from views.maps import Shade

RESIDENT = "resident"
# Of each quadrant: its words, and the colour and shape of its marks.
QUADRANTS = {
    "high_need_low_availability": ("High need, low availability", charts.SHORTFALL, "diamond"),
    "high_need_high_availability": ("High need, high availability", charts.PROVISION, "circle"),
    "low_need_low_availability": ("Low need, low availability", charts.SHORTFALL, "diamond-open"),
    "low_need_high_availability": ("Low need, high availability", charts.PROVISION, "circle-open"),
}
WHY_NOT = {
    "need_withheld": "not compared: the count is too small to keep",
    "need_not_recorded": "not compared: no need recorded",
    "not_compared": "not compared: availability, need or residents not known",
}
SERVICES, PLACES, SHARE = "services", "places", "share"
MEASURES = {
    SERVICES: "Services per 1,000 aged 10-17 within a walk",
    PLACES: "Places a year per 1,000 aged 10-17 within a walk",
    SHARE: "Share of young people with a service within a walk",
}
STRATA = {"group": "Group", "harm": "Harm", "need": "Need"}
NOT_KNOWN = "not known"
_COMPARED_AT = ("local_authority", "region", "country")


def compared_within(names: Catalogue, area: str | None) -> tuple[str | None, str | None]:
    """Return the area whose wards are compared, and the ward of it that is chosen (or holds what is), if any."""
    found = names.get(area)
    if found is None or found.level not in ("ward", "msoa", "lsoa"):
        return area, None
    above = [each.id for each in names.path(area) if each.level in _COMPARED_AT]
    return (above[-1] if above else area), found.parents.get("ward", found.id)


# --- need by availability -------------------------------------------------------------------------------------


def ward_rows(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the rows about areas, in the order of the analysis: high need and low availability first."""
    return [row for row in rows if row["about"] == "area"]


def by_residents(wards: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether residents stand in for need, of which none is recorded."""
    return bool(wards) and wards[0]["people_basis"] == RESIDENT


def ward_table(wards: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return the wards as people read them; a number that is missing is not known, and a column says why."""
    stands_in = by_residents(wards)
    return pd.DataFrame(
        {
            "Area": [row["name"] for row in wards],
            "Residents and availability" if stands_in else "Need and availability": [
                quadrant_words(row["quadrant"], stands_in) for row in wards
            ],
            **({} if stands_in else {"Need per 1,000": numbers(wards, "need_per_1000")}),
            "Services per 1,000": numbers(wards, "access_per_1000").round(2),
            **({} if stands_in else {"People in need": numbers(wards, "people")}),
            **({} if stands_in else {"How known": [need_known(row) for row in wards]}),
            "Aged 10-17": numbers(wards, "people_10_17"),
            "Deprivation decile": numbers(wards, "deprivation_decile"),
        }
    )


def quadrant_words(code: str, stands_in: bool = False) -> str:
    """Return a quadrant, or why there is none, in words; where residents stand in for need, none is called need."""
    if code not in QUADRANTS:
        return WHY_NOT.get(code, code)
    said = QUADRANTS[code][0]
    return said.replace("High need", "More residents").replace("Low need", "Fewer residents") if stands_in else said


def need_known(row: Mapping[str, Any]) -> str:
    """Return how well the need of a row is known."""
    if row["need_withheld"]:
        return "too small to keep"
    if not row["need_recorded"]:
        return "not recorded"
    return "at least" if row["need_at_least"] else "estimate"


def quadrant(wards: Sequence[Mapping[str, Any]], chosen: str | None) -> Figure | None:
    """Return the chart of need over availability with the medians that part them; None with fewer than two to compare.

    A click says the ward's id.
    """
    held = [row for row in wards if row["quadrant"] in QUADRANTS]
    if len(held) < 2:
        return None
    stands_in = by_residents(held)
    field = "people_10_17" if stands_in else "need_per_1000"
    up = "Residents aged 10-17" if stands_in else "People in need per 1,000 aged 10-17"
    named = {code: (quadrant_words(code, stands_in), *marks[1:]) for code, marks in QUADRANTS.items()}
    found = [
        Point(
            row["area"],
            row["name"],
            float(row["access_per_1000"]),
            float(row[field]),
            row["quadrant"],
            (
                named[row["quadrant"]][0],
                f"{up}: {row[field]:,.0f}",
                f"Services within a walk per 1,000: {row['access_per_1000']:.1f}",
            ),
        )
        for row in held
    ]
    return charts.points(
        found,
        named,
        across="Services within a walk per 1,000 aged 10-17",
        up=up,
        middle=(float(np.median([point.x for point in found])), float(np.median([point.y for point in found]))),
        chosen=chosen,
        named=next(iter(QUADRANTS)),
    )


def left_out(wards: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a sentence for each reason why wards are in the table and not in the chart."""
    counts = {code: sum(row["quadrant"] == code for row in wards) for code in WHY_NOT}
    return [f"{counted(count, 'area')} {WHY_NOT[code]}." for code, count in counts.items() if count]


# --- unmet need -----------------------------------------------------------------------------------------------


def headline(row: Mapping[str, Any], threshold: int) -> str:
    """Return how many cannot be served, whatever the allocation, as one sentence."""
    who = "residents aged 10-17" if row["people_basis"] == RESIDENT else "people in need"
    whole = row["need"]
    if row["unmet"] is None:
        return f"Some of the {who}, fewer than {threshold} or too few to tell apart, cannot be served."
    if not row["unmet"]:
        return f"No shortfall can be proven for {'these' if whole is None else f'{whole:,}'} {who}."
    if whole is None:
        return f"{row['unmet']:,} {who} cannot be served, whatever the allocation."
    return f"{row['unmet']:,} of {whole:,} {who} cannot be served, whatever the allocation."


def bounds(row: Mapping[str, Any]) -> list[str]:
    """Return what the number leaves open: its bounds, those with nothing in reach, and places nobody recorded."""
    said = []
    if None not in (row["unmet_at_least"], row["unmet_at_most"]):
        said.append(
            f"At least {row['unmet_at_least']:,} and, by what is not recorded, at most {row['unmet_at_most']:,}."
        )
    if row["without_any_service"]:
        said.append(
            f"For {row['without_any_service']:,} of them no recorded service that could serve them is in reach."
        )
    unknown = row["services_capacity_unknown"]
    if unknown:
        all_of = counted(row["services"], "service")
        said.append(f"The places of {unknown} of {all_of} are not recorded: these are held to turn nobody away.")
    return said


def strata(rows: Sequence[Mapping[str, Any]], by: str) -> list[Mapping[str, Any]]:
    """Return the rows of groups, harms or needs, the largest shortfall first, those withheld last."""
    held = [row for row in rows if row["by"] == by]
    return sorted(held, key=lambda row: (row["unmet"] is None, -(row["unmet"] or 0), row["name"]))


def strata_table(rows: Sequence[Mapping[str, Any]], by: str) -> pd.DataFrame:
    """Return these rows as people read them, each alone with all the places."""
    return pd.DataFrame(
        {
            STRATA[by]: [row["name"] for row in rows],
            "In need": numbers(rows, "need"),
            "Cannot be served": numbers(rows, "unmet"),
            "Cannot be served, at most": numbers(rows, "unmet_at_most"),
            "Nothing in reach": numbers(rows, "without_any_service"),
            "Services that fit": numbers(rows, "services"),
            "Places a year": numbers(rows, "places"),
            "Places not recorded for": numbers(rows, "services_capacity_unknown"),
            "Because": [" ".join(row["certificate"]) for row in rows],
        }
    )


def shortfall(rows: Sequence[Mapping[str, Any]]) -> Figure | None:
    """Return the chart of who cannot be served; rows whose count is withheld are not drawn, None without any other."""
    held = [
        Range(
            row["name"],
            row["unmet"],
            row["unmet_at_most"],
            row["need"],
            (
                row["name"],
                f"cannot be served: {row['unmet']:,}",
                f"at most: {_or_not(row['unmet_at_most'])}",
                f"in need: {_or_not(row['need'])}",
            ),
        )
        for row in rows
        if row["unmet"] is not None
    ]
    if not held:
        return None
    return charts.ranges(
        held,
        certain="Cannot be served, certain",
        perhaps="may be, by what is not recorded",
        whole="in need",
        across="People",
    )


# --- within reach ---------------------------------------------------------------------------------------------


def reach_rows(result: Any, by: str) -> list[dict[str, Any]]:
    """Return the rows by small area (``cell``) or ward, each with ``area``, ``name`` and ``share_within_reach``."""
    rows = result.cells if by == "cell" else result.wards
    return [
        {
            **row,
            "area": row[by],
            "name": row["name"] or "no ward recorded",
            "share_within_reach": _as_share(row["within_reach"]) if by == "cell" else row["share_within_reach"],
        }
        for row in rows
    ]


def reach_values(rows: Sequence[Mapping[str, Any]], measure: str) -> dict[str, float | None]:
    """Return area id -> the measure; 0 where there is none, None where it is not known."""
    field = {SERVICES: "services_per_1000", PLACES: "places_per_1000", SHARE: "share_within_reach"}[measure]
    return {row["area"]: row[field] for row in rows if row["area"] is not None}


def reach_shade(geometry: str, rows: Sequence[Mapping[str, Any]], measure: str) -> Shade:
    """Return the shade of the areas by the measure."""
    names = {row["area"]: row["name"] for row in rows if row["area"] is not None}
    decimals = 1 if measure == SERVICES else 0
    values = reach_values(rows, measure)
    return Shade(geometry, values, names, MEASURES[measure], share=measure == SHARE, decimals=decimals)


def reach_table(rows: Sequence[Mapping[str, Any]], service_names: Mapping[str, str]) -> pd.DataFrame:
    """Return the rows as people read them, those who reach least first, what is not known last."""
    held = sorted(rows, key=_least_first)
    found = {
        "Area": [row["name"] for row in held],
        "Young people": numbers(held, "people"),
        "Services per 1,000": numbers(held, "services_per_1000").round(2),
        "Places a year per 1,000": numbers(held, "places_per_1000").round(0),
        "Share within reach (%)": (numbers(held, "share_within_reach") * 100).round(0),
        "Services in reach": numbers(held, "services_within"),
        "Hours not known": numbers(held, "services_hours_unknown"),
        "Online or at home": numbers(held, "services_without_travel"),
        "Place not recorded": numbers(held, "services_place_not_recorded"),
    }
    if held and "nearest_m" in held[0]:
        found["Nearest (m)"] = numbers(held, "nearest_m").round(0)
        found["Nearest service"] = [service_names.get(row["nearest_service"] or "", "") for row in held]
    return pd.DataFrame(found)


def reach_order(rows: Sequence[Mapping[str, Any]]) -> list[str | None]:
    """Return the areas in the order of the table."""
    return [row["area"] for row in sorted(rows, key=_least_first)]


def _least_first(row: Mapping[str, Any]) -> tuple[bool, float, str]:
    return row["services_per_1000"] is None, row["services_per_1000"] or 0.0, row["name"]


def reach_words(summary: Mapping[str, Any]) -> list[str]:
    """Return how many young people have a service within a walk, how many have none, and of how many nobody can say."""
    people = summary["people"]
    if not people:
        return []
    share, none = summary["share_within_reach"], summary["people_out_of_reach"]
    near = f"{summary['people_within_reach']:,} of {people:,} young people"
    said = [
        f"{none:,} of {people:,} young people have no such service within a walk."
        if share is None
        else f"{near} ({share:.0%}) have such a service within a walk; {none:,} have none."
    ]
    if summary["people_reach_unknown"]:
        said.append(f"For {summary['people_reach_unknown']:,} nobody recorded whether a service near is open then.")
    if summary["people_not_located"]:
        said.append(f"{summary['people_not_located']:,} live in areas without a point: in no share.")
    return said


def names_of_services(landscape: Landscape) -> dict[str, str]:
    """Return service id -> name, confidential ones left out."""
    frame = landscape.nodes("Service")
    shown = frame[(frame["sensitivity"] != "confidential").to_numpy(bool)]
    return {str(id): str(name) for id, name in shown["name"].items()}


def numbers(rows: Sequence[Mapping[str, Any]], field: str) -> pd.Series[Any]:
    """Return a field as numbers, missing where it is None."""
    return pd.Series([np.nan if row[field] is None else row[field] for row in rows], dtype=float)


def _as_share(within: bool | None) -> float | None:
    return None if within is None else float(within)


def _or_not(number: float | None) -> str:
    return NOT_KNOWN if number is None else f"{number:,}"


def counted(count: int, what: str) -> str:
    """Return how many of what, in words."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
