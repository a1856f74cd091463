"""Calibration: predicted against observed frequency."""

import plotly.graph_objects as go

from adcore.charts.theme import diagonal, error_bars, framed, shares
from adcore.palette import BLUE
from adcore.statistics.curves import calibration_bins
from adcore.statistics.metrics import Chances, Labels, expected_calibration_error


def reliability_chart(labels: Labels, chances: Chances) -> go.Figure:
    """Predicted against observed frequency in ten bins, the count at each point, and the calibration error.

    Args:
        labels, chances: (S,), one entry per participant, at least one.
    """
    bins = calibration_bins(labels, chances)
    figure = go.Figure(
        [
            diagonal("perfect calibration"),
            go.Scatter(
                x=[one.stated for one in bins],
                y=[one.observed for one in bins],
                mode="lines+markers+text",
                name=f"participants, ECE {expected_calibration_error(labels, chances):.2f}",
                line={"color": BLUE, "width": 1},
                marker={"color": BLUE, "size": 9},
                text=[str(one.participants) for one in bins],
                textposition="top left",
                cliponaxis=False,
                error_y=error_bars([one.observed for one in bins], [one.low for one in bins], [one.high for one in bins])
                | {"thickness": 1.2},
                customdata=[[one.participants, one.low, one.high] for one in bins],
                hovertemplate=(
                    "%{customdata[0]} participants: predicted %{x:.2f}, observed %{y:.2f} "
                    "(%{customdata[1]:.2f} to %{customdata[2]:.2f})<extra></extra>"
                ),
            ),
        ]
    )
    return shares(framed(figure, "Predicted probability of impairment", "Observed share impaired"))
