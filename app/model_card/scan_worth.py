"""When the scan helps: what it adds to age, sex and MMSE by group, decision curves, and the participants kept aside."""

import pandas as pd
import streamlit as st

from adcore.charts import ForestRow, decision_chart, forest_chart, forest_in_words
from adcore.model.card import ModelCard
from adcore.model.card_schema import MetricInterval, ScanWorth
from adcore.statistics.names import BRANCHES, INPUTS
from adcore.words import percent
from app.model_card.wording import interval, listed, origin, table
from app.shared.widgets import chart_row, show_chart


def show_scan_worth(card: ModelCard) -> None:
    """Show the difference that the scan makes in each group, and the whole table."""
    if not card.scan_worth:
        return
    st.markdown("**When does the scan help?**")
    rows = [
        ForestRow(one.group, one.auc_difference.value, one.auc_difference.low, one.auc_difference.high, _who(one))
        for one in card.scan_worth
        if one.auc_difference is not None
    ]
    title = "AUC with the scan minus AUC of age, sex and MMSE"
    show_chart(forest_chart(rows, title, 0.0), "card_scan_worth", forest_in_words(rows, title))
    origin(card, "scan_worth")
    table("Every group, with Brier score and accuracy", pd.DataFrame([_cells(one) for one in card.scan_worth]).set_index("Group"))


def show_decision_curves(card: ModelCard) -> None:
    """Show the net benefit at each prevalence."""
    if not card.decision_curves:
        return
    st.markdown("**Is acting on the answer worth it?**")
    for column, curve in zip(chart_row(len(card.decision_curves), "decision"), card.decision_curves, strict=True):
        with column:
            st.markdown(f"{percent(curve.prevalence)} of patients impaired")
            told = f"Net benefit over the threshold where {percent(curve.prevalence)} are impaired, beside treating all and none."
            show_chart(decision_chart(curve), f"card_decision_{curve.prevalence}", told)
    origin(card, "decision_curves")


def show_kept_aside(card: ModelCard) -> None:
    """Show what participants kept aside gave, measured once."""
    aside = card.kept_aside
    if aside is None:
        return
    st.markdown(f"**Participants kept aside: {aside.participants}, {aside.impaired} of them impaired**")
    st.markdown(aside.measured)
    known = [f"AUC, {INPUTS.get(name, name)}: {interval(found)}" for name, found in aside.auc.items()]
    alone = ", ".join(f"{BRANCHES.get(name, name)} {value:.2f}" for name, value in aside.auc_alone.items())
    listed("Found", [*known, f"AUC of parts and of simple models: {alone}", *aside.sentences])


def _who(one: ScanWorth) -> str:
    return f"{one.impaired:g} of {one.participants:g} impaired"


def _cells(one: ScanWorth) -> dict[str, str]:
    def shown(found: MetricInterval | None) -> str:
        return "one class only" if found is None else interval(found)

    return {
        "Group": one.group,
        "Participants (impaired)": f"{one.participants:g} ({one.impaired:g})",
        "Scanned": percent(one.scanned),
        "AUC, scan": shown(one.auc.get("scan")),
        "AUC, clinical": shown(one.auc.get("clinical")),
        "AUC, both": shown(one.auc.get("both")),
        "Difference in AUC": shown(one.auc_difference),
        "Difference in Brier score": interval(one.brier_difference),
        "Accuracy, clinical": interval(one.accuracy["clinical"]),
        "Accuracy, both": interval(one.accuracy["both"]),
        "Difference in accuracy": interval(one.accuracy_difference),
    }
