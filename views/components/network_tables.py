"""Tables of the Network page: a ticked row goes to its node or link; what is confidential is in none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from analysis.results import Result
from views import asking, network_words, session, tables
from views.components.network_blocks import go_to
from views.markup import note
from views.places import is_missing

HIGHEST = 420
NO_LINKS = "Record who refers to, trains, passes worries on to or shares information with whom, in links.csv."


def ticked(
    frame: pd.DataFrame,
    key: str,
    *,
    id: str = "id",
    columns: Sequence[str] | None = None,
    hidden: Collection[str] = (),
    config: Mapping[str, Any] | None = None,
    on_tick: Callable[[str], None] = go_to,
) -> None:
    """Draw rows as people read them; ticking one calls ``on_tick`` with what its column ``id`` holds."""
    ids = [str(value) for value in frame[id]]
    # A key for each content: a tick must not stay on a row that is another by now.
    name = f"{key}_{abs(hash(tuple(ids))) % 1_000_000_007}"
    held = text_cells(frame[columns] if columns is not None else frame.drop(columns=list(hidden)))
    st.dataframe(
        held.rename(columns=tables.title),
        hide_index=True,
        placeholder="not recorded",
        height=min(39 + 35 * len(held), HIGHEST),
        column_config=dict(config or {}),
        on_select=lambda: _tick(name, ids, on_tick),
        selection_mode="single-row",
        key=name,
    )


def _tick(key: str, ids: list[str], on_tick: Callable[[str], None]) -> None:
    rows = st.session_state[key].selection.rows
    if rows:
        on_tick(ids[rows[0]])


def shown(result: Result) -> list[dict[str, Any]]:
    """Return the rows as the documented shape has them, with what is confidential taken out."""
    return asking.without_confidential(result.as_dict()["rows"], session.derived(network_words.hidden))


def text_cells(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table as people read it: lists joined, and nothing where nothing is recorded."""
    told = {
        name: frame[name] if pd.api.types.is_numeric_dtype(frame[name]) else frame[name].map(_text) for name in frame
    }
    return pd.DataFrame(told, index=frame.index)


def _text(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value))
    return "" if is_missing(value) else value


def nothing(result: Result, to_do: str) -> None:
    """Say why there are no rows, in the analysis's own words, and what to do about it."""
    told = "".join(note(caveat) for caveat in result.caveats[:3]) or note("Nothing is recorded.")
    st.html(told + note(f"{to_do} Load it on Data; the template there has the columns."))
