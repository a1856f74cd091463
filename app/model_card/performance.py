"""Section 7: performance beside simple models, the threshold, and predictive values at the reader's prevalence."""

import pandas as pd
import streamlit as st

from adcore.charts import (
    ForestRow,
    confusion_chart,
    confusion_in_words,
    forest_chart,
    forest_in_words,
    precision_recall_chart,
    roc_chart,
)
from adcore.evaluation.card.facts import baselines_beside, predictive_values, values_at_prevalence
from adcore.evaluation.cases.cases import FUSED, Cases
from adcore.evaluation.cases.classified import classify
from adcore.model.card import ModelCard
from adcore.model.card_schema import Comparison, MetricInterval
from adcore.statistics.intervals import Interval
from adcore.statistics.metrics import Confusion
from adcore.statistics.names import BRANCHES, INPUTS
from adcore.words import interval as in_words
from adcore.words import percent, percent_interval
from app.model_card.charts import prevalence_chart
from app.model_card.scan_worth import show_decision_curves, show_kept_aside, show_scan_worth
from app.model_card.wording import CHANCE, MEASURES, interval, not_known, origin, table
from app.shared.widgets import chart_row, prevalence_slider, show_chart
from app.state.keys import CARD_BRANCH_KEY, CARD_INPUTS_KEY, CARD_MEASURE_KEY

RIVALS = BRANCHES | {"sum": "a sum of one evidence a branch"}
"""What the fusion is compared with; everything else is a logistic regression."""


def show_performance(card: ModelCard, cases: Cases) -> None:
    """Show every metric by inputs and branch beside the baselines, then curves, predictive values, comparisons and repeats."""
    if not card.metrics:
        not_known("How well it performs: this card holds no metric.")
        return
    _forests(card)
    _curves(card, cases)
    _at_the_clinic(card)
    _comparisons(card)
    show_scan_worth(card)
    show_decision_curves(card)
    _repeats(card)
    show_kept_aside(card)


def _forests(card: ModelCard) -> None:
    chooser, _ = st.columns([1, 2], gap="medium")
    measure = chooser.selectbox("Metric", list(MEASURES), format_func=MEASURES.__getitem__, key=CARD_MEASURE_KEY)
    known = [inputs for inputs in INPUTS if inputs in card.metrics]
    for column, inputs in zip(chart_row(len(known), "forests"), known, strict=True):
        with column:
            st.markdown(f"**Given: {INPUTS[inputs]}**")
            rows = [
                _row(BRANCHES[branch], card.metrics[inputs][branch][measure])
                for branch in BRANCHES
                if branch in card.metrics[inputs]
            ]
            rows += [_row(name, card.baselines[name][measure], main=False) for name in baselines_beside(card, inputs)]
            chart = forest_chart(rows, MEASURES[measure], CHANCE.get(measure), (0, 1))
            show_chart(chart, f"card_{inputs}", forest_in_words(rows, MEASURES[measure]))
    st.caption(f"Filled: this model. Hollow: logistic regression on the same folds. {card.metrics_origin}")
    _structures(card)
    table("All metrics with their intervals", _all_metrics(card))


def _structures(card: ModelCard) -> None:
    """The simple model that the networks stand beside, as a formula."""
    if card.structures is None:
        return
    terms = " ".join(f"{slope:+.2f} × {name}" for name, slope in card.structures.coefficients.items())
    st.markdown(
        f"**Structures, the simple model to stand beside the networks**: log-odds = {card.structures.intercept:.2f} {terms}, "
        "before calibration. Each is the share of the slices that the structure fills, in standard deviations of pretraining's "
        "participants; the segmentation never saw a label."
    )


def _row(name: str, metric: MetricInterval, main: bool = True) -> ForestRow:
    return ForestRow(name, metric.value, metric.low, metric.high, main=main)


def _all_metrics(card: ModelCard) -> pd.DataFrame:
    rows = []
    for inputs, branches in card.metrics.items():
        for branch, metrics in branches.items():
            negative = predictive_values(card.confusion[inputs][branch]).negative if inputs in card.confusion else None
            shown = {MEASURES.get(name, name): interval(metric) for name, metric in metrics.items()}
            npv = in_words(negative.value, negative.low, negative.high) if negative else "not measured"
            rows.append({"Inputs": INPUTS.get(inputs, inputs), "Branch": BRANCHES.get(branch, branch), **shown, "NPV": npv})
    for name, metrics in card.baselines.items():
        shown = {MEASURES.get(measure, measure): interval(metric) for measure, metric in metrics.items()}
        rows.append({"Inputs": name, "Branch": "logistic regression", **shown, "NPV": "not measured"})
    return pd.DataFrame(rows).set_index(["Inputs", "Branch"])


