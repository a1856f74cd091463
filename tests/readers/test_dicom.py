"""A DICOM series becomes the volume it was cut from, or is refused with the reason, before a pixel is decoded."""

import copy
import itertools
import random
from functools import partial

import imagecodecs
import numpy as np
import pytest
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from adcore.case.scan import SourceFormat
from adcore.errors import SeveralSeriesError, UnreadableScanError, UnsupportedScanError
from adcore.readers import read_scan, read_upload
from tests.support.builders import rotation, tiny_volume
from tests.support.dicom_builder import (
    AFFINE,
    ENCODERS,
    VOXELS,
    as_bytes,
    claiming,
    compressed,
    enhanced,
    moved,
    put,
    series,
    upload,
    zipped,
)
from tests.support.dicom_reading import assert_is_the_volume, refusal_of


def assert_is_the_series(scan) -> None:
    assert_is_the_volume(scan)
    assert scan.source_format is SourceFormat.DICOM
    assert scan.sides_known


def test_a_series_is_the_volume_it_was_cut_from():
    scan = read_upload(upload(series()))
    assert_is_the_series(scan)
    assert scan.warnings == ()


def test_neither_order_nor_names_of_the_files_change_scan_or_digest(tmp_path):
    files = upload(series())
    scan = read_upload(files)
    random.Random(0).shuffle(files)
    renamed = [(f"{number}.dcm", data) for number, (_, data) in enumerate(files)]
    (tmp_path / "deeper").mkdir()
    for name, data in renamed:
        (tmp_path / "deeper" / name).write_bytes(data)
    (tmp_path / "all.zip").write_bytes(zipped(renamed))
    for other in (read_upload(renamed), read_scan(tmp_path / "deeper"), read_scan(tmp_path / "all.zip")):
        assert_is_the_series(other)
        assert other.sha256 == scan.sha256


def test_another_pixel_gives_another_digest():
    slices = series()
    slices[3].PixelData = bytes(len(slices[3].PixelData))
    assert read_upload(upload(slices)).sha256 != read_upload(upload(series())).sha256


@pytest.mark.parametrize(
    "syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian]
)
def test_every_uncompressed_encoding_gives_the_same_volume(syntax):
    slices = series()
    if syntax == ExplicitVRBigEndian:
        put(slices, SeriesDescription=None)
        for data in slices:
            data.PixelData = np.frombuffer(data.PixelData, "<u2").astype(">u2").tobytes()
    assert_is_the_series(read_upload(upload(slices, syntax)))


@pytest.mark.parametrize("syntax", ENCODERS)
def test_pixels_compressed_without_loss_give_the_same_volume(syntax):
    voxels = np.tile(VOXELS, (8, 8, 1))  # a codec needs more than 5 x 6 pixels
    scan = read_upload(upload(compressed(series(voxels), ENCODERS[syntax]), syntax))
    np.testing.assert_array_equal(scan.voxels, voxels)
    assert scan.warnings == ()


@pytest.mark.parametrize(("syntax", "bits"), [("1.2.840.10008.1.2.4.50", 8), ("1.2.840.10008.1.2.4.51", 12)])
def test_pixels_compressed_with_loss_are_read_and_warned_of(syntax, bits):
    voxels = np.tile(VOXELS, (8, 8, 1))
    encode = partial(imagecodecs.jpeg8_encode, level=99, bitspersample=bits)
    kind = np.uint8 if bits == 8 else np.uint16
    scan = read_upload(upload(compressed(series(voxels), lambda pixels: encode(pixels.astype(kind))), syntax))
    assert np.abs(scan.voxels - voxels).max() <= 8
    assert "may have removed detail" in scan.warnings[0]


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.90"])
def test_the_header_says_whether_compressed_pixels_have_a_sign(syntax):
    voxels = np.tile(VOXELS, (8, 8, 1)) - 100
    slices = series(voxels, PixelRepresentation=1, BitsStored=16, HighBit=15)
    for depth, data in enumerate(slices):
        data.PixelData = voxels[:, :, depth].T.astype("<i2").tobytes()
    packed = compressed(slices, lambda pixels: ENCODERS[syntax](pixels.view(np.uint16)))
    np.testing.assert_array_equal(read_upload(upload(packed, syntax)).voxels, voxels)


