"""NIfTI headers: what is understood, and the families of what is not; single odd files stand in the corpus."""

import gzip

import nibabel as nib
import numpy as np
import pytest

from adcore.errors import ScanError, UnsupportedScanError
from tests.support.builders import file_bytes, read_scan_bytes, rotation, tiny_volume, with_header

VOXELS, AFFINE = tiny_volume()
PIXDIM = [1, 1, 1.25, 1.5, 1, 1, 1, 1]
PLAIN = file_bytes(VOXELS, AFFINE, ".nii")


def _read(**fields):
    return read_scan_bytes(with_header(PLAIN, **fields), "head.nii")


def _with_forms(sform, qform) -> bytes:
    image = nib.Nifti1Image(VOXELS, None)
    image.set_sform(sform, code=1 if sform is not None else 0)
    image.set_qform(qform, code=1 if qform is not None else 0)
    return image.to_bytes()


@pytest.mark.parametrize("dtype", ["u1", "i1", "<i2", ">i2", "<u2", ">i4", "<u4", "<i8", ">u8", ">f4", "<f4", "<f8", ">f8"])
@pytest.mark.parametrize("kind", [nib.Nifti1Image, nib.Nifti2Image])
def test_every_real_type_and_byte_order_is_read(dtype, kind):
    voxels = np.arange(5 * 6 * 7, dtype=float).reshape(5, 6, 7) % 128
    endianness = ">" if dtype[0] == ">" else "<"
    header = kind.header_class(endianness=endianness)
    header.set_data_dtype(np.dtype(dtype))
    data = kind(voxels.astype(dtype), AFFINE, header, dtype=np.dtype(dtype)).to_bytes()
    scan = read_scan_bytes(data, "head.nii")
    np.testing.assert_array_equal(scan.voxels, voxels)
    np.testing.assert_allclose(scan.affine, AFFINE, atol=1e-5)


@pytest.mark.parametrize(("slope", "inter"), [(2.5, -7.0), (1.0, 3.0), (-0.5, 0.0), (1e-4, 0.0)])
def test_slope_and_intercept_are_applied(slope, inter):
    np.testing.assert_allclose(_read(scl_slope=slope, scl_inter=inter).voxels, VOXELS * slope + inter, rtol=1e-5)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_few_voxels_without_a_number_become_zero_with_a_warning(bad):
    voxels = VOXELS.copy()
    voxels[1, 2, 3] = voxels[4, 5, 6] = bad
    scan = read_scan_bytes(file_bytes(voxels, AFFINE), "head.nii.gz")
    assert scan.voxels[1, 2, 3] == scan.voxels[4, 5, 6] == 0
    assert scan.voxels[0, 2, 3] == VOXELS[0, 2, 3]
    assert scan.warnings == ("2 voxels without a number (NaN or infinite) were set to 0.",)


def test_the_unit_of_length_is_honoured():
    np.testing.assert_allclose(_read(xyzt_units=2).affine, AFFINE, atol=1e-5)
    micrometres = AFFINE * [[1000.0], [1000], [1000], [1]]
    fields = {f"srow_{axis}": micrometres[row] for row, axis in enumerate("xyz")}
    sizes = np.array(PIXDIM) * 1000
    np.testing.assert_allclose(_read(xyzt_units=3, pixdim=sizes, **fields).affine, AFFINE, atol=1e-4)
    with pytest.raises(UnsupportedScanError, match="unit of length"):
        _read(xyzt_units=1)


SCALES = [(0.5, 0.5, 0.5), (1.1, 1.1, 1.1), (0.92, 0.92, 0.92), (1, 1, 0.85), (1.02, 1, 1)]


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("with_qform", [True, False])
def test_voxels_of_two_sizes_are_refused_and_both_are_named(scale, with_qform):
    scaled = AFFINE @ np.diag([*scale, 1])
    data = _with_forms(scaled, AFFINE) if with_qform else with_header(_with_forms(scaled, None), pixdim=PIXDIM)
    sizes = " x ".join(f"{size:.4g}" for size in np.array(scale) * (1, 1.25, 1.5))
    with pytest.raises(UnsupportedScanError, match=f"{sizes} mm by its sform, 1 x 1.25 x 1.5 mm by its qform and pixdim"):
        read_scan_bytes(data, "head.nii")


