"""What staying undecided buys: how often the model is right among those whom it decides."""

import numpy as np
import plotly.graph_objects as go

from adcore.charts.theme import framed, operating_point, shares
from adcore.palette import BLUE, GREY
from adcore.statistics.curves import coverage_accuracy
from adcore.statistics.metrics import Chances, Labels
from adcore.words import percent


def coverage_chart(labels: Labels, chances: Chances, threshold: float, decided: tuple[float, float] | None = None) -> go.Figure:
    """Share of people decided, the surest first, against the share of them called rightly.

    Args:
        labels, chances: (S,), one entry a person.
        decided: (share decided, accuracy among them) of the model's own rule, such as the conformal one's; a diamond.
    """
    curve = coverage_accuracy(labels, chances, threshold)
    figure = go.Figure(
        [
            go.Scatter(
                x=curve.x,
                y=curve.y,
                mode="lines",
                name="the surest first",
                line={"color": BLUE, "width": 2.5},
                customdata=100 * np.stack([curve.x, curve.y], axis=1),
                hovertemplate="%{customdata[0]:.0f}% decided: %{customdata[1]:.0f}% of them rightly<extra></extra>",
            ),
            go.Scatter(
                x=[0, 1],
                y=[curve.y[-1]] * 2,
                mode="lines",
                name=f"everyone decided: {curve.y[-1]:.2f}",
                line={"dash": "dot", "color": GREY},
                hoverinfo="skip",
            ),
        ]
    )
    if decided is not None:
        share, accuracy = decided
        hover = f"the model's own rule decides {percent(share)}, {percent(accuracy)} of them rightly"
        figure.add_trace(operating_point(share, accuracy, "conformal rule", hover))
    return shares(framed(figure, "Share of people decided", "Accuracy among them"))
