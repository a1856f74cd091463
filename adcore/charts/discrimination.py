"""Discrimination: ROC and precision-recall curves with the operating point."""

import plotly.graph_objects as go

from adcore.charts.theme import BAND, curve_trace, diagonal, framed, operating_point, reference_line, shares
from adcore.statistics.curves import precision_recall, roc, roc_band
from adcore.statistics.metrics import Chances, Labels, area_under_curve, confusion


def roc_chart(labels: Labels, chances: Chances, threshold: float, seed: int = 0) -> go.Figure:
    """Receiver operating characteristic with its 95% band and the operating point.

    Args:
        labels, chances: (S,), one entry per participant; both classes must be present.
        seed: of the bootstrap band.
    """
    curve, band, counts = roc(labels, chances), roc_band(labels, chances, seed), confusion(labels, chances, threshold)
    sensitivity = counts.true_positive / int(labels.sum())
    specificity = counts.true_negative / int((~labels).sum())
    edge = {"width": 0}
    figure = go.Figure(
        [
            go.Scatter(x=band.x, y=band.high, mode="lines", line=edge, showlegend=False, hoverinfo="skip"),
            go.Scatter(
                x=band.x, y=band.low, mode="lines", line=edge, fill="tonexty", fillcolor=BAND, name="95% band", hoverinfo="skip"
            ),
            diagonal("chance"),
            curve_trace(
                curve,
                f"AUC {area_under_curve(labels, chances):.2f}",
                curve.thresholds,
                "at %{customdata:.2f} and above: sensitivity %{y:.2f}, 1 - specificity %{x:.2f}",
            ),
            operating_point(
                1 - specificity,
                sensitivity,
                f"threshold {threshold:.2f}",
                f"threshold {threshold:.2f}: sensitivity {sensitivity:.2f}, specificity {specificity:.2f}",
            ),
        ]
    )
    return shares(framed(figure, "1 - specificity", "Sensitivity"))


def precision_recall_chart(labels: Labels, chances: Chances, threshold: float) -> go.Figure:
    """Precision against recall, with the prevalence as reference; both classes must be present."""
    curve, counts = precision_recall(labels, chances), confusion(labels, chances, threshold)
    impaired = float(labels.mean())
    figure = go.Figure(
        [
            reference_line(impaired, f"share impaired {impaired:.2f}"),
            curve_trace(curve, "model", curve.thresholds, "at %{customdata:.2f} and above: precision %{y:.2f}, recall %{x:.2f}"),
        ]
    )
    positive_answers = counts.true_positive + counts.false_positive
    if positive_answers:
        recall, precision = counts.true_positive / int(labels.sum()), counts.true_positive / positive_answers
        hover = f"threshold {threshold:.2f}: precision {precision:.2f}, recall {recall:.2f}"
        figure.add_trace(operating_point(recall, precision, f"threshold {threshold:.2f}", hover))
    return shares(framed(figure, "Recall (sensitivity)", "Precision (predictive value)"))
