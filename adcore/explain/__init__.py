"""Explanations of one answer: saliency maps and checks of them, contributions of clinical fields, counterfactuals."""

from adcore.answer.prediction import IMAGE_BRANCHES
from adcore.explain.contributions import Contribution, Contributions, contributions
from adcore.explain.explanation import Explanation, Quality, QualityCheck, RegionSaliency, StructureSaliency
from adcore.explain.gradcam import raw_gradcam
from adcore.explain.quality import check_maps
from adcore.explain.regions import saliency_by_region
from adcore.explain.sides import saliency_by_structure
from adcore.predict import Predictor, ScanReading
from adcore.prepare.prepared import PreparedScan

__all__ = [
    "Contribution",
    "Contributions",
    "Explanation",
    "Quality",
    "QualityCheck",
    "RegionSaliency",
    "StructureSaliency",
    "contributions",
    "explain",
]


def explain(prepared: PreparedScan, reading: ScanReading, predictor: Predictor) -> Explanation:
    """Explain the image branches' answer for a scan.

    Args:
        reading: of predictor.read(prepared).
    """
    networks = {branch: predictor.network.image_branch(branch) for branch in IMAGE_BRANCHES}
    slice_maps = {branch: raw_gradcam(networks[branch], reading.maps[branch]) for branch in IMAGE_BRANCHES}
    regions = tuple(
        region
        for branch, maps in slice_maps.items()
        for region in saliency_by_region(branch, maps, prepared.slice_structures, prepared.config.slices)
    )
    structures = saliency_by_structure(regions, prepared.slice_structures)
    return Explanation(
        slice_maps=slice_maps,
        heatmaps={branch: prepared.paint_slices(maps) for branch, maps in slice_maps.items()},
        display_maximum={branch: predictor.card.cam_maximum[branch.value] for branch in IMAGE_BRANCHES},
        regions=regions,
        structures=structures,
        quality=check_maps(networks, reading.maps, slice_maps, regions, structures),
    )
