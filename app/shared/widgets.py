"""Small widgets that several pages share: rows of charts and the prevalence slider."""

from collections.abc import Callable

import plotly.graph_objects as go
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from adcore.answer.prevalence import EXAMPLE
from app.state.keys import PREVALENCE_KEY
from app.state.prevalence import mark_prevalence_set, own_prevalence

PLOT = {"displayModeBar": False}
"""Configuration of every Plotly chart."""


def show_chart(figure: go.Figure, key: str, alt: str, on_click: Callable[[], None] | None = None) -> None:
    """Show a chart.

    Args:
        key: unique on the page.
        alt: what it says, for those who can't see it.
        on_click: called once a mark is clicked; the click then stands under `key` in the session's state.
    """
    if on_click is None:
        st.plotly_chart(figure, config=PLOT, key=key, alt=alt)
    else:
        st.plotly_chart(figure, config=PLOT, key=key, alt=alt, on_select=on_click, selection_mode="points")


def chart_row(shares: int | list[int], key: str) -> list[DeltaGenerator]:
    """Columns for charts, which the style sheet wraps onto the next line on a narrow screen.

    Args:
        shares: their number, or their relative widths.
        key: unique on the page.
    """
    return st.container(key=f"charts_{key}").columns(shares, gap="medium")


def prevalence_slider() -> float:
    """Show the slider for the prevalence of impairment at the reader's clinic, and return it: above 0, below 1.

    All pages that ask share one value. Once it is moved, it counts as the clinic's own.
    """
    st.session_state.setdefault(PREVALENCE_KEY, min(99, max(1, round(100 * (own_prevalence() or EXAMPLE)))))
    percent = st.slider(
        "Share of impaired people among those it is used on",
        1,
        99,
        format="%d%%",
        key=PREVALENCE_KEY,
        on_change=mark_prevalence_set,
    )
    return float(percent) / 100
