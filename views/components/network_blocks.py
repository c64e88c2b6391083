"""Controls of the Network page: around what, how far, over which links."""

from __future__ import annotations

import streamlit as st

from graphmodel.schema import LINK_TYPES, PARTNER_LINKS
from views import network
from views.components.blocks import say_if_unusable

# More entries than this make the search box slow; then only bodies and services are offered.
MANY = 4000
HOPS = [1, 2, 3]
GROUPS = {
    "partners": ("Partner links", PARTNER_LINKS),
    "money": ("Funds and commissions", ("FUNDS", "COMMISSIONS")),
    "runs": ("Runs and delivers", ("RUNS", "DELIVERS")),
    "contexts": ("Guardian of, works on", ("GUARDIAN_OF", "TARGETS", "ADJACENT_TO")),
    "members": ("Members and parts", ("MEMBER_OF", "PART_OF")),
    "work": (
        "Assessments, goals, measures",
        ("ASSESSES", "SETS", "TOWARDS", "DONE_WITH", "MEASURES", "OBSERVED_IN"),
    ),
    "areas": ("Areas", ("WITHIN", "SERVES", "ESTIMATED_FOR")),
}
METHOD = (
    "All nodes that so many links of these kinds lead to, in either direction. A perceived link counts only where it "
    "is recorded who was asked. The layout is by springs from a fixed seed: nearness on the picture is no measure."
)
FIRST_GROUPS = ["partners", "runs"]


def centre_choice(view: network.NetworkView) -> str | None:
    """Draw the search for the node in the middle and return its id; None if there is none."""
    options, first = view.options, view.centre
    if not options:
        return None
    wanted = st.session_state.pop("go_to", None) or st.session_state.get("picked")
    if wanted in options and wanted != st.session_state.get("came_from"):
        st.session_state["around"] = st.session_state["came_from"] = wanted
    if st.session_state.get("around") not in options:
        st.session_state["around"] = first if first in options else next(iter(options))
    held = list(options)
    if len(held) > MANY:
        large = ("Organisation", "Service", "Forum", "Programme")
        held = [id for id in held if view.graph.nodes[id]["label"] in large or id == st.session_state["around"]]
    st.selectbox(
        "Around", held, format_func=options.__getitem__, key="around", filter_mode="contains", help="Search by name."
    )
    centre: str = st.session_state["around"]
    return centre


def go_to(id: str) -> None:
    """Draw the network around this node from the next run on; for use in callbacks."""
    st.session_state["go_to"] = id


def link_choices() -> tuple[int, tuple[str, ...], str]:
    """Draw the controls of the links; returns hops, link types and basis."""
    say_if_unusable("hops", [str(hop) for hop in HOPS])
    say_if_unusable("kinds", [name for name, _ in GROUPS.values()])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        hops = st.segmented_control("Hops", HOPS, default=1, key="hops", bind="query-params") or 1
        basis = st.selectbox(
            "Said by", list(network.BASES), format_func=network.BASES.__getitem__, key="basis", width=260
        )
    on = st.pills(
        "Kinds of link",
        list(GROUPS),
        format_func=lambda name: GROUPS[name][0],
        selection_mode="multi",
        default=FIRST_GROUPS,
        key="kinds",
        bind="query-params",
    )
    types = tuple(type for name in GROUPS if name in on for type in GROUPS[name][1] if type in LINK_TYPES)
    return int(hops), types, basis
