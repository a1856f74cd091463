"""A stand-in for the model: the same types as the real pipeline, made-up values, no training and no waiting."""

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from io import BytesIO
from threading import Event
from types import SimpleNamespace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from adcore.analysis import Analysis, OtherStructures, Provenance, Step
from adcore.answer.abstention import header_reason
from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.case.check import Check
from adcore.case.clinical import ClinicalRecord, Sex
from adcore.case.reason import AbstentionCode, CheckCode, Reason
from adcore.case.scan import Scan, SourceFormat
from adcore.errors import AnalysisStoppedError, CourseError, PreparationError
from adcore.explain.explanation import Explanation, Quality, QualityCheck, RegionSaliency, SaliencyMethod
from adcore.explain.sides import saliency_by_structure
from adcore.longitudinal.common_space import SHAPE, CommonSpace
from adcore.longitudinal.course import Course, LeftOut, Visit
from adcore.longitudinal.follow import PlannedVisit
from adcore.longitudinal.registration import Alignment
from adcore.longitudinal.volume_trend import volume_trends
from adcore.model.card import ReferenceMapsCard, SaliencyCard
from adcore.model.card_schema import CDR
from adcore.predict import Category, Estimate, Prediction
from adcore.prepare.config import PreparationConfig
from adcore.prepare.prepared import PreparedScan
from adcore.prepare.slices import SliceConfig
from adcore.report import overlay_files
from adcore.volumetry import VolumeFinding
from adcore.volumetry.scales import measure_scales
from adcore.worker import CANCELLED, Call, Task
from tests.support.builders import head, some_parts
from tests.support.explained import QUALITY, SIDES, fake_contributions, fake_what_if
from tests.support.visits import made_up_repeatability

SLOWNESS_VARIABLE = "STAND_IN_SECONDS_PER_STEP"
SECONDS_PER_STEP = float(os.environ.get(SLOWNESS_VARIABLE, "0.1"))
TYPICAL = ClinicalRecord(age_years=71, sex=Sex.FEMALE, education_years=14, mmse=29)
REGIONS = (
    RegionSaliency("vgg16", "left hippocampus", 1.0),
    RegionSaliency("resnet50", "left amygdala", 0.5),
    RegionSaliency("resnet50", "outside the brain", 0.3),
    RegionSaliency("resnet50", "right lateral ventricle", 0.2),
)
UNFIT = "Expected a head that fills the slices, but the registration stayed under its limit. Scan again."
UNTRAINED = "The age of 45 lies outside the 60 to 96 years the model was trained on, so there is no number."
UNCLEAR = Reason(AbstentionCode.INTERVAL_INCLUDES_THRESHOLD, "The 90% interval includes the decision threshold.")


MAXIMUM = {branch.value: 0.1 for branch in IMAGE_BRANCHES}
REFERENCE_MAPS = ReferenceMapsCard(
    sha256="0" * 64, participants=3, maximum=MAXIMUM, origin="tests", gradients=SaliencyCard(maximum=MAXIMUM, origin="tests")
)


def fake_predictor() -> SimpleNamespace:
    """What the app reads of a Predictor."""
    card = SimpleNamespace(
        name="stand-in",
        label=CDR,
        version="0",
        created="2024-01-01",
        intended_use="Testing the pages.",
        not_for=["Anything but tests."],
        limits=["It has learned nothing."],
        age_years=(60, 96),
        measures=(),
        threshold=0.5,
        conformal={},
        metrics={},
        reference_maps=REFERENCE_MAPS,
        data={},
    )
    return SimpleNamespace(card=card, weights_sha256="0" * 12)


