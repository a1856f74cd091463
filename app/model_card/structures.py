"""The card of the network that labels the parts of the brain, in brief."""

import pandas as pd
import streamlit as st

from adcore.charts import ForestRow, forest_chart
from adcore.errors import AdcoreError
from adcore.model.shipped import SHIPPED_MODELS
from adcore.prepare.segmentation.model import StructuresCard
from app.model_card.wording import PLOT, interval, listed, table
from app.shared.chart_row import chart_row

AS_SCANNED = "as scanned"
SHOWN = (
    "everything inside the skull",
    "brain without fluid",
    "left hippocampus",
    "right hippocampus",
    "left lateral ventricle",
    "right lateral ventricle",
    "left amygdala",
    "right amygdala",
)


def show_structures() -> None:
    """What it is for, how well it labels people held out, its limits."""
    try:
        card = StructuresCard.read(SHIPPED_MODELS / "structures")
    except AdcoreError as error:
        st.warning(str(error), icon=None)
        return
    scores = card.dice.get(AS_SCANNED, {})
    chart, words = chart_row([3, 2], "structures")
    with chart:
        rows = [ForestRow(part, scores[part].value, scores[part].low, scores[part].high) for part in SHOWN if part in scores]
        st.plotly_chart(
            forest_chart(rows, "Dice with the reference labels, people held out", span=(0, 1)), config=PLOT, key="card_dice"
        )
        st.caption(card.dice_origin)
    with words:
        st.markdown(f"**{card.name}**, version {card.version}, made on {card.created}. {card.intended_use}")
        st.markdown(
            f"**Learned from** {card.data.get('source', 'a source its card does not name')}: "
            f"{len(card.data.get('trained_on', []))} people; {len(card.data.get('held_out', []))} held out."
        )
        listed("Known limits", card.limits)
        st.caption("Weights: " + ", ".join(f"{name} `{sha256}`" for name, sha256 in card.weights.items()))
    if card.dice:
        rows_of_all = {part: {how: interval(scores.get(part)) for how, scores in card.dice.items()} for part in scores}
        table("Every part, as scanned and degraded", pd.DataFrame.from_dict(rows_of_all, orient="index"))
