"""Everything behind an answer that the first look does not need, folded: reasons, inputs, maps, volumes, scan, provenance."""

import streamlit as st

from adcore.analysis import Analysis
from adcore.answer.wording import agreement, word_range
from adcore.case.clinical import ClinicalRecord
from adcore.model.card import ModelCard
from adcore.predict import Prediction, inputs_of
from adcore.report.wording import edge_note, mmse_note, silent_notes, with_interval
from adcore.words import percent
from app.review.charts import attention_chart, top_slices
from app.review.checks import checks_in_brief, checks_table
from app.review.contributions import show_contributions
from app.review.export import show_provenance
from app.review.other_structures import show_other_structures
from app.review.prevalence import show_predictive_values
from app.review.saliency import show_saliency
from app.review.volumes import show_volumes
from app.review.what_would_change import show_what_would_change
from app.shared.fields import recorded_in_words
from app.shared.widgets import show_chart
from app.state.session import Session

SECTIONS = ("Answer", "Inputs", "Saliency", "Volumes", "Scan")


def show_for_researchers(analysis: Analysis, card: ModelCard, session: Session) -> None:
    """Show the folded part: one tab a section, without those that need a prediction where there is none."""
    prediction = analysis.prediction
    with st.expander("For researchers"):
        if prediction is None:
            _scan(analysis)
            show_volumes(analysis)
            return
        answer, inputs, maps, volumes, scan = st.tabs(SECTIONS)
        with answer:
            _answer(analysis, prediction, card)
        with inputs:
            show_contributions(analysis)
            show_what_would_change(analysis)
        with maps:
            show_saliency(analysis, card, session)
            _attention(analysis, prediction)
        with volumes:
            show_volumes(analysis)
            show_other_structures(analysis, session)
        with scan:
            _scan(analysis)


def range_sentence(prediction: Prediction, card: ModelCard, record: ClinicalRecord) -> str:
    """Which probabilities have the answer's category with these inputs, by the card's limits."""
    inputs = inputs_of(record)
    covered = word_range(prediction.category, card, inputs)
    if covered is None:
        return f"A category is given if the whole interval lies on one side of the threshold of {percent(card.threshold)}."
    assumed = "" if card.impaired_share is None else f" (where {percent(card.impaired_share)} are impaired, as in training)"
    stated = percent(card.conformal[inputs].stated)
    return f"With these inputs, this category covers probabilities of {covered}{assumed}, at {stated} confidence."


def _answer(analysis: Analysis, prediction: Prediction, card: ModelCard) -> None:
    reasons = tuple(map(str, prediction.reasons)) or (range_sentence(prediction, card, analysis.record),)
    notes = (agreement(prediction), edge_note(prediction), *silent_notes(prediction), *_unread(analysis.record))
    st.markdown("\n".join(f"- {sentence}" for sentence in (*reasons, *notes) if sentence))
    if prediction.without_mmse is None:
        st.markdown("MMSE is unknown and was not used for this answer.")
    else:
        with_mmse, without = st.columns(2)
        with_mmse.metric("With MMSE", with_interval(prediction.fused))
        without.metric("Without MMSE", with_interval(prediction.without_mmse))
        st.caption(mmse_note(analysis.record))
    show_predictive_values(analysis)


def _unread(record: ClinicalRecord) -> tuple[str, ...]:
    return (f"Recorded and reported, but no branch reads it: {recorded_in_words(record)}.",) if record.recorded else ()


def _attention(analysis: Analysis, prediction: Prediction) -> None:
    y_mm = analysis.prepared.config.slices.y_mm
    st.markdown("### Attention by coronal slice")
    show_chart(attention_chart(prediction, y_mm), "attention", top_slices(prediction, y_mm))
    st.caption(top_slices(prediction, y_mm))


def _scan(analysis: Analysis) -> None:
    for warning in analysis.prepared.scan.warnings:
        st.markdown(f"Note: {warning}")
    st.markdown(f"### {checks_in_brief(analysis.prepared.checks)}")
    checks_table(analysis.prepared.checks)
    show_provenance(analysis)
