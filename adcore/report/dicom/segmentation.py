"""The parts of the brain around the hippocampi as a DICOM segmentation on the source series' own slices."""

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
"""SNOMED CT codes of the structures that are written, as DICOM PS3.16 lists them; the network tells more."""

SIDES: dict[Side, Code] = {Side.LEFT: codes.SCT.Left, Side.RIGHT: codes.SCT.Right}

WRITTEN: tuple[Structure, ...] = tuple(Structure(structure, side) for structure in CODES for side in SIDES)


def found_structures(analysis: Analysis) -> tuple[Structure, ...]:
    """The parts that become segments, in order: segment k + 1 is the k-th; those of which no voxel was found are left out."""
    counts = np.bincount(analysis.prepared.structures.ravel(), minlength=CLASSES)
    return tuple(part for part in WRITTEN if counts[label_of(part.structure, part.side)])


def segmentation(analysis: Analysis, parts: tuple[Structure, ...], images: list[Dataset], identity: Identity) -> Segmentation:
    """Build the object.

    Args:
        parts: of found_structures; at least one.
        images: of adcore.report.dicom.sources.
    """
    made = analysis.provenance
    numbers = np.zeros(CLASSES, np.uint8)
    for number, part in enumerate(parts, start=1):
        numbers[label_of(part.structure, part.side)] = number
    labels = numbers[analysis.prepared.structures].transpose(2, 1, 0)  # slices, rows, columns
    built = Segmentation(
        images,
        np.ascontiguousarray(labels),
        SegmentationTypeValues.BINARY,
        [_description(analysis, number, part) for number, part in enumerate(parts, start=1)],
        series_instance_uid=uid_of(made, identity, "segmentation series"),
        series_number=SERIES_NUMBERS["segmentation"],
        sop_instance_uid=uid_of(made, identity, "segmentation"),
        instance_number=1,
        series_description="adcore structures (research prototype)",
        content_label="ADCORE_PARTS",
        content_description=DESCRIPTION,
        **made_by(made),
    )
    built.BodyPartExamined = "BRAIN"
    date(built, made)
    mark(built, identity)
    return built


def _description(analysis: Analysis, number: int, part: Structure) -> SegmentDescription:
    described = SegmentDescription(
        number,
        part.name,
        codes.SCT.AnatomicalStructure,
        CODES[part.structure],
        SegmentAlgorithmTypeValues.AUTOMATIC,
        structures_sequence(analysis.provenance),
        tracking_uid=uid_of(analysis.provenance, Identity(), part.name),
        tracking_id=part.name,
    )
    side = SIDES[part.side]
    described.SegmentedPropertyTypeCodeSequence[0].SegmentedPropertyTypeModifierCodeSequence = Sequence(
        [CodedConcept(side.value, side.scheme_designator, side.meaning)]
    )
    return described
