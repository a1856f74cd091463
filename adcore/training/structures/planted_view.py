"""Atrophy planted into training views of healthy heads: what is small and wide in patients, with labels that moved along.

Healthy adults show few wide ventricles, hardly an open temporal horn and no small hippocampus, so a network that has seen them
alone knows none. The displacements are those of adcore.cohorts.synthetic.planted, all at once and each of a degree of its own.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from adcore.cohorts.synthetic.anatomy import horn_degree
from adcore.cohorts.synthetic.deformation import Displacement, atrophy_mesh
from adcore.cohorts.synthetic.planted import DEGREES, Planted, flow, left_share, opened, velocity
from adcore.prepare.segmentation.structures import OUTSIDE, Side, label_of, labels_of

HORN_BOX_MM = ((-60.0, 60.0), (-60.0, 20.0), (-50.0, 20.0))
"""Nothing outside turns to a temporal horn."""

ABSENT, ONE_SIDED = 0.4, 0.4
"""Probabilities that a part is left as it is, and that one side changes less than the other."""


@dataclass(frozen=True)
class PlantedAtrophy:
    """Degrees of what is planted; 1 is marked atrophy in the synthetic heads.

    Attributes:
        hippocampi, horns: left, right.
    """

    ventricles: float
    brain: float
    hippocampi: tuple[float, float]
    horns: tuple[float, float]

    @classmethod
    def drawn(cls, random: np.random.Generator) -> Self:
        """Each part of any degree up to the highest, or unchanged; sides may differ."""
        return cls(_degree(random), _degree(random), _sides(random), _sides(random))

    def displacement(self) -> Displacement:
        """From the head with atrophy to the head as it was, MNI millimetres."""
        left, right = self.hippocampi
        on_left = _left()
        speed = (
            self.ventricles * velocity(Planted.VENTRICLES)
            + self.brain * velocity(Planted.WHOLE_BRAIN)
            + (left * on_left + right * (1 - on_left)) * velocity(Planted.HIPPOCAMPI)
        )
        return flow(speed)

    def open_horns(self, image: Tensor, labels: Tensor, points: Tensor) -> tuple[Tensor, Tensor]:
        """Fill the temporal horns with the fluid of the head's own ventricles; a head without ventricles is left as it is.

        Args:
            image: float32 (X, Y, Z).
            labels: int64 (X, Y, Z).
            points: float32 (X, Y, Z, 3), where each voxel lies in the head as it was, MNI millimetres.
        """
        ventricle = image[torch.isin(labels, torch.tensor(labels_of("lateral ventricle")))]
        if not ventricle.numel() or not any(self.horns):
            return image, labels
        near = labels != OUTSIDE
        for axis, (low, high) in enumerate(HORN_BOX_MM):
            near &= (points[..., axis] > low) & (points[..., axis] < high)
        x, y, z = points[near].double().numpy().T
        share = left_share(x)
        left, right = self.horns
        added = torch.from_numpy(opened(horn_degree((x, y, z)), left * share + right * (1 - share))).float()
        image, labels = image.clone(), labels.clone()
        image[near] += added * (ventricle.median() - image[near])
        before = labels[near]
        horn = torch.from_numpy(np.where(x < 0, label_of("inferior horn", Side.LEFT), label_of("inferior horn", Side.RIGHT)))
        turned = (added > 0.5) & ~torch.isin(before, torch.tensor(labels_of("lateral ventricle", "inferior horn")))
        labels[near] = torch.where(turned, horn, before)
        return image, labels


@lru_cache(maxsize=1)
def _left() -> NDArray[np.float64]:
    return left_share(atrophy_mesh()[0])


def _degree(random: np.random.Generator) -> float:
    return 0.0 if random.random() < ABSENT else float(random.uniform(0, DEGREES[-1]))


def _sides(random: np.random.Generator) -> tuple[float, float]:
    degree = _degree(random)
    less = degree * float(random.uniform(0, 1)) if random.random() < ONE_SIDED else degree
    return (degree, less) if random.random() < 0.5 else (less, degree)
