"""NaN around a head is air; NaN within it, or where a part of the head should be, is damage."""

import nibabel as nib
import numpy as np
import pytest

from adcore.errors import UnreadableScanError
from adcore.readers import layout
from tests.support.builders import file_bytes, read_scan_bytes, tiny_volume

SHAPE = (40, 45, 50)
AFFINE = tiny_volume(SHAPE)[1]


def ball(radius: float) -> np.ndarray:
    """Voxels within an ellipsoid, this share of the way to the sides."""
    grid = np.stack(np.meshgrid(*(np.linspace(-1, 1, count) for count in SHAPE), indexing="ij"))
    return np.linalg.norm(grid, axis=0) < radius


def head(low: float = 200.0, high: float = 900.0) -> np.ndarray:
    return np.random.default_rng(0).uniform(low, high, SHAPE).astype(np.float32)


def masked(inside: np.ndarray, outside: float = np.nan, **contrast: float) -> np.ndarray:
    return np.where(inside, head(**contrast), np.float32(outside))


@pytest.mark.parametrize("suffix", [".nii", ".nii.gz", ".mgz"])
@pytest.mark.parametrize("radius", [0.95, 0.8, 0.5])
def test_nan_around_a_head_or_a_brain_is_air(suffix, radius):
    inside = ball(radius)
    scan = read_scan_bytes(file_bytes(masked(inside), AFFINE, suffix), "head")
    np.testing.assert_array_equal(scan.voxels, np.where(inside, head(), 0))
    (warning,) = scan.warnings
    assert f"{np.mean(~inside):.1%} of the voxels, around the head" in warning


def test_infinity_around_the_logarithm_of_a_head_is_air_too():
    inside = ball(0.8)
    scan = read_scan_bytes(file_bytes(masked(inside, -np.inf), AFFINE), "head")
    np.testing.assert_array_equal(scan.voxels, np.where(inside, head(), 0))


def test_air_is_the_darkest_value_where_intensities_are_negative():
    inside = ball(0.8)
    scan = read_scan_bytes(file_bytes(masked(inside, low=-3, high=3), AFFINE), "head")
    assert scan.voxels[0, 0, 0] == scan.voxels.min() == head(-3, 3)[inside].min()


@pytest.mark.parametrize("share", [0.03, 0.1])
def test_a_mask_by_a_threshold_leaves_small_holes_that_are_air(share):
    inside = ball(0.8)
    holes = inside & (np.random.default_rng(1).random(SHAPE) < share)
    scan = read_scan_bytes(file_bytes(masked(inside & ~holes), AFFINE), "head")
    assert (scan.voxels[holes] == 0).all()


def test_a_large_volume_is_treated_alike(monkeypatch):
    data = file_bytes(masked(ball(0.8)), AFFINE)
    whole = read_scan_bytes(data, "head")
    monkeypatch.setattr(layout, "ONE_PASS_VOXELS", 10)
    monkeypatch.setattr(layout, "CHUNK_VOXELS", 1000)
    twice = read_scan_bytes(data, "head")
    np.testing.assert_array_equal(twice.voxels, whole.voxels)
    assert twice.warnings == whole.warnings


def slab(axis: int) -> np.ndarray:
    """Voxels in the first half along an axis."""
    return np.indices(SHAPE)[axis] < SHAPE[axis] // 2


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize(
    "present",
    [slab(0), slab(1), slab(2), ball(0.9) & ~ball(0.5), ball(0.9) & ~(ball(0.6) & slab(0)), ~ball(0.5), ball(0)],
    ids=["left half", "back half", "lower half", "hollow", "half hollow", "hole", "nothing"],
)
def test_nan_in_place_of_the_head_is_refused(present, large, monkeypatch):
    if large:
        monkeypatch.setattr(layout, "ONE_PASS_VOXELS", 10)
    with pytest.raises(UnreadableScanError, match="NaN or infinite, and not only around the head"):
        read_scan_bytes(file_bytes(masked(present), AFFINE), "head")


@pytest.mark.slow
@pytest.mark.parametrize("threshold", [0.03, 0.06])
def test_real_heads_masked_by_a_threshold_are_read(shared_data, threshold):
    paths = sorted((shared_data / "ixi" / "t1").glob("*.nii.gz"))[::8]
    if not paths:
        pytest.skip(f"needs IXI heads in {shared_data}, which are absent")
    for path in paths:
        image = nib.load(path)
        voxels = np.asarray(image.dataobj).astype(np.float32)
        voxels[voxels < threshold * np.percentile(voxels, 99.9)] = np.nan
        assert "were taken as air" in read_scan_bytes(file_bytes(voxels, image.affine), "head").warnings[0]
