"""The form every check of a scan takes: a name, a value, a threshold and a sentence."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Check:
    """One test of a scan's fitness.

    Attributes:
        name: short, for a table: "registration", "skull strip".
        value: what was measured, in `unit`.
        threshold: the value at which it starts to fail.
        passed: whether the scan is fit in this respect; a failed check withholds the probability.
        sentence: what it means, for the clinician.
        origin: where the threshold comes from.
    """

    name: str
    value: float
    threshold: float
    passed: bool
    sentence: str
    origin: str
    unit: str = ""

    @classmethod
    def of(
        cls, name: str, value: float, threshold: float, passed: bool, finding: str, advice: str, origin: str, unit: str = ""
    ) -> Self:
        """A check whose sentence is the finding, and what to do where it failed."""
        return cls(name, value, threshold, passed, finding if passed else f"{finding} {advice}", origin, unit)
