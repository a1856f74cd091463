"""The answer's headline: the word and what it covers, the probability with its interval, and the same as a count of people."""

import streamlit as st

from adcore.answer.wording import word_range
from adcore.case.clinical import ClinicalRecord
from adcore.model.card import ModelCard
from adcore.predict import Category, Prediction, inputs_of
from adcore.report.wording import HEADLINES, natural_frequency
from adcore.words import percent, points, points_range


def show_headline(prediction: Prediction, card: ModelCard, record: ClinicalRecord) -> None:
    """Show it."""
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


def range_sentence(category: Category, card: ModelCard, record: ClinicalRecord) -> str:
    """Which probabilities carry this word with these inputs, from the card's limits."""
    inputs = inputs_of(record)
    covered = word_range(category, card, inputs)
    if covered is None:
        return f"A word is given where the whole interval lies on one side of the threshold of {percent(card.threshold)}."
    stated = card.conformal[inputs].stated
    if category is Category.INCONCLUSIVE:
        return f"At {percent(stated)} confidence, probabilities of {covered} are always inconclusive with what is known here."
    return f"At {percent(stated)} confidence, this word is given to probabilities of {covered} with what is known here."
