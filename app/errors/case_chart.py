"""One participant's probabilities by branch and by inputs, on one axis."""

import pandas as pd
import plotly.graph_objects as go

from adcore.charts.theme import framed
from adcore.palette import BLUE, GREY, ORANGE
from adcore.statistics.names import BRIEFLY

MARKS = {
    "all": ("circle", BLUE),
    "no_mmse": ("diamond-open", ORANGE),
    "images": ("square-open", GREY),
    "no_scan_all": ("triangle-up", BLUE),
    "no_scan_no_mmse": ("triangle-up-open", ORANGE),
}


def case_chart(chances: pd.DataFrame, threshold: float) -> go.Figure:
    """Rows are branches, marks are sets of inputs.

    Args:
        chances: probabilities, indexed by the branch's label, one column for each set of inputs; NaN is not drawn.
    """
    figure = go.Figure(
        [
            go.Scatter(
                x=100 * chances[inputs],
                y=chances.index,
                mode="markers",
                name=BRIEFLY[inputs],
                marker={"symbol": MARKS[inputs][0], "color": MARKS[inputs][1], "size": 12, "line": {"width": 2}},
                hovertemplate="%{y}: %{x:.0f}%<extra>%{fullData.name}</extra>",
            )
            for inputs in chances.columns
        ]
    )
    figure.add_vline(x=100 * threshold, line={"dash": "dot", "width": 1.5, "color": GREY})
    framed(figure, "", "", 230)
    figure.update_xaxes(range=[-2, 102], ticksuffix="%", dtick=25)
    figure.update_yaxes(categoryorder="array", categoryarray=list(chances.index)[::-1], showgrid=True, ticks="", automargin=True)
    return figure
