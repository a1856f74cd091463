"""Pictures of prepared scans for review: three views with the outline, and two of the coronal slices that the networks read."""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from nibabel.affines import apply_affine
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import map_coordinates

from adcore.prepare.intensity import AIR_PERCENTILE
from adcore.prepare.prepared import PreparedScan
from adcore.prepare.segmentation.network import grid_affine
from adcore.prepare.slices import slice_mask
from adcore.prepare.template import load_template

HALF_MM = 112
"""Distance from the centre of a view to its edges."""

CENTRE_MM = np.array([0.0, -18.0, 2.0])
VIEWS_MM = {"sagittal": (0, -4.0), "coronal": (1, -24.0), "axial": (2, 8.0)}
"""Axis and position of each view, MNI millimetres: beside the midline, through the hippocampi, through the lateral ventricles."""

SHOWN_SLICES = (0.0, 1.0)
"""Position between the first slice (0) and the last (1)."""

COLUMNS, ROWS = 3, 8


def draw_scan(prepared: PreparedScan, title: str, path: Path) -> None:
    """Draw one strip in radiological convention. Yellow: brain outline; blue: MNI152's, and on the slices the fixed outline."""
    figure = Figure(figsize=(7.0, 1.6), layout="constrained")
    axes = figure.subplots(1, len(VIEWS_MM) + len(SHOWN_SLICES))
    air = float(np.percentile(prepared.scan.voxels[::2, ::2, ::2], AIR_PERCENTILE))  # black; a file may call it -1000
    for axis, (cut, at_mm) in zip(axes, VIEWS_MM.values(), strict=False):
        points = _view(cut, at_mm)
        voxels = np.moveaxis(prepared.voxels_from_atlas_points(points), -1, 0)
        image = map_coordinates(prepared.scan.voxels, voxels, order=1, cval=air) - air
        _show(axis, image, float(np.percentile(image, 99.5)))
        outline = map_coordinates(prepared.brain_mask.astype(np.float32), voxels, order=1)
        grid = np.moveaxis(apply_affine(np.linalg.inv(grid_affine()), points), -1, 0)
        atlas = map_coordinates(load_template().depth_mm.values.numpy(), grid, order=1, mode="nearest")
        _outline(axis, atlas, 0.0, "deepskyblue")
        _outline(axis, outline, 0.5, "yellow")
    kept = slice_mask(prepared.config.slices)
    for axis, share in zip(axes[len(VIEWS_MM) :], SHOWN_SLICES, strict=True):
        number = round(share * (len(prepared.slices) - 1))
        _show(axis, prepared.slices[number, :, ::-1], 1.3)
        _outline(axis, kept[number, :, ::-1].astype(np.float32), 0.5, "deepskyblue")
    figure.suptitle(title, fontsize=7)
    figure.savefig(path, dpi=100)


def join_pictures(pictures: list[Path], folder: Path) -> list[Path]:
    """Arrange pictures of equal size on as few sheets as possible, in their order; returns the sheets."""
    sheets: list[Path] = []
    for start in range(0, len(pictures), COLUMNS * ROWS):
        tiles = [Image.open(picture).convert("RGB") for picture in pictures[start : start + COLUMNS * ROWS]]
        width, height = tiles[0].size
        sheet = Image.new("RGB", (COLUMNS * width, -(-len(tiles) // COLUMNS) * height), "white")
        for place, tile in enumerate(tiles):
            sheet.paste(tile, (place % COLUMNS * width, place // COLUMNS * height))
        sheets.append(folder / f"sheet_{len(sheets) + 1:02d}.png")
        sheet.save(sheets[-1])
    return sheets


def _view(cut: int, at_mm: float) -> NDArray[np.float64]:
    """MNI points (rows, columns, 3) of a view: superior or anterior at the top, the patient's right or front at the left."""
    steps = np.arange(HALF_MM, -HALF_MM - 1, -1.0)
    across, up = [axis for axis in range(3) if axis != cut]
    points = np.empty((len(steps), len(steps), 3))
    points[..., cut] = at_mm
    points[..., up] = CENTRE_MM[up] + steps[:, None]
    points[..., across] = CENTRE_MM[across] + steps[None, :]
    return points


def _show(axis: Axes, image: NDArray[np.floating], brightest: float) -> None:
    axis.imshow(image, cmap="gray", vmin=0, vmax=brightest or 1.0, interpolation="nearest")
    axis.set_axis_off()


def _outline(axis: Axes, values: NDArray[np.floating], level: float, colour: str) -> None:
    if values.min() < level < values.max():
        axis.contour(values, levels=[level], colors=colour, linewidths=0.6)
