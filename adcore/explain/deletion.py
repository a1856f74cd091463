"""Deletion on the networks' input (Petsiuk 2018): cells of a patient's slices are exchanged for the average's.

The average unimpaired participant takes their place, since a network has never seen a hole. A map that names the cells that
matter moves the answer further than as many cells in the middle of the head, or at random.
"""

from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from adcore.answer.prediction import Branch
from adcore.explain.explanation import QualityCheck
from adcore.networks.late_fusion import LateFusionNetwork, log_odds_of
from adcore.words import percent

Pixel = TypeVar("Pixel", bound=np.generic)

Cells = NDArray[np.bool_]
"""Which cells of the slices, (N, h, w)."""

SHARE = 0.1
"""Share of the cells within the head that are exchanged."""

RANDOM_DRAWS = 3
"""Random choices of as many cells beside the central ones: with four, a map that knows nothing passes once in five."""


@torch.inference_mode()
def check_deletion(
    network: LateFusionNetwork,
    branch: Branch,
    saliency: NDArray[np.float32],
    slices: NDArray[np.float32],
    average: NDArray[np.float32],
    y_mm: tuple[float, ...],
) -> QualityCheck:
    """Whether a map names the cells that set the patient's answer apart from the average's.

    Args:
        saliency: (N, h, w); above 0 for impairment, below 0 against it where the method is signed. Its sum says in which
            direction the answer should move back.
        slices, average: (N, H, W), the patient's and the average unimpaired participant's, at MNI y_mm.
    """
    within, random = cells_within(slices, saliency.shape[-1]), np.random.default_rng(0)
    side = 1.0 if saliency.sum() > 0 else -1.0
    choices = [strongest_cells(side * saliency, within), central_cells(within)]
    choices += [random_cells(within, random) for _ in range(RANDOM_DRAWS)]
    whole, *left = (
        float(log_odds_of_slices(network, branch, torch.from_numpy(one), y_mm))
        for one in (slices, *(exchanged(slices, average, cells) for cells in choices))
    )
    value, *others = (side * (whole - one) for one in left)
    limit = max(others)
    sentence = (
        f"{branch.label}: with the strongest {percent(SHARE)} of the map's cells taken from the average unimpaired participant, "
        f"its log-odds, before calibration, move by {value:.2f} towards that average; with as many cells from the middle of the "
        f"head, or at random, by {limit:.2f} at most."
    )
    return QualityCheck("deletion moves the answer", branch.value, value, limit, value > limit, sentence)


def log_odds_of_slices(network: LateFusionNetwork, branch: Branch, slices: Tensor, y_mm: tuple[float, ...]) -> Tensor:
    """One image branch's log-odds, before calibration, of slices (N, H, W) at MNI y_mm."""
    pictures, _ = network.slice_segmentation.paint(slices.unsqueeze(1), torch.tensor(y_mm, dtype=torch.float32))
    image = network.image_branch(branch)
    maps = image.backbone(pictures.contiguous(memory_format=torch.channels_last))
    return log_odds_of(image.pooling(maps.mean((2, 3)).unsqueeze(0)).logits[0])


def cells_within(slices: NDArray[np.float32], size: int) -> Cells:
    """The cells of slices (N, H, W) that hold any of the head, (N, size, size)."""
    return np.asarray(blocks(slices > 0, size).any(axis=(2, 4)))


def strongest_cells(values: NDArray[np.float32], within: Cells) -> Cells:
    """SHARE of the cells within the head, those with the largest values (N, h, w)."""
    return _first(np.where(within, -values, np.inf), within)


def central_cells(within: Cells) -> Cells:
    """As many cells, those nearest to the middle of the head on every slice: what a map that knows nothing would show."""
    places = np.argwhere(within)[:, 1:]
    rows, columns = np.ogrid[: within.shape[1], : within.shape[2]]
    distance = np.broadcast_to(np.hypot(rows - places[:, 0].mean(), columns - places[:, 1].mean()), within.shape)
    return _first(np.where(within, distance, np.inf), within)


def random_cells(within: Cells, random: np.random.Generator) -> Cells:
    """As many cells within the head, drawn at random."""
    return _first(np.where(within, random.random(within.shape), np.inf), within)


def exchanged(slices: NDArray[np.float32], others: NDArray[np.float32], cells: Cells) -> NDArray[np.float32]:
    """Slices (N, H, W) with some of their cells taken from others."""
    fine = cells.repeat(slices.shape[1] // cells.shape[1], axis=1).repeat(slices.shape[2] // cells.shape[2], axis=2)
    return np.where(fine, others, slices)


def blocks(pixels: NDArray[Pixel], size: int) -> NDArray[Pixel]:
    """A view of (N, H, W) by cell, (N, size, pixels down, size, pixels across)."""
    count, height, width = pixels.shape
    return pixels.reshape(count, size, height // size, size, width // size)


def in_cells(maps: NDArray[np.float32], cells: int) -> NDArray[np.float32]:
    """Sums of finer maps (N, h, w) in each cell, (N, cells, cells)."""
    return np.asarray(blocks(maps, cells).sum(axis=(2, 4)))


def _first(order: NDArray[np.float64], within: Cells) -> Cells:
    chosen = np.zeros(within.size, bool)
    chosen[np.argsort(order, axis=None, kind="stable")[: max(1, round(SHARE * within.sum()))]] = True
    return chosen.reshape(within.shape)
