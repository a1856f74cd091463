"""Synthetic heads: the stated degree of atrophy is truly there, on the right side, and the same at every call."""

import numpy as np
import pytest
from nibabel.affines import apply_affine
from nibabel.orientations import aff2axcodes

from adcore.case.scan import Scan, SourceFormat
from adcore.cohorts.synthetic import DEMO_PATIENTS, Acquisition, make_head, true_volumes
from adcore.cohorts.synthetic.anatomy import CSF, HIPPOCAMPUS_AXIS, VENTRICLE_MM, WHITE, load_anatomy
from adcore.cohorts.synthetic.head import HIGHEST, LOWEST, WHITE_UNITS
from adcore.predict import Category
from adcore.prepare.volume import canonical

COARSE = Acquisition(spacing_mm=(3.0, 2.5, 2.8), shape=(62, 98, 80), noise=0.01, bias=0.0)
DEGREES = (LOWEST, 0.0, 0.4, 0.8, 1.2, HIGHEST)


@pytest.fixture(scope="module")
def head() -> Scan:
    return make_head(0.0, seed=5, acquisition=COARSE)


@pytest.mark.slow
def test_the_same_arguments_give_the_same_scan(head: Scan) -> None:
    again = make_head(0.0, seed=5, acquisition=COARSE)
    assert again.sha256 == head.sha256
    np.testing.assert_array_equal(again.voxels, head.voxels)


@pytest.mark.slow
def test_degree_and_seed_each_change_the_scan(head: Scan) -> None:
    others = {make_head(0.1, 5, COARSE).sha256, make_head(0.0, 6, COARSE).sha256, head.sha256}
    assert len(others) == 3


@pytest.mark.parametrize("seed", [1, 2])
def test_ventricles_grow_and_both_hippocampi_shrink_with_every_step_of_atrophy(seed: int) -> None:
    volumes = [true_volumes(degree, seed, COARSE) for degree in DEGREES]
    assert (np.diff([v.lateral_ventricles for v in volumes]) > 1).all()
    assert (np.diff([v.left_hippocampus for v in volumes]) < -0.1).all()
    assert (np.diff([v.right_hippocampus for v in volumes]) < -0.1).all()


def test_volumes_lie_where_participants_have_them() -> None:
    young, marked = true_volumes(0.0, 1, COARSE), true_volumes(1.0, 1, COARSE)
    assert 8 < young.lateral_ventricles < 30
    assert 50 < marked.lateral_ventricles < 110
    assert 3 < young.left_hippocampus < 6
    assert 0.5 < marked.left_hippocampus / young.left_hippocampus < 0.8


@pytest.mark.slow
def test_the_image_darkens_where_the_ventricles_widen() -> None:
    deep = np.array([VENTRICLE_MM, (-12, -10, 22)])
    lateral = deep + np.sign(deep[:, :1]) * [7, 0, 0]  # white matter in the template, fluid in marked atrophy
    full, atrophied = (_mean_at(make_head(degree, 5, COARSE), lateral) / WHITE_UNITS for degree in (0.0, 1.2))
    assert full > 0.7 * WHITE
    assert atrophied < full - 0.3


def test_marked_regions_carry_their_names_in_the_atlas() -> None:
    anatomy = load_anatomy()
    x, y, z = apply_affine(anatomy.affine, np.argwhere(anatomy.hippocampus > 0)).T
    assert abs(x.mean()) < 1  # one on either side
    assert HIPPOCAMPUS_AXIS[-1, 1] - 5 < y.min() < y.max() < HIPPOCAMPUS_AXIS[0, 1] + 5
    assert -20 < z.mean() < -10
    assert anatomy.intensity[anatomy.ventricle > 0].mean() < CSF + 0.15


def test_left_stays_left() -> None:
    """The scanner's axes run to the left, and only the affine says so: a shift to the patient's left must arrive there."""
    centred, shifted = (
        make_head(0.0, 5, Acquisition(COARSE.spacing_mm, COARSE.shape, centre_mm=(x, -4.0, -14.0), bias=0, noise=0.01))
        for x in (0.0, 20.0)
    )
    assert aff2axcodes(centred.affine) == ("L", "P", "S")
    upright = [canonical(scan).values.numpy() for scan in (centred, shifted)]
    x = np.arange(COARSE.shape[0])
    middles = [(volume.sum((1, 2)) * x).sum() / volume.sum() for volume in upright]
    assert middles[1] < middles[0] - 3  # a field of view moved right shows the head further left


def test_a_whole_head_has_skull_and_scalp_around_the_brain(head: Scan) -> None:
    ray = apply_affine(np.linalg.inv(head.affine), [(25.0, -20.0, z) for z in np.arange(50, 112, 1.0)])
    profile = head.voxels[tuple(np.round(ray).astype(int).clip(0, np.array(head.voxels.shape) - 1).T)] / WHITE_UNITS
    brain, dark, fat, air = profile[:8].max(), profile[10:35].min(), profile[20:45].max(), profile[-4:].max()
    assert brain > 0.5
    assert dark < 0.2
    assert fat > 0.5
    assert air < 0.1


def test_a_degree_that_no_head_can_have_is_refused() -> None:
    with pytest.raises(ValueError, match=r"from -0\.5 to 1\.5"):
        make_head(HIGHEST + 0.1, 1, COARSE)


def test_demo_patients_are_five_and_say_that_they_are_synthetic() -> None:
    keys = ["typical-ageing", "marked-atrophy", "borderline", "unusable-quality", "cropped-crown"]
    assert [patient.key for patient in DEMO_PATIENTS] == keys
    assert len({patient.title for patient in DEMO_PATIENTS}) == len(DEMO_PATIENTS)
    assert all("synthetic" in patient.story for patient in DEMO_PATIENTS)
    ageing, marked, borderline, *_ = DEMO_PATIENTS
    assert ageing.atrophy.hippocampi < min(borderline.atrophy.hippocampi, marked.atrophy.hippocampi)
    assert ageing.atrophy.ventricles < borderline.atrophy.ventricles < marked.atrophy.ventricles


def test_demo_patients_promise_every_kind_of_answer() -> None:
    assert {patient.promised for patient in DEMO_PATIENTS} == {*Category, None}


@pytest.mark.slow
def test_a_demo_scan_is_synthetic_by_format_and_warning() -> None:
    scan = DEMO_PATIENTS[0].make_scan()
    assert scan.source_format is SourceFormat.SYNTHETIC
    assert "synthetic" in scan.warnings[0]
    assert len(set(scan.voxels.shape)) == 3
    assert np.abs(np.sort(np.abs(scan.affine[:3, :3]).ravel())[:6]).max() > 0.01  # oblique


def _mean_at(scan: Scan, points_mm: np.ndarray) -> float:
    indices = np.round(apply_affine(np.linalg.inv(scan.affine), points_mm)).astype(int)
    return float(scan.voxels[tuple(indices.T)].mean())
