"""The settings of a whole training run."""

from dataclasses import dataclass, field, replace
from typing import Self

from adcore.answer.prediction import Branch
from adcore.training.cross_validate import FoldConfig
from adcore.training.pretrain import PretrainConfig
from adcore.training.slice_segmentation import SliceSegmentationConfig


@dataclass(frozen=True)
class TrainConfig:
    """Everything that decides a run's result, apart from the data.

    Attributes:
        cohort_share: how often pretraining draws a slice of the cohort; otherwise it draws one of the labelled subjects.
        repeats: of the cross-validation, each with folds of its own; the first one's figures are the card's.
        seed: for the splits and everything drawn after pretraining.
    """

    slice_segmentation: SliceSegmentationConfig = SliceSegmentationConfig()
    pretrain: dict[Branch, PretrainConfig] = field(
        default_factory=lambda: {
            Branch.VGG16: PretrainConfig(steps=(800, 100)),
            Branch.RESNET50: PretrainConfig(steps=(900, 150)),
        }
    )
    cohort_share: float = 0.5
    fold: FoldConfig = FoldConfig()
    repeats: int = 5
    seed: int = 20260101

    def from_imagenet(self) -> Self:
        """The same settings, with both networks starting from torchvision's ImageNet weights."""
        return replace(self, pretrain={branch: replace(one, imagenet=True) for branch, one in self.pretrain.items()})
