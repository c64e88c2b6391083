"""Blocks of work that takes a while: how far it is, a button to stop it, and what it came to."""

from __future__ import annotations

import streamlit as st

from views import jobs, session
from views.components.blocks import complain
from views.markup import note, plain


def key_here(name: str, *parts: object) -> str:
    """Return the key of a job of the database this person looks at: another database has its own."""
    return "_".join([name, session.selection().database, *map(str, parts)])


def is_busy(key: str) -> bool:
    """Return whether the job kept under this key is running."""
    job: jobs.Job | None = st.session_state.get(key)
    return job is not None and not job.ended


def draw_job(key: str, writing: str) -> jobs.Job | None:
    """Draw how far the job kept under a key is; return it once it has ended well.

    ``writing`` is said while it can no longer be stopped. What failed is one sentence.
    """
    job: jobs.Job | None = st.session_state.get(key)
    if job is None:
        return None
    if not job.ended:
        _running(key, writing)
    elif job.error:
        complain(job.error)
    else:
        return job
    return None


@st.fragment(run_every=0.7)
def _running(key: str, writing: str) -> None:
    job: jobs.Job | None = st.session_state.get(key)
    if job is None or job.ended:
        st.rerun()
        return
    st.progress(job.share, plain(job.words()))
    if job.can_stop:
        st.button("Stop", on_click=job.stop, key=f"{key}_stop")
    else:
        st.html(note(writing))