@pytest.mark.parametrize("angles", [(0, 0, 0), (90, 0, 0), (0, 90, 0), (20, -35, 10)])
def test_every_plane_and_tilt_of_the_slices_keeps_each_voxel_where_it_is(angles):
    affine = rotation(*angles) @ AFFINE
    scan = read_upload(upload(series(affine=affine)))
    np.testing.assert_allclose(scan.affine, affine, atol=1e-6)
    np.testing.assert_array_equal(scan.voxels, VOXELS)


def test_slope_and_intercept_of_each_slice_are_applied():
    slices = series()
    for place, data in enumerate(slices):
        data.RescaleSlope, data.RescaleIntercept = 0.5 + place, -100 * place
    scan = read_upload(upload(slices))
    np.testing.assert_allclose(scan.voxels, VOXELS * (0.5 + np.arange(7)) - 100 * np.arange(7), rtol=1e-6)


def test_signed_pixels_keep_their_sign():
    slices = series()
    for data in slices:
        pixels = np.frombuffer(data.PixelData, "<u2").astype("<i2") - 100
        data.PixelData, data.PixelRepresentation, data.BitsStored, data.HighBit = pixels.tobytes(), 1, 16, 15
    np.testing.assert_array_equal(read_upload(upload(slices)).voxels, VOXELS - 100)


def test_8_bit_pixels_of_an_odd_number_are_read():
    voxels, affine = tiny_volume((5, 3, 4))
    slices = series(voxels, affine, BitsAllocated=8, BitsStored=8, HighBit=7)
    for depth, data in enumerate(slices):
        data.PixelData = voxels[:, :, depth].T.astype(np.uint8).tobytes() + b"\0"
        data["PixelData"].VR = "OB"
    np.testing.assert_array_equal(read_upload(upload(slices)).voxels, voxels)


def test_an_enhanced_multi_frame_object_is_read():
    scan = read_upload(upload([enhanced(series())]))
    np.testing.assert_array_equal(scan.voxels, VOXELS * 2 - 1)
    np.testing.assert_allclose(scan.affine, AFFINE, atol=1e-6)


def test_an_enhanced_object_that_does_not_place_all_of_its_frames_is_refused():
    data = enhanced(series())
    data.PerFrameFunctionalGroupsSequence.pop()
    assert "states 7 frames, but gives the position of 6" in refusal_of([data])


def test_files_beside_the_images_are_passed_over():
    slices = series()
    directory = copy.deepcopy(slices[0])
    directory.SOPClassUID = "1.2.840.10008.1.3.10"
    report = copy.deepcopy(slices[0])
    put([report], PixelData=None, Rows=None, Modality="SR")
    junk = [("README.txt", b"read me"), (".DS_Store", b"\0\0\0\1Bud1"), ("Thumbs.db", b"\xd0\xcf\x11\xe0"), ("empty", b"")]
    junk += [("DICOMDIR", as_bytes(directory)), ("report", as_bytes(report)), ("preview.jpg", b"\xff\xd8\xff\xe0 jpeg")]
    assert_is_the_series(read_upload([*junk, *upload(slices)]))


@pytest.mark.parametrize(
    ("elements", "said"),
    [
        ({"Modality": "CT"}, "Expected an MR image, got CT"),
        ({"Modality": "ZZCANARY"}, "got an image of unknown modality"),
        ({"ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"]}, "is a localizer, or contains one"),
        ({"ImageType": ["ORIGINAL", "PRIMARY", "MOSAIC"]}, "is a mosaic"),
        ({"PhotometricInterpretation": "MONOCHROME1"}, "stored inverted"),
        ({"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB", "PlanarConfiguration": 0}, "got colour ones"),
        ({"ImageOrientationPatient": None}, "carry its orientation"),
        ({"ImageOrientationPatient": [1, 0, 0, 1, 0, 0]}, "carry its orientation"),
        ({"ImageOrientationPatient": [0, 0, 0, 0, 0, 0]}, "carry its orientation"),
        ({"ImagePositionPatient": None}, "carry its position"),
        ({"ImagePositionPatient": [0, 0]}, "carry its position"),
        ({"ImagePositionPatient": [0, 0, 1e300]}, "within the scanner"),
        ({"PixelSpacing": None, "ImagerPixelSpacing": [1, 1]}, "carry its pixel spacing in the patient"),
        ({"PixelSpacing": [0, 1]}, "carry its pixel spacing"),
        ({"PixelSpacing": [1e30, 1e30]}, "Expected voxels of"),
        ({"BitsAllocated": 64}, "12 bits stored in 64"),
        ({"BitsStored": 20}, "20 bits stored in 16"),
        ({"Rows": 7}, "cut short"),
        ({"Rows": 5}, "has more bytes than 5 x 5 pixels need"),
        ({"Rows": 60000, "Columns": 60000}, "2 to 1024 pixels"),
        ({"NumberOfFrames": 4}, "states 4 frames, but gives the position of 1"),
        ({"PixelData": None}, "ends before its pixels"),
    ],
)
def test_a_series_that_makes_no_volume_is_refused_with_the_reason(elements, said):
    slices = series()
    put(slices, **elements)
    assert said in refusal_of(slices)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-1e400", "one", ""])
