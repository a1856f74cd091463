"""When the scan helps: what its evidence adds to age, sex and MMSE, by group of participants and by prevalence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from adcore.answer.mmse_error import MMSE_ERROR
from adcore.case.clinical import MmseBand
from adcore.cohorts.cohort import Cohort
from adcore.model.calibration import log_odds
from adcore.model.card_schema import DecisionCurve, MetricInterval, ScanWorth
from adcore.statistics.cross_validation import CHANCE
from adcore.statistics.intervals import CARD_DECIMALS, Interval, as_metric, class_draws
from adcore.statistics.metrics import Chances, Labels

SCAN_COLUMN = f"{CHANCE}images_fused"
"""The scan's own probability; tables without it have nothing to compare."""

FIELDS = ("age_years", "male", "mmse")
MMSE = FIELDS.index("mmse")
MMSE_BANDS = ((0, 24), (25, 26), (27, 28), (29, 30))
"""Points, both included; fixed before these figures were computed."""

FEWEST = 5
"""Participants of a group in each repeat: a smaller one has no row, since nothing can be said of it."""

UNSURE = (0.3, 0.7)
"""The clinical fields leave a participant unsure between these probabilities, both included."""

NOISY_DRAWS = 4
"""Simulated second sittings in each repeat."""

PREVALENCES = (0.1, 0.2, 0.5)
THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(1, 20))

SCAN_WORTH_ORIGIN = (
    "Out of fold, averaged over all repeats; 95% intervals from 2000 bootstrap samples of participants within each class. "
    "Clinical: ridge logistic regression on age, sex and MMSE. Both: the same with the scan's own log-odds, which come from "
    "networks that never saw the participant (those of the participants it is fitted on come from networks that may have). "
    "Bands of MMSE were fixed beforehand. MMSE with an error: a normal one of 2 points, simulated in fitting and testing. "
    "MMSE as a band: fitted on scores, tested on the band alone, averaged over the scores of those in training. "
    "Staged: the scan is read only where the clinical fields leave 30 to 70%."
)
DECISION_ORIGIN = (
    "Net benefit of acting from a threshold on (Vickers and Elkin 2006), out of fold, averaged over all repeats; "
    "probabilities moved to the prevalence. The answer: everything, scan included, as shipped. Fields alone: logistic "
    "regression on age, sex and MMSE. Nobody is 0."
)


@dataclass(frozen=True, eq=False)
class Evidence:
    """Out-of-fold probabilities (K, S) over repeats and participants.

    Attributes:
        labels: (S,).
        scan, clinical, both: from the scan alone, from age, sex and MMSE, and from these together.
    """

    labels: Labels
    scan: Chances
    clinical: Chances
    both: Chances


def scan_worth(tables: Sequence[pd.DataFrame], labelled: Cohort, seed: int) -> list[ScanWorth]:
    """The row of every group of FEWEST participants or more.

    None where the tables hold no probability of the scan alone, or the cohort lacks an MMSE or an age.

    Args:
        tables: of each repeat, in the cohort's order.
        labelled: one row a participant.
        seed: of the bootstrap and of the simulated error.
    """
    fields = _fields(labelled)
    if fields is None or SCAN_COLUMN not in tables[0]:
        return []
    found = evidence(tables, fields)
    everyone = np.ones_like(found.both, dtype=bool)
    unsure = (found.clinical >= UNSURE[0]) & (found.clinical <= UNSURE[1])
    staged = Evidence(found.labels, found.scan, found.clinical, np.where(unsure, found.both, found.clinical))
    mmse, draws = fields["mmse"].to_numpy(), class_draws(found.labels, seed)
    bands = {name: everyone & members for name, members in mmse_bands(mmse).items()}
    rows = [
        ("everyone", found, everyone, everyone),
        *((name, found, members, everyone) for name, members in bands.items()),
        ("clinical fields leave 30 to 70%", found, unsure, everyone),
        ("MMSE with an error of 2 points", _with_error(tables, fields, seed), None, None),
        (f"MMSE known only as {', '.join(MmseBand)}", evidence(tables, fields, banded=True), None, None),
        ("staged: scan only where the clinical fields leave 30 to 70%", staged, everyone, unsure),
    ]
    return [
        _row(name, one, members, scanned, draws)
        for name, one, members, scanned in rows
        if members is None or members.sum(axis=1).min() >= FEWEST
    ]


