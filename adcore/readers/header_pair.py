"""A volume in two files, .hdr and .img: Analyze 7.5, which does not store the orientation, or a NIfTI-1 pair.

Headers: https://nifti.nimh.nih.gov/pub/dist/doc/analyze75.pdf and nifti1.h. Both are converted to a single NIfTI file in memory,
which is then read and checked like any other.
"""

from pathlib import Path

import nibabel as nib
import numpy as np
from nibabel.orientations import axcodes2ornt
from nibabel.spatialimages import HeaderDataError
from nibabel.wrapstruct import WrapStructError
from numpy.typing import NDArray

from adcore.case.scan import Scan, check_affine, check_shape
from adcore.errors import UnreadableScanError, UnsupportedScanError
from adcore.readers.files import FileEntry, file_of_bytes, file_of_path
from adcore.readers.header_block import HEADER_BYTES
from adcore.readers.volume_file import read_volume_file

SUFFIXES = (".hdr", ".img")

FIRST_VOXEL = 352
MAX_BYTES = 1 << 30
"""Largest .img file: the largest accepted volume in the widest type."""


def read_pair(path: Path, axes: str | None = None) -> Scan:
    """Read a volume in two files.

    Args:
        path: either of the two files, which have the same name.
        axes: orientation of the three voxel axes, for example "LAS" for left, anterior, superior. If a data set documents it, it
            takes precedence over the header. Required for an Analyze file.
    Raises:
        ScanError: a file is missing or damaged, or its content is not supported; the text says what to do.
    """
    return read_pair_files(file_of_path(path.with_suffix(".hdr")), file_of_path(path.with_suffix(".img")), axes)


def read_pair_files(header_file: FileEntry, image_file: FileEntry, axes: str | None = None) -> Scan:
    """As read_pair, from files of an upload, a folder or an archive."""
    block, image = _read(header_file)[:HEADER_BYTES], _read(image_file)
    if len(block) < HEADER_BYTES:
        raise UnreadableScanError("The .hdr file ends before its header does. Copy or export both files again.")
    if block[344:348] == b"ni1\0":
        header = nib.Nifti1Header(block, check=False)
        image = image[_offset(header, len(image)) :]
    else:
        if axes is None:
            raise UnsupportedScanError(
                "Expected a header with the orientation of the head, which Analyze 7.5 does not store. Convert the file to NIfTI."
            )
        header = _from_analyze(block)
    if axes is not None:
        check_shape(tuple(int(count) for count in header["dim"][1:4]))
        affine = centred_affine(axes, tuple(header["dim"][1:4]), np.abs(header["pixdim"][1:4]))
        check_affine(affine)
        header.set_sform(affine, code=1)
        header.set_qform(affine, code=0)
    header["magic"], header["vox_offset"] = b"n+1", FIRST_VOXEL
    single = header.binaryblock + bytes(FIRST_VOXEL - HEADER_BYTES) + image
    return read_volume_file(file_of_bytes("", single))


def centred_affine(axes: str, shape: tuple[int, ...], spacing_mm: NDArray[np.floating]) -> NDArray[np.float64]:
    """The affine of a centred field of view, voxel indices to RAS+ millimetres, (4, 4).

    Args:
        axes: orientation of the voxel axes, "LAS", "ASL", ...
    """
    affine = np.zeros((4, 4))
    for voxel_axis, (world_axis, sign) in enumerate(axcodes2ornt(tuple(axes))):
        affine[int(world_axis), voxel_axis] = sign * float(spacing_mm[voxel_axis])
    affine[:3, 3] = -affine[:3, :3] @ ((np.array(shape[:3]) - 1) / 2)
    affine[3, 3] = 1
    return affine


def _offset(header: nib.Nifti1Header, size: int) -> int:
    """Bytes before the first voxel in the .img file."""
    offset = float(header["vox_offset"])
    if not (0 <= offset <= size and offset.is_integer()):  # also where it is NaN
        raise UnreadableScanError(
            f"Expected the voxels to begin within the {size:,} bytes of the .img file, but the header says at byte {offset:g}. "
            "Copy or export both files again."
        )
    return int(offset)


def _from_analyze(block: bytes) -> nib.Nifti1Header:
    """Shape, type and voxel size; the unused fields of Analyze, in which SPM and others store their own data, are ignored."""
    try:
        old = nib.AnalyzeHeader(block, check=False)
        header = nib.Nifti1Header(endianness=old.endianness)
        header["sizeof_hdr"] = HEADER_BYTES
        for field in ("dim", "datatype", "bitpix"):
            header[field] = old[field]
        header["pixdim"][1:4] = old["pixdim"][1:4]
    except (WrapStructError, HeaderDataError, ValueError) as error:
        raise UnreadableScanError("The .hdr file is not an Analyze or NIfTI header. Copy or export both files again.") from error
    return header


def _read(file: FileEntry) -> bytes:
    if file.size > MAX_BYTES:
        raise UnsupportedScanError(f"Expected at most {MAX_BYTES >> 30} GiB of voxels, got {file.size:,} bytes. Check the file.")
    with file.open() as stream:
        return stream.read()
