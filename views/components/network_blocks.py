"""Blocks of the Network page: what is looked at, the diagram or the map with legends, facts on what is clicked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from graphmodel.schema import label_of
from views import asking, maps, network, network_map, network_words, places, profile, session
from views.components import address, draw_map, draw_network
from views.components.blocks import empty, say_if_unusable
from views.components.landscape_blocks import area_shade, opening_bounds
from views.markup import bullet_list, facts, heading, html, legend, note, plain
from views.network import SAID, Drawing
from views.network_scope import (
    AREA,
    AROUND,
    BODY,
    FIRST_KINDS,
    GATHERED,
    HOPS,
    KINDS,
    SCOPES,
    Choice,
    NetworkView,
    leading_out,
    types_of,
)
from views.overview import NO_SHADE

WHAT_IF = "What if one goes"
DIAGRAM, ON_MAP = "Diagram", "On the map"
VIEWS = (DIAGRAM, ON_MAP)
METHOD = (
    "Around one: all that so many links of these kinds lead to, in either direction. One organisation: it, what it "
    "runs, and who any of that is linked to. All of the area: links of which both ends belong to it. A perceived "
    "link counts only where it is recorded who was asked. The layout is by springs, the same every time: nearness on "
    "the picture is no measure. On the map an organisation stands at a place it runs, a service at a session: of "
    "several, the two nearest to each other."
)
_SCOPE_CODES = {AROUND: None, BODY: "body", AREA: "area"}
_NOTHING_ON = "none"


# --- what is looked at ------------------------------------------------------------------------------------------


def draw_choice(view: NetworkView) -> Choice | None:
    """Draw the controls, which the address keeps, and return what is looked at; None where there is nothing."""
    entered = "scope" not in st.session_state
    say_if_unusable("view", VIEWS)
    say_if_unusable("hops", [str(hop) for hop in HOPS])
    if not view.options:
        return None
    _take_scope(entered)
    _take_centre(view, entered)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        scope = st.segmented_control("Look at", SCOPES, key="scope", required=True) or AROUND
        st.segmented_control("As", VIEWS, default=DIAGRAM, key="view", bind="query-params")
        hops = 1
        if scope == AROUND:
            hops = int(st.segmented_control("Hops", HOPS, default=1, key="hops", bind="query-params") or 1)
    # A place of its own, also where empty: what stands below keeps its place, and is not drawn anew.
    with st.container():
        centre = None if scope == AREA else _centre(view, scope)
    address.keep("scope", _SCOPE_CODES[scope])
    address.keep("around", None if centre == _first(view, scope) else centre)
    if scope == BODY and centre is None:
        return None
    types, said = _links(view, entered)
    return Choice(scope, centre, hops, types, said)


def on_the_map() -> bool:
    """Return whether the map is looked at, not the diagram."""
    return bool(st.session_state.get("view") == ON_MAP)


def go_to(id: str) -> None:
    """Look at the network around this node, or at the facts of this link, from the next run on; for callbacks."""
    st.session_state.pop("network_link", None)
    if id.removeprefix(GATHERED).startswith("link:") or label_of(id.removeprefix(GATHERED)) is None:
        if not id.startswith(GATHERED):
            st.session_state["network_link"] = id
        return
    st.session_state["scope"] = AROUND
    st.session_state["around"] = id.removeprefix(GATHERED)


def _take_scope(entered: bool) -> None:
    changed, given = address.asked("scope", entered=entered)
    named = {code: scope for scope, code in _SCOPE_CODES.items()}
    if changed and given not in named:
        st.warning(plain(f"The link asks for scope “{given}”, which cannot be chosen here; it is left out."))
    elif changed:
        st.session_state["scope"] = named[given]
    kept = st.session_state.get("scope") or st.session_state.get("network_scope") or AROUND
    st.session_state["scope"] = st.session_state["network_scope"] = kept


def _take_centre(view: NetworkView, entered: bool) -> None:
    """Set the node in the middle: from the address, from what was picked on another page, or as it was."""
    changed, given = address.asked("around", entered=entered)
    picked = st.session_state.get("picked")
    if changed and given is not None and given not in view.graph:
        st.warning(plain(f"The link asks for “{given}”, which is not here; it is left out."))
    elif changed:
        st.session_state["around"] = given
    elif entered and picked in view.options and picked != st.session_state.get("came_from"):
        st.session_state["around"] = st.session_state["came_from"] = picked
    st.session_state.setdefault("around", st.session_state.get("network_around"))


def _first(view: NetworkView, scope: str) -> str | None:
    options = view.bodies if scope == BODY else view.options
    return view.centre if view.centre in options else next(iter(options), None)


def _centre(view: NetworkView, scope: str) -> str | None:
    """Draw the search for the node in the middle and return its id; None if there is none."""
    linked = view.linked
    wanted, first = st.session_state.get("around"), _first(view, scope)
    options = view.bodies if scope == BODY else view.options
    if wanted not in options:
        st.session_state["around"] = wanted = first
    held = [id for id in options if id in linked or id == wanted]
    if not held:
        return None
    left = len(options) - len(held)
    why = f" Those without a recorded link are not in the list: {left:,}." if left else ""
    label = "Organisation" if scope == BODY else "Around"
    st.selectbox(
        label, held, format_func=options.__getitem__, key="around", filter_mode="contains",
        help=f"Search by name.{why}", on_change=_forget_link,
    )  # fmt: skip
    centre: str = st.session_state["around"]
    st.session_state["network_around"] = centre
    return centre


def _forget_link() -> None:
    st.session_state.pop("network_link", None)


def _links(view: NetworkView, entered: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Draw which links are on; returns their types and whose word."""
    kinds = {code: f"{KINDS[code][0]} {n:,}" for code, n in view.counts.items()}
    said = {code: f"{SAID[code][0]} {n:,}" for code, n in view.said.items()}
    first = [code for code in FIRST_KINDS if code in kinds]
    with st.expander("Which links: kinds, and on whose word", expanded=bool({"kinds", "said"} & {*st.query_params})):
        on = _codes("Kinds of link", "kinds", kinds, first, entered)
        word = _codes("On whose word", "said", said, list(said), entered) if len(said) > 1 else list(said)
    return types_of(on), tuple(word)