def mmse_bands(mmse: NDArray[np.float64]) -> dict[str, NDArray[np.bool_]]:
    """Who belongs to each band of MMSE (S,); an unknown MMSE belongs to none."""
    return {
        f"MMSE {low} to {high}" if low else f"MMSE {high} and under": (mmse >= low) & (mmse <= high) for low, high in MMSE_BANDS
    }


def decision_curves(tables: Sequence[pd.DataFrame], labelled: Cohort) -> list[DecisionCurve]:
    """Net benefit of the shipped answer beside the clinical fields and beside acting on everybody, by prevalence."""
    fields, column = _fields(labelled), f"{CHANCE}all_fused"
    if fields is None or SCAN_COLUMN not in tables[0] or column not in tables[0]:
        return []
    found = evidence(tables, fields)
    answers = np.stack([table[column].to_numpy(dtype=np.float64) for table in tables])
    models = {"the answer": answers, "fields alone": found.clinical, "everybody": np.ones_like(answers)}
    return [
        DecisionCurve(
            prevalence=prevalence,
            thresholds=list(THRESHOLDS),
            net_benefit={
                name: [round(net_benefit(found.labels, chances, prevalence, one), CARD_DECIMALS) for one in THRESHOLDS]
                for name, chances in models.items()
            },
        )
        for prevalence in PREVALENCES
    ]


def evidence(tables: Sequence[pd.DataFrame], fields: pd.DataFrame, *, banded: bool = False) -> Evidence:
    """Fit the two logistic regressions in every fold of every repeat.

    Args:
        fields: FIELDS, one row a participant, in the tables' order.
        banded: whether only the band of a tested participant's MMSE is known.
    """
    labels = tables[0]["label"].to_numpy() == 1
    clinical, both, scan = [], [], []
    for table in tables:
        folds, own = table["fold"].to_numpy(), table[SCAN_COLUMN].to_numpy(dtype=np.float64)
        odds = np.array([log_odds(value) for value in own])
        scan.append(own)
        clinical.append(_out_of_fold(fields.to_numpy(dtype=np.float64), labels, folds, banded=banded))
        both.append(_out_of_fold(np.column_stack([fields, odds]), labels, folds, banded=banded))
    return Evidence(labels, np.stack(scan), np.stack(clinical), np.stack(both))


def _fields(labelled: Cohort) -> pd.DataFrame | None:
    table = labelled.table.assign(male=(labelled.table["sex"] == "M").astype(float))[list(FIELDS)]
    return None if table.isna().to_numpy().any() else table


def _with_error(tables: Sequence[pd.DataFrame], fields: pd.DataFrame, seed: int) -> Evidence:
    """The same with MMSE off by a normal error, rounded and kept between 0 and 30; repeats and draws are stacked."""
    generator = np.random.default_rng(seed)
    drawn = []
    for _ in range(NOISY_DRAWS):
        noisy = np.rint(fields["mmse"] + generator.normal(0, MMSE_ERROR, len(fields))).clip(0, 30)
        drawn.append(evidence(tables, fields.assign(mmse=noisy)))
    stacked = {name: np.concatenate([getattr(one, name) for one in drawn]) for name in ("scan", "clinical", "both")}
    return Evidence(labels=drawn[0].labels, **stacked)


def _out_of_fold(inputs: NDArray[np.float64], labels: Labels, folds: NDArray[np.int_], *, banded: bool) -> Chances:
    chances = np.empty(len(labels))
    for fold in np.unique(folds):
        here = folds == fold
        model = make_pipeline(StandardScaler(), LogisticRegression()).fit(inputs[~here], labels[~here])
        if not banded:
            chances[here] = model.predict_proba(inputs[here])[:, 1]
            continue
        for row in np.flatnonzero(here):
            asked = _at_scores_of_band(inputs[row], inputs[~here, MMSE])
            chances[row] = model.predict_proba(asked)[:, 1].mean()
    return chances


