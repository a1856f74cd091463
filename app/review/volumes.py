"""The brain's parts in the answer: volumes among healthy adults, left beside right, and where the networks' evidence lies."""

import streamlit as st

from adcore.analysis import Analysis
from adcore.answer.prediction import IMAGE_BRANCHES
from adcore.explain import Explanation
from adcore.volumetry import SideVolumes, VolumeFinding
from adcore.volumetry.norms import Norms, NormScore, load_norms
from adcore.words import millilitres, percent, percentile_interval
from app.shared.volume_charts import volume_chart, z_strip

SHOWN_STRUCTURES = 3
PLOT = {"displayModeBar": False}


def show_volumes(analysis: Analysis) -> None:
    """Each volume as a number, and on the curves of healthy adults where there is a comparison."""
    for finding in analysis.volumes:
        st.markdown(f"- {volume_sentence(finding)}")
    reasons = {finding.reason for finding in analysis.volumes if finding.reason}
    for reason in sorted(reasons):
        st.caption(reason)
    if analysis.volumes and not reasons:
        norms = load_norms()
        st.plotly_chart(z_strip(analysis.volumes), config=PLOT, key="z_scores")
        st.plotly_chart(volume_chart(analysis.volumes, analysis.record, norms), config=PLOT, key="volumes")
        st.caption(norms_caption(norms))
    if analysis.sides:
        st.markdown("Left and right: " + "; ".join(side_words(pair) for pair in analysis.sides) + ".")
        st.caption(
            "Asymmetry is (left - right) / (left + right). There are no norms for the sides: they are measured, not judged."
        )


def norms_caption(norms: Norms) -> str:
    """Who the healthy adults are, how many, and what their norm can't tell."""
    youngest, oldest = norms.age_years
    return (
        f"Shares of the intracranial volume, beside the middle 50% and 90% of {norms.participants} healthy "
        f"adults ({norms.female} "
        f"women), {youngest:.0f} to {oldest:.0f} years ({norms.scanner}), at this age and sex. Whiskers: 95% intervals: so "
        "many people fix the curve only so well. Another scanner can shift volumes by a few percent."
    )


def side_words(pair: SideVolumes) -> str:
    """'hippocampus 3.1 and 3.4 ml (asymmetry -0.05)'."""
    words = f"{pair.structure} {pair.left_ml:.1f} and {pair.right_ml:.1f} ml"
    return words if pair.asymmetry is None else f"{words} ({pair.asymmetry:+.2f})"


def volume_sentence(finding: VolumeFinding) -> str:
    """'Hippocampi: 6.1 ml, 0.41% of the intracranial volume; percentile 4 (2 to 8), z -1.8'."""
    measure, volume = finding.measure.capitalize(), millilitres(finding.millilitres)
    start = f"{measure}: {volume} ml, {100 * finding.share:.2g}% of the intracranial volume"
    return f"{start}; {score_words(finding.score)}" if finding.score else start


def score_words(score: NormScore) -> str:
    """A percentile with its interval, and the z-score."""
    place = percentile_interval(score.percentile, score.percentile_low, score.percentile_high)
    return f"percentile {place}, z {score.z:+.1f}"


def saliency_sentences(explanation: Explanation) -> str:
    """The parts with the largest shares of each network's positive evidence, as a list."""
    lines = []
    for branch in IMAGE_BRANCHES:
        regions = [region for region in explanation.regions if region.branch == branch.value]
        named = ", ".join(f"{region.region} {percent(region.share)}" for region in regions[:SHOWN_STRUCTURES])
        lines.append(f"- {branch.label}: {named or 'no positive saliency'}")
    return "\n".join(lines)
