"""Questions 1 and 2: what the model is for and what not, and which model this is."""

import streamlit as st

from adcore.model.card import ModelCard
from app.model_card.wording import listed, not_known


def show_purpose(card: ModelCard) -> None:
    """Intended use, user, place in the pathway; what it is not for."""
    use, misuse = st.columns(2, gap="large")
    with use:
        st.markdown(f"**Intended use**\n\n{card.intended_use}")
        st.markdown(
            "**User and place.** A clinician who has the scan and the history before them, after taking their own view and "
            "before settling it. It orders no test, starts no treatment and rules nothing out."
        )
    with misuse:
        listed("Not for", card.not_for)
    not_known("Whether using it helps or harms anyone: no clinician has been observed with it, and no patient followed.")


def show_identity(card: ModelCard) -> None:
    """Research only; version, date, weights' hashes."""
    st.markdown(f"**{card.disclaimer}**")
    st.markdown(
        f"Model **{card.name}**, version **{card.version}**, made on **{card.created}** with adcore {card.adcore_version}. The "
        "program checks these hashes whenever it loads the weights, and prints their first digits in every result."
    )
    hashes = "\n".join(f"| {name} | `{sha256}` |" for name, sha256 in card.weights.items())
    st.markdown(f"| Weights | sha256 |\n|---|---|\n{hashes}")