def _codes(label: str, name: str, options: Mapping[str, str], first: Sequence[str], entered: bool) -> list[str]:
    """Draw pills for codes, those on kept in the address as codes; ``first`` are on at first."""
    changed, given = address.asked(name, entered=entered)
    chosen = st.session_state.get(f"network_{name}")
    if changed:
        wanted = [] if given in (None, _NOTHING_ON) else str(given).split(",")
        if wrong := [code for code in wanted if code not in options]:
            told = ", ".join(f"“{code}”" for code in wrong)
            st.warning(plain(f"The link asks for {name} {told}, which cannot be chosen here; it is left out."))
        chosen = None if given is None else wanted
    if not (changed or entered) and name in st.session_state:
        chosen = st.session_state[name]
    # Set at each run: when the counts in the labels change it is another control to Streamlit, which forgets.
    st.session_state[name] = [code for code in options if code in (first if chosen is None else chosen)]
    on = st.pills(label, list(options), format_func=options.__getitem__, selection_mode="multi", key=name)
    st.session_state[f"network_{name}"] = None if list(on) == list(first) else list(on)
    address.keep(name, None if set(on) == set(first) else ",".join(on) or _NOTHING_ON)
    return list(on)


# --- the picture ------------------------------------------------------------------------------------------------


def draw_picture(drawn: Drawing, choice: Choice, told: str) -> None:
    """Draw the network as a diagram or on the map, its legends with counts, and the files of it."""
    if not drawn.link_rows.size:
        st.html(note(f"No link of these kinds joins {told} to anything. Turn on more kinds of link."))
    if on_the_map():
        _draw_map(drawn, choice, told)
    else:
        if drawn.gathered:
            st.html(f'<p class="ls-line">{html(drawn.gathered)}</p>')
        label = f"Network of {told}; the table is below"
        draw_network(drawn.as_dict(), key="network_diagram", label=label, on_pick=go_to)
        title = "Main sector" if drawn.gathered else "Sector"
        st.html(legend(title, drawn.legend) + signs("What it is", drawn.shapes) + lines("Links", drawn.said))
    _files(drawn, told)