def _curves(card: ModelCard, cases: Cases) -> None:
    left, right = st.columns(2, gap="large")
    known = cases.inputs()
    inputs = left.selectbox("Curves for these inputs", known, format_func=INPUTS.__getitem__, key=CARD_INPUTS_KEY)
    branches = cases.branches(inputs)
    if st.session_state.get(CARD_BRANCH_KEY) not in branches:
        st.session_state[CARD_BRANCH_KEY] = FUSED
    branch = right.selectbox("And this branch", branches, format_func=BRANCHES.__getitem__, key=CARD_BRANCH_KEY)
    labels, chances = classify(cases, inputs, branch, card.threshold).labelled()
    roc, recall, counts = chart_row(3, "curves")
    with roc:
        st.markdown("**ROC and operating point**")
        show_chart(roc_chart(labels, chances, card.threshold), "card_roc", "Sensitivity over 1 - specificity.")
    with recall:
        st.markdown("**Precision and recall**")
        show_chart(precision_recall_chart(labels, chances, card.threshold), "card_recall", "Precision over recall.")
    with counts:
        st.markdown("**Confusion matrix**")
        if branch in card.confusion.get(inputs, {}):
            found = Confusion(**card.confusion[inputs][branch])
            show_chart(confusion_chart(found, card.label.truth), "card_confusion", confusion_in_words(found))
    st.markdown(f"**Why a threshold of {card.threshold:.2f}.** {card.threshold_origin}")


def _at_the_clinic(card: ModelCard) -> None:
    inputs = st.session_state[CARD_INPUTS_KEY]
    metrics = card.metrics.get(inputs, {}).get(st.session_state[CARD_BRANCH_KEY])
    if metrics is None:
        return
    st.markdown("**PPV and NPV at your clinic**")
    chart, words = chart_row([2, 1], "clinic")
    with words:
        prevalence = prevalence_slider()
        sensitivity, specificity = (Interval(**metrics[name].model_dump()) for name in ("sensitivity", "specificity"))
        values = values_at_prevalence(sensitivity, specificity, prevalence)
        for label, value in (
            ("Impaired if classified impaired (PPV)", values.positive),
            ("Unimpaired if classified unimpaired (NPV)", values.negative),
        ):
            if value is not None:
                st.metric(label, percent_interval(value.value, value.low, value.high))
        st.caption(
            "By Bayes' theorem from the sensitivity and specificity of the curves above; "
            f"{card.data.get('impaired_participants', '?')} of {card.data.get('labelled_participants', '?')} participants here "
            "are impaired. It holds only for patients who resemble these participants."
        )
    with chart:
        told = "PPV and NPV over the prevalence; the values at yours stand beside the chart."
        show_chart(prevalence_chart(sensitivity, specificity, prevalence), "card_prevalence", told)


def _comparisons(card: ModelCard) -> None:
    st.markdown("**Does the fusion add anything?**")
    if not card.comparisons:
        not_known(
            "A paired comparison of the fusion with its better branch and with the simple models: not measured for this version."
        )
        return
    compared = (*card.comparisons, *card.fusions)
    rows = [
        ForestRow(
            _versus(one),
            one.difference.value,
            one.difference.low,
            one.difference.high,
            f"{INPUTS.get(one.inputs, one.inputs)}; higher in {percent(one.above)} of resamples",
        )
        for one in compared
    ]
    title = "Difference in AUC, same participants, all repeats"
    show_chart(forest_chart(rows, title, 0.0), "card_comparisons", forest_in_words(rows, title))
    errors = [
        {
            "Compared": _versus(one),
            "Inputs": INPUTS.get(one.inputs, one.inputs),
            "Difference in log loss": interval(one.log_loss),
            "Difference in Brier score": interval(one.brier),
        }
        for one in compared
        if one.log_loss is not None
    ]
    if errors:
        table("The same in log loss and Brier score", pd.DataFrame(errors).set_index(["Compared", "Inputs"]))
    origin(card, "comparisons")
    if card.fusions:
        origin(card, "fusions")


def _versus(one: Comparison) -> str:
    rival = RIVALS.get(one.second, f"regression on {one.second}")
    return f"{BRANCHES.get(one.first, one.first)} minus {rival}"


def _repeats(card: ModelCard) -> None:
    if not card.repeats:
        not_known("How much the figures vary over repeated cross-validation with other folds: not measured for this version.")
        return
    rows = [
        {
            "Inputs": INPUTS.get(inputs, inputs),
            "Branch": BRANCHES.get(branch, branch),
            "Metric": MEASURES.get(name, name),
            "Mean": f"{spread.mean:.3f}",
            "SD": f"{spread.sd:.3f}",
            "Range": f"{spread.least:.3f} to {spread.greatest:.3f}",
            "Repeats": spread.repeats,
        }
        for inputs, branches in card.repeats.items()
        for branch, metrics in branches.items()
        for name, spread in metrics.items()
    ]
    table("Repeats of the whole cross-validation", pd.DataFrame(rows).set_index(["Inputs", "Branch", "Metric"]))
    origin(card, "repeats")
