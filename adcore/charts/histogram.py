"""How the probabilities of the impaired and the unimpaired are spread."""

import numpy as np
import plotly.graph_objects as go

from adcore.charts.theme import framed
from adcore.palette import BLUE, GREY, ORANGE
from adcore.statistics.metrics import Chances, Labels

BINS = 20


def histogram_chart(labels: Labels, chances: Chances, threshold: float) -> go.Figure:
    """Participants by probability in bins of 5 points, those of each label stacked, and the threshold.

    Args:
        labels, chances: (S,), one entry per participant.
    """
    edges = np.linspace(0, 100, BINS + 1)
    figure = go.Figure()
    for name, colour, rows in (("unimpaired", BLUE, ~labels), ("impaired", ORANGE, labels)):
        counts, _ = np.histogram(100 * chances[rows], edges)
        figure.add_bar(
            x=(edges[:-1] + edges[1:]) / 2,
            y=counts,
            width=100 / BINS,
            name=name,
            marker={"color": colour, "line": {"width": 0}},
            customdata=np.column_stack([edges[:-1], edges[1:]]),
            hovertemplate=f"%{{y}} {name}, from %{{customdata[0]:.0f}} to %{{customdata[1]:.0f}}%<extra></extra>",
        )
    figure.add_vline(x=100 * threshold, line={"dash": "dot", "width": 1.5, "color": GREY})
    framed(figure, "Predicted probability of impairment", "Participants")
    figure.update_xaxes(range=[0, 100], ticksuffix="%", dtick=25)
    figure.update_layout(barmode="stack", bargap=0.08)
    return figure
