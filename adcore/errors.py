"""Every refusal of the package: one tree of exceptions, each with a sentence for the user as its text."""

from typing import Any


class AdcoreError(Exception):
    """Base of all refusals. Its text says what was expected, what came and what to do."""


class ScanError(AdcoreError):
    """A scan cannot be used."""


class UnreadableScanError(ScanError):
    """The file is damaged, truncated or not of the format that its name says."""


class UnsupportedScanError(ScanError):
    """The file is intact, but its content is not supported (4-D, complex, sheared, ...)."""


class ReadingStoppedError(ScanError):
    """Reading ended from outside, before it was known whether the scan can be used: try once more."""


class SeveralSeriesError(ScanError):
    """The upload contains several readable series, and none was chosen.

    Attributes:
        series: adcore.case.series.Series of the whole upload, including those that cannot be read.
    """

    def __init__(self, sentence: str, series: tuple[Any, ...]) -> None:
        super().__init__(sentence)
        self.series = series

    def __reduce__(self) -> tuple[type["SeveralSeriesError"], tuple[str, tuple[Any, ...]]]:
        return type(self), (str(self), self.series)  # so that it can be pickled out of a child process


class PreparationError(AdcoreError):
    """A readable scan could not be prepared."""


class RegistrationError(PreparationError):
    """The scan could not be registered to the atlas."""


class ClinicalRecordError(AdcoreError):
    """A clinical field is out of range, or there is no such field."""


class ReaderNoteError(AdcoreError):
    """A reader's note is invalid, or would change an estimate that is locked."""


class ModelError(AdcoreError):
    """A model is missing, damaged, or does not fit its input."""


class PreparationMismatchError(ModelError):
    """The scan was prepared with another configuration than the model was trained on."""


class NormRangeError(AdcoreError):
    """The patient's age or sex is unknown or outside the normative cohort."""


class AnalysisStoppedError(AdcoreError):
    """An analysis ended before it had a result: cancelled, over its limits, or its process was ended from outside."""


class AuditError(AdcoreError):
    """An audit trail cannot be written, or is not what was written."""


class TokenError(AdcoreError):
    """A program's token cannot be made or revoked, or the file of tokens cannot be used."""


class StoreError(AdcoreError):
    """The case store cannot be opened, read or written."""


class ArchiveError(AdcoreError):
    """A hospital's archive cannot be asked, or refuses."""


class ReportError(AdcoreError):
    """A result cannot be written in the requested format."""


class CourseError(AdcoreError):
    """Visits cannot be followed over time."""


class CohortError(AdcoreError):
    """A cohort's table or images cannot be used."""


class LeakageError(CohortError):
    """One participant is on both sides of a split."""
