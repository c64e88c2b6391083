"""Where does provision fall short of need, and for whom? Rows, figures and sentences of the page Need and fairness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from graphmodel.codes import code_list
from graphmodel.landscape import Landscape
from views import charts
from views.areas import Catalogue
from views.charts import Bar, Figure, Point, Range, Step
from views.maps import Shade
from views.overview import young_people_by_area

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
DIMENSIONS = {"level": "levels", "approach": "approaches", "lens": "lenses", "tier": "tiers"}
NOT_CODED = "not_yet_coded"
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
            "Need and availability": [quadrant_words(row["quadrant"]) for row in wards],
            **({} if stands_in else {"Need per 1,000": _numbers(wards, "need_per_1000")}),
            "Services per 1,000": _numbers(wards, "access_per_1000").round(2),
            **({} if stands_in else {"People in need": _numbers(wards, "people")}),
            **({} if stands_in else {"How known": [need_known(row) for row in wards]}),
            "Aged 10-17": _numbers(wards, "people_10_17"),
            "Deprivation decile": _numbers(wards, "deprivation_decile"),
        }
    )


def quadrant_words(code: str) -> str:
    """Return a quadrant, or why there is none, in words."""
    return QUADRANTS[code][0] if code in QUADRANTS else WHY_NOT.get(code, code)


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
    field = "people_10_17" if by_residents(held) else "need_per_1000"
    up = "Residents aged 10-17" if by_residents(held) else "People in need per 1,000 aged 10-17"
    found = [
        Point(
            row["area"],
            row["name"],
            float(row["access_per_1000"]),
            float(row[field]),
            row["quadrant"],
            (
                quadrant_words(row["quadrant"]),
                f"{up}: {row[field]:,.0f}",
                f"Services within a walk per 1,000: {row['access_per_1000']:.1f}",
            ),
        )
        for row in held
    ]
    return charts.points(
        found,
        QUADRANTS,
        across="Availability: services within a walk per 1,000 aged 10-17",
        up=up,
        middle=(float(np.median([point.x for point in found])), float(np.median([point.y for point in found]))),
        chosen=chosen,
        named=next(iter(QUADRANTS)),
    )


def left_out(wards: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a sentence for each reason why wards are in the table and not in the chart."""
    counts = {code: sum(row["quadrant"] == code for row in wards) for code in WHY_NOT}
    return [f"{_n(count, 'area')} {WHY_NOT[code]}." for code, count in counts.items() if count]


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
    if row["services_capacity_unknown"]:
        said.append(
            f"The places of {row['services_capacity_unknown']} of {_n(row['services'], 'service')} are not recorded: "
            "these are held to turn nobody away."
        )
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
            "In need": _numbers(rows, "need"),
            "Cannot be served": _numbers(rows, "unmet"),
            "at most": _numbers(rows, "unmet_at_most"),
            "Nothing in reach": _numbers(rows, "without_any_service"),
            "Services that fit": _numbers(rows, "services"),
            "Places a year": _numbers(rows, "places"),
            "Places not recorded for": _numbers(rows, "services_capacity_unknown"),
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
    held = sorted(rows, key=lambda row: (row["services_per_1000"] is None, row["services_per_1000"] or 0, row["name"]))
    found = {
        "Area": [row["name"] for row in held],
        "Young people": _numbers(held, "people"),
        "Services per 1,000": _numbers(held, "services_per_1000").round(2),
        "Places a year per 1,000": _numbers(held, "places_per_1000").round(0),
        "Share within reach (%)": (_numbers(held, "share_within_reach") * 100).round(0),
        "Services in reach": _numbers(held, "services_within"),
        "Hours not known": _numbers(held, "services_hours_unknown"),
        "Online or at home": _numbers(held, "services_without_travel"),
        "Place not recorded": _numbers(held, "services_place_not_recorded"),
    }
    if held and "nearest_m" in held[0]:
        found["Nearest (m)"] = _numbers(held, "nearest_m").round(0)
        found["Nearest service"] = [service_names.get(row["nearest_service"] or "", "") for row in held]
    return pd.DataFrame(found)


