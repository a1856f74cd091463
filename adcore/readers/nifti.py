"""The header of NIfTI-1 and NIfTI-2 single files.

Source: https://nifti.nimh.nih.gov/pub/dist/src/niftilib/nifti1.h and nifti2.h
"""

import nibabel as nib
import numpy as np
from nibabel.nifti1 import data_type_codes
from nibabel.spatialimages import HeaderDataError
from nibabel.volumeutils import shape_zoom_affine
from numpy.typing import NDArray

from adcore.case.scan import SourceFormat, check_affine, check_shape, coarse_spacing
from adcore.errors import UnreadableScanError, UnsupportedScanError
from adcore.readers.layout import NO_ORIENTATION, Layout

MAX_OFFSET = 16 << 20
"""Largest offset of the first voxel; extensions before it (for example a copy of the DICOM header) are ignored."""

MM_PER_UNIT = {1: 1000.0, 2: 1.0, 3: 0.001}
"""By the lowest three bits of xyzt_units: metre, millimetre, micrometre. Unspecified units count as millimetres."""

REAL_TYPES = ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64")

MIN_AGREEMENT = 0.5
"""Cosine between the patient's right by sform and by qform; below it (over 60 degrees apart) one of them is wrong."""


MAX_SIZE_DIFFERENCE = 0.01
"""Largest relative difference between the voxel sizes by sform and by pixdim, which the qform uses; covers rounding. In 192
public files with an sform, the two are the same within float32."""


def is_nifti(head: bytes) -> bool:
    """Whether a file has the signature of a NIfTI-1 or NIfTI-2 single file."""
    return head[344:348] == b"n+1\0" or head[4:12] == b"n+2\0\r\n\x1a\n"


def nifti_layout(head: bytes) -> Layout:
    """Check a NIfTI header.

    Args:
        head: the first 540 bytes of the file, or the whole file if shorter.
    Raises:
        UnreadableScanError: the header contradicts itself or the format.
        UnsupportedScanError: as Layout; sform and qform disagree on the patient's sides, or sform and pixdim on the voxel size.
    """
    header = _header(head)
    shape = _shape(header)
    check_shape(shape)
    slope, inter = float(header["scl_slope"]), float(header["scl_inter"])
    with np.errstate(all="ignore"):  # hostile numbers: the affine is checked later
        stated = _affine(header)
        affine = shape_zoom_affine(shape, header["pixdim"][1:4] * _mm_per_unit(header)) if stated is None else stated
    return Layout(
        source_format=SourceFormat.NIFTI,
        shape=shape,
        dtype=_dtype(header),
        offset=_offset(header),
        affine=affine,
        slope=slope or 1.0,  # nifti1.h: a slope of 0 means no scaling
        inter=inter if slope else 0.0,
        warnings=(() if stated is not None else (NO_ORIENTATION,)) + coarse_spacing(affine),
        sides_known=stated is not None,
    )


def _header(head: bytes) -> nib.Nifti1Header:
    for kind in (nib.Nifti1Header, nib.Nifti2Header):
        for endianness in ("<", ">"):
            size = kind.sizeof_hdr
            if len(head) >= size and head[:4] == np.array(size, endianness + "i4").tobytes():
                return kind(head[:size], endianness=endianness, check=False)
    raise UnreadableScanError("The NIfTI file ends inside its header, or the header is damaged. Export the scan again.")


def _shape(header: nib.Nifti1Header) -> tuple[int, ...]:
    axes = int(header["dim"][0])
    if not 1 <= axes <= 7:
        raise UnreadableScanError(f"Expected 1 to 7 axes in a NIfTI header, got {axes}. Export the scan again.")
    shape = [int(n) for n in header["dim"][1 : axes + 1]]
    while len(shape) > 3 and shape[-1] == 1:
        shape.pop()
    return tuple(shape)


