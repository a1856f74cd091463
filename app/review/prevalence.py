"""What the answer is worth at the reader's clinic: predictive values, and the probability before other prior odds."""

import streamlit as st

from adcore.analysis import Analysis
from adcore.errors import AdcoreError
from adcore.evaluation.card.facts import PredictiveValues, decided_answers, values_at_prevalence
from adcore.evaluation.cases.cases import FUSED, Cases
from adcore.evaluation.cases.classified import classify
from adcore.model.calibration import at_prevalence
from adcore.model.card import ModelCard
from adcore.predict import Prediction, inputs_of
from adcore.report.wording import with_interval
from adcore.statistics.intervals import Interval
from adcore.statistics.names import INPUTS
from adcore.words import percent
from app.model import model
from app.shared.prevalence_slider import prevalence_slider


def show_prevalence(analysis: Analysis) -> None:
    """A slider, and what it makes of the answer; folded, since the answer itself stands without it."""
    if analysis.prediction is None:
        return
    with st.expander("At your clinic: how often such answers would be right"):
        try:
            known = model()
        except AdcoreError as error:
            st.markdown(str(error))
            return
        prevalence = prevalence_slider()
        st.markdown(prior_sentence(analysis.prediction, known.card, prevalence))
        inputs = inputs_of(analysis.record)
        lines = value_lines(known.card, known.cases, inputs, prevalence)
        if lines:
            st.markdown(f"**Of the people called so, given {INPUTS[inputs]}**\n\n" + "\n".join(f"- {line}" for line in lines))
            st.caption(
                "By Bayes from sensitivity and specificity out of fold, with the ends of their 95% intervals. It holds only "
                "where impaired and unimpaired people are like those of the cohort, which one site's data can't promise."
            )


def prior_sentence(prediction: Prediction, card: ModelCard, prevalence: float) -> str:
    """The shown probability with the share it assumes, and the same evidence before the clinic's."""
    trained = card.impaired_share
    if trained is None:
        return "The card does not say how many of the people trained on are impaired, so the probability can't be moved."
    impaired, participants = card.data["impaired_participants"], card.data["labelled_participants"]
    moved = at_prevalence(prediction.fused, trained, prevalence)
    return (
        f"The probability shown, {with_interval(prediction.fused)}, assumes that {percent(trained)} of the people seen are "
        f"impaired, as {impaired} of {participants} were in training. **Re-weighted for {percent(prevalence)}, "
        "the same evidence gives "
        f"{with_interval(moved)}.** The category above stays that of the probability shown."
    )


def value_lines(card: ModelCard, cases: Cases, inputs: str, prevalence: float) -> list[str]:
    """Natural frequencies: everyone called by the threshold, then verbal answers alone; empty where nothing was measured."""
    metrics = card.metrics.get(inputs, {}).get(FUSED)
    lines = []
    if metrics is not None:
        found, spared = (Interval(**metrics[name].model_dump()) for name in ("sensitivity", "specificity"))
        lines += _frequencies(values_at_prevalence(found, spared, prevalence), f"at the threshold of {percent(card.threshold)}")
    if inputs in cases.inputs():
        decided = decided_answers(classify(cases, inputs, FUSED, card.threshold))
        if decided is not None:
            verbal = f"given a verbal answer ({decided.decided} of {decided.participants} were)"
            lines += _frequencies(decided.at_prevalence(prevalence), verbal)
    return lines


def _frequencies(values: PredictiveValues, how: str) -> list[str]:
    lines = []
    if values.positive is not None:
        lines.append(f"Of 100 people called impaired in your clinic, {how}, about {_count(values.positive)} would be.")
    if values.negative is not None:
        lines.append(f"Of 100 called unimpaired, {how}, about {_count(values.negative)} would be unimpaired.")
    return lines


def _count(value: Interval) -> str:
    return f"**{100 * value.value:.0f}** ({100 * value.low:.0f} to {100 * value.high:.0f})"
