"""Overlays of the viewer: a map on the scan's own grid with its scale, its caption and its strongest slice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from adcore.analysis import Analysis
from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.explain.explanation import SaliencyMethod
from adcore.prepare.prepared import PreparedScan
from adcore.prepare.slices import slice_affine
from adcore.viewer.grid import Grid
from adcore.viewer.landmark import voxel_on_slice

Place = Callable[[Grid], list[int]]
"""One place of the scan, as the nearest voxel of a grid."""

_HOW_TO_READ = {
    SaliencyMethod.GRADCAM: "Where the network looked, not where disease is.",
    SaliencyMethod.RELATIVE: "What speaks for impairment and what against it; not where disease is.",
    SaliencyMethod.GRADIENTS: "What speaks for impairment and what against it; not where disease is.",
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
        top: the target of the button "Top slice".
        cells: the same on the networks' slices, where the map has its own cells.
    """

    name: str
    label: str
    values: NDArray[np.float32]
    maximum: float
    caption: str
    signed: bool = False
    positive: bool = True
    top: Place | None = None
    cells: "Cells | None" = None

    def stored(self, values: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Values as bytes: 0 to maximum as 0 to 255; signed: -maximum, 0 and maximum as 1, 128 and 255."""
        scaled = values / np.float32(self.maximum)
        if self.signed:
            return np.rint(ZERO + (255 - ZERO) * scaled.clip(-1, 1)).astype(np.uint8)
        return (scaled.clip(0, 1) * 255).astype(np.uint8)


@dataclass(frozen=True, eq=False)
class Cells:
    """A network's map on its own cells: whole on resliced planes, where a volume of voxels would cut it into stripes.

    Attributes:
        values: float32 (N, h, w), a map for each of the networks' slices.
        from_voxels: (4, 4), the scan's voxel indices to those of (column, row, slice).
    """

    values: NDArray[np.float32]
    from_voxels: NDArray[np.float64]

    @classmethod
    def of(cls, values: NDArray[np.float32], prepared: PreparedScan) -> "Cells":
        """The cells of a prepared scan's map; they divide each slice evenly."""
        config = prepared.config.slices
        slices, rows, columns, _ = slice_affine(config) @ prepared.voxels_to_atlas
        down, over = (side / config.size for side in values.shape[1:])
        half = np.array([0, 0, 0, 0.5])  # centres of cells and pixels lie at half of them
        return cls(values, np.stack([(columns + half) * over - half, (rows + half) * down - half, slices, [0, 0, 0, 1]]))


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
            top=_on_strongest_slice(analysis, (branch,)) if explanation.has_map(branch) else None,
            cells=Cells.of(explanation.slice_maps[branch], analysis.prepared),
        )
        for branch in IMAGE_BRANCHES
    )


def first_place(analysis: Analysis) -> Place:
    """Initial position of the crosshair: on the slice with the most saliency of those networks that have a map."""
    explanation = analysis.explanation
    shown = tuple(branch for branch in IMAGE_BRANCHES if explanation is not None and explanation.has_map(branch))
    return _on_strongest_slice(analysis, shown)


def _on_strongest_slice(analysis: Analysis, branches: Sequence[Branch]) -> Place:
    middle = len(analysis.prepared.config.slices.y_mm) // 2
    explanation = analysis.explanation
    number = explanation.strongest_slice(branches) if explanation is not None and branches else middle
    return partial(voxel_on_slice, analysis.prepared, number)
