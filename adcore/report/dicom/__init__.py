"""An analysis as DICOM objects that refer to the source series: segmentation, two parametric maps, structured report."""

import io

from pydicom.dataset import Dataset

from adcore.analysis import Analysis
from adcore.answer.prediction import IMAGE_BRANCHES
from adcore.errors import ReportError
from adcore.report.dicom.identity import Identity

__all__ = ["Identity", "dicom_objects", "no_dicom_because"]


def no_dicom_because(analysis: Analysis) -> str | None:
    """Why no DICOM objects can be written, in a sentence for the user; None where they can."""
    if analysis.prediction is None or analysis.explanation is None:
        return "There is no answer, so there is nothing to write as DICOM: the scan failed its checks, or the age is not covered."
    if analysis.prepared.scan.source is None:
        return (
            "DICOM objects refer to their source images. This scan was not read from DICOM images with valid identifiers and one "
            "frame of reference. Read the original DICOM series, or export the overlay as NIfTI."
        )
    return None


def dicom_objects(analysis: Analysis, identity: Identity | None = None) -> dict[str, bytes]:
    """Write an analysis as DICOM objects.

    They belong to the source's study and frame of reference, each to its own series, and refer to its images slice by slice.

    Args:
        identity: of the patient; the case's pseudonym by default, in which case an archive must be told whose they are.
    Returns:
        DICOM files by name.
    Raises:
        ReportError: nothing can be written; the sentence says why.
    """
    from adcore.report.dicom.maps import attention_map  # highdicom takes half a second to import, and is rarely needed
    from adcore.report.dicom.segmentation import segment_structures, segmentation
    from adcore.report.dicom.sources import source_images
    from adcore.report.dicom.structured import structured_report

    scan, prediction, explanation = analysis.prepared.scan, analysis.prediction, analysis.explanation
    reason = no_dicom_because(analysis)
    if reason is not None or prediction is None or explanation is None or scan.source is None:
        raise ReportError(reason or "There is no result to write as DICOM.")
    patient = identity or Identity.pseudonym(scan)
    images = source_images(scan, scan.source, patient)
    files: dict[str, Dataset] = {}
    structures = segment_structures(analysis)
    segments = (segmentation(analysis, structures, images, patient), structures) if structures else None
    if segments is not None:
        files["segmentation.dcm"] = segments[0]
    for branch in IMAGE_BRANCHES:
        files[f"attention_{branch}.dcm"] = attention_map(analysis, explanation, branch, images, patient)
    files["report.dcm"] = structured_report(analysis, prediction, segments, images, patient)
    return {name: _file(data) for name, data in files.items()}


def _file(data: Dataset) -> bytes:
    buffer = io.BytesIO()
    data.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()
