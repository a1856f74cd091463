"""Volumes in two files, .hdr and .img, as older data sets have them."""

from pathlib import Path

import nibabel as nib
import numpy as np
from numpy.typing import NDArray


def write_analyze(path: Path, voxels: NDArray, spacing_mm: tuple[float, float, float] = (1.0, 1.0, 1.0)) -> Path:
    """Big-endian 16-bit Analyze 7.5 with a fourth axis of one, as OASIS-1 is stored."""
    header = nib.AnalyzeHeader(endianness=">")
    header.set_data_dtype(np.int16)
    header.set_data_shape((*voxels.shape, 1))
    header.set_zooms((*spacing_mm, 1.0))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_suffix(".hdr").write_bytes(header.binaryblock)
    path.with_suffix(".img").write_bytes(np.rint(voxels).astype(">i2").tobytes(order="F"))
    return path.with_suffix(".hdr")


def write_nifti_pair(path: Path, voxels: NDArray, affine: NDArray[np.float64]) -> Path:
    """A NIfTI-1 pair."""
    nib.Nifti1Pair(voxels, affine).to_filename(path.with_suffix(".hdr"))
    return path.with_suffix(".hdr")
