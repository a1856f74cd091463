"""Explanations of one answer: saliency maps and checks of them, contributions of clinical fields, counterfactuals."""

from dataclasses import replace

from adcore.explain.contributions import Contribution, Contributions, contributions
from adcore.explain.deletion import check_deletion
from adcore.explain.explanation import Explanation, Quality, QualityCheck, RegionSaliency, SaliencyMethod, StructureSaliency
from adcore.explain.maps import planted_checks, saliency_maps
from adcore.explain.quality import check_gradcam
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
    "SaliencyMethod",
    "StructureSaliency",
    "contributions",
    "explain",
    "with_tested_maps",
]


def explain(
    prepared: PreparedScan, reading: ScanReading, predictor: Predictor, method: SaliencyMethod | None = None
) -> Explanation:
    """Explain the image branches' answer for a scan.

    Args:
        reading: of predictor.read(prepared).
        method: of the saliency maps; the model's default where None.
    Raises:
        ModelError: the model has no reference for the method.
    """
    saliency = saliency_maps(predictor, prepared.slices, reading, method)
    slice_maps = saliency.maps
    regions = tuple(
        region
        for branch, maps in slice_maps.items()
        for region in saliency_by_region(branch, maps, prepared.slice_structures, prepared.config.slices)
    )
    structures = saliency_by_structure(regions, prepared.slice_structures)
    if saliency.method is SaliencyMethod.GRADCAM:
        checks = check_gradcam(predictor.network, slice_maps, regions, predictor.reference_maps)
    else:
        checks = planted_checks(predictor.card, saliency.method)
    return Explanation(
        slice_maps=slice_maps,
        heatmaps={branch: prepared.paint_slices(maps) for branch, maps in slice_maps.items()},
        display_maximum=saliency.maximum,
        regions=regions,
        structures=structures,
        quality=Quality(checks),
        method=saliency.method,
        withheld=saliency.withheld,
    )


def with_tested_maps(explanation: Explanation, prepared: PreparedScan, predictor: Predictor) -> Explanation:
    """The same explanation with each map that is shown tested on the networks' input: seconds, so only on demand.

    Unchanged where the model has no reference: the average participant takes the place of what a map names.
    """
    if predictor.reference_maps is None:
        return explanation
    average, y_mm = predictor.reference_maps.slices.numpy(), prepared.config.slices.y_mm
    tests = [
        check_deletion(predictor.network, branch, maps, prepared.slices, average, y_mm)
        for branch, maps in explanation.slice_maps.items()
        if explanation.has_map(branch)
    ]
    tested = {check.name for check in tests}
    kept = (check for check in explanation.quality.checks if check.name not in tested)
    return replace(explanation, quality=Quality((*kept, *tests)))
