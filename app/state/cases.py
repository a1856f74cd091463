"""The answered cases of one session, kept while its tab is open, so that a reader can go back to each with its answer."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from app.state.review import Result, Study

MOST_CASES = 6
"""Each holds its scan and maps in memory, so the longest unopened goes when another comes."""


@dataclass(frozen=True, eq=False)
class KeptCase:
    """One answered case.

    Attributes:
        answered: when its answer was shown.
    """

    study: Study
    result: Result
    answered: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(eq=False)
class KeptCases:
    """The cases by their scan's sha256, the latest last."""

    by_scan: dict[str, KeptCase] = field(default_factory=dict)

    def keep(self, case: KeptCase) -> None:
        """Keep a case in place of an earlier one of its scan, and of the oldest if there are too many."""
        scan = case.study.scan.sha256
        self.by_scan.pop(scan, None)
        self.by_scan[scan] = case
        while len(self.by_scan) > MOST_CASES:
            del self.by_scan[next(iter(self.by_scan))]

    def named(self, digits: str) -> KeptCase | None:
        """The case whose pseudonym has these digits, as a page's address names it."""
        cases = (case for case in self.by_scan.values() if case.study.scan.pseudonym.removeprefix("Case ") == digits)
        return next(cases, None)

    def latest_first(self) -> list[KeptCase]:
        """All of them."""
        return list(reversed(self.by_scan.values()))
