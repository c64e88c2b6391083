"""Blocks of the Landscape page: the choice of shade and layers, legends, and the profile beside the map."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from graphmodel.schema import label_of
from views import outlines, overview, profile, session, tables
from views.areas import Catalogue
from views.components.blocks import downloads, empty, say_if_unusable
from views.components.find_blocks import PICKED, pick
from views.components.sidebar import choose_area
from views.maps import Bounds, Shade
from views.markup import bullet_list, facts, heading, legend, note, plain
from views.overview import COMPLETENESS, MEASURES, NO_SHADE, PROVISION, YOUNG_PEOPLE, Overview
from views.places import FOR_DRAWING, LAYERS, NO_STAGE, PartnerLinks
from views.publishing import publishable_rows
from views.theme import KINDS

METHOD = (
    "Provision counts services with a session in the area. Residents aged 10-17 are official statistics; where an area "
    "has no figure, the sum over its LSOAs by their share. Completeness is the share recorded of what the gaps rest "
    "on. A place takes its area from its own point. Hours are those of an ordinary week. A service stands where it is "
    "delivered, an organisation at a place it runs: of several, the two nearest to each other."
)
LINKS, LINKS_NAME = "links", "Partner links"
MOST_ROWS = 500
LEVEL_NAMES = {"ward": "Wards", "msoa": "MSOAs", "lsoa": "LSOAs", "local_authority": "Local authorities"}


def layer_choices(areas: Catalogue, area: str | None) -> tuple[str, str | None, list[str], bool]:
    """Draw the controls of the map; returns shade, level of the areas, layers that are on, and whether links are."""
    levels = [level for level in areas.parts(area) if level in LEVEL_NAMES]
    say_if_unusable("shade", [name.capitalize() for name in (*MEASURES, NO_SHADE)])
    say_if_unusable("layers", [*LAYERS.values(), LINKS_NAME])
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
            format_func=lambda name: LAYERS.get(name, LINKS_NAME),
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


def draw_rows(rows: pd.DataFrame) -> None:
    """Draw the rows of the layers as a table; a row that is ticked opens its profile."""
    st.html(heading("Rows"))
    chosen = session.selection()
    if rows.empty:
        empty(f"No places of these layers in {session.areas().name(chosen.area)}. Turn on another layer, or load data.")
        return
    told = rows.assign(open_now=tables.open_words(list(rows["open"]))) if chosen.when is not None else rows
    # A table of thousands of rows weighs more than the map, at each change of a filter.
    first = told.head(MOST_ROWS)
    key, ids = f"rows_{len(rows)}", list(first["id"])
    if len(first) < len(told):
        st.html(note(f"The first {len(first):,} of {len(told):,}; the files have all. The search finds each by name."))
    st.dataframe(
        tables.readable(first, ("name", "layer", "kind", "stage", "hours", "open_now", "area", "source")),
        hide_index=True,
        placeholder="not recorded",
        height=min(39 + 35 * len(first), 320),
        on_select=lambda: _pick_row(key, ids),
        selection_mode="single-row",
        key=key,
    )
    held = rows.drop(columns=FOR_DRAWING)
    downloads(
        "landscape", held, geojson=held, publish=lambda landscape: publishable_rows(landscape, held), key="landscape"
    )


def _pick_row(key: str, ids: list[str]) -> None:
    ticked = st.session_state[key].selection.rows
    if ticked:
        pick(ids[ticked[0]])


def draw_partners(partners: PartnerLinks) -> None:
    """Draw the partner links that have no place on the map, and offer all of them."""
    unplaced = partners.without_place
    st.html(heading(f"Partner links: {len(partners.lines)} drawn, {len(unplaced)} without a place"))
    if partners.rows.empty:
        here = session.areas().name(session.selection().area)
        empty(f"No partner links are recorded in {here}. Load a table of links.")
        return
    if len(unplaced):
        st.dataframe(
            tables.readable(unplaced, ("from", "link", "to", "basis", "formality", "source")),
            hide_index=True,
            placeholder="not recorded",
            height=min(39 + 35 * len(unplaced), 250),
        )
    downloads("partner-links", partners.rows, key="partners")


def draw_profile(picked: str | None) -> bool:
    """Draw the profile of what was picked, or of the chosen area; return whether it is the area's."""
    areas, chosen = session.areas(), session.selection()
    told = _profile_of(picked) if picked and picked != chosen.area else None
    if told is None:
        st.html(_told(_with_completeness(session.derived(profile.area_profile, chosen.when), None)))
        return True
    _close()
    if picked in areas:
        st.button(
            f"Look at {plain(areas.name(picked))}", on_click=_look_at, args=(picked,), key="look_at", type="primary"
        )
    st.html(_told(told))
    return False


def _profile_of(picked: str) -> profile.Profile | None:
    """Return the profile of a place or another area; of a place elsewhere or a body, from all that is loaded."""
    if picked in session.areas():
        return _with_completeness(session.derived(profile.area_profile, session.selection().when, area=picked), picked)
    # What a body runs and funds may lie anywhere.
    here = None if label_of(picked) == "Organisation" else session.derived(profile.place_profile, picked)
    return here or session.derived(profile.place_profile, picked, area=session.EVERYWHERE)


def _with_completeness(told: profile.Profile, area: str | None) -> profile.Profile:
    """Return an area's profile with how much is recorded there."""
    recorded = profile.recorded(session.result("completeness", area=area).summary)
    return replace(told, sections=[*told.sections, recorded])


def draw_gap_counts() -> None:
    """Draw how many gaps the chosen area has, and the way to them."""
    found = session.gap_counts()
    st.html(heading("Gaps") + facts([("Evidenced", f"{found[0]:,}"), ("Data missing", f"{found[1]:,}")]))
    st.page_link(st.session_state["gaps_page"], label="See the gaps")


def draw_share() -> None:
    """Draw the address of this view, with all that was chosen, to copy."""
    chosen, area = session.selection(), session.areas().get(session.selection().area)
    address: dict[str, str | list[str] | None] = {"data": chosen.database, "area": area.code if area else None}
    address["as_of"] = chosen.as_of.isoformat()
    address |= {name: st.query_params.get_all(name) for name in st.query_params}
    given = urlencode({name: value for name, value in address.items() if value}, doseq=True)
    base = (st.context.url or "").partition("?")[0]
    with st.expander("Share this view"):
        st.html(note("Whoever can open this app sees the same with this address: data, area, date, hour and choices."))
        st.code(f"{base}?{given}", language=None, wrap_lines=True)


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
    st.session_state.pop(PICKED, None)


def _look_at(id: str) -> None:
    _forget_pick()
    choose_area(id)
