"""Single slices with the structure of every pixel and facts of the participant: the training data of anatomy."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor

from adcore.cohorts.cohort import Cohort
from adcore.cohorts.progress import with_progress
from adcore.networks.slice_segmentation import SliceSegmentationNetwork
from adcore.prepare.slices import SliceConfig, slice_mask

FACTS = ("age_years", "nwbv", "etiv_cm3", "sex")


@dataclass(frozen=True, eq=False)
class LabelledSlices:
    """Slices of many participants, one after another.

    Attributes:
        config: the outline of each slice; `place` is an index into config.t88_slices.
        slices: float16 (P, H, W), scaled as adcore.prepare.slices.scale_slices does.
        structures: uint8 (P, H, W), classes of adcore.networks.slice_segmentation.
        place: int64 (P,).
        facts: float32 (P, 4), age, nWBV, eTIV as they are, and 1 for male; NaN is unknown.
        participants: (P,), whose slice it is.
    """

    config: SliceConfig
    slices: Tensor
    structures: Tensor
    place: Tensor
    facts: Tensor
    participants: NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.slices)

    @property
    def y_mm(self) -> Tensor:
        """(P,), MNI y of each slice at its middle."""
        return torch.tensor(self.config.y_mm, dtype=torch.float32)[self.place]

    def outlines(self) -> Tensor:
        """The outline at every place of the configuration, bool (N, H, W)."""
        return torch.from_numpy(slice_mask(self.config).copy())

    def rows(self, keep: Tensor) -> "LabelledSlices":
        """The slices that a mask (P,) keeps."""
        return replace(
            self,
            slices=self.slices[keep],
            structures=self.structures[keep],
            place=self.place[keep],
            facts=self.facts[keep],
            participants=self.participants[keep.numpy()],
        )

    def of(self, participants: frozenset[str]) -> "LabelledSlices":
        """The slices of these participants."""
        return self.rows(torch.from_numpy(np.isin(self.participants, sorted(participants))))


def join(sets: list[LabelledSlices]) -> LabelledSlices:
    """Join sets of slices of one geometry; places become indices into the first configuration.

    Raises:
        ValueError: a place of a later set is not in the first.
    """
    first = sets[0].config
    places = [torch.tensor([first.t88_slices.index(one.config.t88_slices[int(n)]) for n in one.place]) for one in sets]
    return LabelledSlices(
        first,
        torch.cat([one.slices for one in sets]),
        torch.cat([one.structures for one in sets]),
        torch.cat(places),
        torch.cat([one.facts for one in sets]),
        np.concatenate([one.participants for one in sets]),
    )


def facts_table(cohort: Cohort) -> pd.DataFrame:
    """FACTS of every session, as LabelledSlices has them."""
    return cohort.table.assign(sex=cohort.table["sex"].map({"F": 0.0, "M": 1.0}))[list(FACTS)].astype(float)


@torch.inference_mode()
def label_cohort(cohort: Cohort, config: SliceConfig, network: SliceSegmentationNetwork) -> LabelledSlices:
    """A cohort's slices with the structures that the network segments."""
    count = cohort.slices.shape[1]
    slices = torch.from_numpy(cohort.slices)
    y_mm = torch.tensor(config.y_mm)
    structures = [
        network.probabilities(stack.unsqueeze(1), y_mm).argmax(dim=1).to(torch.uint8)
        for stack in with_progress(slices, "segmenting slices", len(slices))
    ]
    facts = torch.from_numpy(facts_table(cohort).to_numpy(dtype=np.float32))
    return LabelledSlices(
        config,
        slices.flatten(0, 1).half(),
        torch.cat(structures),
        torch.arange(count).repeat(len(cohort)),
        facts.repeat_interleave(count, dim=0),
        np.repeat(cohort.table["person"].to_numpy(dtype=object), count),
    )


@torch.inference_mode()
def paint_all(labelled: LabelledSlices, network: SliceSegmentationNetwork, batch: int = 32) -> Tensor:
    """The second and third channel of every slice's picture, uint8 (P, 2, H, W), 255 for 1."""
    rows = torch.arange(len(labelled)).split(batch)
    painted = [
        network.paint(labelled.slices[some].float().unsqueeze(1), labelled.y_mm[some])[0][:, 1:]
        for some in with_progress(rows, "painting slices", len(rows))
    ]
    return (255 * torch.cat(painted)).round().to(torch.uint8)