@pytest.mark.parametrize(
    "pixdim", [[1, 1.005, 1.25, 1.5], [-1, -1, -1.25, -1.5], [1, 0, 1.25, 1.5], [1, 0, 0, 0], [1, np.nan, 1, 1]]
)
def test_rounded_signed_and_absent_voxel_sizes_do_not_contradict_the_sform(pixdim):
    data = with_header(_with_forms(AFFINE, None), pixdim=[*pixdim, 1, 1, 1, 1])
    np.testing.assert_allclose(read_scan_bytes(data, "head.nii").affine, AFFINE, atol=1e-5)


def test_a_qform_alone_is_used():
    scan = read_scan_bytes(_with_forms(None, AFFINE), "head.nii")
    np.testing.assert_allclose(scan.affine, AFFINE, atol=1e-4)
    assert scan.sides_known


def test_a_qfac_of_zero_counts_as_one():
    scan = read_scan_bytes(with_header(_with_forms(None, AFFINE), pixdim=[0, 1, 1.25, 1.5, 1, 1, 1, 1]), "head.nii")
    np.testing.assert_allclose(scan.affine, AFFINE, atol=1e-4)


@pytest.mark.parametrize("pixdim", [[1, -1, 1.25, 1.5], [1, 1, -1.25, 1.5], [1, -1, -1.25, -1.5]])
def test_a_negative_voxel_size_is_passed_over_beside_an_sform_and_refused_without_one(pixdim):
    sizes = [*pixdim, 1, 1, 1, 1]
    scan = read_scan_bytes(with_header(_with_forms(AFFINE, AFFINE), pixdim=sizes), "head.nii")
    np.testing.assert_allclose(scan.affine, AFFINE, atol=1e-5)
    with pytest.raises(UnsupportedScanError, match=r"above 0, got a negative one.*left and right are uncertain"):
        read_scan_bytes(with_header(_with_forms(None, AFFINE), pixdim=sizes), "head.nii")


def test_forms_that_agree_on_the_sides_are_accepted():
    tilted = rotation(20, 10, -15) @ AFFINE
    scan = read_scan_bytes(_with_forms(AFFINE, tilted), "head.nii")
    np.testing.assert_allclose(scan.affine, AFFINE, atol=1e-4)


@pytest.mark.parametrize("turn", [np.diag([-1.0, 1, 1, 1]), rotation(0, 0, 180), rotation(0, 0, 90)])
def test_forms_that_disagree_on_left_and_right_are_refused(turn):
    with pytest.raises(UnsupportedScanError, match="left and right"):
        read_scan_bytes(_with_forms(AFFINE, turn @ AFFINE), "head.nii")


def test_a_trailing_axis_of_one_is_dropped():
    data = nib.Nifti1Image(VOXELS[..., None, None], AFFINE).to_bytes()
    assert read_scan_bytes(data, "head.nii").voxels.shape == (5, 6, 7)


@pytest.mark.parametrize("shape", [(5, 6, 7, 2), (5, 6), (5, 6, 7, 1, 2), (5, 6, 1), (1, 6, 7)])
def test_other_dimensions_are_refused(shape):
    data = nib.Nifti1Image(np.zeros(shape, np.float32), AFFINE).to_bytes()
    with pytest.raises(UnsupportedScanError, match="got shape"):
        read_scan_bytes(data, "head.nii")


@pytest.mark.parametrize("code", [32, 128, 1536, 1792, 2048, 2304])
def test_complex_colour_and_extended_types_are_refused(code):
    with pytest.raises(UnsupportedScanError, match="one real number"):
        _read(datatype=code)


@pytest.mark.parametrize("cut", [1, 100, 347, 348, 351, 352, 353, len(PLAIN) // 2, len(PLAIN) - 1])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_file_cut_short_is_refused(cut, pack):
    with pytest.raises(ScanError):
        read_scan_bytes(pack(PLAIN[:cut]), "head.nii")
