"""Left and right volumes of the paired medial temporal structures and ventricles, and their asymmetry."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adcore.prepare.segmentation.structures import Side, label_of

if TYPE_CHECKING:  # it loads torch, and the names of volumes are listed without
    from adcore.prepare.prepared import PreparedScan

PAIRS = ("hippocampus", "amygdala", "parahippocampal gyrus", "inferior horn", "lateral ventricle")
"""Structures that are reported by side."""


@dataclass(frozen=True)
class SideVolumes:
    """One structure on both sides.

    Attributes:
        left_ml, right_ml: by the patient's side, millilitres.
        asymmetry: see asymmetry_index; there are no norms for it.
    """

    structure: str
    left_ml: float
    right_ml: float
    asymmetry: float | None


def measure_sides(prepared: "PreparedScan") -> tuple[SideVolumes, ...]:
    """The patient's volumes by side."""
    return tuple(_both(structure, prepared) for structure in PAIRS)


def asymmetry_index(left: float, right: float) -> float | None:
    """(left - right) / (left + right): 1 is all left, -1 all right, 0 symmetric; None where both are 0."""
    return (left - right) / (left + right) if left + right > 0 else None


def _both(structure: str, prepared: "PreparedScan") -> SideVolumes:
    left, right = (prepared.volume_ml((label_of(structure, side),)) for side in (Side.LEFT, Side.RIGHT))
    return SideVolumes(structure, left, right, asymmetry_index(left, right))
