"""Small widgets that several pages share: rows of charts and the prevalence slider."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.state.keys import PREVALENCE_KEY

PLOT = {"displayModeBar": False}
"""Configuration of every Plotly chart."""

FIRST_PREVALENCE = 20
"""Percent: a plausible value for referrals to a memory clinic. A starting point for the slider, not a measurement."""


def chart_row(shares: int | list[int], key: str) -> list[DeltaGenerator]:
    """Columns for charts, which the style sheet wraps onto the next line on a narrow screen.

    Args:
        shares: their number, or their relative widths.
        key: unique on the page.
    """
    return st.container(key=f"charts_{key}").columns(shares, gap="medium")


def prevalence_slider() -> float:
    """Show the slider for the prevalence of impairment at the reader's clinic, and return it: above 0, below 1.

    All pages that ask share one value.
    """
    st.session_state.setdefault(PREVALENCE_KEY, FIRST_PREVALENCE)
    percent = st.slider("Share of impaired people among those it is used on", 1, 99, format="%d%%", key=PREVALENCE_KEY)
    return float(percent) / 100
