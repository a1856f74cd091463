"""Atrophy planted into training views of healthy heads: what is small and wide in patients, with labels that moved along.

Healthy adults show few wide ventricles, hardly an open temporal horn and no small hippocampus, so a network that has seen them
alone knows none. The displacements are those of adcore.cohorts.synthetic.planted, all at once and each of a degree of its own.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
from torch import Tensor

from adcore.cohorts.synthetic.deformation import Displacement
from adcore.cohorts.synthetic.planted import DEGREES, Planted, fill_horns, flow, velocity
from adcore.prepare.segmentation.structures import OUTSIDE, labels_of

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
        both, on_left = velocity(Planted.HIPPOCAMPI), velocity(Planted.LEFT)
        speed = self.ventricles * velocity(Planted.VENTRICLES) + self.brain * velocity(Planted.WHOLE_BRAIN)
        return flow(speed + left * on_left + right * (both - on_left))

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
        here, fluid = points[near].double().numpy(), float(ventricle.median())
        filled, turned, _ = fill_horns(image[near].numpy(), labels[near].numpy(), here, self.horns, fluid)
        image, labels = image.clone(), labels.clone()
        image[near], labels[near] = torch.from_numpy(filled), torch.from_numpy(turned)
        return image, labels


def _degree(random: np.random.Generator) -> float:
    return 0.0 if random.random() < ABSENT else float(random.uniform(0, DEGREES[-1]))


def _sides(random: np.random.Generator) -> tuple[float, float]:
    degree = _degree(random)
    less = degree * float(random.uniform(0, 1)) if random.random() < ONE_SIDED else degree
    return (degree, less) if random.random() < 0.5 else (less, degree)
