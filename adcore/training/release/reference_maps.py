"""The reference of relative saliency maps: the mean of the unimpaired training participants, shipped beside the model."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.cohorts.cohort import Cohort
from adcore.cohorts.progress import with_progress
from adcore.errors import CohortError
from adcore.explain.deletion import in_cells
from adcore.explain.input_gradients import input_gradients
from adcore.explain.relative import relative_of_projected
from adcore.model.card import ModelCard, ReferenceMapsCard, SaliencyCard
from adcore.networks.late_fusion import LateFusionNetwork, load_network
from adcore.networks.reference_maps import ReferenceMaps, projected

DECIMALS = 4
TOP_PERCENTILE = 99.5
"""Of the absolute values of the unimpaired participants' cells: beyond the top colour lies what few of them have."""

TOP_COLOUR = f"Top colour: the {TOP_PERCENTILE:g}th percentile of the absolute values of their own cells."


def add_reference_maps(folder: Path, cohort: Cohort) -> ModelCard:
    """Average the unimpaired participants of a cohort, write the result into a model folder and name it on the card.

    Args:
        cohort: the model's training participants, on all of its slices.
    Raises:
        CohortError: no labelled participant is unimpaired.
        ModelError: the model folder is incomplete.
    """
    card = ModelCard.read(folder)
    network = load_network(folder, card.weights, measures=card.measures)
    labelled = cohort.labelled()
    unimpaired = labelled.rows(~labelled.impaired)
    if not len(unimpaired):
        raise CohortError("Expected unimpaired participants to take as reference, found none. Check the cohort's CDR.")
    return write_reference_maps(folder, card, network, unimpaired, project_cohort(network, unimpaired))


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
    folder: Path, card: ModelCard, network: LateFusionNetwork, unimpaired: Cohort, seen: dict[Branch, Tensor]
) -> ModelCard:
    """The same from the unimpaired participants and their projected maps."""
    slices = unimpaired.slices
    reference = ReferenceMaps({branch: maps.mean(dim=0) for branch, maps in seen.items()}, torch.from_numpy(slices.mean(axis=0)))
    sha256 = reference.save(folder)
    reference = ReferenceMaps.load(folder, sha256)
    maximum = {}
    for branch, maps in seen.items():
        network_of = network.image_branch(branch)
        maximum[branch.value] = _top_colour([relative_of_projected(network_of, one, reference.maps[branch]) for one in maps])
    added = ReferenceMapsCard(
        sha256=sha256,
        participants=len(slices),
        maximum=maximum,
        origin=f"The mean of {len(slices)} unimpaired training participants, one scan each. {TOP_COLOUR}",
        gradients=SaliencyCard(
            maximum=_gradient_maximum(network, unimpaired, reference), origin=f"The same participants. {TOP_COLOUR}"
        ),
    )
    card = card.model_copy(update={"reference_maps": added})
    card.write(folder)
    return card


def _gradient_maximum(network: LateFusionNetwork, cohort: Cohort, reference: ReferenceMaps) -> dict[str, float]:
    average, found = reference.slices.numpy(), {}
    for branch in IMAGE_BRANCHES:
        size = reference.maps[branch].shape[-1]
        found[branch.value] = _top_colour(
            [
                in_cells(input_gradients(network, branch, slices, average, cohort.y_mm), size)
                for slices in with_progress(cohort.slices, f"input gradients of {branch.label}", len(cohort))
            ]
        )
    return found


def _top_colour(maps: Sequence[NDArray[np.float32]]) -> float:
    return round(float(np.percentile(np.abs(np.stack(maps)), TOP_PERCENTILE)), DECIMALS)
