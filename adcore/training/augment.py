"""Random changes to slices that keep the anatomy: differences between scanners, participants and registrations.

Places change first (draw_grid, which labels follow too), then intensities (change_contrast).
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

CONTROL_POINTS = 7
"""Points along each side of a slice from which a smooth displacement is drawn: about 20 mm apart."""


@dataclass(frozen=True)
class Augmentation:
    """Strength of each change; every slice draws its own.

    Attributes:
        flip: probability of a left-right mirror.
        rotate_degrees, scale, shift: largest in-plane rotation, relative size change, shift as a share of half a slice.
        warp: largest standard deviation of a smooth displacement, as a share of half a slice; it makes structures larger
            and smaller.
        gamma: largest change of log contrast.
        bias: largest linear brightness ramp, edge to edge.
        gain: largest relative change of brightness.
        blur, sharpen: largest share of the fine detail that is taken away or added, as scans of other resolution have.
        noise: largest standard deviation of Gaussian noise, white matter being 1.
    """

    flip: float = 0.5
    rotate_degrees: float = 7.0
    scale: float = 0.08
    shift: float = 0.04
    warp: float = 0.045
    gamma: float = 0.25
    bias: float = 0.15
    gain: float = 0.05
    blur: float = 0.7
    sharpen: float = 0.7
    noise: float = 0.05


def draw_grid(count: int, size: int, settings: Augmentation, generator: torch.Generator) -> Tensor:
    """Draw where each pixel of a changed slice comes from.

    Returns:
        (count, size, size, 2), column and row in -1 to 1, as torch's grid_sample takes them (align_corners=False).
    """

    def uniform(low: float, high: float) -> Tensor:
        return torch.rand(count, generator=generator) * (high - low) + low

    angle = torch.deg2rad(uniform(-settings.rotate_degrees, settings.rotate_degrees))
    zoom = 1 + uniform(-settings.scale, settings.scale)
    mirror = torch.where(uniform(0, 1) < settings.flip, -1.0, 1.0)
    cosine, sine = torch.cos(angle) / zoom, torch.sin(angle) / zoom
    shift_x, shift_y = (uniform(-settings.shift, settings.shift) for _ in range(2))
    rows = [torch.stack([cosine * mirror, -sine, shift_x], 1), torch.stack([sine * mirror, cosine, shift_y], 1)]
    grid = F.affine_grid(torch.stack(rows, 1), [count, 1, size, size], align_corners=False)
    drawn = torch.randn(count, 2, CONTROL_POINTS, CONTROL_POINTS, generator=generator)
    moved = drawn * uniform(0, settings.warp).view(-1, 1, 1, 1)
    return grid + F.interpolate(moved, (size, size), mode="bicubic", align_corners=True).movedim(1, -1)


def change_contrast(slices: Tensor, settings: Augmentation, generator: torch.Generator) -> Tensor:
    """Draw another scanner's intensities for slices (B, 1, H, W); the result is not clipped."""
    count, _, height, width = slices.shape

    def uniform(low: float, high: float) -> Tensor:
        return (torch.rand(count, generator=generator) * (high - low) + low).view(-1, 1, 1, 1)

    smooth = F.avg_pool2d(slices, 3, stride=1, padding=1)
    result = (slices + uniform(-settings.sharpen, settings.blur) * (smooth - slices)).clamp_min(1e-4)
    result = result ** torch.exp(uniform(-settings.gamma, settings.gamma))
    columns = uniform(-settings.bias, settings.bias) * torch.linspace(-0.5, 0.5, width)
    rows = uniform(-settings.bias, settings.bias) * torch.linspace(-0.5, 0.5, height).view(-1, 1)
    result = result * (1 + columns + rows) * (1 + uniform(-settings.gain, settings.gain))
    return result + uniform(0, settings.noise) * torch.randn(result.shape, generator=generator)


def move(slices: Tensor, grid: Tensor) -> Tensor:
    """Read slices (B, C, H, W) at draw_grid's places, between pixels linearly."""
    return F.grid_sample(slices, grid, align_corners=False)


def move_labels(labels: Tensor, grid: Tensor) -> Tensor:
    """Read classes uint8 (B, H, W) at draw_grid's places, from the nearest pixel; int64."""
    moved = F.grid_sample(labels.unsqueeze(1).float(), grid, mode="nearest", align_corners=False)
    return moved.squeeze(1).long()
