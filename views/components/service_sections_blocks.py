"""Blocks of the Services page below the directory: duplicates, age cliffs, harms, demand, borders, spend, outcomes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from graphmodel.codes import code_list
from views import borders, service_sections, services, session
from views.components.blocks import downloads, empty, how_computed, say_if_unusable
from views.markup import heading, html, note


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its words on the page, its analysis, what it says of itself, and how it is drawn."""

    label: str
    analysis: str
    method: str
    draw: Callable[[], None]


def draw_parts() -> None:
    """Draw the choice among the parts, which the address keeps, and the one that is chosen."""
    say_if_unusable("part", [part.label for part in PARTS.values()])
    st.html(heading("Provision as a whole", 2))
    chosen = st.segmented_control(
        "Part", list(PARTS), format_func=lambda name: PARTS[name].label, default=next(iter(PARTS)), key="part",
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    PARTS[chosen or next(iter(PARTS))].draw()


def _draw(name: str, table: pd.DataFrame, empty: str) -> None:
    """Draw a part: its sentence, its table with download, its caveats, how it was computed, and the command."""
    part = PARTS[name]
    result = session.result(part.analysis)
    st.html(f'<p class="ls-line">{html(service_sections.in_short(result))}</p>')
    _table(table, name, empty)
    _end(name)


def _table(table: pd.DataFrame, key: str, empty: str = "") -> None:
    if table.empty:
        st.html(note(empty))
        return
    # A column in which nothing is recorded is one of numbers all the same.
    table = table.astype({name: float for name in table if table[name].isna().all()})
    columns = {str(name): st.column_config.NumberColumn(format=_format(name)) for name in table.select_dtypes("number")}
    st.dataframe(
        table,
        hide_index=True,
        height=min(39 + 35 * len(table), 420),
        placeholder=services.NOT_RECORDED,
        column_config=columns,
        key=f"part_{key}",
    )
    downloads(key, table, key=f"part_{key}")


def _format(column: object) -> str:
    return (
        "percent" if str(column).startswith("Share") else "%.2f" if str(column).endswith("per place") else "localized"
    )


def _end(name: str) -> None:
    result = session.result(PARTS[name].analysis)
    st.html("".join(note(caveat) for caveat in result.caveats))
    how_computed(result, PARTS[name].method)


def _demand() -> None:
    rows = session.result("demand").rows
    long = st.toggle("Only waits over four weeks", key="long_waits", bind="query-params")
    table = service_sections.demand(rows, *_hidden(), long_only=long)
    _draw("demand", table, "No wait over four weeks is recorded." if long else "No service runs here.")


def _duplicates() -> None:
    table = service_sections.duplicates(session.result("duplication").rows, *_hidden())
    _draw("duplicates", table, "No two services are recorded as doing the same. Code more services to compare them.")


def _cliffs() -> None:
    names = {str(id): str(name) for id, name in session.derived(services.directory).table["name"].items()}
    hidden, _ = _hidden()
    table = service_sections.cliffs(session.result("age_cliffs").rows, hidden, names)
    only = st.toggle("Only where provision stops", key="only_cliffs", bind="query-params")
    if only and len(table):
        table = table[table["Cliff"] == "yes"]
    _draw("cliffs", table, "No age cliff is recorded." if only else "No ward is loaded here. Load areas on Data.")


def _harms() -> None:
    _draw("harms", service_sections.harms(session.result("harms").rows), "No harm is in the list.")


def _exclusion() -> None:
    table = service_sections.exclusion(session.result("exclusion").rows, _hidden()[1])
    _draw("exclusion", table, "No school is loaded here. Load schools on Data.")


def _spend() -> None:
    dimensions = list(service_sections.DIMENSIONS)
    say_if_unusable("spend_by", [name.capitalize() for name in dimensions])
    by = (
        st.segmented_control(
            "By", dimensions, format_func=str.capitalize, default="level", key="spend_by", bind="query-params"
        )
        or "level"
    )
    result = session.result("balance")
    st.html(f'<p class="ls-line">{html(service_sections.in_short(result))}</p>' + heading(f"By {by}"))
    _table(service_sections.spend_by_kind(result.rows, by), "spend")
    st.html(heading("By area"))
    _table(service_sections.spend_by_area(result.rows), "spend-areas", "No area is loaded here. Load areas on Data.")
    if st.toggle(f"By area and {by} as well", key="spend_mix", bind="query-params"):
        mixed = session.result("balance", {"by": by}).rows
        _table(service_sections.spend_by_area_and_kind(mixed, by), "spend-mix", "No service is for one area.")
    st.html("".join(note(caveat) for caveat in result.caveats))
    how_computed(result, PARTS["spend"].method)


def _borders() -> None:
    names = {level: code_list("area_levels").get(level, level) for level in session.derived(borders.levels)}
    if not names:
        empty("No ward or local authority is loaded here: there is no border to cross. Load boundaries on Data.")
        return
    say_if_unusable("border", list(names.values()))
    first = next(iter(names))
    level = st.segmented_control(
        "Borders of", list(names), format_func=names.__getitem__, default=first, key="border", bind="query-params"
    )
    result, (_, hidden) = session.result("cross_border", {"border": level or first}), _hidden()
    st.html(f'<p class="ls-line">{html(borders.in_short(result.summary))}</p>')
    used, paid = borders.uses(result.rows, hidden), borders.money(result.rows, hidden)
    if not any(row["services_for_it"] for row in result.rows if row["about"] == "area"):
        empty("Say of services for people of which areas they are: links SERVES, in links.csv of a package.")
    else:
        st.html(heading("Used across the border"))
        _table(used, "borders", "No service is recorded as used across these borders.")
    st.html(heading("By area"))
    _table(borders.by_area(result.rows), "borders-areas", "No area of this level is looked at.")
    if result.summary["agreements_across"] is not None:
        st.html(heading("Money across the border"))
        _table(paid, "borders-money", "No agreement is recorded as one across these borders.")
    st.html("".join(note(caveat) for caveat in result.caveats))
    how_computed(result, PARTS["borders"].method)


def _outcomes() -> None:
    _draw("outcomes", service_sections.reported(session.result("outcomes").rows), "No service runs here.")


def _hidden() -> tuple[frozenset[str], tuple[str, ...]]:
    return session.derived(services.hidden_services), session.derived(services.hidden_names)


PARTS = {
    "demand": Part(
        "Places and waits",
        "demand",
        "What is asked of each service against its places a year. A long wait says that more is asked than there "
        "is, not that a service does badly.",
        _demand,
    ),
    "duplicates": Part(
        "Duplicates",
        "duplication",
        "Services that run, for the same ward, harm, group and approach. Several may be just what is needed: they may "
        "be full, or reach different young people. The most services first.",
        _duplicates,
    ),
    "cliffs": Part(
        "Age cliffs",
        "age_cliffs",
        "Of the services of a ward for ages 11-13 how many go on below 11, and of those for 14-17 how many go on at "
        "18. A cliff is where over two thirds of three or more stop.",
        _cliffs,
    ),
    "harms": Part(
        "Harms",
        "harms",
        "For each harm the services that say they respond to it. Alternatives to relocation are services with that "
        "purpose.",
        _harms,
    ),
    "exclusion": Part(
        "Exclusion",
        "exclusion",
        "For each school and alternative provision the services with the purpose of responding to exclusion: those "
        "that work on it, and those for its ward or wider. Schools are in the order of their names.",
        _exclusion,
    ),
    "borders": Part(
        "Across borders",
        "cross_border",
        "A service is for people of an area where that is recorded, and delivered where its sessions are. Relying on a "
        "neighbour is no fault: it says whose decisions matter here too.",
        _borders,
    ),
    "spend": Part(
        "Spend",
        "balance",
        "What a service costs a year as recorded, else what current agreements pay a year. Unknown costs count as "
        "unknown, never as nothing. A service for one ward is the ward's, one for several is of what holds them all.",
        _spend,
    ),
    "outcomes": Part(
        "Outcome measures",
        "outcomes",
        "What services say they report: outcomes of individuals, of contexts, or both.",
        _outcomes,
    ),
}
