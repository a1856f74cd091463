"""An analysis as DICOM objects: segmentation, two parametric maps, structured report, its report as PDF, and pictures."""

import io

from pydicom.dataset import Dataset
from pydicom.uid import generate_uid

from adcore.analysis import Analysis
from adcore.answer.prediction import IMAGE_BRANCHES
from adcore.report.dicom.identity import Identity

__all__ = ["Identity", "dicom_objects", "only_pages_because"]


def only_pages_because(analysis: Analysis) -> str | None:
    """Why only the report and its pictures can be written, in a sentence for the user; None where there is more."""
    if analysis.prediction is None or analysis.explanation is None:
        return "The report and its pictures only: without an answer there is no segmentation, saliency map or structured report."
    if analysis.prepared.scan.source is None:
        return (
            "The report and its pictures only, in a study of their own: segmentation, maps and structured report refer to their "
            "source images, and this scan was not read from DICOM images with valid identifiers and one frame of reference."
        )
    return None


def dicom_objects(analysis: Analysis, pdf: bytes, identity: Identity | None = None) -> dict[str, bytes]:
    """Write an analysis as DICOM objects.

    They belong to the source's study, each kind to its own series. Segmentation, maps and structured report lie in the source's
    frame of reference and refer to its images slice by slice; without a source, and without an answer, they are left out
    (only_pages_because).

    Args:
        pdf: of adcore.report.report_pdf.
        identity: of the patient; the case's pseudonym by default, in which case an archive must be told whose they are.
    Returns:
        DICOM files by name.
    """
    from adcore.report.dicom.pages import encapsulated_report, secondary_captures  # highdicom takes half a second to import

    scan = analysis.prepared.scan
    patient = identity or Identity.pseudonym(scan)
    study = scan.source.study_uid if scan.source else generate_uid(entropy_srcs=[scan.sha256, patient.PatientID, "study"])
    files: dict[str, Dataset] = {"report_pdf.dcm": encapsulated_report(analysis, pdf, study, patient)}
    files |= secondary_captures(analysis, study, patient)
    return {name: _file(data) for name, data in (_referring(analysis, patient) | files).items()}


def _referring(analysis: Analysis, patient: Identity) -> dict[str, Dataset]:
    """The objects that refer to source images; none where there are no such images, or no answer."""
    from adcore.report.dicom.maps import attention_map
    from adcore.report.dicom.segmentation import segment_structures, segmentation
    from adcore.report.dicom.sources import source_images
    from adcore.report.dicom.structured import structured_report

    scan, prediction, explanation = analysis.prepared.scan, analysis.prediction, analysis.explanation
    if scan.source is None or prediction is None or explanation is None:
        return {}
    images = source_images(scan, scan.source, patient)
    files: dict[str, Dataset] = {}
    structures = segment_structures(analysis)
    segments = (segmentation(analysis, structures, images, patient), structures) if structures else None
    if segments is not None:
        files["segmentation.dcm"] = segments[0]
    for branch in IMAGE_BRANCHES:
        files[f"attention_{branch}.dcm"] = attention_map(analysis, explanation, branch, images, patient)
    files["report.dcm"] = structured_report(analysis, prediction, segments, images, patient)
    return files


def _file(data: Dataset) -> bytes:
    buffer = io.BytesIO()
    data.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()
