"""Exports of an analysed case: a PDF of one page with an appendix, saliency maps and structures as NIfTI, DICOM objects, FHIR."""

from adcore.report.archive import zipped
from adcore.report.dicom import Identity, dicom_objects, only_pages_because
from adcore.report.overlay import overlay_files, structure_files
from adcore.report.pdf import report_pdf

__all__ = ["Identity", "dicom_objects", "only_pages_because", "overlay_files", "report_pdf", "structure_files", "zipped"]
