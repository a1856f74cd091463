"""Whether stated probabilities come true."""

import plotly.graph_objects as go

from adcore.charts.theme import diagonal, framed, shares
from adcore.palette import BLUE, GREY
from adcore.statistics.curves import calibration_bins
from adcore.statistics.metrics import Chances, Labels, expected_calibration_error


def reliability_chart(labels: Labels, chances: Chances) -> go.Figure:
    """Stated against observed frequency in ten bins, the number of people at each point, and the calibration error.

    Args:
        labels, chances: (S,), one entry a person, at least one.
    """
    bins = calibration_bins(labels, chances)
    figure = go.Figure(
        [
            diagonal("as stated"),
            go.Scatter(
                x=[place.stated for place in bins],
                y=[place.observed for place in bins],
                mode="lines+markers+text",
                name=f"participants, ECE {expected_calibration_error(labels, chances):.2f}",
                line={"color": BLUE, "width": 1},
                marker={"color": BLUE, "size": 9},
                text=[str(place.participants) for place in bins],
                textposition="top left",
                cliponaxis=False,
                error_y={
                    "type": "data",
                    "symmetric": False,
                    "array": [place.high - place.observed for place in bins],
                    "arrayminus": [place.observed - place.low for place in bins],
                    "color": GREY,
                    "thickness": 1.2,
                },
                customdata=[[place.participants, place.low, place.high] for place in bins],
                hovertemplate=(
                    "%{customdata[0]} participants: stated %{x:.2f}, observed %{y:.2f} "
                    "(%{customdata[1]:.2f} to %{customdata[2]:.2f})<extra></extra>"
                ),
            ),
        ]
    )
    return shares(framed(figure, "Stated probability of impairment", "Observed share impaired"))
