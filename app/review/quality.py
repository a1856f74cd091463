"""How far the maps can be relied on: a badge, and the checks behind it."""

import streamlit as st

from adcore.explain import Quality


def show_quality(quality: Quality) -> None:
    """The badge, and a sentence for each check."""
    st.html(f'<p class="adcore-badge">{quality}</p>')
    if quality.checks:
        with st.expander("What was checked"):
            st.markdown(
                "\n".join(f"- {'Holds' if check.holds else 'Does not hold'}: {check.sentence}" for check in quality.checks)
            )
            st.caption(
                "Whether the maps tell what the networks used. All of it can hold of a wrong answer, and none of it says that "
                "disease is where they looked."
            )
