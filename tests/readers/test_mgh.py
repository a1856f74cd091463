"""MGH bodies: which voxel types are understood; what is warned of or refused stands in the corpus."""

import numpy as np
import pytest

from tests.support.builders import file_bytes, read_scan_bytes, tiny_volume

VOXELS, AFFINE = tiny_volume()


@pytest.mark.parametrize("dtype", ["u1", "i2", "i4", "f4"])
def test_every_voxel_type_is_read(dtype):
    voxels = (VOXELS % 128).astype(dtype)
    np.testing.assert_array_equal(read_scan_bytes(file_bytes(voxels, AFFINE, ".mgz"), "head.mgz").voxels, voxels)
