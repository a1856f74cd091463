"""The parts of the model that each give a probability of their own."""

from enum import StrEnum


class Branch(StrEnum):
    """A branch of the late fusion."""

    VGG16 = "vgg16"
    RESNET50 = "resnet50"
    CLINICAL = "clinical"

    @property
    def label(self) -> str:
        """What the reader sees."""
        return {"vgg16": "VGG16", "resnet50": "ResNet50", "clinical": "Clinical fields"}[self.value]


IMAGE_BRANCHES = (Branch.VGG16, Branch.RESNET50)