def _draw_map(drawn: Drawing, choice: Choice, told: str) -> None:
    outlined, chosen = area_shade(NO_SHADE, None), session.selection()
    found = network_map.on_map(
        drawn.graph,
        session.derived(places.points_of),
        outlines=maps.area_traces(outlined, maps.classify(outlined)) if outlined else [],
        bounds=opening_bounds() if choice.scope == AREA else None,
        view=f"network {chosen.database} {chosen.area} {choice.scope} {choice.centre}",
        centre=choice.centre,
    )
    on_it = sum(found.drawn.values())
    st.html(
        f'<p class="ls-line"><strong>{_count(on_it, "link")} drawn between places.</strong> '
        f"{_count(len(found.unplaced_links), 'link')} without a place at an end, "
        f"{_count(len(found.unplaced_nodes), 'node')} without a place: listed below.</p>"
    )
    if found.sectors:
        label = f"Map of the network of {told}; the table is below"
        draw_map(found.figure, key="network_map", label=label, on_pick=go_to)
        st.html(legend("Sector", found.sectors) + legend("What it is", found.fills) + lines("Links", found.drawn))
    else:
        st.html(note("Nothing of this has a place on the map: look at the diagram, or turn on more kinds of link."))
    with st.expander(plain(f"Without a place: {_count(len(found.unplaced_links), 'link')}")):
        shown = found.unplaced_links.drop(columns=["id", "who was asked", "formality"]).rename(columns=str.capitalize)
        st.dataframe(shown, hide_index=True, placeholder="not recorded", height=min(39 + 35 * len(shown), 300))
        unplaced = found.unplaced_nodes.drop(columns="id").rename(columns=str.capitalize)
        st.dataframe(unplaced, hide_index=True, placeholder="not recorded", height=min(39 + 35 * len(unplaced), 300))


def _files(drawn: Drawing, told: str) -> None:
    with st.container(horizontal=True):
        st.download_button(
            "Download the diagram (HTML)", lambda: network.standalone(drawn, f"Network of {told}"), "network.html",
            "text/html", on_click="ignore", key="network_html",
        )  # fmt: skip
        st.download_button(
            "Download GraphML", lambda: asking.graphml_bytes(drawn.graph), "network.graphml", "application/xml",
            on_click="ignore", key="network_graphml",
        )  # fmt: skip


def signs(title: str, entries: Sequence[tuple[str, str, int]]) -> str:
    """Return a legend whose marks are signs, as HTML."""
    items = "".join(
        f'<li><span aria-hidden="true">{html(sign)}</span> {html(name)} <span class="ls-count">{count:,}</span></li>'
        for sign, name, count in entries
    )
    return f'<div class="ls-legend"><strong>{html(title)}</strong><ul>{items}</ul></div>'


def lines(title: str, said: Mapping[str, int]) -> str:
    """Return the legend of the lines as HTML: a piece of each, its words, how many."""
    items = "".join(
        f'<li>{sample}{html(name)} <span class="ls-count">{count:,}</span></li>'
        for sample, name, count in network.said_legend(said)
    )
    return f'<div class="ls-legend"><strong>{html(title)}</strong><ul>{items}</ul></div>' if items else ""


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


# --- facts ------------------------------------------------------------------------------------------------------


def draw_facts(view: NetworkView, choice: Choice, drawn: Drawing) -> None:
    """Draw what is known of the clicked link, or of the node in the middle."""
    link = st.session_state.get("network_link")
    if link is not None and (told := network_words.link_facts(view.graph, link)):
        st.button("Close", on_click=_forget_link, key="close_link", icon=":material/arrow_back:")
        st.html(heading("One link") + heading(told[0], 2) + facts(told[1]))
        st.button("What if this link goes?", on_click=what_if, args=(link,), key="link_goes")
        return
    if choice.centre is None:
        best = drawn.node_rows.sort_values(["links", "name"], ascending=[False, True]).head(8)
        st.html(
            heading("All of the area")
            + facts(
                [
                    ("Nodes with a link", f"{len(drawn.node_rows):,}"),
                    ("Links", f"{len(drawn.link_rows):,}"),
                    ("Links that lead out, not drawn", f"{leading_out(view.graph, choice.types, choice.said):,}"),
                ]
            )
            + heading("Most links")
            + bullet_list([f"{name}: {n:,}" for name, n in zip(best["name"], best["links"], strict=True)])
            + note("Click a node to go there, or a line for its facts; or tick a row below.")
        )
        return
    found = session.derived(profile.place_profile, choice.centre)
    if found is None:
        empty("Nothing more is recorded of it.", link=False)
        return
    st.html(heading(found.name, 2) + note(found.sort))
    if any(choice.centre in held for held in session.derived(network_words.removable).values()):
        st.button("What if it goes?", on_click=what_if, args=(choice.centre,), key="node_goes")
    routes = session.derived(network_words.routes_to, choice.centre)
    if routes:
        st.html(heading("Routes to it") + facts(routes))
    for section in found.sections:
        body = facts(section.facts) if section.facts else ""
        st.html(heading(section.title) + body + (bullet_list(section.lines[:12], more=_more(section.lines)) or ""))


def _more(told: Sequence[str]) -> str:
    return f"and {len(told) - 12:,} more: see the table." if len(told) > 12 else ""


def what_if(id: str) -> None:
    """Ask what is lost with this node or link, from the next run on; for use in callbacks."""
    st.session_state["show"] = WHAT_IF
    st.session_state["network_without"] = id
