"""A volume that is read twice gives the same scan as one that is read once, and the same refusals for less memory."""

import gzip
import tracemalloc

import numpy as np
import pytest

from adcore.errors import ScanError
from adcore.readers import layout
from tests.support.builders import file_bytes, read_scan_bytes, tiny_volume

VOXELS, AFFINE = tiny_volume((64, 65, 66))
WHOLE = file_bytes(VOXELS, AFFINE)


@pytest.fixture
def _twice(monkeypatch):
    monkeypatch.setattr(layout, "ONE_PASS_VOXELS", 10)
    monkeypatch.setattr(layout, "CHUNK_VOXELS", 1000)


def _plain(voxels) -> bytes:
    return file_bytes(voxels, AFFINE, ".nii")


def _some_nan(share: float):
    voxels = VOXELS.copy()
    voxels.flat[: int(share * voxels.size)] = np.nan
    return voxels


def _bad_checksum(data: bytes) -> bytes:
    return data[:-8] + bytes([data[-8] ^ 1]) + data[-7:]


@pytest.mark.usefixtures("_twice")
@pytest.mark.parametrize("suffix", [".nii", ".nii.gz", ".mgh", ".mgz"])
def test_a_large_volume_is_read_as_a_small_one_is(suffix):
    scan = read_scan_bytes(file_bytes(VOXELS, AFFINE, suffix), "head")
    np.testing.assert_array_equal(scan.voxels, VOXELS)
    np.testing.assert_allclose(scan.affine, AFFINE, atol=1e-5)


@pytest.mark.usefixtures("_twice")
def test_what_is_mended_in_a_large_volume_is_said_once():
    scan = read_scan_bytes(_plain(_some_nan(0.001)) + b"stray", "head")
    assert len(scan.warnings) == 2


@pytest.mark.usefixtures("_twice")
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (_plain(np.full_like(VOXELS, 7)), "same value"),
        (_plain(_some_nan(0.02)), "NaN or infinite"),
        (_plain(np.where(VOXELS.max() == VOXELS, np.float32(1e30), VOXELS)), "finite intensities"),
        (_plain(VOXELS) + bytes(10_000), "more follows"),
        (gzip.compress(_plain(VOXELS)[:-1]), "ends before"),
        (WHOLE[:-8], "damaged or cut short"),
        (_bad_checksum(WHOLE), "damaged or cut short"),
    ],
)
def test_a_large_volume_is_refused_before_it_takes_memory(data, said):
    tracemalloc.start()
    with pytest.raises(ScanError, match=said):
        read_scan_bytes(data, "head")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < VOXELS.nbytes