def reach_words(summary: Mapping[str, Any]) -> list[str]:
    """Return how many young people have a service within a walk, how many have none, and of how many nobody can say."""
    people = summary["people"]
    if not people:
        return []
    share = summary["share_within_reach"]
    told = NOT_KNOWN if share is None else f"{share:.0%}"
    said = [
        f"{summary['people_within_reach']:,} of {people:,} young people ({told}) have such a service within a walk; "
        f"{summary['people_out_of_reach']:,} have none."
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


# --- deprivation and groups -----------------------------------------------------------------------------------


def decile_rows(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the rows about deciles of deprivation, the most deprived first."""
    return [row for row in rows if row["about"] == "decile"]


def decile_table(deciles: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return the deciles as people read them."""
    return pd.DataFrame(
        {
            "Deprivation decile": [decile_name(row["deprivation_decile"]) for row in deciles],
            "Services per 1,000": _numbers(deciles, "access_per_1000").round(2),
            "Share within reach (%)": (_numbers(deciles, "share_within_reach") * 100).round(0),
            "Young people": _numbers(deciles, "people_10_17"),
            "Small areas": _numbers(deciles, "cells"),
        }
    )


def decile_name(decile: int | None) -> str:
    """Return a decile as people read it."""
    return {None: NOT_KNOWN, 1: "1 (most deprived)", 10: "10 (least deprived)"}.get(decile, str(decile))


def slope_line(summary: Mapping[str, Any]) -> tuple[float, float] | None:
    """Return access by the line at the most and at the least deprived end; None without a slope.

    The relative index is (a + b) / a of the line a + b r; where that leaves a open, the line goes through the mean.
    """
    rise, relative = summary["access_slope_index"], summary["access_relative_index"]
    if rise is None:
        return None
    if relative is not None and abs(relative - 1) > 1e-3:
        first = rise / (relative - 1)
    else:
        first = float(summary["access_per_1000"] or 0) - rise / 2
    return round(first, 4), round(first + rise, 4)


def slope_words(summary: Mapping[str, Any]) -> list[str]:
    """Return what the slope says, in words and numbers."""
    line = slope_line(summary)
    if line is None:
        return []
    more = {"more": "more", "less": "less", "as_much": "as much"}[summary["access_more_deprived_reach"]]
    than = "as" if more == "as much" else "than"
    relative = summary["access_relative_index"]
    index = "" if relative is None else f", relative index {relative:.2f}"
    said = [
        f"Young people in the more deprived areas reach {more} {than} those in the less deprived: by the line "
        f"{max(line[0], 0):.1f} services per 1,000 at the most deprived end and {max(line[1], 0):.1f} at the least "
        f"(slope index {summary['access_slope_index']:.1f}{index})."
    ]
    without = summary["cells_without_deprivation"]
    if without:
        said.append(f"{_n(without, 'small area')} without a deprivation figure: in no decile.")
    return said


def deprivation_slope(deciles: Sequence[Mapping[str, Any]], summary: Mapping[str, Any]) -> Figure:
    """Return the chart of access over deprivation: bars as wide as the young people in each decile, and the line."""
    steps = [
        Step(
            str(row["deprivation_decile"]),
            row["people_10_17"],
            row["access_per_1000"],
            (
                f"Decile {decile_name(row['deprivation_decile'])}",
                f"Services per 1,000: {row['access_per_1000']:.1f}",
                f"Young people: {row['people_10_17']:,}",
                f"with a service within a walk: {row['share_within_reach']:.0%}",
            ),
        )
        for row in deciles
    ]
    across = "Deprivation decile, 1 is most deprived; width: young people"
    return charts.slope(steps, slope_line(summary), across=across, up="Services within a walk per 1,000")


def group_rows(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the rows about groups, the largest mismatch first."""
    return [row for row in rows if row["about"] == "group"]


def group_table(groups: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return the groups as people read them; shares are of the groups whose need is known."""
    names = code_list("groups")
    return pd.DataFrame(
        {
            "Group": [names.get(row["group"], row["group"]) for row in groups],
            "Share of need (%)": (_numbers(groups, "need_share") * 100).round(0),
            "Share of services (%)": (_numbers(groups, "provision_share") * 100).round(0),
            "People in need": _numbers(groups, "need_people"),
            "How known": [need_known(row) for row in groups],
            "Services made for it": _numbers(groups, "services_made_for"),
            "led by it": _numbers(groups, "services_by_and_for"),
            "Places a year": _numbers(groups, "places_a_year"),
            "All within reach of one (%)": (_numbers(groups, "share_within_reach") * 100).round(0),
        }
    )


def group_shares(groups: Sequence[Mapping[str, Any]]) -> Figure | None:
    """Return the chart of each group's share of the need against its share of the services; None without any."""
    names = code_list("groups")
    held = [
        (names.get(row["group"], row["group"]), float(row["need_share"]), float(row["provision_share"]))
        for row in groups
        if row["mismatch"] is not None
    ]
    if not held:
        return None
    return charts.pairs(
        held, first="Share of the need", second="Share of the services made for a group", across="Share"
    )


def groups_left_out(groups: Sequence[Mapping[str, Any]]) -> str:
    """Return how many groups are in the table only, and why."""
    withheld = sum(row["need_withheld"] for row in groups)
    silent = sum(not row["need_recorded"] for row in groups)
    said = [f"need not recorded for {_n(silent, 'group')}"] if silent else []
    said += [f"too small to keep for {_n(withheld, 'group')}"] if withheld else []
    return f"In the table only: {', '.join(said)}." if said else ""


# --- spend ----------------------------------------------------------------------------------------------------


def young_people(landscape: Landscape) -> float | None:
    """Return the residents aged 10-17 of the area looked at, or of all that is loaded; None if not known."""
    frame = landscape.nodes("Area")
    levels = list(frame["level"])
    if landscape.area:
        return young_people_by_area(landscape, str(frame["level"][landscape.area])).get(landscape.area)
    top = next((level for level in ("country", "region", "local_authority", "ward", "lsoa") if level in levels), None)
    values = list(young_people_by_area(landscape, top).values()) if top else []
    known = [value for value in values if value is not None]
    return sum(known) if known and len(known) == len(values) else None


def kind_names(dimension: str) -> dict[str, str]:
    """Return code -> label of a dimension, what nobody coded last."""
    return {**code_list(DIMENSIONS[dimension]), NOT_CODED: "Not yet coded"}


def spend_rows(rows: Sequence[Mapping[str, Any]], dimension: str, people: float | None) -> list[dict[str, Any]]:
    """Return the kinds of a dimension with ``pounds_per_1000`` of these people: None where no cost is known."""
    held = [row for row in rows if row["about"] == "mix" and row["dimension"] == dimension]
    return [{**row, "pounds_per_1000": _per_1000(row["pounds_a_year"], people)} for row in held]


def spend_table(kinds: Sequence[Mapping[str, Any]], dimension: str) -> pd.DataFrame:
    """Return the kinds as people read them; what is not known is apart from zero."""
    names = kind_names(dimension)
    return pd.DataFrame(
        {
            dimension.capitalize(): [names.get(row["code"], row["code"]) for row in kinds],
            "£ a year per 1,000": _numbers(kinds, "pounds_per_1000").round(0),
            "£ a year": _numbers(kinds, "pounds_a_year").round(0),
            "Services": _numbers(kinds, "services"),
            "Cost not known for": _numbers(kinds, "pounds_unknown"),
            "Places a year": _numbers(kinds, "capacity_a_year"),
            "Places not known for": _numbers(kinds, "capacity_unknown"),
        }
    )


def spend_bars(kinds: Sequence[Mapping[str, Any]], dimension: str) -> Figure:
    """Return the chart of spend per 1,000 by kind; a kind of which no cost is known is a hatched stub."""
    names = kind_names(dimension)
    held = [Bar(names.get(row["code"], row["code"]), row["pounds_per_1000"], spend_words(row)) for row in kinds]
    return charts.bars(held, across="£ a year per 1,000 aged 10-17", unknown="cost not known (of no length)")


def spend_words(row: Mapping[str, Any]) -> str:
    """Return a kind's spend as it stands beside its bar."""
    if not row["services"]:
        return "no service"
    if row["pounds_per_1000"] is None:
        return f"not known, {_n(row['services'], 'service')}"
    unknown = row["pounds_unknown"]
    return f"£{row['pounds_per_1000']:,.0f}" + (f", {unknown} of {row['services']} not known" if unknown else "")


def mix_by_decile(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """Return decile -> code -> share of the services delivered there; what lies in no known decile is left out."""
    found: dict[str, dict[str, float]] = {}
    for row in rows:
        if row["about"] == "decile_mix" and row["deprivation_decile"] is not None:
            found.setdefault(str(row["deprivation_decile"]), {})[row["code"]] = row["share_services"]
    return found


def mix_chart(shares: Mapping[str, Mapping[str, float]], dimension: str) -> Figure:
    """Return the chart of the mix of services by decile of deprivation."""
    held = {code for of in shares.values() for code in of}
    kinds = {code: name for code, name in kind_names(dimension).items() if code in held or code == NOT_CODED}
    return charts.mix(shares, kinds, across="Deprivation decile, 1 is most deprived", up="Share of services")


def mix_table(rows: Sequence[Mapping[str, Any]], dimension: str) -> pd.DataFrame:
    """Return services and spend by decile and kind; a service counts by the share of its sessions that lie there."""
    names = kind_names(dimension)
    held = [row for row in rows if row["about"] == "decile_mix"]
    return pd.DataFrame(
        {
            "Deprivation decile": [decile_name(row["deprivation_decile"]) for row in held],
            dimension.capitalize(): [names.get(row["code"], row["code"]) for row in held],
            "Share of services (%)": (_numbers(held, "share_services") * 100).round(0),
            "Services": _numbers(held, "services"),
            "£ a year per 1,000": _numbers(held, "pounds_per_1000").round(0),
            "Cost not known for": _numbers(held, "pounds_unknown"),
        }
    )


def spend_by_area(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return spend per 1,000 by area beside need and deprivation; a service for several areas is of what holds them."""
    held = [row for row in rows if row["about"] == "area"]
    return pd.DataFrame(
        {
            "Area": [row["name"] for row in held],
            "£ a year per 1,000": _numbers(held, "pounds_per_1000").round(0),
            "Services for it alone": _numbers(held, "services_for_it_alone"),
            "Cost not known for": _numbers(held, "pounds_unknown"),
            "Need per 1,000": _numbers(held, "need_per_1000"),
            "Need decile": need_deciles([row["need_per_1000"] for row in held]),
            "Deprivation decile": _numbers(held, "deprivation_decile"),
            "£ a year to organisations there": _numbers(held, "pounds_a_year_to_organisations").round(0),
        }
    )


def need_deciles(rates: Sequence[float | None]) -> pd.Series[Any]:
    """Return the tenth of these areas that each is in by its need, 10 the highest; missing where need is not known."""
    column = pd.Series([np.nan if rate is None else rate for rate in rates], dtype=float)
    ranks = column.rank(method="max", pct=True)
    return pd.Series(np.ceil(ranks * 10), column.index, float)


def spend_against_need(rows: Sequence[Mapping[str, Any]]) -> Figure | None:
    """Return the chart of spend over need by area; None with fewer than two areas of which both are known."""
    held = [
        Point(
            row["area"],
            row["name"],
            float(row["need_per_1000"]),
            float(row["pounds_per_1000"]),
            "all" if not row["pounds_unknown"] else "some",
            (
                f"£ a year per 1,000: {row['pounds_per_1000']:,.0f}",
                f"People in need per 1,000: {row['need_per_1000']:,.0f}",
            ),
        )
        for row in rows
        if row["about"] == "area"
        and row["level"] == "ward"
        and None not in (row["pounds_per_1000"], row["need_per_1000"])
    ]
    if len(held) < 2:
        return None
    groups = {
        "all": ("All costs known", charts.PROVISION, "circle"),
        "some": ("Some costs not known", charts.UNKNOWN, "circle-open"),
    }
    return charts.points(
        held, groups, across="People in need per 1,000 aged 10-17", up="£ a year per 1,000 aged 10-17", named="all"
    )


def _numbers(rows: Sequence[Mapping[str, Any]], field: str) -> pd.Series[Any]:
    """Return a field as numbers, missing where it is None."""
    return pd.Series([np.nan if row[field] is None else row[field] for row in rows], dtype=float)


def _as_share(within: bool | None) -> float | None:
    return None if within is None else float(within)


def _per_1000(pounds: float | None, people: float | None) -> float | None:
    return 1000 * pounds / people if pounds is not None and people else None


def _or_not(number: float | None) -> str:
    return NOT_KNOWN if number is None else f"{number:,}"


def _n(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
