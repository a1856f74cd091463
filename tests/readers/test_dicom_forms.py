"""Forms of DICOM files that are unusual and harmless are read; what only looks like them is not."""

import copy

import numpy as np
import pytest
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from adcore.errors import UnreadableScanError, UnsupportedScanError
from adcore.readers import read_scan, read_upload
from adcore.readers.dicom import is_dicom
from adcore.readers.dicom.mended import Mended
from tests.support.builders import file_bytes, tiny_volume
from tests.support.dicom_builder import AFFINE, VOXELS, compressed, enhanced, moved, put, rle, series, upload, zipped
from tests.support.dicom_reading import assert_is_the_volume, refusal
from tests.support.dicom_variants import padded, privately, without_preamble


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


@pytest.mark.parametrize("intercept", [0, -7])
def test_a_slope_of_0_in_every_image_says_nothing_and_is_told(intercept):
    scan = read_upload(upload(series(RescaleSlope=0, RescaleIntercept=intercept)))
    np.testing.assert_array_equal(scan.voxels, VOXELS)
    assert scan.warnings == (Mended.NO_SLOPE,)


def test_a_slope_of_0_in_some_images_is_refused():
    slices = series(RescaleSlope=2, RescaleIntercept=0)
    put(slices[2:4], RescaleSlope=0)
    assert "0 in all or none" in refusal(upload(slices), UnreadableScanError)


def test_an_empty_intercept_beside_a_slope_leaves_the_slope():
    np.testing.assert_array_equal(read_upload(upload(series(RescaleSlope=3, RescaleIntercept=""))).voxels, VOXELS * 3)


@pytest.mark.parametrize("number", [b"NaN", b"one"])
def test_a_scaling_that_is_no_number_is_refused(number):
    files = [(name, data.replace(b"7.25", number.ljust(4))) for name, data in upload(series(RescaleSlope="7.25"))]
    assert "finite intensity scaling" in refusal(files, UnreadableScanError)


@pytest.mark.parametrize(("stored", "high"), [(12, 15), (10, 15), (12, 13)])
@pytest.mark.parametrize("signed", [0, 1])
def test_stored_bits_above_unused_ones_are_read(stored, high, signed):
    beneath, sign = high + 1 - stored, int(VOXELS.max()) // 2 * signed
    raised = ((VOXELS.astype(np.int32) - sign) << beneath).astype(np.int16)
    scan = read_upload(upload(series(raised, BitsStored=stored, HighBit=high, PixelRepresentation=signed)))
    np.testing.assert_array_equal(scan.voxels, VOXELS - sign)


def test_used_bits_beneath_the_stored_ones_are_refused_and_high_bit_is_named():
    assert "High Bit 15" in refusal(upload(series(BitsStored=12, HighBit=15)), UnreadableScanError)


@pytest.mark.parametrize(("stored", "high"), [(12, 10), (12, 16)])
def test_a_high_bit_that_no_pixel_can_have_is_refused_by_name(stored, high):
    said = refusal(upload(series(BitsStored=stored, HighBit=high)), UnsupportedScanError)
    assert f"(High Bit {stored - 1}), got High Bit {high}" in said


def test_compressed_pixels_have_no_unused_bits_beneath():
    packed = upload(compressed(series(np.tile(VOXELS, (8, 8, 1)), BitsStored=12, HighBit=15), rle), "1.2.840.10008.1.2.5")
    assert "got High Bit 15" in refusal(packed, UnsupportedScanError)


def test_private_encodings_are_named_where_known_and_never_called_damage():
    ge = [(name, privately(data, "1.2.840.113619.5.2")) for data, (name, _) in zip(series(), upload(series()), strict=True)]
    assert "the private encoding of GE (1.2.840.113619.5.2)" in refusal(ge, UnsupportedScanError)
    for syntax in ("1.3.46.670589.33.1.4.1", "1.2.3.4.5.6.7"):
        files = [("", privately(data, syntax)) for data in series()]
        assert "an unknown transfer syntax" in refusal(files, UnsupportedScanError)


def test_a_series_in_a_private_encoding_leaves_the_others_readable():
    other = [("", privately(data, "1.2.840.113619.5.2")) for data in series(number=2)]
    assert_is_the_volume(read_upload([*upload(series()), *other]))