def _dtype(header: nib.Nifti1Header) -> np.dtype:
    code, bits = int(header["datatype"]), int(header["bitpix"])
    if code not in data_type_codes.value_set():
        raise UnreadableScanError(f"Expected a NIfTI voxel type, got code {code}. Export the scan again.")
    name = str(data_type_codes.label[code])
    if name not in REAL_TYPES:
        raise UnsupportedScanError(
            f"Expected one real number of at most 64 bits for each voxel, got {name}. "
            "Export the T1 as 16-bit integers or 32-bit floats."
        )
    dtype = np.dtype(name)
    if bits != dtype.itemsize * 8:
        raise UnreadableScanError(f"The header calls {dtype} {bits} bits wide. Export the scan again.")
    return dtype.newbyteorder(header.endianness)


def _offset(header: nib.Nifti1Header) -> int:
    offset, first = float(header["vox_offset"]), header.sizeof_hdr + 4  # four bytes state whether extensions follow
    if not (first <= offset <= MAX_OFFSET and offset.is_integer()):
        raise UnreadableScanError(
            f"Expected the voxels to begin between byte {first} and {MAX_OFFSET}, but the header says {offset:g}. "
            "Export the scan again."
        )
    return int(offset)


def _affine(header: nib.Nifti1Header) -> NDArray[np.float64] | None:
    """The sform, else the qform, in millimetres; None where the file has neither."""
    to_mm = np.diag([_mm_per_unit(header)] * 3 + [1.0])
    sform = to_mm @ header.get_sform() if header["sform_code"] > 0 else None
    qform = to_mm @ _qform(header, alone=sform is None) if header["qform_code"] > 0 else None
    if sform is not None:
        _check_sizes(sform, np.abs(np.asarray(header["pixdim"][1:4], dtype=np.float64)) * _mm_per_unit(header))
    if sform is None or qform is None:
        return qform if sform is None else sform
    check_affine(sform)
    check_affine(qform)
    if float(_rightward(sform) @ _rightward(qform)) < MIN_AGREEMENT:
        raise UnsupportedScanError(
            "The file contradicts itself about the patient's left and right: its sform and its qform disagree. "
            "Export the scan again from the scanner's images."
        )
    return sform


def _check_sizes(sform: NDArray[np.float64], pixdim_mm: NDArray[np.float64]) -> None:
    """Refuse voxels of two sizes: every volume in millilitres depends on it. A pixdim that is no length says nothing."""
    if not (np.isfinite(pixdim_mm).all() and pixdim_mm.min() > 0):
        return
    check_affine(sform)
    sizes = np.linalg.norm(sform[:3, :3], axis=0)
    if np.abs(sizes / pixdim_mm - 1).max() > MAX_SIZE_DIFFERENCE:
        by_sform, by_pixdim = (" x ".join(f"{size:.4g}" for size in mm) for mm in (sizes, pixdim_mm))
        raise UnsupportedScanError(
            f"The file contradicts itself about the size of its voxels: {by_sform} mm by its sform, {by_pixdim} mm by its qform "
            "and pixdim. Export the scan again from the scanner's images."
        )


def _qform(header: nib.Nifti1Header, alone: bool) -> NDArray[np.float64]:
    """The affine by the quaternion; a negative pixdim, which nifti1.h forbids, counts as positive beside an sform."""
    header = header.copy()
    if alone and (np.asarray(header["pixdim"][1:4]) < 0).any():
        raise UnsupportedScanError(
            "Expected voxel sizes (pixdim) above 0, got a negative one, which may mean a mirrored axis: left and right are "
            "uncertain. Export the scan again from the scanner's images."
        )
    header["pixdim"][1:4] = np.abs(header["pixdim"][1:4])
    if header["pixdim"][0] == 0:
        header["pixdim"][0] = 1  # nifti1.h: qfac 0 counts as 1
    try:
        return np.asarray(header.get_qform(), dtype=np.float64)
    except (HeaderDataError, ValueError) as error:
        raise UnreadableScanError(
            "Expected a rotation in the file's qform, but its numbers are not one. Export the scan again."
        ) from error


def _rightward(affine: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cosine between each voxel axis and the patient's right, (3,)."""
    cosines: NDArray[np.float64] = affine[0, :3] / np.linalg.norm(affine[:3, :3], axis=0)
    return cosines


def _mm_per_unit(header: nib.Nifti1Header) -> float:
    return MM_PER_UNIT.get(int(header["xyzt_units"]) & 7, 1.0)
