"""What the viewer can lay over a scan: a map on the scan's own grid with its scale, its words and its strongest place."""

from dataclasses import dataclass

import numpy as np
from nibabel.affines import apply_affine
from numpy.typing import NDArray

from adcore.analysis import Analysis
from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.viewer.grid import DisplayGrid
from adcore.viewer.landmark import voxel_on_plane

ZERO = 128
"""The byte of 0 on a signed scale."""


@dataclass(frozen=True, eq=False)
class Overlay:
    """One map over a scan.

    Attributes:
        name: tells overlays of one payload apart; [a-z0-9_].
        label: as the viewer's list and read-out call it.
        values: float32 (I, J, K), on the scan's own grid.
        maximum: the value that takes the top colour, over 0; beyond it the scale is clipped.
        signed: a diverging scale about 0, from -maximum to maximum; otherwise values under 0 are not drawn.
        caption: the legend's words.
        positive: whether there is something to draw; where not, the caption should say so.
        top_voxel: of the scan's own grid, where the button "Top slice" leads.
    """

    name: str
    label: str
    values: NDArray[np.float32]
    maximum: float
    caption: str
    signed: bool = False
    positive: bool = True
    top_voxel: tuple[int, int, int] | None = None

    @property
    def stored(self) -> NDArray[np.uint8]:
        """As bytes: 0 to maximum as 0 to 255; signed: -maximum, 0 and maximum as 1, 128 and 255."""
        scaled = self.values / np.float32(self.maximum)
        if self.signed:
            return np.rint(ZERO + (255 - ZERO) * scaled.clip(-1, 1)).astype(np.uint8)
        return (scaled.clip(0, 1) * 255).astype(np.uint8)


def attention_overlays(analysis: Analysis) -> tuple[Overlay, ...]:
    """Both networks' raw Grad-CAM, on one scale for all patients; none where the scan was refused."""
    explanation = analysis.explanation
    if explanation is None:
        return ()
    return tuple(
        Overlay(
            name=branch.value,
            label=branch.label,
            values=explanation.heatmaps[branch],
            maximum=explanation.display_maximum[branch],
            caption=f"{branch.label}, raw Grad-CAM, one scale for all patients. Where the network looked, not where disease is."
            if explanation.has_positive_saliency(branch)
            else f"{branch.label} found no positive evidence in this scan, so there is nothing to draw.",
            positive=explanation.has_positive_saliency(branch),
            top_voxel=_top_voxel(analysis, branch),
        )
        for branch in IMAGE_BRANCHES
    )


def first_voxel(analysis: Analysis) -> tuple[int, int, int]:
    """Where the crosshair starts: on the middle one of the networks' planes."""
    return _voxel_on_plane(analysis, len(analysis.prepared.config.slices.y_mm) // 2)


def _top_voxel(analysis: Analysis, branch: Branch) -> tuple[int, int, int] | None:
    """A voxel on the plane that a network weighed most."""
    if analysis.prediction is None:
        return None
    return _voxel_on_plane(analysis, int(analysis.prediction.attention[branch].argmax()))


def _voxel_on_plane(analysis: Analysis, number: int) -> tuple[int, int, int]:
    """The scan's own voxel where pictures of one plane start, the same whatever the order of its axes."""
    scan = analysis.prepared.scan
    grid = DisplayGrid.of(scan.voxels.shape, scan.affine)
    i, j, k = np.rint(apply_affine(grid.to_file, voxel_on_plane(analysis.prepared, grid, number))).astype(int)
    return int(i), int(j), int(k)