def written(slices, digits: int, step_mm: float):
    """The slices at this distance, at positions written with so many digits."""
    first = np.array([float(value) for value in slices[0].ImagePositionPatient])
    across = np.array([float(value) for value in slices[1].ImagePositionPatient]) - first
    for place, data in enumerate(slices):
        position = first + place * step_mm * across / np.linalg.norm(across)
        data.ImagePositionPatient = [f"{value:.{digits}f}" for value in position]
    return slices


LONG, _ = tiny_volume((5, 6, 60))
STRAIGHT = np.diag([1.0, 1.25, 1.5, 1.0])


@pytest.mark.parametrize("affine", [STRAIGHT, AFFINE], ids=["straight", "oblique"])
@pytest.mark.parametrize(("digits", "step"), [(1, 1.25), (1, 0.9375), (2, 0.9375), (1, 1.2), (0, 7.3)])
def test_an_even_grid_is_recognised_in_spite_of_rounded_positions(affine, digits, step):
    scan = read_upload(upload(written(series(LONG, affine), digits, step)))
    np.testing.assert_array_equal(scan.voxels, LONG)
    np.testing.assert_allclose(scan.spacing, (1, 1.25, step), rtol=0.0005 if digits else 0.005)


@pytest.mark.parametrize("affine", [STRAIGHT, AFFINE], ids=["straight", "oblique"])
@pytest.mark.parametrize("lost", [[30], [1], [20, 40], list(range(30, 36))])
@pytest.mark.parametrize(("digits", "step"), [(1, 1.25), (2, 0.9375), (6, 1.0)])
def test_missing_slices_are_counted_in_spite_of_rounded_positions(affine, lost, digits, step):
    slices = written(series(LONG, affine), digits, step)
    kept = [data for place, data in enumerate(slices) if place not in lost]
    assert f"about {len(lost)} of them" in refusal(upload(kept), UnreadableScanError)


@pytest.mark.parametrize("written", ["{:.0f}", "{:.0f}.0"])
def test_positions_too_coarse_to_tell_are_called_so_and_not_missing(written):
    slices = series(LONG, STRAIGHT)
    for place, data in enumerate(slices):
        data.ImagePositionPatient = [written.format(value) for value in (0, 0, 1.05 * place)]
    said = refusal(upload(slices), UnsupportedScanError)
    assert "steps of 1 to 2 mm" in said
    assert "rounded to 1 mm, too coarse to tell whether slices are missing" in said


@pytest.mark.slow
@pytest.mark.parametrize("step", [1.25, 1.5, 1.8])
def test_whole_millimetres_are_read_where_no_slice_can_be_missing(step):
    slices = written(series(LONG, STRAIGHT), 0, step)
    scan = read_upload(upload(slices))
    np.testing.assert_array_equal(scan.voxels, LONG)
    np.testing.assert_allclose(scan.spacing, (1, 1.25, step), rtol=0.01)
    for lost in ([1], [30], [58], [20, 40], [20, 21]):
        refusal(upload([data for place, data in enumerate(slices) if place not in lost]))


def test_one_slice_missing_from_whole_millimetres_is_never_passed_over():
    slices = written(series(LONG, STRAIGHT), 0, 1.0)
    for lost in (1, 30, 57):
        refusal(upload([data for place, data in enumerate(slices) if place != lost]))


def test_a_slice_between_its_neighbours_is_neither_even_nor_missing():
    slices = written(series(LONG, STRAIGHT), 1, 1.5)
    slices[20].ImagePositionPatient = [0, 0, 30.7]
    assert "Expected evenly spaced slices" in refusal(upload(slices), UnsupportedScanError)


UMLAUT = "M\u00fcller^Anna"
NAMES = {
    "two character sets": [("ISO_IR 100", UMLAUT), ("ISO_IR 192", UMLAUT)],
    "composed and decomposed": [("ISO_IR 192", UMLAUT), ("ISO_IR 192", "Mu\u0308ller^Anna")],
    "cyrillic": [("ISO_IR 144", "\u0418\u0432\u0430\u043d\u043e\u0432"), ("ISO_IR 192", "\u0418\u0432\u0430\u043d\u043e\u0432")],
    "with and without groups": [
        (["", "ISO 2022 IR 87"], "Yamada^Tarou=\u5c71\u7530^\u592a\u90ce=\u3084\u307e\u3060^\u305f\u308d\u3046"),
        ("ISO_IR 100", "Yamada^Tarou"),
    ],
    "chinese groups": [("GB18030", "Wang^XiaoDong=\u738b^\u5c0f\u4e1c"), ("ISO_IR 100", "WANG^XIAODONG")],
    "spaces for carets": [("ISO_IR 100", "PERSON^TEST"), ("ISO_IR 100", "Person Test ")],
}