def fake_analyse(scan: Scan, record: ClinicalRecord, predictor: object, on_step: Callable[[str], None] | None = None) -> Analysis:
    """Answer from the record alone; age 99 cannot be prepared, 98 fails a check, 97 hits a bug, 45 was not trained on."""
    for step in Step:
        (on_step or (lambda _: None))(step.value)
    if record.age_years == 99:
        raise PreparationError("Expected a head, got something else. Export the T1 again.")
    if record.age_years == 97:
        raise ZeroDivisionError("a secret detail")
    return fake_analysis(scan, record, fit=record.age_years != 98, trained=record.age_years != 45)


def fake_analysis(
    scan: Scan, record: ClinicalRecord, *, fit: bool = True, saliency: bool = True, trained: bool = True
) -> Analysis:
    """An analysis whose atlas space is the scan's own, with a map on the patient's left of the slices.

    Args:
        trained: whether the age lies within those trained on.
    """
    config = PreparationConfig()
    check = Check(
        CheckCode.REGISTRATION,
        0.93 if fit else 0.41,
        0.7,
        fit,
        "The head is well registered to the atlas." if fit else UNFIT,
        "made up",
    )
    slices = np.zeros((len(config.slices.t88_slices), config.slices.size, config.slices.size), np.float32)
    prepared = PreparedScan(
        scan=scan,
        config=config,
        atlas_to_scan=np.eye(4),
        brain_mask=np.zeros(scan.voxels.shape, bool),
        segmentation=some_parts(),
        slices=slices,
        slice_structures=slices.astype(np.uint8),
        already_stripped=False,
        checks=(check,),
    )
    provenance = Provenance(
        "0", scan.sha256, config.digest, "stand-in 0", "0" * 12, "0" * 64, 2, "2024-01-01T00:00:00+00:00", {"prepare": 0.1}
    )
    if not fit:
        return Analysis(prepared, record, None, None, (), (Reason(CheckCode.REGISTRATION, UNFIT),), provenance)
    prediction = fake_prediction(record, config.slices)
    maps = {
        branch: _maps(config.slices, peak if saliency else -1, prediction.attention[branch])
        for branch, peak in zip(IMAGE_BRANCHES, (0.8, 1.4), strict=True)
    }
    regions = REGIONS if saliency else ()
    explanation = Explanation(
        slice_maps=maps,
        heatmaps={branch: prepared.paint_slices(values) for branch, values in maps.items()},
        display_maximum=dict.fromkeys(IMAGE_BRANCHES, 1.0),
        regions=regions,
        structures=saliency_by_structure(regions, prepared.slice_structures),
        quality=QUALITY if saliency else Quality(()),
    )
    volumes = (VolumeFinding("hippocampi", 6.2, 0.0041, None, "Age and sex are needed."),)
    unconfirmed = header_reason(scan.stated, record)
    prediction = prediction if unconfirmed is None else prediction.withheld(unconfirmed)
    if not trained:
        outside = Reason(AbstentionCode.AGE_OUTSIDE_TRAINING, UNTRAINED)
        return Analysis(prepared, record, None, None, volumes, (outside,), provenance, withheld=prediction.fused)
    basis = (fake_contributions(record, prediction), fake_what_if(record, prediction), SIDES)
    return Analysis(prepared, record, prediction, explanation, volumes, (), provenance, *basis, scales=measure_scales(prepared))


def fake_answer_again(analysis: Analysis, record: ClinicalRecord, predictor: object) -> Analysis:
    """The stand-in's answer to other fields, with the maps that there are; age 97 hits a bug."""
    if record.age_years == 97:
        raise ZeroDivisionError("a secret detail")
    found = fake_analysis(analysis.prepared.scan, record, fit=analysis.prepared.fit, trained=record.age_years != 45)
    return replace(found, explanation=found.explanation and (analysis.explanation or found.explanation))


