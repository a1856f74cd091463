"""Labelled planes made up for tests: a bright square whose size is its part's share, and two heads' worth of them."""

import numpy as np
import torch

from adcore.cohorts.labelled_subjects import wide_slices
from adcore.networks.slice_segmentation import SLICE_STRUCTURES
from adcore.prepare.slices import SliceConfig
from adcore.training.labelled_slices import LabelledSlices
from tests.support.untrained import TINY_SLICES


def labelled_slices(participants: int = 4, config: SliceConfig = TINY_SLICES, seed: int = 0) -> LabelledSlices:
    """One plane a place and person; hippocampus on white matter, both known by their brightness."""
    generator = np.random.default_rng(seed)
    places = len(config.t88_slices)
    parts = np.full((participants * places, config.size, config.size), SLICE_STRUCTURES.index("white matter"), dtype=np.uint8)
    for picture in parts:
        side = generator.integers(4, config.size // 2)
        picture[8 : 8 + side, 8 : 8 + side] = SLICE_STRUCTURES.index("hippocampus")
    slices = np.where(parts == SLICE_STRUCTURES.index("hippocampus"), 0.6, 1.0) + generator.normal(0, 0.02, parts.shape)
    facts = torch.tensor([[70.0, 0.75, 1500.0, 1.0], [30.0, 0.85, 1400.0, 0.0]]).repeat(participants, 1)[:participants]
    return LabelledSlices(
        config,
        torch.from_numpy(slices).half(),
        torch.from_numpy(parts),
        torch.arange(places).repeat(participants),
        facts.repeat_interleave(places, dim=0),
        np.repeat(np.array([f"H{number}" for number in range(participants)], dtype=object), places),
    )


def wide_labelled_slices() -> LabelledSlices:
    """The same on the neighbours of the tiny planes too, as heads give them."""
    return labelled_slices(participants=3, config=wide_slices(TINY_SLICES))
