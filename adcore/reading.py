"""What the doctor who read a case thinks of it: their own estimate, and whether they agree with the model."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReaderNote:
    """One reader's note on one case.

    Attributes:
        estimate: the reader's own probability of impairment, 0 to 1; None where none was given.
        before_model: whether the estimate was given before the model's answer was shown.
        agrees: with the model; None where undecided.
        why: in the reader's words; empty where nothing was written.
        created: UTC, ISO 8601.
    """

    estimate: float | None
    before_model: bool
    agrees: bool | None
    why: str
    created: str
