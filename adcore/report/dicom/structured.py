"""The answer as a DICOM structured report (Comprehensive 3D SR, TID 1500): probabilities, volumes, and the algorithm's name."""

import highdicom as hd
from highdicom.seg import Segmentation
from highdicom.sr import (
    Comprehensive3DSR,
    FindingSite,
    Measurement,
    MeasurementReport,
    MeasurementsAndQualitativeEvaluations,
    QualitativeEvaluation,
    ReferencedSegment,
    SourceSeriesForSegmentation,
    TextContentItem,
    TrackingIdentifier,
    VolumetricROIMeasurementsAndQualitativeEvaluations,
)
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from adcore.analysis import Analysis
from adcore.model.calibration import Estimate
from adcore.predict import Prediction
from adcore.prepare.segmentation.structures import Structure, label_of
from adcore.report.dicom import codes as own
from adcore.report.dicom.equipment import SERIES_NUMBERS, date, made_by, network_algorithm, structures_algorithm, uid_of
from adcore.report.dicom.identity import Identity, mark
from adcore.report.dicom.segmentation import CODES, SIDES
from adcore.report.wording import edge_note, estimates, natural_frequencies, norm_cohort, silent_notes
from adcore.volumetry import VolumeFinding
from adcore.words import DISCLAIMER, LEAST_STATED, MOST_STATED, percent

MILLILITRE = codes.UCUM.CubicCentimeter
NO_UNITS, PERCENT = codes.UCUM.NoUnits, codes.UCUM.Percent

SITES: dict[str, Code] = {
    "hippocampi": codes.SCT.Hippocampus,
    "lateral ventricles": codes.SCT.LateralVentricle,
    "whole brain": codes.SCT.Brain,
}
"""By measure of adcore.volumetry.findings."""

Segments = tuple[Segmentation, tuple[Structure, ...]]
Groups = list[MeasurementsAndQualitativeEvaluations | VolumetricROIMeasurementsAndQualitativeEvaluations]


def structured_report(
    analysis: Analysis, prediction: Prediction, segments: Segments | None, images: list[Dataset], identity: Identity
) -> Comprehensive3DSR:
    """Build the object: preliminary and unverified, with an algorithm as its observer.

    Args:
        segments: the segmentation that volumes refer to, and its structures in order; None where there is none.
        images: of adcore.report.dicom.sources, listed as the report's evidence.
    """
    made = analysis.provenance
    groups: Groups = [*measurement_groups(analysis)]
    if segments is not None:
        groups += [_structure(analysis, number, each, segments[0]) for number, each in enumerate(segments[1], start=1)]
    content = MeasurementReport(
        _observer(analysis),
        procedure_reported=codes.LN.BrainMRI,
        imaging_measurements=groups,
        title=codes.DCM.ImagingMeasurementReport,
    )
    for text in _comments(analysis, prediction):
        content[0].ContentSequence.append(TextContentItem(codes.DCM.Comment, text, hd.sr.RelationshipTypeValues.CONTAINS))
    built = Comprehensive3DSR(
        evidence=[*images, *([segments[0]] if segments else [])],
        content=content[0],
        series_instance_uid=uid_of(made, identity, "report series"),
        series_number=SERIES_NUMBERS["report"],
        sop_instance_uid=uid_of(made, identity, "report"),
        instance_number=1,
        series_description="adcore answer (research prototype)",
        coding_schemes=own.DECLARED,
        **made_by(made),
    )
    date(built, made)
    mark(built, identity)
    return built


def measurement_groups(analysis: Analysis) -> list[MeasurementsAndQualitativeEvaluations]:
    """What is measured of a whole scan: each probability of the answer, where there is one, then each volume."""
    prediction = analysis.prediction
    answers = [] if prediction is None else [_answer(analysis, prediction, *named) for named in estimates(prediction)]
    return [*answers, *(_volume(analysis, finding) for finding in analysis.volumes if finding.measure in SITES)]


def _observer(analysis: Analysis) -> hd.sr.ObservationContext:
    made = analysis.provenance
    device = hd.sr.DeviceObserverIdentifyingAttributes(
        uid=uid_of(made, Identity(), "device"), name="adcore", manufacturer_name="adcore", model_name=made.model_name
    )
    return hd.sr.ObservationContext(
        observer_device_context=hd.sr.ObserverContext(observer_type=codes.DCM.Device, observer_identifying_attributes=device)
    )


