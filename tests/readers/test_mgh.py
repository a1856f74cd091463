"""MGH headers: what is understood, what is warned of, what is refused."""

import gzip
import struct

import numpy as np
import pytest

from adcore.errors import ScanError, UnsupportedScanError
from tests.builders import file_bytes, read_scan_bytes, tiny_volume

VOXELS, AFFINE = tiny_volume()
PLAIN = file_bytes(VOXELS, AFFINE, ".mgh")
VOXELS_END = 284 + VOXELS.size * 4


def _with(offset: int, value: bytes) -> bytes:
    return PLAIN[:offset] + value + PLAIN[offset + len(value) :]


@pytest.mark.parametrize("dtype", ["u1", "i2", "i4", "f4"])
def test_every_voxel_type_is_read(dtype):
    voxels = (VOXELS % 128).astype(dtype)
    np.testing.assert_array_equal(read_scan_bytes(file_bytes(voxels, AFFINE, ".mgz"), "head.mgz").voxels, voxels)


def test_the_footer_is_optional_and_may_carry_tags():
    for data in (PLAIN[:VOXELS_END], PLAIN + b"tag" * 20_000):
        scan = read_scan_bytes(gzip.compress(data), "head.mgz")
        np.testing.assert_array_equal(scan.voxels, VOXELS)
        assert scan.warnings == ()


def test_without_the_orientation_flag_no_side_is_claimed():
    scan = read_scan_bytes(_with(28, struct.pack(">h", 0)), "head.mgh")
    assert not scan.sides_known
    assert "left and right of the patient are unknown" in scan.warnings[0]


def test_several_frames_are_refused():
    with pytest.raises(UnsupportedScanError, match="Export one frame"):
        read_scan_bytes(_with(16, struct.pack(">i", 2)), "head.mgh")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (_with(0, struct.pack(">i", 2)), "header is damaged"),
        (_with(4, struct.pack(">i", 0)), "got shape"),
        (_with(4, struct.pack(">i", -5)), "got shape"),
        (_with(4, struct.pack(">i", 2000)), "got shape"),
        (_with(4, struct.pack(">i", 50)), "ends before"),
        (_with(20, struct.pack(">i", 2)), "voxel type"),
        (_with(30, struct.pack(">f", np.nan)), "finite 4 by 4"),
        (_with(30, struct.pack(">f", 0)), "unit of length"),
        (_with(42, struct.pack(">f", 1e38)), "unit of length"),
        (_with(78, struct.pack(">f", 1e38)), "scanner's centre"),
        (PLAIN[:100], "inside its header"),
        (PLAIN[: VOXELS_END - 1], "ends before"),
        (PLAIN + bytes(2_000_000), "more follows"),
    ],
)
def test_a_header_that_lies_is_refused(data, said):
    with pytest.raises(ScanError, match=said):
        read_scan_bytes(data, "head.mgh")