def test_what_is_no_number_counts_as_missing(number):
    slices = series()
    put(slices[2:3], ImagePositionPatient=["-1.2500000", "2", "3"])
    files = [(name, data.replace(b"-1.2500000", number.encode().ljust(10))) for name, data in upload(slices)]
    with pytest.raises(UnsupportedScanError, match="carry its position"):
        read_upload(files)


def test_images_of_two_patients_are_refused_without_saying_whose():
    for element, other in (("PatientName", "Roe^Richard"), ("PatientID", "4711"), ("PatientBirthDate", "19500101")):
        slices = series()
        put(slices[4:5], **{element: other})
        said = refusal_of(slices, UnsupportedScanError)
        assert "more than one patient" in said
        assert other not in said


def test_a_second_patient_in_another_series_is_refused_too():
    other = series(number=2, PatientName="Roe^Richard")
    assert "more than one patient" in refusal_of([*series(), *other])


def test_a_fact_about_the_patient_that_one_image_lacks_makes_no_second_patient():
    slices = series()
    put(slices[2:3], PatientBirthDate="")
    put(slices[3:4], PatientName="zzcanary^name^^^")
    assert_is_the_series(read_upload(upload(slices)))


def test_mixed_sizes_are_refused():
    slices = series()
    put(slices[:1], Rows=5, Columns=6)
    assert "differ in size (5 x 6 and 6 x 5)" in refusal_of(slices)


def test_mixed_spacings_are_refused():
    slices = series()
    put(slices[:1], PixelSpacing=[2, 2])
    assert "different pixel spacings" in refusal_of(slices)


@pytest.mark.parametrize(("lost", "said"), [([3], "about 1 of them is missing"), ([2, 3, 5], "about 3 of them are missing")])
def test_missing_slices_are_counted(lost, said):
    slices = [data for place, data in enumerate(series()) if place not in lost]
    assert said in refusal_of(slices, UnreadableScanError)


def test_duplicate_slices_are_refused():
    slices, others = series(), series(VOXELS + 1)
    assert "At 2 positions the series has more than one slice" in refusal_of(
        [*slices, moved(others[1], (0, 0, 0)), moved(others[4], (0, 0, 0))]
    )


def test_several_images_at_each_position_are_called_4_d():
    later = [moved(data, (0, 0, 0)) for data in series(VOXELS + 1)]
    assert "2 images at each position" in refusal_of([*series(), *later])


def test_a_single_slice_is_refused():
    assert "a single slice" in refusal_of(series()[:1])


def test_a_localizer_mixed_in_is_refused():
    slices = series()
    put(slices[3:4], ImageOrientationPatient=[0, 1, 0, 0, 0, -1])
    assert "do not all have the same orientation" in refusal_of(slices)


