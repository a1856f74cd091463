"""The parts of the head's inside that the network tells apart: the classes of its output, in their order."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class Side(StrEnum):
    """The patient's side; MIDLINE where a part has none."""

    LEFT = "left"
    RIGHT = "right"
    MIDLINE = "midline"


@dataclass(frozen=True)
class Structure:
    """One class of the network.

    Attributes:
        structure: what it is, in plain words, without the side.
    """

    structure: str
    side: Side

    @cached_property
    def name(self) -> str:
        """As shown: "left hippocampus", "brainstem"."""
        return self.structure if self.side is Side.MIDLINE else f"{self.side} {self.structure}"


PAIRED = (
    "hippocampus",
    "amygdala",
    "parahippocampal gyrus",  # with the entorhinal area
    "lateral ventricle",  # without its inferior horn
    "inferior horn",
    "temporal cortex",  # what is not listed apart
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
    *(Structure(structure, side) for structure in PAIRED for side in (Side.LEFT, Side.RIGHT)),
    *(Structure(structure, Side.MIDLINE) for structure in UNPAIRED),
)
"""Class k + 1 of the network is PARTS[k]; class 0 is everything outside the intracranial space."""

OUTSIDE = 0
CLASSES = len(STRUCTURES) + 1

FLUID = ("lateral ventricle", "inferior horn", "CSF", "third ventricle", "fourth ventricle")
"""What counts towards the intracranial volume, but not towards the brain's."""


def label_of(structure: str, side: Side = Side.MIDLINE) -> int:
    """The class of a part."""
    return STRUCTURES.index(Structure(structure, side)) + 1


def labels_of(*structures: str) -> tuple[int, ...]:
    """The classes of structures, both sides of each."""
    return tuple(label for label, part in enumerate(STRUCTURES, start=1) if part.structure in structures)


def mirrored_labels() -> tuple[int, ...]:
    """For each class, the class it becomes when left and right are exchanged."""
    opposite = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT, Side.MIDLINE: Side.MIDLINE}
    return (OUTSIDE, *(label_of(part.structure, opposite[part.side]) for part in STRUCTURES))
