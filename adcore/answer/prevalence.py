"""The answer with the prevalence it assumes, beside the same evidence where fewer patients are impaired."""

from dataclasses import dataclass
from enum import StrEnum

from adcore.model.calibration import Estimate, at_prevalence
from adcore.words import LEAST_STATED, MOST_STATED, bounded, ends, percent

EXAMPLE = 0.2
"""A plausible prevalence in a memory clinic, shown beside the training's until a clinic sets its own; chosen, not measured."""


class Assumed(StrEnum):
    """Where a prevalence comes from."""

    TRAINING = "training"
    CLINIC = "clinic"
    EXAMPLE = "example"


@dataclass(frozen=True)
class PrevalenceLine:
    """The answer where a given share of patients is impaired.

    Attributes:
        assumed: where that share comes from.
        prevalence: the share, 0 to 1.
        estimate: the probability with its interval under it.
        points, range: that probability and its interval in percent, as they are written: "17" and "11 to 26".
        where: the condition in words: "where half of the patients are impaired, as in training".
    """

    assumed: Assumed
    prevalence: float
    estimate: Estimate
    points: str
    range: str
    where: str

    @property
    def percent(self) -> str:
        """'17% (11 to 26%)'."""
        return f"{self.points}% ({self.range}%)"

    @property
    def sentence(self) -> str:
        """'Where half of the patients are impaired, as in training: 17 (11 to 26) of 100 people like this.'"""
        return f"{self.where[0].upper()}{self.where[1:]}: {self.points} ({self.range}) of 100 people like this."


def prevalence_lines(fused: Estimate, trained: float | None, own: float | None = None) -> tuple[PrevalenceLine, ...]:
    """The answer where as many are impaired as in training and where 1 in 5 is; with a clinic's own share, that one leads.

    Args:
        fused: the answer.
        trained: prevalence that it assumes; None where the card does not say, and there is nothing to show.
        own: the clinic's prevalence, 0 to 1 exclusive; None where it has set none.
    Raises:
        ModelError: a prevalence is not between 0 and 1.
    """
    if trained is None:
        return ()
    if own is None:
        shown = ((Assumed.TRAINING, trained), (Assumed.EXAMPLE, EXAMPLE))
    else:
        shown = ((Assumed.CLINIC, own), (Assumed.TRAINING, trained))
    return tuple(_line(assumed, fused, trained, prevalence) for assumed, prevalence in shown)


def _line(assumed: Assumed, fused: Estimate, trained: float, prevalence: float) -> PrevalenceLine:
    moved = at_prevalence(fused, trained, prevalence)
    points, low, high = (_stated(value, trained, prevalence) for value in (moved.probability, moved.low, moved.high))
    source = {Assumed.TRAINING: ", as in training", Assumed.CLINIC: ", as in your clinic", Assumed.EXAMPLE: ""}[assumed]
    return PrevalenceLine(assumed, prevalence, moved, points, ends(low, high), f"where {_share(prevalence)} impaired{source}")


def _stated(probability: float, trained: float, prevalence: float) -> str:
    """The probability under a prevalence; the most that may be said moves with it, for it is a limit of the evidence."""
    limits = at_prevalence(Estimate(LEAST_STATED, LEAST_STATED, MOST_STATED), trained, prevalence)
    return bounded(probability, limits.low, limits.high)


def _share(prevalence: float) -> str:
    """'half of the patients are', '1 in 5 is', '30% are'."""
    if abs(prevalence - 0.5) < 0.015:
        return "half of the patients are"
    parts = round(1 / prevalence)
    if 3 <= parts <= 20 and abs(1 / parts - prevalence) < 1e-9:
        return f"1 in {parts} is"
    return f"{percent(prevalence)} of the patients are"
