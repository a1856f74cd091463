"""The participants whom the branches read most alike the open one, with their labels."""

import pandas as pd
import streamlit as st

from adcore.evaluation.cases.alike import most_alike
from adcore.evaluation.cases.cases import FUSED, Cases
from adcore.statistics.cross_validation import CHANCE
from adcore.statistics.names import BRANCHES
from app.errors.table import LABELS


def show_alike(cases: Cases, inputs: str, subject: str) -> None:
    """Show the nearest with each branch's probability, and how many of them carry the same label."""
    st.markdown("**Read most alike by the branches**")
    near = most_alike(cases, inputs, subject)
    if near.empty:
        st.caption("A branch gave no probability here, so none can be compared.")
        return
    label = cases.table.set_index("subject").loc[subject, "label"]
    if not pd.isna(label):
        st.caption(
            f"{int((near['label'] == label).sum())} of {len(near)} carry the same label. Where none does, the label, the "
            "scan or the fields deserve a second look."
        )
    shown = {"Participant": near["subject"], "Label": near["label"].map(LABELS).fillna("unknown")}
    for branch in cases.branches(inputs):
        name = "Fused" if branch == FUSED else BRANCHES[branch]
        shown[name] = near[f"{CHANCE}{inputs}_{branch}"].map(lambda chance: f"{100 * chance:.0f}%")
    st.table(pd.DataFrame(shown).set_index("Participant"))
