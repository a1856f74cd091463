"""The report as an encapsulated PDF and pictures as secondary captures, for viewers that show neither SEG nor SR."""

import hashlib
from collections.abc import Sequence

import numpy as np
from highdicom.base import SOPClass
from highdicom.sc import SCImage
from highdicom.sr import CodedConcept
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items
from pydicom.sr.codedict import codes
from pydicom.uid import EncapsulatedPDFStorage, ExplicitVRLittleEndian

from adcore.analysis import Analysis
from adcore.case.scan import Scan
from adcore.report.captures import captures
from adcore.report.dicom.equipment import SERIES_NUMBERS, date, made_by, uid_of
from adcore.report.dicom.identity import Identity, mark
from adcore.words import DISCLAIMER


def encapsulated_report(analysis: Analysis, pdf: bytes, study_uid: str, identity: Identity) -> SOPClass:
    """Build the object: unverified, with the images that the report was made from.

    Args:
        pdf: of adcore.report.pdf.
    """
    made = analysis.provenance
    built = SOPClass(
        study_instance_uid=study_uid,
        series_instance_uid=uid_of(made, identity, "document series"),
        series_number=SERIES_NUMBERS["document"],
        sop_instance_uid=uid_of(made, identity, f"document {hashlib.sha256(pdf).hexdigest()}"),  # a later note is another report
        sop_class_uid=EncapsulatedPDFStorage,
        instance_number=1,
        modality="DOC",
        transfer_syntax_uid=ExplicitVRLittleEndian,
        series_description="adcore report (research prototype)",
        **made_by(made),
    )
    built.ConversionType = "WSD"
    built.AcquisitionDateTime = ""
    built.BurnedInAnnotation = "NO"  # its pages bear the pseudonym
    built.DocumentTitle = f"adcore report, {analysis.prepared.scan.pseudonym}. {DISCLAIMER}"
    built.ConceptNameCodeSequence = Items([CodedConcept.from_code(codes.DCM.ImagingMeasurementReport)])
    built.VerificationFlag = "UNVERIFIED"
    built.MIMETypeOfEncapsulatedDocument = "application/pdf"
    built.EncapsulatedDocument = pdf + b"\0" * (len(pdf) % 2)
    built.EncapsulatedDocumentLength = len(pdf)
    sources = _sources(analysis.prepared.scan)
    if sources:
        built.SourceInstanceSequence = Items(sources)
    _finish(built, analysis, identity)
    return built


def secondary_captures(analysis: Analysis, study_uid: str, identity: Identity) -> dict[str, SCImage]:
    """Build the pictures by name: colour, with pseudonym and disclaimer burnt in."""
    made, scan = analysis.provenance, analysis.prepared.scan
    found = {}
    for number, capture in enumerate(captures(analysis), start=1):
        built = SCImage(
            np.asarray(capture.picture.image),
            photometric_interpretation="RGB",
            bits_allocated=8,
            coordinate_system="PATIENT",
            patient_orientation=capture.directions,
            study_instance_uid=study_uid,
            series_instance_uid=uid_of(made, identity, "picture series"),
            series_number=SERIES_NUMBERS["picture"],
            sop_instance_uid=uid_of(made, identity, capture.name),
            instance_number=number,
            series_description="adcore pictures (research prototype)",
            **made_by(made),
        )
        if not scan.sides_known:
            built.PatientOrientation = []
        built.BodyPartExamined = "BRAIN"
        built.BurnedInAnnotation = "NO"  # of a person; the pseudonym is
        built.ImageComments = f"{capture.picture.alt}. {DISCLAIMER}"
        built.DerivationDescription = capture.picture.title
        sources = _sources(scan)
        if sources:
            built.SourceImageSequence = Items(sources)
        _finish(built, analysis, identity)
        built.DateOfSecondaryCapture, built.TimeOfSecondaryCapture = built.InstanceCreationDate, built.InstanceCreationTime
        found[f"{capture.name}.dcm"] = built
    return found


def _finish(built: Dataset, analysis: Analysis, identity: Identity) -> None:
    identity.put_into(built)
    date(built, analysis.provenance)
    mark(built, identity)


def _sources(scan: Scan) -> Sequence[Dataset]:
    """The source images, each once; none where the scan did not come as DICOM."""
    if scan.source is None:
        return ()
    items = []
    for uid in dict.fromkeys(scan.source.instance_uids):
        item = Dataset()
        item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = scan.source.sop_class_uid, uid
        items.append(item)
    return items
