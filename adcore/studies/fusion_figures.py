"""Figures of two fusions over repeats of the cross-validation, paired, and the rule by which one of them ships."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adcore.model.card import ModelCard
from adcore.statistics.comparisons import compare as compare_fused
from adcore.statistics.cross_validation import CHANCE, chance_columns
from adcore.statistics.intervals import Interval, bootstrap, class_draws
from adcore.statistics.metrics import Chances, Labels, Metric, auc, log_loss
from adcore.statistics.names import BRANCHES, BRIEFLY, WITH_SCAN
from adcore.studies.fusion import CONCATENATED, SUM
from adcore.studies.markdown import markdown_lines

FUSIONS_ORIGIN = (
    "adcore study fusion: a sum of one evidence a branch (VGG16, ResNet50, structures, clinical fields), with non-negative "
    "weights under a ridge penalty, on the same folds and participants as the shipped concatenation of whole vectors; paired "
    "over all repeats. By a rule fixed beforehand the one with the lower log loss ships."
)
DECIMALS = 3
"""To which the mean log losses are compared."""


@dataclass(frozen=True)
class Figures:
    """One model on one set of inputs: means over repeats, with 95% intervals over participants; `less` is it minus the rival."""

    inputs: str
    model: str
    values: dict[str, Interval]
    less: dict[str, Interval] | None


def compare(repeats: pd.DataFrame, seed: int) -> list[Figures]:
    """AUC, log loss and Brier score of every model, and the sum's less those of the concatenation.

    Args:
        repeats: of with_sums, in any order.
    """
    tables = [table.sort_values("subject") for _, table in repeats.groupby("repeat")]
    labels = tables[0]["label"].to_numpy() == 1
    draws = class_draws(labels, seed)
    columns = [(inputs, model, name) for inputs, model, name in chance_columns(repeats) if inputs in WITH_SCAN]
    chances = {name: np.stack([table[name].to_numpy() for table in tables]) for _, _, name in columns}
    found = []
    for inputs, model, name in columns:
        own, rival = chances[name], chances[f"{CHANCE}{inputs}_{CONCATENATED}"]
        values = {metric: _interval(of, draws, labels, own) for metric, of in METRICS.items()}
        less = {metric: _interval(of, draws, labels, own, rival) for metric, of in METRICS.items()}
        found.append(Figures(inputs, model, values, None if model == CONCATENATED else less))
    return sorted(found, key=lambda one: WITH_SCAN.index(one.inputs))


def with_fusions(card: ModelCard, repeats: pd.DataFrame, seed: int) -> ModelCard:
    """The card with both fusions compared, paired, for each inputs.

    Args:
        repeats: of with_sums, in any order.
    """
    tables = [table.sort_values("subject") for _, table in repeats.groupby("repeat")]
    labels = tables[0]["label"].to_numpy() == 1
    columns = {inputs: f"{CHANCE}{inputs}_{SUM}" for inputs in WITH_SCAN}
    chances = {inputs: np.stack([table[name].to_numpy() for table in tables]) for inputs, name in columns.items()}
    found = [compare_fused(inputs, tables, SUM, sums, labels, seed) for inputs, sums in chances.items()]
    return card.model_copy(update={"fusions": found, "origins": card.origins | {"fusions": FUSIONS_ORIGIN}})


def _interval(metric: Metric, draws: NDArray[np.intp], labels: Labels, *models: Chances) -> Interval:
    """A metric's mean over repeats (R, S), or the difference of two models' means."""

    def of(truth: Labels, *columns: Chances) -> Chances:
        half = len(columns) // len(models)
        means = [np.mean([metric(truth, one) for one in part], axis=0) for part in (columns[:half], columns[half:]) if part]
        return np.asarray(means[0] - means[1] if len(means) > 1 else means[0])

    return bootstrap(of, draws, labels, *(one for model in models for one in model))


METRICS: dict[str, Metric] = {
    "AUC": auc,
    "log loss": log_loss,
    "Brier score": lambda labels, chances: np.asarray(np.mean((chances - labels) ** 2, axis=-1)),
}


def headline(figures: list[Figures]) -> str:
    """The fusion that ships by the rule: the lower mean log loss over the inputs with a scan; the sum where they are equal."""

    def loss(model: str) -> float:
        return round(float(np.mean([one.values["log loss"].value for one in figures if one.model == model])), DECIMALS)

    return SUM if loss(SUM) <= loss(CONCATENATED) else CONCATENATED


def figure_lines(figures: list[Figures]) -> list[str]:
    """The figures as a table in Markdown."""
    names = list(METRICS)
    less = [f"{name}, less the concatenation's" for name in names]
    rows = []
    for one in figures:
        values = [f"{one.values[name].value:.3f}" for name in names]
        beside = ["" if one.less is None else _signed(one.less[name]) for name in names]
        rows.append([BRIEFLY[one.inputs], named(one.model), *values, *beside])
    return markdown_lines(["Inputs", "Model", *names, *less], rows)


def named(model: str) -> str:
    """What the reader sees."""
    return "concatenation" if model == CONCATENATED else BRANCHES.get(model, model)


def _signed(found: Interval) -> str:
    return f"{found.value:+.3f} ({found.low:+.3f} to {found.high:+.3f})"
