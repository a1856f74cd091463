"""Planted atrophy: what was asked for changes, the rest stays, nothing folds, and left is left."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from nibabel.affines import apply_affine

from adcore.cohorts.synthetic.anatomy import HIPPOCAMPUS_AXIS
from adcore.cohorts.synthetic.deformation import ATROPHY_STEP_MM, LOW_MM
from adcore.cohorts.synthetic.planted import DEGREES, Planted, PlantedScan, displacement, plant
from adcore.errors import PreparationError
from adcore.prepare.config import PreparationConfig
from adcore.prepare.prepared import PreparedScan
from adcore.prepare.segmentation.structures import Side, label_of, labels_of, mirrored_labels
from tests.support.builders import as_scan, no_parts, some_parts

CONFIG = PreparationConfig()
SPACING_MM = 2.0
FLUID, TISSUE = 20.0, 100.0


def head(voxels: np.ndarray | None = None, parts=None) -> PreparedScan:
    """A symmetric block around the temporal lobes and the lateral ventricles, whose atlas space is the scanner's."""
    affine = np.diag([SPACING_MM, SPACING_MM, SPACING_MM, 1.0])
    affine[:3, 3] = [-51, -62, -36]
    shape = (52, 44, 36)
    parts = parts or some_parts()
    blank = np.zeros((len(CONFIG.slices.t88_slices), 112, 112), np.float32)
    prepared = PreparedScan(
        scan=as_scan(np.random.default_rng(0).random(shape), affine),
        config=CONFIG,
        atlas_to_scan=np.eye(4),
        brain_mask=np.ones(shape, bool),
        segmentation=parts,
        slices=blank,
        slice_structures=blank.astype(np.uint8),
        already_stripped=False,
        checks=(),
    )
    if voxels is None:
        wet = np.isin(prepared.structures, labels_of("lateral ventricle", "inferior horn"))
        voxels = np.where(wet, FLUID, TISSUE) + np.random.default_rng(0).normal(0, 1, shape)
    return replace(prepared, scan=as_scan(voxels, affine))


@pytest.fixture(scope="module")
def healthy() -> PreparedScan:
    return head()


@pytest.mark.slow
def test_hippocampi_shrink_with_every_degree_and_the_ventricles_stay(healthy: PreparedScan) -> None:
    before = PlantedScan.unchanged(healthy)
    planted = [plant(healthy, Planted.HIPPOCAMPI, degree) for degree in DEGREES]
    shares = np.array([one.volume_ml("hippocampus") for one in planted]) / before.volume_ml("hippocampus")
    assert (np.diff([1, *shares]) < -0.03).all()
    assert np.interp(1, DEGREES, shares) == pytest.approx(0.64, abs=0.12)  # a fifth of width and of height
    for one in planted:
        assert one.volume_ml("lateral ventricle") == pytest.approx(before.volume_ml("lateral ventricle"), rel=0.01)
        assert one.volume_ml("white matter") == pytest.approx(before.volume_ml("white matter"), rel=0.05)


def test_horns_open_with_every_degree_and_are_filled_with_the_ventricles_fluid(healthy: PreparedScan) -> None:
    planted = [plant(healthy, Planted.HORNS, degree) for degree in DEGREES]
    horns = [one.volume_ml("inferior horn") for one in planted]
    assert (np.diff(horns) > 0.1).all()
    marked = planted[-1]
    opened = np.isin(marked.labels, labels_of("inferior horn")) & ~np.isin(healthy.structures, labels_of("inferior horn"))
    assert marked.scan.voxels[opened].mean() < FLUID + 0.25 * (TISSUE - FLUID)
    away = apply_affine(healthy.voxels_to_atlas, np.argwhere(marked.scan.voxels != healthy.scan.voxels))
    assert np.abs(np.abs(away[:, 0]) - 27).max() < 26  # nothing changes far from the hippocampi
    assert away[:, 2].max() < 25


@pytest.mark.slow
def test_ventricles_widen_and_the_hippocampi_are_held(healthy: PreparedScan) -> None:
    before = PlantedScan.unchanged(healthy)
    planted = [plant(healthy, Planted.VENTRICLES, degree) for degree in DEGREES]
    assert (
        np.diff([before.volume_ml("lateral ventricle"), *(one.volume_ml("lateral ventricle") for one in planted)]) > 0.5
    ).all()
    for one in planted:
        assert one.volume_ml("hippocampus") == pytest.approx(before.volume_ml("hippocampus"), rel=0.04)


