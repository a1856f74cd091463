"""The result of an analysis on the review page: the headline, and tabs with the answer, its explanation, the scan, the export."""

import html

import streamlit as st

from adcore.analysis import Analysis
from adcore.answer.wording import agreement, what_would_help, word_range
from adcore.case.clinical import ClinicalRecord
from adcore.model.card import ModelCard
from adcore.predict import Category, Prediction, inputs_of
from adcore.report.wording import HEADLINES, REFUSED, edge_note, natural_frequency, with_interval
from adcore.words import percent, points, points_range
from app.review.charts import attention_chart, branch_chart, top_slices
from app.review.checks import checks_in_brief, checks_table
from app.review.contributions import show_contributions
from app.review.export import show_export
from app.review.note import show_note
from app.review.prevalence import show_prevalence
from app.review.saliency import show_saliency
from app.review.volumes import show_volumes
from app.review.what_would_change import show_what_would_change
from app.shared.widgets import PLOT
from app.state.session import Session


def show_answer(analysis: Analysis, card: ModelCard, session: Session) -> None:
    """Show everything about one analysed case, headline first."""
    prediction = analysis.prediction
    if prediction is None:
        _refused(analysis)
        scan, export = st.tabs(["Scan", "Export"])
    else:
        _headline(prediction, card, analysis.record)
        answer, explanation, scan, export = st.tabs(["Answer", "Explanation", "Scan", "Export"])
        with answer:
            _answer(analysis, prediction, card)
            show_note(session)
        with explanation:
            _explanation(analysis)
    with scan:
        _scan(analysis)
    with export:
        show_export(analysis, session)


def range_sentence(category: Category, card: ModelCard, record: ClinicalRecord) -> str:
    """Which probabilities have this category with these inputs, by the card's conformal limits."""
    inputs = inputs_of(record)
    covered = word_range(category, card, inputs)
    if covered is None:
        return f"A category is given if the whole interval lies on one side of the threshold of {percent(card.threshold)}."
    stated = card.conformal[inputs].stated
    if category is Category.INCONCLUSIVE:
        return f"With these inputs, probabilities of {covered} are always inconclusive, at {percent(stated)} confidence."
    return f"With these inputs, this category covers probabilities of {covered}, at {percent(stated)} confidence."


def _headline(prediction: Prediction, card: ModelCard, record: ClinicalRecord) -> None:
    """The category, the probability with its interval, the same as a natural frequency, and what the category covers."""
    fused = prediction.fused
    st.html(
        '<section class="adcore-answer" aria-label="Result">'
        f"<h2>{HEADLINES[prediction.category]}</h2>"
        f'<p class="number">{points(fused.probability)}%'
        f"<small>probability of impairment; 90% interval {points_range(fused.low, fused.high)}</small></p>"
        f"<p>{natural_frequency(fused)}</p>"
        f'<p class="range">{range_sentence(prediction.category, card, record)}</p>'
        "</section>"
    )


def _answer(analysis: Analysis, prediction: Prediction, card: ModelCard) -> None:
    _list("Why the answer is inconclusive", tuple(map(str, prediction.reasons)))
    _list("What would help", what_would_help(card, prediction, analysis.record, analysis.prepared.checks))
    if prediction.without_mmse is None:
        st.markdown("MMSE is unknown and was not used for this answer.")
    else:
        with_mmse, without = st.columns(2)
        with_mmse.metric("With MMSE", with_interval(prediction.fused))
        without.metric("Without MMSE", with_interval(prediction.without_mmse))
    st.markdown("### Each branch alone")
    st.markdown(agreement(prediction))
    st.plotly_chart(branch_chart(prediction), config=PLOT, key="branches")
    if note := edge_note(prediction):
        st.markdown(note)
    if analysis.record.apoe_e4 is not None:
        st.caption(f"APOE e4 ({analysis.record.apoe_e4:g} alleles) is recorded and reported, but no branch reads it.")


def _explanation(analysis: Analysis) -> None:
    show_contributions(analysis)
    show_what_would_change(analysis)
    show_saliency(analysis)
    st.markdown("### Volumes compared with healthy adults")
    show_volumes(analysis)
    show_prevalence(analysis)


def _scan(analysis: Analysis) -> None:
    for warning in analysis.prepared.scan.warnings:
        st.markdown(f"Note: {warning}")
    if analysis.prediction is not None:
        y_mm = analysis.prepared.config.slices.y_mm
        st.markdown("### Attention by coronal slice")
        st.plotly_chart(attention_chart(analysis.prediction, y_mm), config=PLOT, key="attention")
        st.caption(top_slices(analysis.prediction, y_mm))
    st.markdown(f"### {checks_in_brief(analysis.prepared.checks)}")
    checks_table(analysis.prepared.checks)


def _list(title: str, sentences: tuple[str, ...]) -> None:
    if sentences:
        st.markdown(f"### {title}\n\n" + "\n".join(f"- {sentence}" for sentence in sentences))


def _refused(analysis: Analysis) -> None:
    sentences = "".join(f"<li>{html.escape(reason.sentence)}</li>" for reason in analysis.refusals)
    st.html(
        f'<section class="adcore-answer" aria-label="Result"><h2>{REFUSED}</h2>'
        "<p>The scan did not pass every quality check, so no probability is given. The viewer still shows the scan.</p>"
        f"<ul>{sentences}</ul></section>"
    )
