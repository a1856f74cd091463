"""The card of the structure segmentation network, in brief."""

import pandas as pd
import streamlit as st

from adcore.charts import ForestRow, forest_chart, forest_in_words
from adcore.errors import AdcoreError
from adcore.model.shipped import SHIPPED_MODELS
from adcore.prepare.segmentation.model import StructuresCard
from app.model_card.wording import interval, listed, table
from app.shared.widgets import chart_row, show_chart

AS_SCANNED = "as scanned"
SHOWN = (
    "intracranial volume",
    "brain without CSF",
    "left hippocampus",
    "right hippocampus",
    "left lateral ventricle",
    "right lateral ventricle",
    "left amygdala",
    "right amygdala",
)


def show_structures() -> None:
    """Show its intended use, its accuracy on held-out participants, and its limits."""
    try:
        card = StructuresCard.read(SHIPPED_MODELS / "structures")
    except AdcoreError as error:
        st.warning(str(error), icon=None)
        return
    scores = card.dice.get(AS_SCANNED, {})
    chart, words = chart_row([3, 2], "structures")
    with chart:
        rows = [ForestRow(name, scores[name].value, scores[name].low, scores[name].high) for name in SHOWN if name in scores]
        title = "Dice with the reference labels, held-out participants"
        show_chart(forest_chart(rows, title, span=(0, 1)), "card_dice", forest_in_words(rows, title))
        st.caption(card.dice_origin)
    with words:
        st.markdown(f"**{card.name}**, version {card.version}, created on {card.created}. {card.intended_use}")
        st.markdown(
            f"**Trained on** {card.data.get('source', 'a source that the card does not name')}: "
            f"{len(card.data.get('trained_on', []))} participants; {len(card.data.get('held_out', []))} held out."
        )
        listed("Known limits", card.limits)
        st.caption("Weights: " + ", ".join(f"{name} `{sha256}`" for name, sha256 in card.weights.items()))
    if card.dice:
        rows_of_all = {name: {how: interval(found.get(name)) for how, found in card.dice.items()} for name in scores}
        table("All structures, as scanned and degraded", pd.DataFrame.from_dict(rows_of_all, orient="index"))
