"""Sections 1 and 2: intended use, and the model's version."""

import streamlit as st

from adcore.model.card import ModelCard
from app.model_card.wording import listed, not_known


def show_purpose(card: ModelCard) -> None:
    """Show intended use, user and place in the pathway, and uses to avoid."""
    use, misuse = st.columns(2, gap="large")
    with use:
        st.markdown(card.intended_use)
        st.markdown(
            "**User and place in the pathway.** A clinician with the scan and the history at hand, after forming a first opinion "
            "and before the final one. It orders no test, starts no treatment and rules nothing out."
        )
    with misuse:
        listed("Not for", card.not_for)
    not_known("Whether its use helps or harms: no clinician has been observed using it, and no patient has been followed.")


def show_identity(card: ModelCard) -> None:
    """Show the disclaimer, version, date and the weights' hashes."""
    st.markdown(f"**{card.disclaimer}**")
    st.markdown(
        f"Model **{card.name}**, version **{card.version}**, created on **{card.created}** with adcore {card.adcore_version}. "
        "The program checks these hashes whenever it loads the weights, and includes their first digits in every result."
    )
    hashes = "\n".join(f"| {name} | `{sha256}` |" for name, sha256 in card.weights.items())
    st.markdown(f"| Weights | sha256 |\n|---|---|\n{hashes}")
