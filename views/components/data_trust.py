"""The parts Sources and Completeness of the Data page: where the data comes from, and how much is recorded."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from views import session, tables
from views.components.blocks import downloads, empty, how_computed
from views.markup import heading, note


def draw_sources() -> None:
    """Draw the table of what was loaded, with licence and date."""
    st.html(heading(f"Sources of {session.DATABASE_NAMES[session.selection().database]}"))
    frame = session.landscape().nodes("Source")
    if frame.empty:
        empty("No source is loaded yet: give a folder or files on Load, check them, and load them.", link=False)
        return
    held = source_rows(frame)
    unknown = int(frame["licence"].isna().sum())
    st.html(
        note(
            f"{len(held):,} sources. "
            + (
                f"Of {unknown:,} the licence is not known: what they say cannot be published until it is."
                if unknown
                else "Of all the licence is known."
            )
        )
    )
    st.dataframe(held, hide_index=True, placeholder="not recorded")
    attributions = sorted({text for text in frame["attribution"] if isinstance(text, str)})
    if attributions:
        st.html(heading("To be printed beside what is made of them") + "".join(note(text) for text in attributions))
    downloads("sources", held, key="sources")


_COLUMNS = {
    "name": "Name", "title": "Title", "publisher": "Publisher", "licence": "Licence", "retrieved": "Retrieved",
    "rows": "Rows", "issues": "Issues", "adapter": "Read as", "loaded_at": "Loaded (UTC)", "url": "Address",
}  # fmt: skip


def source_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the sources as the table people read; what nobody says of any is left out, an unknown licence is said."""
    held = frame.reset_index()[list(_COLUMNS)].sort_values("name")
    held["loaded_at"] = [None if value is pd.NaT else f"{value:%d %b %Y %H:%M}" for value in held["loaded_at"]]
    held["licence"] = held["licence"].fillna("not known")
    return held.dropna(axis="columns", how="all").rename(columns=_COLUMNS)


def draw_completeness() -> None:
    """Draw how much is recorded of what the gaps rest on: by area, by kind of node, and of the links one expects."""
    result = session.result("completeness")
    by_area, by_kind, by_link = st.tabs(["By area", "By kind", "Links"])
    for tab, about in ((by_area, "area"), (by_kind, "label"), (by_link, "link")):
        with tab:
            rows = tables.completeness_rows(result.rows, about)
            shares = [name for name in rows.columns if name in tables.SHARES]
            st.dataframe(
                rows.rename(columns=tables.title),
                hide_index=True,
                placeholder="not recorded",
                column_config={
                    tables.title(name): st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1)
                    for name in shares
                },
            )
            downloads(f"completeness-{about}", rows, key=f"completeness_{about}")
    how_computed(result, "Of each fact that coverage and the gap list rest on: the share that somebody recorded.")
