"""Damage to a file never gives wrong voxels in silence, and never another error than a refusal."""

import gzip
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcore.errors import ScanError, UnreadableScanError
from tests.builders import file_bytes, read_scan_bytes, tiny_volume

VOXELS, AFFINE = tiny_volume((31, 32, 33))
WHOLE = file_bytes((VOXELS % 5).astype(np.int16), AFFINE)
TRUTH = read_scan_bytes(WHOLE, "head.nii.gz")
TINY = {suffix: file_bytes(*tiny_volume(), suffix) for suffix in (".nii", ".nii.gz", ".mgh", ".mgz")}


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


@given(st.sampled_from(sorted(TINY)), st.lists(st.tuples(st.integers(0, 359), st.integers(0, 255)), min_size=1, max_size=8))
@settings(max_examples=400, deadline=None, derandomize=True, database=None)
def test_any_header_is_read_or_refused(suffix, changes):
    packed = suffix.endswith("z")
    data = bytearray(gzip.decompress(TINY[suffix]) if packed else TINY[suffix])
    for position, value in changes:
        data[position] = value
    try:
        scan = read_scan_bytes(gzip.compress(data) if packed else bytes(data), "head")
    except ScanError:
        return
    assert np.isfinite(scan.voxels).all()


@given(st.binary(max_size=2000))
@settings(max_examples=200, deadline=None, derandomize=True, database=None)
def test_any_bytes_are_refused(data):
    for prefix in (b"", b"\x1f\x8b\x08\x00", b"\0\0\0\1", TINY[".nii"][:348]):
        with pytest.raises(ScanError):
            read_scan_bytes(prefix + data[: 500 if prefix else None], "head.nii")


@pytest.mark.parametrize("lost", [1, 4, 8, 9, 100, len(WHOLE) // 2])
def test_a_gzip_file_without_its_end_is_refused(lost):
    with pytest.raises(UnreadableScanError, match="damaged or cut short"):
        read_scan_bytes(WHOLE[:-lost], "head.nii.gz")


def test_junk_after_the_gzip_stream_is_refused():
    with pytest.raises(UnreadableScanError, match="damaged or cut short"):
        read_scan_bytes(WHOLE + b"junk after the end of gzip", "head.nii.gz")


def test_zero_padding_after_the_gzip_stream_is_allowed():
    assert not _same_or_refused(WHOLE + bytes(512))


def test_much_more_file_than_the_header_promises_is_refused():
    with pytest.raises(UnreadableScanError, match="but the compressed file alone has"):
        read_scan_bytes(WHOLE + bytes(3_000_000), "head.nii.gz")


def test_a_volume_split_over_several_gzip_members_is_one_volume():
    plain = gzip.decompress(WHOLE)
    members = [plain[start : start + 10_000] for start in range(0, len(plain), 10_000)]
    assert not _same_or_refused(b"".join(gzip.compress(member) for member in members))


def test_two_scans_joined_in_one_file_are_refused():
    with pytest.raises(UnreadableScanError, match="more follows"):
        read_scan_bytes(WHOLE + WHOLE, "head.nii.gz")
