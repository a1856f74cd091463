"""OASIS-1's discs as they are distributed: T88 volumes, whose coronal slices are those that the networks know, and raw heads.

Orientations: T88 volumes run to the left, the front and up, raw ones to the front, up and to the left, as
https://brainder.org/2011/08/13/converting-oasis-brains-to-nifti/ found; Analyze headers cannot say so. The ten slices are
held against MNI152 all the same, so that volumes stored in another way are refused.
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

LOOKED_AT = 10
"""Volumes whose orientation is checked; one data set stores all of them alike."""

OTHER_WAYS = {"back to front": (1,), "upside down": (2,), "turned over": (1, 2)}
"""Mirrored volumes can't be told so: MNI152 is symmetric."""


def disc_sessions(folder: Path, files: str) -> dict[str, Path]:
    """The first file of each session that matches, in session folders here or one level down (`disc1` to `disc12`)."""
    found: dict[str, Path] = {}
    for session in sorted([*folder.glob("OAS1_*_MR*/"), *folder.glob("*/OAS1_*_MR*/")]):
        for path in sorted(session.glob(files))[:1]:
            found.setdefault(session.name, path)
    return found


def load_discs(folder: Path, config: SliceConfig) -> Cohort:
    """Read the planes of every session of the table that has its T88 volume.

    Raises:
        CohortError: table or volumes are missing, or lie otherwise than OASIS distributes them.
    """
    paths = disc_sessions(folder, T88_FILES)
    table, left_out = with_scans(read_table(find_table(folder)), set(paths))
    pixels = t88_pixels(config)
    similarity: list[list[float]] = []

    def read(session: str) -> NDArray[np.float32]:
        volume = _read_t88(paths[session])
        slices = _slices(volume, config, pixels)
        if len(similarity) < LOOKED_AT:
            ways = [template_similarity(_slices(np.flip(volume, axes), config, pixels), config) for axes in OTHER_WAYS.values()]
            similarity.append([template_similarity(slices, config), *ways])
        return slices

    cohort = read_slices_of(table, read, config.t88_slices, left_out, "OASIS-1 volumes")
    _refuse_other_ways(np.mean(similarity, axis=0))
    return cohort


def find_raw_scans(folder: Path) -> ScanList:
    """The first acquisition of every session, a whole head, for preparation.

    Raises:
        CohortError: the table is missing or fits no scan.
    """
    paths = disc_sessions(folder, RAW_FILES)
    table, left_out = with_scans(read_table(find_table(folder)), set(paths))
    return ScanList(folder, table, tuple(paths[session] for session in table["session"]), left_out, RAW_AXES)


def coronal_slice(volume: NDArray[np.float32], number: int) -> NDArray[np.float32]:
    """Slice of a T88 volume stored as T88_AXES, as OASIS-1's pictures show it: row 0 superior, column 0 the patient's right."""
    return volume[:, number, ::-1].T


def _read_t88(path: Path) -> NDArray[np.float32]:
    volume = in_child(read_pair, path, T88_AXES).voxels
    if volume.shape != T88_SHAPE:
        raise CohortError(
            f"Expected a T88 volume of {T88_SHAPE} voxels, got {volume.shape}. Take the file as OASIS distributes it."
        )
    return volume


def _slices(volume: NDArray[np.float32], config: SliceConfig, pixels: NDArray[np.float64]) -> NDArray[np.float32]:
    return scale_slices(_resample(volume, config, pixels), config)


def _resample(volume: NDArray[np.float32], config: SliceConfig, pixels: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.stack([map_coordinates(coronal_slice(volume, number), pixels, order=1) for number in config.t88_slices])


def _refuse_other_ways(similarity: NDArray[np.float64]) -> None:
    """Args: likeness to MNI152 as expected, and in each of OTHER_WAYS."""
    best = int(similarity.argmax())
    if best:
        raise CohortError(
            f"The T88 volumes seem to be stored {list(OTHER_WAYS)[best - 1]}: so read, they are more like MNI152 "
            f"(correlation {similarity[best]:.2f} against {similarity[0]:.2f}). Take the files as OASIS distributes them."
        )


def template_similarity(slices: NDArray[np.float32], config: SliceConfig) -> float:
    """Correlation of planes (N, H, W) with those of MNI152's template, inside the outline."""
    inside = slice_mask(config)
    seen = slices[inside]
    return float(np.corrcoef(seen, _template_slices(config)[inside])[0, 1]) if seen.any() else 0.0


@lru_cache(maxsize=2)
def _template_slices(config: SliceConfig) -> NDArray[np.float32]:
    template = load_mni152_template(resolution=1)
    indices = apply_affine(np.linalg.inv(template.affine), slice_points(config))
    values = map_coordinates(template.get_fdata(dtype=np.float32), np.moveaxis(indices, -1, 0), order=1)
    return scale_slices(values, config)
