"""NIfTI headers and bodies that are odd, contradict themselves, or claim what no scanner makes."""

import nibabel as nib
import numpy as np

from tests.readers.corpus.case import AFFINE, PLAIN, VOXELS, Case, Outcome, edited, placed, rejected, stored
from tests.support.builders import reorient, rotation, with_header

UNKNOWN = "patient's left and right are unknown"

H, W = Outcome.HANDLED, Outcome.WARNED


def _forms(sform, qform) -> bytes:
    image = nib.Nifti1Image(VOXELS, None)
    image.header.set_zooms((1, 1.25, 1.5))
    image.set_sform(sform, code=0 if sform is None else 1)
    image.set_qform(qform, code=0 if qform is None else 1)
    data: bytes = image.to_bytes()
    return data


def _second(dim: list[int]) -> bytes:
    header = nib.Nifti2Header()
    header["dim"] = dim
    return header.binaryblock + bytes(1000)


def _extended(size: int, claimed: int | None = None) -> bytes:
    """The sound file with a header extension of `size` bytes that says it had `claimed`."""
    extension = np.array([size if claimed is None else claimed, 6], "<i4").tobytes() + b"x" * (size - 8)
    return with_header(PLAIN, vox_offset=352 + size)[:348] + b"\1\0\0\0" + extension + PLAIN[352:]


def _swapped() -> bytes:
    header = nib.Nifti1Header(endianness=">")
    header.set_data_dtype(np.int16)
    data: bytes = nib.Nifti1Image(VOXELS, AFFINE, header).to_bytes()
    return data


def _with_nan(count: int) -> np.ndarray:
    voxels = VOXELS.astype(np.float32)
    voxels.flat[:count] = np.nan
    return voxels


def _spaced(*spacing: float) -> np.ndarray:
    return AFFINE @ np.diag([*(np.array(spacing) / [1, 1.25, 1.5]), 1])


NO_FORMS = np.diag([-1.0, 1.25, 1.5, 1])  # what nibabel makes of spacing alone
NO_FORMS[:3, 3] = [9.5, -14.375, -20.25]
TILTED = rotation(0, 40, 0) @ AFFINE
SHEARED = AFFINE @ np.array([[1, 0.2, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1.0]])
SINGULAR = AFFINE @ np.array([[1, 1, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1.0]])
FLAT = AFFINE @ np.array([[1, 0.8, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1.0]])
FAR = AFFINE + np.array([[0, 0, 0, 1e6]] * 3 + [[0, 0, 0, 0.0]])
LEFT_HANDED = reorient(VOXELS, AFFINE, (0, 1, 2), (True, False, False))
PERMUTED = reorient(VOXELS, AFFINE, (2, 0, 1), (False, True, False))
MICRONS = AFFINE * [[1000.0], [1000], [1000], [1]]
COLOUR = np.zeros(VOXELS.shape, [("R", "u1"), ("G", "u1"), ("B", "u1")])

ODD = (
    Case("second_version.nii.gz", H, stored(VOXELS, kind=nib.Nifti2Image)),
    Case("other_byte_order.nii", H, _swapped),
    Case("slope_0.nii", H, edited(scl_slope=0, scl_inter=9)),
    Case("slope_2.nii", H, edited(scl_slope=2, scl_inter=-7), voxels=VOXELS * 2.0 - 7),
    Case("fourth_axis_of_1.nii.gz", H, stored(VOXELS[..., None])),
    Case("qform_alone.nii", H, lambda: _forms(None, AFFINE)),
    Case("forms_20_degrees_apart.nii", H, lambda: _forms(AFFINE, rotation(20, 10, -15) @ AFFINE)),
    Case("left_handed.nii.gz", H, lambda: nib.Nifti1Image(*LEFT_HANDED).to_bytes(), voxels=LEFT_HANDED[0], affine=LEFT_HANDED[1]),
    Case("permuted_axes.nii", H, lambda: nib.Nifti1Image(*PERMUTED).to_bytes(), voxels=PERMUTED[0], affine=PERMUTED[1]),
    Case("oblique_40_degrees.nii", H, placed(TILTED), affine=TILTED),
    Case("declared_in_micrometres.nii", H, lambda: with_header(placed(MICRONS)(), xyzt_units=3)),
    Case("slices_of_5_mm.nii", H, placed(_spaced(1, 1, 5)), affine=_spaced(1, 1, 5)),
    Case("extension_of_1_mb.nii", H, lambda: _extended(1 << 20)),
    Case("extension_that_claims_2_gb.nii", H, lambda: _extended(64, (1 << 31) - 1)),
    Case("extension_that_claims_less_than_nothing.nii", H, lambda: _extended(64, -16)),
    Case("some_nan.nii.gz", W, stored(_with_nan(3)), "3 voxels without a number", np.nan_to_num(_with_nan(3))),
    Case("slices_of_12_mm.nii", W, placed(_spaced(1, 1, 12)), "12 mm long", affine=_spaced(1, 1, 12)),
    Case("no_forms.nii", W, lambda: _forms(None, None), UNKNOWN, affine=NO_FORMS, sides_known=False),
)

