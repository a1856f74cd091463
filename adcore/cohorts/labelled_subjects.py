"""Coronal slices of labelled whole-head scans with the structure of every pixel, sampled from the labels' own voxels."""

import logging
from dataclasses import replace
from pathlib import Path

import nibabel as nib
import numpy as np
from nibabel.affines import apply_affine
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from adcore.atomic import write_atomically
from adcore.cohorts.ixi import LabelledSubject, read_structures
from adcore.prepare.config import PreparationConfig
from adcore.prepare.slices import SliceConfig, slice_points
from adcore.prepare.stages import prepare_scan
from adcore.readers import read_scan

NEIGHBOURS = 12
"""Number of T88 slices on either side of those the networks read that are also used for training."""

logger = logging.getLogger(__name__)


def wide_slices(config: SliceConfig) -> SliceConfig:
    """The same slices with NEIGHBOURS more on either side."""
    first, last = config.t88_slices[0], config.t88_slices[-1]
    return replace(config, t88_slices=tuple(range(first - NEIGHBOURS, last + NEIGHBOURS + 1)))


def read_subject_slices(
    subject: LabelledSubject, config: SliceConfig, folder: Path
) -> tuple[NDArray[np.float16], NDArray[np.uint8]]:
    """Slices and labels of one subject, computed, or read from `folder` where they are cached.

    Returns:
        float16 (N, H, W), as PreparedScan.slices; uint8 (N, H, W), classes of adcore.prepare.segmentation.structures.
    """
    path = folder / f"{subject.person}-{config.digest}.npz"
    if path.is_file():
        cached = np.load(path)
        return cached["slices" if "slices" in cached else "planes"], cached["labels"]  # "planes" in 0.1
    prepared = prepare_scan(read_scan(subject.scan), replace(PreparationConfig(), slices=config))
    classes = read_structures(subject)
    affine = nib.Nifti1Image.from_filename(subject.labels).affine
    points = prepared.scan_from_atlas_points(slice_points(config))
    labels = _most_likely(classes, np.moveaxis(apply_affine(np.linalg.inv(affine), points), -1, 0))
    slices = prepared.slices.astype(np.float16)
    write_atomically(path, lambda file: np.savez_compressed(file, slices=slices, labels=labels))
    return slices, labels


def _most_likely(classes: NDArray[np.uint8], voxels: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The class with the largest linearly interpolated share at each point; voxels (3, ...)."""
    best = np.zeros(voxels.shape[1:], dtype=np.float32)
    labels = np.zeros(voxels.shape[1:], dtype=np.uint8)
    for label in np.unique(classes):
        share = map_coordinates((classes == label).astype(np.float32), voxels, order=1)
        labels[share > best] = label
        best = np.maximum(best, share)
    return labels
