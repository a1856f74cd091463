"""The form of every check of a scan: a code, a value, a threshold and a sentence."""

from dataclasses import dataclass
from typing import Self

from adcore.case.reason import CheckCode, Reason


@dataclass(frozen=True)
class Check:
    """One test of a scan's fitness.

    Attributes:
        code: which test.
        value: the measurement, in `unit`.
        threshold: the value at which the check starts to fail.
        passed: whether the scan is fit in this respect; a failed check withholds the probability.
        sentence: what it means, for the clinician.
        origin: where the threshold comes from.
    """

    code: CheckCode
    value: float
    threshold: float
    passed: bool
    sentence: str
    origin: str
    unit: str = ""

    @classmethod
    def of(
        cls, code: CheckCode, value: float, threshold: float, passed: bool, finding: str, advice: str, origin: str, unit: str = ""
    ) -> Self:
        """A check whose sentence is the finding, followed by the advice where it failed."""
        return cls(code, value, threshold, passed, finding if passed else f"{finding} {advice}", origin, unit)

    @property
    def name(self) -> str:
        """Short, for a table: "registration", "skull strip"."""
        return self.code.label

    @property
    def refusal(self) -> Reason | None:
        """Why no probability is shown; None where the check passed."""
        return None if self.passed else Reason(self.code, self.sentence)
