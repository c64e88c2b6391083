"""The app's main script: sidebar, then the page that was asked for. ``views/server.py`` serves it."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

import views
from views.components.blocks import in_place
from views.components.sidebar import draw_sidebar
from views.markup import style_sheet

PAGES = Path(views.__file__).resolve().parent / "pages"

st.set_page_config(page_title="landscape", page_icon=str(PAGES.parent / "icon.png"), layout="wide")
st.logo(str(PAGES.parent / "icon.png"), size="large")
st.html(style_sheet())

landscape = st.Page(PAGES / "landscape.py", title="Landscape", icon=":material/map:", default=True)
gaps = st.Page(PAGES / "gaps.py", title="Gaps", icon=":material/rule:")
services = st.Page(PAGES / "services.py", title="Services", icon=":material/diversity_3:")
network = st.Page(PAGES / "network.py", title="Network", icon=":material/hub:")
need = st.Page(PAGES / "need.py", title="Need and fairness", icon=":material/balance:")
query = st.Page(PAGES / "query.py", title="Query", icon=":material/manage_search:")
data = st.Page(PAGES / "data.py", title="Data", icon=":material/database:")
methods = st.Page(PAGES / "methods.py", title="Methods", icon=":material/menu_book:")
st.session_state.update(
    landscape_page=landscape,
    gaps_page=gaps,
    services_page=services,
    network_page=network,
    need_page=need,
    query_page=query,
    data_page=data,
)

page = st.navigation([landscape, gaps, services, network, need, query, data, methods])
if draw_sidebar() or page in (data, methods):
    with in_place(f"The page {page.title}"):
        page.run()
