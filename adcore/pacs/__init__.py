"""A hospital's archive: series are fetched from it by DICOMweb, and results are sent back into their study."""

from adcore.pacs.settings import PACS_VARIABLE, ArchiveSettings, archive_settings

__all__ = ["PACS_VARIABLE", "ArchiveSettings", "archive_settings"]
