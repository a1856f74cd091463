"""Damage to a file never gives wrong voxels in silence, and never another error than a refusal."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcore.errors import ScanError
from tests.support.builders import file_bytes, read_scan_bytes, tiny_volume

VOXELS, AFFINE = tiny_volume((31, 32, 33))
WHOLE = file_bytes((VOXELS % 5).astype(np.int16), AFFINE)
TRUTH = read_scan_bytes(WHOLE, "head.nii.gz")
TINY = file_bytes(*tiny_volume(), ".nii")


def _same_or_refused(data: bytes) -> bool:
    """Whether the file was refused; a scan that is accepted has to be the true one."""
    try:
        scan = read_scan_bytes(data, "head.nii.gz")
    except ScanError:
        return True
    np.testing.assert_array_equal(scan.voxels, TRUTH.voxels)
    np.testing.assert_array_equal(scan.affine, TRUTH.affine)
    return False


def _flip(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_no_single_flipped_bit_gives_wrong_voxels():
    bits = random.Random(0).sample(range(80, len(WHOLE) * 8), 600)  # the first ten bytes are gzip's own header
    assert sum(_same_or_refused(_flip(WHOLE, bit)) for bit in bits) >= 599


def test_no_flipped_bit_of_the_gzip_header_or_trailer_gives_wrong_voxels():
    for bit in [*range(80), *range(len(WHOLE) * 8 - 64, len(WHOLE) * 8)]:
        _same_or_refused(_flip(WHOLE, bit))


@given(st.lists(st.integers(0, len(WHOLE) * 8 - 1), max_size=6), st.integers(0, len(WHOLE)))
@settings(max_examples=150, deadline=None, derandomize=True, database=None)
def test_flipped_and_truncated_files_read_identically_or_are_refused(bits, length):
    data = WHOLE
    for bit in bits:
        data = _flip(data, bit)
    _same_or_refused(data)
    _same_or_refused(data[:length])


@given(st.binary(max_size=2000))
@settings(max_examples=200, deadline=None, derandomize=True, database=None)
def test_any_bytes_are_refused(data):
    for prefix in (b"", b"\x1f\x8b\x08\x00", b"\0\0\0\1", TINY[:348]):
        with pytest.raises(ScanError):
            read_scan_bytes(prefix + data[: 500 if prefix else None], "head.nii")