def test_one_side_leaves_the_other_as_it_was(healthy: PreparedScan) -> None:
    planted = plant(healthy, Planted.LEFT, 1.2)
    x = apply_affine(healthy.voxels_to_atlas, np.argwhere(planted.scan.voxels != healthy.scan.voxels))[:, 0]
    assert x.max() < 6
    assert x.mean() < -15
    right = label_of("hippocampus", Side.RIGHT)
    assert np.array_equal(planted.labels == right, healthy.structures == right)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [Planted.MEDIAL_TEMPORAL, Planted.VENTRICLES])
def test_mirrored_heads_mirror(kind: Planted) -> None:
    voxels = np.random.default_rng(1).uniform(50, 100, (52, 44, 36))
    voxels[np.isin(head().structures, labels_of("lateral ventricle"))] = FLUID
    planted, mirrored = plant(head(voxels), kind, 0.9), plant(head(voxels[::-1].copy()), kind, 0.9)
    close = np.isclose(mirrored.scan.voxels[::-1], planted.scan.voxels, atol=1.0)
    assert close.mean() > 0.995
    swapped = np.array(mirrored_labels(), np.uint8)[mirrored.labels[::-1]]
    assert (swapped == planted.labels).mean() > 0.995


@pytest.mark.parametrize("kind", list(Planted))
def test_nothing_folds_or_tears(kind: Planted) -> None:
    field = displacement(kind, DEGREES[-1]).field.double().numpy()
    inside = tuple(
        slice(int((low - edge) / ATROPHY_STEP_MM), int((high - edge) / ATROPHY_STEP_MM))
        for low, high, edge in zip((-80, -115, -60), (80, 80, 85), LOW_MM, strict=True)
    )
    gradient = np.array([[np.gradient(field[a], ATROPHY_STEP_MM, axis=b)[inside] + (a == b) for b in range(3)] for a in range(3)])
    assert np.linalg.det(np.moveaxis(gradient, (0, 1), (-2, -1))).min() > 0


@pytest.mark.slow
def test_degrees_add_up() -> None:
    """Two doses one after the other are their sum, which only a flow does."""
    points = torch.from_numpy(np.random.default_rng(0).uniform((-45, -50, -35), (45, 20, 40), (500, 3)).astype(np.float32))
    for kind in (Planted.HIPPOCAMPI, Planted.VENTRICLES):
        half, whole = displacement(kind, 0.6), displacement(kind, 1.2)
        assert (half(half(points)) - whole(points)).norm(dim=1).mean() < 0.15


def test_the_decoy_moves_nothing_near_the_slices() -> None:
    points = torch.from_numpy(
        np.array([(x, y, z) for x in (-30, 0, 30) for y in (-35, -26, -15) for z in (-25, 0, 40)], np.float32)
    )
    assert (displacement(Planted.DECOY, 1.5)(points) - points).abs().max() < 0.01
    poles = torch.tensor([[22.0, -100.0, 0.0], [-22.0, -100.0, 0.0]])
    assert (displacement(Planted.DECOY, 1.5)(poles) - poles).norm(dim=1).min() > 2


def test_a_shrinking_brain_leaves_the_skull_in_place() -> None:
    surface = torch.tensor([[0.0, -20.0, 76.0], [66.0, -20.0, 10.0]])
    skull = torch.tensor([[0.0, -20.0, 92.0], [84.0, -20.0, 10.0]])
    move = displacement(Planted.WHOLE_BRAIN, 1.5)
    assert (move(surface) - surface).norm(dim=1).min() > 1
    assert (move(skull) - skull).abs().max() < 0.01


def test_without_a_ventricle_no_horn_can_be_opened() -> None:
    empty = head(np.random.default_rng(0).random((52, 44, 36)), parts=no_parts())
    with pytest.raises(PreparationError, match="ventricle"):
        plant(empty, Planted.HORNS, 1.0)


def test_the_axis_of_the_hippocampus_stays_where_it_was() -> None:
    """The hippocampus shrinks in place: nothing along its axis moves by more than a third of its half width."""
    axis = torch.from_numpy(HIPPOCAMPUS_AXIS[2:8].astype(np.float32))
    assert (displacement(Planted.HIPPOCAMPI, 1.0)(axis) - axis).norm(dim=1).max() < 3.2
