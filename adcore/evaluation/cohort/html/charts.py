"""The report's charts of a group of participants, by inputs, and of the model's card."""

from dataclasses import dataclass

import plotly.graph_objects as go

from adcore.charts import (
    ForestRow,
    confusion_chart,
    coverage_chart,
    decision_chart,
    forest_chart,
    precision_recall_chart,
    reliability_chart,
    roc_chart,
)
from adcore.evaluation.cohort.evaluated import Group
from adcore.evaluation.cohort.figures import known_chances
from adcore.model.card import ModelCard
from adcore.model.card_schema import Control, Coverage, DecisionCurve, MetricInterval
from adcore.statistics.metrics import Confusion
from adcore.statistics.names import INPUTS
from adcore.words import percent

CONFIG = {"displayModeBar": False, "responsive": True}


@dataclass(frozen=True)
class Chart:
    """One chart with its title, a note on what it shows, and its HTML, which needs plotly on the page."""

    title: str
    note: str
    plot: str


def group_charts(group: Group, inputs: str, threshold: float, truth: str) -> list[Chart]:
    """Charts of the fused answer with some inputs, the label named; both classes are needed for ROC and precision-recall."""
    labels, chances = known_chances(group.participants, inputs)
    counts = Confusion(**group.figures.confusion[inputs]["fused"])
    charts = []
    if labels.any() and not labels.all():
        charts += [
            _chart("ROC", "Shaded: 95% of bootstrap resamples of participants.", roc_chart(labels, chances, threshold)),
            _chart(
                "Precision and recall",
                "Depends on the prevalence here; another clinic has another curve.",
                precision_recall_chart(labels, chances, threshold),
            ),
        ]
    charts += [
        _chart("Confusion matrix", f"At the threshold of {threshold:g}.", confusion_chart(counts, truth)),
        _chart("Calibration", "Numbers count participants; bars are Wilson's 95% intervals.", reliability_chart(labels, chances)),
        _chart(
            "Coverage and accuracy",
            "Accuracy if only the participants with the most certain answers are decided.",
            coverage_chart(labels, chances, threshold, _decided(group.figures.coverage.get(inputs))),
        ),
    ]
    rows = [
        ForestRow(name, one.auc.value, one.auc.low, one.auc.high, f"{one.impaired} of {one.participants} impaired")
        for name, one in group.figures.subgroups.get(inputs, {}).items()
        if one.auc is not None
    ]
    return [*charts, _chart("Subgroups", "AUC with 95% intervals.", forest_chart(rows, "AUC", 0.5))] if rows else charts


def decision_curve(curve: DecisionCurve) -> Chart:
    """Net benefit at the cohort's own prevalence."""
    note = f"At {percent(curve.prevalence)} impaired, as here; the probabilities are moved to it. Acting on nobody is 0."
    return _chart("Decision curve", note, decision_chart(curve))


def baselines_chart(card: ModelCard) -> Chart:
    """The fused answers beside simple models."""
    fused = [
        _row(f"fused, given {INPUTS.get(inputs, inputs)}", branches["fused"]["auc"])
        for inputs, branches in card.metrics.items()
        if "fused" in branches
    ]
    simple = [_row(f"logistic regression on {name}", found["auc"], main=False) for name, found in card.baselines.items()]
    note = f"Filled: this model. Hollow: simple models on the same participants and folds. {card.metrics_origin}"
    return _chart("AUC", note, forest_chart([*fused, *simple], "AUC", 0.5))


def controls_charts(controls: dict[str, Control]) -> list[Chart]:
    """The controls that are measured by an AUC, in one chart; none where there are none."""
    areas = [_row(name, found.result) for name, found in controls.items() if found.metric == "auc" and found.result]
    return [_chart("Negative controls", "AUC with 95% intervals.", forest_chart(areas, "AUC", 0.5))] if areas else []


def _chart(title: str, note: str, figure: go.Figure) -> Chart:
    plot = figure.to_html(full_html=False, include_plotlyjs=False, config=CONFIG, default_width="100%")
    return Chart(title, note, plot)


def _row(name: str, found: MetricInterval, main: bool = True) -> ForestRow:
    return ForestRow(name, found.value, found.low, found.high, main=main)


def _decided(coverage: Coverage | None) -> tuple[float, float] | None:
    if coverage is None or coverage.accuracy_decided is None:
        return None
    return coverage.decided.value, coverage.accuracy_decided.value
