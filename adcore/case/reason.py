"""Why a case gets no verbal answer or no number, and what is noted beside one: a code for programs, a sentence for the reader."""

from dataclasses import dataclass
from enum import StrEnum


class AbstentionCode(StrEnum):
    """Why an answer is inconclusive; outside the ages trained on, why there is none."""

    INTERVAL_INCLUDES_THRESHOLD = "interval_includes_threshold"
    BOTH_LABELS_POSSIBLE = "both_labels_possible"
    NEITHER_LABEL_POSSIBLE = "neither_label_possible"
    THRESHOLD_CONTRADICTS = "threshold_contradicts"
    AGE_UNKNOWN = "age_unknown"
    AGE_OUTSIDE_TRAINING = "age_outside_training"
    WIDE_VENTRICLES = "wide_ventricles"
    HEADER_DIFFERS = "header_differs"


class NoteCode(StrEnum):
    """What is noted beside an answer without withholding anything."""

    BRANCHES_DISAGREE = "branches_disagree"


class CheckCode(StrEnum):
    """The checks of a scan; a failed one withholds the probability."""

    SLICE_SPACING = "slice_spacing"
    REGISTRATION = "registration"
    POSITION = "position"
    TEMPLATE = "template"
    SKULL_STRIP = "skull_strip"
    FIELD_OF_VIEW = "field_of_view"
    WHOLE_BRAIN = "whole_brain"
    INTRACRANIAL_VOLUME = "intracranial_volume"
    HIPPOCAMPI = "hippocampi"
    GREY_AND_WHITE_MATTER = "grey_and_white_matter"
    FLUID_AND_GREY_MATTER = "fluid_and_grey_matter"
    SHARPNESS = "sharpness"
    NOISE = "noise"
    CLIPPING = "clipping"
    CONTRAST_AGENT = "contrast_agent"
    NOISE_IN_AIR = "noise_in_air"
    RECEIVE_GAIN = "receive_gain"
    VOLUME_PATTERN = "volume_pattern"
    TRAINING_DISTANCE = "training_distance"
    PREPARATION = "preparation"

    @property
    def label(self) -> str:
        """What the reader sees."""
        return self.value.replace("_", " ")


@dataclass(frozen=True)
class Reason:
    """One reason.

    Attributes:
        code: of an abstention, of a note, or of the check that failed.
        sentence: for the clinician.
    """

    code: AbstentionCode | NoteCode | CheckCode
    sentence: str

    def __str__(self) -> str:
        return self.sentence
