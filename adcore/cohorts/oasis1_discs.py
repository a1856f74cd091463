"""OASIS-1's discs as distributed: T88 volumes, which contain the coronal slices the networks were trained on, and raw scans.

Orientations: the axes of T88 volumes run left, anterior, superior, those of raw scans anterior, superior, left (see
https://brainder.org/2011/08/13/converting-oasis-brains-to-nifti/); Analyze headers cannot store this. The ten slices are compared
with MNI152, so that volumes stored in another orientation are refused.
"""

from functools import lru_cache
from pathlib import Path

import numpy as np
from nibabel.affines import apply_affine
from nilearn.datasets import load_mni152_template
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from adcore.cohorts.cohort import Cohort
from adcore.cohorts.matching import read_slices_of, with_scans
from adcore.cohorts.oasis1 import find_table, read_table
from adcore.cohorts.raw_scans import ScanList
from adcore.errors import CohortError
from adcore.prepare.slices import SliceConfig, scale_slices, slice_mask, slice_points, t88_pixels
from adcore.readers.header_pair import read_pair
from adcore.readers.isolation import in_child

T88_FILES = "PROCESSED/MPRAGE/T88_111/*_t88_masked_gfc.hdr"
RAW_FILES = "RAW/*_mpr-1_anon.hdr"

T88_AXES, RAW_AXES = "LAS", "ASL"
T88_SHAPE = (176, 208, 176)

ORIENTATION_CHECKED = 10
"""Number of volumes whose orientation is checked; within a data set all have the same."""

OTHER_ORIENTATIONS = {"back to front": (1,), "upside down": (2,), "rotated by 180 degrees": (1, 2)}
"""Axes that are flipped. Mirrored volumes cannot be recognised, because MNI152 is symmetric."""


def disc_sessions(folder: Path, files: str) -> dict[str, Path]:
    """The first matching file of each session, in session folders here or one level down (`disc1` to `disc12`)."""
    found: dict[str, Path] = {}
    for session in sorted([*folder.glob("OAS1_*_MR*/"), *folder.glob("*/OAS1_*_MR*/")]):
        for path in sorted(session.glob(files))[:1]:
            found.setdefault(session.name, path)
    return found


def load_discs(folder: Path, config: SliceConfig) -> Cohort:
    """Read the slices of every session of the table that has its T88 volume.

    Raises:
        CohortError: table or volumes are missing, or the volumes have another orientation than OASIS distributes.
    """
    paths = disc_sessions(folder, T88_FILES)
    table, left_out = with_scans(read_table(find_table(folder)), set(paths))
    pixels = t88_pixels(config)
    similarity: list[list[float]] = []

    def read(session: str) -> NDArray[np.float32]:
        volume = _read_t88(paths[session])
        slices = _slices(volume, config, pixels)
        if len(similarity) < ORIENTATION_CHECKED:
            flipped = (_slices(np.flip(volume, axes), config, pixels) for axes in OTHER_ORIENTATIONS.values())
            similarity.append([template_similarity(candidate, config) for candidate in (slices, *flipped)])
        return slices

    cohort = read_slices_of(table, read, config.t88_slices, left_out, "OASIS-1 volumes")
    _refuse_other_orientations(np.mean(similarity, axis=0))
    return cohort


def find_raw_scans(folder: Path) -> ScanList:
    """The first acquisition of every session, a whole-head scan, for preparation.

    Raises:
        CohortError: the table is missing or matches no scan.
    """
    paths = disc_sessions(folder, RAW_FILES)
    table, left_out = with_scans(read_table(find_table(folder)), set(paths))
    return ScanList(folder, table, tuple(paths[session] for session in table["session"]), left_out, RAW_AXES)


def coronal_slice(volume: NDArray[np.float32], number: int) -> NDArray[np.float32]:
    """A slice of a T88 volume in T88_AXES, oriented as OASIS-1's images: row 0 superior, column 0 the patient's right."""
    return volume[:, number, ::-1].T


def _read_t88(path: Path) -> NDArray[np.float32]:
    volume = in_child(read_pair, path, T88_AXES).voxels
    if volume.shape != T88_SHAPE:
        raise CohortError(
            f"Expected a T88 volume of {T88_SHAPE} voxels, got {volume.shape}. Use the file as OASIS distributes it."
        )
    return volume


def _slices(volume: NDArray[np.float32], config: SliceConfig, pixels: NDArray[np.float64]) -> NDArray[np.float32]:
    return scale_slices(_resample(volume, config, pixels), config)


def _resample(volume: NDArray[np.float32], config: SliceConfig, pixels: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.stack([map_coordinates(coronal_slice(volume, number), pixels, order=1) for number in config.t88_slices])


def _refuse_other_orientations(similarity: NDArray[np.float64]) -> None:
    """Refuse the volumes if another orientation fits better.

    Args:
        similarity: to MNI152, as stored and in each of OTHER_ORIENTATIONS.
    """
    best = int(similarity.argmax())
    if best:
        raise CohortError(
            f"The T88 volumes seem to be stored {list(OTHER_ORIENTATIONS)[best - 1]}: read that way, they match MNI152 better "
            f"(correlation {similarity[best]:.2f} instead of {similarity[0]:.2f}). Use the files as OASIS distributes them."
        )


def template_similarity(slices: NDArray[np.float32], config: SliceConfig) -> float:
    """Correlation between slices (N, H, W) and the same slices of the MNI152 template, inside the outline."""
    inside = slice_mask(config)
    values = slices[inside]
    return float(np.corrcoef(values, _template_slices(config)[inside])[0, 1]) if values.any() else 0.0


@lru_cache(maxsize=2)
def _template_slices(config: SliceConfig) -> NDArray[np.float32]:
    template = load_mni152_template(resolution=1)
    indices = apply_affine(np.linalg.inv(template.affine), slice_points(config))
    values = map_coordinates(template.get_fdata(dtype=np.float32), np.moveaxis(indices, -1, 0), order=1)
    return scale_slices(values, config)
