"""Blocks of the Query page: the library, the form of a query, its answer, and how to go on elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st

from graphmodel.codes import code_list
from graphmodel.errors import InputError
from queries import Parameter, Query
from views import asking, maps, network, session, tables
from views.components.blocks import cite, complain, say_if_unusable
from views.components.landscape_blocks import opening_bounds
from views.components.map import draw_map
from views.components.network import draw_network
from views.markup import heading, legend, note, plain

EVERYONE = "all"


def library_choice() -> Query:
    """Draw the library by audience and return the query chosen."""
    names = {EVERYONE: "All", **asking.AUDIENCE_NAMES}
    say_if_unusable("audience", list(names.values()))
    audience = st.segmented_control(
        "For", list(names), format_func=names.__getitem__, default=EVERYONE, key="audience", bind="query-params"
    )
    held = asking.queries_for(None if audience in (None, EVERYONE) else audience)
    options = [f"{id}: {query.title}" for id, query in held.items()]
    say_if_unusable("query", options)
    chosen = st.selectbox("Question", options, key="query", bind="query-params", filter_mode="contains")
    return held[str(chosen).partition(":")[0]]


def query_form(query: Query) -> dict[str, str]:
    """Draw the form made from the query's parameters; returns the values that were asked with last."""
    chosen = session.selection()
    area = session.areas().get(chosen.area)
    opening = asking.first_values(query, area.code if area else None, chosen.as_of)
    values = {**opening, **_from_address(query)}
    # The area and the day of the sidebar are part of the key: choosing others there begins the form anew.
    key = f"{query.id}_{chosen.database}_{chosen.area}_{chosen.as_of}"
    with st.form(f"form_{key}"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            filled = {p.name: _field(p, values[p.name], f"{key}_{p.name}") for p in query.parameters}
        asked = st.form_submit_button("Ask", type="primary")
    if asked:
        st.session_state[f"asked_{key}"] = filled
    held: dict[str, str] = st.session_state.get(f"asked_{key}", values)
    _keep_in_address({name: value for name, value in held.items() if value != opening[name]})
    settings = session.current().settings
    st.html(
        note(f"A question ends after {settings.query_seconds:,} seconds, with {settings.query_rows:,} rows at most.")
    )
    return held


def _from_address(query: Query) -> dict[str, str]:
    """Return the values the address gives; says so where one of them cannot be used."""
    try:
        return asking.from_address(query, st.query_params)
    except InputError as error:
        complain(error)
        return {}


def _keep_in_address(values: Mapping[str, str]) -> None:
    """Let the address say what was asked with, as far as the sidebar and the defaults do not."""
    wanted = {f"{asking.ADDRESS}{name}": value for name, value in values.items()}
    for name in [name for name in st.query_params if name.startswith(asking.ADDRESS) and name not in wanted]:
        del st.query_params[name]
    for name, value in wanted.items():
        st.query_params[name] = value


def _field(parameter: Parameter, value: str, key: str) -> str:
    """Draw one field and return its value as text."""
    label, help = tables.title(parameter.name), plain(parameter.doc) if parameter.doc else None
    kind, _, codes = parameter.type.partition(":")
    if kind == "area":
        named = {area.code: area.label for area in session.areas().areas.values()}
        options = ["none", *named]
        at = options.index(value) if value in options else 0
        return str(
            st.selectbox(label, options, at, lambda code: named.get(code, "everywhere"), help=help, key=key, width=320)
        )
    if kind == "date":
        day = st.date_input(label, date.fromisoformat(value), format="DD/MM/YYYY", help=help, key=key, width=160)
        return day.isoformat() if isinstance(day, date) else value
    if kind == "integer":
        return str(st.number_input(label, value=int(value) if value else 0, step=1, help=help, key=key, width=160))
    if kind == "float":
        number = float(value) if value else 0.0
        # As people write it, so that what is the default is known to be.
        return f"{st.number_input(label, value=number, step=1.0, format='%g', help=help, key=key, width=160):g}"
    if kind == "boolean":
        return str(st.checkbox(label, value.lower() == "true", help=help, key=key)).lower()
    if codes:
        return _codes_field(label, value, codes, key, many=kind == "codes", help=help)
    return st.text_input(label, value, help=help, key=key, width=220)


def _codes_field(label: str, value: str, codes: str, key: str, *, many: bool, help: str | None) -> str:
    named = code_list(codes)
    if many:
        picked = st.multiselect(
            label, list(named), format_func=named.__getitem__, help=help, key=key, placeholder="all"
        )
        return ",".join(picked) or "all"
    options = list(named) if value in named else ["none", *named]
    at = options.index(value) if value in options else 0
    return str(st.selectbox(label, options, at, lambda c: named.get(c, "any"), help=help, key=key, width=260))


def draw_answer(query: Query, values: Mapping[str, str]) -> None:
    """Draw the answer as table, map and network, with its caveats and downloads."""
    content = session.answer(query.id, values)
    if content["rows"]:
        _draw_rows(query, content["rows"])
    else:
        st.html(note("No row: nothing that is recorded fits. Look at the values above, and at what is not recorded."))
    st.html(heading("How to read it") + "".join(note(caveat) for caveat in content["caveats"]))


def _draw_rows(query: Query, rows: list[dict[str, Any]]) -> None:
    landscape, frame = session.landscape(), asking.table(rows)
    marks = asking.on_map(rows, landscape)
    linked = asking.as_network(rows, landscape)
    names = [f"Table ({len(rows):,})"] + [f"Map ({len(marks):,})"] * bool(marks) + ["Network"] * bool(linked.edges)
    for name, tab in zip(names, st.tabs(names), strict=True):
        with tab:
            if name.startswith("Table"):
                st.dataframe(frame.rename(columns=tables.title), hide_index=True, placeholder="not recorded")
                _downloads(query.id, frame, linked)
            elif name == "Network":
                _draw_network(linked)
            else:
                _draw_map(marks)


def _draw_map(marks: list[maps.Mark]) -> None:
    figure = maps.figure(maps.mark_traces(marks), opening_bounds(), view="query")
    draw_map(figure, key="query_map", label="Map of the places in the answer", on_pick=lambda id: None)
    st.html(legend("Places", maps.mark_legend(marks)))


def _draw_network(linked: Any) -> None:
    if len(linked) > network.MAX_NODES:
        st.html(note(f"{len(linked):,} nodes are too many to draw; download them as GraphML."))
        return
    drawn = network.draw(linked)
    draw_network(drawn.as_dict(), key="query_network", label="Links among the answer", on_pick=lambda id: None)
    st.html(legend("Nodes", drawn.legend))


def _downloads(name: str, frame: Any, linked: Any) -> None:
    with st.container(horizontal=True):
        for label, make, ending, mime in (
            ("Download CSV", lambda: tables.csv_bytes(frame), "csv", "text/csv"),
            ("Download Parquet", lambda: asking.parquet_bytes(frame), "parquet", "application/octet-stream"),
            ("Download GraphML", lambda: asking.graphml_bytes(linked), "graphml", "application/xml"),
        ):
            if ending != "graphml" or len(linked):
                st.download_button(label, make, f"{name}.{ending}", mime, key=f"query_{ending}", on_click="ignore")


def draw_elsewhere(query: Query, values: Mapping[str, str]) -> None:
    """Say how to go on: the Cypher with its parameters, the command, a notebook, and how to cite it."""
    settings = session.current().settings
    with st.expander("The Cypher, and how to go on in other tools"):
        st.html(note("In a Cypher tool such as Neo4j Browser, with the parameters of the form:"))
        st.code(asking.cypher(query, values), language="cypher", wrap_lines=True)
        st.html("".join(note(text) for text in asking.connection(settings)))
        st.html(note("On the command line:"))
        st.code(asking.command(query, values, demo=settings.demo), language="bash", wrap_lines=True)
        st.html(note("In a notebook, where the program is installed and has the settings of this app:"))
        st.code(asking.notebook(query, values, settings=settings), language="python", wrap_lines=True)
        st.html(heading("Cite this"))
        st.code(cite(f"query {query.id}", asking.given(query, values)), language=None, wrap_lines=True)
