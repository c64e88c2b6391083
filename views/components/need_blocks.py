"""Blocks of the page Need and fairness: one part at a time, each a chart with the same rows in a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from analysis import ANALYSES
from graphmodel.codes import code_list
from graphmodel.landscape import Landscape
from views import fairness, maps, need, session
from views.components.blocks import downloads, empty, how_computed, in_place, say_if_unusable
from views.components.chart import draw_chart
from views.components.landscape_blocks import opening_bounds
from views.components.map import draw_map
from views.components.sidebar import choose_area
from views.hours import hour_name
from views.markup import bullet_list, heading, html, legend, note, plain

ANY = ""
ALL_AGES = "10-17"
AGES = (ALL_AGES, *(str(age) for age in range(8, 25)))
# Outlines beyond these are too many for a browser to draw in good time.
MOST_AREAS = 3000

AVAILABILITY_METHOD = (
    "Each ward's people in need per 1,000 residents aged 10-17 against services within a walk, shared with all who "
    "reach them. High need is above the median of the wards, low availability below it (dashed lines): a comparison "
    "among these wards, not a target."
)
UNMET_METHOD = (
    "Maximum flow from people in need, where they live, through services that fit and are in reach, to their places a "
    "year. What is left over is left over by any allocation, and the sentences say why."
)
REACH_METHOD = (
    "Each service is shared with all the young people who reach it, and each small area has what its people can reach "
    "(enhanced two-step floating catchment)."
)
SLOPE_METHOD = (
    "Access of small areas, weighed by their young people, from the most deprived to the least; the line is least "
    "squares. Need and services by group are shares of the groups whose need is known; nobody's group is inferred."
)
SPEND_METHOD = (
    "A service's own cost a year, or else what current agreements pay a year. What is not recorded is not 0, and a "
    "kind's spend is that of its services whose cost is known."
)
RESIDENTS = (
    "No need is recorded here: all residents aged 10-17 stand in for it. They are everyone who lives here, not those "
    "who need a response."
)
_TABLE_SAYS = "the table below has the same rows"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the page: its words, and what draws it."""

    label: str
    draw: Callable[[], None]


