"""The brain's parts in the answer: volumes among healthy adults, and where the networks' evidence lies."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots

from adcore.analysis import Analysis
from adcore.branches import IMAGE_BRANCHES
from adcore.clinical import ClinicalRecord
from adcore.explain import Explanation
from adcore.volumetry import VolumeFinding
from adcore.volumetry.norms import Norms, NormScore, load_norms

BANDS = ((-1.645, 1.645), (-0.674, 0.674))
"""Standard deviations that hold the middle 90 % and 50 % of healthy people."""

BAND_COLOUR = "rgba(47, 119, 168, 0.18)"
MIDDLE_COLOUR = "#2f77a8"
PERSON_COLOUR = "#c4512d"
SHOWN_PARTS = 3


def show_volumes(analysis: Analysis) -> None:
    """Each volume as a number, and on the curves of healthy adults where there is a comparison."""
    for finding in analysis.volumes:
        st.markdown(f"- {volume_sentence(finding)}")
    reasons = {finding.reason for finding in analysis.volumes if finding.reason}
    for reason in sorted(reasons):
        st.caption(reason)
    if not reasons:
        norms = load_norms()
        chart = volume_chart(analysis.volumes, analysis.record, norms)
        st.plotly_chart(chart, config={"displayModeBar": False}, key="volumes")
        st.caption(
            f"Bands: the middle 50 % and 90 % of {norms.people} healthy adults, {norms.age_years[0]:.0f} to "
            f"{norms.age_years[1]:.0f} years ({norms.scanner}). Another scanner can shift volumes by a few percent."
        )


def volume_sentence(finding: VolumeFinding) -> str:
    """'Hippocampi: 6.1 ml, 0.41 % of the intracranial volume; percentile 4 (2 to 8), z -1.8'."""
    millilitres = f"{finding.millilitres:.{0 if finding.millilitres >= 100 else 1}f}"
    start = f"{finding.measure.capitalize()}: {millilitres} ml, {100 * finding.share:.2g} % of the intracranial volume"
    return f"{start}; {percentile(finding.score)}" if finding.score else start


def percentile(score: NormScore) -> str:
    """A percentile with its interval, and the z-score."""
    low, high = (round(value) for value in (score.percentile_low, score.percentile_high))
    return f"percentile {score.percentile:.0f} ({low} to {high}), z {score.z:+.1f}"


def evidence_sentences(explanation: Explanation) -> str:
    """The parts with the largest shares of each network's positive evidence, as a list."""
    lines = []
    for branch in IMAGE_BRANCHES:
        regions = [region for region in explanation.regions if region.branch == branch.value]
        named = ", ".join(f"{region.region} {region.share:.0%}" for region in regions[:SHOWN_PARTS])
        lines.append(f"- {branch.label}: {named or 'no positive evidence'}")
    return "\n".join(lines)


def volume_chart(findings: tuple[VolumeFinding, ...], record: ClinicalRecord, norms: Norms) -> go.Figure:
    """Share of the intracranial volume against age: bands of healthy adults of this sex, and the person."""
    titles = [finding.measure.capitalize() for finding in findings]
    figure = make_subplots(cols=len(findings), subplot_titles=titles, horizontal_spacing=0.14)
    ages = np.linspace(*norms.age_years, 40)
    for column, finding in enumerate(findings, start=1):
        curve = norms.curves[finding.measure]
        sex = record.sex
        if sex is None or record.age_years is None:
            continue
        for low, high in BANDS:
            edge = np.concatenate([curve.expected(ages, sex, low), curve.expected(ages, sex, high)[::-1]])
            figure.add_scatter(
                x=[*ages, *ages[::-1]],
                y=100 * edge,
                fill="toself",
                fillcolor=BAND_COLOUR,
                line_width=0,
                hoverinfo="skip",
                row=1,
                col=column,
            )
        figure.add_scatter(
            x=ages, y=100 * curve.expected(ages, sex, 0.0), line_color=MIDDLE_COLOUR, hoverinfo="skip", row=1, col=column
        )
        figure.add_scatter(
            x=[record.age_years],
            y=[100 * finding.share],
            mode="markers",
            marker={"color": PERSON_COLOUR, "size": 10, "symbol": "diamond"},
            hovertemplate="%{y:.2f} % at %{x:.0f} years<extra></extra>",
            row=1,
            col=column,
        )
    figure.update_layout(height=190, margin={"l": 0, "r": 8, "t": 28, "b": 0}, showlegend=False)
    figure.update_annotations(font_size=12)
    figure.update_xaxes(title="age", nticks=4)
    figure.update_yaxes(ticksuffix=" %", nticks=4)
    return figure
