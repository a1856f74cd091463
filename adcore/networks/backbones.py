"""The convolutional layers of VGG16 and ResNet50, cut before the last block, whose maps Grad-CAM reads."""

from collections import OrderedDict
from typing import cast

import torch
from torch import Tensor, nn

from adcore.answer.prediction import Branch
from adcore.networks.torchvision_pair import ensure_torchvision

ensure_torchvision()
from torchvision import models  # noqa: E402
from torchvision.models.resnet import Bottleneck  # noqa: E402

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)

FEATURES = {Branch.VGG16: 512, Branch.RESNET50: 2048}
"""Channels of each network's last maps."""


class Backbone(nn.Module):
    """One convolutional network on pictures of slices (adcore.networks.slice_segmentation).

    VGG16 is torchvision's variant with batch normalisation (Simonyan and Zisserman 2015; Ioffe and Szegedy 2015), without
    its three dense layers; ResNet50 is He et al. 2016 without its classifier. A picture's three channels are
    normalised as ImageNet's images are, so that torchvision's ImageNet weights fit.

    Attributes:
        stem: everything before the last block.
        last_block: VGG16's fifth block, the last bottleneck of ResNet50's layer4. Grad-CAM reads
            its output, the network's last maps.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, branch: Branch, imagenet: bool = False):
        """Build the network.

        Args:
            branch: VGG16 or RESNET50.
            imagenet: start from torchvision's ImageNet weights, which are downloaded.
        """
        super().__init__()
        self.stem, self.last_block = _stem_and_last_block(branch, "IMAGENET1K_V1" if imagenet else None)
        self.register_buffer("mean", torch.tensor(IMAGENET_MEAN).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(IMAGENET_STD).view(1, 3, 1, 1), persistent=False)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # a tenth faster on CPUs

    def forward(self, pictures: Tensor) -> Tensor:
        """Last maps, (B, C, h, w), of pictures (B, 3, H, W)."""
        return cast(Tensor, self.last_block(self.stem((pictures - self.mean) / self.std)))


def _stem_and_last_block(branch: Branch, weights: str | None) -> tuple[nn.Sequential, nn.Module]:
    if branch is Branch.VGG16:
        layers = list(_vgg16_features(weights).children())
        return nn.Sequential(*layers[:34]), nn.Sequential(*layers[34:43])  # the last pooling would leave 3 x 3
    # Dilation instead of the last stride keeps 7 x 7 maps at 112 px, where Grad-CAM would otherwise have 4 x 4 (Yu 2017).
    network = models.resnet50(weights=weights, replace_stride_with_dilation=[False, False, True])
    if weights is None:
        for block in network.modules():
            if isinstance(block, Bottleneck):
                nn.init.zeros_(block.bn3.weight)  # residual blocks start as identities (Goyal 2017), needed from scratch
    names = ("conv1", "bn1", "relu", "maxpool", "layer1", "layer2", "layer3")
    layers_by_name = OrderedDict((name, getattr(network, name)) for name in names)
    layers_by_name["layer4_front"] = network.layer4[:-1]
    return nn.Sequential(layers_by_name), network.layer4[-1]


def _vgg16_features(weights: str | None) -> nn.Sequential:
    if weights is not None:
        return cast(nn.Sequential, models.vgg16_bn(weights=weights).features)
    # Without the dense layers, whose 120 million weights would be drawn only to be thrown away.
    features = models.vgg.make_layers(models.vgg.cfgs["D"], batch_norm=True)
    for layer in features:
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
    return features
