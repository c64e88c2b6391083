"""Sections of the Network page on loss and lack: single points, what if one goes, what ends when, forums, roles."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from analysis.results import listed
from graphmodel.codes import code_list
from views import charts, network_words, session, tables
from views.components import address
from views.components.blocks import downloads, how_computed
from views.components.chart import draw_chart
from views.components.network_blocks import WHAT_IF, what_if
from views.components.network_tables import NO_LINKS, nothing, shown, text_cells, ticked
from views.markup import bullet_list, heading, html, note, plain

SINGLE, CALENDAR = "Single points", "What ends when"
FORUMS, ROLES = "Forums", "Pathway roles"
SECTIONS = (SINGLE, WHAT_IF, CALENDAR, FORUMS, ROLES)
LOSS_COLUMNS = ("name", "area_name", "before", "after", "because")
LOST = {
    "cover": "Guardians of a place",
    "response": "Work on places",
    "service": "Services",
    "guardian": "Guardians",
    "capacity": "Places a year",
    "reach": "Provision within reach",
    "need": "Estimates of need",
    "money": "Money",
    "partner": "Partners who lose touch",
    "path": "Ways to help",
    "role": "Roles of a pathway",
}
STATES = {"taken": "taken", "present": "somebody with this role is there", "nobody_recorded": "nobody recorded"}

_SINGLE_METHOD = (
    "A single point is a partner without whom others lose touch with the largest part left (cut nodes; Hopcroft and "
    "Tarjan 1973). All links between two count as one. A service stands with the one who runs it."
)
_SINGLE_LINKS_METHOD = "Bridges (Tarjan 1974): pairs of partners who alone join two parts of the network."
_WHAT_IF_METHOD = "The landscape is looked at twice, with it and without it; rows are what is less without it."
_DEPENDENCE_METHOD = (
    "For each body: contexts with no other service or action once it, or the money it pays, ends. A service ends where "
    "all who run it, or all its recorded money, go."
)
_CALENDAR_METHOD = (
    "Agreements end in their month; services, places and contexts are all that is gone by then if nothing follows. "
    "An agreement that may be extended is counted as ending, and said."
)
_FORUMS_METHOD = "Roles a forum must have on it, against the roles of its recorded members."
_TALK_METHOD = (
    "Partners without a link of their own who have most partners in common, each partner in common counting less the "
    "more partners it has (resource allocation index)."
)
_ROLES_METHOD = (
    "Roles a programme requires at each stage, against its members: taken where a member says that this very role is "
    "theirs; otherwise somebody with that role may be a member, or run a service of that stage."
)


# --- single points ----------------------------------------------------------------------------------------------


def _draw_single() -> None:
    points, pairs = session.result("fragility"), session.result("single_links")
    names = session.derived(network_words.partner_names)
    if not points.rows:
        nothing(points, NO_LINKS)
    else:
        rows = [{**row, "cut_off": _names(row["cut_off"], names)} for row in shown(points)]
        first = rows[0]
        _say(
            f"{len(rows):,} partners hold others to the rest. Without {first['name']}, "
            f"{first['partners_cut_off']:,} of {first['others']:,} others lose touch."
        )
        st.html(note("Tick a row to see what else is lost if it goes."))
        columns = ["name", "label", "partners_cut_off", "share", "cut_off"]
        config = {"Share": st.column_config.NumberColumn(format="percent")}
        ticked(
            pd.DataFrame(rows), "single_table", id="partner", columns=columns, config=config, on_tick=what_if
        )  # fmt: skip
        downloads("single-points", text_cells(pd.DataFrame(rows)), key="single")
    how_computed(points, _SINGLE_METHOD)
    if pairs.rows:
        held = [{**row, "cut_off": _names(row["cut_off"], names)} for row in shown(pairs)]
        st.html(heading(f"Pairs who alone join two parts ({len(held):,})"))
        columns = ["name", "other_name", "partners_cut_off", "cut_off"]
        frame = pd.DataFrame(held)
        ticked(frame.assign(first=[row["links"][0] for row in held]), "single_links_table", id="first",
               columns=columns, on_tick=what_if)  # fmt: skip
        downloads("single-links", text_cells(frame), key="single_links")
        how_computed(pairs, _SINGLE_LINKS_METHOD)


# --- what if one goes -------------------------------------------------------------------------------------------


def _draw_what_if() -> None:
    without, told = _without()
    if without is None:
        st.html(note("No organisation, guardian, service or chain is recorded that could be taken out."))
        return
    result = session.result("what_if", {"without": without})
    rows = shown(result)
    _say(f"Without {told}: {network_words.lost_words(result.summary)}")
    for kind, held in _by_kind(rows).items():
        with st.expander(plain(f"{LOST.get(kind, kind)} ({len(held):,})"), expanded=len(held) <= 12):
            st.dataframe(
                _losses(held), hide_index=True, placeholder="not recorded", height=min(39 + 35 * len(held), 400)
            )
    if rows:
        downloads("what_if", pd.DataFrame(rows), key="what_if")
    how_computed(result, _WHAT_IF_METHOD)
    _draw_dependence()


def _without() -> tuple[str | None, str]:
    """Draw the choice of what goes, which the address keeps by id; returns the id and its name."""
    sorts: Mapping[str, Mapping[str, str]] = session.derived(network_words.removable)
    entered = "without" not in st.session_state
    changed, given = address.asked("without", entered=entered)
    wanted = st.session_state.pop("network_without", None) or (given if changed else None)
    if wanted is None:
        wanted = st.session_state.get("without") or st.session_state.get("network_went")
    link = _link_name(wanted)
    if link:
        sorts = {**sorts, "Link": {str(wanted): link}}
    elif changed and given and not any(given in held for held in sorts.values()):
        st.warning(plain(f"The link asks for “{given}” to go, which cannot be taken out here; it is left out."))
    if not sorts:
        return None, ""
    sort = st.session_state.get("goes")
    if wanted is not None and wanted not in sorts.get(sort or "", {}):
        sort = next((name for name, held in sorts.items() if wanted in held), None)
    st.session_state["goes"] = sort if sort in sorts else next(iter(sorts))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control("What goes", list(sorts), key="goes", required=True, on_change=_forget_without)
        options = sorts[st.session_state["goes"] or next(iter(sorts))]
        st.session_state["without"] = wanted if wanted in options else next(iter(options))
        without = st.selectbox(
            "Without", list(options), format_func=options.__getitem__, key="without", filter_mode="contains"
        )
    st.session_state["network_went"] = without
    address.keep("without", without)
    return without, options[without]


def _forget_without() -> None:
    st.session_state.pop("without", None)
    st.session_state.pop("network_went", None)


def _link_name(id: str | None) -> str | None:
    """Return a link as a sentence, None for anything else."""
    from views.network_scope import NetworkView

    told = network_words.link_facts(session.derived(NetworkView).graph, id) if id and id.startswith("link:") else None
    return told[0] if told else None


def _draw_dependence() -> None:
    result = session.result("dependence")
    st.html(heading("Whose end would cut most contexts off"))
    if not result.rows:
        nothing(result, "Record which contexts each service works on, who runs it and who pays, in links.csv.")
        return
    frame = pd.DataFrame(shown(result))
    columns = [
        "name", "how", "contexts_cut_off", "contexts_without_level_2", "contexts_without_cover", "services", "places",
        "partners_cut_off", "pounds", "first_end",
    ]  # fmt: skip
    st.html(note("Tick a row to see all that is lost."))
    pounds = {"Pounds": st.column_config.NumberColumn(format="localized")}
    ticked(frame, "dependence_table", id="about", columns=columns, config=pounds, on_tick=what_if)
    downloads("dependence", text_cells(frame), key="dependence")
    how_computed(result, _DEPENDENCE_METHOD)


# --- what ends when ---------------------------------------------------------------------------------------------


def _draw_calendar() -> None:
    result = session.result("contract_calendar")
    rows = shown(result)
    if not any(row["agreements"] for row in rows):
        nothing(result, "Record agreements (FUNDS, COMMISSIONS) with the dates they end, in links.csv.")
        how_computed(result, _CALENDAR_METHOD)
        return
    of = result.summary
    _say(
        f"{of['agreements_ending']:,} agreements of £{of['amount_gbp']:,.0f} end by {rows[-1]['month']}. If nothing "
        f"follows, {of['services_ended']:,} services with {of['places_ended']:,} places a year end with them, and "
        f"{of['contexts_without_a_service']:,} contexts are without a service."
    )
    draw_chart(
        charts.months([(row["month"], row["agreements"], _month_lines(row)) for row in rows], up="Agreements that end"),
        key="network_calendar", label="Agreements that end by month; rows below",
    )  # fmt: skip
    frame = pd.DataFrame(rows).drop(columns="names").rename(columns={"amount_gbp": "pounds"})
    config = {"Pounds": st.column_config.NumberColumn(format="localized")}
    event = st.dataframe(
        frame.rename(columns=tables.title), hide_index=True, placeholder="not recorded",
        column_config=config, on_select="rerun", selection_mode="single-row", key="calendar_table",
    )  # fmt: skip
    ticked_rows = event["selection"]["rows"]
    if not ticked_rows:
        st.html(note("Tick a month to see what ends in it, by name."))
    for position in ticked_rows:
        _draw_month(rows[position])
    downloads("contract_calendar", text_cells(frame), key="calendar")
    how_computed(result, _CALENDAR_METHOD)


def _month_lines(row: Mapping[str, Any]) -> tuple[object, ...]:
    unknown = f"{row['amounts_unknown']} of unknown amount" if row["amounts_unknown"] else ""
    return (
        row["month"],
        f"{row['agreements']} agreements, £{row['amount_gbp']:,.0f}",
        unknown,
        f"gone by then if nothing follows: {row['services']} services, {row['contexts']} contexts",
    )


def _draw_month(row: Mapping[str, Any]) -> None:
    st.html(heading(f"What ends in {row['month']}, and is gone by then"))
    for what, names in row["names"].items():
        if names:
            st.html(heading(tables.title(what), 4) + bullet_list(names[:30], more=_more(names, 30)))


# --- forums and roles -------------------------------------------------------------------------------------------


def _draw_forums() -> None:
    result, talks = session.result("forums"), session.result("conversations")
    if result.rows:
        roles = code_list("roles")
        rows = [
            {**row, "lacking": _words(row["lacking"], roles), "present": _words(row["present"], roles)}
            for row in shown(result)
        ]
        lack = [row for row in rows if row["lacking"]]
        _say(f"{len(lack):,} of {len(rows):,} forums have nobody recorded for a role they need.")
        columns = ["name", "kind", "state", "lacking", "present", "members", "members_without_roles"]
        kinds = code_list("forum_kinds")
        frame = pd.DataFrame(rows)
        frame["kind"] = [kinds.get(kind, kind) for kind in frame["kind"]]
        frame["state"] = [str(state).replace("_", " ") for state in frame["state"]]
        ticked(frame, "forums_table", id="forum", columns=columns)
        downloads("forums", text_cells(frame), key="forums")
    else:
        nothing(result, "Record forums with the roles they need in forums.csv, and their members in links.csv.")
    how_computed(result, _FORUMS_METHOD)
    st.html(heading("Who might talk to each other"))
    if talks.rows:
        frame = pd.DataFrame(shown(talks))
        columns = [str(name) for name in frame if name not in ("partner", "other")]
        ticked(frame, "talks_table", id="partner", columns=columns)
        downloads("conversations", text_cells(frame), key="conversations")
    else:
        nothing(talks, NO_LINKS)
    how_computed(talks, _TALK_METHOD)


def _draw_roles() -> None:
    result = session.result("pathway_roles")
    if not result.rows:
        st.html(
            note(
                "No programme says which roles it requires. Give each one its required roles as stage:role, such as "
                "identification:youth_work, in programmes.csv, and load it on Data."
            )
        )
        how_computed(result, _ROLES_METHOD)
        return
    names, stages, roles = session.derived(network_words.partner_names), code_list("pathway_stages"), code_list("roles")
    rows = [
        {
            "programme": row["name"],
            "stage": stages.get(row["stage"], row["stage"]),
            "role": roles.get(row["role"], row["role"]),
            "state": STATES[row["state"]],
            "partners": _names(row["partners"], names),
            "could": _names(row["could"], names),
        }
        for row in shown(result)
    ]
    of = result.summary
    missing = [f"{row['role']} at {row['stage']}" if row["stage"] else row["role"] for row in rows if _nobody(row)]
    _say(
        f"{of['roles_taken']:,} of {of['roles']:,} roles are taken by a recorded partner"
        + (f"; nobody is recorded for {listed(missing)}." if missing else ".")
    )
    frame = pd.DataFrame(rows)
    titles = {str(name): tables.title(str(name)) for name in frame} | {"could": "Whom to ask"}
    st.dataframe(text_cells(frame).rename(columns=titles), hide_index=True, placeholder="not recorded")
    downloads("pathway-roles", text_cells(frame), key="roles")
    how_computed(result, _ROLES_METHOD)


def _nobody(row: Mapping[str, Any]) -> bool:
    return bool(row["state"] == STATES["nobody_recorded"])


def _say(text: str) -> None:
    st.html(f'<p class="ls-line"><strong>{html(text)}</strong></p>')


def _names(ids: Sequence[str], names: Mapping[str, str]) -> list[str]:
    return [names[id] for id in ids if id in names]


def _words(codes: Sequence[str], words: Mapping[str, str]) -> list[str]:
    return [words.get(code, code) for code in codes]


def _more(names: Sequence[str], most: int) -> str:
    return f"and {len(names) - most:,} more" if len(names) > most else ""


def _by_kind(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(str(row["kind"]), []).append(row)
    return found


def _losses(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    told = [
        {"what": row["what"], **{name: _cell(row[name]) for name in LOSS_COLUMNS}, "left": _left(row)} for row in rows
    ]
    frame = pd.DataFrame(told).rename(columns={"area_name": "area"})
    if frame["what"].nunique() == 1:
        frame = frame.drop(columns="what")
    return frame.dropna(axis=1, how="all").rename(columns=tables.title)


def _left(row: Mapping[str, Any]) -> str:
    return "nothing" if row["last"] else "something"


def _cell(value: Any) -> str | None:
    if value is None or value == "":
        return None
    return f"{value:,.0f}" if isinstance(value, int | float) else str(value)


DRAWN: Mapping[str, Callable[[], None]] = {
    SINGLE: _draw_single,
    WHAT_IF: _draw_what_if,
    CALENDAR: _draw_calendar,
    FORUMS: _draw_forums,
    ROLES: _draw_roles,
}
