"""The charts over the cases: confusion matrix, ROC with the operating point, reliability; they say over whom."""

import streamlit as st

from adcore.charts import confusion_chart, reliability_chart, roc_chart
from adcore.evaluation.cases.classified import Classified
from adcore.statistics.metrics import confusion
from app.shared.chart_row import chart_row
from app.state.keys import OVER_KEY

PLOT = {"displayModeBar": False}
EVERYONE, SHOWN = "everyone", "only those shown"


def show_overview(everyone: Classified, shown: Classified, truth: str) -> None:
    """Charts over everyone, or over those that the filters keep.

    Args:
        truth: what makes people impaired.
    """
    st.session_state.setdefault(OVER_KEY, EVERYONE)
    over = st.segmented_control("Charts over", [EVERYONE, SHOWN], key=OVER_KEY, required=True)
    classified = shown if over == SHOWN else everyone
    labels, chances = classified.labelled()
    impaired = int(labels.sum())
    if not len(labels):
        st.info("Nobody here has both a label and an answer, so there is nothing to draw.", icon=None)
        return
    st.caption(
        f"Over {'those shown' if over == SHOWN else 'everyone'} with a label and an answer: {len(labels)} people, {impaired} "
        f"impaired. Threshold {classified.threshold:.2f}, fixed beforehand."
        + (" People picked for being wrong make every figure look worse than it is." if over == SHOWN else "")
    )
    counts, curve, calibration = chart_row(3, "overview")
    with counts:
        st.markdown("**Confusion matrix**")
        st.plotly_chart(
            confusion_chart(confusion(labels, chances, classified.threshold), truth), config=PLOT, key="errors_confusion"
        )
    with curve:
        st.markdown("**ROC and operating point**")
        if 0 < impaired < len(labels):
            st.plotly_chart(roc_chart(labels, chances, classified.threshold), config=PLOT, key="errors_roc")
        else:
            st.caption("All of them are of one class, so there is no curve.")
    with calibration:
        st.markdown("**Reliability**")
        st.plotly_chart(reliability_chart(labels, chances), config=PLOT, key="errors_reliability")
