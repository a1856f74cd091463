"""The negative controls of a card, measured."""

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from adcore.case.clinical import FIELDS
from adcore.cohorts.cohort import Cohort
from adcore.model.calibration import Calibration
from adcore.model.card_schema import CHANCE_ERROR, Control
from adcore.networks.late_fusion import LateFusionNetwork, log_odds_of
from adcore.statistics.cross_validation import CHANCE, calibrate_out_of_fold, calibrations
from adcore.statistics.intervals import as_metric, bootstrap, class_draws, mean, mean_and_range
from adcore.statistics.metrics import auc, metric_functions
from adcore.training.control_runs import ControlRuns

SVM_PENALTY = 1e-4
"""Penalty of the linear support vector machine: small, because there are far more pixels than participants; not tuned."""
SVM_ROUNDS = 100_000
"""More than the solver ever needs, so that a small cohort cannot stop it early."""
PIXEL_STEP = 2
SLICE_STEP = 3
RESAMPLES = 2000


def measure_controls(
    runs: ControlRuns, network: LateFusionNetwork, cohort: Cohort, folds: pd.DataFrame, seed: int
) -> dict[str, Control]:
    """Every control of the card, by name.

    Args:
        network: trained on all labelled participants.
        cohort: everyone who took part.
        folds: subject, fold, label, `logit_<inputs>_<branch>` of the first repeat.
    """
    fold_of = dict(zip(folds["subject"], folds["fold"], strict=True))
    return {
        "shuffled labels": shuffled_control(runs.shuffled_labels, runs.shuffled),
        "outline only": auc_control(
            runs.labels,
            runs.outlines,
            "The networks were trained and tested on each participant's bare outline, 1 inside and 0 outside; fusion on images "
            "alone.",
            "Well below the result on scans: otherwise the outline left by skull stripping would carry the label.",
            seed,
        ),
        "mirror image": auc_control(
            runs.labels,
            runs.mirrored,
            "The test participants' slices were mirrored left to right; fusion on images alone.",
            "As good as unmirrored: the disease has no fixed side, and training mirrors slices at random.",
            seed,
        ),
        "pixels": pixel_control(cohort.labelled(), fold_of, seed),
        "SES withheld": withheld_control(runs.ses_withheld, seed),
        CHANCE_ERROR: chance_error_control(folds, seed),
        "rescans": rescan_control(network, cohort, calibrations(folds).get("images_fused"), seed),
    }


def auc_control(labels: NDArray[np.bool_], scores: NDArray[np.float64], done: str, expected: str, seed: int) -> Control:
    """A control whose result is an AUC over participants, with its bootstrap interval."""
    interval = bootstrap(auc, class_draws(labels, seed), labels, scores)
    return Control(done=done, metric="AUC", result=as_metric(interval), expected=expected)


def shuffled_control(labels: NDArray[np.bool_], scores: NDArray[np.float64]) -> Control:
    """The mean AUC of shuffled labels and their scores (R, S), one row a shuffle, and the range that holds 95% of shuffles."""
    found = np.array([float(auc(*pair)) for pair in zip(labels, scores, strict=True)])
    return Control(
        done=f"The participants' labels were shuffled {len(found)} times and the image branches trained on each shuffle; the "
        "interval is the 95% range of the shuffles.",
        metric="AUC",
        result=as_metric(mean_and_range(found)),
        expected="0.5 within the range: anything else would mean that labels leak into the training.",
    )


def withheld_control(differences: NDArray[np.float64], seed: int) -> Control:
    """The mean change of log-odds when SES is withheld, from changes (S,), NaN where SES was unknown anyway."""
    found = differences[~np.isnan(differences)]
    if not len(found):
        return Control(
            done="SES was to be withheld for participants who have it, but nobody has.",
            metric="difference in log-odds",
            result=None,
            expected="About 0.",
        )
    interval = mean(found, seed)
    return Control(
        done=f"SES was withheld for the {len(found)} participants who have it; the mean change of the fused log-odds without "
        "MMSE, out of fold.",
        metric="difference in log-odds",
        result=as_metric(interval),
        expected="About 0: otherwise a missing value would itself indicate impairment.",
    )


def chance_error_control(folds: pd.DataFrame, seed: int) -> Control:
    """The calibration error that a perfectly calibrated model would show with these probabilities and so few participants.

    Labels are drawn from the fused out-of-fold probabilities with every input (Bröcker and Smith 2007, Wea Forecasting
    22:651).
    """
    chances = calibrate_out_of_fold(folds)[f"{CHANCE}all_fused"].to_numpy()
    drawn = np.random.default_rng(seed).random((RESAMPLES, len(chances))) < chances
    errors = metric_functions(0.5)["ece"](drawn, np.broadcast_to(chances, drawn.shape))
    return Control(
        done=f"Labels were drawn {RESAMPLES} times from the fused probabilities with all inputs, as if these were exactly right; "
        "the mean calibration error and the 95% range of the draws.",
        metric="ECE",
        result=as_metric(mean_and_range(errors)),
        expected="The reference for the measured error: with so few participants even perfect probabilities show some error.",
    )


def pixel_control(labelled: Cohort, fold_of: dict[str, int], seed: int) -> Control:
    """A linear support vector machine on the pixels of every third slice, on the same folds."""
    pixels = labelled.slices[:, ::SLICE_STEP, ::PIXEL_STEP, ::PIXEL_STEP].reshape(len(labelled), -1).astype(np.float64)
    folds = np.array([fold_of[person] for person in labelled.table["person"]])
    scores = np.empty(len(labelled))
    for fold in np.unique(folds):
        here = folds == fold
        machine = make_pipeline(StandardScaler(), LinearSVC(C=SVM_PENALTY, random_state=seed, max_iter=SVM_ROUNDS))
        scores[here] = machine.fit(pixels[~here], labelled.impaired[~here]).decision_function(pixels[here])
    return auc_control(
        labelled.impaired,
        scores,
        "A linear support vector machine on the pixels of the slices, on the same folds.",
        "Lower than the networks: this is what can be done without any network.",
        seed,
    )


@torch.inference_mode()
def rescan_control(network: LateFusionNetwork, cohort: Cohort, calibration: Calibration | None, seed: int) -> Control:
    """The difference of the probability on images alone between two scans of one participant.

    Args:
        calibration: on images alone; None where the fusion is silent then.
        cohort: everyone; participants with two sessions and no label are read.
    """
    others = cohort.unlabelled()
    twice = others.scanned_twice()
    if not twice or calibration is None:
        why = "the fusion is silent on images alone" if twice else "no unlabelled participant has two"
        return Control(
            done=f"Two scans of one participant were to be compared, but {why}.",
            metric="difference in probability",
            result=None,
            expected="A few hundredths.",
        )
    nothing = torch.zeros(1, len(FIELDS) + len(network.measures))
    gaps = []
    for rows in twice:
        chances = []
        for row in rows:
            scan = network.read(torch.from_numpy(others.slices[row]), others.y_mm).features
            pair = network.classify(scan, nothing, nothing).fused[0]
            chances.append(calibration.estimate(float(log_odds_of(pair))).probability)
        gaps.append(abs(chances[0] - chances[1]))
    found = np.array(gaps)
    return Control(
        done=f"{len(found)} unlabelled participants were scanned twice within weeks; the mean absolute difference of the "
        "probability on images alone, with its bootstrap interval.",
        metric="difference in probability",
        result=as_metric(mean(found, seed)),
        expected="A few hundredths: the brain does not change within weeks.",
    )
