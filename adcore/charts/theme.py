"""The common look of charts, on light and dark backgrounds."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from adcore.palette import BLUE, CLEAR, GREY, ORANGE, transparent
from adcore.statistics.curves import Curve

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
    return _reference(0, 1, name)


def reference_line(height: float, name: str) -> go.Scatter:
    """A level line, as a reference."""
    return _reference(height, height, name)


def _reference(left: float, right: float, name: str) -> go.Scatter:
    line = {"dash": "dot", "color": GREY}
    return go.Scatter(x=[0, 1], y=[left, right], mode="lines", name=name, line=line, hoverinfo="skip")


def curve_trace(curve: Curve, name: str, values: Any, hover: str) -> go.Scatter:
    """The model's own curve.

    Args:
        values: one entry or row per point, which `hover` calls customdata.
    """
    line = {"color": BLUE, "width": 2.5}
    hovertemplate = f"{hover}<extra></extra>"
    return go.Scatter(x=curve.x, y=curve.y, mode="lines", name=name, line=line, customdata=values, hovertemplate=hovertemplate)


def error_bars(values: Sequence[float], lows: Sequence[float], highs: Sequence[float]) -> dict[str, Any]:
    """Intervals around values, as a marker's error_x or error_y."""
    above = [high - value for value, high in zip(values, highs, strict=True)]
    below = [value - low for value, low in zip(values, lows, strict=True)]
    return {"type": "data", "symmetric": False, "array": above, "arrayminus": below, "color": GREY}


def operating_point(x: float, y: float, name: str, hover: str) -> go.Scatter:
    """The fixed threshold's point on a curve: a diamond."""
    marker = {"symbol": "diamond", "size": 12, "color": ORANGE}
    return go.Scatter(x=[x], y=[y], mode="markers", name=name, marker=marker, hovertemplate=f"{hover}<extra></extra>")
