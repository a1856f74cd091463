"""Studies and series as an archive lists them: checked, since an archive can answer anything."""

from dataclasses import dataclass, field
from typing import Any

from adcore.case.series import MAX_UID, UID

MAX_TEXT = 64


@dataclass(frozen=True)
class StudyEntry:
    """A study of one patient.

    Attributes:
        uid: its identifier.
        patient_id: as the archive has it.
        date: as 2011-06-10, or empty.
        words: its description.
    """

    uid: str = field(repr=False)
    patient_id: str = field(repr=False)
    accession_number: str = field(repr=False)
    date: str
    words: str

    def __str__(self) -> str:
        return " · ".join(part for part in (self.date or "date unknown", self.words) if part)


@dataclass(frozen=True)
class SeriesEntry:
    """A series of a study.

    Attributes:
        uid: its identifier.
        modality: such as MR.
        images: how many; None where the archive does not say.
        words: its description.
    """

    uid: str = field(repr=False)
    modality: str
    images: int | None
    words: str

    def __str__(self) -> str:
        images = "" if self.images is None else f"{self.images} images"
        return " · ".join(part for part in (self.words or "no description", self.modality, images) if part)


def study_entry(item: dict[str, Any]) -> StudyEntry | None:
    """A study of the archive's list; None where it has no valid identifier."""
    uid = _text(item, "0020000D")
    if not valid_uid(uid):
        return None
    day = _text(item, "00080020")
    date = f"{day[:4]}-{day[4:6]}-{day[6:]}" if len(day) == 8 and day.isdigit() else ""
    return StudyEntry(uid, _text(item, "00100020"), _text(item, "00080050"), date, _text(item, "00081030"))


def series_entry(item: dict[str, Any]) -> SeriesEntry | None:
    """A series of the archive's list; None where it has no valid identifier."""
    uid = _text(item, "0020000E")
    if not valid_uid(uid):
        return None
    images = _text(item, "00201209")
    return SeriesEntry(uid, _text(item, "00080060"), int(images) if images.isdigit() else None, _text(item, "0008103E"))


def valid_uid(text: str) -> bool:
    """Whether this is a DICOM identifier, and so harmless in an address."""
    return len(text) <= MAX_UID and UID.fullmatch(text) is not None


def _text(item: dict[str, Any], tag: str) -> str:
    """The first value of an element in DICOM's JSON, in one line."""
    element = item.get(tag)
    values = element.get("Value") if isinstance(element, dict) else None
    value = values[0] if isinstance(values, list) and values else ""
    return " ".join(str(value).split())[:MAX_TEXT] if isinstance(value, (str, int)) else ""
