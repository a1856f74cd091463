"""Real DICOM: a T1 series against SimpleITK, one image in nine transfer syntaxes, enhanced multi-frame objects."""

import nibabel as nib
import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813

from adcore.errors import UnsupportedScanError
from adcore.readers import read_scan
from adcore.readers.dicom.codecs import CODECS, NATIVE
from adcore.readers.dicom.header import read_header
from adcore.readers.dicom.parts import parts_of
from adcore.readers.dicom.pixels import read_volume
from adcore.readers.dicom.wording import describe
from adcore.readers.files import file_of_path


@pytest.fixture(scope="module")
def dicom(shared_data):
    folder = shared_data / "dicom"
    if not folder.is_dir():
        pytest.skip(f"needs real DICOM series in {folder}, which is absent")
    return folder


@pytest.mark.slow
def test_a_real_t1_series_is_what_simpleitk_reads(dicom):
    scan = read_scan(dicom / "philips_t1")
    reader = sitk.ImageSeriesReader()
    reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(dicom / "philips_t1")))
    image = reader.Execute()
    affine = np.eye(4)
    affine[:3, :3] = np.array(image.GetDirection()).reshape(3, 3) * image.GetSpacing()
    affine[:3, 3] = image.GetOrigin()
    np.testing.assert_allclose(scan.affine, np.diag([-1, -1, 1, 1]) @ affine, atol=1e-6)
    np.testing.assert_array_equal(scan.voxels, sitk.GetArrayFromImage(image).T.astype(np.float32))
    assert nib.aff2axcodes(scan.affine) == ("P", "I", "R")
    assert scan.warnings == ()


@pytest.mark.slow
def test_a_real_t1_series_is_described_in_words(dicom):
    headers = []
    for index, path in enumerate(sorted((dicom / "philips_t1").iterdir())):
        with path.open("rb") as stream:
            headers.append(read_header(stream, index))
    (part,) = parts_of(headers)
    words = describe(part, tuple(read_scan(dicom / "philips_t1").spacing))
    assert words == "MR, T1-weighted, sagittal, 170 images of 256 x 256, 1 x 1 x 1 mm"


def test_one_image_in_nine_transfer_syntaxes_has_the_same_pixels(dicom):
    paths = sorted((dicom / "transfer_syntaxes").iterdir())
    syntaxes, images = set(), []
    for path in paths:
        file = file_of_path(path)
        with file.open() as stream:
            header = read_header(stream, 0)
        syntaxes.add(header.pixels.syntax)
        images.append(read_volume([header], [(0, 0)], [file])[0])
    assert len(images) == 9
    assert len(syntaxes & NATIVE) == 3
    assert len(syntaxes & set(CODECS)) == 4
    for image in images:
        np.testing.assert_array_equal(image, images[0])
    assert images[0].max() == 2362


def test_a_mosaic_is_refused_by_name(dicom):
    with pytest.raises(UnsupportedScanError, match="is a mosaic"):
        read_scan(dicom / "transfer_syntaxes" / "1.dcm")


def test_one_enhanced_object_is_a_volume_and_four_of_them_are_a_time_series(dicom):
    folder = dicom / "enhanced_multiframe" / "Siemens" / "XA10"
    scan = read_scan(folder / "6_1.dcm")
    reader = sitk.ReadImage(str(folder / "6_1.dcm"))
    assert scan.voxels.shape == (64, 64, 6)
    np.testing.assert_array_equal(scan.voxels, sitk.GetArrayFromImage(reader).T)
    with pytest.raises(UnsupportedScanError, match="4 images at each position"):
        read_scan(folder)


def test_of_an_enhanced_object_of_two_image_kinds_the_magnitude_is_read(dicom):
    scan = read_scan(dicom / "enhanced_multiframe" / "Philips")
    assert scan.voxels.shape == (64, 64, 32)
    assert scan.warnings == ("32 images of another kind in the series were ignored.",)
    assert scan.voxels.min() == 0  # a phase is negative in places
