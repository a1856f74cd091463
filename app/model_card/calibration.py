"""Section 8, calibration and abstention: whether probabilities are reliable, and what inconclusive answers gain."""

from collections.abc import Iterator

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from adcore.charts import ForestRow, coverage_chart, forest_chart, reliability_chart
from adcore.evaluation.cases.cases import FUSED, Cases
from adcore.evaluation.cases.classified import classify
from adcore.model.card import ModelCard
from adcore.model.card_schema import Coverage
from adcore.statistics.metrics import Chances, Labels
from adcore.statistics.names import BRANCHES, INPUTS
from adcore.words import percent
from app.model_card.wording import interval, listed, not_known, origin
from app.shared.widgets import PLOT, chart_row


def show_calibration(card: ModelCard, cases: Cases) -> None:
    """Show the reliability of the fused probability for each set of inputs, with Brier score and ECE."""
    for column, inputs, labels, chances in _columns(card, cases, "reliability"):
        with column:
            st.plotly_chart(reliability_chart(labels, chances), config=PLOT, key=f"card_reliability_{inputs}")
            metrics = card.metrics.get(inputs, {}).get(FUSED, {})
            st.caption(f"Brier score {interval(metrics.get('brier'))}; ECE {interval(metrics.get('ece'))}")
    listed("Silent: no probability is given", [_silent(name, why) for name, why in card.silent.items()])
    st.caption(
        "Fused probability, out of fold. On the dotted line, 70 of 100 participants given 70% are impaired. Numbers: "
        "participants per bin. ECE is the mean gap to the line; with so few participants, even a perfect model would not reach 0."
    )


def show_coverage(card: ModelCard, cases: Cases) -> None:
    """Show accuracy by share of participants decided, and whether the conformal coverage is kept."""
    for column, inputs, labels, chances in _columns(card, cases, "coverage"):
        with column:
            chart = coverage_chart(labels, chances, card.threshold, _decided(card.coverage.get(inputs)))
            st.plotly_chart(chart, config=PLOT, key=f"card_coverage_{inputs}")
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
    st.plotly_chart(forest_chart(rows, "Share of participants", stated), config=PLOT, key="card_conformal")
    listed("Participants with an answer", [f"Given {INPUTS[inputs]}: {_sentence(one)}" for inputs, one in covered.items()])
    origin(card, "coverage")
    origin(card, "conformal")


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


def _sentence(one: Coverage) -> str:
    correct = f"{percent(one.accuracy_decided.value)} of these correct" if one.accuracy_decided else "too few to measure accuracy"
    neither = f", for {one.neither} neither" if one.neither else ""
    given = f"{percent(one.decided.value)} of {one.participants} participants get an answer, {correct}"
    return f"{given}; for {one.both} both classes stay possible{neither}."


def _silent(name: str, why: str) -> str:
    inputs, branch = name.rsplit("_", 1)
    return f"{BRANCHES.get(branch, branch)}, given {INPUTS.get(inputs, inputs)}. {why}"