def fake_explain(
    analysis: Analysis, saliency: SaliencyMethod, tested: bool, predictor: SimpleNamespace, on_step: Callable[[str], None]
) -> Analysis:
    """The same maps under the other method's name, or with the check that is made on demand."""
    on_step(Step.TEST_MAPS if tested else Step.EXPLAIN)
    assert analysis.explanation is not None
    check = QualityCheck("deletion moves the answer", "resnet50", 0.5, 0.1, True, "ResNet50: its map was tested.")
    quality = Quality((*QUALITY.checks, check)) if tested else QUALITY
    return replace(analysis, explanation=replace(analysis.explanation, method=saliency, quality=quality))


def fake_other_structures(
    analysis: Analysis, targets: Mapping[str, str], predictor: SimpleNamespace, on_step: Callable[[str], None]
) -> Analysis:
    """A made-up answer and a picture of one pixel."""
    on_step(Step.DEFORM)
    file = BytesIO()
    Image.new("L", (2, 1)).save(file, "PNG")
    named = ", ".join(targets)
    return replace(
        analysis, other_structures=OtherStructures(f"With another {named} it goes from 0.64 to 0.31.", file.getvalue())
    )


class FakeWorker:
    """Does the work in the calling thread, by the stand-ins."""

    def __init__(self, model: str = "") -> None:
        self.model = model

    def warm_up(self) -> None:
        """Nothing to load."""

    def run(self, call: Call, on_step: Callable[[str], None], stop: Event) -> object:
        """The stand-in's result."""
        task = {
            Task.ANALYSE: fake_analyse,
            Task.EXPLAIN: fake_explain,
            Task.OTHER_STRUCTURES: fake_other_structures,
            Task.FOLLOW: fake_follow,
        }[call.task]

        def step(sentence: str) -> None:
            on_step(sentence)
            if stop.wait(SECONDS_PER_STEP):
                raise AnalysisStoppedError(CANCELLED)

        return task(*call.args, fake_predictor(), step)


def fake_overlay_files(analysis: Analysis) -> dict[str, bytes]:
    """The real ones; for age 96 they hit a bug."""
    if analysis.record.age_years == 96:
        raise ZeroDivisionError("a secret detail")
    return overlay_files(analysis)


def fake_prediction(record: ClinicalRecord, slices: SliceConfig) -> Prediction:
    """More MMSE points lost, more impaired; unknown MMSE is inconclusive."""
    lost = 30 - record.mmse if record.mmse is not None else 10
    fused = _estimate(0.1 + 0.06 * lost)
    ramp = np.arange(1, len(slices.t88_slices) + 1, dtype=np.float32)
    inconclusive = record.mmse is None
    called = Category.IMPAIRED if fused.probability >= 0.5 else Category.UNIMPAIRED
    return Prediction(
        fused=fused,
        branches={
            Branch.VGG16: _estimate(0.58),
            Branch.RESNET50: _estimate(0.44),
            Branch.STRUCTURES: _estimate(0.47),
            Branch.CLINICAL: fused if record.any_known else None,
        },
        without_mmse=None if inconclusive else _estimate(0.52),
        category=Category.INCONCLUSIVE if inconclusive else called,
        reasons=(UNCLEAR,) if inconclusive else (),
        threshold=0.5,
        attention={Branch.VGG16: ramp / ramp.sum(), Branch.RESNET50: ramp[::-1] / ramp.sum()},
        model_name="stand-in 0",
        weights_sha256="0" * 12,
        prevalence=0.5,
    )


def with_silent_vgg16(analysis: Analysis) -> Analysis:
    """The same where VGG16 gives no probability."""
    assert analysis.prediction is not None
    branches = analysis.prediction.branches | {Branch.VGG16: None}
    silent = {Branch.VGG16: "It did not rank participants the right way."}
    return replace(analysis, prediction=replace(analysis.prediction, branches=branches, silent=silent))


