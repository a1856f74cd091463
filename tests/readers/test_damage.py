"""Damage to a file with a checksum never gives wrong voxels in silence, and damage to any file no other error than a refusal."""

import gzip
import random
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcore.errors import ScanError
from adcore.readers import read_upload
from tests.support.builders import file_bytes, read_scan_bytes, tiny_volume
from tests.support.dicom_builder import series, upload, zipped

VOXELS, AFFINE = tiny_volume((31, 32, 33))
WHOLE = file_bytes((VOXELS % 5).astype(np.int16), AFFINE)
TRUTH = read_scan_bytes(WHOLE, "head.nii.gz")
TINY = file_bytes(*tiny_volume(), ".nii")

SLICES = [data for _, data in upload(series())]
CHECKED = {
    "nii.gz": [file_bytes(*tiny_volume())],
    "mgz": [file_bytes(*tiny_volume(), ".mgz")],
    "nii.gz in members": [gzip.compress(TINY[:600], mtime=0) + gzip.compress(TINY[600:], mtime=0)],
    "zip of a volume, stored": [zipped([("head.nii", TINY)], zipfile.ZIP_STORED)],
    "zip of a volume": [zipped([("head.nii", TINY)])],
    "zip of a series": [zipped((f"a/{number}.dcm", data) for number, data in enumerate(SLICES))],
    "series of dcm.gz": [gzip.compress(data, 1, mtime=0) for data in SLICES],
}
"""Files whose bytes a checksum covers, by form."""

SIGNATURE = 4
"""First bytes of a file, which say what it is: without them an image is one of the files beside the images, which are ignored."""


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


@pytest.mark.parametrize("form", CHECKED)
def test_no_damage_to_what_a_checksum_covers_gives_wrong_voxels(form):
    files, choose = CHECKED[form], random.Random(form)
    truth, refused = read_upload([("", data) for data in files]), 0
    for number in range(120):
        place = choose.randrange(len(files))
        data = files[place]
        for bit in choose.sample(range(SIGNATURE * 8, len(data) * 8), 1 + number % 3):
            data = _flip(data, bit)
        data = data[: choose.randrange(SIGNATURE, len(data))] if number % 6 == 5 else data
        try:
            scan = read_upload([("", data if other == place else whole) for other, whole in enumerate(files)])
        except ScanError:
            refused += 1
            continue
        np.testing.assert_array_equal(scan.voxels, truth.voxels)
        np.testing.assert_array_equal(scan.affine, truth.affine)
    assert refused > 60


@pytest.mark.slow
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
