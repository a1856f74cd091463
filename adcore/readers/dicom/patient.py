"""Patient and study attributes of a DICOM series, for objects that are archived with it. A Scan never contains them."""

import io
import re
from collections.abc import Sequence

from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset

from adcore.errors import UnreadableScanError
from adcore.readers.dicom.element import attempt, text_of
from adcore.readers.dicom.header import tags_of
from adcore.readers.dicom.skim import BIG_ENDIAN, skim
from adcore.readers.files import FileEntry

FREE_TEXT = ("PatientName", "PatientID", "StudyID", "AccessionNumber", "ReferringPhysicianName")
PATTERNS = {"PatientBirthDate": r"\d{8}", "StudyDate": r"\d{8}", "StudyTime": r"\d{2,6}(\.\d{1,6})?", "PatientSex": "[FMO]"}
"""Valid formats; values in another format are omitted."""

MAX_TEXT = {"StudyID": 16, "AccessionNumber": 16}
MAX_LONG_STRING = 64


def read_patient(files: Sequence[FileEntry], number: int) -> dict[str, str]:
    """Patient and study attributes from the first image of a series.

    Args:
        files: DICOM files of one upload.
        number: index of one file of the series among them.
    Returns:
        text by DICOM keyword; empty where the attribute is missing or invalid.
    Raises:
        ScanError: as skim.
    """
    with files[number].open() as stream:
        skimmed = skim(stream, tags_of((*FREE_TEXT, *PATTERNS, "SpecificCharacterSet")), frozenset())
    data = attempt(lambda: read_dataset(io.BytesIO(skimmed.dataset), skimmed.implicit, skimmed.syntax != BIG_ENDIAN))
    if data is None:
        raise UnreadableScanError("The header of a DICOM file is damaged. Export the series again.")
    attempt(data.decode)
    free = {keyword: _clean(data, keyword) for keyword in FREE_TEXT}
    formed = {keyword: text_of(data, keyword) for keyword in PATTERNS}
    return free | {keyword: text if re.fullmatch(PATTERNS[keyword], text) else "" for keyword, text in formed.items()}


def _clean(data: Dataset, keyword: str) -> str:
    """A text without control characters and backslashes, at the length that DICOM allows."""
    text = re.sub(r"[\x00-\x1f\\]", "", text_of(data, keyword))
    return text[: MAX_TEXT.get(keyword, MAX_LONG_STRING)].strip()
