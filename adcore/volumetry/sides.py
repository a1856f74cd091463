"""Left beside right: the volumes of the paired parts that matter for memory, and how unlike the two sides are."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adcore.prepare.segmentation.structures import Side, label_of

if TYPE_CHECKING:  # it loads torch, and the names of volumes are listed without
    from adcore.prepare.prepared import PreparedScan

PAIRS = ("hippocampus", "amygdala", "parahippocampal gyrus", "inferior horn", "lateral ventricle")
"""Structures whose sides are told apart."""


@dataclass(frozen=True)
class SideVolumes:
    """One structure on both sides.

    Attributes:
        left_ml, right_ml: the patient's sides, millilitres.
        asymmetry: see asymmetry_index; there are no norms for it.
    """

    structure: str
    left_ml: float
    right_ml: float
    asymmetry: float | None


def measure_sides(prepared: "PreparedScan") -> tuple[SideVolumes, ...]:
    """The person's volumes by side."""
    return tuple(_both(structure, prepared) for structure in PAIRS)


def asymmetry_index(left: float, right: float) -> float | None:
    """(left - right) / (left + right): 1 is all left, -1 all right, 0 even; None where there is nothing on either side."""
    return (left - right) / (left + right) if left + right > 0 else None


def _both(structure: str, prepared: "PreparedScan") -> SideVolumes:
    left, right = (prepared.volume_ml((label_of(structure, side),)) for side in (Side.LEFT, Side.RIGHT))
    return SideVolumes(structure, left, right, asymmetry_index(left, right))
