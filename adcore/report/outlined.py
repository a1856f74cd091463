"""Two planes through the hippocampi with both outlined, resliced along the networks' slices; of a refused scan, plain slices."""

import numpy as np
from nibabel.affines import apply_affine
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, map_coordinates

from adcore.analysis import Analysis
from adcore.palette import OUTLINE, rgb
from adcore.prepare.segmentation.structures import labels_of
from adcore.report.pictures import AXES, PIXELS_PER_MM, Picture, Size, View, drawn, grey, views
from adcore.viewer.grid import Grid
from adcore.viewer.landmark import voxel_on_slice
from adcore.viewer.levels import Box, brain_box, first_window, intensity_range, stored
from adcore.viewer.resliced import resliced_grid
from adcore.viewer.structures import Structures

LINE_PIXELS = 2
"""Width of an outline: 0.8 mm of the patient."""


def outlined_pictures(analysis: Analysis, printed_mm: Size) -> tuple[Picture, Picture]:
    """A coronal and an axial picture of the raw T1, the hippocampi outlined on both.

    Args:
        printed_mm: width and height of each on paper.
    """
    prepared = analysis.prepared
    grid = resliced_grid(prepared)
    box = brain_box(prepared.brain_mask, grid) if prepared.fit else None
    if box is None:
        coronal, _, axial = views(analysis)
    else:
        explanation = analysis.explanation
        number = explanation.strongest_slice() if explanation else len(prepared.config.slices.y_mm) // 2
        place = voxel_on_slice(prepared, number, grid)
        coronal, axial = (_outlined(analysis, grid, box, place, plane) for plane in ("coronal", "axial"))
    return drawn(analysis, coronal, printed_mm), drawn(analysis, axial, printed_mm)


def _outlined(analysis: Analysis, grid: Grid, box: Box, place: list[int], plane: str) -> View:
    prepared = analysis.prepared
    scan, structures = prepared.scan, Structures.of(prepared)
    normal, right, up = AXES[plane]
    across, down = (np.arange(box[axis][1], box[axis][0], -1 / (grid.spacing[axis] * PIXELS_PER_MM)) for axis in (right, up))
    points = np.empty((len(down), len(across), 3))
    points[..., normal], points[..., right], points[..., up] = place[normal], across[None], down[:, None]
    voxels = apply_affine(grid.to_file, points)
    low, high = intensity_range(scan.voxels)
    white = first_window(stored(scan.voxels, low, high))["window"] * (high - low) / 255
    values = map_coordinates(scan.voxels, np.moveaxis(voxels, -1, 0), order=1, cval=low)
    colours = grey((values - low) * (255 / white))
    colours[_outline(structures, voxels)] = rgb(OUTLINE)
    ends = grid.letters(scan.sides_known)
    mni = prepared.atlas_from_scan_points(apply_affine(grid.affine, np.array(place, float)))[normal]
    return View(
        f"{plane.capitalize()}, T1, hippocampi outlined",
        f"resliced, MNI {'xyz'[normal]} = {mni:.0f} mm",
        colours,
        (1 / PIXELS_PER_MM, 1 / PIXELS_PER_MM),
        (ends[right][1], ends[right][0], ends[up][1], ends[up][0]),
    )


def _outline(structures: Structures, voxels: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Pixels around the hippocampi: the border of a share of one half, read linearly between the labels' voxels."""
    mask = np.isin(structures.labels, labels_of("hippocampus")).astype(np.float32)
    inside = map_coordinates(mask, np.moveaxis(apply_affine(structures.from_voxels, voxels), -1, 0), order=1) > 0.5
    border: NDArray[np.bool_] = binary_dilation(inside, iterations=LINE_PIXELS) & ~inside
    return border
