"""Phase images and series with a contrast agent are no T1 to be read, and leave the series beside them readable."""

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from adcore.errors import UnsupportedScanError
from adcore.readers import read_upload
from tests.support.dicom_builder import CANARY, VOXELS, enhanced, series, upload

PHASES = [["ORIGINAL", "PRIMARY", "P", "ND"], ["ORIGINAL", "PRIMARY", "PHASE MAP", "P", "FFE"], ["DERIVED", "PRIMARY", "PHASE"]]


def refusal(slices) -> str:
    with pytest.raises(UnsupportedScanError) as caught:
        read_upload(upload(slices))
    return str(caught.value)


@pytest.mark.parametrize("kind", PHASES)
def test_a_phase_image_is_refused_and_leaves_the_magnitude(kind):
    phase = series(VOXELS + 1, number=4, ImageType=kind)
    assert "is a phase image" in refusal(phase)
    scan = read_upload(upload([*phase, *series(number=3)]))
    np.testing.assert_array_equal(scan.voxels, VOXELS)
    assert scan.warnings == ("1 other series of the upload was ignored.",)


@pytest.mark.parametrize(
    "kind", [["ORIGINAL", "PRIMARY", "M", "NORM"], ["ORIGINAL", "PRIMARY", "M_FFE", "M", "FFE"], ["ORIGINAL", "PRIMARY"]]
)
def test_a_magnitude_image_is_read_however_its_kind_is_written(kind):
    np.testing.assert_array_equal(read_upload(upload(series(ImageType=kind))).voxels, VOXELS)


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ("Gd agent 7.5 ml", "gadolinium"),
        ("GADOVIST", "gadobutrol"),
        ("Dotarem 10ml", "gadoterate"),
        ("gadoteridol", "gadoteridol"),
        ("YES", "of unlisted name"),
        (CANARY, "of unlisted name"),
    ],
)
def test_a_contrast_agent_is_refused_and_named_from_a_list_only(stated, said):
    with_agent = series(number=5, ContrastBolusAgent=stated)
    sentence = refusal(with_agent)
    assert f"given a contrast agent ({said})" in sentence
    assert "CANARY" not in sentence
    np.testing.assert_array_equal(read_upload(upload([*series(VOXELS), *with_agent])).voxels, VOXELS)


def test_a_contrast_agent_that_is_only_coded_is_refused():
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "0001", "99TEST", "an agent"
    coded = series(ContrastBolusAgentSequence=Sequence([code]))
    assert "given a contrast agent" in refusal(coded)
    assert "given a contrast agent" in refusal([enhanced(coded)])


@pytest.mark.parametrize("stated", ["", "NONE", "no", "None given", "-", "N/A", "Without"])
def test_an_agent_that_was_not_given_is_none(stated):
    np.testing.assert_array_equal(read_upload(upload(series(ContrastBolusAgent=stated))).voxels, VOXELS)


def test_an_animal_whose_axes_are_not_a_persons_is_refused():
    animal = series(AnatomicalOrientationType="QUADRUPED")
    assert "are of an animal" in refusal(animal)
    assert "are of an animal" in refusal([enhanced(animal)])
    np.testing.assert_array_equal(read_upload(upload(series(AnatomicalOrientationType="BIPED"))).voxels, VOXELS)


def test_text_in_the_pixels_is_warned_of():
    (warning,) = read_upload(upload(series(BurnedInAnnotation="YES"))).warnings
    assert "show text" in warning
    assert read_upload(upload(series(BurnedInAnnotation="NO"))).warnings == ()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"BitsStored": 8, "HighBit": 7}, "hold 8 bits, as pictures"),
        ({"BitsStored": 8, "HighBit": 7, "ImageType": ["DERIVED", "SECONDARY"]}, "hold 8 bits and were derived"),
        ({"BitsStored": 8, "HighBit": 7, "SOPClassUID": "1.2.840.10008.5.1.4.1.1.7.2"}, "hold 8 bits and were derived"),
    ],
)
def test_pictures_saved_for_display_are_read_and_warned_of(changes, said):
    pictures = np.clip(VOXELS, 0, 255)
    scan = read_upload(upload(series(pictures, **changes)))
    np.testing.assert_array_equal(scan.voxels, pictures)
    (warning,) = scan.warnings
    assert said in warning
    assert read_upload(upload(series(ImageType=["DERIVED", "SECONDARY", "REFORMATTED"]))).warnings == ()
