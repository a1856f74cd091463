"""Forms of DICOM files that are unusual and harmless are read; what only looks like them is not."""

import copy

import numpy as np
import pytest
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from adcore.errors import ScanError, UnreadableScanError, UnsupportedScanError
from adcore.readers import read_scan, read_upload
from adcore.readers.dicom import is_dicom
from tests.support.builders import file_bytes, tiny_volume
from tests.support.dicom_builder import AFFINE, VOXELS, compressed, enhanced, moved, put, rle, series, upload, zipped
from tests.support.dicom_variants import padded, privately, without_preamble


def assert_is_the_volume(scan) -> None:
    np.testing.assert_array_equal(scan.voxels, VOXELS)
    np.testing.assert_allclose(scan.affine, AFFINE, atol=1e-6)


def refusal(files, kind=ScanError) -> str:
    with pytest.raises(kind) as caught:
        read_upload(files)
    return str(caught.value)


@pytest.mark.parametrize(("places", "said"), [([3], "1 exact copy"), ([1, 2, 5], "3 exact copies"), (range(7), "7 exact copies")])
def test_exact_copies_are_read_once(places, said):
    files = upload(series())
    copies = [files[place] for place in places]
    for order in ([*files, *copies], [*copies[::-1], *files]):
        scan = read_upload(order)
        assert_is_the_volume(scan)
        assert scan.warnings[0].startswith(said)
        assert scan.sha256 == read_upload(files).sha256


def test_a_whole_series_in_two_folders_is_one_series(tmp_path):
    for folder in ("DISC", "DISC_COPY"):
        (tmp_path / folder).mkdir()
        for name, data in upload(series()):
            (tmp_path / folder / name).write_bytes(data)
    assert_is_the_volume(read_scan(tmp_path))


def test_an_enhanced_object_that_occurs_twice_is_read_once():
    (file,) = upload([enhanced(series())])
    np.testing.assert_array_equal(read_upload([file, file]).voxels, VOXELS * 2 - 1)


def test_the_same_identifier_with_other_pixels_or_another_place_is_no_copy():
    slices = series()
    other = copy.deepcopy(slices[2])
    other.PixelData = bytes(len(other.PixelData))
    assert "more than one slice" in refusal(upload([*slices, other]), UnreadableScanError)
    elsewhere = copy.deepcopy(slices[2])
    elsewhere.ImagePositionPatient = moved(slices[2], (0, 0, 0.4)).ImagePositionPatient
    assert "slices" in refusal(upload([*slices, elsewhere]))


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
@pytest.mark.parametrize("meta", [True, False])
def test_files_without_the_preamble_are_read(syntax, meta):
    files = [(name, without_preamble(data, meta=meta)) for name, data in upload(series(), syntax)]
    assert_is_the_volume(read_upload(files))
    assert_is_the_volume(read_upload([("", zipped(files))]))


def test_a_single_file_without_the_preamble_and_compressed_pixels_without_it_are_read():
    (file,) = upload([enhanced(series())])
    np.testing.assert_array_equal(read_upload([("", without_preamble(file[1], meta=False))]).voxels, VOXELS * 2 - 1)
    voxels = np.tile(VOXELS, (8, 8, 1))
    packed = upload(compressed(series(voxels), rle), "1.2.840.10008.1.2.5")
    files = [(name, without_preamble(data, meta=True)) for name, data in packed]
    np.testing.assert_array_equal(read_upload(files).voxels, voxels)


@pytest.mark.parametrize("suffix", [".nii", ".nii.gz", ".mgh", ".mgz"])
def test_no_other_format_is_taken_for_a_file_without_its_preamble(suffix):
    assert not is_dicom(file_bytes(*tiny_volume(), suffix)[:540])


@pytest.mark.parametrize(
    "head", [b"", b"\x08\0", b"\x08\0\x05\0" + bytes(500), b"\x02\0\0\0UL\4\0" * 60, bytes(540), b"\x08" * 540]
)
def test_a_few_bytes_like_an_element_make_no_dicom_file(head):
    assert not is_dicom(head)


@pytest.mark.parametrize("length", [2, 512, 2048])
@pytest.mark.parametrize("byte", [b"\0", b"\xff"])
def test_padding_after_the_pixels_is_ignored_and_said(length, byte):
    voxels = np.tile(VOXELS, (8, 8, 1))
    scan = read_upload(upload(padded(series(voxels), byte * length)))
    np.testing.assert_array_equal(scan.voxels, voxels)
    assert scan.warnings == ("Padding after the pixels of the images was ignored.",)


@pytest.mark.parametrize("tail", [b"\0" * 510 + b"\1\0", b"\1\0" * 100, bytes(1 << 17)])
def test_what_follows_the_pixels_and_is_no_padding_is_refused(tail):
    assert "more bytes than" in refusal(upload(padded(series(np.tile(VOXELS, (8, 8, 1))), tail)), UnreadableScanError)


def test_a_second_frame_of_zeros_is_no_padding():
    slices = series()
    assert "more bytes than" in refusal(upload(padded(slices, bytes(len(slices[0].PixelData)))), UnreadableScanError)


@pytest.mark.parametrize(
    "elements", [{"RescaleSlope": "", "RescaleIntercept": ""}, {"RescaleSlope": ""}, {"RescaleIntercept": ""}]
)
@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
def test_an_empty_scaling_says_nothing(elements, syntax):
    slices = series()
    put(slices, **elements)
    assert_is_the_volume(read_upload(upload(slices, syntax)))


def test_an_empty_intercept_beside_a_slope_leaves_the_slope():
    np.testing.assert_array_equal(read_upload(upload(series(RescaleSlope=3, RescaleIntercept=""))).voxels, VOXELS * 3)


@pytest.mark.parametrize("number", [b"NaN", b"one", b"0  "])
def test_a_scaling_that_is_no_number_is_refused(number):
    files = [(name, data.replace(b"7.25", number.ljust(4))) for name, data in upload(series(RescaleSlope="7.25"))]
    assert "finite intensity scaling" in refusal(files, UnreadableScanError)


@pytest.mark.parametrize(("stored", "high"), [(12, 15), (10, 15), (12, 13)])
def test_stored_bits_that_are_not_the_lowest_are_named(stored, high):
    said = refusal(upload(series(BitsStored=stored, HighBit=high)), UnsupportedScanError)
    assert f"(High Bit {stored - 1}), got High Bit {high}" in said


def test_private_encodings_are_named_where_known_and_never_called_damage():
    ge = [(name, privately(data, "1.2.840.113619.5.2")) for data, (name, _) in zip(series(), upload(series()), strict=True)]
    assert "the private encoding of GE (1.2.840.113619.5.2)" in refusal(ge, UnsupportedScanError)
    for syntax in ("1.3.46.670589.33.1.4.1", "1.2.3.4.5.6.7"):
        files = [("", privately(data, syntax)) for data in series()]
        assert "an unknown transfer syntax" in refusal(files, UnsupportedScanError)


def test_a_series_in_a_private_encoding_leaves_the_others_readable():
    other = [("", privately(data, "1.2.840.113619.5.2")) for data in series(number=2)]
    assert_is_the_volume(read_upload([*upload(series()), *other]))
