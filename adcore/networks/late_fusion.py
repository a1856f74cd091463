"""The whole network: slice segmentation, image, structures' and clinical branches, and late fusion of their vectors."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self, cast

import torch
from torch import Tensor, nn

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.case.clinical import FIELDS, ClinicalRecord
from adcore.model.card_schema import MeasureCard, StructuresBranchCard
from adcore.model.weights import load_weights, save_weights
from adcore.networks.clinical_mlp import CLINICAL_VECTOR, ClinicalMLP, encode
from adcore.networks.image_branch import VECTOR, BranchOutput, ImageBranch
from adcore.networks.slice_segmentation import SLICE_STRUCTURES, SliceSegmentationNetwork, StructureShares
from adcore.networks.structures_branch import StructuresBranch

IMAGE_VECTOR = len(IMAGE_BRANCHES) * VECTOR + len(SLICE_STRUCTURES)
"""Length of VGG16's vector, ResNet50's, and the shares of the structures on the slices, concatenated."""

SCAN_PARTS = (*IMAGE_BRANCHES, Branch.STRUCTURES)
"""The parts of that vector, in its order. The fusion reads the shares of all structures, the structures' branch three of them."""

_PART_OF_COLUMN = torch.tensor([0] * VECTOR + [1] * VECTOR + [2] * len(SLICE_STRUCTURES))

MEMBERS = 5
"""Number of clinical branches with their fusion; they differ in their seeds only, and their logits are averaged."""


class FusionHead(nn.Module):
    """Fuse concatenated branch vectors, and whether there is a scan, into logits.

    Attributes:
        centre, spread: (IMAGE_VECTOR,), mean and SD of the training participants' image vectors, which standardise them.
    """

    centre: Tensor
    spread: Tensor

    def __init__(self, dropout: float = 0.3, hidden: int = 16):
        super().__init__()
        width = IMAGE_VECTOR + CLINICAL_VECTOR + 1
        self.layers = nn.Sequential(
            nn.Dropout(dropout), nn.Linear(width, hidden), nn.ReLU(), nn.Dropout(dropout), nn.Linear(hidden, 2)
        )
        self.register_buffer("centre", torch.zeros(IMAGE_VECTOR))
        self.register_buffer("spread", torch.ones(IMAGE_VECTOR))

    def forward(self, images: Tensor, clinical: Tensor, has_scan: Tensor) -> Tensor:
        """Fuse.

        Args:
            images: (B, IMAGE_VECTOR); ignored where has_scan is 0.
            clinical: (B, CLINICAL_VECTOR).
            has_scan: (B, 1), 0 or 1.
        Returns:
            logits (B, 2): unimpaired, impaired.
        """
        standard = (images - self.centre) / self.spread * has_scan
        return cast(Tensor, self.layers(torch.cat([standard, clinical, has_scan], dim=1)))