def draw_part() -> None:
    """Draw the choice among the parts, which the address keeps, and the one that is chosen."""
    say_if_unusable("need_part", [part.label for part in PARTS.values()])
    first = next(iter(PARTS))
    chosen = st.segmented_control(
        "Part", list(PARTS), format_func=lambda name: PARTS[name].label, default=first, key="need_part",
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    PARTS[chosen or first].draw()


# --- need and availability ------------------------------------------------------------------------------------


def _availability() -> None:
    within, chosen = need.compared_within(session.areas(), session.selection().area)
    left, right = st.columns([3, 2], gap="medium")
    with right, in_place("What cannot be served"):
        _certificate()
    with left, in_place("Need and availability"):
        result = _worked_out("equity", area=within)
        wards = need.ward_rows(result.rows)
        _quadrant(wards, within, chosen)
    with in_place("The table of need and availability"):
        _wards(result, wards)


def _quadrant(wards: Sequence[Mapping[str, Any]], within: str | None, chosen: str | None) -> None:
    stands_in = need.by_residents(wards)
    st.html(heading(f"{'Residents' if stands_in else 'Need'} and availability by ward"))
    names = session.areas()
    if not wards:
        empty("No wards with young people counted are loaded here. Load boundaries of wards and residents by age.")
        return
    if stands_in and any(row["people_10_17"] for row in wards):
        st.html(_line(RESIDENTS))
    if chosen:
        st.html(note(f"{names.name(chosen)} is ringed, among the wards of {names.name(within)}."))
    figure = need.quadrant(wards, chosen)
    if figure is None:
        st.html(note("Two wards or more are needed to compare: choose a larger area, or load need and residents."))
    else:
        label = f"{'Residents' if stands_in else 'Need'} over availability of {len(wards)} wards; {_TABLE_SAYS}"
        draw_chart(figure, key="need_quadrant", label=label, on_pick=_choose)
        st.html(
            note("Dashed: the medians of these wards. Click a point, or tick a row of the table, to look at a ward.")
        )
    _notes(need.left_out(wards))


def _wards(result: Any, wards: Sequence[Mapping[str, Any]]) -> None:
    if wards:
        table, ids = need.ward_table(wards), [row["area"] for row in wards]
        st.html(heading("Rows"))
        _table(table, "need_wards", on_tick=lambda row: _choose(ids[row]))
        downloads("need-and-availability", table, key="need_wards")
    _end(result, AVAILABILITY_METHOD)


def _certificate() -> None:
    result = session.result("unmet_need")
    st.html(heading("What cannot be served"))
    joint = result.rows[0]
    if not joint["need"] and not joint["need_at_most"]:
        empty("Neither need nor residents aged 10-17 are loaded here. Load estimates of need, or residents by age.")
        return
    threshold = session.landscape().settings.threshold
    st.html(f'<p class="ls-say">{html(need.headline(joint, threshold))}</p>')
    if joint["people_basis"] == need.RESIDENT:
        st.html(_line(RESIDENTS))
    _notes(need.bounds(joint), "ls-line")
    if joint["certificate"]:
        st.html(_because(joint))


# --- unmet need -----------------------------------------------------------------------------------------------


def _unmet() -> None:
    with in_place("What cannot be served"):
        _certificate()
        _by_stratum()
    with in_place("How unmet need was computed"):
        _end(session.result("unmet_need"), UNMET_METHOD)


def _by_stratum() -> None:
    rows = session.result("unmet_need").rows
    if len(rows) < 2:
        st.html(note("By group, harm and need: load estimates of need that say for whom they are."))
        return
    by = _choice("By", {by: name for by, name in need.STRATA.items() if need.strata(rows, by)}, "unmet_by")
    held = need.strata(rows, by)
    st.html(
        heading(f"By {need.STRATA[by].lower()}")
        + note("Each alone with all the places: they overlap, so they do not add up.")
    )
    figure = need.shortfall(held)
    if figure:
        label = f"How many cannot be served, by {need.STRATA[by].lower()}; {_TABLE_SAYS}"
        draw_chart(figure, key=f"need_unmet_{by}", label=label)
    withheld = sum(row["unmet"] is None for row in held)
    if withheld:
        st.html(note(f"{withheld} in the table only: the count is too small to keep."))
    table = need.strata_table(held, by)
    st.html(note("Tick a row for its own reasons."))
    ticked = _table(table, f"need_strata_{by}", on_tick=lambda row: None)
    _ticked_certificate(held[ticked if ticked is not None and ticked < len(held) else 0])
    downloads(f"unmet-need-by-{by}", table, key=f"need_strata_{by}")


def _ticked_certificate(row: Mapping[str, Any]) -> None:
    said = [need.headline(row, session.landscape().settings.threshold), *need.bounds(row)]
    st.html(heading(row["name"]) + "".join(_line(text) for text in said) + _because(row))


def _because(row: Mapping[str, Any]) -> str:
    return heading("Because") + bullet_list(row["certificate"]) if row["certificate"] else ""


# --- within reach ---------------------------------------------------------------------------------------------


def _reach() -> None:
    given = _reach_filters()
    by, measure = _reach_drawn()
    with in_place("What young people can reach"):
        result = session.result("accessibility", given)
        rows = need.reach_rows(result, by)
        if not rows:
            empty("No area with young people counted is loaded here. Load boundaries and residents by age.")
            return
        _notes(need.reach_words(result.summary), "ls-line")
        left, right = st.columns([3, 2], gap="medium")
        table = need.reach_table(rows, session.derived(need.names_of_services))
        with left, in_place("The map"):
            _reach_map(rows, measure)
        with right, in_place("The table"):
            st.html(heading("Rows, least within reach first"))
            ids = need.reach_order(rows)
            _table(table, f"need_reach_{by}", height=480, on_tick=lambda row: _choose(ids[row]))
            downloads("within-reach", table, key="need_reach")
        _end(result, REACH_METHOD)


def _reach_filters() -> dict[str, Any]:
    """Draw the filters; returns the parameters of the analysis that differ from its defaults."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        found: dict[str, Any] = {
            name: _filter(name, codes) or None
            for name, codes in (
                ("group", "groups"), ("harm", "harms"), ("language", "languages"), ("level", "levels"),
            )
        }  # fmt: skip
        say_if_unusable("need_age", AGES)
        age = st.selectbox("Age", AGES, key="need_age", bind="query-params", width=100)
    when = session.selection().when
    if when is not None:
        st.html(note(f"Open on {hour_name(when)}, as chosen in the sidebar."))
    found |= {"age": None if age == ALL_AGES else int(age), "hour": when}
    return {name: value for name, value in found.items() if value is not None}


def _filter(name: str, codes: str) -> str:
    key, named = f"need_{name}", {ANY: "Any", **code_list(codes)}
    say_if_unusable(key, list(named.values()))
    chosen = st.selectbox(
        name.capitalize(), list(named), format_func=lambda code: named.get(code, code), key=key,
        bind="query-params", filter_mode="contains", width=170,
    )  # fmt: skip
    return str(chosen or ANY)


def _reach_drawn() -> tuple[str, str]:
    """Draw what the map shows; returns by what areas, and which measure."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        say_if_unusable("reach", list(need.MEASURES.values()))
        measure = st.selectbox(
            "Shade", list(need.MEASURES), format_func=need.MEASURES.__getitem__, key="reach", bind="query-params",
            width=420,
        )  # fmt: skip
        by = _choice("Areas", {"cell": "Small areas (LSOA)", "ward": "Wards"}, "reach_by")
    return by, measure


def _reach_map(rows: Sequence[Mapping[str, Any]], measure: str) -> None:
    ids = sorted(need.reach_values(rows, measure))
    if not ids or len(ids) > MOST_AREAS:
        st.html(note(f"{len(ids):,} areas cannot be drawn at once; choose a smaller area, or wards."))
        return
    level = str(session.landscape().nodes("Area")["level"][ids[0]])
    shade = need.reach_shade(session.geometry(level, tuple(ids)), rows, measure)
    classes = maps.classify(shade)
    chosen = session.selection()
    figure = maps.figure(maps.area_traces(shade, classes), opening_bounds(), view=f"need {chosen.area}")
    name = session.areas().name(chosen.area)
    draw_map(figure, key="need_map", label=f"{shade.title}, {name}; the table has the same rows", on_pick=_choose)
    st.html(legend(shade.title, classes.legend()) + note("Click an area to look at it."))


# --- deprivation and groups -----------------------------------------------------------------------------------


def _fairness() -> None:
    result = _worked_out("equity")
    left, right = st.columns(2, gap="medium")
    with left, in_place("Access over deprivation"):
        _deprivation(result)
    with right, in_place("Need and provision by group"):
        _groups(result)
    with in_place("How fairness was computed"):
        _end(result, SLOPE_METHOD)


def _deprivation(result: Any) -> None:
    st.html(heading("Access over deprivation"))
    deciles = fairness.decile_rows(result.rows)
    if not deciles:
        empty(
            "No deprivation is loaded here. Load the Indices of Deprivation (File 7), or a table of area codes with a "
            "deprivation_score or deprivation_decile, on the page Data."
        )
        return
    _notes(fairness.slope_words(result.summary), "ls-line")
    figure = fairness.deprivation_slope(deciles, result.summary)
    draw_chart(figure, key="need_slope", label=f"Services within a walk by deprivation decile; {_TABLE_SAYS}")
    table = fairness.decile_table(deciles)
    st.html(note("A bar is as wide as the share of young people who live there."))
    _table(table, "need_deciles")
    downloads("access-by-deprivation", table, key="need_deciles")


def _groups(result: Any) -> None:
    st.html(heading("Need and provision by group"))
    groups = fairness.group_rows(result.rows)
    figure = fairness.group_shares(groups)
    if figure is None:
        empty(
            "No group has both need and services recorded here. Load estimates of need that name a group, and say of "
            "services for whom they are made."
        )
    else:
        st.html(_line("A diamond to the right of its circle: less is made for the group than its share of the need."))
        draw_chart(figure, key="need_groups", label=f"Share of need and of services by group; {_TABLE_SAYS}")
    _notes(filter(None, [fairness.groups_left_out(groups)]))
    table = fairness.group_table(groups)
    _table(table, "need_groups_table")
    downloads("need-and-provision-by-group", table, key="need_groups")


# --- spend ----------------------------------------------------------------------------------------------------


def _spend() -> None:
    by = _choice("By", {name: name.capitalize() for name in fairness.DIMENSIONS}, "need_spend_by")
    within, ward = need.compared_within(session.areas(), session.selection().area)
    with in_place("Spend"):
        result = _worked_out("balance", ("by", by), area=within)
        left, right = st.columns(2, gap="medium")
        with left, in_place("Spend by kind"):
            _spend_by_kind(result, by, ward)
        with right, in_place("The mix over deprivation"):
            _mix_by_decile(result, by)
        with in_place("Spend by area"):
            _spend_by_area(result, ward)
        _end(result, SPEND_METHOD)


def _spend_by_kind(result: Any, by: str, ward: str | None) -> None:
    """Draw spend by kind: of a ward that of its own services, elsewhere that of all that run there."""
    names = session.areas()
    st.html(heading(f"Spend per 1,000 aged 10-17 by {by}, {names.name(ward or result.area)}"))
    if ward:
        kinds: Sequence[Mapping[str, Any]] = fairness.spend_rows_of(result.rows, ward)
        people = session.derived(fairness.young_people, area=ward)
        st.html(note(f"Services for this ward alone; those for several wards are spend of {names.name(result.area)}."))
    else:
        people = session.derived(fairness.young_people)
        kinds = fairness.spend_rows(result.rows, by, people)
    all_of, unknown = (int(sum(row[field] for row in kinds)) for field in ("services", "pounds_unknown"))
    if not all_of:
        empty("No service runs for this place alone. Load a directory of services, or choose a larger area.")
        return
    if not people:
        empty("Residents aged 10-17 are not loaded here, so spend per 1,000 cannot be said. Load residents by age.")
    elif unknown == all_of:
        empty("What services cost is not recorded here. Add cost_per_year to services, or load current agreements.")
    else:
        label = f"Spend per 1,000 by {by}; {_TABLE_SAYS}"
        draw_chart(fairness.spend_bars(kinds, by), key=f"need_spend_{by}", label=label)
    st.html(note(f"Cost not known for {unknown:,} of {all_of:,} services: that is not 0."))
    open_codes = sum(row["services"] for row in kinds if row["code"] == fairness.NOT_CODED)
    if open_codes:
        are = "service is" if open_codes == 1 else "services are"
        st.html(note(f"{open_codes:,} {are} not yet coded by {by}: what they cost may be of any kind."))
    table = fairness.spend_table(kinds, by)
    _table(table, f"need_spend_table_{by}")
    downloads(f"spend-by-{by}", table, key=f"need_spend_{by}")


def _mix_by_decile(result: Any, by: str) -> None:
    st.html(heading(f"The mix of services by {by} and deprivation, {session.areas().name(result.area)}"))
    shares = fairness.mix_by_decile(result.rows)
    if not shares:
        empty("No deprivation is loaded here, or no service has a place. Load the Indices of Deprivation (File 7).")
        return
    figure = fairness.mix_chart(shares, by)
    draw_chart(figure, key=f"need_mix_{by}", label=f"Share of services by {by} and deprivation decile; {_TABLE_SAYS}")
    st.html(note("Services count where their sessions are, by share."))
    table = fairness.mix_table(result.rows, by)
    _table(table, f"need_mix_table_{by}")
    downloads(f"mix-by-{by}-and-deprivation", table, key=f"need_mix_{by}")


def _spend_by_area(result: Any, ward: str | None) -> None:
    st.html(heading(f"Spend against need by area, {session.areas().name(result.area)}"))
    table = fairness.spend_by_area(result.rows)
    if table.empty:
        empty("No area is loaded here. Load boundaries of wards.")
        return
    st.html(note("Of services for one ward; those for several stand in the row of the area that holds them."))
    left, right = st.columns(2, gap="medium")
    with left:
        figure = fairness.spend_against_need(result.rows, ward)
        if figure is None:
            st.html(note("Two wards or more with need and spend recorded are needed for the chart."))
        else:
            label = f"Spend over need by ward; {_TABLE_SAYS}"
            draw_chart(figure, key="need_spend_areas", label=label, on_pick=_choose)
    with right:
        _table(table, "need_spend_areas_table")
        downloads("spend-by-area", table, key="need_spend_areas")


PARTS = {
    "availability": Part("Need and availability", _availability),
    "unmet": Part("Unmet need", _unmet),
    "reach": Part("Within reach", _reach),
    "fairness": Part("Deprivation and groups", _fairness),
    "spend": Part("Spend", _spend),
}


# --- what the parts share -------------------------------------------------------------------------------------


def _worked_out(name: str, *given: tuple[str, Any], area: str | None = None) -> Any:
    """Return the result of an analysis for the chosen area, or another one."""
    with st.spinner("Working it out …"):
        return session.derived(_run, name, *given, area=area)


def _run(landscape: Landscape, name: str, *given: tuple[str, Any]) -> Any:
    return ANALYSES[name](landscape, **dict(given))


def _choice(label: str, options: Mapping[str, str], key: str) -> str:
    """Draw a choice of one, the first to begin with, which the address keeps."""
    say_if_unusable(key, list(options.values()))
    first = next(iter(options))
    chosen = st.segmented_control(
        label, list(options), format_func=options.__getitem__, default=first, key=key, bind="query-params"
    )
    return str(chosen or first)


def _table(
    table: pd.DataFrame, key: str, *, on_tick: Callable[[int], None] | None = None, height: int = 340
) -> int | None:
    """Draw a table, numbers right-aligned and what is missing in words; returns the row that is ticked, if it can be.

    ``on_tick`` is called with the row, before the page runs.
    """
    columns = {
        str(name): st.column_config.NumberColumn(format="localized", width=None if len(str(name)) > 12 else 90)
        for name in table.select_dtypes("number")
    }
    size = min(39 + 35 * len(table), height)
    shown: dict[str, Any] = {"hide_index": True, "height": size, "placeholder": need.NOT_KNOWN, "key": key}
    if on_tick is None:
        st.dataframe(table, column_config=columns, **shown)
        return None
    state = st.dataframe(
        table, column_config=columns, on_select=lambda: _ticked(key, on_tick), selection_mode="single-row", **shown
    )
    rows = state.selection.rows
    return int(rows[0]) if rows else None


def _ticked(key: str, on_tick: Callable[[int], None]) -> None:
    rows = st.session_state[key].selection.rows
    if rows:
        on_tick(int(rows[0]))


def _choose(id: str | None) -> None:
    """Look at an area that was clicked or ticked; a row about none is passed over."""
    if id in session.areas():
        choose_area(str(id))


def _notes(texts: Iterable[str], style: str = "ls-note") -> None:
    """Draw a paragraph for each text; nothing without any."""
    said = "".join(f'<p class="{style}">{html(text)}</p>' for text in texts)
    if said:
        st.html(said)


def _end(result: Any, method: str) -> None:
    """Say what to bear in mind, how it was computed, the command, and how to cite it."""
    with st.expander(plain(f"Bear in mind ({len(result.caveats)})")):
        st.html(bullet_list(result.caveats))
    how_computed(result, method)


def _line(text: str) -> str:
    return f'<p class="ls-line">{html(text)}</p>'
