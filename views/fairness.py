"""Whom is provision for, and where does the money go? Access over deprivation, groups and spend: rows and figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from graphmodel.codes import code_list
from graphmodel.landscape import Landscape
from views import charts
from views.charts import Bar, Figure, Point, Step
from views.need import NOT_KNOWN, counted, need_known, numbers
from views.overview import young_people_by_area

DIMENSIONS = {"level": "levels", "approach": "approaches", "lens": "lenses", "tier": "tiers"}
NOT_CODED = "not_yet_coded"


def decile_rows(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the rows about deciles of deprivation, the most deprived first."""
    return [row for row in rows if row["about"] == "decile"]


def decile_table(deciles: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return the deciles as people read them."""
    return pd.DataFrame(
        {
            "Deprivation decile": [decile_name(row["deprivation_decile"]) for row in deciles],
            "Services per 1,000": numbers(deciles, "access_per_1000").round(2),
            "Share within reach (%)": (numbers(deciles, "share_within_reach") * 100).round(0),
            "Young people": numbers(deciles, "people_10_17"),
            "Small areas": numbers(deciles, "cells"),
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
        said.append(f"{counted(without, 'small area')} without a deprivation figure: in no decile.")
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
    across = "Deprivation decile (1 is most deprived)"
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
            "Share of need (%)": (numbers(groups, "need_share") * 100).round(0),
            "Share of services (%)": (numbers(groups, "provision_share") * 100).round(0),
            "People in need": numbers(groups, "need_people"),
            "How known": [need_known(row) for row in groups],
            "Services made for it": numbers(groups, "services_made_for"),
            "led by it": numbers(groups, "services_by_and_for"),
            "Places a year": numbers(groups, "places_a_year"),
            "All within reach of one (%)": (numbers(groups, "share_within_reach") * 100).round(0),
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
    said = [f"need not recorded for {counted(silent, 'group')}"] if silent else []
    said += [f"too small to keep for {counted(withheld, 'group')}"] if withheld else []
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


def spend_rows_of(rows: Sequence[Mapping[str, Any]], area: str) -> list[Mapping[str, Any]]:
    """Return the kinds of an area's own services: one for several areas is of what holds them all."""
    return [row for row in rows if row["about"] == "area_mix" and row["area"] == area]


def spend_table(kinds: Sequence[Mapping[str, Any]], dimension: str) -> pd.DataFrame:
    """Return the kinds as people read them; what is not known is apart from zero.

    A kind that no service is coded as has no spend that is known while the spend of others is not yet coded.
    """
    names = kind_names(dimension)
    open_codes = any(row["code"] == NOT_CODED and row["services"] for row in kinds)
    if open_codes:
        unsaid = {"pounds_per_1000": None, "pounds_a_year": None}
        kinds = [row if row["services"] else {**row, **unsaid} for row in kinds]
    return pd.DataFrame(
        {
            dimension.capitalize(): [names.get(row["code"], row["code"]) for row in kinds],
            "£ a year per 1,000": numbers(kinds, "pounds_per_1000").round(0),
            "£ a year": numbers(kinds, "pounds_a_year").round(0),
            "Services": numbers(kinds, "services"),
            "Cost not known for": numbers(kinds, "pounds_unknown"),
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
        return f"not known, {counted(row['services'], 'service')}"
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
    return charts.mix(shares, kinds, across="Deprivation decile (1 is most deprived)", up="Share of services")


def mix_table(rows: Sequence[Mapping[str, Any]], dimension: str) -> pd.DataFrame:
    """Return services and spend by decile and kind; a service counts by the share of its sessions that lie there."""
    names = kind_names(dimension)
    held = [row for row in rows if row["about"] == "decile_mix"]
    return pd.DataFrame(
        {
            "Deprivation decile": [decile_name(row["deprivation_decile"]) for row in held],
            dimension.capitalize(): [names.get(row["code"], row["code"]) for row in held],
            "Share of services (%)": (numbers(held, "share_services") * 100).round(0),
            "Services": numbers(held, "services"),
            "£ a year per 1,000": numbers(held, "pounds_per_1000").round(0),
            "Cost not known for": numbers(held, "pounds_unknown"),
        }
    )


def spend_by_area(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return spend per 1,000 by area beside need and deprivation; a service for several areas is of what holds them."""
    held, levels = [row for row in rows if row["about"] == "area"], code_list("area_levels")
    return pd.DataFrame(
        {
            "Area": [row["name"] for row in held],
            "Level": [levels.get(row["level"], "not recorded") for row in held],
            "£ a year per 1,000": numbers(held, "pounds_per_1000").round(0),
            "Services for it alone": numbers(held, "services_for_it_alone"),
            "Cost not known for": numbers(held, "pounds_unknown"),
            "Need per 1,000": numbers(held, "need_per_1000"),
            "Need decile": need_deciles([row["need_per_1000"] for row in held]),
            "Deprivation decile": numbers(held, "deprivation_decile"),
            "£ a year to organisations there": numbers(held, "pounds_a_year_to_organisations").round(0),
        }
    )


def need_deciles(rates: Sequence[float | None]) -> pd.Series[Any]:
    """Return the tenth of these areas that each is in by its need, 10 the highest; missing where need is not known."""
    column = pd.Series([np.nan if rate is None else rate for rate in rates], dtype=float)
    ranks = column.rank(method="max", pct=True)
    return pd.Series(np.ceil(ranks * 10), column.index, float)


def spend_against_need(rows: Sequence[Mapping[str, Any]], chosen: str | None = None) -> Figure | None:
    """Return the chart of spend over need by ward; None with fewer than two of which both are known."""
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
        held,
        groups,
        across="People in need per 1,000 aged 10-17",
        up="£ a year per 1,000 aged 10-17",
        chosen=chosen,
        named="all",
    )


def _per_1000(pounds: float | None, people: float | None) -> float | None:
    return 1000 * pounds / people if pounds is not None and people else None
