"""Model folders without weights, their people, and data folders of those people: what the card's and the errors page read."""

import json
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from adcore.cohorts.synthetic.participants import ABOUT_FILE, SLICES_FOLDER, TABLE_FILE, SyntheticParticipant
from adcore.evaluation.card.certificate import SplitParticipants, certify, participants_of
from adcore.evaluation.card.verbal_answers import verbal_answers
from adcore.model.card import FOLDS_FILE, MetricInterval, ModelCard
from adcore.model.card_schema import (
    Comparison,
    Control,
    DecisionCurve,
    KeptAside,
    Reliability,
    ScanWorth,
    Spread,
    Subgroup,
    WordsAtPrevalence,
)
from adcore.prepare.slices import SliceConfig
from adcore.statistics.conformal import coverage_out_of_fold, shipped_limits
from adcore.statistics.cross_validation import LOGIT, calibrate_out_of_fold, chance_columns
from adcore.statistics.metrics import confusion, metric_functions
from tests.support.untrained import CALIBRATED, untrained_card

SLICES = SliceConfig(t88_slices=(92, 97))
FOLDS = 4
PARTICIPANTS = 40

CERTAIN_MISS = "OAS1_0001"
"""Impaired, and called unimpaired with certainty by the fusion with everything known."""

PRETRAINED_ON = ("OAS1_0900", "OAS1_0901")


