from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from adcore.cohorts.cohort import Cohort
from adcore.errors import CohortError
from adcore.evaluation.card.verify import Verdict, check_card
from adcore.model.card import FOLDS_FILE, ModelCard
from adcore.networks.slice_segmentation import SLICE_STRUCTURES
from adcore.networks.structures_branch import READ
from adcore.statistics.metrics import area_under_curve
from adcore.training.heads import HeadConfig
from adcore.training.release.structures_branch import (
    COLUMNS,
    add_structures_branch,
    measure_shares,
    structures_out_of_fold,
    with_structures,
)
from tests.support.untrained import synthetic_cohort, untrained_network
from tests.training.release.test_model import release, trained_on

CONFIG = HeadConfig(inner_folds=2)
LABELS = np.arange(80) % 2 == 1
FOLDS = np.arange(80) // 2 % 4


def telling_shares() -> np.ndarray:
    noise = np.random.default_rng(0).normal(0, 1, (len(LABELS), 3))
    return (noise + 0.8 * (2 * LABELS - 1)[:, None]).astype(np.float32)


def test_no_participants_own_label_reaches_its_structures() -> None:
    before = structures_out_of_fold(telling_shares(), LABELS, FOLDS, CONFIG, 0)
    assert area_under_curve(LABELS, before) > 0.8
    turned = np.where(FOLDS == 0, ~LABELS, LABELS)
    assert np.array_equal(structures_out_of_fold(telling_shares(), turned, FOLDS, CONFIG, 0)[FOLDS == 0], before[FOLDS == 0])


def test_shares_are_found_by_participant_in_whatever_order_they_were_measured() -> None:
    subjects = [f"S{number:03d}" for number in range(80)]
    table = pd.DataFrame({"subject": subjects, "fold": FOLDS, "label": LABELS.astype(int)})
    shares = pd.DataFrame(telling_shares(), index=subjects)
    found = with_structures(table, shares, CONFIG, 0)
    pd.testing.assert_frame_equal(with_structures(table, shares.iloc[::-1], CONFIG, 0), found)
    assert all(found[name].nunique() > 70 for name in COLUMNS)
    with pytest.raises(CohortError, match="1 participants"):
        with_structures(table, shares.iloc[1:], CONFIG, 0)


def test_shares_are_measured_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    labelled, network = synthetic_cohort(labelled=4, others=2).labelled(), untrained_network()
    found = measure_shares(network, labelled, tmp_path / "shares.csv")
    assert list(found.index) == list(labelled.table["person"])
    with torch.inference_mode():
        features = network.read(torch.from_numpy(labelled.slices[0]), labelled.y_mm).features
        read = network.structure_shares(features.shares, torch.tensor(labelled.y_mm))[0]  # as the fusion reads them
    assert found.iloc[0].to_numpy() == pytest.approx([float(read[SLICE_STRUCTURES.index(name)]) for name in READ], abs=1e-5)
    monkeypatch.setattr(network.slice_segmentation, "paint", None)
    pd.testing.assert_frame_equal(measure_shares(network, labelled, tmp_path / "shares.csv"), found)


@pytest.mark.slow
@pytest.mark.usefixtures("few_resamples")
def test_a_finished_model_gets_the_branch_and_keeps_everything_else(tmp_path: Path) -> None:
    cohort: Cohort = synthetic_cohort(labelled=24, others=3)
    trained = trained_on(cohort, 2)
    trained.network.structures = None
    folder = tmp_path / "model"
    release(folder, cohort, trained)
    before, table = ModelCard.read(folder), pd.read_csv(folder / FOLDS_FILE)
    assert before.structures is None
    card = add_structures_branch(folder, cohort, tmp_path / "runs", CONFIG)
    assert card.structures is not None
    assert tuple(card.structures.coefficients) == READ
    pd.testing.assert_frame_equal(pd.read_csv(folder / FOLDS_FILE)[table.columns], table)
    assert {name: card.calibrations[name] for name in before.calibrations} == before.calibrations
    assert card.conformal == before.conformal
    assert "structures" in card.metrics["images"]
    assert Verdict.DIFFERS not in {finding.verdict for finding in check_card(folder, cohort)}
