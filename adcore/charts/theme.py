"""The common look of charts, on light and dark backgrounds."""

from typing import Any

import plotly.graph_objects as go

from adcore.palette import BLUE, CLEAR, GREY, ORANGE, transparent

BAND = transparent(BLUE, 0.18)
GRID = transparent(GREY, 0.25)


def framed(figure: go.Figure, x: str, y: str, height: int = 340) -> go.Figure:
    """Transparent background, labelled axes, a faint grid, the legend above, clear of the axis titles."""
    axis: dict[str, Any] = {"gridcolor": GRID, "linecolor": GREY, "zeroline": False, "showline": True, "ticks": "outside"}
    figure.update_xaxes(title=x, **axis)
    figure.update_yaxes(title=y, **axis)
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 12, "t": 12, "b": 8},
        paper_bgcolor=CLEAR,
        plot_bgcolor=CLEAR,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "bgcolor": CLEAR},
        hoverlabel={"namelength": -1},
    )
    return figure


def shares(figure: go.Figure) -> go.Figure:
    """Both axes from 0 to 1, in steps of 0.2."""
    figure.update_xaxes(range=[-0.02, 1.02], dtick=0.2)
    figure.update_yaxes(range=[-0.02, 1.04], dtick=0.2)
    return figure


def diagonal(name: str) -> go.Scatter:
    """The diagonal, as a reference."""
    return go.Scatter(x=[0, 1], y=[0, 1], mode="lines", name=name, line={"dash": "dot", "color": GREY}, hoverinfo="skip")


def operating_point(x: float, y: float, name: str, hover: str) -> go.Scatter:
    """The fixed threshold's point on a curve: a diamond."""
    marker = {"symbol": "diamond", "size": 12, "color": ORANGE}
    return go.Scatter(x=[x], y=[y], mode="markers", name=name, marker=marker, hovertemplate=f"{hover}<extra></extra>")
