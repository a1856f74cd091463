from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from adcore.answer.prediction import Branch
from adcore.errors import ModelError
from adcore.networks.training_distance import TRAINING_DISTANCE_FILE, TrainingDistance, fit_training_distance, scan_features

SIZES = (30, 50)


def participants(count: int, seed: int) -> NDArray[np.float32]:
    """Features that differ along six directions and a little in every other; the second branch's are larger."""
    directions = np.random.default_rng(0).standard_normal((6, sum(SIZES)))
    rng = np.random.default_rng(seed)
    features = 5 + rng.standard_normal((count, 6)) @ directions + 0.1 * rng.standard_normal((count, sum(SIZES)))
    return (features * np.repeat([1.0, 40.0], SIZES)).astype(np.float32)


@pytest.fixture(scope="module")
def training_distance() -> TrainingDistance:
    return fit_training_distance(participants(120, 1), SIZES)


def test_participants_like_those_fitted_on_lie_at_about_one(training_distance: TrainingDistance) -> None:
    distances = training_distance.distances(participants(200, 2))
    assert 0.8 < np.median(distances) < 1.3
    assert distances.max() < 2


def test_a_scan_farther_along_the_common_directions_is_far(training_distance: TrainingDistance) -> None:
    mean = training_distance.mean.numpy()
    assert (training_distance.distances(mean + 4 * (participants(20, 3) - mean)) > 2).all()


def test_a_scan_that_differs_where_participants_do_not_is_far(training_distance: TrainingDistance) -> None:
    odd = participants(20, 4)
    odd[:, :30] += 0.5 * np.random.default_rng(5).standard_normal((20, 30)).astype(np.float32)
    assert (training_distance.distances(odd) > 2).all()


def test_distances_survive_saving_and_an_altered_file_is_refused(training_distance: TrainingDistance, tmp_path: Path) -> None:
    digest = training_distance.save(tmp_path)
    again = TrainingDistance.load(tmp_path, digest)
    np.testing.assert_array_equal(again.distances(participants(5, 6)), training_distance.distances(participants(5, 6)))
    with (tmp_path / TRAINING_DISTANCE_FILE).open("ab") as file:
        file.write(b"\0")
    with pytest.raises(ModelError, match="Restore"):
        TrainingDistance.load(tmp_path, digest)
    with pytest.raises(ModelError, match="missing"):
        TrainingDistance.load(tmp_path / "elsewhere", digest)


def test_features_are_the_mean_over_slices_vgg16_first() -> None:
    means = {Branch.RESNET50: torch.full((1, 3, 2), 7.0), Branch.VGG16: torch.tensor([[[1.0], [2.0], [6.0]]])}
    np.testing.assert_allclose(scan_features(means), [3, 7, 7])
