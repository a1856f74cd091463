"""The product's verbal answers out of fold: the one place where they are counted."""

import numpy as np
import pandas as pd

from adcore.answer.abstention import StatedRules, abstention_reasons
from adcore.answer.prediction import Category
from adcore.case.clinical import ClinicalRecord
from adcore.case.reason import Reason
from adcore.model.calibration import Estimate, fit_calibration
from adcore.model.card_schema import VerbalAnswers
from adcore.statistics.conformal import conformal_limits
from adcore.statistics.cross_validation import LOGIT, fused_columns
from adcore.statistics.intervals import as_metric, share

VERBAL_ORIGIN = (
    "The answers of the review page, by its own rules, out of fold: calibration and conformal limits come from the other "
    "folds. On the scan alone the age is unknown, which withholds every answer. Only one rule is left out: wide ventricles, "
    "since OASIS-1's ten slices hold no whole ventricles. Wilson's 95% intervals."
)
FIELDLESS = "images"
"""The inputs without any field, hence without an age."""

AGE = 70.0
"""Any age within those trained on: every labelled participant's lies there by definition."""


def answers_out_of_fold(folds: pd.DataFrame, inputs: str, threshold: float) -> list[tuple[Category, tuple[Reason, ...]]]:
    """Each participant's answer with its reasons, by calibration and conformal limits from the other folds.

    Args:
        folds: with `fold`, `label` and `logit_<inputs>_fused`.
    """
    column, labels = f"{LOGIT}{inputs}_fused", folds["label"].to_numpy() == 1
    record = ClinicalRecord() if inputs == FIELDLESS else ClinicalRecord(age_years=AGE)
    answers: dict[int, tuple[Category, tuple[Reason, ...]]] = {}
    for fold in folds["fold"].unique():
        here = (folds["fold"] == fold).to_numpy()
        logits = folds.loc[~here, column].to_numpy()
        calibration = fit_calibration(logits, labels[~here])
        others = np.array([calibration.estimate(logit).probability for logit in logits])
        rules = StatedRules({inputs: conformal_limits(labels[~here], others)}, threshold, (AGE, AGE))
        for row in np.flatnonzero(here):
            answers[int(row)] = _answer(rules, inputs, calibration.estimate(float(folds[column].iloc[row])), record)
    return [answers[row] for row in range(len(folds))]


def verbal_answers(folds: pd.DataFrame, threshold: float) -> dict[str, VerbalAnswers]:
    """How many participants get a verbal answer, and how many of these are right, by inputs."""
    labels = folds["label"].to_numpy() == 1
    return {inputs: _count(labels, answers_out_of_fold(folds, inputs, threshold)) for inputs in fused_columns(folds)}


def _answer(rules: StatedRules, inputs: str, fused: Estimate, record: ClinicalRecord) -> tuple[Category, tuple[Reason, ...]]:
    reasons = abstention_reasons(rules, inputs, fused, record)
    called = Category.IMPAIRED if fused.probability >= rules.threshold else Category.UNIMPAIRED
    return Category.INCONCLUSIVE if reasons else called, reasons


def _count(labels: np.ndarray, answers: list[tuple[Category, tuple[Reason, ...]]]) -> VerbalAnswers:
    words = np.array([category for category, _ in answers], dtype=object)
    impaired, unimpaired = words == Category.IMPAIRED, words == Category.UNIMPAIRED
    right = int((impaired & labels).sum() + (unimpaired & ~labels).sum())
    given = int((impaired | unimpaired).sum())
    first = [reasons[0].code.value for _, reasons in answers if reasons]
    return VerbalAnswers(
        participants=len(labels),
        impaired=int(labels.sum()),
        impaired_right=int((impaired & labels).sum()),
        impaired_wrong=int((impaired & ~labels).sum()),
        unimpaired_right=int((unimpaired & ~labels).sum()),
        unimpaired_wrong=int((unimpaired & labels).sum()),
        inconclusive={code: first.count(code) for code in sorted(set(first))},
        given=as_metric(share(given, len(labels))),
        right=as_metric(share(right, given)) if given else None,
    )