BODIES = (
    rejected("all_zero.nii.gz", "same value", stored(np.zeros_like(VOXELS))),
    rejected("constant.nii.gz", "same value", stored(np.full_like(VOXELS, 7))),
    rejected("many_nan.nii.gz", "NaN or infinite", stored(_with_nan(VOXELS.size // 50))),
    rejected("all_nan.nii.gz", "NaN or infinite", stored(_with_nan(VOXELS.size))),
    rejected("float64_of_1e300.nii.gz", "finite intensities", stored(VOXELS * 1e300)),
    rejected("slope_nan.nii", "finite intensity scaling", edited(scl_slope=np.nan)),
    rejected("slope_inf.nii", "finite intensity scaling", edited(scl_slope=np.inf)),
    rejected("inter_nan.nii", "finite intensity scaling", edited(scl_slope=1, scl_inter=np.nan)),
    rejected("slope_1e38.nii", "finite intensities", edited(scl_slope=1e38)),
    rejected("slope_1e-38.nii", "same value", edited(scl_slope=1e-38)),
    rejected("two_volumes.nii.gz", "3-D volume, got shape", stored(np.stack([VOXELS] * 2, -1))),
    rejected("five_axes.nii.gz", "3-D volume, got shape", stored(np.stack([VOXELS] * 2, -1)[..., None, :])),
    rejected("one_picture.nii.gz", "3-D volume, got shape", stored(VOXELS[..., 0])),
    rejected("one_slice.nii.gz", "got shape", stored(VOXELS[..., :1])),
    rejected("complex.nii.gz", "one real number", stored(VOXELS.astype(np.complex64))),
    rejected("colour.nii.gz", "one real number", stored(COLOUR)),
    rejected("quadruple.nii", "one real number", edited(datatype=1536, bitpix=128)),
)

HEADERS = (
    rejected("offset_0.nii", "begin between byte 352", edited(vox_offset=0)),
    rejected("offset_nan.nii", "begin between byte 352", edited(vox_offset=np.nan)),
    rejected("offset_1e9.nii", "begin between byte 352", edited(vox_offset=1e9)),
    rejected("offset_negative.nii", "begin between byte 352", edited(vox_offset=-352)),
    rejected("offset_between_bytes.nii", "begin between byte 352", edited(vox_offset=352.5)),
    rejected("offset_behind_the_end.nii", "ends before", edited(vox_offset=368)),
    rejected("extension_of_20_mb.nii.gz", "begin between byte 352", lambda: _extended(20 << 20)[:1000]),
    rejected("second_version_of_100000_cubed.nii", "got shape", lambda: _second([3, 100_000, 100_000, 100_000, 1, 1, 1, 1])),
    rejected("second_version_of_2_to_the_62.nii", "got shape", lambda: _second([3, 1 << 62, 1 << 62, 2, 1, 1, 1, 1])),
    rejected("no_axes.nii", "1 to 7 axes", edited(dim=[0, 20, 24, 28, 1, 1, 1, 1])),
    rejected("300_axes.nii", "1 to 7 axes", edited(dim=[300, 20, 24, 28, 1, 1, 1, 1])),
    rejected("dim_0.nii", "got shape", edited(dim=[3, 20, 0, 28, 1, 1, 1, 1])),
    rejected("dim_negative.nii", "got shape", edited(dim=[3, 20, -24, 28, 1, 1, 1, 1])),
    rejected("dims_negative_in_pairs.nii", "got shape", edited(dim=[3, -20, -24, 28, 1, 1, 1, 1])),
    rejected("one_slice_too_many.nii", "ends before", edited(dim=[3, 20, 24, 29, 1, 1, 1, 1])),
    rejected("one_slice_too_few_by_far.nii", "more follows", edited(dim=[3, 20, 24, 14, 1, 1, 1, 1])),
    rejected("bad_magic.nii", "header is damaged", edited(magic=b"n+3")),
    rejected("header_of_two_files.nii", "two-file NIfTI", edited(magic=b"ni1")),
    rejected("bad_type.nii", "voxel type", edited(datatype=77)),
    rejected("bad_width.nii", "bits wide", edited(bitpix=32)),
    rejected("bad_size.nii", "header is damaged", edited(sizeof_hdr=349)),
)

PLACES = (
    rejected("forms_mirrored.nii", "left and right", lambda: _forms(AFFINE, np.diag([-1.0, 1, 1, 1]) @ AFFINE)),
    rejected("forms_turned_by_180.nii", "left and right", lambda: _forms(AFFINE, rotation(0, 0, 180) @ AFFINE)),
    rejected("singular_column.nii", "unit of length|singular", placed(SINGULAR @ np.diag([1, 0, 1, 1.0]))),
    rejected("singular.nii", "singular", placed(SINGULAR)),
    rejected("axes_in_one_plane.nii", "singular", placed(FLAT)),
    rejected("affine_of_zeros.nii", "unit of length", placed(np.zeros((4, 4)))),
    rejected("affine_nan.nii", "finite 4 by 4", edited(srow_x=[np.nan, 0, 0, 0])),
    rejected("affine_inf.nii", "finite 4 by 4", edited(srow_z=[0, 0, np.inf, 0])),
    rejected("affine_1e38.nii", "unit of length", placed(AFFINE * 1e37)),
    rejected("sheared.nii", "sheared", placed(SHEARED)),
    rejected("a_kilometre_away.nii", "scanner's centre", placed(FAR)),
    rejected("micron_scale.nii", "unit of length", placed(_spaced(0.001, 0.001, 0.001))),
    rejected("declared_in_metres.nii", "unit of length", lambda: with_header(placed(AFFINE)(), xyzt_units=1)),
    rejected("slices_of_25_mm.nii", "unit of length", placed(_spaced(1, 1, 25))),
    rejected("qform_no_rotation.nii", "qform", edited(qform_code=1, quatern_b=7)),
    rejected("qform_negative_spacing.nii", "qform", edited(qform_code=1, pixdim=[1, -1, 1, 1, 0, 0, 0, 0])),
    rejected("qform_nan.nii", "qform|finite", edited(sform_code=0, qform_code=1, quatern_b=np.nan)),
)

CASES = ODD + BODIES + HEADERS + PLACES
