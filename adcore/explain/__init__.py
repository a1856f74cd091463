"""Where the image networks looked: raw Grad-CAM on every plane, on the scan's own grid, and its spread over the head."""

from adcore.answer.prediction import IMAGE_BRANCHES
from adcore.explain.contributions import Contribution, Contributions, contributions
from adcore.explain.explanation import Explanation, Quality, QualityPart, RegionEvidence, StructureEvidence
from adcore.explain.gradcam import raw_gradcam
from adcore.explain.quality import judge
from adcore.explain.regions import evidence_by_part
from adcore.explain.sides import evidence_by_structure
from adcore.predict import Predictor, ScanReading
from adcore.prepare.prepared import PreparedScan

__all__ = [
    "Contribution",
    "Contributions",
    "Explanation",
    "Quality",
    "QualityPart",
    "RegionEvidence",
    "StructureEvidence",
    "contributions",
    "explain",
]


def explain(prepared: PreparedScan, reading: ScanReading, predictor: Predictor) -> Explanation:
    """Explain what the image branches made of a scan.

    Args:
        reading: of predictor.read(prepared).
    """
    networks = {branch: predictor.network.image_branch(branch) for branch in IMAGE_BRANCHES}
    plane_maps = {branch: raw_gradcam(networks[branch], reading.maps[branch]) for branch in IMAGE_BRANCHES}
    regions = tuple(
        region
        for branch, maps in plane_maps.items()
        for region in evidence_by_part(branch, maps, prepared.plane_structures, prepared.config.planes)
    )
    structures = evidence_by_structure(regions, prepared.plane_structures)
    return Explanation(
        plane_maps=plane_maps,
        heatmaps={branch: prepared.paint_planes(maps) for branch, maps in plane_maps.items()},
        display_maximum={branch: predictor.card.cam_maximum[branch.value] for branch in IMAGE_BRANCHES},
        regions=regions,
        structures=structures,
        quality=judge(networks, reading.maps, plane_maps, regions, structures),
    )
