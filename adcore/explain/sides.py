"""Evidence by structure, left beside right, and beside what a map without any preference would give."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from adcore.explain.explanation import RegionSaliency, StructureSaliency
from adcore.explain.regions import OUTSIDE_NAME
from adcore.prepare.segmentation.structures import CLASSES, PAIRED, STRUCTURES, UNPAIRED, Side
from adcore.volumetry.sides import asymmetry_index


def saliency_by_structure(regions: Iterable[RegionSaliency], structures: NDArray[np.uint8]) -> tuple[StructureSaliency, ...]:
    """Join the sides of each structure, for each network that found positive evidence.

    Args:
        regions: of one or more networks.
        structures: uint8 (N, H, W), the class of each pixel of the planes.
    Returns:
        by network, largest share first; the rest outside the brain among them. Structures without evidence are left out.
    """
    shares: dict[str, dict[str, float]] = {}
    for region in regions:
        shares.setdefault(region.branch, {})[region.region] = region.share
    even = _even(structures)
    return tuple(row for branch, found in shares.items() for row in _rows(branch, found, even))


def outside_brain(rows: Iterable[StructureSaliency]) -> StructureSaliency | None:
    """One network's evidence outside the brain; None where none lies there."""
    return next((row for row in rows if row.structure == OUTSIDE_NAME), None)


def ranked(rows: Iterable[StructureSaliency]) -> tuple[str, ...]:
    """The structures of the brain among rows of one or more networks, the one with the largest share in any of them first."""
    inside = (row for row in rows if row.structure != OUTSIDE_NAME)
    return tuple(dict.fromkeys(row.structure for row in sorted(inside, key=lambda row: -row.share)))


def _rows(branch: str, found: dict[str, float], even: dict[str, float]) -> list[StructureSaliency]:
    rows = []
    for structure in PAIRED:
        left, right = (found.get(f"{side} {structure}", 0.0) for side in (Side.LEFT, Side.RIGHT))
        rows.append(
            StructureSaliency(branch, structure, left + right, even[structure], left, right, asymmetry_index(left, right))
        )
    for structure in (*UNPAIRED, OUTSIDE_NAME):
        rows.append(StructureSaliency(branch, structure, found.get(structure, 0.0), even[structure], None, None, None))
    return sorted((row for row in rows if row.share > 0), key=lambda row: -row.share)


def _even(structures: NDArray[np.uint8]) -> dict[str, float]:
    """Each structure's share of the planes' pixels, both sides together."""
    pixels = np.bincount(structures.ravel(), minlength=CLASSES) / structures.size
    shares = dict.fromkeys((*PAIRED, *UNPAIRED), 0.0) | {OUTSIDE_NAME: float(pixels[0])}
    for part, share in zip(STRUCTURES, pixels[1:], strict=True):
        shares[part.structure] += float(share)
    return shares
