"""The explanation of a made-up answer: numbers that are consistent, so that pages can be checked against them."""

from adcore.case.clinical import FIELDS, ClinicalRecord, Sex
from adcore.explain.contributions import SCAN, Contribution, Contributions
from adcore.explain.explanation import Quality, QualityCheck
from adcore.explain.what_if import FieldCurve, WhatIf
from adcore.model.calibration import Estimate, log_odds
from adcore.model.card_schema import ConformalLimits
from adcore.predict import Category, Prediction
from adcore.volumetry import SideVolumes

LIMITS = ConformalLimits(stated=0.9, impaired_from=0.35, unimpaired_to=0.65, impaired_participants=80, unimpaired_participants=78)
SIDES = (SideVolumes("hippocampus", 3.2, 3.0, 0.032),)
QUALITY = Quality(
    (
        QualityCheck("differs from the average", "vgg16", 0.4, 0.7, True, "VGG16: its map is this patient's own."),
        QualityCheck(
            "networks agree on structures",
            None,
            0.3,
            0.5,
            False,
            "Both networks place 30% of their saliency in the same structures.",
        ),
    )
)
VALUES = {"sex": tuple(Sex), "mmse": (20.0, 22.0, 24.0, 26.0, 28.0, 30.0)}


def fake_contributions(record: ClinicalRecord, prediction: Prediction) -> Contributions:
    """The scan lowers the answer by 1; the known fields share the rest evenly."""
    fields = [spec.name for spec in FIELDS if spec.name not in record.unknown]
    rest = prediction.fused.log_odds - log_odds(0.5)
    scan = -1.0 if fields else rest
    parts = tuple(Contribution(part, share * scan) for part, share in (("vgg16", -0.5), ("resnet50", 1.0), ("structures", 0.5)))
    if not fields:
        return Contributions(0.5, parts, (Contribution(SCAN, scan),), ())
    shared = tuple(Contribution(name, (rest - scan) / len(fields)) for name in fields)
    parts = (*parts, Contribution("clinical", rest - scan))
    return Contributions(0.5, parts, (Contribution(SCAN, scan), *shared), shared)


def fake_what_if(record: ClinicalRecord, prediction: Prediction) -> WhatIf:
    """Fewer MMSE points, more impaired; nothing else matters."""
    curves = tuple(_curve(spec.name, record) for spec in FIELDS)
    return WhatIf(prediction.fused, prediction.category, prediction.threshold, curves, 158)


def _curve(field: str, record: ClinicalRecord) -> FieldCurve:
    values = VALUES.get(field, (1.0, 2.0, 3.0))
    chances = [0.9 - 0.16 * place if field == "mmse" else 0.3 for place in range(len(values))]
    return FieldCurve(
        field=field,
        known=getattr(record, field),
        values=values,
        estimates=tuple(Estimate(chance, chance - 0.05, chance + 0.05) for chance in chances),
        categories=tuple(_category(chance) for chance in chances),
        shares=(1 / len(values),) * len(values),
        counted=True,
        limits=LIMITS,
        change=0.25 if field == "mmse" else 0.0,
        turns=0.5,
    )


def _category(chance: float) -> Category:
    if LIMITS.impaired_from <= chance <= LIMITS.unimpaired_to:
        return Category.INCONCLUSIVE
    return Category.IMPAIRED if chance >= 0.5 else Category.UNIMPAIRED
