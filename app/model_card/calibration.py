"""Question 8: whether stated probabilities come true, and what staying inconclusive buys."""

import streamlit as st

from adcore.charts import ForestRow, coverage_chart, forest_chart, reliability_chart
from adcore.evaluation.cases.cases import FUSED, Cases
from adcore.evaluation.cases.classified import classify
from adcore.model.card import ModelCard
from adcore.model.card_schema import Coverage
from adcore.statistics.names import INPUTS
from adcore.words import percent
from app.model_card.wording import PLOT, interval, listed, not_known, origin
from app.shared.chart_row import chart_row


def show_calibration(card: ModelCard, cases: Cases) -> None:
    """Reliability of all together by inputs, with Brier and ECE."""
    known = [inputs for inputs in cases.inputs() if FUSED in cases.branches(inputs)]
    for column, inputs in zip(chart_row(len(known), "reliability"), known, strict=True):
        with column:
            st.markdown(f"**Given: {INPUTS[inputs]}**")
            labels, chances = classify(cases, inputs, FUSED, card.threshold).labelled()
            st.plotly_chart(reliability_chart(labels, chances), config=PLOT, key=f"card_reliability_{inputs}")
            metrics = card.metrics.get(inputs, {}).get(FUSED, {})
            st.caption(f"Brier score {interval(metrics.get('brier'))}; ECE {interval(metrics.get('ece'))}")
    st.caption(
        "All together, out of fold. On the dotted line, of 100 people who are told 70%, 70 are impaired. Numbers: people in the "
        "bin. ECE is the mean gap to the line; with so few people a perfect model would not reach 0 either."
    )


def show_coverage(card: ModelCard, cases: Cases) -> None:
    """The coverage-accuracy curve by inputs, and whether the conformal promise is kept."""
    known = [inputs for inputs in cases.inputs() if FUSED in cases.branches(inputs)]
    for column, inputs in zip(chart_row(len(known), "coverage"), known, strict=True):
        with column:
            st.markdown(f"**Given: {INPUTS[inputs]}**")
            labels, chances = classify(cases, inputs, FUSED, card.threshold).labelled()
            chart = coverage_chart(labels, chances, card.threshold, _decided(card.coverage.get(inputs)))
            st.plotly_chart(chart, config=PLOT, key=f"card_coverage_{inputs}")
    st.caption("Deciding only the surest people: how many are decided, and how often rightly. The rest would be *inconclusive*.")
    if not card.coverage:
        not_known(
            "A promise on how often the true answer stays possible (conformal prediction): not measured yet. Until then an "
            "answer is inconclusive where its 90% interval includes the threshold, the branches disagree, or the age "
            "lies outside training."
        )
        return
    promised = {inputs: card.coverage[inputs] for inputs in INPUTS if inputs in card.coverage}
    rows = [
        ForestRow(name, part.value, part.low, part.high, INPUTS[inputs])
        for inputs, one in promised.items()
        for name, part in (("everyone", one.overall), ("impaired", one.impaired), ("unimpaired", one.unimpaired))
    ]
    stated = next(iter(promised.values())).stated
    st.markdown(f"**Share of people whose true answer stays possible; promised: {percent(stated)}**")
    st.plotly_chart(forest_chart(rows, "Share of people", stated), config=PLOT, key="card_promise")
    listed("Who gets an answer", [f"Given {INPUTS[inputs]}: {_sentence(one)}" for inputs, one in promised.items()])
    origin(card, "coverage")
    origin(card, "conformal")


def _decided(coverage: Coverage | None) -> tuple[float, float] | None:
    if coverage is None or coverage.accuracy_decided is None:
        return None
    return coverage.decided.value, coverage.accuracy_decided.value


def _sentence(one: Coverage) -> str:
    right = f"{percent(one.accuracy_decided.value)} of them rightly" if one.accuracy_decided else "none of them to count"
    neither = f", for {one.neither} neither" if one.neither else ""
    given = f"{percent(one.decided.value)} of {one.participants} people get an answer, {right}"
    return f"{given}; for {one.both} both answers stay possible{neither}."