def folds_table(seed: int = 0) -> pd.DataFrame:
    """Out-of-fold predictions of PARTICIPANTS, half of them impaired, most of them classified correctly; CERTAIN_MISS is not."""
    generator = np.random.default_rng(seed)
    labels = np.arange(PARTICIPANTS) % 2
    subjects = [f"OAS1_{number:04d}" for number in range(PARTICIPANTS)]
    folds = pd.DataFrame({"subject": subjects, "fold": np.arange(PARTICIPANTS) // 2 % FOLDS, "label": labels})
    for name in CALIBRATED:
        folds[f"{LOGIT}{name}"] = 2 * (labels - 0.5) + generator.normal(0, 1, PARTICIPANTS)
    folds.loc[folds["subject"] == CERTAIN_MISS, f"{LOGIT}all_fused"] = -4.0
    return calibrate_out_of_fold(folds).round(6)


def write_model_folder(folder: Path, *, full: bool = False, slices: SliceConfig = SLICES) -> Path:
    """card.json and folds.csv without weights; `full` fills in what newer cards hold."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in _files(full, slices).items():
        (folder / name).write_bytes(content)
    return folder


@lru_cache
def _files(full: bool, slices: SliceConfig) -> dict[str, bytes]:
    """The files of such a folder, computed once a process."""
    with TemporaryDirectory() as made:
        folder, folds = Path(made), folds_table()
        folds.to_csv(folder / FOLDS_FILE, index=False)
        card = untrained_card(slices).model_copy(update=_sections(folds) | (_saliency(folds) if full else {}))
        card.write(folder)
        ModelCard.read(folder)
        return {path.name: path.read_bytes() for path in folder.iterdir()}


def write_oasis1(folder: Path, slices: SliceConfig = SLICES) -> Path:
    """A data folder in OASIS-1's form with everyone of folds_table, slices for the first four of them only."""
    folds = folds_table()
    ages = 60 + np.arange(PARTICIPANTS) % 30
    raw = pd.DataFrame({"ID": folds["subject"] + "_MR1", "M/F": np.where(np.arange(PARTICIPANTS) % 3, "F", "M"), "Age": ages})
    raw = raw.assign(Educ=3, SES=2, MMSE=27, CDR=np.where(folds["label"] == 1, 0.5, 0.0), eTIV=1400, nWBV=0.75)
    (folder / "coronal").mkdir(parents=True)
    raw.to_csv(folder / "oasis_cross-sectional.csv", index=False)
    generator = np.random.default_rng(0)
    for session in raw["ID"][:4]:
        (folder / "coronal" / session).mkdir()
        for number in slices.t88_slices:
            pixels = generator.integers(60, 130, (176, 176), dtype=np.uint8)
            Image.fromarray(pixels).save(folder / "coronal" / session / f"{session}.{number}.png")
    return folder


def write_synthetic_participants(folder: Path, slices: SliceConfig = SLICES) -> Path:
    """Two synthetic people whose planes are noise."""
    participants = (
        SyntheticParticipant("SYN-01", 63, "F", 16, 2, 30, 0.0, 1),
        SyntheticParticipant("SYN-02", 80, "M", 12, None, None, 1.0, 2),
    )
    (folder / SLICES_FOLDER).mkdir(parents=True)
    pd.DataFrame([asdict(one) for one in participants]).to_csv(folder / TABLE_FILE, index=False)
    (folder / ABOUT_FILE).write_text(json.dumps({"slices_digest": slices.digest}))
    generator = np.random.default_rng(0)
    for one in participants:
        strip = generator.integers(40, 200, (len(slices.t88_slices) * slices.size, slices.size), dtype=np.uint8)
        Image.fromarray(strip).save(folder / SLICES_FOLDER / f"{one.person}.png")
    return folder


def _sections(folds: pd.DataFrame) -> dict[str, Any]:
    """What every card holds; intervals are made up around true values."""
    labels = folds["label"].to_numpy() == 1
    metrics: dict[str, Any] = {}
    counts: dict[str, Any] = {}
    for inputs, branch, column in chance_columns(folds):
        chances = folds[column].to_numpy()
        measured = {name: float(measure(labels, chances)) for name, measure in metric_functions(0.5).items()}
        metrics.setdefault(inputs, {})[branch] = {name: _around(value) for name, value in measured.items()}
        counts.setdefault(inputs, {})[branch] = asdict(confusion(labels, chances, 0.5))
    simple = dict.fromkeys(metric_functions(0.5), _around(0.6))
    grades = {"0": PARTICIPANTS // 2, "0.5": PARTICIPANTS // 2}
    return {
        "name": "made-up",
        "not_for": ["Anything but tests."],
        "limits": ["It has learned nothing."],
        "data": {
            "sessions": PARTICIPANTS + 3,
            "participants": PARTICIPANTS + 2,
            "labelled_participants": PARTICIPANTS,
            "impaired_participants": PARTICIPANTS // 2,
            "cdr_counts": grades,
            "female_labelled": 20,
            "pretraining_participants": 2,
            "pretraining_sessions": 3,
            "unknown_fields_labelled": {"ses": 4, "mmse": 0},
            "impaired_among_unknown_ses": 3,
        },
        "method": {"data_source": "made up for tests", "unknown_ses": "it is filled in"},
        "metrics": metrics,
        "confusion": counts,
        "baselines": {"age, sex": simple, "age, sex, nWBV, eTIV": simple, "age, sex, education, SES, MMSE": simple},
        "splits": [
            dict.fromkeys(("fit", "stop"), "0" * 64) | {"test": participants_of(part["subject"]).sha256}
            for _, part in folds.groupby("fold")
        ],
        "seeds": {"training": 1, "bootstrap": 2},
    }


def _words(prevalence: float) -> WordsAtPrevalence:
    names = ("given", "coverage", "impaired_right", "weighted_coverage", "weighted_coverage_impaired")
    return WordsAtPrevalence(prevalence=prevalence, unimpaired_right=None, **{name: _around(0.6) for name in names})


def _worth(group: str, *, both_classes: bool) -> ScanWorth:
    kinds = ("scan", "clinical", "both")
    return ScanWorth(
        group=group,
        participants=20,
        impaired=10 if both_classes else 20,
        scanned=1.0,
        auc={kind: _around(0.8) for kind in kinds if both_classes},
        brier={kind: _around(0.2) for kind in kinds[1:]},
        accuracy={kind: _around(0.7) for kind in kinds[1:]},
        auc_difference=_around(0.02) if both_classes else None,
        brier_difference=_around(-0.01),
        accuracy_difference=_around(0.03),
    )


def _saliency(folds: pd.DataFrame) -> dict[str, Any]:
    """What newer cards hold beside it."""
    everyone = list(folds["subject"])
    splits = []
    for fold, part in folds.groupby("fold"):
        test = list(part["subject"])
        others = [person for person in everyone if person not in test]
        splits.append(SplitParticipants(0, int(fold), others[5:], others[:5], test))
    group = Subgroup(participants=20, impaired=10, auc=_around(0.8), sensitivity=_around(0.7), specificity=_around(0.6))
    return {
        "certificate": certify(splits, PRETRAINED_ON),
        "conformal": shipped_limits(folds),
        "coverage": coverage_out_of_fold(folds, 0.5),
        "repeats": {"all": {"fused": {"auc": Spread(repeats=5, mean=0.81, sd=0.02, least=0.79, greatest=0.84)}}},
        "subgroups": {inputs: {"women": group, "men": group} for inputs in ("images", "no_mmse", "all")},
        "comparisons": [Comparison(inputs="all", first="fused", second="clinical", difference=_around(0.01), above=0.6)],
        "controls": {
            "shuffled labels": Control(
                done="Labels were shuffled.", metric="AUC", result=_around(0.5), expected="No better than chance."
            )
        },
        "verbal_answers": verbal_answers(folds, 0.5),
        "words_at_prevalence": {"all": [_words(0.2), _words(0.5)]},
        "reliability": {"all": {"fused": Reliability(slope=_around(0.9), intercept=_around(0.1), ece_by_chance=_around(0.07))}},
        "scan_worth": [_worth("everyone", both_classes=True), _worth("MMSE 24 and under", both_classes=False)],
        "decision_curves": [
            DecisionCurve(
                prevalence=0.2,
                thresholds=[0.1, 0.2],
                net_benefit={"the answer": [0.1, 0.08], "fields alone": [0.1, 0.07], "everybody": [0.1, 0.0]},
            )
        ],
        "kept_aside": KeptAside(
            participants=10,
            impaired=5,
            measured="Measured once.",
            auc={"all": _around(0.9)},
            auc_alone={"vgg16": 0.8},
            sentences=["Nine of ten words were right."],
        ),
        "origins": {"coverage": "Counted for a test."},
    }


def _around(value: float) -> MetricInterval:
    return MetricInterval(value=round(value, 4), low=round(max(0.0, value - 0.1), 4), high=round(min(1.0, value + 0.1), 4))