def test_a_tilted_gantry_is_refused():
    sheared = AFFINE @ np.array([[1, 0, 0, 0], [0, 1, 0.3, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
    assert "sheared" in refusal_of(series(affine=sheared))


def test_a_slice_beside_the_line_of_the_others_is_refused():
    slices = series()
    slices[3] = moved(slices[3], AFFINE[:3, 0] * (-1, -1, 1))
    assert "sheared" in refusal_of(slices)


def test_uneven_steps_are_refused():
    slices = series()
    slices[3] = moved(slices[3], 0.2 * AFFINE[:3, 2] * (-1, -1, 1))
    assert "Expected evenly spaced slices, got steps of 1.2 to 1.8 mm" in refusal_of(slices)


def test_the_digits_of_headers_do_not_make_steps_uneven():
    slices = series()
    for data in slices:
        data.ImagePositionPatient = [f"{float(value):.3f}" for value in data.ImagePositionPatient]
    np.testing.assert_allclose(read_upload(upload(slices)).affine, AFFINE, atol=1e-3)


@pytest.mark.parametrize(
    ("syntax", "said"),
    [
        ("1.2.840.10008.1.2.4.94", "JPIP Referenced"),
        ("1.2.840.10008.1.2.4.102", "MPEG-4"),
        ("1.2.3.4.5.6.7", "an unknown transfer syntax"),
    ],
)
def test_a_codec_without_a_decoder_is_named(syntax, said):
    files = [(name, claiming(data, syntax)) for name, data in upload(series())]
    with pytest.raises(UnsupportedScanError, match=said):
        read_upload(files)


def test_truncated_pixels_are_refused():
    files = upload(series())
    files[2] = ("", files[2][1][:-7])
    with pytest.raises(UnreadableScanError, match="pixels of an image are cut short"):
        read_upload(files)


def test_a_truncated_header_is_refused():
    files = upload(series())
    files[2] = ("", files[2][1][:700])
    with pytest.raises(UnreadableScanError, match="inside its header"):
        read_upload(files)


@pytest.mark.parametrize(
    ("elements", "said"),
    [
        ({"EchoTime": 90, "RepetitionTime": 4000, "ScanningSequence": "SE"}, "looks T2-weighted"),
        ({"EchoTime": 90, "RepetitionTime": 9000, "InversionTime": 2500, "ScanningSequence": "SE"}, "looks FLAIR"),
        ({"EchoTime": 25, "RepetitionTime": 30}, "looks T2\\*-weighted"),
    ],
)
def test_another_contrast_than_t1_is_warned_of(elements, said):
    (warning,) = read_upload(upload(series(**elements))).warnings
    assert said.replace("\\", "") in warning


def series_of(files):
    """What the refusal of an upload with several series lists."""
    with pytest.raises(SeveralSeriesError) as caught:
        read_upload(files)
    return caught.value.series


def test_series_are_listed_in_words_and_by_the_same_number_whatever_the_order_of_files():
    first, second = series(number=3), series(number=5, EchoTime=90, RepetitionTime=4000, ScanningSequence="SE")
    third = series(number=9)[:1]
    files = upload([*second, *third, *first])
    listed = series_of(files)
    assert [(one.number, one.images, one.readable) for one in listed] == [(1, 7, True), (2, 7, True), (3, 1, False)]
    assert listed[0].description == "MR, T1-weighted, axial, 7 images of 5 x 6, 1 x 1.25 x 1.5 mm"
    assert "T2-weighted" in listed[1].description
    assert "single slice" in str(listed[2].problem)
    assert series_of(files[::-1]) == listed


def test_several_series_have_to_be_chosen_from():
    files = upload([*series(number=3), *series(VOXELS + 1, number=5)])
    with pytest.raises(SeveralSeriesError, match=r"2 series.*1\. MR, T1-weighted.*2\. MR") as caught:
        read_upload(files)
    assert [one.number for one in caught.value.series] == [1, 2]
    assert_is_the_series(read_upload(files, 1))
    np.testing.assert_array_equal(read_upload(files, 2).voxels, VOXELS + 1)
    with pytest.raises(UnsupportedScanError, match="no series 3: the upload contains 2"):
        read_upload(files, 3)


def test_the_only_readable_series_is_taken_and_the_others_are_named_in_a_warning():
    scan = read_upload(upload([*series(number=1)[:1], *series(number=2)]))
    assert_is_the_series(scan)
    assert scan.warnings == ("1 other series of the upload was ignored.",)


def test_where_no_series_is_readable_each_reason_is_given():
    localizer = series(number=1)[:1]
    ct = series(number=2, Modality="CT")
    said = refusal_of([*localizer, *ct])
    assert "None of the 2 series" in said
    assert "single slice" in said
    assert "got CT" in said


def test_a_long_examination_is_told_in_a_short_sentence():
    files = upload(itertools.chain.from_iterable(series(number=number) for number in range(1, 31)))
    with pytest.raises(SeveralSeriesError, match="and 24 more") as caught:
        read_upload(files)
    assert len(caught.value.series) == 30
    assert len(str(caught.value)) < 1500


def test_files_that_hold_no_images_are_refused():
    report = series()[0]
    put([report], PixelData=None, Rows=None, Modality="SR")
    assert "contain no images" in refusal_of([report])
    with pytest.raises(UnsupportedScanError, match="none of the 2 files"):
        read_upload([("a", b"no scan"), ("b", b"nor this")])
