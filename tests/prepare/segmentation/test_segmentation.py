import numpy as np
import pytest
import torch
from nibabel.affines import apply_affine

from adcore.prepare.segmentation.network import GRID_SHAPE, GRID_SPACING_MM, StructureNetwork, grid_affine
from adcore.prepare.segmentation.segmentation import Segmentation, segment
from adcore.prepare.segmentation.structures import CLASSES, OUTSIDE, Side, label_of

LEFT, RIGHT = label_of("hippocampus", Side.LEFT), label_of("hippocampus", Side.RIGHT)


class Drawn(StructureNetwork):
    """A network that always answers with the same drawing."""

    def __init__(self, labels: torch.Tensor) -> None:
        super().__init__()
        self._logits = 12.0 * torch.nn.functional.one_hot(labels, CLASSES).permute(3, 0, 1, 2).float()

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self._logits[None].expand(len(images), -1, -1, -1, -1)


def drawing() -> torch.Tensor:
    """A ball of tissue with a left and a right half, and a speck far off."""
    points = apply_affine(grid_affine(), np.moveaxis(np.indices(GRID_SHAPE), 0, -1))
    inside = np.linalg.norm(points - (1.0, -20.0, 5.0), axis=-1) < 40
    labels = np.where(inside, np.where(points[..., 0] < 0, LEFT, RIGHT), OUTSIDE)
    labels[2:5, 2:5, 2:5] = label_of("CSF")
    return torch.from_numpy(labels)


def drawn() -> Segmentation:
    return segment(torch.zeros(GRID_SHAPE), Drawn(drawing()))


def test_only_the_largest_piece_counts_as_the_inside_of_the_head() -> None:
    found = drawn()
    assert (found.labels[:10, :10, :10] == OUTSIDE).all()
    assert found.probabilities[OUTSIDE, 3, 3, 3] == 1
    assert not found.brain[:10, :10, :10].any()
    assert found.atlas_mm3[label_of("CSF")] < 100


def test_volumes_are_those_of_the_drawing() -> None:
    voxels = np.bincount(drawing().ravel().numpy(), minlength=CLASSES)
    found = drawn().atlas_mm3
    for label in (LEFT, RIGHT):
        assert found[label] == pytest.approx(voxels[label] * GRID_SPACING_MM**3, rel=0.01)


@pytest.mark.slow
def test_labels_carried_to_their_own_grid_stay_as_they_are() -> None:
    found = drawn()
    assert np.array_equal(found.carried_to(GRID_SHAPE, np.eye(4)), found.labels)


def test_labels_lie_at_the_same_place_on_a_finer_turned_grid() -> None:
    affine = np.array([[0, 0, -1.5, 70.0], [1.5, 0, 0, -80.0], [0, 1.5, 0, -60.0], [0, 0, 0, 1]])
    shape = (90, 80, 100)
    found = drawn().carried_to(shape, np.linalg.inv(grid_affine()) @ affine)
    points = apply_affine(affine, np.moveaxis(np.indices(shape), 0, -1))
    distance = np.linalg.norm(points - (1.0, -20.0, 5.0), axis=-1)
    assert (found[(distance < 38) & (points[..., 0] < -2)] == LEFT).all()
    assert (found[(distance < 38) & (points[..., 0] > 2)] == RIGHT).all()
    assert (found[distance > 42] == OUTSIDE).all()


def test_points_off_the_grid_have_no_part() -> None:
    found = drawn()
    middle = apply_affine(np.linalg.inv(grid_affine()), np.array([[-20.0, -20.0, 5.0], [20.0, -20.0, 5.0], [500.0, 0.0, 0.0]]))
    assert list(found.at(middle)) == [LEFT, RIGHT, OUTSIDE]


def test_a_head_of_nothing_has_no_parts() -> None:
    found = segment(torch.zeros(GRID_SHAPE), Drawn(torch.zeros(GRID_SHAPE, dtype=torch.long)))
    assert not found.labels.any()
    assert found.atlas_mm3[1:].sum() == 0


@pytest.mark.slow
def test_an_untrained_network_answers_with_its_prior() -> None:
    network = StructureNetwork().eval()
    network.log_prior[LEFT, :20] = 5.0
    found = segment(torch.rand(GRID_SHAPE, generator=torch.Generator().manual_seed(0)), network)
    assert (found.labels[:36] == LEFT).all()
    assert (found.labels[44:] == OUTSIDE).all()
