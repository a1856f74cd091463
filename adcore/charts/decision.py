"""Decision curves: net benefit by the threshold from which on one acts."""

import plotly.graph_objects as go

from adcore.charts.theme import framed
from adcore.model.card_schema import DecisionCurve
from adcore.palette import BLUE, GREY, MAUVE, ORANGE, SLATE

COLOURS, DASHES = (BLUE, ORANGE, MAUVE, SLATE), ("solid", "solid", "dash", "dashdot")
"""Of the models in their order; that of acting on everybody is grey."""

EVERYBODY = "everybody"


def decision_chart(curve: DecisionCurve) -> go.Figure:
    """Net benefit by the threshold from which on one acts, of each model; acting on nobody is the line at 0."""
    figure = go.Figure()
    models = [name for name in curve.net_benefit if name != EVERYBODY]
    lines = {
        name: {"color": COLOURS[place % len(COLOURS)], "dash": DASHES[place % len(DASHES)], "width": 2.5}
        for place, name in enumerate(models)
    }
    for name, values in curve.net_benefit.items():
        figure.add_scatter(
            x=[100 * one for one in curve.thresholds],
            y=values,
            mode="lines",
            name=name,
            line=lines.get(name, {"color": GREY, "width": 1.5}),
            hovertemplate="from %{x:.0f}%: %{y:.3f}<extra>%{fullData.name}</extra>",
        )
    figure.add_hline(y=0, line={"dash": "dot", "color": GREY})
    framed(figure, "Probability from which on one acts", "Net benefit", 300)
    figure.update_xaxes(range=[0, 100], ticksuffix="%", dtick=25)
    figure.update_yaxes(range=[-0.05, max(curve.prevalence, 0.1) * 1.05])
    return figure