def named(*forms):
    """A series whose slices bear these names in turn, each in its character set."""
    slices = series()
    for place, data in enumerate(slices):
        data.SpecificCharacterSet, data.PatientName = forms[place % len(forms)]
    return slices


@pytest.mark.parametrize("case", NAMES)
def test_one_name_in_two_forms_is_one_patient(case):
    assert_is_the_volume(read_upload(upload(named(*NAMES[case]))))


def test_an_unknown_character_set_leaves_a_plain_name_readable():
    files = upload(named(("ISO_IR 192", "PERSON^TEST"), ("ISO_IR 100", "PERSON^TEST")))
    assert_is_the_volume(read_upload([(name, data.replace(b"ISO_IR 192", b"ISO_IR 999")) for name, data in files]))


def test_a_name_whose_character_set_is_not_stated_is_the_same_where_identifier_and_date_agree():
    unstated = [(name, data.replace(b"ISO_IR 192", b"ISO_IR 100")) for name, data in upload(named(("ISO_IR 192", UMLAUT)))]
    stated = upload(named(("ISO_IR 192", UMLAUT)))
    assert_is_the_volume(read_upload([*unstated[:3], *stated[3:]]))


@pytest.mark.parametrize(
    "forms",
    [
        [("ISO_IR 100", UMLAUT), ("ISO_IR 100", "M\u00fcller^Hans")],
        [("ISO_IR 100", "Muller^Anna"), ("ISO_IR 100", "Miller^Anna")],
        [("ISO_IR 192", "\u5c71\u7530^\u592a\u90ce"), ("ISO_IR 192", "\u9234\u6728^\u4e00\u90ce")],
        [("ISO_IR 192", "Yamada^Tarou=\u5c71\u7530"), ("ISO_IR 192", "Suzuki^Ichirou=\u5c71\u7530")],
    ],
)
def test_two_names_are_two_patients_in_every_character_set(forms):
    said = refusal(upload(named(*forms)), UnsupportedScanError)
    assert "more than one patient" in said


def born(form: bytes):
    """The files of a series in which every second one writes the birth date in this form."""
    files = upload(series())
    old = b"\x10\0\x30\0DA\x08\x0019410101"
    new = old[:6] + len(form).to_bytes(2, "little") + form
    assert old in files[0][1]
    return [(name, data.replace(old, new) if place % 2 else data) for place, (name, data) in enumerate(files)]


@pytest.mark.parametrize("form", [b"1941.01.01", b"1941-01-01", b"1941 01 01", b""])
def test_a_birth_date_in_another_form_is_the_same_date(form):
    assert_is_the_volume(read_upload(born(form)))


def test_another_birth_date_or_identifier_beside_the_same_name_is_another_patient():
    assert "more than one patient" in refusal(born(b"1941.01.02"), UnsupportedScanError)
    slices = series()
    put(slices[::2], PatientID="0004711")
    assert "more than one patient" in refusal(upload(slices), UnsupportedScanError)


@pytest.mark.parametrize(("one", "other"), [("T-1", "0000T-1"), ("4711", "00004711"), ("0", "000")])
def test_zeros_in_front_of_an_identifier_make_no_second_patient(one, other):
    slices = series(PatientID=one)
    put(slices[::2], PatientID=other)
    assert_is_the_volume(read_upload(upload(slices)))


@pytest.mark.parametrize(
    ("elements", "other"),
    [({}, "14711"), ({}, "47110"), ({"PatientBirthDate": ""}, "04711"), ({"PatientName": ""}, "04711")],
)
def test_zeros_count_where_name_or_birth_date_do_not_confirm_the_person(elements, other):
    slices = series(PatientID="4711", **elements)
    put(slices[::2], PatientID=other)
    assert "more than one patient" in refusal(upload(slices), UnsupportedScanError)
