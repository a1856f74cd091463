"""The parts of a Mini-Mental State Examination: their greatest points, and the total of a full set.

Sections and points after Folstein, Folstein and McHugh 1975 (J Psychiatr Res 12:189). The questions themselves are not here.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """One part of the examination, scored from 0 to `points`."""

    name: str
    label: str
    points: int


SECTIONS: tuple[Section, ...] = (
    Section("time", "Orientation to time", 5),
    Section("place", "Orientation to place", 5),
    Section("registration", "Registration", 3),
    Section("attention", "Attention and calculation", 5),
    Section("recall", "Recall", 3),
    Section("naming", "Language: naming", 2),
    Section("repetition", "Language: repetition", 1),
    Section("command", "Language: three-stage command", 3),
    Section("reading", "Language: reading", 1),
    Section("writing", "Language: writing", 1),
    Section("copying", "Copying a drawing", 1),
)


def missing(scores: Mapping[str, float | None]) -> tuple[Section, ...]:
    """The sections without a score."""
    return tuple(section for section in SECTIONS if scores.get(section.name) is None)


def refusal(section: Section, score: float | None) -> str | None:
    """The sentence against a score; None where the section can have it, or none was given."""
    if score is None or (0 <= score <= section.points and float(score).is_integer()):
        return None
    return f"{section.label} takes a whole number from 0 to {section.points}, got {score:g}. Correct it, or leave it empty."


def total(scores: Mapping[str, float | None]) -> int | None:
    """The points of all sections together; None while a section is missing or has a score it can't have."""
    if missing(scores) or any(refusal(section, scores[section.name]) for section in SECTIONS):
        return None
    return sum(int(scores[section.name] or 0) for section in SECTIONS)
