"""Methods: can I believe it? Each analysis in plain words, and the values behind the tool."""

from __future__ import annotations

import streamlit as st

from views import methods
from views.components.blocks import in_place, say_if_unusable
from views.markup import facts, heading

st.html(heading("Methods", 2))
titles = methods.titles()
say_if_unusable("method", list(titles.values()))
name = st.selectbox(
    "About", list(titles), format_func=titles.__getitem__, key="method", bind="query-params", filter_mode="contains"
)
with in_place("The method"):
    st.html(heading(titles[name], 2))
    if described := methods.analyses_on(name):
        st.html(facts((f"landscape analyse {each}", question) for each, question in described))
    st.markdown(methods.shown(name))
