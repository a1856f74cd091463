"""Every refusal of the package: one tree of exceptions, each with a sentence for the user as its text."""

from typing import Any


class AdcoreError(Exception):
    """Base of all refusals. Its text says what was expected, what came and what to do."""


class ScanError(AdcoreError):
    """A scan cannot be used."""


class UnreadableScanError(ScanError):
    """The file is damaged, cut short or not what its name says."""


class UnsupportedScanError(ScanError):
    """The file is sound, but holds something this program does not judge (4-D, complex, sheared, ...)."""


class SeveralSeriesError(ScanError):
    """The upload holds several series that could be meant.

    Attributes:
        series: adcore.case.series.Series of the whole upload, those that cannot be read among them.
    """

    def __init__(self, sentence: str, series: tuple[Any, ...]) -> None:
        super().__init__(sentence)
        self.series = series

    def __reduce__(self) -> tuple[type["SeveralSeriesError"], tuple[str, tuple[Any, ...]]]:
        return type(self), (str(self), self.series)  # so that it survives the way out of a child process


class PreparationError(AdcoreError):
    """A readable scan could not be prepared."""


class RegistrationError(PreparationError):
    """The scan could not be placed in atlas space."""


class ClinicalRecordError(AdcoreError):
    """A clinical field is outside its range or unknown to the program."""


class ReaderNoteError(AdcoreError):
    """A reader's note cannot be what was asked of it."""


class ModelError(AdcoreError):
    """Weights are missing, damaged, or do not fit what they were asked to judge."""


class PreparationMismatchError(ModelError):
    """The scan was prepared with another configuration than the model was trained on."""


class NormRangeError(AdcoreError):
    """There are no healthy people to compare this person with."""


class ReportError(AdcoreError):
    """A result cannot be written in the form that was asked for."""


class CourseError(AdcoreError):
    """Visits cannot be followed over time."""


class CohortError(AdcoreError):
    """A cohort's table or images cannot be used."""


class LeakageError(CohortError):
    """One person stands on both sides of a split."""
