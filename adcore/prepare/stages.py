"""From a scan to a PreparedScan, stage by stage."""

from collections.abc import Callable
from enum import StrEnum

import numpy as np
import torch
from numpy.typing import NDArray

from adcore.prepare.bias import n4, rough_log_gain
from adcore.prepare.config import PreparationConfig
from adcore.prepare.fitness import check_field_of_view, check_outline, check_position, check_registration
from adcore.prepare.intensity import CEILING, match_contrast, rescale
from adcore.prepare.planes import plane_mask, plane_points, scale_planes
from adcore.prepare.prepared import PreparedScan
from adcore.prepare.registration import register
from adcore.prepare.search import pose_bank
from adcore.prepare.skullstrip import FLAT, carry_to_scan, constant_background, find_brain, own_outline
from adcore.prepare.template import load_template
from adcore.prepare.volume import Volume, canonical, pool, resample, sample, transform_points
from adcore.scan import Scan


class PrepareStep(StrEnum):
    """The stages, in order, as reported to on_step."""

    REGISTER = "Finding the brain's position in the atlas"
    STRIP = "Outlining the brain"
    BIAS = "Evening out the brightness"
    PLANES = "Reading the planes through the temporal lobes"


def preload() -> None:
    """Build what every preparation needs, so that the first one is not slower than the others (about five seconds)."""
    load_template()
    pose_bank()
    plane_mask(PreparationConfig().planes)


def prepare_scan(
    scan: Scan, config: PreparationConfig | None = None, on_step: Callable[[str], None] | None = None
) -> PreparedScan:
    """Place a scan in atlas space, outline its brain and read the network's planes from it.

    The same brain gives the same planes in whatever voxel order and orientation it is filed.

    Args:
        scan: a T1 of a head, whole or skull-stripped.
        on_step: told each stage as it begins, in plain words.
    Raises:
        RegistrationError: no head was found.
        PreparationError: the planes hold nothing.
    """
    config = config or PreparationConfig()
    tell = on_step or (lambda _: None)
    template = load_template()

    tell(PrepareStep.REGISTER)
    head, air, unit = rescale(canonical(scan))
    coarse = pool(head, 2)
    coarse = Volume(coarse.values.clamp(0.0, CEILING), coarse.affine)
    registration = register(coarse)
    atlas_to_scan = registration.atlas_to_scan

    tell(PrepareStep.STRIP)
    grid, depth_mm = template.grid, template.depth_mm
    to_coarse = np.linalg.inv(coarse.affine) @ atlas_to_scan @ grid.affine
    on_atlas = resample(coarse.values, to_coarse, grid.shape).numpy()
    covered = resample(torch.ones(coarse.shape), to_coarse, grid.shape).numpy() > 0.5
    rough = rough_log_gain(on_atlas, covered, template)
    white = float(np.exp(np.median(rough[depth_mm > 0])))
    evened = on_atlas / np.exp(rough)
    atlas_brain = find_brain(evened, depth_mm)
    background = constant_background(on_atlas, covered, depth_mm, white)
    if background is None:
        brain_mask = carry_to_scan(atlas_brain, grid, scan, atlas_to_scan)
    else:
        depth = Volume(torch.from_numpy(depth_mm), grid.affine)
        brain_mask = own_outline(scan, background * unit + air, FLAT * white * unit, depth, atlas_to_scan)

    tell(PrepareStep.BIAS)
    bias = n4(Volume(torch.from_numpy(evened), grid.affine), rough, atlas_brain & covered, config)

    tell(PrepareStep.PLANES)
    points = plane_points(config.planes)
    raw, inside = _read_planes(pool(head, config.sampling_mm), atlas_to_scan, points)
    scaled = scale_planes((np.maximum(raw, 0) / bias.gain(points)).astype(np.float32), config.planes)
    planes = match_contrast(scaled, config.grey_level, config.planes)
    checks = (
        check_registration(registration),
        check_position(registration),
        check_outline(atlas_brain, depth_mm),
        check_field_of_view(inside, plane_mask(config.planes)),
    )
    return PreparedScan(scan, config, atlas_to_scan, brain_mask, planes, background is not None, checks)


def _read_planes(
    head: Volume, atlas_to_scan: NDArray[np.float64], points_mm: NDArray[np.float64]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """The scan's values (N, H, W) at MNI points, straight from its own grid, and whether its field of view reaches there."""
    to_voxels = np.linalg.inv(head.affine) @ atlas_to_scan
    values, inside = sample(
        head.values[None], transform_points(torch.from_numpy(points_mm.reshape(-1, 3).astype(np.float32)), to_voxels)
    )
    shape = points_mm.shape[:-1]
    return values[0].numpy().reshape(shape), inside.numpy().reshape(shape)
