"""data."""

import streamlit as st

st.text("to come")
