from pathlib import Path

import numpy as np
import pytest

from adcore.errors import CohortError, ModelError
from adcore.model.card import ModelCard
from adcore.networks.training_distance import TrainingDistance
from adcore.predict import load_predictor
from adcore.training.release import training_distance
from adcore.training.release.training_distance import SIZES, add_training_distance, cross_validated, write_training_distance
from tests.support.untrained import synthetic_cohort, write_untrained_model


def test_participants_held_out_lie_at_one_whatever_was_fitted() -> None:
    rng = np.random.default_rng(0)
    features = (rng.standard_normal((90, 5)) @ rng.standard_normal((5, 60)) + rng.standard_normal((90, 60))).astype(np.float32)
    rest, distances = cross_validated(features, (20, 40))
    assert rest > 0
    assert 0.7 < np.median(distances) < 1.3


def test_the_card_names_the_file_and_keeps_all_else(tmp_path: Path) -> None:
    folder = write_untrained_model(tmp_path / "model")
    before = ModelCard.read(folder)
    features = np.random.default_rng(0).standard_normal((40, sum(SIZES))).astype(np.float32)
    card = write_training_distance(folder, before, features)
    assert ModelCard.read(folder) == card
    assert card.model_copy(update={"training_distance": None, "seal": before.seal}) == before
    assert card.training_distance is not None
    assert card.training_distance.participants == 40
    assert 0 < card.training_distance.usual < card.training_distance.limit
    far = TrainingDistance.load(folder, card.training_distance.sha256).distances(
        features.mean(axis=0) + 10 * (features - features.mean(axis=0))
    )
    assert (far > card.training_distance.limit).all()


@pytest.mark.slow
def test_the_limit_is_a_tolerance_limit_of_participants_and_healthy_adults_told_on_the_card(tmp_path: Path) -> None:
    folder = write_untrained_model(tmp_path / "model")
    rng = np.random.default_rng(0)
    features, outside = (rng.standard_normal((count, sum(SIZES))).astype(np.float32) for count in (300, 60))
    outside[0] *= 2
    alone = write_training_distance(folder, ModelCard.read(folder), features).training_distance
    both = write_training_distance(folder, ModelCard.read(folder), features, outside).training_distance
    assert alone is not None
    assert both is not None
    measured = TrainingDistance.load(folder, both.sha256).distances(outside)
    assert both.limit == pytest.approx(measured.max(), abs=0.01)
    assert measured.max() <= both.limit
    assert (alone.healthy_adults, both.healthy_adults) == (0, 60)
    assert both.quantile == 0.99
    assert both.confidence == pytest.approx(1 - 0.99**360, abs=1e-3)
    assert alone.limit < both.limit
    for told in ("300 participants", "60 healthy adults under 60", "97.3% confidence", "99% of such people"):
        assert told in both.origin


@pytest.mark.slow
def test_only_healthy_adults_under_60_count_and_a_stopped_run_resumes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_untrained_model(tmp_path / "model")
    cohort, healthy = synthetic_cohort(labelled=12, others=3), synthetic_cohort(labelled=4, others=3)
    card = add_training_distance(folder, cohort, healthy, tmp_path / "runs")
    assert card.training_distance is not None
    assert card.training_distance.healthy_adults == int((healthy.table["age_years"] < 60).sum())
    assert 0 < card.training_distance.healthy_adults < len(healthy)
    monkeypatch.setattr(training_distance, "scan_features", None)
    assert add_training_distance(folder, cohort, healthy, tmp_path / "runs") == card


@pytest.mark.slow
def test_one_command_measures_every_person_and_the_model_loads_with_it(tmp_path: Path) -> None:
    folder = write_untrained_model(tmp_path / "model")
    card = add_training_distance(folder, synthetic_cohort(labelled=12, others=3))
    assert card.training_distance is not None
    assert card.training_distance.participants == 15
    assert load_predictor(str(folder)).card.training_distance == card.training_distance


def test_a_model_whose_reference_is_lost_is_refused(tmp_path: Path) -> None:
    folder = write_untrained_model(tmp_path / "model")
    write_training_distance(
        folder, ModelCard.read(folder), np.random.default_rng(0).standard_normal((20, sum(SIZES))).astype(np.float32)
    )
    (folder / "training_distance.safetensors").unlink()
    with pytest.raises(ModelError, match="training_distance"):
        load_predictor(str(folder))


@pytest.mark.slow
def test_too_few_participants_are_refused_in_a_sentence(tmp_path: Path) -> None:
    folder = write_untrained_model(tmp_path / "model")
    with pytest.raises(CohortError, match="10 participants or more"):
        add_training_distance(folder, synthetic_cohort(labelled=6, others=3))
