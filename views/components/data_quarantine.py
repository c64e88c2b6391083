"""The section Quarantine of the part Load: what loads refused and why, never the value."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from graphmodel.settings import Settings
from ingest.quarantine import KEPT, kept_reports
from views.components.blocks import downloads
from views.loading import load_name, refused_rows
from views.markup import bullet_list, heading, note


def draw_quarantine(settings: Settings) -> None:
    """Draw what a load refused, the newest load first, with filters and a download."""
    st.html(
        heading("Quarantine")
        + note(
            f"What loads refused, and why. Values are never kept, so look in the file itself. The last {KEPT} loads "
            "are kept beside the store; a check keeps nothing."
        )
    )
    reports = kept_reports(settings)
    if not reports:
        st.html(note("No load has been kept yet: load files, and what is refused of them stands here."))
        return
    names = [load_name(each) for each in reports]
    number = st.selectbox(
        "Load", range(len(reports)), format_func=lambda i: names[i] if i < len(names) else "", key="refused_load"
    )
    report = reports[number or 0]
    rows = pd.DataFrame(refused_rows(report))
    if rows.empty:
        st.html(note("Nothing was refused."))
        return
    counts = rows["Kind"].value_counts()
    st.html(bullet_list([f"{kind}: {count:,}" for kind, count in counts.items()]))
    if report.total > len(rows):
        st.html(note(f"{report.total:,} were refused; the first {len(rows):,} are listed."))
    with st.container(horizontal=True):
        for name, key in (("Kind", "refused_kind"), ("Code", "refused_code"), ("File", "refused_file")):
            wanted = st.multiselect(name, sorted(rows[name].unique()), key=key)
            rows = rows[rows[name].isin(wanted)] if wanted else rows
    st.dataframe(rows, hide_index=True)
    downloads("quarantine", rows, key="refused")
