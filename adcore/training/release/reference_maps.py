"""The reference of relative saliency maps: the mean of the unimpaired training participants, shipped beside the model."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.cohorts.cohort import Cohort
from adcore.errors import CohortError
from adcore.explain.relative import relative_of_projected
from adcore.model.card import ModelCard, ReferenceMapsCard
from adcore.networks.late_fusion import LateFusionNetwork, load_network
from adcore.networks.reference_maps import ReferenceMaps, projected

DECIMALS = 4
TOP_PERCENTILE = 99.5
"""Of the cells' absolute values over the labelled participants: the value of the top colour."""


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
    return write_reference_maps(folder, card, network, labelled, project_cohort(network, labelled))


@torch.inference_mode()
def project_cohort(network: LateFusionNetwork, cohort: Cohort) -> dict[Branch, Tensor]:
    """The last maps of every session as the projections read them, (S, N, VECTOR, h, w) by image branch."""
    seen: dict[Branch, list[Tensor]] = {branch: [] for branch in IMAGE_BRANCHES}
    for slices in tqdm(cohort.slices, desc="maps", disable=None):
        maps = network.read(torch.from_numpy(slices), cohort.y_mm).maps
        for branch in IMAGE_BRANCHES:
            seen[branch].append(projected(network.image_branch(branch), maps[branch]))
    return {branch: torch.stack(maps).clone() for branch, maps in seen.items()}


def write_reference_maps(
    folder: Path, card: ModelCard, network: LateFusionNetwork, labelled: Cohort, seen: dict[Branch, Tensor]
) -> ModelCard:
    """The same from the labelled participants' projected maps.

    Raises:
        CohortError: nobody is unimpaired.
    """
    unimpaired = ~labelled.impaired
    if not unimpaired.any():
        raise CohortError("Expected unimpaired participants to take as reference, found none. Check the cohort's CDR.")
    means = {branch: maps[torch.from_numpy(unimpaired)].mean(dim=0) for branch, maps in seen.items()}
    reference = ReferenceMaps(means, torch.from_numpy(labelled.slices[unimpaired].mean(axis=0)))
    sha256 = reference.save(folder)
    reference = ReferenceMaps.load(folder, sha256)
    maximum = {}
    for branch, maps in seen.items():
        network_of = network.image_branch(branch)
        cells = np.stack([relative_of_projected(network_of, one, reference.maps[branch]) for one in maps])
        maximum[branch.value] = round(float(np.percentile(np.abs(cells), TOP_PERCENTILE)), DECIMALS)
    added = ReferenceMapsCard(
        sha256=sha256,
        participants=int(unimpaired.sum()),
        maximum=maximum,
        origin=(
            f"The mean of {int(unimpaired.sum())} unimpaired training participants, one scan each. Top colour: the "
            f"{TOP_PERCENTILE:g}th percentile of the cells' absolute values over the {len(labelled)} labelled ones."
        ),
    )
    card = card.model_copy(update={"reference_maps": added})
    card.write(folder)
    return card
