"""Charts over the cases: confusion matrix, ROC with the operating point, and reliability, with the participants they cover."""

import streamlit as st

from adcore.charts import confusion_chart, confusion_in_words, reliability_chart, roc_chart
from adcore.evaluation.cases.classified import Classified
from adcore.statistics.metrics import confusion
from app.shared.widgets import chart_row, show_chart
from app.state.keys import OVER_KEY

ALL, SHOWN = "all participants", "only those shown"


def show_overview(all_cases: Classified, shown: Classified, truth: str) -> None:
    """Show charts over all participants, or over those that the filters keep.

    Args:
        truth: the definition of impaired.
    """
    st.session_state.setdefault(OVER_KEY, ALL)
    over = st.segmented_control("Charts over", [ALL, SHOWN], key=OVER_KEY, required=True)
    classified = shown if over == SHOWN else all_cases
    labels, chances = classified.labelled()
    impaired = int(labels.sum())
    if not len(labels):
        st.info("No participant here has both a label and a prediction, so there is nothing to draw.", icon=None)
        return
    st.caption(
        f"{'Participants shown' if over == SHOWN else 'All participants'} with a label and a prediction: {len(labels)}, "
        f"{impaired} of them impaired. Threshold {classified.threshold:.2f}, fixed in advance."
        + (" Selecting misclassified participants makes every figure look worse than it is." if over == SHOWN else "")
    )
    counts, curve, calibration = chart_row(3, "overview")
    with counts:
        st.markdown("**Confusion matrix**")
        found = confusion(labels, chances, classified.threshold)
        show_chart(confusion_chart(found, truth), "errors_confusion", confusion_in_words(found))
    with curve:
        st.markdown("**ROC and operating point**")
        if 0 < impaired < len(labels):
            show_chart(roc_chart(labels, chances, classified.threshold), "errors_roc", "Sensitivity over 1 - specificity.")
        else:
            st.caption("All of them belong to one class, so there is no curve.")
    with calibration:
        st.markdown("**Reliability**")
        told = "The observed share of impaired participants over the predicted one."
        show_chart(reliability_chart(labels, chances), "errors_reliability", told)
