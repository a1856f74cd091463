"""The header of FreeSurfer's MGH format (.mgh, and .mgz when compressed).

Source: https://surfer.nmr.mgh.harvard.edu/fswiki/FsTutorial/MghFormat
"""

import numpy as np
from nibabel.freesurfer.mghformat import DATA_OFFSET, MGHHeader
from nibabel.freesurfer.mghformat import header_dtype as HEADER

from adcore.case.scan import SourceFormat, coarse_spacing
from adcore.errors import UnreadableScanError, UnsupportedScanError
from adcore.readers.layout import NO_ORIENTATION, Layout

DTYPES = {0: ">u1", 1: ">i4", 3: ">f4", 4: ">i2", 10: ">u2"}
"""Voxel types by their code; always big-endian."""

CONFORMED = ((-1, 0, 0), (0, 0, -1), (0, 1, 0))
"""Direction of the voxel axes (right, anterior, superior) if the file does not state it: FreeSurfer's conformed order."""

FOOTER_LIMIT = 1 << 20
"""Bytes after the voxels: scan parameters, then tags of any length (command lines, colour tables)."""


def is_mgh(head: bytes) -> bool:
    """Whether a file starts like MGH, with version 1 as a big-endian integer; .DS_Store files of macOS do so too."""
    return head.startswith(b"\x00\x00\x00\x01") and head[4:8] != b"Bud1"


def mgh_layout(head: bytes) -> Layout:
    """Check an MGH header.

    Args:
        head: the first bytes of the file.
    Raises:
        UnreadableScanError: the header is truncated or states a type that MGH does not have.
        UnsupportedScanError: as Layout; more than one frame.
    """
    if len(head) < DATA_OFFSET:
        raise UnreadableScanError("The MGH file ends inside its header. Copy or export the scan again.")
    header = np.frombuffer(head[: HEADER.itemsize], HEADER)[0].copy()
    sides_known = bool(header["goodRASFlag"])
    if not sides_known:  # MGHHeader would use the transpose of this matrix, which turns heads upside down
        header["goodRASFlag"], header["delta"], header["Mdc"], header["Pxyz_c"] = 1, 1, CONFORMED, 0
    with np.errstate(all="ignore"):  # hostile numbers: the affine is checked later
        affine = np.asarray(MGHHeader(header.tobytes(), check=False).get_affine(), dtype=np.float64)
    shape = tuple(int(n) for n in header["dims"])
    code = int(header["type"])
    if code not in DTYPES:
        raise UnreadableScanError(f"Expected an MGH voxel type, got code {code}. Copy or export the scan again.")
    if shape[3] != 1:
        raise UnsupportedScanError(f"Expected one 3-D volume, got shape {shape}. Export one frame and try again.")
    return Layout(
        source_format=SourceFormat.MGH,
        shape=shape[:3],
        dtype=np.dtype(DTYPES[code]),
        offset=DATA_OFFSET,
        affine=affine,
        footer_limit=FOOTER_LIMIT,
        warnings=(() if sides_known else (NO_ORIENTATION,)) + coarse_spacing(affine),
        sides_known=sides_known,
    )
