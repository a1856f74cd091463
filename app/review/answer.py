"""The answer in words and numbers, what it rests on, the scan it was made of, and what to take along."""

import html

import streamlit as st

from adcore.analysis import Analysis
from adcore.answer.wording import agreement, what_would_help
from adcore.model.card import ModelCard
from adcore.predict import Prediction
from adcore.report.wording import with_interval
from app.review.charts import attention_chart, branch_chart, top_planes
from app.review.checks import checks_in_brief, checks_table
from app.review.contributions import show_contributions
from app.review.export import show_export
from app.review.headline import show_headline
from app.review.note import show_note
from app.review.prevalence import show_prevalence
from app.review.quality import show_quality
from app.review.regions import show_regions
from app.review.volumes import saliency_sentences, show_volumes
from app.review.what_would_change import show_what_would_change
from app.state.session import Session

PLOT = {"displayModeBar": False}


def show_answer(analysis: Analysis, card: ModelCard, session: Session) -> None:
    """Everything the page says of one analysed case, headline first."""
    prediction = analysis.prediction
    if prediction is None:
        _refused(analysis)
        scan, along = st.tabs(["The scan", "Take along"])
    else:
        show_headline(prediction, card, analysis.record)
        answer, basis, scan, along = st.tabs(["Answer", "What it rests on", "The scan", "Take along"])
        with answer:
            _answer(analysis, prediction, card)
            show_note(session)
        with basis:
            _saliency(analysis, prediction)
    with scan:
        _scan(analysis)
    with along:
        _provenance(analysis)
        show_export(analysis, session)


def _answer(analysis: Analysis, prediction: Prediction, card: ModelCard) -> None:
    _list("Why no verbal answer is given", tuple(map(str, prediction.reasons)))
    _list("What would help", what_would_help(card, prediction, analysis.record, analysis.prepared.checks))
    if prediction.without_mmse is None:
        st.markdown("MMSE is unknown, so it plays no part in this answer.")
    else:
        with_mmse, without = st.columns(2)
        with_mmse.metric("With MMSE", with_interval(prediction.fused))
        without.metric("Without MMSE", with_interval(prediction.without_mmse))
    st.markdown("### What each part says by itself")
    st.markdown(agreement(prediction))
    st.plotly_chart(branch_chart(prediction), config=PLOT, key="branches")
    if analysis.record.apoe_e4 is not None:
        st.caption(f"APOE e4 ({analysis.record.apoe_e4:g} alleles) is recorded and reported; no part of this answer read it.")


def _saliency(analysis: Analysis, prediction: Prediction) -> None:
    show_contributions(analysis)
    show_what_would_change(analysis)
    if analysis.explanation is not None:
        st.markdown("### Where each network's evidence for impairment lies")
        show_quality(analysis.explanation.quality)
        st.markdown(saliency_sentences(analysis.explanation))
        show_regions(analysis)
    st.markdown("### Volumes beside healthy adults")
    show_volumes(analysis)
    show_prevalence(analysis)


def _scan(analysis: Analysis) -> None:
    for warning in analysis.prepared.scan.warnings:
        st.markdown(f"Note: {warning}")
    if analysis.prediction is not None:
        y_mm = analysis.prepared.config.slices.y_mm
        st.markdown("### Attention by coronal plane")
        st.plotly_chart(attention_chart(analysis.prediction, y_mm), config=PLOT, key="attention")
        st.caption(top_planes(analysis.prediction, y_mm))
    st.markdown(f"### {checks_in_brief(analysis.prepared.checks)}")
    checks_table(analysis.prepared.checks)


def _list(title: str, sentences: tuple[str, ...]) -> None:
    if sentences:
        st.markdown(f"### {title}\n\n" + "\n".join(f"- {sentence}" for sentence in sentences))


def _refused(analysis: Analysis) -> None:
    sentences = "".join(f"<li>{html.escape(reason.sentence)}</li>" for reason in analysis.refusals)
    st.html(
        '<section class="adcore-answer" aria-label="Result"><h2>No probability for this scan</h2>'
        f"<p>The scan is not fit to be judged, so no number is shown. The viewer shows it as it is.</p><ul>{sentences}</ul>"
        "</section>"
    )


def _provenance(analysis: Analysis) -> None:
    made = analysis.provenance
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
    with st.expander("Provenance"):
        st.markdown("  \n".join(f"**{name}** {value}" for name, value in lines.items()))
