from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import torch

from adcore.cohorts.cohort import Cohort
from adcore.errors import ModelError
from adcore.evaluation.card.verify import Verdict, check_card
from adcore.model.card import FOLDS_FILE, REPEATS_FILE, ModelCard
from adcore.predict import load_predictor
from adcore.training.config import TrainConfig
from adcore.training.labels import TrainedModel
from adcore.training.release import fusion
from adcore.training.release.fusion import FUSION_FILE, train_fusion, with_fusion
from tests.support.untrained import synthetic_cohort
from tests.training.release.test_model import release, trained_on

pytestmark = pytest.mark.usefixtures("few_resamples")

REPEATS = 2


def trained_first(cohort: Cohort) -> TrainedModel:
    """Made-up predictions of a branch beside those of the fusion."""
    found = trained_on(cohort, REPEATS)
    return replace(found, repeats=found.repeats.assign(logit_images_vgg16=found.repeats["logit_images_fused"] + 0.2))


def trained_again(cohort: Cohort) -> TrainedModel:
    """The same folds; every log-odds and all weights are others."""
    first = trained_first(cohort)
    logits = [name for name in first.repeats.columns if name.startswith("logit_")]
    torch.manual_seed(1)
    with torch.no_grad():
        for weights in first.network.parameters():
            weights.add_(0.1 * torch.randn_like(weights))
    return replace(first, repeats=first.repeats.assign(**(first.repeats[logits] * 0.5 + 0.1)))


@pytest.mark.slow
def test_a_new_fusion_leaves_the_branches_their_weights_and_predictions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cohort = synthetic_cohort(labelled=24, others=3)
    release(tmp_path, cohort, trained_first(cohort))
    before, stored = ModelCard.read(tmp_path), pd.read_csv(tmp_path / REPEATS_FILE)
    monkeypatch.setattr(fusion, "learn_labels", lambda *_, **__: trained_again(cohort))
    monkeypatch.setattr(fusion, "measure_controls", lambda *_: {})
    card = train_fusion(tmp_path, cohort, TrainConfig(), tmp_path / "runs", [Path("head.nii.gz")])
    assert card.version == str(int(before.version) + 1)
    assert {name for name in card.weights if card.weights[name] != before.weights[name]} == {FUSION_FILE}
    assert card.training_config["planted_heads"] == ["head.nii.gz"]
    again = pd.read_csv(tmp_path / REPEATS_FILE)
    changed = {name for name in stored.columns if not again[name].equals(stored[name])}
    assert {name.rsplit("_", 1)[1] for name in changed} == {"fused", "clinical"}
    assert {name for name in before.calibrations if card.calibrations[name] != before.calibrations[name]} == {
        name for name in before.calibrations if name.endswith(("_fused", "_clinical"))
    }
    assert card.calibrations["all_fused"].slope > 1.5 * before.calibrations["all_fused"].slope  # log-odds are halved
    assert len(pd.read_csv(tmp_path / FOLDS_FILE)) == 24
    assert Verdict.DIFFERS not in {finding.verdict for finding in check_card(tmp_path, cohort)}
    load_predictor(f"{tmp_path}/")  # its seal and its known case hold


def test_folds_of_other_participants_are_refused() -> None:
    cohort = synthetic_cohort(labelled=24, others=3)
    stored = trained_on(cohort, 1).repeats
    with pytest.raises(ModelError, match="Give the cohort it was trained on"):
        with_fusion(stored, stored.assign(fold=1 - stored["fold"]))
