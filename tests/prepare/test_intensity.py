import numpy as np
import pytest
import torch

from adcore.prepare.intensity import match_contrast, rescale, tissue_levels
from adcore.prepare.slices import SliceConfig, scale_slices, slice_mask
from adcore.prepare.volume import Volume

CONFIG = SliceConfig(t88_slices=(91, 95, 99))


def slices(csf: float, grey: float) -> np.ndarray:
    rng = np.random.default_rng(0)
    level = rng.choice([csf, grey, 1.0], p=[0.1, 0.4, 0.5], size=slice_mask(CONFIG).shape)
    return scale_slices((level + rng.normal(0, 0.02, level.shape)).clip(0).astype(np.float32), CONFIG)


@pytest.mark.parametrize(("csf", "grey"), [(0.4, 0.76), (0.25, 0.63), (0.2, 0.55)])
def test_grey_matter_reaches_its_level_and_white_matter_stays(csf: float, grey: float) -> None:
    _, found, white = tissue_levels(match_contrast(slices(csf, grey), 0.63, CONFIG)[slice_mask(CONFIG)])
    assert found / white == pytest.approx(0.63, abs=0.02)
    assert white == pytest.approx(0.98, abs=0.03)


def test_contrast_keeps_the_order_of_intensities_and_the_outline() -> None:
    before = slices(0.4, 0.76)
    after = match_contrast(before, 0.63, CONFIG)
    order = np.argsort(before[slice_mask(CONFIG)], kind="stable")
    assert (np.diff(after[slice_mask(CONFIG)][order]) >= -1e-6).all()
    assert not after[~slice_mask(CONFIG)].any()


def test_air_becomes_zero_whatever_the_scale_and_offset() -> None:
    head = torch.zeros(20, 22, 24)
    head[5:15, 5:15, 5:15] = torch.rand(10, 10, 10, generator=torch.Generator().manual_seed(0)) * 100 + 50
    affine = np.diag([2.0, 2.0, 2.0, 1.0])
    plain, _, _ = rescale(Volume(head, affine))
    other, air, unit = rescale(Volume(head * 7 - 1000, affine))
    torch.testing.assert_close(other.values, plain.values, atol=1e-5, rtol=0)
    assert air == pytest.approx(-1000)
    assert unit == pytest.approx(7 * 149, rel=0.02)
