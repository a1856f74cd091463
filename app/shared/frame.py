"""What stands on every page: the style and the disclaimer."""

from pathlib import Path

import streamlit as st

from adcore.words import DISCLAIMER


def load_style(path: Path) -> None:
    """Apply the project's style sheet."""
    st.html(path)


def disclaimer() -> None:
    """The sentence no page may go without."""
    st.html(f'<p class="adcore-disclaimer" role="note">{DISCLAIMER}</p>')
