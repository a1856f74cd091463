"""Charts side by side, which wrap onto the next line where the screen is narrow; the style sheet does the wrapping."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def chart_row(shares: int | list[int], key: str) -> list[DeltaGenerator]:
    """Columns for charts.

    Args:
        shares: their number, or their relative widths.
        key: unique on the page.
    """
    return st.container(key=f"charts_{key}").columns(shares, gap="medium")
