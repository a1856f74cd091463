"""The answer at the reader's clinic: the probability under another prevalence, and predictive values."""

import streamlit as st

from adcore.analysis import Analysis
from adcore.errors import AdcoreError
from adcore.evaluation.card.facts import PredictiveValues, decided_answers, values_at_prevalence
from adcore.evaluation.cases.cases import FUSED, Cases
from adcore.evaluation.cases.classified import classify
from adcore.model.card import ModelCard
from adcore.predict import inputs_of
from adcore.report.wording import natural_frequencies
from adcore.statistics.intervals import Interval
from adcore.statistics.names import INPUTS
from adcore.words import percent
from app.shared.model import model
from app.shared.widgets import prevalence_slider


def show_prevalence(analysis: Analysis) -> None:
    """Show a slider for the prevalence, and the answer under it; folded, since the answer does not depend on it."""
    if analysis.prediction is None:
        return
    with st.expander("At your clinic: predictive values"):
        try:
            known = model()
        except AdcoreError as error:
            st.markdown(str(error))
            return
        prevalence = prevalence_slider()
        for sentence in natural_frequencies(analysis.prevalence_lines(prevalence)):
            st.markdown(sentence)
        st.caption(
            "Once the slider is moved, this share leads the answer, the report and the JSON. The category does not change."
        )
        inputs = inputs_of(analysis.record)
        lines = value_lines(known.card, known.cases, inputs, prevalence)
        if lines:
            st.markdown(f"**Predictive values, given {INPUTS[inputs]}**\n\n" + "\n".join(f"- {line}" for line in lines))
            st.caption(
                "By Bayes' theorem from out-of-fold sensitivity and specificity and the ends of their 95% intervals. Valid only "
                "if impaired and unimpaired patients resemble those of the cohort, which data from one site can't guarantee."
            )


def value_lines(card: ModelCard, cases: Cases, inputs: str, prevalence: float) -> list[str]:
    """Natural frequencies: all patients classified by the threshold, then only those given a category; empty if not measured."""
    metrics = card.metrics.get(inputs, {}).get(FUSED)
    lines = []
    if metrics is not None:
        sensitivity, specificity = (Interval(**metrics[name].model_dump()) for name in ("sensitivity", "specificity"))
        lines += _frequencies(
            values_at_prevalence(sensitivity, specificity, prevalence), f"at the threshold of {percent(card.threshold)}"
        )
    if inputs in cases.inputs():
        decided = decided_answers(classify(cases, inputs, FUSED, card.threshold))
        if decided is not None and decided.decided:
            verbal = f"given a category ({decided.decided} of {decided.participants} participants were)"
            lines += _frequencies(decided.at_prevalence(prevalence), verbal)
    return lines


def _frequencies(values: PredictiveValues, how: str) -> list[str]:
    lines = []
    if values.positive is not None:
        lines.append(
            f"Of 100 patients classified as impaired in your clinic {how}, about {_count(values.positive)} would be impaired."
        )
    if values.negative is not None:
        lines.append(f"Of 100 classified as unimpaired {how}, about {_count(values.negative)} would be unimpaired.")
    return lines


def _count(value: Interval) -> str:
    return f"**{100 * value.value:.0f}** ({100 * value.low:.0f} to {100 * value.high:.0f})"
