"""Words and small elements that the sections of the model card page share."""

import pandas as pd
import streamlit as st

from adcore import words
from adcore.model.card import ModelCard
from adcore.model.card_schema import MetricInterval
from adcore.statistics.names import LOWER_IS_BETTER, METRICS

MEASURES = {
    name: f"{label[0].upper()}{label[1:]}{' (lower is better)' if name in LOWER_IS_BETTER else ''}"
    for name, label in METRICS.items()
}
CHANCE = {"auc": 0.5, "balanced_accuracy": 0.5}
"""The value of guessing, where it does not depend on the participants."""


def interval(metric: MetricInterval | None) -> str:
    """'0.63 (0.55 to 0.72)'."""
    return "not measured" if metric is None else words.interval(metric.value, metric.low, metric.high)


def not_known(*sentences: str) -> None:
    """State plainly what the card does not hold."""
    words = f" {sentences[0]}" if len(sentences) == 1 else "<ul>" + "".join(f"<li>{one}</li>" for one in sentences) + "</ul>"
    st.html(f'<div class="adcore-unknown"><b>Not known.</b>{words}</div>')


def listed(title: str, sentences: list[str]) -> None:
    """Show a titled list; nothing if it is empty."""
    if sentences:
        st.markdown(f"**{title}**\n\n" + "\n".join(f"- {sentence}" for sentence in sentences))


def origin(card: ModelCard, section: str) -> None:
    """Show how a section's figures were obtained, if the card says so."""
    if section in card.origins:
        st.caption(card.origins[section])


def table(title: str, rows: pd.DataFrame) -> None:
    """Show a table folded away, since the charts come first; a fold without a frame, as it lies in a section's fold."""
    with st.expander(title, type="compact"):
        st.dataframe(rows, width="stretch")