class FusionMember(nn.Module):
    """A clinical branch with the fusion that was trained with it."""

    def __init__(self, fields: int = len(FIELDS)) -> None:
        super().__init__()
        self.clinical = ClinicalMLP(fields)
        self.fusion = FusionHead()

    def forward(self, images: Tensor, values: Tensor, known: Tensor, has_scan: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (B, 2) of the fusion, and of the clinical branch alone; arguments as FusionHead's and ClinicalMLP's."""
        vector, clinical_logits = self.clinical(values, known)
        return self.fusion(images, vector, has_scan), clinical_logits


@dataclass(frozen=True, eq=False)
class ScanFeatures:
    """Features of scans after the convolutions.

    Attributes:
        means: (B, N, C) by image branch, spatial means of the last maps of each slice.
        shares: (B, N, len(SLICE_STRUCTURES)), the share of each slice that each structure fills.
        y_mm: (N,), MNI y of the slices.
    """

    means: dict[Branch, Tensor]
    shares: Tensor
    y_mm: Tensor

    def rows(self, participants: Tensor | slice) -> Self:
        """Features of some participants."""
        return type(self)(
            {branch: means[participants] for branch, means in self.means.items()}, self.shares[participants], self.y_mm
        )


@dataclass(frozen=True, eq=False)
class ScanReading:
    """Result of the convolutions on one scan.

    Attributes:
        maps: (N, C, h, w) by image branch, the last maps; Grad-CAM weights them.
        features: as a batch of one.
    """

    maps: dict[Branch, Tensor]
    features: ScanFeatures


@dataclass(frozen=True, eq=False)
class FusionOutput:
    """Logits (B, 2) of the fusion and of each branch; attention of the image branches, (B, N), or (1, N) for one scan."""

    fused: Tensor
    branches: dict[Branch, Tensor]
    attention: dict[Branch, Tensor]


class LateFusionNetwork(nn.Module):
    """VGG16, ResNet50, the structures' shares and the clinical MLP, each able to stand alone, joined late.

    There is no single forward: the convolutions run once a scan (`read`), `classify` as often as needed.

    Attributes:
        structures: the branch that stands on shares alone; None in a model that was made without it.
        measures: what its clinical branch reads beside the usual fields.
    """

    structures: StructuresBranch | None
    measures: tuple[MeasureCard, ...]

    def __init__(self, measures: Sequence[MeasureCard] = ()) -> None:
        super().__init__()
        self.slice_segmentation = SliceSegmentationNetwork()
        self.structure_shares = StructureShares()
        self.images = nn.ModuleDict({branch.value: ImageBranch(branch) for branch in IMAGE_BRANCHES})
        self.structures = None
        self.read_measures(measures)

    def read_measures(self, measures: Sequence[MeasureCard]) -> None:
        """Begin clinical branches and fusions anew, which read these measures beside the usual fields."""
        self.measures = tuple(measures)
        self.members = nn.ModuleList(FusionMember(len(FIELDS) + len(measures)) for _ in range(MEMBERS))

    def encode(self, records: Sequence[ClinicalRecord]) -> tuple[Tensor, Tensor]:
        """Records as `classify` takes them: coded clinical fields (B, F) and their mask (B, F)."""
        return encode(records, self.measures)

    def image_branch(self, branch: Branch) -> ImageBranch:
        """VGG16's or ResNet50's branch."""
        return cast(ImageBranch, self.images[branch.value])

    @property
    def average_scan(self) -> Tensor:
        """The training participants' mean image vector, (IMAGE_VECTOR,); the members were trained on the same ones."""
        return cast(FusionMember, self.members[0]).fusion.centre

    def modules_by_file(self) -> dict[str, nn.Module]:
        """The module of each weights file in a model folder."""
        files: dict[str, nn.Module] = {f"{branch}.safetensors": self.image_branch(branch) for branch in IMAGE_BRANCHES}
        files["fusion.safetensors"] = self.members
        files["slice_segmentation.safetensors"] = nn.ModuleDict(
            {"network": self.slice_segmentation, "shares": self.structure_shares}
        )
        return files

    def read(self, slices: Tensor, y_mm: tuple[float, ...]) -> ScanReading:
        """Run the convolutions, the costly step.

        Args:
            slices: (N, H, W), of one participant.
            y_mm: MNI y of each slice at its middle.
        """
        places = torch.tensor(y_mm, dtype=torch.float32)
        pictures, shares = self.slice_segmentation.paint(slices.unsqueeze(1), places)
        pictures = pictures.contiguous(memory_format=torch.channels_last)
        maps = {branch: self.image_branch(branch).backbone(pictures) for branch in IMAGE_BRANCHES}
        means = {branch: last.mean((2, 3)).unsqueeze(0) for branch, last in maps.items()}
        return ScanReading(maps, ScanFeatures(means, shares.unsqueeze(0), places))

    def image_vectors(self, features: ScanFeatures) -> tuple[Tensor, dict[Branch, BranchOutput]]:
        """The fusion's input from a scan, (B, IMAGE_VECTOR), and the outputs of the image branches."""
        outputs = {branch: self.image_branch(branch).pooling(features.means[branch]) for branch in IMAGE_BRANCHES}
        shares = self.structure_shares(features.shares, features.y_mm)
        return torch.cat([*(output.vector for output in outputs.values()), shares], dim=1), outputs

    def classify(self, scan: ScanFeatures | None, values: Tensor, known: Tensor, parts: Tensor | None = None) -> FusionOutput:
        """Run everything after the convolutions: milliseconds, so a scan can be classified with many sets of clinical fields.

        Args:
            scan: of B participants, or of one who is classified with B sets of fields; None without a scan.
            values, known: coded clinical fields (B, F).
            parts: (B, len(SCAN_PARTS)), which parts of the scan's vector the fusion gets as they are; the others are those of the
                average training participant. All of them where None. Single branches are not touched.
        """
        has_scan = torch.full((len(values), 1), float(scan is not None))
        images, outputs = self.image_vectors(scan) if scan is not None else (torch.zeros(len(values), IMAGE_VECTOR), {})
        images = images.expand(len(values), -1)
        given = images if parts is None else torch.where(parts[:, _PART_OF_COLUMN], images, self.average_scan)
        outputs_of_members = [member(given, values, known, has_scan) for member in self.members]
        fused, clinical = (torch.stack(logits).mean(dim=0) for logits in zip(*outputs_of_members, strict=True))
        alone = {branch: output.logits.expand(len(values), -1) for branch, output in outputs.items()}
        if scan is not None and self.structures is not None:
            alone[Branch.STRUCTURES] = self.structures(images[:, -len(SLICE_STRUCTURES) :])
        attention = {branch: output.attention for branch, output in outputs.items()}
        return FusionOutput(fused, {Branch.CLINICAL: clinical, **alone}, attention)


def log_odds_of(logits: Tensor) -> Tensor:
    """Log-odds of impairment, (...), of the two logits of a branch or of the fusion, (..., 2), before calibration."""
    return logits[..., 1] - logits[..., 0]


def save_network(network: LateFusionNetwork, folder: Path) -> dict[str, str]:
    """Write the weights files; return sha256 by file name."""
    return {name: save_weights(module, folder / name) for name, module in network.modules_by_file().items()}


def load_network(
    folder: Path,
    sha256: dict[str, str],
    structures: StructuresBranchCard | None = None,
    measures: Sequence[MeasureCard] = (),
) -> LateFusionNetwork:
    """Read a network from a model folder.

    Args:
        sha256: by file name, from the model's card.
        structures, measures: of the card.
    Raises:
        ModelError: a file is missing, altered, or of another network.
    """
    network = LateFusionNetwork(measures)
    network.structures = None if structures is None else StructuresBranch.of(structures)
    for name, module in network.modules_by_file().items():
        load_weights(module, folder / name, sha256.get(name, ""))
    return network.eval().requires_grad_(False)
