"""Blocks of the list of what to find out: what nobody recorded, what to do, the rows to fill in, ward by ward."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from analysis.gaps import Gap
from views import find_out, markup, session, tables
from views.components.gap_blocks import draw_rows
from views.find_out import Task
from views.gaplist import Said
from views.markup import note, plain


def draw_tasks(gaps: Sequence[Gap], said: Said) -> None:
    """Draw what there is to find out: a sentence each, what to do and where, and the areas when asked for."""
    for task in find_out.tasks(gaps):
        with st.container(gap=None):
            st.html(markup.task(task.sentence) + note(f"{task.todo}. {_where(task)}"))
            with st.container(horizontal=True, vertical_alignment="center"):
                _do_it(task)
                count = len(task.gaps)
                wanted = st.toggle(plain(f"By area ({count:,})"), key=f"all_{task.topic}")
            if wanted:
                draw_rows(task.topic, task.gaps, said)
    demo = " Files go into your own data, never into the demo." if session.selection().database == session.DEMO else ""
    st.html(note(find_out.HOLDS_AGAIN + demo))


def _where(task: Task) -> str:
    columns = find_out.columns_words(task.topic)
    return f"Do it: download the rows, fill in {columns}, and load the file on Data."


def _do_it(task: Task) -> None:
    landscape = session.landscape()
    st.download_button(
        "Rows to fill in",
        lambda: tables.csv_bytes(find_out.to_fill_in(landscape, task)),
        find_out.file_name(task.topic),
        "text/csv",
        key=f"fill_{task.topic}",
        on_click="ignore",
    )
    st.page_link(st.session_state["data_page"], label="Load it on Data", query_params={"data_part": "Load"})
