"""Faults of a DICOM file that leave no doubt are read over and said; bytes that nothing accounts for are warned of."""

import struct

import numpy as np
import pytest
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from adcore.errors import UnreadableScanError, UnsupportedScanError
from adcore.readers import read_upload
from adcore.readers.dicom.mended import Mended
from tests.support.builders import tiny_volume
from tests.support.dicom_builder import (
    ENCODERS,
    VOXELS,
    claiming,
    compressed,
    enhanced,
    put,
    series,
    upload,
    zipped,
)
from tests.support.dicom_reading import assert_read_with, refusal

RLE = "1.2.840.10008.1.2.5"


@pytest.mark.parametrize(
    ("written", "stated"), [(ImplicitVRLittleEndian, ExplicitVRLittleEndian), (ExplicitVRLittleEndian, ImplicitVRLittleEndian)]
)
def test_an_encoding_that_is_not_the_stated_one_is_seen_and_said(written, stated):
    files = [(name, claiming(data, stated)) for name, data in upload(series(), written)]
    assert_read_with(read_upload(files), Mended.ENCODING)
    assert_read_with(read_upload([("", zipped(files))]), Mended.ENCODING)


@pytest.mark.parametrize("written", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
def test_an_encoding_that_is_not_stated_is_seen_and_said(written):
    assert_read_with(read_upload([(name, claiming(data, "")) for name, data in upload(series(), written)]), Mended.NO_SYNTAX)


def test_compressed_pixels_whose_encoding_is_not_stated_are_named():
    packed = upload(compressed(series(np.tile(VOXELS, (8, 8, 1))), ENCODERS[RLE]), RLE)
    for stated in ("", ExplicitVRLittleEndian):
        said = refusal([(name, claiming(data, stated)) for name, data in packed], UnreadableScanError)
        assert "compressed, but the file does not state how" in said


def with_commas(files, *tags: bytes):
    """The files with decimal commas in these elements."""
    return [(name, _with_commas(data, tags)) for name, data in files]


def _with_commas(content: bytes, tags) -> bytes:
    for tag in tags:
        start = content.index(tag + b"DS") + 8
        end = start + struct.unpack_from("<H", content, start - 2)[0]
        content = content[:start] + content[start:end].replace(b".", b",") + content[end:]
    return content


POSITION, ORIENTATION, SPACING = b"\x20\0\x32\0", b"\x20\0\x37\0", b"\x28\0\x30\0"


@pytest.mark.parametrize("tags", [(POSITION,), (SPACING,), (POSITION, ORIENTATION, SPACING)])
def test_decimal_commas_are_read_and_said(tags):
    assert_read_with(read_upload(with_commas(upload(series()), *tags)), Mended.COMMAS)


@pytest.mark.parametrize("number", [b"1.0,5", b"1,0,5", b",5   "])
def test_a_comma_that_may_separate_anything_else_is_refused(number):
    files = [(name, data.replace(b"7.255", number)) for name, data in upload(series(RescaleSlope="7.255"))]
    assert "finite intensity scaling" in refusal(files, UnreadableScanError)


def trailing(content: bytes, length: int) -> bytes:
    """A file with Data Set Trailing Padding."""
    return content + struct.pack("<HH2sHI", 0xFFFC, 0xFFFC, b"OB", 0, length) + bytes(length)


@pytest.mark.parametrize("length", [0, 2000, 2 << 20])
def test_padding_after_the_data_set_may_be_long(length):
    files = [(name, trailing(data, length)) for name, data in upload(series())]
    assert_read_with(read_upload(files))
    assert_read_with(read_upload([("", zipped(files))]))
    assert read_upload(files).sha256 != read_upload(upload(series())).sha256


def test_padding_after_compressed_pixels_and_after_frames_is_passed_over():
    voxels = np.tile(VOXELS, (8, 8, 1))
    packed = upload(compressed(series(voxels), ENCODERS[RLE]), RLE)
    scan = read_upload([(name, trailing(data, 2 << 20)) for name, data in packed])
    np.testing.assert_array_equal(scan.voxels, voxels)
    (file,) = upload([enhanced(series())])
    assert read_upload([("", trailing(file[1], 2 << 20))]).warnings == ()


@pytest.mark.parametrize("tail", [bytes(2 << 20), trailing(b"", 2 << 20)[:-1], trailing(b"", 2 << 20) + b"\1"])
def test_megabytes_after_the_pixels_that_are_no_padding_are_refused(tail):
    files = [(name, data + tail) for name, data in upload(series())]
    assert "more bytes than 5 x 6 pixels need" in refusal(files, UnreadableScanError)


@pytest.mark.parametrize("inserted", [b"\0", b"\xff" * 10, b"<script>", bytes(64)])
def test_bytes_inserted_into_the_pixels_are_warned_of(inserted):
    (first, *others) = upload(series())
    place = len(first[1]) - 20
    files = [("", first[1][:place] + inserted + first[1][place:]), *others]
    assert "After the pixels of 1 image come bytes" in read_upload(files).warnings[0]
    files = [("", data[:place] + inserted + data[place:]) for _, data in (first, *others)]
    assert "After the pixels of 7 images come bytes" in read_upload(files).warnings[0]


def test_bytes_behind_compressed_pixels_are_warned_of_and_elements_are_not():
    voxels = np.tile(VOXELS, (8, 8, 1))
    packed = upload(compressed(series(voxels), ENCODERS[RLE]), RLE)
    assert "come bytes" in read_upload([(name, data + b"MZ" * 9) for name, data in packed]).warnings[0]
    element = struct.pack("<HH2sH", 0x7FE1, 0x10, b"LO", 4) + b"made"
    for files in (packed, upload(series(voxels))):
        assert read_upload([(name, data + element) for name, data in files]).warnings == ()


@pytest.mark.parametrize("shape", [(640, 524, 3), (1024, 1024, 2), (2, 1024, 3)])
def test_a_plane_of_up_to_1024_is_read(shape):
    voxels, affine = tiny_volume(shape)
    np.testing.assert_array_equal(read_upload(upload(series(voxels % 4096, affine))).voxels, voxels % 4096)


def test_a_longer_side_and_too_many_voxels_are_refused_by_the_headers():
    assert "2 to 1024 pixels along each side, got 1025 x 6" in refusal(upload(series(Columns=1025)), UnsupportedScanError)
    deep = compressed(series(tiny_volume((5, 6, 129))[0]), ENCODERS[RLE])
    put(deep, Rows=1024, Columns=1024)
    said = refusal(upload(deep, RLE), UnsupportedScanError)
    assert "at most 134,217,728 voxels (512 x 512 x 512), got 135,266,304 in shape (1024, 1024, 129)" in said
