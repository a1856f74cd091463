"""A series that holds several volumes or pictures beside one, or is scattered over series, gives the volume that is meant."""

import random

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import generate_uid

from adcore.errors import SeveralSeriesError, UnsupportedScanError
from adcore.readers import read_upload
from tests.support.builders import tiny_volume
from tests.support.dicom_builder import ENCODERS, VOXELS, compressed, enhanced, moved, put, series, upload
from tests.support.dicom_reading import assert_read_with, refusal_of

PHASE_TYPES = [["ORIGINAL", "PRIMARY", "P", "ND"], ["ORIGINAL", "PRIMARY", "PHASE MAP", "P", "FFE"]]
OTHER_TYPES = [["ORIGINAL", "PRIMARY", "R", "ND"], ["ORIGINAL", "PRIMARY", "I_FFE", "FFE"], ["ORIGINAL", "PRIMARY", "IMAGINARY"]]
DEEP, _ = tiny_volume((5, 6, 40))


def listed(slices) -> list[str]:
    """What the refusal of an upload with several series lists, whatever the order of its files."""
    files = upload(slices)
    lines = []
    for order in (files, random.Random(0).sample(files, len(files))):
        with pytest.raises(SeveralSeriesError) as caught:
            read_upload(order)
        lines.append([one.description for one in caught.value.series])
    assert lines[0] == lines[1]
    return lines[0]


def as_ge(slices, number: int):
    """The slices with GE's own number of what they show, and an Image Type that does not say."""
    for data in slices:
        data.ImageType = ["ORIGINAL", "PRIMARY", "OTHER"]
        data.private_block(0x0043, "GEMS_PARM_01", create=True).add_new(0x2F, "SS", number)
    return slices


@pytest.mark.parametrize("kind", [*PHASE_TYPES, *OTHER_TYPES])
def test_the_magnitude_of_a_series_is_read_without_its_other_images(kind):
    files = [*series(), *series(VOXELS + 1, ImageType=kind)]
    for data in files[7:]:
        data.SOPInstanceUID = generate_uid()
    assert_read_with(read_upload(upload(files)), "7 images of another kind in the series were ignored.")


@pytest.mark.parametrize("kind", OTHER_TYPES)
def test_other_parts_of_complex_images_are_refused_by_name(kind):
    part = "real" if kind[2] == "R" else "imaginary"
    assert f"is the {part} part of complex images" in refusal_of(series(ImageType=kind), UnsupportedScanError)


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.1", "1.2.840.10008.1.2"])
def test_ges_own_number_tells_magnitude_from_phase(syntax):
    magnitude, phase = as_ge(series(), 0), as_ge(series(VOXELS + 1), 1)
    for data in phase:
        data.SOPInstanceUID = generate_uid()
    scan = read_upload(upload([*magnitude, *phase], syntax))
    assert_read_with(scan, "7 images of another kind in the series were ignored.")
    assert "is a phase image" in refusal_of(phase, UnsupportedScanError)


def test_the_magnitude_frames_of_an_enhanced_object_are_read():
    data = enhanced([*series(), *series(VOXELS + 1)])
    for place, group in enumerate(data.PerFrameFunctionalGroupsSequence):
        shown = Dataset()
        shown.FrameType = ["ORIGINAL", "PRIMARY", "M" if place < 7 else "P", "FFE"]
        shown.ComplexImageComponent = "MAGNITUDE" if place < 7 else "PHASE"
        group.MRImageFrameTypeSequence = Sequence([shown])
    scan = read_upload(upload([data]))
    np.testing.assert_array_equal(scan.voxels, VOXELS * 2 - 1)
    assert scan.warnings == ("7 images of another kind in the series were ignored.",)


def test_echoes_of_one_series_have_to_be_chosen_from_by_their_time():
    echoes = [[moved(data, (0, 0, 0)) for data in series(VOXELS + echo, EchoTime=1.7 + 2 * echo)] for echo in range(3)]
    lines = listed([data for echo in echoes[::-1] for data in echo])
    assert [line.split(", ")[2] for line in lines] == ["echo time 1.7 ms", "echo time 3.7 ms", "echo time 5.7 ms"]
    files = upload([data for echo in echoes for data in echo])
    for number in (1, 2, 3):
        np.testing.assert_array_equal(read_upload(files, number).voxels, VOXELS + number - 1)


