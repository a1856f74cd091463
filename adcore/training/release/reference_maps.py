"""The reference of relative saliency maps: the mean of the unimpaired training participants, shipped beside the model."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.cohorts.cohort import Cohort
from adcore.cohorts.progress import with_progress
from adcore.errors import CohortError
from adcore.explain.relative import relative_of_projected
from adcore.model.card import ModelCard, ReferenceMapsCard
from adcore.networks.late_fusion import LateFusionNetwork, load_network
from adcore.networks.reference_maps import ReferenceMaps, projected

DECIMALS = 4
TOP_PERCENTILE = 99.5
"""Of the absolute values of the unimpaired participants' cells: beyond the top colour lies what few of them have."""


def add_reference_maps(folder: Path, cohort: Cohort) -> ModelCard:
    """Average the unimpaired participants of a cohort, write the result into a model folder and name it on the card.

    Args:
        cohort: the model's training participants, on all of its slices.
    Raises:
        CohortError: no labelled participant is unimpaired.
        ModelError: the model folder is incomplete.
    """
    card = ModelCard.read(folder)
    network = load_network(folder, card.weights)
    labelled = cohort.labelled()
    unimpaired = labelled.rows(~labelled.impaired)
    if not len(unimpaired):
        raise CohortError("Expected unimpaired participants to take as reference, found none. Check the cohort's CDR.")
    return write_reference_maps(folder, card, network, unimpaired.slices, project_cohort(network, unimpaired))


@torch.inference_mode()
def project_cohort(network: LateFusionNetwork, cohort: Cohort) -> dict[Branch, Tensor]:
    """The last maps of every session as the projections read them, (S, N, VECTOR, h, w) by image branch."""
    seen: dict[Branch, list[Tensor]] = {branch: [] for branch in IMAGE_BRANCHES}
    for slices in with_progress(cohort.slices, "maps", len(cohort)):
        maps = network.read(torch.from_numpy(slices), cohort.y_mm).maps
        for branch in IMAGE_BRANCHES:
            seen[branch].append(projected(network.image_branch(branch), maps[branch]))
    return {branch: torch.stack(maps).clone() for branch, maps in seen.items()}


def write_reference_maps(
    folder: Path, card: ModelCard, network: LateFusionNetwork, slices: NDArray[np.float32], seen: dict[Branch, Tensor]
) -> ModelCard:
    """The same from the unimpaired participants' slices (S, N, H, W) and projected maps."""
    reference = ReferenceMaps({branch: maps.mean(dim=0) for branch, maps in seen.items()}, torch.from_numpy(slices.mean(axis=0)))
    sha256 = reference.save(folder)
    reference = ReferenceMaps.load(folder, sha256)
    maximum = {}
    for branch, maps in seen.items():
        network_of = network.image_branch(branch)
        cells = np.stack([relative_of_projected(network_of, one, reference.maps[branch]) for one in maps])
        maximum[branch.value] = round(float(np.percentile(np.abs(cells), TOP_PERCENTILE)), DECIMALS)
    added = ReferenceMapsCard(
        sha256=sha256,
        participants=len(slices),
        maximum=maximum,
        origin=(
            f"The mean of {len(slices)} unimpaired training participants, one scan each. Top colour: the {TOP_PERCENTILE:g}th "
            "percentile of the absolute values of their own cells."
        ),
    )
    card = card.model_copy(update={"reference_maps": added})
    card.write(folder)
    return card
