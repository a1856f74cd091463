"""The reader's note on a case: their own estimate, and whether they agree with the model."""

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, Self

from adcore.errors import ReaderNoteError


@dataclass(frozen=True)
class ReaderNote:
    """One reader's note on one case.

    Attributes:
        estimate: the reader's own probability of impairment, 0 to 1; None where none was given.
        before_model: whether the estimate or the category was given before the model's answer was shown (a blinded read).
        agrees: with the model; None where undecided.
        why: free text; empty where nothing was written.
        created: time of the last change, UTC, ISO 8601.
        word: the reader's own category; None where none was given.
    Raises:
        ReaderNoteError: the estimate is not a probability.
    """

    estimate: float | None
    before_model: bool
    agrees: bool | None
    why: str
    created: str
    word: str | None = None

    def __post_init__(self) -> None:
        if self.estimate is not None and not 0 <= self.estimate <= 1:
            raise ReaderNoteError(f"An estimate is a probability from 0 to 100%, got {100 * self.estimate:g}%. Correct it.")

    @classmethod
    def first(cls, estimate: float | None, word: str | None = None) -> Self:
        """The note of a blinded reader; without estimate and category, the reader chose to give none."""
        return cls(estimate, estimate is not None or word is not None, None, "", _now(), word)

    @classmethod
    def afterwards(cls, agrees: bool | None, why: str, estimate: float | None = None) -> Self:
        """The note of a reader who has seen the model's answer first."""
        return cls(estimate, False, agrees, why, _now())

    def revised(self, agrees: bool | None, why: str, estimate: float | None) -> Self:
        """The same note with another opinion on the model's answer.

        Raises:
            ReaderNoteError: it would change a blinded estimate.
        """
        if self.before_model and estimate != self.estimate:
            raise ReaderNoteError(
                "The estimate was given before the model's answer was shown, so it is locked. Write your new view under 'why'."
            )
        return replace(self, agrees=agrees, why=why, estimate=estimate, created=_now())

    def to_json(self) -> dict[str, Any]:
        """The note as plain JSON values."""
        return asdict(self)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
