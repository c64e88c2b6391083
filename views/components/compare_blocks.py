"""The comparison on the Landscape page: the facts of the chosen area beside another's, a pilot's or the whole's."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from graphmodel.schema import label_of
from views import compare, session
from views.compare import Side
from views.components.blocks import downloads, explain
from views.components.sidebar import put_into_address, say_not_there, take_from_address
from views.markup import heading, html, note

CHOICE, KEY = "compare_choice", "compare"
STYLE = """<style>
.ls-compare {border-collapse: collapse; font-size: .875rem; width: 100%; max-width: 52rem}
.ls-compare th, .ls-compare td {border: 0; border-bottom: 1px solid color-mix(in srgb, currentColor 18%, transparent);
  padding: .2rem .5rem .2rem 0; text-align: left; font-weight: 400; overflow-wrap: anywhere; vertical-align: top}
.ls-compare thead th, .ls-compare .ls-group {font-weight: 600}
.ls-compare .ls-group {padding-top: .7rem}
.ls-compare .ls-number {text-align: right; padding-right: 0; padding-left: .5rem; font-variant-numeric: tabular-nums}
</style>"""
NOTHING, WHOLE = "", "everything"


def draw_comparison(other: str) -> None:
    """Draw the chosen area and what it is compared with (an id, see ``comparison_choice``) as a table."""
    if other == NOTHING:
        return
    chosen = session.selection()
    sides = [_side(chosen.area or session.EVERYWHERE), _side(other)]
    st.html(heading(f"{sides[0].name} beside {sides[1].name}"))
    table = compare.table(sides)
    st.html(_as_html(table))
    st.html(
        note(
            "Per 1,000 is of residents aged 10-17; — is not asked of this side. "
            "Nothing here is ranked: more is not always better."
        )
    )
    downloads("comparison", compare.rows(sides), key="comparison")
    about = {"with": sides[1].name, "when": chosen.when}
    explain("compare", compare.METHOD, about,
            sources=session.landscape().sources(("Service", "Session", "Guardian", "Context", "Area"), ()))  # fmt: skip


def comparison_choice() -> str:
    """Draw the choice of what to compare with; returns the id of an area or a programme, ``WHOLE`` or ``NOTHING``."""
    options = _options()
    take_from_address(KEY, CHOICE, lambda text: _resolve(text, options))
    if st.session_state.get(CHOICE) not in options:
        st.session_state[CHOICE] = NOTHING
    say_not_there(KEY)
    st.selectbox(
        "Compare with",
        list(options),
        format_func=lambda id: options.get(id, ""),
        key=CHOICE,
        filter_mode="contains",
        help="An area that holds this one, everything loaded, a pilot or programme, or any other area.",
    )
    chosen: str = st.session_state[CHOICE]
    put_into_address(KEY, _code(chosen) if chosen != NOTHING else None)
    return chosen


def _options() -> dict[str, str]:
    """Return id -> words of what the chosen area can be compared with, the nearest first."""
    areas, chosen = session.areas(), session.selection().area
    options = {NOTHING: "nothing"}
    options |= {area.id: f"{area.label} (holds this area)" for area in reversed(areas.path(chosen))}
    if chosen is not None:
        options[WHOLE] = "Everything loaded"
    options |= {id: f"{name} · pilot or programme" for id, name in session.derived(compare.programmes).items()}
    level = found.level if (found := areas.get(chosen)) else None
    others = sorted(areas.options(chosen), key=lambda id: areas.areas[id].level != level)
    return options | {id: areas.areas[id].label for id in others if id != chosen and id not in options}


def _code(chosen: str) -> str:
    area = session.areas().get(chosen)
    return area.code if area else chosen


def _resolve(text: str, options: dict[str, str]) -> str | None:
    found = text if text in options else session.areas().resolve(text)
    return found if found in options else None


def _side(id: str) -> Side:
    """Return the facts of an area, a programme, or everything."""
    hour = session.selection().when
    if label_of(id) == "Programme":
        return session.derived(compare.of_programme, id, hour, area=session.EVERYWHERE)
    area = session.EVERYWHERE if id == WHOLE else id
    complete = session.result("completeness", area=area).summary["complete"]
    return session.derived(compare.of_area, hour, complete, area=area)


def _as_html(table: pd.DataFrame) -> str:
    """Return the comparison as a table that wraps on a narrow screen, with a heading above each group of facts."""
    sides = table.columns[2:]
    head = "".join(f'<th scope="col" class="ls-number">{html(name)}</th>' for name in sides)
    lines = []
    for group, facts in table.groupby("Group", sort=False):
        lines.append(f'<tr><th scope="rowgroup" colspan="{1 + len(sides)}" class="ls-group">{html(group)}</th></tr>')
        for fact in facts.to_dict("records"):
            cells = "".join(f'<td class="ls-number">{html(fact[name])}</td>' for name in sides)
            lines.append(f'<tr><th scope="row">{html(fact["Fact"])}</th>{cells}</tr>')
    body = "".join(lines)
    return f'{STYLE}<table class="ls-compare"><thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody></table>'
