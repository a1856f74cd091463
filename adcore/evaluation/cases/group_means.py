"""Two groups of participants by their mean slices and maps: what the misclassified look like beside the others of their label."""

import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from adcore.answer.prediction import Branch
from adcore.evaluation.cases.case_picture import BACKGROUND, CAPTION, INK, colour_bar, overlay_map, paint, show_slice
from adcore.explain.slices_only import SliceExplanation
from adcore.words import DISCLAIMER

COLUMNS = 5
"""Slices drawn of those that the networks read, evenly over them."""

SMOOTHING = 1.9
"""SD in pixels of the Gaussian that slices are smoothed by before they are compared: 6 mm at half its height."""

TOP = 1.0
"""Difference of anatomy that gets the top colour, in pooled SDs (Cohen's d)."""

LEAST_DRAWN = 0.5
"""Difference under which nothing is drawn over the slices."""

PLACE = {"left": 0.12, "right": 0.92, "top": 0.94, "bottom": 0.04, "wspace": 0.03, "hspace": 0.03}
BAR = (0.932, 0.05, 0.012, 0.26)
"""Fractions of the figure: the slices, and the colour bar of their difference."""


@dataclass(frozen=True, eq=False)
class GroupMean:
    """A group's mean.

    Attributes:
        participants: behind it.
        mean: their mean slices and maps; its structures are those of one of them, and not for use.
        smoothed, spread: float32 (N, H, W), mean and SD of their slices smoothed by SMOOTHING, so that what lies a sulcus apart
            in two people still counts as one place.
    """

    participants: int
    mean: SliceExplanation
    smoothed: NDArray[np.float32]
    spread: NDArray[np.float32]

    @classmethod
    def of(cls, explanations: Iterable[SliceExplanation]) -> Self:
        """Average participants, of whom one at a time is held.

        Raises:
            ValueError: there is none.
        """
        count, first = 0, None
        slices = smooth = squares = np.zeros(1)
        maps: dict[Branch, NDArray[np.float64]] = {}
        for one in explanations:
            values = gaussian_filter(one.slices.astype(np.float64), SMOOTHING, axes=(1, 2))
            count, first = count + 1, first or one
            slices, smooth, squares = slices + one.slices, smooth + values, squares + values**2
            for branch, of_branch in one.maps.items():
                maps[branch] = maps.get(branch, np.zeros(of_branch.shape)) + of_branch
        if first is None:
            raise ValueError("a mean needs a participant")
        smoothed = smooth / count
        spread = np.sqrt(np.maximum(squares / count - smoothed**2, 0))
        averaged = {branch: (total / count).astype(np.float32) for branch, total in maps.items()}
        whole = replace(first, slices=(slices / count).astype(np.float32), maps=averaged)
        return cls(count, whole, smoothed.astype(np.float32), spread.astype(np.float32))


def difference(one: GroupMean, other: GroupMean) -> NDArray[np.float32]:
    """How far the anatomy of one group lies above the other's, in pooled SDs, (N, H, W); 0 where nobody differs."""
    counts = one.participants, other.participants
    pooled = np.sqrt((counts[0] * one.spread**2 + counts[1] * other.spread**2) / sum(counts))
    varies = pooled > 1e-3
    found: NDArray[np.float32] = np.where(varies, (one.smoothed - other.smoothed) / np.where(varies, pooled, 1), 0)
    return found


def chance_scatter(one: GroupMean, other: GroupMean) -> float:
    """The SD of that difference where the groups are drawn from the same people."""
    return float(np.sqrt(1 / one.participants + 1 / other.participants))


def draw_groups(one: GroupMean, other: GroupMean, names: tuple[str, str], branch: Branch | None = None) -> bytes:
    """A PNG of both means and of their difference, in radiological order.

    Args:
        names: of the groups.
        branch: the network whose mean maps are drawn over the slices, and whose maps differ in the last row; None for anatomy.
    """
    chosen = np.linspace(0, len(one.mean.slices) - 1, COLUMNS).round().astype(int)
    figure = Figure(figsize=(9.6, 6.4), facecolor=BACKGROUND)
    axes = figure.subplots(3, COLUMNS, squeeze=False, gridspec_kw=PLACE)
    for row, (group, name) in enumerate(((one, names[0]), (other, names[1]))):
        _label(axes[row, 0], f"{name}\n{group.participants} participants")
        for axis, number in zip(axes[row], chosen, strict=True):
            axis.set_axis_off()
            show_slice(axis, group.mean.slices[number], group.mean.y_mm[number])
            if branch is not None:
                overlay_map(axis, group.mean, branch, number)
    _label(axes[2, 0], "difference,\nfirst less second")
    values, top = _differing(one, other, branch)
    for axis, number in zip(axes[2], chosen, strict=True):
        axis.set_axis_off()
        show_slice(axis, other.mean.slices[number], other.mean.y_mm[number])
        drawn = np.abs(values[number]) >= LEAST_DRAWN * top
        paint(axis, values[number], drawn, (-top, top), True, other.mean.slices.shape[1:])
    colour_bar(figure, BAR, (-top, top), True, "log-odds" if branch else "intensity, in SDs")
    figure.suptitle(f"Mean maps of {branch.label}. {CAPTION}" if branch else "Mean anatomy", fontsize=10, color=INK, y=0.985)
    figure.supxlabel(DISCLAIMER, fontsize=8, color=INK, y=0.008)
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=110)
    return picture.getvalue()


def _differing(one: GroupMean, other: GroupMean, branch: Branch | None) -> tuple[NDArray[np.float32], float]:
    if branch is None:
        return difference(one, other), TOP
    return one.mean.maps[branch] - other.mean.maps[branch], one.mean.display_maximum[branch]


def _label(axis: Axes, text: str) -> None:
    axis.text(-0.06, 0.5, text, transform=axis.transAxes, color=INK, fontsize=8, ha="right", va="center")
