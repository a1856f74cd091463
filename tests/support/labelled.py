"""Labelled planes made up for tests: a bright square whose size is its part's share, and two heads' worth of them."""

import numpy as np
import torch

from adcore.cohorts.labelled_subjects import wide_planes
from adcore.networks.slice_segmentation import PLANE_PARTS
from adcore.prepare.slices import PlaneConfig
from adcore.training.labelled_slices import LabelledPlanes
from tests.support.untrained import TINY_PLANES


def labelled_planes(people: int = 4, config: PlaneConfig = TINY_PLANES, seed: int = 0) -> LabelledPlanes:
    """One plane a place and person; hippocampus on white matter, both known by their brightness."""
    generator = np.random.default_rng(seed)
    places = len(config.t88_slices)
    parts = np.full((people * places, config.size, config.size), PLANE_PARTS.index("white matter"), dtype=np.uint8)
    for picture in parts:
        side = generator.integers(4, config.size // 2)
        picture[8 : 8 + side, 8 : 8 + side] = PLANE_PARTS.index("hippocampus")
    planes = np.where(parts == PLANE_PARTS.index("hippocampus"), 0.6, 1.0) + generator.normal(0, 0.02, parts.shape)
    facts = torch.tensor([[70.0, 0.75, 1500.0, 1.0], [30.0, 0.85, 1400.0, 0.0]]).repeat(people, 1)[:people]
    return LabelledPlanes(
        config,
        torch.from_numpy(planes).half(),
        torch.from_numpy(parts),
        torch.arange(places).repeat(people),
        facts.repeat_interleave(places, dim=0),
        np.repeat(np.array([f"H{number}" for number in range(people)], dtype=object), places),
    )


def wide_labelled_planes() -> LabelledPlanes:
    """The same on the neighbours of the tiny planes too, as heads give them."""
    return labelled_planes(people=3, config=wide_planes(TINY_PLANES))
