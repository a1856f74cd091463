"""Saliency by structure, left and right, with the share that a uniform map would give."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from adcore.explain.explanation import RegionSaliency, StructureSaliency
from adcore.explain.regions import OUTSIDE_NAME
from adcore.prepare.segmentation.structures import CLASSES, PAIRED, STRUCTURES, UNPAIRED, Side
from adcore.volumetry.sides import asymmetry_index


def saliency_by_structure(regions: Iterable[RegionSaliency], structures: NDArray[np.uint8]) -> tuple[StructureSaliency, ...]:
    """Join the sides of each structure, for each network with positive saliency.

    Args:
        regions: of one or more networks.
        structures: uint8 (N, H, W), the class of each pixel of the slices.
    Returns:
        by network, largest share first, including the share outside the brain. Structures without saliency are left out.
    """
    shares: dict[str, dict[str, float]] = {}
    for region in regions:
        shares.setdefault(region.branch, {})[region.region] = region.share
    even = _even(structures)
    return tuple(row for branch, own in shares.items() for row in _rows(branch, own, even))


def outside_brain(rows: Iterable[StructureSaliency]) -> StructureSaliency | None:
    """One network's saliency outside the brain; None where there is none."""
    return next((row for row in rows if row.structure == OUTSIDE_NAME), None)


def ranked(rows: Iterable[StructureSaliency]) -> tuple[str, ...]:
    """The brain's structures among rows of one or more networks, by their largest share in any network."""
    inside = (row for row in rows if row.structure != OUTSIDE_NAME)
    return tuple(dict.fromkeys(row.structure for row in sorted(inside, key=lambda row: -row.share)))


def _rows(branch: str, shares: dict[str, float], even: dict[str, float]) -> list[StructureSaliency]:
    rows = []
    for structure in PAIRED:
        left, right = (shares.get(f"{side} {structure}", 0.0) for side in (Side.LEFT, Side.RIGHT))
        rows.append(
            StructureSaliency(branch, structure, left + right, even[structure], left, right, asymmetry_index(left, right))
        )
    for structure in (*UNPAIRED, OUTSIDE_NAME):
        rows.append(StructureSaliency(branch, structure, shares.get(structure, 0.0), even[structure], None, None, None))
    return sorted((row for row in rows if row.share > 0), key=lambda row: -row.share)


def _even(structures: NDArray[np.uint8]) -> dict[str, float]:
    """Each structure's share of the slices' pixels, both sides together."""
    pixels = np.bincount(structures.ravel(), minlength=CLASSES) / structures.size
    shares = dict.fromkeys((*PAIRED, *UNPAIRED), 0.0) | {OUTSIDE_NAME: float(pixels[0])}
    for structure, share in zip(STRUCTURES, pixels[1:], strict=True):
        shares[structure.kind] += float(share)
    return shares
