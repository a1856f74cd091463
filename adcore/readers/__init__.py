"""From a file, or its bytes, to a Scan: told apart by content, checked before anything is allocated, read to the end."""

import hashlib
import io
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from adcore.errors import UnreadableScanError
from adcore.readers.gzip_stream import check_capacity, is_gzip, open_gzip
from adcore.readers.layout import Layout, check_length, read_to_end, read_voxels
from adcore.readers.mgh import is_mgh, mgh_layout
from adcore.readers.nifti import is_nifti, nifti_layout
from adcore.readers.unrecognised import unrecognised
from adcore.scan import Scan

HEAD_BYTES = 540
"""Enough for the longest header read here, NIfTI-2's."""


def read_scan(path: Path) -> Scan:
    """Read one scan.

    Args:
        path: a .nii, .nii.gz, .mgh or .mgz file; its content decides, not its name.
    Returns:
        the scan in the file's own voxel order.
    Raises:
        ScanError: the file is damaged, or holds what this program does not judge; the text says what to do.
    """
    try:
        with path.open("rb") as file:
            return _read(file, path.name)
    except OSError as error:
        raise UnreadableScanError(
            "Expected a scan that can be opened, but the file is missing or locked. Check its path."
        ) from error


def read_scan_bytes(data: bytes, name: str) -> Scan:
    """Read one scan that is already in memory, as read_scan does.

    Args:
        data: the bytes of the file.
        name: what the file was called; only its ending is used, and only to explain a refusal.
    Raises:
        ScanError: as read_scan.
    """
    return _read(io.BytesIO(data), name)


def _read(file: BinaryIO, name: str) -> Scan:
    size = file.seek(0, io.SEEK_END)
    if size == 0:
        raise UnreadableScanError("Expected a scan, but the file is empty. Export or copy it again.")
    file.seek(0)
    if is_gzip(file.read(2)):
        with open_gzip(file) as stream:
            layout = _layout(stream.read(HEAD_BYTES), name)
            check_capacity(size, layout)
            voxels, warnings = _body(stream, layout)
    else:
        file.seek(0)
        layout = _layout(file.read(HEAD_BYTES), name)
        check_length(size, layout)
        voxels, warnings = _body(file, layout)
    return Scan(voxels, layout.affine, layout.source_format, _sha256(file), layout.warnings + warnings, layout.sides_known)


def _layout(head: bytes, name: str) -> Layout:
    if is_nifti(head):
        return nifti_layout(head)
    if is_mgh(head):
        return mgh_layout(head)
    raise unrecognised(head, name)


def _body(stream: BinaryIO, layout: Layout) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    voxels, mended = read_voxels(stream, layout)
    return voxels, mended + read_to_end(stream, layout)


def _sha256(file: BinaryIO) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while block := file.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()
