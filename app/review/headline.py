"""The top of an answered case: category, probability with the prevalence it assumes, and what it rests on in one line."""

import html

import streamlit as st

from adcore.analysis import Analysis
from adcore.answer.brief import in_brief
from adcore.answer.prevalence import PrevalenceLine
from adcore.predict import Prediction
from adcore.report.wording import HEADLINES, PREVALENCE_UNKNOWN, refusal_texts, with_interval
from app.review.prevalence import show_prevalence_choice
from app.state.prevalence import own_prevalence


def show_headline(analysis: Analysis) -> None:
    """Show the answer, or why there is none."""
    if analysis.prediction is None:
        st.html(_refusal(analysis))
        return
    lines = analysis.prevalence_lines(own_prevalence())
    st.html(headline_html(analysis.prediction, lines[0] if lines else None))
    with st.container(horizontal=True, vertical_alignment="center", key="prevalences", gap="small"):
        others = " · ".join(f"<b>{line.percent}</b> {line.where}" for line in lines[1:]) or PREVALENCE_UNKNOWN
        st.html(f'<p class="adcore-other">{others}</p>', width="content")
        show_prevalence_choice()


def headline_html(prediction: Prediction, line: PrevalenceLine | None) -> str:
    """Category, probability and what it rests on.

    Args:
        line: the probability with the prevalence that it assumes; None where the card does not say.
    """
    stated, where = (with_interval(prediction.fused), "") if line is None else (line.percent, f", {line.where}")
    number, interval = stated.split(" ", 1)
    return (
        '<section class="adcore-answer" aria-label="Result">'
        f"<h2>{HEADLINES[prediction.category]}</h2>"
        f'<p class="number">{number}<small>{interval} probability of {html.escape(prediction.label.outcome)}{where}</small></p>'
        f'<p class="reason">{html.escape(in_brief(prediction))}</p></section>'
    )


def _refusal(analysis: Analysis) -> str:
    headline, sentence = refusal_texts(analysis)
    sentences = "".join(f"<li>{html.escape(reason.sentence)}</li>" for reason in analysis.refusals)
    return (
        f'<section class="adcore-answer" aria-label="Result"><h2>{headline}</h2>'
        f"<p>{sentence} The viewer still shows the scan.</p>"
        f"<ul>{sentences}</ul></section>"
    )
