"""What a network answers to made-up slices and fields, by which a loaded model is tried against its card."""

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from adcore.case.clinical import ClinicalRecord, Sex
from adcore.model.calibration import NO_SCAN, Calibration
from adcore.networks.late_fusion import LateFusionNetwork, log_odds_of
from adcore.networks.training_distance import TrainingDistance, scan_features

Y_MM = (-30.0, -20.0)
"""MNI y of the made-up slices."""

SIZE = 64
RECORD = ClinicalRecord(age_years=75.0, sex=Sex.FEMALE, education_years=13.0, ses=2.0, mmse=25.0)
RECORDS = {"images": ClinicalRecord(), "no_mmse": RECORD.model_copy(update={"mmse": None}), "all": RECORD}
"""By the inputs that are known."""

DISTANCE = "training distance"


@torch.inference_mode()
def known_answers(
    network: LateFusionNetwork, calibrations: Mapping[str, Calibration], training_distance: TrainingDistance | None
) -> dict[str, float]:
    """Log-odds before calibration and probabilities of the made-up case, by "<inputs>_<branch>", and its distance.

    Args:
        calibrations: of the card.
        training_distance: the model's reference; None where it has none.
    """
    reading = network.read(torch.from_numpy(made_up_slices()), Y_MM)
    values, known = network.encode(list(RECORDS.values()))
    outputs = {"": network.classify(reading.features, values, known), NO_SCAN: network.classify(None, values, known)}
    logits: dict[str, float] = {}
    for prefix, output in outputs.items():
        for row, inputs in enumerate(RECORDS):
            logits[f"{prefix}{inputs}_fused"] = _log_odds(output.fused, row)
            logits |= {f"{prefix}{inputs}_{branch}": _log_odds(pairs, row) for branch, pairs in output.branches.items()}
    answers: dict[str, float] = {}
    for name, calibration in calibrations.items():
        if name in logits:
            answers |= {f"log-odds {name}": logits[name], name: calibration.estimate(logits[name]).probability}
    if training_distance is not None:
        answers[DISTANCE] = float(training_distance.distances(scan_features(reading.features.means)[None])[0])
    return answers


def made_up_slices() -> NDArray[np.float32]:
    """An oval brain with waves in it, (2, SIZE, SIZE), white matter near 1; the same on every computer to the last digits."""
    across, up = np.meshgrid(np.linspace(-1, 1, SIZE), np.linspace(-1, 1, SIZE), indexing="ij")
    inside = (across / 0.8) ** 2 + (up / 0.7) ** 2 < 1
    waves = [0.7 + 0.3 * np.cos(9 * across + place) * np.cos(7 * up - place) for place in range(len(Y_MM))]
    return np.where(inside, np.stack(waves), 0.0).astype(np.float32)


def _log_odds(pairs: Tensor, row: int) -> float:
    return float(log_odds_of(pairs[row]))