def fake_follow(planned: Sequence[PlannedVisit], predictor: object, on_step: Callable[[str], None] | None = None) -> Course:
    """A course of made up answers in one space that is a box; age 98 is left out, age 97 hits a bug."""
    order = sorted(planned, key=lambda visit: visit.months)
    analyses = [(visit, fake_analyse(visit.scan, visit.record, predictor, on_step)) for visit in order]
    fit = [Visit(visit.months, found, _estimate(0.3)) for visit, found in analyses if found.prediction]
    left_out = tuple(LeftOut(visit.months, str(found.refusals[0])) for visit, found in analyses if not found.prediction)
    if len(fit) < 2:
        raise CourseError("Expected at least two visits that pass their checks.")
    box = np.zeros(SHAPE, np.float32)
    box[60:130, 60:180, 60:160] = 1
    brain = box > 0
    images = tuple(np.where(brain, 1 - 0.1 * number, 0).astype(np.float32) for number in range(len(fit)))
    alignment = Alignment((np.eye(4),) * len(fit), np.zeros((len(fit), 4)), 0.97, 0.99)
    repeat = made_up_repeatability()
    years = [(visit.months - fit[0].months) / 12 for visit in fit]
    record = fit[0].analysis.record
    volumes = volume_trends(
        years, [visit.analysis.volumes for visit in fit], record.age_years, record.sex, repeat, rated=years[-1] >= 0.5
    )
    space = CommonSpace(alignment, images, brain)
    return Course(tuple(fit), left_out, space, volumes, (1500.0,) * len(fit), repeat, ())


def demo_course() -> tuple[SimpleNamespace, ...]:
    """What the app reads of the synthetic course, quickly made."""
    return tuple(
        SimpleNamespace(
            months=months,
            record=ClinicalRecord(age_years=72 + months / 12, sex=Sex.FEMALE, mmse=mmse),
            make_scan=lambda seed=seed: head_scan(seed, (4.0, 4.0, 4.0)),
        )
        for seed, (months, mmse) in enumerate([(0, 29), (24, 27), (48, 24)])
    )


def demo_patients() -> tuple[SimpleNamespace, ...]:
    """What the app reads of the demo patients, quickly made."""
    return (
        _patient("typical", "Typical ageing", TYPICAL, Category.UNIMPAIRED, 0),
        _patient("marked", "Marked atrophy", ClinicalRecord(age_years=78, sex=Sex.MALE, mmse=20), Category.IMPAIRED, 1),
        _patient("borderline", "Borderline", ClinicalRecord(age_years=74, sex=Sex.FEMALE), Category.INCONCLUSIVE, 2),
        _patient("unusable", "Unusable quality", ClinicalRecord(age_years=98, sex=Sex.MALE), None, 3),
    )


@lru_cache(maxsize=8)
def head_scan(seed: int = 0, spacing_mm: tuple[float, float, float] = (3.0, 3.0, 3.0)) -> Scan:
    """A synthetic head with a bright ball in its left hemisphere."""
    made = head(spacing_mm, seed=seed)
    return Scan(made.voxels, made.affine, SourceFormat.SYNTHETIC, hashlib.sha256(made.voxels.tobytes()).hexdigest())


def _patient(key: str, title: str, record: ClinicalRecord, promised: Category | None, seed: int) -> SimpleNamespace:
    return SimpleNamespace(
        key=key,
        title=title,
        story=f"{title} for a test.",
        record=record,
        promised=promised,
        make_scan=lambda: head_scan(seed),
    )


def _estimate(probability: float) -> Estimate:
    held = min(0.95, max(0.05, probability))
    return Estimate(held, max(0.01, held - 0.12), min(0.99, held + 0.1), at_edge=held != probability)


def _maps(slices: SliceConfig, peak: float, weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, 7, 7): positive in one block of the patient's left half (column under 3), a smaller one on the right.

    Args:
        weights: of the slices; the strongest has the peak.
    """
    maps = np.full((len(slices.t88_slices), 7, 7), -0.2, np.float32)
    shares = 0.9 + 0.1 * weights / weights.max()
    maps[:, 4, 2] = peak * shares
    maps[:, 4, 5] = peak * shares / 2
    return maps
