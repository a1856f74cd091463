"""Charts of volumes: z-scores on one axis, and the patient on the curves of healthy adults by age."""

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from adcore.case.clinical import ClinicalRecord, Sex
from adcore.charts.theme import GRID
from adcore.palette import BLUE, CLEAR, GREY, ORANGE, transparent
from adcore.volumetry import VolumeFinding
from adcore.volumetry.norms import BANDS, NormCurve, Norms
from adcore.words import percentile, z_interval, z_score

BAND_COLOURS = (transparent(BLUE, 0.16), transparent(BLUE, 0.22))
"""Colours of the bands in adcore.volumetry.norms.BANDS, which are drawn over one another."""

REACH, WIDEST = 3.0, 5.0
"""Least and greatest extent of the axis on either side, in standard deviations. Scores beyond become arrows at its edge."""


def z_strip(findings: tuple[VolumeFinding, ...]) -> go.Figure:
    """Z-scores with their 95% intervals, on an axis from -3 to 3 or wider, over the bands of healthy adults.

    Args:
        findings: those with a score.
    """
    scored = [(finding.measure.capitalize(), finding.score) for finding in findings if finding.score is not None][::-1]
    figure = go.Figure()
    for (reach, name), colour in zip(BANDS, BAND_COLOURS, strict=True):
        figure.add_vrect(x0=-reach, x1=reach, fillcolor=colour, line_width=0, layer="below")
        label = {"text": name.removeprefix("middle "), "showarrow": False, "font_size": 10}
        figure.add_annotation(x=reach, y=1, yref="paper", xanchor="right", yanchor="bottom", **label)
    ends = [abs(end) for _, score in scored for end in (score.z, score.z_low, score.z_high)]
    edge = min(WIDEST, max(REACH, *ends))
    held = [max(-edge, min(edge, score.z)) for _, score in scored]
    figure.add_scatter(
        x=held,
        y=[name for name, _ in scored],
        mode="markers+text",
        text=[z_score(score.z) for _, score in scored],
        textposition="top center",
        cliponaxis=False,  # otherwise a narrow chart cuts off a minus sign
        marker={
            "color": ORANGE,
            "size": 12,
            "symbol": [_symbol(score.z, edge) for _, score in scored],
        },
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [max(0.0, score.z_high - value) for (_, score), value in zip(scored, held, strict=True)],
            "arrayminus": [max(0.0, value - score.z_low) for (_, score), value in zip(scored, held, strict=True)],
            "color": ORANGE,
            "thickness": 1.6,
            "width": 4,
        },
        customdata=[[z_interval(score.z, score.z_low, score.z_high), percentile(score.percentile)] for _, score in scored],
        hovertemplate="%{y}: z %{customdata[0]}, percentile %{customdata[1]}<extra></extra>",
    )
    figure.add_vline(x=0, line={"color": GREY, "width": 1.5})
    figure.update_layout(
        height=64 + 40 * len(scored),
        margin={"l": 0, "r": 8, "t": 20, "b": 0},
        showlegend=False,
        paper_bgcolor=CLEAR,
        plot_bgcolor=CLEAR,
    )
    title = "smaller than expected  ←  z-score  →  larger"
    figure.update_xaxes(
        range=[-edge - 0.6, edge + 0.6],  # room for the label of a score at the edge
        dtick=1,
        title=title,
        gridcolor=GRID,
        zeroline=False,
    )
    figure.update_yaxes(automargin=True, showgrid=False, range=[-0.5, len(scored) - 0.35])
    return figure


def _symbol(z: float, edge: float) -> str:
    if abs(z) <= edge:
        return "diamond"
    return "triangle-right" if z > 0 else "triangle-left"


def volume_chart(findings: tuple[VolumeFinding, ...], record: ClinicalRecord, norms: Norms) -> go.Figure:
    """Share of the intracranial volume by age: bands of healthy adults of this sex, and the patient.

    Args:
        record: age and sex known.
    """
    titles = [finding.measure.capitalize() for finding in findings]
    figure = make_subplots(cols=len(findings), subplot_titles=titles, horizontal_spacing=0.13)
    for column, finding in enumerate(findings, start=1):
        _draw(figure, column, finding, record, norms)
    figure.update_layout(
        height=230,
        margin={"l": 0, "r": 8, "t": 52, "b": 0},
        paper_bgcolor=CLEAR,
        plot_bgcolor=CLEAR,
        legend={"orientation": "h", "y": 1.16, "yanchor": "bottom", "x": 0},
    )
    figure.update_annotations(font_size=12)
    figure.update_xaxes(title="age", nticks=4, gridcolor=GRID)
    figure.update_yaxes(ticksuffix="%", nticks=4, gridcolor=GRID)
    return figure


@dataclass(frozen=True)
class NormShares:
    """Percent of the intracranial volume in healthy adults of this sex with a head of this size, by age."""

    curve: NormCurve
    ages: NDArray[np.float64]
    sex: Sex
    intracranial_ml: float

    def at(self, z: float) -> NDArray[np.float64]:
        """`z` standard deviations above the curve."""
        return 100 * self.curve.expected(self.ages, self.sex, z, self.intracranial_ml) / self.intracranial_ml


def add_bands(figure: go.Figure, column: int, norms: NormShares, *, showlegend: bool) -> None:
    """Add the bands that contain the named shares of healthy adults, in percent of the intracranial volume by age."""
    for (reach, name), colour in zip(BANDS, BAND_COLOURS, strict=True):
        edge = np.concatenate([norms.at(-reach), norms.at(reach)[::-1]])
        figure.add_scatter(
            x=[*norms.ages, *norms.ages[::-1]],
            y=edge,
            fill="toself",
            fillcolor=colour,
            mode="lines",
            line_width=0,
            name=name,
            showlegend=showlegend,
            hoverinfo="skip",
            row=1,
            col=column,
        )


def _draw(figure: go.Figure, column: int, finding: VolumeFinding, record: ClinicalRecord, norms: Norms) -> None:
    sex, years = record.sex, record.age_years
    if sex is None or years is None:
        return
    shares = NormShares(norms.curves[finding.measure], np.linspace(*norms.age_years, 40), sex, finding.intracranial_ml)
    first = column == 1
    add_bands(figure, column, shares, showlegend=first)
    figure.add_scatter(
        x=shares.ages,
        y=shares.at(0.0),
        mode="lines",
        line={"color": BLUE, "width": 2},
        name="median",
        showlegend=first,
        hovertemplate="median at %{x:.0f} years: %{y:.2f}%<extra></extra>",
        row=1,
        col=column,
    )
    figure.add_scatter(
        x=[years],
        y=[100 * finding.share],
        mode="markers",
        name="this patient",
        showlegend=first,
        marker={"color": ORANGE, "size": 11, "symbol": "diamond", "line": {"color": "white", "width": 1}},
        hovertemplate="this patient: %{y:.2f}% at %{x:.0f} years<extra></extra>",
        row=1,
        col=column,
    )
