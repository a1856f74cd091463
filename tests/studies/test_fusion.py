from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold

from adcore.networks.slice_segmentation import SLICE_STRUCTURES
from adcore.predict import Predictor
from adcore.statistics.metrics import area_under_curve
from adcore.statistics.names import WITH_SCAN
from adcore.studies import fusion
from adcore.studies.fusion import READ, SUM, measure_shares, structures_out_of_fold, sum_out_of_fold, with_sums
from adcore.training.heads import HeadConfig
from tests.support.untrained import synthetic_cohort, untrained_card, untrained_network

LABELS = np.arange(80) % 2 == 1
CONFIG = HeadConfig(inner_folds=3)
FOLDS = np.empty(80, dtype=int)
for number, (_, tested) in enumerate(StratifiedKFold(4, shuffle=True, random_state=0).split(LABELS, LABELS)):
    FOLDS[tested] = number


def told(strength: float, seed: int) -> NDArray[np.float64]:
    return np.asarray(np.random.default_rng(seed).normal(0, 1, len(LABELS)) + strength * (2 * LABELS - 1))


def test_two_branches_that_err_apart_tell_more_together() -> None:
    first, second = told(0.8, 0), told(0.8, 1)
    together = sum_out_of_fold([first, second], LABELS, FOLDS, 3, 0)
    assert area_under_curve(LABELS, together) > max(area_under_curve(LABELS, one) for one in (first, second))


def test_no_participants_own_label_reaches_its_sum() -> None:
    branches = [told(0.8, 0), told(0.5, 1)]
    before = sum_out_of_fold(branches, LABELS, FOLDS, 3, 0)
    turned = np.where(FOLDS == 0, ~LABELS, LABELS)  # the test fold's labels alone
    assert np.array_equal(sum_out_of_fold(branches, turned, FOLDS, 3, 0)[FOLDS == 0], before[FOLDS == 0])


def test_no_participants_own_label_reaches_its_structures() -> None:
    shares = np.stack([told(0.8, seed) for seed in range(3)], axis=1).astype(np.float32)
    before = structures_out_of_fold(shares, LABELS, FOLDS, CONFIG, 0)
    assert area_under_curve(LABELS, before) > 0.8
    turned = np.where(FOLDS == 0, ~LABELS, LABELS)
    assert np.array_equal(structures_out_of_fold(shares, turned, FOLDS, CONFIG, 0)[FOLDS == 0], before[FOLDS == 0])


def repeats() -> pd.DataFrame:
    subjects = [f"S{number:03d}" for number in range(80)]
    tables = []
    for repeat in range(2):
        table = pd.DataFrame({"subject": subjects, "fold": FOLDS, "label": LABELS.astype(int), "repeat": repeat})
        for place, inputs in enumerate(WITH_SCAN):
            for number, branch in enumerate(("fused", "vgg16", "resnet50", "clinical")):
                if (inputs, branch) != ("images", "clinical"):
                    table[f"logit_{inputs}_{branch}"] = told(0.5, 10 * place + number)
        tables.append(table)
    return pd.concat(tables)


@pytest.mark.slow
def test_every_repeat_gets_the_sum_and_the_structures_beside_what_is_stored() -> None:
    shares = pd.DataFrame({name: told(0.5, seed) for seed, name in enumerate(READ)}, index=[f"S{n:03d}" for n in range(80)])
    found = with_sums(repeats(), shares.sample(frac=1, random_state=0), CONFIG, 0)  # in whatever order they were measured
    assert len(found) == 160
    for inputs in WITH_SCAN:
        for model in (SUM, "structures", "fused", "resnet50"):
            assert found[f"p_{inputs}_{model}"].between(0, 1).all()
    again = with_sums(repeats(), shares, CONFIG, 0)
    pd.testing.assert_frame_equal(found, again)


def test_shares_are_measured_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cohort = synthetic_cohort(labelled=4, others=2)
    network = untrained_network()
    predictor = Predictor(untrained_card(weights={"slice_segmentation.safetensors": "0" * 64}), network)
    monkeypatch.setattr(fusion, "load_predictor", lambda _model: predictor)
    found = measure_shares(cohort, None, tmp_path / "shares.csv")
    assert list(found.index) == list(cohort.labelled().table["person"])
    places = torch.tensor(cohort.y_mm)
    with torch.inference_mode():
        features = network.read(torch.from_numpy(cohort.labelled().slices[0]), cohort.y_mm).features
        read = network.structure_shares(features.shares, places)[0]  # as the fusion reads them
    assert found.iloc[0].to_numpy() == pytest.approx([float(read[SLICE_STRUCTURES.index(name)]) for name in READ], abs=1e-5)
    monkeypatch.setattr(network.slice_segmentation, "paint", None)
    pd.testing.assert_frame_equal(measure_shares(cohort, None, tmp_path / "shares.csv"), found)
