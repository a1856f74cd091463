"""Saliency maps and structure labels as NIfTI files on the scan's own grid."""

import gzip

import nibabel as nib
import numpy as np
from numpy.typing import NDArray

from adcore.analysis import Analysis
from adcore.answer.prediction import IMAGE_BRANCHES
from adcore.errors import ReportError
from adcore.prepare.segmentation.structures import OUTSIDE, STRUCTURES

SCANNER = 1
"""NIfTI's code for an affine into scanner millimetres."""

COMPRESSION = 6


def overlay_files(analysis: Analysis) -> dict[str, bytes]:
    """The saliency map of each network, on its raw scale: float32, log-odds, on the scan's grid and with its affine.

    Returns:
        compressed NIfTI files by name; 0 without positive saliency, and away from the slices that the networks read.
    Raises:
        ReportError: the scan was refused, so there is no map.
    """
    if analysis.explanation is None:
        raise ReportError("The scan failed its checks, so there is no map to write. Use a scan that passes them.")
    maps = analysis.explanation.heatmaps
    words = f"{analysis.explanation.method.label}, log-odds. Research only."
    return {f"attention_{branch}.nii.gz": _file(analysis, maps[branch], f"{branch.label} {words}") for branch in IMAGE_BRANCHES}


def structure_files(analysis: Analysis) -> dict[str, bytes]:
    """Structures as labels on the scan's grid, and a table of their names; takes some seconds."""
    names = "\n".join(
        ["label\tname", f"{OUTSIDE}\toutside", *(f"{k}\t{structure.name}" for k, structure in enumerate(STRUCTURES, start=1))]
    )
    labels = _file(analysis, analysis.prepared.structures, "adcore structure labels. Research only.")
    return {"structures.nii.gz": labels, "structures.tsv": f"{names}\n".encode()}


def _file(analysis: Analysis, values: NDArray, description: str) -> bytes:
    image = nib.Nifti1Image(np.asarray(values), analysis.prepared.scan.affine)
    image.set_sform(analysis.prepared.scan.affine, SCANNER)
    image.set_qform(analysis.prepared.scan.affine, SCANNER)
    image.header.set_xyzt_units("mm")
    image.header["descrip"] = description.encode()
    return gzip.compress(image.to_bytes(), COMPRESSION, mtime=0)
