"""The slider for the share of impaired people at the reader's clinic; one value for every page that asks."""

import streamlit as st

from app.state.keys import PREVALENCE_KEY

FIRST_PREVALENCE = 20
"""Per cent: about what a memory clinic's referrals may be worth; a starting point of the slider and no measurement."""


def prevalence_slider() -> float:
    """Show the slider and return the share, 0 to 1 exclusive."""
    st.session_state.setdefault(PREVALENCE_KEY, FIRST_PREVALENCE)
    percent = st.slider("Share of impaired people among those it is used on", 1, 99, format="%d%%", key=PREVALENCE_KEY)
    return float(percent) / 100
