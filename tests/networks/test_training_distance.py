from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from adcore.answer.prediction import Branch
from adcore.errors import ModelError
from adcore.networks.training_distance import LIKENESS_FILE, Likeness, fit_likeness, scan_features

SIZES = (30, 50)


def people(count: int, seed: int) -> NDArray[np.float32]:
    """Features that differ along six directions and a little in every other; the second branch's are larger."""
    directions = np.random.default_rng(0).standard_normal((6, sum(SIZES)))
    rng = np.random.default_rng(seed)
    features = 5 + rng.standard_normal((count, 6)) @ directions + 0.1 * rng.standard_normal((count, sum(SIZES)))
    return (features * np.repeat([1.0, 40.0], SIZES)).astype(np.float32)


@pytest.fixture(scope="module")
def likeness() -> Likeness:
    return fit_likeness(people(120, 1), SIZES)


def test_people_like_those_fitted_on_lie_at_about_one(likeness: Likeness) -> None:
    distances = likeness.distances(people(200, 2))
    assert 0.8 < np.median(distances) < 1.3
    assert distances.max() < 2


def test_a_scan_farther_along_the_common_directions_is_far(likeness: Likeness) -> None:
    mean = likeness.mean.numpy()
    assert (likeness.distances(mean + 4 * (people(20, 3) - mean)) > 2).all()


def test_a_scan_that_differs_where_people_do_not_is_far(likeness: Likeness) -> None:
    odd = people(20, 4)
    odd[:, :30] += 0.5 * np.random.default_rng(5).standard_normal((20, 30)).astype(np.float32)
    assert (likeness.distances(odd) > 2).all()


def test_it_says_the_same_after_a_trip_to_disk_and_refuses_an_altered_file(likeness: Likeness, tmp_path: Path) -> None:
    digest = likeness.save(tmp_path)
    again = Likeness.load(tmp_path, digest)
    np.testing.assert_array_equal(again.distances(people(5, 6)), likeness.distances(people(5, 6)))
    with (tmp_path / LIKENESS_FILE).open("ab") as file:
        file.write(b"\0")
    with pytest.raises(ModelError, match="Restore"):
        Likeness.load(tmp_path, digest)
    with pytest.raises(ModelError, match="missing"):
        Likeness.load(tmp_path / "elsewhere", digest)


def test_features_are_the_mean_over_planes_vgg16_first() -> None:
    means = {Branch.RESNET50: torch.full((1, 3, 2), 7.0), Branch.VGG16: torch.tensor([[[1.0], [2.0], [6.0]]])}
    np.testing.assert_allclose(scan_features(means), [3, 7, 7])
