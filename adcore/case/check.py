"""The form of every check of a scan: a code, a value, a limit and a sentence."""

import math
from dataclasses import dataclass

from adcore.case.reason import CheckCode, Reason
from adcore.words import beside


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

    @property
    def name(self) -> str:
        """Short, for a table: "registration", "skull strip"."""
        return self.code.label

    @property
    def refusal(self) -> Reason | None:
        """Why no probability is shown; None where the check passed."""
        return None if self.passed else Reason(self.code, self.sentence)


@dataclass(frozen=True)
class Limit:
    """The values that a check accepts. Any other value fails, and so does one that is not a number.

    Attributes:
        code: which test.
        origin: where the limit comes from.
        low: least value accepted, in `unit`; minus infinity where there is no such bound.
        high: greatest value accepted, in `unit`; infinity where there is no such bound.
    """

    code: CheckCode
    origin: str
    low: float = -math.inf
    high: float = math.inf
    unit: str = ""

    def check(self, value: float, finding: str, advice: str) -> Check:
        """The check of a value; its sentence is the finding, followed by the advice where it failed."""
        passed = bool(self.low <= value <= self.high)
        sentence = finding if passed else f"{finding} {advice}"
        return Check(self.code, value, self._nearer(value), passed, sentence, self.origin, self.unit)

    def beside(self, value: float, decimals: int) -> str:
        """The value for a sentence that also gives the limit: with decimals enough never to look like it where it differs."""
        return beside(value, self._nearer(value), decimals)

    def not_applied(self, value: float, sentence: str) -> Check:
        """The check of a scan for which the limit does not hold: passed, with a sentence that says so.

        Args:
            value: what was measured all the same.
        """
        return Check(self.code, value, self._nearer(value), True, sentence, self.origin, self.unit)

    def _nearer(self, value: float) -> float:
        if math.isinf(self.low) or math.isinf(self.high):
            return self.high if math.isinf(self.low) else self.low
        return self.low if value < (self.low + self.high) / 2 else self.high