def _at_scores_of_band(tested: NDArray[np.float64], scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """A tested participant (F,) with the MMSE of everyone in training whose MMSE lies in the same band, (S, F)."""
    (band,) = (band for band in MmseBand if tested[MMSE] in band.scores)
    inside = scores[np.isin(scores, band.scores)]
    inside = inside if len(inside) else np.array(band.scores, dtype=np.float64)
    asked = np.tile(tested, (len(inside), 1))
    asked[:, MMSE] = inside
    return asked


def _row(
    name: str,
    found: Evidence,
    members: NDArray[np.bool_] | None,
    scanned: NDArray[np.bool_] | None,
    draws: NDArray[np.intp],
) -> ScanWorth:
    """Args: members and those scanned (K, S); None is everyone."""
    among = np.ones_like(found.both, dtype=bool) if members is None else members
    with_scan = among if scanned is None else among & scanned
    counts = np.stack([np.bincount(row, minlength=len(found.labels)) for row in draws]).astype(np.float64)
    weights = np.vstack([np.ones(len(found.labels)), counts])
    both_classes = all(len(set(found.labels[row])) == 2 for row in among)
    figures = {
        "auc": {kind: _over(_auc, found, kind, among, weights) for kind in ("scan", "clinical", "both") if both_classes},
        "brier": {kind: _over(_brier, found, kind, among, weights) for kind in ("clinical", "both")},
        "accuracy": {kind: _over(_accuracy, found, kind, among, weights) for kind in ("clinical", "both")},
    }
    differences = {what: _interval(values["both"] - values["clinical"]) for what, values in figures.items() if values}
    return ScanWorth(
        group=name,
        participants=round(float(among.sum(axis=1).mean()), 1),
        impaired=round(float((among & found.labels).sum(axis=1).mean()), 1),
        scanned=round(float(with_scan.sum() / among.sum()), CARD_DECIMALS),
        auc={kind: _interval(values) for kind, values in figures["auc"].items()},
        brier={kind: _interval(values) for kind, values in figures["brier"].items()},
        accuracy={kind: _interval(values) for kind, values in figures["accuracy"].items()},
        auc_difference=differences.get("auc"),
        brier_difference=differences["brier"],
        accuracy_difference=differences["accuracy"],
    )


def _over(
    metric: Callable[[Labels, Chances, NDArray[np.float64]], NDArray[np.float64]],
    found: Evidence,
    kind: str,
    among: NDArray[np.bool_],
    weights: NDArray[np.float64],
) -> NDArray[np.float64]:
    """A metric (1 + R,) under each row of weights (1 + R, S), averaged over the repeats: everyone once, then the resamples."""
    chances: Chances = getattr(found, kind)
    values = [metric(found.labels, row, weights * own) for row, own in zip(chances, among, strict=True)]
    return np.asarray(np.mean(values, axis=0))


def _auc(labels: Labels, chances: Chances, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weighted area under the ROC curve (R,), ties counted half; not a number where a class has no weight."""
    positives, negatives = chances[labels][:, None], chances[~labels]
    ahead = (positives > negatives) + 0.5 * (positives == negatives)
    of_positives, of_negatives = weights[:, labels], weights[:, ~labels]
    pairs = of_positives.sum(axis=1) * of_negatives.sum(axis=1)
    won = ((of_positives @ ahead) * of_negatives).sum(axis=1)
    return np.asarray(np.divide(won, pairs, out=np.full(len(weights), np.nan), where=pairs > 0))


def _brier(labels: Labels, chances: Chances, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    return _weighted_mean((chances - labels) ** 2, weights)


def _accuracy(labels: Labels, chances: Chances, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    return _weighted_mean(((chances >= 0.5) == labels).astype(np.float64), weights)


def _weighted_mean(values: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    total = weights.sum(axis=1)
    return np.asarray(np.divide(weights @ values, total, out=np.full(len(weights), np.nan), where=total > 0))


def _interval(values: NDArray[np.float64]) -> MetricInterval:
    """Of (1 + R,): the value, then the resamples; those in which a class is missing are left out."""
    low, high = np.nanpercentile(values[1:], [2.5, 97.5])
    return as_metric(Interval(float(values[0]), float(low), float(high)))


def net_benefit(labels: Labels, chances: Chances, prevalence: float, threshold: float, assumed: float | None = None) -> float:
    """Net benefit of acting from a threshold on, averaged over repeats (K, S).

    Args:
        chances: a probability of exactly 1 stands for acting on everybody.
        prevalence: of impairment, to which the probabilities are moved.
        assumed: the prevalence that they assume; the labels' own where None.
    """
    share = float(labels.mean()) if assumed is None else assumed
    moved = log_odds(prevalence) - log_odds(share)
    clipped = np.clip(chances, 1e-9, 1)
    with np.errstate(divide="ignore"):
        acted = np.log(clipped) - np.log1p(-clipped) + moved >= log_odds(threshold)
    found, alarmed = acted[:, labels].mean(), acted[:, ~labels].mean()
    return float(prevalence * found - (1 - prevalence) * alarmed * threshold / (1 - threshold))
