"""Blocks that several pages share: errors in place, empty states, downloads, how a result was computed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pandas as pd
import streamlit as st

from graphmodel import codes
from graphmodel.errors import LandscapeError
from graphmodel.landscape import Landscape
from views import asking, publishing, session, tables
from views.hours import ANY_TIME, hour_name
from views.markup import heading, note, plain

log = logging.getLogger(__name__)

Rows = pd.DataFrame | Callable[[], pd.DataFrame]


def complain(error: Exception | str) -> None:
    """Show an error as one sentence, as text."""
    st.error(plain(error))


def draw_title(text: str) -> None:
    """Draw the page's title, with the date and the hour it holds for."""
    chosen = session.selection()
    when = ANY_TIME if chosen.when is None else hour_name(chosen.when)
    st.html(heading(text, 2) + note(f"as of {chosen.as_of:%d %b %Y} · {when}"))


@contextmanager
def in_place(what: str) -> Iterator[None]:
    """Keep an error inside its own part of the page; the rest of the page lives on."""
    try:
        yield
    except LandscapeError as error:
        complain(error)
    except Exception:
        log.exception("%s could not be shown", what)
        complain(f"{what} cannot be shown because of a fault in the program; the log says more.")


def say_if_unusable(name: str, allowed: Collection[str]) -> None:
    """Say which values of a key in the address its control will leave out; the control itself does so silently."""
    wrong = [value for value in st.query_params.get_all(name) if value not in allowed]
    if wrong:
        told = ", ".join(f"“{value}”" for value in wrong)
        st.warning(plain(f"The link asks for {name} {told}, which cannot be chosen here; it is left out."))


def empty(text: str, *, link: bool = True) -> None:
    """Say what is missing and what to do next."""
    st.info(plain(text))
    if link and (page := st.session_state.get("data_page")) is not None:
        st.page_link(page, label="Load data")


def downloads(
    name: str,
    rows: Rows,
    *,
    key: str,
    geojson: Rows | None = None,
    publish: Callable[[Landscape], pd.DataFrame] | None = None,
) -> None:
    """Offer the rows as CSV, those with coordinates as GeoJSON, and as CSV what anyone may see.

    What is a function is asked when the file is; ``publish`` returns the rows of a landscape that may be published.
    """
    refused = session.derived(publishing.refusal) if publish else None
    with st.container(horizontal=True):
        _download("Download CSV", lambda: tables.csv_bytes(_rows(rows)), f"{name}.csv", "text/csv", f"{key}_csv")
        if geojson is not None:
            _download(
                "Download GeoJSON", lambda: tables.geojson_bytes(_rows(geojson)), f"{name}.geojson",
                "application/geo+json", f"{key}_geojson",
            )  # fmt: skip
        if publish and not refused:
            landscape = session.landscape()
            _download(
                "CSV to publish", lambda: tables.csv_bytes(publish(landscape)), f"{name}-publishable.csv", "text/csv",
                f"{key}_publish", help="Only what anyone may see. The other files are for the partnership.",
            )  # fmt: skip
    if refused:
        st.html(note(refused))


def _rows(rows: Rows) -> pd.DataFrame:
    return rows() if callable(rows) else rows


def _download(label: str, make: Callable[[], bytes], file: str, mime: str, key: str, help: str | None = None) -> None:
    st.download_button(label, make, file, mime, key=key, on_click="ignore", help=help)


def how_computed(result: Any, method: str) -> None:
    """Say how a result came about: method, parameters, caveats, sources, the same elsewhere, and how to cite it."""
    command = command_line(result.name, result.parameters, result.area)
    explain(result.name, method, result.parameters, result.caveats, result.sources, command, result.area)


def command_line(name: str, parameters: Mapping[str, Any], looked_at: str | None = None) -> str:
    """Return the command line that gives the rows of an analysis, of the chosen area or another."""
    chosen = session.selection()
    area, demo = session.areas().get(looked_at or chosen.area), chosen.database == session.DEMO
    code = area.code if area else None
    return asking.analysis_command(name, parameters, area=code, as_of=chosen.as_of, demo=demo)


def explain(
    name: str,
    method: str,
    parameters: Mapping[str, Any],
    caveats: Sequence[str] = (),
    sources: Sequence[Mapping[str, Any]] = (),
    command: str | None = None,
    area: str | None = None,
) -> None:
    """Say how what is on the page came about, the same on the command line and in Cypher, and how to cite it.

    ``name`` is the analysis or the page, ``area`` what it is about, if not the chosen one.
    """
    given = {key: value for key, value in parameters.items() if value is not None}
    told = [method, *caveats]
    if given:
        told.append("Parameters: " + ", ".join(f"{key} = {value}" for key, value in given.items()))
    if sources:
        told.append("Sources: " + "; ".join(tables.source_line(source) for source in sources))
    with st.expander("How this was computed, and how to cite it"):
        st.html("".join(note(text) for text in told))
        if command:
            st.html(heading("On the command line"))
            st.code(command, language=None, wrap_lines=True)
        _draw_cypher(name)
        st.html(heading("Cite this"))
        st.code(cite(name, given, area), language=None, wrap_lines=True)


def _draw_cypher(name: str) -> None:
    """Show the queries of the library that answer the same, with the area and the day looked at."""
    chosen = session.selection()
    area = session.areas().get(chosen.area)
    for query in asking.answering(name):
        st.html(heading(f"The Cypher of {query.id}: {query.title}"))
        values = asking.first_values(query, area.code if area else None, chosen.as_of)
        if any(parameter.required and not values[parameter.name] for parameter in query.parameters):
            st.html(note("It asks for more; its form is on the page Query."))
            st.code(query.text.strip(), language="cypher", wrap_lines=True)
        else:
            st.code(asking.cypher(query, values), language="cypher", wrap_lines=True)


def cite(name: str, parameters: dict[str, Any], looked_at: str | None = None) -> str:
    """Return the line that names a result so that another person finds it again; of the chosen area, or another."""
    database, version, chosen, as_of = session.key()
    area = looked_at or chosen
    told = ", ".join(f"{key}={value}" for key, value in parameters.items())
    return (
        f"landscape, {name}({told}), {session.areas().name(area)}, as of {as_of.isoformat()}, "
        f"{session.DATABASE_NAMES[database]}, snapshot {version}, code lists {codes.version()}."
    )
