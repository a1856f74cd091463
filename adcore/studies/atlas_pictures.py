"""Pictures of the agreement with the training cohort: mean slices side by side, their difference, and histograms."""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from adcore.studies.slice_agreement import SliceAgreement

SHOWN = (0, 3, 6, 9)
DIFFERENCE = 0.4
"""Ends of the colour scale, as a fraction of white matter's intensity."""


def draw_slices(agreement: SliceAgreement, path: Path) -> None:
    """Four slices of both means and of heads minus cohort, in radiological order: the patient's right on the left."""
    shown = [number for number in SHOWN if number < len(agreement.heads)]
    figure = Figure(figsize=(9, 3 * len(shown)), layout="constrained")
    axes = figure.subplots(len(shown), 3, squeeze=False)
    difference = agreement.heads - agreement.cohort
    for row, number in zip(axes, shown, strict=True):
        for axis, image in zip(row, (agreement.cohort, agreement.heads, difference), strict=True):
            signed = image is difference
            low, high, colours = (-DIFFERENCE, DIFFERENCE, "RdBu_r") if signed else (0.0, 1.2, "gray")
            drawn = axis.imshow(image[number, :, ::-1], cmap=colours, vmin=low, vmax=high)
            axis.contour(agreement.mask[number, :, ::-1].astype(float), levels=[0.5], colors="0.5", linewidths=0.4)
            axis.set_axis_off()
        row[0].set_title(f"cohort, slice {number}", fontsize=9)
        row[1].set_title(f"heads, correlation {agreement.by_slice[number]:.3f}", fontsize=9)
        row[2].set_title("heads minus cohort", fontsize=9)
        figure.colorbar(drawn, ax=row[2], shrink=0.7)
    figure.savefig(path, dpi=110)


def draw_histograms(agreement: SliceAgreement, path: Path) -> None:
    """Intensities inside the outline, white matter near 1."""
    figure = Figure(figsize=(7, 3.5), layout="constrained")
    axis = figure.subplots()
    axis.stairs(
        agreement.cohort_density, agreement.edges, label=f"cohort, effectively {agreement.cohort_participants:.0f} participants"
    )
    axis.stairs(agreement.heads_density, agreement.edges, label=f"heads, {agreement.participants} participants")
    axis.set_xlabel("intensity inside the outline, white matter near 1")
    axis.set_ylabel("density")
    axis.set_xlim(0, float(np.max(agreement.edges)))
    axis.legend()
    figure.savefig(path, dpi=110)
