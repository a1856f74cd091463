"""The answer in words and numbers, what it rests on, and the file to take along."""

import pandas as pd
import streamlit as st

from adcore.analysis import Analysis
from adcore.predict import Category, Estimate, Prediction
from app.widgets.charts import attention_chart, branch_chart, top_planes
from app.widgets.take_along import show_take_along
from app.widgets.volumes import evidence_sentences, show_volumes

HEADLINES = {
    Category.UNIMPAIRED: "Likely unimpaired",
    Category.IMPAIRED: "Likely impaired",
    Category.INCONCLUSIVE: "Inconclusive",
}
PLOT = {"displayModeBar": False}


def show_answer(analysis: Analysis) -> None:
    """Everything the page says of one analysed case."""
    if analysis.prediction is None:
        _refused(analysis)
    else:
        _headline(analysis.prediction)
        _evidence(analysis, analysis.prediction)
    _warnings(analysis)
    _checks(analysis)
    _provenance(analysis)
    show_take_along(analysis)


def percent(estimate: Estimate) -> str:
    """'62 % (48 to 75 %)'."""
    return f"{100 * estimate.probability:.0f} % ({100 * estimate.low:.0f} to {100 * estimate.high:.0f} %)"


def natural_frequency(estimate: Estimate) -> str:
    """The probability as a count of people."""
    count = round(100 * estimate.probability)
    return f"In 100 people like this, about {count} would be impaired (CDR above 0)."


def _headline(prediction: Prediction) -> None:
    fused = prediction.fused
    st.html(
        '<section class="adcore-answer" aria-label="Result">'
        f"<h2>{HEADLINES[prediction.category]}</h2>"
        f'<p class="number">{100 * fused.probability:.0f} %'
        f"<small>probability of impairment; 90 % interval {100 * fused.low:.0f} to {100 * fused.high:.0f} %</small></p>"
        f"<p>{natural_frequency(fused)}</p>"
        "</section>"
    )
    if prediction.reasons:
        st.markdown("**Why no verbal answer is given**\n\n" + "\n".join(f"- {reason}" for reason in prediction.reasons))
    if prediction.without_mmse is None:
        st.markdown("MMSE is unknown, so it plays no part in this answer.")
    else:
        with_mmse, without = st.columns(2)
        with_mmse.metric("With MMSE", percent(fused))
        without.metric("Without MMSE", percent(prediction.without_mmse))


def _evidence(analysis: Analysis, prediction: Prediction) -> None:
    st.markdown("**What each part says by itself**")
    st.plotly_chart(branch_chart(prediction), config=PLOT, key="branches")
    y_mm = analysis.prepared.config.planes.y_mm
    st.markdown("**Attention by coronal plane**")
    st.plotly_chart(attention_chart(prediction, y_mm), config=PLOT, key="attention")
    st.caption(top_planes(prediction, y_mm))
    if analysis.explanation is not None:
        st.markdown("**Where each network's evidence for impairment lies**")
        st.markdown(evidence_sentences(analysis.explanation))
    st.markdown("**Volumes beside healthy adults**")
    show_volumes(analysis)


def _refused(analysis: Analysis) -> None:
    sentences = "".join(f"<li>{sentence}</li>" for sentence in analysis.refusals)
    st.html(
        '<section class="adcore-answer" aria-label="Result"><h2>No probability for this scan</h2>'
        f"<p>The scan is not fit to be judged, so no number is shown. The viewer shows it as it is.</p><ul>{sentences}</ul>"
        "</section>"
    )


def _warnings(analysis: Analysis) -> None:
    for warning in analysis.prepared.scan.warnings:
        st.markdown(f"Note: {warning}")


def _checks(analysis: Analysis) -> None:
    checks = analysis.prepared.checks
    failed = sum(not check.passed for check in checks)
    label = f"Scan checks: {failed} of {len(checks)} failed" if failed else f"Scan checks: all {len(checks)} passed"
    with st.expander(label, expanded=bool(failed)):
        rows = [
            {
                "Check": check.name,
                "Value": f"{check.value:.3g} {check.unit}".strip(),
                "Limit": f"{check.threshold:.3g} {check.unit}".strip(),
                "Fit": "yes" if check.passed else "no",
                "Meaning": check.sentence,
            }
            for check in checks
        ]
        st.table(pd.DataFrame(rows).set_index("Check"))


def _provenance(analysis: Analysis) -> None:
    made = analysis.provenance
    with st.expander("Provenance"):
        seconds = ", ".join(f"{stage} {value:.1f} s" for stage, value in made.seconds.items())
        lines = {
            "Model": made.model_name,
            "Weights": made.weights_sha256,
            "Scan (sha256)": made.scan_sha256,
            "Preparation": made.preparation_digest,
            "adcore": made.adcore_version,
            "Made": made.created,
            "Time": seconds,
            "Threads": str(made.torch_threads),
        }
        st.markdown("  \n".join(f"**{name}** {value}" for name, value in lines.items()))
