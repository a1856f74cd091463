"""Accuracy among the participants decided, by the fraction decided."""

import numpy as np
import plotly.graph_objects as go

from adcore.charts.theme import framed, operating_point, shares
from adcore.palette import BLUE, GREY
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
            go.Scatter(
                x=curve.x,
                y=curve.y,
                mode="lines",
                name="most certain first",
                line={"color": BLUE, "width": 2.5},
                customdata=100 * np.stack([curve.x, curve.y], axis=1),
                hovertemplate="%{customdata[0]:.0f}% decided: %{customdata[1]:.0f}% of them correctly<extra></extra>",
            ),
            go.Scatter(
                x=[0, 1],
                y=[curve.y[-1]] * 2,
                mode="lines",
                name=f"all decided: {curve.y[-1]:.2f}",
                line={"dash": "dot", "color": GREY},
                hoverinfo="skip",
            ),
        ]
    )
    if decided is not None:
        share, accuracy = decided
        hover = f"the model's own rule decides {percent(share)}, {percent(accuracy)} of them correctly"
        figure.add_trace(operating_point(share, accuracy, "conformal rule", hover))
    return shares(framed(figure, "Fraction of participants decided", "Accuracy among them"))
