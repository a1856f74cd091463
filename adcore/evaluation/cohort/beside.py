"""A cohort's own figures beside the card's, and beside simple models scored on the same people, in pairs."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from adcore.answer.prediction import Branch
from adcore.charts.decision import EVERYBODY
from adcore.evaluation.card.regressions import regression_chances
from adcore.evaluation.card.scan_worth import THRESHOLDS, net_benefit
from adcore.evaluation.cohort.figures import FEWEST, best_inputs, known_chances
from adcore.model.card import ModelCard
from adcore.model.card_schema import Comparison, DecisionCurve, MetricInterval
from adcore.statistics.comparisons import compare
from adcore.statistics.cross_validation import CHANCE
from adcore.statistics.intervals import CARD_DECIMALS, Interval, as_metric, bootstrap, class_draws
from adcore.statistics.metrics import Chances, Labels, auc, metric_functions
from adcore.statistics.names import WITH_SCAN

COMPARED = ("auc", "sensitivity", "specificity", "log_loss", "brier")
"""Metrics of the cohort that stand beside the card's; of these, the errors depend on how many are impaired."""

THREE_NUMBERS = Branch.STRUCTURES.value
"""The structures' branch: three shares of the slices in a regression whose coefficients are on the card."""

WITH_MMSE = "all"


@dataclass(frozen=True)
class BesideCard:
    """One metric here and out of fold on the card; `difference` is here minus there, of independent participants."""

    inputs: str
    metric: str
    here: MetricInterval
    card: MetricInterval
    difference: MetricInterval


@dataclass(frozen=True)
class Rival:
    """A simple model on the same participants.

    Attributes:
        name: of the model.
        participants: who have what it needs, of whom `impaired` are so.
        auc, fused: areas of the simple model and of the fused answer among them.
        comparison: the fused answer minus the simple model, paired.
    """

    name: str
    participants: int
    impaired: int
    auc: MetricInterval
    fused: MetricInterval
    comparison: Comparison


@dataclass(frozen=True)
class Beside:
    """All that a cohort's figures stand beside.

    Attributes:
        decision: net benefit at the cohort's own prevalence; None where it has too few participants.
    """

    card: list[BesideCard]
    rivals: list[Rival]
    decision: DecisionCurve | None


def beside(participants: pd.DataFrame, card: ModelCard, folds: pd.DataFrame, seed: int) -> Beside:
    """Compare a group that the model was not trained on.

    Args:
        participants: as figures_of_participants takes them.
        folds: the card's participants, out of fold.
    """
    known = participants[participants["label"].notna()].reset_index(drop=True)
    inputs = [name for name in best_inputs(known) if name in WITH_SCAN and _both(*known_chances(known, name))]
    return Beside(
        [one for name in inputs for one in _beside_card(known, card, folds, name, seed)],
        [rival for name in inputs for rival in _rivals(known, card, name, seed)],
        _decision(known, card, inputs[0]) if inputs else None,
    )


def _both(labels: Labels, chances: Chances) -> bool:
    return len(labels) >= FEWEST and bool(labels.any()) and not labels.all()


def _beside_card(known: pd.DataFrame, card: ModelCard, folds: pd.DataFrame, inputs: str, seed: int) -> Iterator[BesideCard]:
    column = f"{CHANCE}{inputs}_fused"
    if column not in folds:
        return
    here, there = known_chances(known, inputs), (folds["label"].to_numpy() == 1, folds[column].to_numpy(dtype=np.float64))
    draws = [class_draws(labels, seed + place) for place, (labels, _) in enumerate((here, there))]
    functions = metric_functions(card.threshold)
    for name in COMPARED:
        metric = functions[name]
        sampled = [metric(labels[drawn], chances[drawn]) for drawn, (labels, chances) in zip(draws, (here, there), strict=True)]
        low, high = np.percentile(sampled[0] - sampled[1], [2.5, 97.5])
        difference = Interval(float(metric(*here) - metric(*there)), float(low), float(high))
        own, cards = (as_metric(bootstrap(metric, drawn, *group)) for drawn, group in zip(draws, (here, there), strict=True))
        yield BesideCard(inputs, name, own, cards, as_metric(difference))


def _rivals(known: pd.DataFrame, card: ModelCard, inputs: str, seed: int) -> Iterator[Rival]:
    for name, chances in _simple(known, card, inputs):
        rows = np.isfinite(chances) & known[f"{CHANCE}{inputs}_fused"].notna().to_numpy()
        table, theirs = known[rows], chances[rows]
        labels = table["label"].to_numpy() == 1
        if not _both(labels, theirs):
            continue
        draws = class_draws(labels, seed)
        fused = table[f"{CHANCE}{inputs}_fused"].to_numpy(dtype=np.float64)
        own, of_fused = (as_metric(bootstrap(auc, draws, labels, one)) for one in (theirs, fused))
        compared = compare(inputs, [table], name, theirs[None], labels, seed)
        yield Rival(name, len(labels), int(labels.sum()), own, of_fused, compared)


def _simple(known: pd.DataFrame, card: ModelCard, inputs: str) -> Iterator[tuple[str, Chances]]:
    """Simple models that know no more than the fused answer does."""
    if inputs == WITH_MMSE:
        yield from ((name, regression_chances(fitted, known)) for name, fitted in card.regressions.items())
    column = f"{CHANCE}{inputs}_{THREE_NUMBERS}"
    if column in known:
        yield f"{Branch.STRUCTURES.label} (three shares)", known[column].to_numpy(dtype=np.float64)


def _decision(known: pd.DataFrame, card: ModelCard, inputs: str) -> DecisionCurve:
    """Among those with every probability, at their own prevalence; the probabilities assume that of the card."""
    column = f"{CHANCE}{inputs}_fused"
    simple = {name: chances for name, chances in _simple(known, card, inputs) if np.isfinite(chances).any()}
    models = {"the answer": known[column].to_numpy(dtype=np.float64), **simple}
    rows = np.isfinite(np.stack(list(models.values()))).all(axis=0)
    labels = known["label"].to_numpy()[rows] == 1
    if not _both(labels, labels):
        rows, models = np.isfinite(models["the answer"]), {"the answer": models["the answer"]}
        labels = known["label"].to_numpy()[rows] == 1
    prevalence = float(labels.mean())
    curves = {name: chances[rows][None] for name, chances in models.items()} | {EVERYBODY: np.ones((1, len(labels)))}
    return DecisionCurve(
        prevalence=round(prevalence, CARD_DECIMALS),
        thresholds=list(THRESHOLDS),
        net_benefit={
            name: [round(net_benefit(labels, chances, prevalence, one, card.impaired_share), CARD_DECIMALS) for one in THRESHOLDS]
            for name, chances in curves.items()
        },
    )
