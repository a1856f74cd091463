"""Figures of a classified cohort, and the reasons why some can't be computed."""

from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adcore.cohorts.tables import SITE
from adcore.cohorts.target import labelled_words
from adcore.evaluation.card.scan_worth import FEWEST as FEWEST_IN_BAND
from adcore.evaluation.card.scan_worth import mmse_bands
from adcore.evaluation.cohort.answers import AnswerShare, answers_by_label
from adcore.evaluation.cohort.predictions import NO_ANSWER
from adcore.model.card_schema import CDR, ConformalLimits, Coverage, MetricInterval, Reliability, Subgroup, TargetCard
from adcore.predict import Category
from adcore.statistics.conformal import coverage_of
from adcore.statistics.cross_validation import CHANCE, chance_columns
from adcore.statistics.intervals import as_metric, class_draws, share
from adcore.statistics.metrics import Chances, Labels, bootstrap_metrics, confusion, interval_of, metric_functions
from adcore.statistics.reliability import reliability
from adcore.statistics.subgroups import subgroup, subgroups

FEWEST = 10
"""Fewest labelled participants for which a metric is computed: an interval over fewer is uninformative."""

ONE_CLASS = {True: ("sensitivity", "log_loss", "brier", "ece"), False: ("specificity", "log_loss", "brier", "ece")}
"""The metrics that a single class still gives."""


@dataclass(frozen=True, eq=False)
class Figures:
    """A group's figures, in the layout of a model's card.

    Attributes:
        participants, labelled, impaired: counts.
        answers: participants by verbal answer, from all available inputs.
        right: share of correct verbal answers among labelled participants; None where there are none.
        answers_by_label: see adcore.evaluation.cohort.answers; empty without answers or labels.
        reliability: slope, intercept and the error that chance alone would show, of the fused answer, by inputs.
        mmse_bands: by inputs, the fused answer in bands of MMSE.
        sites: by inputs, the fused answer at each site of FEWEST_IN_BAND participants or more.
        missing: what could not be computed, and why, in sentences.
    """

    participants: int
    labelled: int
    impaired: int
    answers: dict[str, int]
    right: MetricInterval | None
    metrics: dict[str, dict[str, dict[str, MetricInterval]]]
    confusion: dict[str, dict[str, dict[str, int]]]
    coverage: dict[str, Coverage]
    subgroups: dict[str, dict[str, Subgroup]]
    answers_by_label: dict[str, dict[str, AnswerShare]]
    reliability: dict[str, Reliability]
    mmse_bands: dict[str, dict[str, Subgroup]]
    sites: dict[str, dict[str, Subgroup]]
    missing: list[str]

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self) | {
            "right": None if self.right is None else self.right.model_dump(),
            "metrics": {i: {b: _dump(m) for b, m in branches.items()} for i, branches in self.metrics.items()},
            "coverage": _dump(self.coverage),
            "subgroups": {inputs: _dump(groups) for inputs, groups in self.subgroups.items()},
            "answers_by_label": {
                label: {answer: asdict(one) | {"share": one.share.model_dump()} for answer, one in found.items()}
                for label, found in self.answers_by_label.items()
            },
            "reliability": _dump(self.reliability),
            "sites": {inputs: _dump(sites) for inputs, sites in self.sites.items()},
            "mmse_bands": {inputs: _dump(bands) for inputs, bands in self.mmse_bands.items()},
        }


def figures_of_participants(
    participants: pd.DataFrame, limits: dict[str, ConformalLimits], threshold: float, seed: int, target: TargetCard = CDR
) -> Figures:
    """All figures of a group.

    Args:
        participants: one row each, with `label` (NaN where there is none), `p_<inputs>_<branch>`, age_years, sex, cdr, and
            `category` where the program gave an answer.
        limits: the card's, by inputs; set on other participants.
        seed: of the bootstraps.
        target: what `label` is.
    """
    known = participants[participants["label"].notna()]
    labels = known["label"].to_numpy() == 1
    metrics: dict[str, dict[str, dict[str, MetricInterval]]] = {}
    counts: dict[str, dict[str, dict[str, int]]] = {}
    coverage: dict[str, Coverage] = {}
    groups: dict[str, dict[str, Subgroup]] = {}
    reliable: dict[str, Reliability] = {}
    bands: dict[str, dict[str, Subgroup]] = {}
    sites: dict[str, dict[str, Subgroup]] = {}
    missing = _what_is_missing(labels, target)
    if len(labels) >= FEWEST:
        for inputs, branch, column in chance_columns(known):
            chances = known[column].to_numpy(dtype=np.float64)
            classified = np.isfinite(chances)
            truth, chances = labels[classified], chances[classified]
            if len(truth) < FEWEST:
                missing.append(f"Only {len(truth)} labelled participants have what '{inputs}, {branch}' needs.")
                continue
            metrics.setdefault(inputs, {})[branch] = _metrics(truth, chances, threshold, seed)
            counts.setdefault(inputs, {})[branch] = asdict(confusion(truth, chances, threshold))
            if branch == "fused" and truth.any() and not truth.all():
                reliable[inputs] = reliability(truth, chances, seed)
                if inputs in limits:
                    coverage[inputs] = coverage_of(limits[inputs], truth, chances, threshold)
            if branch == "fused":
                one_group = partial(_groups, truth, chances, threshold, seed)
                bands[inputs] = one_group(_by_mmse(known[classified]))
                sites[inputs] = one_group(_by_site(known[classified]))
        groups = subgroups(known, known, threshold, seed)
    return Figures(
        participants=len(participants),
        labelled=len(known),
        impaired=int(labels.sum()),
        answers=participants["category"].value_counts().to_dict() if "category" in participants else {},
        right=_right(known),
        metrics=metrics,
        confusion=counts,
        coverage=coverage,
        subgroups=groups,
        answers_by_label=answers_by_label(known) if "category" in known else {},
        reliability=reliable,
        mmse_bands=bands,
        sites=sites,
        missing=missing,
    )


