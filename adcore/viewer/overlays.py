"""Overlays of the viewer: a map on the scan's own grid with its scale, its caption and its strongest slice."""

from dataclasses import dataclass

import numpy as np
from nibabel.affines import apply_affine
from numpy.typing import NDArray

from adcore.analysis import Analysis
from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.explain.explanation import SaliencyMethod
from adcore.viewer.grid import DisplayGrid
from adcore.viewer.landmark import voxel_on_slice

_HOW_TO_READ = {
    SaliencyMethod.GRADCAM: "Where the network looked, not where disease is.",
    SaliencyMethod.RELATIVE: "What speaks for impairment and what against it; not where disease is.",
}

ZERO = 128
"""The byte of 0 on a signed scale."""


@dataclass(frozen=True, eq=False)
class Overlay:
    """One map over a scan.

    Attributes:
        name: identifies the overlay within a payload; [a-z0-9_].
        label: shown in the viewer's list and read-out.
        values: float32 (I, J, K), on the scan's own grid.
        maximum: the value of the top colour, above 0; the scale is clipped beyond it.
        signed: a diverging scale about 0, from -maximum to maximum; otherwise negative values are not drawn.
        caption: text of the legend.
        positive: whether there is anything to draw; otherwise the caption says so.
        top_voxel: of the scan's own grid, the target of the button "Top slice".
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
    """Both networks' saliency maps, on one scale for all patients; none for a refused scan."""
    explanation = analysis.explanation
    if explanation is None:
        return ()
    return tuple(
        Overlay(
            name=branch.value,
            label=branch.label,
            values=explanation.heatmaps[branch],
            maximum=explanation.display_maximum[branch],
            caption=explanation.nothing_to_draw(branch)
            or f"{branch.label}, {explanation.method.label}, one scale for all patients. {_HOW_TO_READ[explanation.method]}",
            signed=explanation.method.signed,
            positive=explanation.has_map(branch),
            top_voxel=_top_voxel(analysis, branch),
        )
        for branch in IMAGE_BRANCHES
    )


def first_voxel(analysis: Analysis) -> tuple[int, int, int]:
    """Initial position of the crosshair: on the middle one of the networks' slices."""
    return _voxel_on_slice(analysis, len(analysis.prepared.config.slices.y_mm) // 2)


def _top_voxel(analysis: Analysis, branch: Branch) -> tuple[int, int, int] | None:
    """A voxel on the slice with the largest attention weight of a network."""
    if analysis.prediction is None:
        return None
    return _voxel_on_slice(analysis, int(analysis.prediction.attention[branch].argmax()))


def _voxel_on_slice(analysis: Analysis, number: int) -> tuple[int, int, int]:
    """The scan's own voxel at the starting point of one slice, independent of the order of its axes."""
    scan = analysis.prepared.scan
    grid = DisplayGrid.of(scan.voxels.shape, scan.affine)
    i, j, k = np.rint(apply_affine(grid.to_file, voxel_on_slice(analysis.prepared, grid, number))).astype(int)
    return int(i), int(j), int(k)