def test_inversions_of_one_series_have_to_be_chosen_from_by_their_time():
    both = [[moved(data, (0, 0, 0)) for data in series(VOXELS + 1, InversionTime=ti)] for ti in (2500, 700)]
    assert [line.split(", ")[2] for line in listed(both[0] + both[1])] == ["inversion time 700 ms", "inversion time 2500 ms"]


def test_an_echo_time_that_is_rounded_in_some_slices_does_not_part_a_series():
    slices = series()
    put(slices[::2], EchoTime=3.0001)
    assert_read_with(read_upload(upload(slices)))


def strayed(*strays):
    """A series of 40 slices with pictures beside it, and its volume."""
    slices = series(DEEP)
    for data in strays:
        data.SeriesInstanceUID = slices[0].SeriesInstanceUID
    return [*slices[:20], *strays, *slices[20:]]


def test_a_few_pictures_of_another_size_or_orientation_are_left_out_and_said():
    size, plane = moved(series(tiny_volume((6, 7, 2))[0])[0], (0, 0, 0)), moved(series()[1], (0, 0, 0))
    put([plane], ImageOrientationPatient=[0, 1, 0, 0, 0, -1])
    for strays, said in (([size], "1 image"), ([plane], "1 image"), ([size, plane], "2 images")):
        scan = read_upload(upload(strayed(*strays)))
        np.testing.assert_array_equal(scan.voxels, DEEP)
        (warning,) = scan.warnings
        assert warning.startswith(f"{said} of another size or orientation in the series ")


def test_many_pictures_of_another_orientation_are_no_pictures_beside_a_series():
    strays = [moved(data, (0, 0, 0)) for data in series()]
    put(strays, ImageOrientationPatient=[0, 1, 0, 0, 0, -1])
    assert "do not all have the same orientation" in refusal_of(strayed(*strays))


def scattered(slices):
    """The slices with a series identifier each."""
    for data in slices:
        data.SeriesInstanceUID = generate_uid()
    return slices


SCATTERED = "Each image has a series identifier of its own; they were read as one series."


def test_images_with_a_series_identifier_each_are_one_series():
    assert_read_with(read_upload(upload(scattered(series()))), SCATTERED)
    slices = scattered(series())
    for data in slices:
        data.StudyInstanceUID = generate_uid()
    scan = read_upload(upload(slices))
    assert_read_with(scan, SCATTERED)
    assert scan.source is None


def test_scattered_magnitude_phase_and_localizer_stay_apart():
    phase = scattered(series(VOXELS + 1, ImageType=PHASE_TYPES[0]))
    other = scattered(series(VOXELS + 2, number=2))
    localizer = scattered(series(number=9, ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"]))
    scan = read_upload(upload([*scattered(series()), *phase, *localizer]))
    np.testing.assert_array_equal(scan.voxels, VOXELS)
    assert len(listed([*scattered(series()), *other])) == 2


def test_two_single_images_are_no_series():
    assert "single slice" in refusal_of(scattered(series()[:2]))


@pytest.mark.parametrize("places", [[3], [1, 2, 5], range(7)])
def test_images_that_were_sent_again_under_other_identifiers_are_read_once(places):
    slices = series()
    again = [moved(slices[place], (0, 0, 0)) for place in places]
    put(again, InstanceNumber=900)
    for order in ([*slices, *again], [*again, *slices]):
        assert read_upload(upload(order)).warnings[0].startswith(f"{len(again)} exact cop")
    one, other = read_upload(upload([*slices, *again])), read_upload(upload([*again, *slices[::-1]]))
    np.testing.assert_array_equal(one.voxels, VOXELS)
    assert one.sha256 == other.sha256


def test_compressed_and_enhanced_images_that_were_sent_again_are_read_once():
    voxels = np.tile(VOXELS, (8, 8, 1))
    syntax = "1.2.840.10008.1.2.4.80"
    packed = compressed(series(voxels), ENCODERS[syntax])
    scan = read_upload(upload([*packed, *[moved(data, (0, 0, 0)) for data in packed]], syntax))
    np.testing.assert_array_equal(scan.voxels, voxels)
    data = enhanced(series())
    again = enhanced(series())
    again.SOPInstanceUID = generate_uid()
    np.testing.assert_array_equal(read_upload(upload([data, again])).voxels, VOXELS * 2 - 1)


def test_another_scaling_of_the_same_pixels_is_no_copy():
    again = [moved(data, (0, 0, 0)) for data in series(RescaleSlope=2)]
    assert "2 images at each position" in refusal_of([*series(), *again])