def _comments(analysis: Analysis, prediction: Prediction) -> tuple[str, ...]:
    return (
        DISCLAIMER,
        f"Classified as impaired at a probability of {percent(prediction.threshold)} and above. Intervals are 90% intervals. "
        f"{percent(LEAST_STATED)} stands for that and less, {percent(MOST_STATED)} for that and more.",
        *natural_frequencies(analysis.prevalence_lines(), prediction.label),
        *map(str, prediction.reasons),
        *map(str, prediction.notes),
        *filter(None, [edge_note(prediction)]),
        *silent_notes(prediction),
        *analysis.prepared.scan.warnings,
    )


def _answer(analysis: Analysis, prediction: Prediction, name: str, estimate: Estimate) -> MeasurementsAndQualitativeEvaluations:
    """One probability with its interval; the fused one has the category."""
    fused = estimate is prediction.fused
    values = ((own.PROBABILITY, estimate.probability), (own.INTERVAL_LOW, estimate.low), (own.INTERVAL_HIGH, estimate.high))
    return MeasurementsAndQualitativeEvaluations(
        TrackingIdentifier(uid_of(analysis.provenance, Identity(), name), name),
        finding_type=own.IMPAIRMENT,
        finding_sites=[FindingSite(codes.SCT.Brain)],
        algorithm_id=network_algorithm(analysis.provenance),
        measurements=[Measurement(concept, _percent(value), PERCENT) for concept, value in values],
        qualitative_evaluations=[QualitativeEvaluation(own.CATEGORY, own.CATEGORIES[prediction.category])] if fused else None,
    )


def _percent(probability: float) -> float:
    """In percent, no further out than what is ever said of a probability."""
    return round(100 * min(max(probability, LEAST_STATED), MOST_STATED), 2)


def _structure(
    analysis: Analysis, number: int, structure: Structure, written: Segmentation
) -> VolumetricROIMeasurementsAndQualitativeEvaluations:
    """The volume of one segment."""
    series_uid = written.ReferencedSeriesSequence[0].SeriesInstanceUID
    millilitres = analysis.prepared.volume_ml((label_of(structure.kind, structure.side),))
    return VolumetricROIMeasurementsAndQualitativeEvaluations(
        TrackingIdentifier(uid_of(analysis.provenance, Identity(), structure.name), structure.name),
        referenced_segment=ReferencedSegment(
            written.SOPClassUID, written.SOPInstanceUID, number, source_series=SourceSeriesForSegmentation(series_uid)
        ),
        finding_type=codes.SCT.AnatomicalStructure,
        finding_sites=[FindingSite(CODES[structure.kind], laterality=SIDES[structure.side])],
        algorithm_id=structures_algorithm(analysis.provenance),
        measurements=[Measurement(codes.SCT.Volume, round(millilitres, 3), MILLILITRE)],
    )


def _volume(analysis: Analysis, finding: VolumeFinding) -> MeasurementsAndQualitativeEvaluations:
    """A volume, its share of the intracranial volume, and its z-score and percentile among healthy adults."""
    measurements = [
        Measurement(codes.SCT.Volume, round(finding.millilitres, 2), MILLILITRE),
        Measurement(own.SHARE, round(100 * finding.share, 4), PERCENT),
    ]
    name = finding.measure
    if finding.score is not None:
        name = f"{finding.measure}, compared with {norm_cohort()}"
        measurements += [
            Measurement(codes.DCM.ZScoreOfMeasurement, round(finding.score.z, 2), NO_UNITS),
            Measurement(codes.DCM.PercentileRankingOfMeasurement, round(finding.score.percentile, 1), PERCENT),
        ]
    return MeasurementsAndQualitativeEvaluations(
        TrackingIdentifier(uid_of(analysis.provenance, Identity(), finding.measure), name),
        finding_type=codes.SCT.AnatomicalStructure,
        finding_sites=[FindingSite(SITES[finding.measure])],
        algorithm_id=structures_algorithm(analysis.provenance),
        measurements=measurements,
    )
