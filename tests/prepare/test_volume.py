import numpy as np
import torch
from nibabel.affines import apply_affine, voxel_sizes
from nibabel.orientations import aff2axcodes

from adcore.prepare.volume import Volume, block_between, canonical, pool, resample, sample
from tests.support.builders import as_scan, orientations, reorient, tiny_volume


def test_all_48_voxel_orders_become_the_same_upright_volume() -> None:
    voxels, affine = tiny_volume()
    upright = canonical(as_scan(voxels, affine))
    assert aff2axcodes(upright.affine) == ("R", "A", "S")
    for order, flips in orientations():
        other = canonical(as_scan(*reorient(voxels, affine, order, flips)))
        assert torch.equal(other.values, upright.values)
        np.testing.assert_allclose(other.affine, upright.affine, atol=1e-9)


def test_making_upright_leaves_every_voxel_where_it_was() -> None:
    voxels, affine = reorient(*tiny_volume(), (2, 0, 1), (True, False, True))
    upright = canonical(as_scan(voxels, affine))
    brightest = np.array(np.unravel_index(voxels.argmax(), voxels.shape))
    found = np.array(np.unravel_index(int(upright.values.argmax()), upright.shape))
    np.testing.assert_allclose(apply_affine(upright.affine, found), apply_affine(affine, brightest), atol=1e-9)


def test_pooling_by_two_puts_a_block_at_the_middle_of_its_voxels() -> None:
    volume = Volume(torch.arange(8.0).reshape(2, 2, 2).repeat(2, 3, 2), np.diag([1.0, 1.0, 1.0, 1.0]))
    pooled = pool(volume, 2)
    assert pooled.shape == (2, 3, 2)
    np.testing.assert_allclose(pooled.affine[:3, 3], 0.5)
    np.testing.assert_allclose(voxel_sizes(pooled.affine), 2)
    assert float(pooled.values[0, 0, 0]) == 3.5


def test_pooling_never_makes_a_volume_finer() -> None:
    volume = Volume(torch.rand(4, 5, 6), np.diag([4.0, 4.0, 4.0, 1.0]))
    assert pool(volume, 2) is volume


def test_sampling_is_linear_between_voxels_and_zero_outside() -> None:
    ramp = torch.arange(4.0)[:, None, None].expand(4, 3, 5)
    values, inside = sample(ramp[None], torch.tensor([[1.25, 1.0, 2.0], [0.0, 0.0, 0.0], [3.5, 1.0, 2.0]]))
    assert inside.tolist() == [True, True, False]
    assert values[0, 0].item() == 1.25
    _, outside = sample(ramp[None], torch.tensor([[9.0, 1.0, 2.0]]))
    assert outside.tolist() == [False]


def test_resampling_by_a_shift_reads_the_shifted_voxels() -> None:
    volume = torch.rand(5, 6, 7, generator=torch.Generator().manual_seed(0))
    shift = np.eye(4)
    shift[:3, 3] = [1, 2, 3]
    torch.testing.assert_close(resample(volume, shift, (3, 2, 4)), volume[1:4, 2:4, 3:7])


def test_a_block_is_clipped_to_the_grid_and_empty_beyond_it() -> None:
    inside = block_between(np.array([-5.0, 1.2, 2.0]), np.array([1.0, 2.5, 90.0]), np.eye(4), (4, 6, 8))
    assert inside == (slice(0, 2), slice(1, 4), slice(2, 8))
    beyond = block_between(np.array([50.0, 1, 1]), np.array([60.0, 2, 2]), np.eye(4), (4, 6, 8))
    assert np.zeros((4, 6, 8))[beyond].size == 0
