"""Volumes in the explanation: compared with healthy adults, and left beside right."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from adcore.analysis import Analysis
from adcore.volumetry import SideVolumes, VolumeFinding
from adcore.volumetry.cautions import cautions
from adcore.volumetry.norms import Norms, NormScore, load_norms
from adcore.words import millilitres, percentile_interval, z_interval, z_score
from app.shared.volume_charts import volume_chart, z_strip
from app.shared.widgets import show_chart


def show_volumes(analysis: Analysis) -> None:
    """Show each volume as a number, and on the curves of healthy adults if age and sex allow a comparison."""
    for finding in analysis.volumes:
        st.markdown(f"- {volume_sentence(finding)}")
    reasons = {finding.reason for finding in analysis.volumes if finding.reason}
    for reason in sorted(reasons):
        st.caption(reason)
    if analysis.volumes and not reasons:
        norms = load_norms()
        told = ". ".join(volume_sentence(finding) for finding in analysis.volumes)
        show_chart(z_strip(analysis.volumes), "z_scores", f"Volumes as z-scores. {told}.")
        show_chart(volume_chart(analysis.volumes, analysis.record, norms), "volumes", f"Volumes over age, beside norms. {told}.")
        st.caption(f"{norms_caption(norms)} {' '.join(cautions(analysis.prepared))}")
    if analysis.structure_volumes and not reasons:
        with st.popover("Every structure"):
            st.dataframe(structure_table(analysis.structure_volumes), hide_index=True)
    if analysis.sides:
        st.markdown("Left and right: " + "; ".join(side_words(pair) for pair in analysis.sides) + ".")
        st.caption("Asymmetry is (left - right) / (left + right). There are no norms for it, so it is a measurement only.")


def norms_caption(norms: Norms) -> str:
    """Who the healthy adults are, how many, and the limits of the comparison."""
    youngest, oldest = norms.age_years
    return (
        f"Shares of the intracranial volume, with the middle 50% and 90% of {norms.participants} healthy adults "
        f"({norms.female} women), {youngest:.0f} to {oldest:.0f} years ({norms.scanner}), at this age, sex and head size. "
        "Whiskers: 95% intervals, from the limited number of adults behind the curve."
    )


def structure_table(findings: Sequence[VolumeFinding]) -> pd.DataFrame:
    """Every structure with its volume, and where it lies among healthy adults."""
    rows = [(one.measure, millilitres(one.millilitres), *_place(one.score)) for one in findings]
    return pd.DataFrame(rows, columns=["Structure", "ml", "z", "Percentile"])


def _place(score: NormScore | None) -> tuple[str, str]:
    if score is None:
        return "", ""
    place = percentile_interval(score.percentile, score.percentile_low, score.percentile_high)
    return z_interval(score.z, score.z_low, score.z_high), place


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
    return f"percentile {place}, z {z_score(score.z)}"
