"""Prepare a scan for the networks: Scan to PreparedScan, stage by stage."""

from collections.abc import Callable
from enum import StrEnum

import numpy as np
import torch
from nibabel.affines import apply_affine
from numpy.typing import NDArray

from adcore.case.scan import Scan
from adcore.prepare.bias import n4
from adcore.prepare.checks.adult import require_adult
from adcore.prepare.checks.brightness import check_clipping, check_contrast_agent, check_noise_in_air, check_receive_gain
from adcore.prepare.checks.contrast import check_contrast
from adcore.prepare.checks.coverage import (
    check_brain_coverage,
    check_field_of_view,
    check_outline,
    check_volume_pattern,
    check_volumes,
)
from adcore.prepare.checks.image import require_image
from adcore.prepare.checks.position import check_position, check_registration, check_template
from adcore.prepare.checks.sharpness import check_noise, check_sharpness, check_spacing
from adcore.prepare.config import PreparationConfig
from adcore.prepare.intensity import match_contrast
from adcore.prepare.placement import place
from adcore.prepare.prepared import PreparedScan
from adcore.prepare.search import pose_bank
from adcore.prepare.segmentation.model import load_structures
from adcore.prepare.segmentation.network import grid_affine
from adcore.prepare.segmentation.segmentation import segment
from adcore.prepare.skullstrip import FLAT, carry_to_scan, constant_background, own_outline
from adcore.prepare.slices import scale_slices, slice_mask, slice_points
from adcore.prepare.template import load_template
from adcore.prepare.volume import Volume, pool, sample, transform_points


class PrepareStep(StrEnum):
    """The stages in their order, as reported to `on_step`."""

    REGISTER = "Registering the scan to the atlas"
    LABEL = "Segmenting the brain structures"
    BIAS = "Correcting the bias field"
    SLICES = "Sampling the coronal slices through the temporal lobes"


def preload() -> None:
    """Load and cache what every preparation needs, so that the first one is not slower than the rest (about five seconds)."""
    load_template()
    pose_bank()
    load_structures()
    slice_mask(PreparationConfig().slices)


def prepare_scan(
    scan: Scan, config: PreparationConfig | None = None, on_step: Callable[[str], None] | None = None
) -> PreparedScan:
    """Register a scan to the atlas, segment its brain and sample the network's slices.

    The same brain gives the same slices whatever the voxel order and orientation of its file.

    Args:
        scan: a T1-weighted scan of the head, whole or skull-stripped.
        on_step: called with each stage as it begins, in plain words.
    Raises:
        RegistrationError: no head was found in the scan.
        PreparationError: the volume is no image or, by its header, a child's, or the slices are empty.
        ModelError: the structure network's weights are missing or damaged.
    """
    require_adult(scan.stated)
    require_image(scan.voxels)
    config = config or PreparationConfig()
    report = on_step or (lambda _: None)

    report(PrepareStep.REGISTER)
    placement = place(scan)
    atlas_to_scan = placement.atlas_to_scan

    report(PrepareStep.LABEL)
    network = load_structures().network
    segmentation = segment(placement.evened, network)
    brain = segmentation.brain
    depth = load_template().depth_mm
    white = float(np.exp(placement.gain.centre))
    background = constant_background(placement.on_grid.numpy(), placement.covered, depth.values.numpy(), white)
    if background is None:
        brain_mask = carry_to_scan(brain, scan, atlas_to_scan)
    else:
        in_file = background * placement.unit + placement.air
        brain_mask = own_outline(scan, in_file, FLAT * white * placement.unit, depth, atlas_to_scan)

    report(PrepareStep.BIAS)
    evened = Volume(placement.evened, grid_affine())
    bias = n4(evened, placement.log_gain, segmentation.tissue & placement.covered, config)

    report(PrepareStep.SLICES)
    points = slice_points(config.slices)
    raw, inside = _read_slices(pool(placement.volume, config.sampling_mm), atlas_to_scan, points)
    scaled = scale_slices((np.maximum(raw, 0) / bias.gain(points)).astype(np.float32), config.slices)
    slices = match_contrast(scaled, config.grey_level, config.slices)
    on_grid = placement.evened.numpy()
    checks = (
        check_registration(placement.registration),
        check_template(placement.registration),
        check_position(placement.registration),
        *check_contrast(on_grid, segmentation),
        check_outline(brain, depth.values.numpy()),
        check_brain_coverage(placement.covered, depth.values.numpy()),
        check_field_of_view(inside, slice_mask(config.slices)),
        *check_volumes(segmentation.atlas_mm3 * abs(np.linalg.det(atlas_to_scan[:3, :3]))),
        check_volume_pattern(segmentation.atlas_mm3),
        check_spacing(scan.spacing),
        check_sharpness(on_grid, segmentation.labels),
        check_noise(on_grid, segmentation.labels),
        check_noise_in_air(placement.volume, segmentation.labels, depth.values.numpy(), atlas_to_scan),
        check_receive_gain(placement.on_grid.numpy(), segmentation.labels, depth.values.numpy()),
        check_clipping(placement.volume, segmentation.labels, atlas_to_scan),
        check_contrast_agent(on_grid, segmentation.labels, scan.spacing),
    )
    return PreparedScan(
        scan=scan,
        config=config,
        atlas_to_scan=atlas_to_scan,
        brain_mask=brain_mask,
        segmentation=segmentation,
        slices=slices,
        slice_structures=segmentation.at(apply_affine(np.linalg.inv(grid_affine()), points)),
        already_stripped=background is not None,
        checks=checks,
    )


def _read_slices(
    volume: Volume, atlas_to_scan: NDArray[np.float64], points_mm: NDArray[np.float64]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """The scan's values (N, H, W) at MNI points, sampled directly from its own grid, and the mask of its field of view."""
    to_voxels = np.linalg.inv(volume.affine) @ atlas_to_scan
    values, inside = sample(
        volume.values[None], transform_points(torch.from_numpy(points_mm.reshape(-1, 3).astype(np.float32)), to_voxels)
    )
    shape = points_mm.shape[:-1]
    return values[0].numpy().reshape(shape), inside.numpy().reshape(shape)
