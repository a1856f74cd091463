"""The result of an analysis on the review page: the headline, and tabs with the answer, its explanation, the scan, the export."""

import html

import streamlit as st

from adcore.analysis import Analysis
from adcore.answer.wording import agreement, what_would_help, word_range
from adcore.case.clinical import ClinicalRecord
from adcore.model.card import ModelCard
from adcore.predict import Prediction, inputs_of
from adcore.report.wording import HEADLINES, PREVALENCE_UNKNOWN, edge_note, refusal_texts, silent_notes, with_interval
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
from app.state.prevalence import own_prevalence
from app.state.session import Session


def show_answer(analysis: Analysis, card: ModelCard, session: Session) -> None:
    """Show everything about one analysed case, headline first."""
    prediction = analysis.prediction
    if prediction is None:
        _refused(analysis)
        scan, export = st.tabs(["Scan", "Export"])
    else:
        _headline(analysis, prediction, card)
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


def range_sentence(prediction: Prediction, card: ModelCard, record: ClinicalRecord) -> str:
    """Why the answer is inconclusive, or which probabilities have its category with these inputs by the card's limits."""
    if prediction.reasons:
        return prediction.reasons[0].sentence
    category = prediction.category
    inputs = inputs_of(record)
    covered = word_range(category, card, inputs)
    if covered is None:
        return f"A category is given if the whole interval lies on one side of the threshold of {percent(card.threshold)}."
    assumed = "" if card.impaired_share is None else f" (where {percent(card.impaired_share)} are impaired, as in training)"
    stated = percent(card.conformal[inputs].stated)
    return f"With these inputs, this category covers probabilities of {covered}{assumed}, at {stated} confidence."


def _headline(analysis: Analysis, prediction: Prediction, card: ModelCard) -> None:
    """The category, the probability with its interval, natural frequencies by prevalence, and what the category rests on."""
    fused, lines = prediction.fused, analysis.prevalence_lines(own_prevalence())
    if lines:
        number, reach, where = lines[0].points, lines[0].range, f" {lines[0].where}"
    else:
        number, reach, where = points(fused.probability), points_range(fused.low, fused.high).removesuffix("%"), ""
    beside = "".join(f"<p><b>{line.points} of 100</b> ({line.range}) {line.where}</p>" for line in lines)
    label = "Impaired (CDR above 0) of 100 people like this"
    st.html(
        '<section class="adcore-answer" aria-label="Result">'
        f"<h2>{HEADLINES[prediction.category]}</h2>"
        f'<p class="number">{number}%<small>probability of impairment{where}; 90% interval {reach}%</small></p>'
        f'<div class="prevalences" role="group" aria-label="{label}">{beside or PREVALENCE_UNKNOWN}</div>'
        f'<p class="range">{range_sentence(prediction, card, analysis.record)}</p>'
        "</section>"
    )


def _answer(analysis: Analysis, prediction: Prediction, card: ModelCard) -> None:
    _list("Why the answer is inconclusive", tuple(map(str, prediction.reasons)))
    _list("Beside the answer", tuple(map(str, prediction.notes)))
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
    for note in filter(None, (edge_note(prediction), *silent_notes(prediction))):
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
    if analysis.prediction is None and analysis.volumes:
        st.markdown("### Volumes compared with healthy adults")
        show_volumes(analysis)
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
    headline, sentence = refusal_texts(analysis)
    sentences = "".join(f"<li>{html.escape(reason.sentence)}</li>" for reason in analysis.refusals)
    st.html(
        f'<section class="adcore-answer" aria-label="Result"><h2>{headline}</h2>'
        f"<p>{sentence} The viewer still shows the scan.</p>"
        f"<ul>{sentences}</ul></section>"
    )
