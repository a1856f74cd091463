"""An analysis as DICOM objects that refer to the source series: segmentation, two parametric maps, structured report."""

import io

from pydicom.dataset import Dataset

from adcore.analysis import Analysis
from adcore.answer.prediction import IMAGE_BRANCHES
from adcore.errors import ReportError
from adcore.report.dicom.identity import Identity

__all__ = ["Identity", "dicom_objects", "no_dicom_because"]


def no_dicom_because(analysis: Analysis) -> str | None:
    """Why there is nothing to write as DICOM, for the user; None where there is."""
    if analysis.prediction is None or analysis.explanation is None:
        return "The scan was not fit to be judged, so there is no result to write as DICOM. Use a scan that passes its checks."
    if analysis.prepared.scan.source is None:
        return (
            "DICOM objects point back to the images they were made from. This scan did not come as DICOM images with valid "
            "identifiers and one frame of reference. Read the original DICOM series, or take the overlay as NIfTI."
        )
    return None


def dicom_objects(analysis: Analysis, identity: Identity | None = None) -> dict[str, bytes]:
    """Write the objects.

    They lie in the source's study and frame of reference, each in a series of its own, and refer to its images slice by slice.

    Args:
        identity: whose they are; the case's pseudonym where not given. An archive then has to be told which patient it is.
    Returns:
        DICOM files by name.
    Raises:
        ReportError: there is nothing to write; the sentence says why.
    """
    from adcore.report.dicom.maps import attention_map  # highdicom takes half a second to import, and few need it
    from adcore.report.dicom.segmentation import found_structures, segmentation
    from adcore.report.dicom.sources import source_images
    from adcore.report.dicom.structured import structured_report

    scan, prediction, explanation = analysis.prepared.scan, analysis.prediction, analysis.explanation
    reason = no_dicom_because(analysis)
    if reason is not None or prediction is None or explanation is None or scan.source is None:
        raise ReportError(reason or "There is no result to write as DICOM.")
    whose = identity or Identity.pseudonym(scan)
    images = source_images(scan, scan.source, whose)
    files: dict[str, Dataset] = {}
    parts = found_structures(analysis)
    segments = (segmentation(analysis, parts, images, whose), parts) if parts else None
    if segments is not None:
        files["segmentation.dcm"] = segments[0]
    for branch in IMAGE_BRANCHES:
        files[f"attention_{branch}.dcm"] = attention_map(analysis, explanation, branch, images, whose)
    files["report.dcm"] = structured_report(analysis, prediction, segments, images, whose)
    return {name: _file(data) for name, data in files.items()}


def _file(data: Dataset) -> bytes:
    buffer = io.BytesIO()
    data.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()
