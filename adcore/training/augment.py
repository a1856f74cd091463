"""Random changes to planes that leave the anatomy's meaning: what scanners, heads and registrations differ in."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F


@dataclass(frozen=True)
class Augmentation:
    """Strength of each change; every plane draws its own.

    Attributes:
        flip: probability of a left-right mirror.
        rotate_degrees, scale, shift: largest in-plane rotation, relative size change, shift as a share of the plane.
        gamma: largest change of log contrast.
        bias: largest linear brightness ramp, edge to edge.
        noise: largest standard deviation of Gaussian noise, white matter being 1.
        blur: probability of losing resolution, as 2 mm scans have.
    """

    flip: float = 0.5
    rotate_degrees: float = 7.0
    scale: float = 0.06
    shift: float = 0.03
    gamma: float = 0.25
    bias: float = 0.15
    noise: float = 0.04
    blur: float = 0.25


def augment(planes: Tensor, mask: Tensor, settings: Augmentation, generator: torch.Generator, size: int | None = None) -> Tensor:
    """Draw a changed copy of each plane.

    Args:
        planes: (B, 1, H, W), scaled, zero outside the fixed outline.
        mask: (B, 1, H, W) the fixed outline of each plane, applied again after the brain has moved under it.
        size: rows and columns of the result; the planes' own where None.
    Returns:
        (B, 1, size, size).
    """
    count = len(planes)
    size = size or planes.shape[-1]

    def uniform(low: float, high: float) -> Tensor:
        return torch.rand(count, generator=generator) * (high - low) + low

    angle = torch.deg2rad(uniform(-settings.rotate_degrees, settings.rotate_degrees))
    zoom = 1 + uniform(-settings.scale, settings.scale)
    mirror = torch.where(uniform(0, 1) < settings.flip, -1.0, 1.0)
    cosine, sine = torch.cos(angle) / zoom, torch.sin(angle) / zoom
    shift_x, shift_y = (2 * uniform(-settings.shift, settings.shift) for _ in range(2))
    rows = [torch.stack([cosine * mirror, -sine, shift_x], 1), torch.stack([sine * mirror, cosine, shift_y], 1)]
    grid = F.affine_grid(torch.stack(rows, 1), [count, 1, size, size], align_corners=False)
    result = F.grid_sample(planes, grid, align_corners=False)

    blurred = F.avg_pool2d(result, 3, stride=1, padding=1)
    amount = torch.where(uniform(0, 1) < settings.blur, uniform(0, 1), torch.zeros(count)).view(-1, 1, 1, 1)
    result = result + amount * (blurred - result)
    result = result.clamp_min(1e-4) ** torch.exp(uniform(-settings.gamma, settings.gamma)).view(-1, 1, 1, 1)
    ramp = torch.linspace(-0.5, 0.5, size)
    tilt_x, tilt_y = (uniform(-settings.bias, settings.bias).view(-1, 1, 1, 1) for _ in range(2))
    result = result * (1 + tilt_x * ramp + tilt_y * ramp.view(-1, 1))
    sigma = uniform(0, settings.noise).view(-1, 1, 1, 1)
    result = result + sigma * torch.randn(result.shape, generator=generator)
    outline = F.interpolate(mask.float(), size=(size, size), mode="area") > 0.5
    return (result * outline).clamp(0, 1.5)
