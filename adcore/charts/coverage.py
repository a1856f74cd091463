"""Accuracy among the participants decided, by the fraction decided."""

import numpy as np
import plotly.graph_objects as go

from adcore.charts.theme import curve_trace, framed, operating_point, reference_line, shares
from adcore.statistics.curves import coverage_accuracy
from adcore.statistics.metrics import Chances, Labels
from adcore.words import percent


def coverage_chart(labels: Labels, chances: Chances, threshold: float, decided: tuple[float, float] | None = None) -> go.Figure:
    """Fraction of participants decided, the most certain first, against accuracy among them.

    Args:
        labels, chances: (S,), one entry per participant.
        decided: (fraction decided, accuracy among them) of the model's own rule, such as the conformal one; a diamond.
    """
    curve = coverage_accuracy(labels, chances, threshold)
    figure = go.Figure(
        [
            curve_trace(
                curve,
                "most certain first",
                100 * np.stack([curve.x, curve.y], axis=1),
                "%{customdata[0]:.0f}% decided: %{customdata[1]:.0f}% of them correctly",
            ),
            reference_line(curve.y[-1], f"all decided: {curve.y[-1]:.2f}"),
        ]
    )
    if decided is not None:
        share, accuracy = decided
        hover = f"the model's own rule decides {percent(share)}, {percent(accuracy)} of them correctly"
        figure.add_trace(operating_point(share, accuracy, "conformal rule", hover))
    return shares(framed(figure, "Fraction of participants decided", "Accuracy among them"))
