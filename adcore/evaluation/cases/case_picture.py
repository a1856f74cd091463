"""One participant's slices as a picture, with or without a network's saliency map; sides, scale and disclaimer are drawn in."""

import io

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from numpy.typing import NDArray

from adcore.answer.prediction import Branch
from adcore.explain.painting import OPACITY, colour_map, is_drawn, scale_ends
from adcore.explain.slices_only import SliceExplanation
from adcore.words import DISCLAIMER

COLUMNS = 5
BACKGROUND, INK = "#0b0e12", "#dfe5eb"

PLACE = {"left": 0.005, "right": 0.92, "top": 0.92, "bottom": 0.065, "wspace": 0.03, "hspace": 0.03}
BAR = (0.932, 0.16, 0.012, 0.68)
MIDDLE = (PLACE["left"] + PLACE["right"]) / 2
"""Fractions of the figure: the slices, the colour bar, the middle of the slices."""

BRIGHTEST = 1.3
"""Scaled intensity shown white; white matter is near 1."""

CAPTION = "Where the network looked, not where disease is"


def draw_case(explanation: SliceExplanation, title: str, branch: Branch | None = None) -> bytes:
    """A PNG of all slices in radiological order: the patient's right on the left.

    Args:
        title: a pseudonym; never a name.
        branch: the image network whose map is overlaid; None shows the slices alone.
    """
    rows, signed = -(-len(explanation.slices) // COLUMNS), explanation.method.signed
    figure = Figure(figsize=(9.6, 1.85 * rows + 0.6), facecolor=BACKGROUND)
    axes = figure.subplots(rows, COLUMNS, squeeze=False, gridspec_kw=PLACE)
    for axis in axes.ravel():
        axis.set_axis_off()
    for number, (axis, image) in enumerate(zip(axes.ravel(), explanation.slices, strict=False)):
        show_slice(axis, image, explanation.y_mm[number])
        if branch is not None:
            overlay_map(axis, explanation, branch, number)
    if branch is not None:
        ends = scale_ends(explanation.display_maximum[branch], signed)
        colour_bar(figure, BAR, ends, signed, "log-odds, same scale for all")
    shown = f"{title}: {branch.label}. {CAPTION}" if branch else f"{title}: what the networks read"
    figure.suptitle(shown, fontsize=10, color=INK, x=MIDDLE, y=0.985)
    figure.supxlabel(DISCLAIMER, fontsize=8, color=INK, x=MIDDLE, y=0.012)
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=110)
    return picture.getvalue()


def has_saliency(explanation: SliceExplanation, branch: Branch) -> bool:
    """Whether any of a network's map would be drawn."""
    return bool(is_drawn(explanation.maps[branch], explanation.display_maximum[branch], explanation.method.signed).any())


def show_slice(axis: Axes, image: NDArray[np.float32], y_mm: float) -> None:
    """One slice in radiological order with its sides and its MNI y."""
    axis.imshow(image[:, ::-1], cmap="gray", vmin=0, vmax=BRIGHTEST, interpolation="bilinear")
    for side, x, align in (("R", 0.02, "left"), ("L", 0.98, "right")):
        axis.text(x, 0.97, side, transform=axis.transAxes, color=INK, fontsize=9, fontweight="bold", ha=align, va="top")
    axis.text(0.5, 0.0, f"y {y_mm:.0f} mm", transform=axis.transAxes, color=INK, fontsize=7, ha="center", va="bottom")


def overlay_map(axis: Axes, explanation: SliceExplanation, branch: Branch, number: int) -> None:
    """A network's map of one slice."""
    values, maximum, signed = explanation.maps[branch][number], explanation.display_maximum[branch], explanation.method.signed
    paint(axis, values, is_drawn(values, maximum, signed), scale_ends(maximum, signed), signed, explanation.slices.shape[1:])


def paint(
    axis: Axes,
    values: NDArray[np.float32],
    drawn: NDArray[np.bool_],
    ends: tuple[float, float],
    signed: bool,
    shape: tuple[int, ...],
) -> None:
    """Values over one slice, in blocks of their own resolution; interpolation would add detail that is not there.

    Args:
        values: (h, w), of any resolution.
        drawn: which of them.
        ends: values of the first and the last colour.
        shape: the slice's.
    """
    shown = np.ma.masked_where(~drawn[:, ::-1], values[:, ::-1])
    extent = (-0.5, shape[1] - 0.5, shape[0] - 0.5, -0.5)
    first, last = ends
    axis.imshow(shown, cmap=colour_map(signed), vmin=first, vmax=last, alpha=OPACITY, interpolation="nearest", extent=extent)


def colour_bar(
    figure: Figure, place: tuple[float, float, float, float], ends: tuple[float, float], signed: bool, label: str
) -> None:
    """The scale of what is painted, in a place that stays free without it, so that switching an overlay on moves nothing."""
    colours = ScalarMappable(Normalize(*ends), colour_map(signed))
    bar = figure.colorbar(colours, cax=figure.add_axes(place), extend="both" if signed else "max")
    bar.set_label(label, color=INK, fontsize=8)
    bar.ax.tick_params(colors=INK, labelsize=7)
