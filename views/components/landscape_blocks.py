"""Blocks of the Landscape page: the choice of shade and layers, legends, and the profile beside the map."""

from __future__ import annotations

from typing import Any

import streamlit as st

from views import outlines, overview, profile, session
from views.areas import Catalogue
from views.components.sidebar import choose_area
from views.maps import Bounds, Shade
from views.markup import bullet_list, facts, heading, legend, note, plain
from views.overview import COMPLETENESS, MEASURES, NO_SHADE, PROVISION, YOUNG_PEOPLE, Overview
from views.places import LAYERS, NO_STAGE
from views.theme import KINDS

LINKS = "links"
LEVEL_NAMES = {"ward": "Wards", "msoa": "MSOAs", "lsoa": "LSOAs", "local_authority": "Local authorities"}


def layer_choices(areas: Catalogue, area: str | None) -> tuple[str, str | None, list[str], bool]:
    """Draw the controls of the map; returns shade, level of the areas, layers that are on, and whether links are."""
    levels = [level for level in areas.parts(area) if level in LEVEL_NAMES]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shade = st.selectbox(
            "Shade", [*MEASURES, NO_SHADE], format_func=str.capitalize, key="shade", bind="query-params", width=170
        )
        level = None
        if levels:
            if st.session_state.get("by") not in levels:
                st.session_state["by"] = levels[0]
            level = st.selectbox("By", levels, format_func=lambda name: LEVEL_NAMES[name], key="by", width=170)
        on = st.pills(
            "Layers",
            [*LAYERS, LINKS],
            format_func=lambda name: LAYERS.get(name, "Partner links"),
            selection_mode="multi",
            default=["services", "guardians"],
            key="layers",
            bind="query-params",
        )
    return shade, level, [layer for layer in LAYERS if layer in on], LINKS in on


def area_shade(measure: str, level: str | None) -> Shade | None:
    """Return the shade of the areas of a level inside the chosen one; their outlines are written for the browser."""
    chosen = session.selection()
    areas = session.areas()
    if level is None and chosen.area is None:
        return None
    at_level = level or areas.areas[chosen.area or ""].level
    values = dict.fromkeys(areas.inside(chosen.area, at_level)) if level else {chosen.area or "": None}
    if measure == PROVISION and level:
        values = session.derived(overview.services_by_area, level)
    elif measure == YOUNG_PEOPLE and level:
        values = session.derived(overview.young_people_by_area, level)
    elif measure == COMPLETENESS and level:
        rows = session.result("completeness").rows
        values = overview.completeness_by_area(session.landscape(), level, rows)
    address = session.geometry(at_level, tuple(sorted(values)))
    title = MEASURES.get(measure, "Areas")
    names = session.derived(overview.area_names)
    return overview.shade_of(address, values, names, measure) if measure != NO_SHADE and level else Shade(
        address, dict.fromkeys(values), names, title, outline_only=True
    )  # fmt: skip


def opening_bounds() -> Bounds | None:
    """Return where the map opens: the chosen area, or everything."""
    chosen = session.selection()
    return session.derived(outlines.bounds, (chosen.area,) if chosen.area else ())


def draw_legends(drawn: Overview) -> None:
    """Draw the legends of the areas and the places with their counts, and what was left out."""
    blocks = []
    if drawn.area_legend:
        blocks.append(legend(drawn.area_title, drawn.area_legend))
    if drawn.place_legend:
        blocks.append(legend("Places", drawn.place_legend))
    guardian = KINDS["commercial"][1]
    if any(label.endswith("guardian") for _, _, label, _ in drawn.place_legend):
        blocks.append(
            legend(
                "Guardian's stage",
                [
                    (guardian, "full", "active", drawn.fills["full"]),
                    (guardian, "half", "agreed or trained", drawn.fills["half"]),
                    (guardian, "ring", "at another stage", drawn.fills["ring"]),
                    (guardian, "faint", NO_STAGE, drawn.fills["faint"]),
                ],
            )
        )
    st.html("".join(blocks) + "".join(note(text) for text in drawn.notes))


def draw_profile(picked: str | None) -> bool:
    """Draw the profile of what was picked, or of the chosen area; return whether it is the area's."""
    chosen = session.selection()
    told: Any = None
    if picked and picked != chosen.area and picked not in session.areas():
        told = session.derived(profile.place_profile, picked)
    if told is not None:
        _close()
    elif picked and picked != chosen.area and picked in session.areas():
        _close()
        st.button(
            f"Look at {plain(session.areas().name(picked))}", on_click=_look_at, args=(picked,), key="look_at",
            type="primary",
        )  # fmt: skip
        told = session.derived(profile.area_profile, chosen.when, area=picked)
    else:
        told = session.derived(profile.area_profile, chosen.when)
    st.html(_told(told))
    return bool(told.id == (chosen.area or ""))


def draw_gap_counts() -> None:
    """Draw how many gaps the chosen area has, and the way to them."""
    found = session.gap_counts()
    st.html(heading("Gaps") + facts([("Evidenced", f"{found[0]:,}"), ("Data missing", f"{found[1]:,}")]))
    st.page_link(st.session_state["gaps_page"], label="See the gaps")


def _told(told: profile.Profile) -> str:
    blocks = [heading(told.name, 2), note(told.sort)]
    for section in told.sections:
        blocks += [heading(section.title)]
        blocks += [facts(section.facts)] if section.facts else []
        blocks += [bullet_list(section.lines)] if section.lines else []
    return "".join(blocks)


def _close() -> None:
    st.button("Back to the area", on_click=_forget_pick, key="close_profile", icon=":material/arrow_back:")


def _forget_pick() -> None:
    st.session_state.pop("picked", None)


def _look_at(id: str) -> None:
    _forget_pick()
    choose_area(id)
