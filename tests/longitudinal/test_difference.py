import numpy as np
import pytest
from nibabel.affines import apply_affine

from adcore.longitudinal.common_space import SHAPE, CommonSpace, common_affine
from adcore.longitudinal.difference import difference, drawn, log_field_ratio
from tests.support.visits import Visits

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def space(visits: Visits) -> CommonSpace:
    return CommonSpace.of([visits.first, visits.again, visits.later])


def test_every_visit_is_read_on_the_common_grid_with_white_matter_near_one(space: CommonSpace) -> None:
    for image in space.images:
        assert image.shape == SHAPE
        assert 0.85 < np.percentile(image[space.brain], 80) < 1.15


def test_exchanging_two_visits_mirrors_the_difference(space: CommonSpace) -> None:
    first, _, later = space.images
    there, back = difference(first, later, space.brain), difference(later, first, space.brain)
    assert np.abs(there + back).max() < 1e-5
    assert np.abs(there).max() > 0.3


def test_a_scan_differs_from_itself_nowhere(space: CommonSpace) -> None:
    assert np.abs(difference(space.images[0], space.images[0], space.brain)).max() == 0


def test_wider_ventricles_are_darker_later_and_a_head_lying_anew_is_not(space: CommonSpace) -> None:
    first, again, later = space.images
    centre = np.rint(apply_affine(np.linalg.inv(common_affine()), [(18.0, -20.0, 24.0), (-18.0, -20.0, 24.0)])).astype(int)
    beside_ventricles = tuple(np.array([[x + dx, y + dy, z] for x, y, z in centre for dx in (-3, 0, 3) for dy in (-6, 0, 6)]).T)
    grown, unchanged = (difference(first, other, space.brain) for other in (later, again))
    assert grown[beside_ventricles].min() < -0.2
    assert np.abs(unchanged[beside_ventricles]).max() < 0.1
    assert np.percentile(np.abs(unchanged[space.brain]), 99) < 0.5 * np.percentile(np.abs(grown[space.brain]), 99)


def test_another_receive_field_is_no_difference(space: CommonSpace) -> None:
    x, y, z = np.meshgrid(*(np.linspace(-1, 1, n, dtype=np.float32) for n in SHAPE), indexing="ij", sparse=True)
    biased = space.images[0] * np.exp(0.2 * x - 0.15 * y * y + 0.1 * z)
    change = difference(space.images[0], biased.astype(np.float32), space.brain)
    assert np.percentile(np.abs(change[space.brain]), 99) < 0.04
    field = log_field_ratio(space.images[0], biased.astype(np.float32), space.brain)
    wanted = (0.2 * x - 0.15 * y * y + 0.1 * z)[space.brain]
    assert np.corrcoef(field[space.brain], wanted)[0, 1] > 0.95


def test_what_is_within_the_noise_is_not_drawn() -> None:
    change = np.array([-0.2, -0.05, 0.0, 0.04, 0.3], np.float32)
    assert drawn(change, 0.05).tolist() == pytest.approx([-0.2, 0, 0, 0, 0.3])