def _what_is_missing(labels: Labels, target: TargetCard) -> list[str]:
    if len(labels) < FEWEST:
        few = {0: "No participant has a label", 1: "One participant has a label"}.get(
            len(labels), f"{len(labels)} participants have a label"
        )
        return [f"{few} ({labelled_words(target)}); no metric is computed on fewer than {FEWEST}."]
    if labels.all() or not labels.any():
        kind, rate = ("impaired", "specificity") if labels.all() else ("unimpaired", "sensitivity")
        return [f"All labelled participants are {kind}: AUC, balanced accuracy, {rate}, precision and F1 can't be computed."]
    return []


def _metrics(labels: Labels, chances: Chances, threshold: float, seed: int) -> dict[str, MetricInterval]:
    if labels.any() and not labels.all():
        found = bootstrap_metrics(labels, chances, threshold, seed)
    else:
        draws, every = class_draws(labels, seed), metric_functions(threshold)
        found = {name: interval_of(name, every[name], draws, labels, chances) for name in ONE_CLASS[bool(labels.all())]}
    return {name: as_metric(interval) for name, interval in found.items()}


def _groups(
    labels: Labels, chances: Chances, threshold: float, seed: int, members: dict[str, NDArray[np.bool_]]
) -> dict[str, Subgroup]:
    """Figures of every group that is not too small."""
    return {
        name: subgroup(labels[rows], chances[rows], threshold, seed)
        for name, rows in members.items()
        if rows.sum() >= FEWEST_IN_BAND
    }


def _by_mmse(known: pd.DataFrame) -> dict[str, NDArray[np.bool_]]:
    return mmse_bands(known["mmse"].to_numpy(dtype=np.float64)) if "mmse" in known else {}


def _by_site(known: pd.DataFrame) -> dict[str, NDArray[np.bool_]]:
    """Who was scanned at each site; empty where the table names none."""
    sites = sorted(known[SITE].dropna().unique()) if SITE in known else []
    return {str(site): (known[SITE] == site).to_numpy() for site in sites}


def _right(known: pd.DataFrame) -> MetricInterval | None:
    if "category" not in known:
        return None
    given = known[~known["category"].isin([Category.INCONCLUSIVE.value, NO_ANSWER])]
    if given.empty:
        return None
    right = (given["category"] == Category.IMPAIRED.value) == (given["label"] == 1)
    return as_metric(share(int(right.sum()), len(given)))


def _dump(models: dict[str, Any]) -> dict[str, Any]:
    return {name: model.model_dump() for name, model in models.items()}


def best_inputs(participants: pd.DataFrame) -> list[str]:
    """The inputs for which a group has fused answers, the most complete first."""
    fullest = ["all", "no_mmse", "images"]
    present = [
        inputs
        for inputs, branch, column in chance_columns(participants)
        if branch == "fused" and participants[column].notna().any()
    ]
    return [*(inputs for inputs in fullest if inputs in present), *(inputs for inputs in present if inputs not in fullest)]


def known_chances(participants: pd.DataFrame, inputs: str, branch: str = "fused") -> tuple[Labels, Chances]:
    """Labels and probabilities of the participants who have both."""
    known = participants[participants["label"].notna() & participants[f"{CHANCE}{inputs}_{branch}"].notna()]
    return known["label"].to_numpy() == 1, known[f"{CHANCE}{inputs}_{branch}"].to_numpy(dtype=np.float64)
