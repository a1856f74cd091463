"""The answer at the reader's clinic: the choice of its prevalence, and predictive values under it."""

import streamlit as st

from adcore.analysis import Analysis
from adcore.answer.prevalence import EXAMPLE
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
from app.state.prevalence import own_prevalence


def show_prevalence_choice() -> None:
    """Let the reader set the share of impaired patients that leads the answer."""
    with st.popover("Change", type="tertiary", help="Set the share of impaired patients at your clinic"):
        prevalence_slider()
        st.caption("It then leads the answer, the report and the JSON. The category does not change.")


def show_predictive_values(analysis: Analysis) -> None:
    """Show the answer and the predictive values under the clinic's prevalence, or the example's where it has set none."""
    try:
        known = model()
    except AdcoreError as error:
        st.markdown(str(error))
        return
    own = own_prevalence()
    prevalence = own or EXAMPLE
    st.markdown("### Predictive values\n\n" + "  \n".join(natural_frequencies(analysis.prevalence_lines(own), known.card.label)))
    inputs = inputs_of(analysis.record)
    lines = value_lines(known.card, known.cases, inputs, prevalence)
    if lines:
        st.markdown(
            f"Where {percent(prevalence)} are impaired, given {INPUTS[inputs]}:\n\n" + "\n".join(f"- {line}" for line in lines)
        )
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
        lines.append(f"Of 100 patients classified as impaired {how}, about {_count(values.positive)} would be impaired.")
    if values.negative is not None:
        lines.append(f"Of 100 classified as unimpaired {how}, about {_count(values.negative)} would be unimpaired.")
    return lines


def _count(value: Interval) -> str:
    return f"**{100 * value.value:.0f}** ({100 * value.low:.0f} to {100 * value.high:.0f})"
