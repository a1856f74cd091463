"""Saliency methods side by side, each as a map of one case and one image branch.

Those that read the last maps need only a pass through the head; the grad-cam package's are taken before it rescales. Input
gradients and occlusion run the convolutions again, and their maps are as fine as the slices.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from adcore.answer.prediction import Branch
from adcore.explain.deletion import log_odds_of_slices
from adcore.explain.gradcam import raw_gradcam
from adcore.explain.input_gradients import input_gradients
from adcore.explain.relative import relative_map
from adcore.networks.image_branch import ImageBranch
from adcore.networks.late_fusion import LateFusionNetwork, ScanReading, log_odds_of
from adcore.networks.reference_maps import ReferenceMaps
from adcore.networks.torchvision_pair import ensure_torchvision
from adcore.prepare.segmentation.structures import OUTSIDE, PAIRED, UNPAIRED, labels_of

ensure_torchvision()
from pytorch_grad_cam import GradCAMPlusPlus, HiResCAM, LayerCAM  # noqa: E402
from pytorch_grad_cam.base_cam import BaseCAM  # noqa: E402


@dataclass(frozen=True, eq=False)
class Case:
    """What a method may look at.

    Attributes:
        slices: float32 (N, H, W), at MNI y_mm.
        structures: uint8 (N, H, W), the class of each of their pixels.
        reading: of the slices.
    """

    network: LateFusionNetwork
    reference: ReferenceMaps
    slices: NDArray[np.float32]
    y_mm: tuple[float, ...]
    structures: NDArray[np.uint8]
    reading: ScanReading


Method = Callable[[Case, Branch], NDArray[np.float32]]
"""A map (N, h, w), above 0 for impairment; below 0 against it where the method is signed."""


def gradcam(case: Case, branch: Branch) -> NDArray[np.float32]:
    """Grad-CAM as it was shipped first: positive, on its raw scale."""
    return raw_gradcam(case.network.image_branch(branch), case.reading.maps[branch])


def relative(case: Case, branch: Branch) -> NDArray[np.float32]:
    """Grad-CAM relative to unimpaired participants, by the gradient at the patient."""
    return relative_map(case.network.image_branch(branch), case.reading.maps[branch], case.reference.maps[branch], steps=0)


def relative_integrated(case: Case, branch: Branch) -> NDArray[np.float32]:
    """The same by gradients averaged on the way from the reference to the patient."""
    return relative_map(case.network.image_branch(branch), case.reading.maps[branch], case.reference.maps[branch])


def gradients(case: Case, branch: Branch) -> NDArray[np.float32]:
    """Input gradients, relative to the reference's slices."""
    return input_gradients(case.network, branch, case.slices, case.reference.slices.numpy(), case.y_mm)


def occlusion(case: Case, branch: Branch) -> NDArray[np.float32]:
    """How far the log-odds fall when one structure's pixels are the reference's, spread evenly over these pixels."""
    found = np.zeros_like(case.slices)
    with torch.inference_mode():
        whole = float(log_odds_of_slices(case.network, branch, torch.from_numpy(case.slices), case.y_mm))
        for kind in (*PAIRED, *UNPAIRED):
            here = np.isin(case.structures, labels_of(kind)) & (case.structures != OUTSIDE)
            if here.any():
                replaced = torch.from_numpy(np.where(here, case.reference.slices.numpy(), case.slices))
                found[here] = (whole - float(log_odds_of_slices(case.network, branch, replaced, case.y_mm))) / here.sum()
    return found


class _Head(nn.Module):
    """Everything after the last maps, as the grad-cam package wants it: `last` gives out what it is given."""

    def __init__(self, branch: ImageBranch):
        super().__init__()
        self.last, self.pooling = nn.Identity(), branch.pooling

    def forward(self, maps: Tensor) -> Tensor:
        logits: Tensor = self.pooling(self.last(maps).mean((2, 3)).unsqueeze(0)).logits
        return logits


def _of_package(kind: type[BaseCAM]) -> Method:
    def method(case: Case, branch: Branch) -> NDArray[np.float32]:
        head = _Head(case.network.image_branch(branch))
        maps = case.reading.maps[branch].clone().requires_grad_(True)
        with torch.enable_grad(), kind(model=head, target_layers=[head.last]) as cam:
            log_odds_of(cam.activations_and_grads(maps)[0]).backward()
            seen = cam.activations_and_grads
            values, gradients = seen.activations[0].detach().numpy(), seen.gradients[0].detach().numpy()
            found = cam.get_cam_image(maps, head.last, [log_odds_of], values, gradients, eigen_smooth=False)
        return np.maximum(found, 0).astype(np.float32)

    return method


RELATIVE = "relative Grad-CAM"
INTEGRATED = "relative Grad-CAM, integrated"
GRADIENTS = "input gradients"
OCCLUSION = "occlusion by structure"

METHODS: dict[str, Method] = {
    "Grad-CAM": gradcam,
    RELATIVE: relative,
    INTEGRATED: relative_integrated,
    "HiResCAM": _of_package(HiResCAM),
    "Grad-CAM++": _of_package(GradCAMPlusPlus),
    "Layer-CAM": _of_package(LayerCAM),
    GRADIENTS: gradients,
    OCCLUSION: occlusion,
}

COSTLY = (GRADIENTS, OCCLUSION)
"""Methods that run the convolutions again."""
