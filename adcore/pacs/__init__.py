"""A hospital's archive and scanners: series are fetched by DICOMweb or received by DICOM, and results are sent back."""

from adcore.pacs.settings import PACS_VARIABLE, ArchiveSettings, archive_settings

__all__ = ["PACS_VARIABLE", "ArchiveSettings", "archive_settings"]
