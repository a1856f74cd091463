"""The intracranial structures that the network segments: the classes of its output, in their order."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class Side(StrEnum):
    """The patient's side; MIDLINE for an unpaired structure."""

    LEFT = "left"
    RIGHT = "right"
    MIDLINE = "midline"


@dataclass(frozen=True)
class Structure:
    """One class of the network.

    Attributes:
        kind: its anatomical name without the side.
    """

    kind: str
    side: Side

    @cached_property
    def name(self) -> str:
        """The name with the side, as shown: "left hippocampus", "brainstem"."""
        return self.kind if self.side is Side.MIDLINE else f"{self.side} {self.kind}"


PAIRED = (
    "hippocampus",
    "amygdala",
    "parahippocampal gyrus",  # including the entorhinal area
    "lateral ventricle",  # without the inferior horn
    "inferior horn",
    "temporal cortex",  # except the structures listed separately
    "frontal cortex",
    "parietal cortex",
    "occipital cortex",
    "cingulate cortex",
    "insula",
    "deep grey matter",  # striatum, pallidum, thalamus, ventral diencephalon, basal forebrain
    "white matter",
    "cerebellum",
)

UNPAIRED = ("CSF", "third ventricle", "fourth ventricle", "brainstem", "corpus callosum", "cerebellar vermis")

STRUCTURES: tuple[Structure, ...] = (
    *(Structure(kind, side) for kind in PAIRED for side in (Side.LEFT, Side.RIGHT)),
    *(Structure(kind, Side.MIDLINE) for kind in UNPAIRED),
)
"""Class k + 1 of the network is STRUCTURES[k]; class 0 is everything outside the intracranial space."""

OUTSIDE = 0
CLASSES = len(STRUCTURES) + 1

FLUID = ("lateral ventricle", "inferior horn", "CSF", "third ventricle", "fourth ventricle")
"""Structures that count towards the intracranial volume, but not towards the brain volume."""


def label_of(kind: str, side: Side = Side.MIDLINE) -> int:
    """The class of a structure."""
    return STRUCTURES.index(Structure(kind, side)) + 1


def labels_of(*kinds: str) -> tuple[int, ...]:
    """The classes of structures, on both sides."""
    return tuple(label for label, one in enumerate(STRUCTURES, start=1) if one.kind in kinds)


def mirrored_labels() -> tuple[int, ...]:
    """For each class, the class it becomes when left and right are exchanged."""
    opposite = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT, Side.MIDLINE: Side.MIDLINE}
    return (OUTSIDE, *(label_of(one.kind, opposite[one.side]) for one in STRUCTURES))
