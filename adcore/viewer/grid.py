"""Grids of the viewer, whose axes run right, anterior, superior; the scan's own voxels reordered are one of them."""

from dataclasses import dataclass

import nibabel as nib
import numpy as np
from nibabel.affines import apply_affine
from numpy.typing import NDArray

LETTERS = (("L", "R"), ("P", "A"), ("I", "S"))
"""Letters of the negative and the positive end of x, y and z."""

LETTER_COSINE = 0.26
"""From 15 degrees of obliquity a direction gets a second or third letter."""


@dataclass(frozen=True, eq=False)
class Grid:
    """A grid whose planes the viewer shows.

    Attributes:
        shape: (x, y, z).
        affine: (4, 4), its voxels to RAS+ millimetres.
        to_file: (4, 4), its voxels to those of the file, between them where the grid is oblique to it.
    """

    shape: tuple[int, int, int]
    affine: NDArray[np.float64]
    to_file: NDArray[np.float64]

    def voxel_of(self, file_voxel: tuple[float, float, float]) -> list[int]:
        """The nearest voxel to one of the file."""
        return [round(place) for place in apply_affine(np.linalg.inv(self.to_file), file_voxel).tolist()]

    @property
    def spacing(self) -> NDArray[np.float64]:
        """Millimetres between voxels along the axes, (3,)."""
        return np.sqrt((self.affine[:3, :3] ** 2).sum(axis=0))

    @property
    def directions(self) -> NDArray[np.float64]:
        """Unit vectors of the axes in RAS+, as columns, (3, 3)."""
        return self.affine[:3, :3] / self.spacing

    @property
    def oblique_degrees(self) -> float:
        """Largest angle between an axis and its patient axis."""
        return float(np.degrees(np.arccos(np.clip(np.diag(self.directions), -1, 1))).max())

    def letters(self, sides_known: bool) -> list[tuple[str, str]]:
        """For each axis the letters at its low and high end; '?' for left and right where the file does not say."""
        return [(_letters(-direction, sides_known), _letters(direction, sides_known)) for direction in self.directions.T]


@dataclass(frozen=True, eq=False)
class DisplayGrid(Grid):
    """The scan's own voxels, reordered for display. Nothing is resampled.

    Attributes:
        orientation: nibabel's (3, 2) orientation: for each file axis its display axis and whether it runs backwards.
    """

    orientation: NDArray[np.float64]

    @classmethod
    def of(cls, shape: tuple[int, ...], affine: NDArray[np.float64]) -> "DisplayGrid":
        """The display grid of a file's grid."""
        orientation = nib.io_orientation(affine)
        to_file = nib.orientations.inv_ornt_aff(orientation, shape)
        order = np.argsort(orientation[:, 0])
        x, y, z = (int(shape[axis]) for axis in order)
        return cls((x, y, z), affine @ to_file, to_file, orientation)

    def arrange(self, volume: NDArray) -> NDArray:
        """Reorder a volume from the file's grid to this one; a view, not a copy."""
        return nib.apply_orientation(volume, self.orientation)


def _letters(direction: NDArray[np.float64], sides_known: bool) -> str:
    """Letters of a direction, strongest component first, as DICOM writes them: 'L', 'LP', 'LPS'."""
    axes = sorted(range(3), key=lambda axis: -abs(direction[axis]))
    letters = (LETTERS[axis][int(direction[axis] > 0)] for axis in axes if abs(direction[axis]) >= LETTER_COSINE)
    return "".join("?" if letter in "LR" and not sides_known else letter for letter in letters)
