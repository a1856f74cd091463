"""FreeSurfer's labels (aparc with the DKT atlas, and aseg) mapped to the structures that the structure network segments."""

import numpy as np
from numpy.typing import NDArray

from adcore.prepare.segmentation.structures import OUTSIDE, Side, label_of

SUBCORTICAL: dict[tuple[str, Side], tuple[int, ...]] = {
    ("hippocampus", Side.LEFT): (17,),
    ("hippocampus", Side.RIGHT): (53,),
    ("amygdala", Side.LEFT): (18,),
    ("amygdala", Side.RIGHT): (54,),
    ("lateral ventricle", Side.LEFT): (4, 31),  # 31, 63: choroid plexus
    ("lateral ventricle", Side.RIGHT): (43, 63),
    ("inferior horn", Side.LEFT): (5,),
    ("inferior horn", Side.RIGHT): (44,),
    ("deep grey matter", Side.LEFT): (10, 11, 12, 13, 26, 28),
    ("deep grey matter", Side.RIGHT): (49, 50, 51, 52, 58, 60),
    ("white matter", Side.LEFT): (2, 30),  # 30, 62: vessels
    ("white matter", Side.RIGHT): (41, 62),
    ("cerebellum", Side.LEFT): (7, 8),
    ("cerebellum", Side.RIGHT): (46, 47),
    ("CSF", Side.MIDLINE): (24,),
    ("third ventricle", Side.MIDLINE): (14,),
    ("fourth ventricle", Side.MIDLINE): (15,),
    ("brainstem", Side.MIDLINE): (16,),
    ("corpus callosum", Side.MIDLINE): (251, 252, 253, 254, 255),
}

CORTICAL: dict[str, tuple[int, ...]] = {
    "parahippocampal gyrus": (6, 16),
    "temporal cortex": (1, 7, 9, 15, 30, 33, 34),
    "frontal cortex": (3, 12, 14, 17, 18, 19, 20, 24, 27, 28, 32),
    "parietal cortex": (8, 22, 25, 29, 31),
    "occipital cortex": (5, 11, 13, 21),
    "cingulate cortex": (2, 10, 23, 26),
    "insula": (35,),
}
"""Numbers of the DKT atlas (Klein and Tourville 2012, Front Neurosci 6:171), plus 1000 on the left and 2000 on the right."""

HEMISPHERE = {Side.LEFT: 1000, Side.RIGHT: 2000}


def structures_of_freesurfer(labels: NDArray[np.integer]) -> NDArray[np.uint8]:
    """Convert FreeSurfer's numbers to classes of adcore.prepare.segmentation.structures; other numbers become outside."""
    table = {number: label_of(*structure) for structure, numbers in SUBCORTICAL.items() for number in numbers}
    for structure, numbers in CORTICAL.items():
        for side, base in HEMISPHERE.items():
            table |= {base + number: label_of(structure, side) for number in numbers}
    lookup = np.full(int(labels.max()) + 1, OUTSIDE, dtype=np.uint8)
    for number, label in table.items():
        if number < len(lookup):
            lookup[number] = label
    return lookup[labels.astype(np.int64)]
