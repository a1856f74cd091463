"""Section 8, calibration and abstention: whether probabilities are reliable, and what inconclusive answers gain."""

from collections.abc import Iterator

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from adcore.charts import ForestRow, coverage_chart, forest_chart, forest_in_words, reliability_chart
from adcore.evaluation.cases.cases import FUSED, Cases
from adcore.evaluation.cases.classified import classify
from adcore.model.calibration import NO_SCAN
from adcore.model.card import ModelCard
from adcore.model.card_schema import Coverage, MetricInterval
from adcore.statistics.metrics import Chances, Labels
from adcore.statistics.names import BRANCHES, INPUTS
from adcore.words import percent, percent_interval
from app.model_card.wording import interval, listed, not_known, origin
from app.shared.widgets import chart_row, show_chart


def show_calibration(card: ModelCard, cases: Cases) -> None:
    """Show the reliability of the fused probability for each set of inputs, with Brier score and ECE."""
    for column, inputs, labels, chances in _columns(card, cases, "reliability"):
        with column:
            told = f"Reliability given {INPUTS[inputs]}: the observed share of impaired participants over the predicted one."
            show_chart(reliability_chart(labels, chances), f"card_reliability_{inputs}", told)
            metrics = card.metrics.get(inputs, {}).get(FUSED, {})
            st.caption(
                f"Brier score {interval(metrics.get('brier'))}; log loss {interval(metrics.get('log_loss'))}; "
                f"ECE {interval(metrics.get('ece'))}{_recalibration(card, inputs)}"
            )
    listed("Silent: no probability is given", [_silent(name, why) for name, why in card.silent.items()])
    st.caption(
        "Fused probability, out of fold. On the dotted line, 70 of 100 participants given 70% are impaired. Numbers: "
        "participants per bin. ECE is the mean gap to the line; with so few participants, even a perfect model would not reach 0."
    )
    origin(card, "reliability")


def show_coverage(card: ModelCard, cases: Cases) -> None:
    """Show accuracy by share of participants decided, and whether the conformal coverage is kept."""
    for column, inputs, labels, chances in _columns(card, cases, "coverage"):
        with column:
            chart = coverage_chart(labels, chances, card.threshold, _decided(card.coverage.get(inputs)))
            show_chart(chart, f"card_coverage_{inputs}", f"Accuracy over the share decided, given {INPUTS[inputs]}.")
    st.caption("Accuracy if only the most confident predictions are decided; the rest would be *inconclusive*.")
    if not card.coverage:
        not_known(
            "How often the true class stays possible (conformal prediction): not measured for this version. Its answers are "
            "inconclusive if the 90% interval includes the threshold, the branches disagree, or the age lies outside "
            "the training range."
        )
        return
    covered = {inputs: card.coverage[inputs] for inputs in INPUTS if inputs in card.coverage}
    rows = [
        ForestRow(name, share.value, share.low, share.high, INPUTS[inputs])
        for inputs, one in covered.items()
        for name, share in (("all participants", one.overall), ("impaired", one.impaired), ("unimpaired", one.unimpaired))
    ]
    stated = next(iter(covered.values())).stated
    st.markdown(f"**Share of participants whose true class stays possible; nominal coverage {percent(stated)}**")
    title = "Share of participants"
    show_chart(forest_chart(rows, title, stated), "card_conformal", forest_in_words(rows, title))
    origin(card, "coverage")
    origin(card, "conformal")
    _verbal(card)
    _words_at_prevalence(card)


def _columns(card: ModelCard, cases: Cases, key: str) -> Iterator[tuple[DeltaGenerator, str, Labels, Chances]]:
    """Headed columns beside each other, one for each set of inputs with its name and the fused answers."""
    known = [inputs for inputs in cases.inputs() if FUSED in cases.branches(inputs)]
    for column, inputs in zip(chart_row(len(known), key), known, strict=True):
        column.markdown(f"**Given: {INPUTS[inputs]}**")
        yield (column, inputs, *classify(cases, inputs, FUSED, card.threshold).labelled())


def _decided(coverage: Coverage | None) -> tuple[float, float] | None:
    if coverage is None or coverage.accuracy_decided is None:
        return None
    return coverage.decided.value, coverage.accuracy_decided.value


def _silent(name: str, why: str) -> str:
    inputs, branch = name.rsplit("_", 1)
    return f"{BRANCHES.get(branch, branch)}, given {INPUTS.get(inputs, inputs)}. {why}"


def _recalibration(card: ModelCard, inputs: str) -> str:
    """The fused probability's chance level, slope and intercept; empty on older cards."""
    found = card.reliability.get(inputs, {}).get(FUSED)
    if found is None:
        return ""
    return (
        f", by chance alone {interval(found.ece_by_chance)}; slope {interval(found.slope)}, intercept {interval(found.intercept)}"
    )


def _verbal(card: ModelCard) -> None:
    """How many participants get a verbal answer from the product, and how many of these are right."""
    known = [inputs for inputs in INPUTS if inputs in card.verbal_answers]
    listed("Verbal answers as the product gives them", [f"Given {INPUTS[name]}: {verbal_sentence(card, name)}" for name in known])
    origin(card, "verbal_answers")


def verbal_sentence(card: ModelCard, inputs: str) -> str:
    """'109 of 158 participants get a verbal answer (69%), 95 of these are right (87%, 80 to 92%).'"""
    found = card.verbal_answers[inputs]
    right = found.impaired_right + found.unimpaired_right
    given = right + found.impaired_wrong + found.unimpaired_wrong
    if found.right is None:
        return f"none of {found.participants} participants gets a verbal answer."
    missed = f"{found.unimpaired_wrong} impaired called likely unimpaired, {found.impaired_wrong} others likely impaired"
    return (
        f"{given} of {found.participants} participants get a verbal answer ({percent(found.given.value)}), {right} of these are "
        f"right ({percent_interval(found.right.value, found.right.low, found.right.high)}); {missed}."
    )


def _words_at_prevalence(card: ModelCard) -> None:
    """What the verbal answers mean at several prevalences, for the inputs with a scan."""
    rows = [
        {
            "Inputs": INPUTS.get(inputs, inputs),
            "Impaired among patients": percent(one.prevalence),
            "Get a verbal answer": percent(one.given.value),
            "Impaired if called likely impaired": _share(one.impaired_right),
            "Unimpaired if called likely unimpaired": _share(one.unimpaired_right),
            "True class stays possible": _share(one.coverage),
            "The same by limits weighted for the prevalence": _share(one.weighted_coverage),
            "And of these among the impaired": _share(one.weighted_coverage_impaired),
        }
        for inputs, found in card.words_at_prevalence.items()
        if not inputs.startswith(NO_SCAN)
        for one in found
    ]
    if not rows:
        return
    st.markdown("**What the verbal answers mean where fewer patients are impaired**")
    st.dataframe(pd.DataFrame(rows).set_index(["Inputs", "Impaired among patients"]), width="stretch")
    origin(card, "words_at_prevalence")


def _share(found: MetricInterval | None) -> str:
    return "none" if found is None else percent_interval(found.value, found.low, found.high)
