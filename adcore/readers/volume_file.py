"""A file with a whole volume, NIfTI or MGH, compressed or not: checked before anything is allocated, and read to the end."""

import hashlib
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from adcore.case.scan import Scan
from adcore.errors import UnreadableScanError
from adcore.readers.files import FileEntry
from adcore.readers.gzip_stream import check_capacity, is_gzip, open_gzip
from adcore.readers.layout import Layout, check_length, read_to_end, read_voxels
from adcore.readers.mgh import is_mgh, mgh_layout
from adcore.readers.nifti import is_nifti, nifti_layout
from adcore.readers.unrecognised import unrecognised

HEAD_BYTES = 540
"""Length of the longest header, that of NIfTI-2."""


def is_volume(head: bytes) -> bool:
    """Whether a file, after decompression, starts like one of these formats."""
    return is_nifti(head) or is_mgh(head)


def read_volume_file(entry: FileEntry) -> Scan:
    """Read one volume.

    Raises:
        ScanError: the file is damaged or its content is not supported; the text says what to do.
    """
    if entry.size == 0:
        raise UnreadableScanError("Expected a scan, but the file is empty. Export or copy it again.")
    with entry.open() as file:
        if is_gzip(file.read(2)):
            with open_gzip(file) as stream:
                layout = _layout(stream.read(HEAD_BYTES), entry.name)
                check_capacity(entry.size, layout)
                voxels, warnings = _body(stream, layout)
        else:
            file.seek(0)
            layout = _layout(file.read(HEAD_BYTES), entry.name)
            check_length(entry.size, layout)
            voxels, warnings = _body(file, layout)
        digest = _sha256(file)
    return Scan(voxels, layout.affine, layout.source_format, digest, layout.warnings + warnings, layout.sides_known)


def _layout(head: bytes, name: str) -> Layout:
    if is_nifti(head):
        return nifti_layout(head)
    if is_mgh(head):
        return mgh_layout(head)
    raise unrecognised(head, name)


def _body(stream: BinaryIO, layout: Layout) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    voxels, warnings = read_voxels(stream, layout)
    return voxels, warnings + read_to_end(stream, layout)


def _sha256(file: BinaryIO) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while block := file.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()
