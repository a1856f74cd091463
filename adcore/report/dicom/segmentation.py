"""Medial temporal structures and ventricles as a DICOM segmentation on the source series' own slices."""

import numpy as np
from highdicom.seg import SegmentAlgorithmTypeValues, Segmentation, SegmentationTypeValues, SegmentDescription
from highdicom.sr import CodedConcept
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from adcore.analysis import Analysis
from adcore.prepare.segmentation.structures import CLASSES, Side, Structure, label_of
from adcore.report.dicom.equipment import DESCRIPTION, SERIES_NUMBERS, date, made_by, structures_sequence, uid_of
from adcore.report.dicom.identity import Identity, mark

CODES: dict[str, Code] = {
    "hippocampus": codes.SCT.Hippocampus,
    "amygdala": codes.SCT.Amygdala,
    "lateral ventricle": codes.SCT.LateralVentricle,
    "inferior horn": codes.SCT.InferiorHornOfLateralVentricle,
}
"""SNOMED CT codes, by DICOM PS3.16, of the structures that are exported; the network segments more."""

SIDES: dict[Side, Code] = {Side.LEFT: codes.SCT.Left, Side.RIGHT: codes.SCT.Right}

WRITTEN: tuple[Structure, ...] = tuple(Structure(kind, side) for kind in CODES for side in SIDES)


def segment_structures(analysis: Analysis) -> tuple[Structure, ...]:
    """The structures that become segments: segment k + 1 is the k-th; structures without voxels are left out."""
    counts = np.bincount(analysis.prepared.structures.ravel(), minlength=CLASSES)
    return tuple(each for each in WRITTEN if counts[label_of(each.kind, each.side)])


def segmentation(
    analysis: Analysis, structures: tuple[Structure, ...], images: list[Dataset], identity: Identity
) -> Segmentation:
    """Build the object.

    Args:
        structures: of segment_structures; at least one.
        images: of adcore.report.dicom.sources.
    """
    made = analysis.provenance
    numbers = np.zeros(CLASSES, np.uint8)
    for number, each in enumerate(structures, start=1):
        numbers[label_of(each.kind, each.side)] = number
    labels = numbers[analysis.prepared.structures].transpose(2, 1, 0)  # slices, rows, columns
    built = Segmentation(
        images,
        np.ascontiguousarray(labels),
        SegmentationTypeValues.BINARY,
        [_description(analysis, number, each) for number, each in enumerate(structures, start=1)],
        series_instance_uid=uid_of(made, identity, "segmentation series"),
        series_number=SERIES_NUMBERS["segmentation"],
        sop_instance_uid=uid_of(made, identity, "segmentation"),
        instance_number=1,
        series_description="adcore structures (research prototype)",
        content_label="ADCORE_SEGMENTS",
        content_description=DESCRIPTION,
        **made_by(made),
    )
    built.BodyPartExamined = "BRAIN"
    date(built, made)
    mark(built, identity)
    return built


def _description(analysis: Analysis, number: int, structure: Structure) -> SegmentDescription:
    described = SegmentDescription(
        number,
        structure.name,
        codes.SCT.AnatomicalStructure,
        CODES[structure.kind],
        SegmentAlgorithmTypeValues.AUTOMATIC,
        structures_sequence(analysis.provenance),
        tracking_uid=uid_of(analysis.provenance, Identity(), structure.name),
        tracking_id=structure.name,
    )
    side = SIDES[structure.side]
    described.SegmentedPropertyTypeCodeSequence[0].SegmentedPropertyTypeModifierCodeSequence = Sequence(
        [CodedConcept(side.value, side.scheme_designator, side.meaning)]
    )
    return described
