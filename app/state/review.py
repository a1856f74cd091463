"""The patient under review, and the result of their analysis."""

from dataclasses import dataclass, field

from adcore.analysis import Analysis
from adcore.case.scan import Scan


@dataclass(frozen=True, eq=False)
class Study:
    """The patient under review.

    Attributes:
        origin: the demo patient's key, or the upload's digest and its series.
        title, story: how the page names and describes a demo patient; empty for an upload. Never a file's name, which may
            contain a person's.
        patient: patient and study as the archive has them, for what is sent back; None unless the scan came from there. Shown
            nowhere.
    """

    origin: str
    title: str
    story: str
    scan: Scan
    patient: dict[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True, eq=False)
class Result:
    """An analysis, and the key of the inputs it was made from."""

    key: str
    analysis: Analysis

    @property
    def shown(self) -> str:
        """What the viewer shows over the scan: maps by one method, or none. It does not hang on the clinical fields."""
        explanation = self.analysis.explanation
        return "no maps" if explanation is None else str(explanation.method)
