"""One network's saliency as a DICOM parametric map: raw Grad-CAM on the source series' own slices."""

import numpy as np
from highdicom import VOILUTTransformation
from highdicom.pm import ParametricMap, RealWorldValueMapping
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes

from adcore.analysis import Analysis
from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.explain import Explanation
from adcore.report.dicom.codes import DECLARED, LOG_ODDS_SALIENCY
from adcore.report.dicom.equipment import DESCRIPTION, SERIES_NUMBERS, date, made_by, uid_of
from adcore.report.dicom.identity import Identity, mark


def attention_map(
    analysis: Analysis, explanation: Explanation, branch: Branch, images: list[Dataset], identity: Identity
) -> ParametricMap:
    """Build the object: float32, log-odds, never rescaled; its window ends at the scale's maximum for every patient.

    Where each slice is a separate image, slices before the first and after the last with saliency are left out.

    Args:
        images: of adcore.report.dicom.sources.
    """
    made = analysis.provenance
    values = explanation.heatmaps[branch].transpose(2, 1, 0)  # slices, rows, columns
    maximum = explanation.display_maximum[branch]
    shown = np.flatnonzero(values.any(axis=(1, 2)))
    if len(images) > 1 and len(shown):
        images, values = images[shown[0] : shown[-1] + 1], values[shown[0] : shown[-1] + 1]
    built = ParametricMap(
        images,
        np.ascontiguousarray(values, np.float32),
        series_instance_uid=uid_of(made, identity, "map series"),
        series_number=SERIES_NUMBERS["map"],
        sop_instance_uid=uid_of(made, identity, f"map {branch}"),
        instance_number=IMAGE_BRANCHES.index(branch) + 1,
        contains_recognizable_visual_features=False,
        real_world_value_mappings=[
            RealWorldValueMapping(
                lut_label="log-odds",
                lut_explanation=f"{explanation.method.label}, log-odds of impairment"[:64],
                unit=codes.UCUM.NoUnits,
                value_range=(min(0.0, float(values.min())), max(float(values.max()), maximum)),
                slope=1.0,
                intercept=0.0,
                quantity_definition=LOG_ODDS_SALIENCY,
            )
        ],
        voi_lut_transformations=[
            VOILUTTransformation(window_center=maximum / 2, window_width=maximum, voi_lut_function="LINEAR_EXACT")
        ],
        series_description="adcore: where the networks looked (research)",
        content_label=f"ADCORE_{branch.name}",
        coding_schemes=DECLARED,
        content_description=DESCRIPTION,
        **made_by(made),
    )
    built.BodyPartExamined = "BRAIN"
    date(built, made)
    mark(built, identity)
    return built
