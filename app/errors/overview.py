"""Charts over the cases: confusion matrix, histogram, ROC, reliability, with the participants they cover; two of them filter."""

import hashlib
from collections.abc import Callable

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from adcore.charts import confusion_chart, confusion_in_words, histogram_chart, reliability_chart, roc_chart
from adcore.charts.histogram import BINS
from adcore.evaluation.cases.classified import Classified
from adcore.palette import CLEAR
from adcore.statistics.metrics import Chances, Labels, confusion
from app.errors.coverage import show_coverage
from app.errors.filters import CELLS
from app.shared.widgets import chart_row, show_chart
from app.state.explorer import EVERY_CHANCE, Explorer
from app.state.keys import CELLS_KEY, CHANCES_KEY, OVER_KEY

ALL, SHOWN = "all participants", "only those shown"
MATRIX_KEY, HISTOGRAM_KEY = "errors_confusion", "errors_histogram"
KEPT_FIGURES = 12
BIG = 120
"""Size in pixels of the clear squares over the matrix that a click hits."""


def show_overview(all_cases: Classified, shown: Classified, truth: str, explorer: Explorer) -> None:
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
        f"{impaired} of them impaired. Threshold {classified.threshold:.2f}, fixed in advance unless you move it."
        + (" Selecting misclassified participants makes every figure look worse than it is." if over == SHOWN else "")
    )
    threshold = classified.threshold
    counts, spread = chart_row(2, "overview")
    curve, calibration = chart_row(2, "overview_curves")
    found = confusion(labels, chances, threshold)

    def kept(name: str, make: Callable[[Labels, Chances], go.Figure]) -> go.Figure:
        return _kept(explorer, f"{name} {truth} {threshold}", labels, chances, make)

    with counts:
        st.markdown("**Confusion matrix** · click a cell")
        figure = kept("matrix", lambda _, __: _with_targets(confusion_chart(found, truth)))
        show_chart(figure, MATRIX_KEY, confusion_in_words(found), _take_cell)
    with spread:
        st.markdown("**Probabilities** · click a bar")
        told = "How many participants have which probability, impaired and unimpaired."
        show_chart(kept("spread", lambda *of: histogram_chart(of[0], of[1], threshold)), HISTOGRAM_KEY, told, _take_range)
    with curve:
        st.markdown("**ROC and operating point**")
        if 0 < impaired < len(labels):
            figure = kept("roc", lambda *of: roc_chart(of[0], of[1], threshold))
            show_chart(figure, "errors_roc", "Sensitivity over 1 - specificity.")
        else:
            st.caption("All of them belong to one class, so there is no curve.")
    with calibration:
        st.markdown("**Reliability**")
        told = "The observed share of impaired participants over the predicted one."
        show_chart(kept("reliability", reliability_chart), "errors_reliability", told)
    show_coverage(classified)


def _kept(
    explorer: Explorer, name: str, labels: Labels, chances: Chances, make: Callable[[Labels, Chances], go.Figure]
) -> go.Figure:
    """A figure of these participants, drawn once; the last few are kept."""
    key = hashlib.sha256(np.packbits(labels).tobytes() + chances.tobytes() + name.encode()).hexdigest()
    if key not in explorer.figures:
        while len(explorer.figures) >= KEPT_FIGURES:
            del explorer.figures[next(iter(explorer.figures))]
        explorer.figures[key] = make(labels, chances)
    return explorer.figures[key]


def _with_targets(figure: go.Figure) -> go.Figure:
    """The matrix with clear squares over its cells: plotly tells of a click on a marker, and not of one on a heat map."""
    (cells,) = figure.data
    bare = {"marker": {"opacity": 0}}
    figure.add_scatter(
        x=[cells.x[called] for _, called in CELLS],
        y=[cells.y[truth] for truth, _ in CELLS],
        mode="markers",
        marker={"size": BIG, "symbol": "square", "color": CLEAR, "opacity": 0},
        selected=bare,
        unselected=bare,
        showlegend=False,
        text=list(CELLS.values()),
        hovertemplate="show only: %{text}<extra></extra>",
    )
    figure.update_xaxes(range=[-0.5, 1.5])  # room for the cells alone: the squares reach beyond them
    figure.update_yaxes(range=[1.5, -0.5])
    return figure


def _take_cell() -> None:
    points = st.session_state[MATRIX_KEY]["selection"]["points"]
    st.session_state[CELLS_KEY] = [list(CELLS)[point["point_index"]] for point in points if point.get("curve_number") == 1]


def _take_range() -> None:
    points = st.session_state[HISTOGRAM_KEY]["selection"]["points"]
    middles, half = [float(point["x"]) for point in points], 50 / BINS
    st.session_state[CHANCES_KEY] = (round(min(middles) - half), round(max(middles) + half)) if middles else EVERY_CHANCE
