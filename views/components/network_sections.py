"""Sections under the diagram of the Network page: the links drawn, measures, what if one goes, what ends, forums."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from analysis.results import Result
from views import asking, gaplist, network, session, tables
from views.components.blocks import downloads, how_computed, say_if_unusable
from views.components.network_blocks import go_to
from views.markup import facts, heading, note

LINKS, MEASURES, WHAT_IF, CALENDAR, FORUMS = "Links", "Measures", "What if one goes", "What ends when", "Forums"
SECTIONS = (LINKS, MEASURES, WHAT_IF, CALENDAR, FORUMS)
MEASURE_COLUMNS = (
    "name", "label", "sector", "partners", "betweenness", "rank", "rank_best", "rank_worst", "core", "constraint",
    "effective_size", "go_between",
)  # fmt: skip
LOSS_COLUMNS = ("name", "area_name", "before", "after", "because")

_MEASURES_METHOD = (
    "Betweenness is the share of shortest paths between others that lead through a partner; constraint is low where a "
    "partner joins others who do not know one another. Ranks come with the best and worst rank when links are drawn "
    "again at random: on a partial, self-declared network they are no more certain than that."
)
_WHAT_IF_METHOD = "The landscape is looked at twice, with it and without it; rows are what is less without it."
_CALENDAR_METHOD = (
    "Agreements end in their month; services, places and contexts are all that is gone by then if nothing follows. "
    "An agreement that may be extended is counted as ending, and said."
)
_FORUMS_METHOD = "Roles a forum must have on it, against the roles of its recorded members."
_TALK_METHOD = (
    "Partners without a link of their own who have most partners in common, each partner in common counting less the "
    "more partners it has (resource allocation index)."
)


def section_choice() -> str:
    """Draw the choice of section and return its name."""
    say_if_unusable("show", SECTIONS)
    chosen = st.segmented_control("Show", SECTIONS, default=LINKS, key="show", bind="query-params")
    return str(chosen or LINKS)


def draw_section(name: str, drawn: network.Drawing | None, centre: str) -> None:
    """Draw a section; only the one chosen is worked out."""
    if name == LINKS:
        if drawn is not None:
            _draw_links(drawn)
        return
    sections: Mapping[str, Callable[[], None]] = {
        MEASURES: _draw_measures,
        WHAT_IF: lambda: _draw_what_if(centre),
        CALENDAR: _draw_calendar,
        FORUMS: _draw_forums,
    }
    sections[name]()


def _draw_links(drawn: network.Drawing) -> None:
    link_tab, node_tab = st.tabs([f"Links ({len(drawn.link_rows)})", f"Nodes ({len(drawn.node_rows)})"])
    with link_tab:
        columns = ("from", "link", "to", "basis", "formality", "source")
        st.dataframe(tables.readable(drawn.link_rows, columns), hide_index=True)
        downloads("links", drawn.link_rows, key="links")
    with node_tab:
        st.dataframe(tables.readable(drawn.node_rows, ("name", "layer", "kind", "source")), hide_index=True)
        downloads("nodes", drawn.node_rows, key="nodes")


def _draw_measures() -> None:
    result = session.result("partnership")
    if not result.rows:
        _nothing(result)
        return
    of_all = ("partners", "pairs", "components", "largest_core", "sector_assortativity", "referral_reciprocity")
    st.html(facts((tables.title(name), result.summary[name]) for name in of_all if name in result.summary))
    frame = pd.DataFrame(_shown(result))
    event = st.dataframe(
        frame[[name for name in MEASURE_COLUMNS if name in frame]].rename(columns=tables.title),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key="measures_table",
    )
    picked = event["selection"]["rows"]
    if picked:
        partner = str(frame["partner"].iloc[picked[0]])
        st.button("Draw the network around it", on_click=go_to, args=(partner,), key="go_to_partner")
    downloads("partners", tables_of_text(frame), key="partners")
    how_computed(result, _MEASURES_METHOD)


def _draw_what_if(centre: str) -> None:
    options = session.derived(removable)
    if not options:
        st.html(note("No organisation, guardian, service or chain is recorded that could be taken out."))
        return
    ids = list(options)
    say_if_unusable("without", list(options.values()))
    first = ids.index(centre) if centre in options else 0
    without = st.selectbox(
        "Without", ids, first, options.__getitem__, key="without", bind="query-params", filter_mode="contains"
    )
    result = session.result("what_if", {"without": without})
    rows = _shown(result)
    if not rows:
        _nothing(result)
    for what, held in _by_what(rows).items():
        st.html(heading(f"{what} ({len(held)})"))
        st.dataframe(_losses(held), hide_index=True)
    if rows:
        downloads("what_if", pd.DataFrame(rows), key="what_if")
    how_computed(result, _WHAT_IF_METHOD)


def removable(landscape: Any) -> dict[str, str]:
    """Return id -> name of the bodies and chains that can be taken out, confidential ones left out, by name."""
    from analysis.facts.removal import brands

    found: dict[str, str] = {f"brand:{name}": f"{name} · chain" for name in brands(landscape)}
    for label in ("Organisation", "Programme", "Service", "Guardian"):
        frame = landscape.nodes(label)
        frame = frame[(frame["sensitivity"] != "confidential").to_numpy(bool)]
        if label == "Guardian":
            frame = frame[(frame["stage"] == "active").to_numpy(bool) & frame["inside"].to_numpy(bool)]
        found |= {str(id): f"{name} · {label.lower()}" for id, name in frame["name"].items()}
    return dict(sorted(found.items(), key=lambda item: (item[1].casefold(), item[0])))


def _draw_calendar() -> None:
    result = session.result("contract_calendar")
    rows = _shown(result)
    if not any(row["agreements"] for row in rows):
        _nothing(result)
    else:
        frame = pd.DataFrame(rows)
        most = float(frame["amount_gbp"].max() or 1)
        pounds = st.column_config.ProgressColumn("Pounds that end", format="£%d", min_value=0, max_value=most)
        shown = frame.drop(columns="names").rename(columns={"amount_gbp": "pounds"})
        st.dataframe(shown.rename(columns=tables.title), hide_index=True, column_config={"Pounds": pounds})
        downloads("contract_calendar", tables_of_text(frame), key="calendar")
    how_computed(result, _CALENDAR_METHOD)


def _draw_forums() -> None:
    result, talks = session.result("forums"), session.result("conversations")
    if result.rows:
        _table("forums", pd.DataFrame(_shown(result)), without=["forum"])
    else:
        _nothing(result)
    how_computed(result, _FORUMS_METHOD)
    st.html(heading("Who might talk to each other"))
    if talks.rows:
        _table("conversations", pd.DataFrame(_shown(talks)), without=["partner", "other"])
    else:
        _nothing(talks)
    how_computed(talks, _TALK_METHOD)


def _table(name: str, frame: pd.DataFrame, *, without: list[str]) -> None:
    """Draw rows without their ids, and offer all of them."""
    st.dataframe(tables_of_text(frame.drop(columns=without)).rename(columns=tables.title), hide_index=True)
    downloads(name, tables_of_text(frame), key=name)


def tables_of_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table with its lists joined, as people read them."""
    return frame.map(lambda value: "; ".join(map(str, value)) if isinstance(value, list | tuple) else value)


def _by_what(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(str(row["what"])[:1].upper() + str(row["what"])[1:], []).append(row)
    return found


def _losses(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    told = [{**{name: _words(row[name]) for name in LOSS_COLUMNS}, "left": _left(row)} for row in rows]
    frame = pd.DataFrame(told).rename(columns={"area_name": "area"})
    return frame.dropna(axis=1, how="all").rename(columns=tables.title)


def _left(row: Mapping[str, Any]) -> str:
    return "nothing" if row["last"] else "something"


def _words(value: Any) -> str | None:
    if value is None or value == "":
        return None
    return f"{value:,.0f}" if isinstance(value, int | float) else str(value)


def _shown(result: Result) -> list[dict[str, Any]]:
    """Return the rows as the documented shape has them, with what is confidential taken out."""
    return asking.without_confidential(result.as_dict()["rows"], session.derived(gaplist.confidential_names))


def _nothing(result: Result) -> None:
    st.html("".join(note(caveat) for caveat in result.caveats[:3]) or note("Nothing is recorded."))
