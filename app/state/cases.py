"""The answered cases of one session, kept while its tab is open: a reader can go back to each, and no scan is read twice."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from app.state.review import Result, Study

MOST_CASES = 6
"""Each holds its scan and some 55 MB beside it (56 MB for 120 x 120 x 90 voxels), so the longest unopened goes for another."""

ANSWER_BYTES = 55_000_000
"""That, as one answer counts."""


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
    """The latest answer of each scan (sha256), the latest last."""

    by_scan: dict[str, KeptCase] = field(default_factory=dict)

    def keep(self, case: KeptCase) -> None:
        """Keep an answer as the latest, in place of an earlier one of its scan; drop the oldest case if there are too many."""
        self.forget(case.study.scan.sha256)
        self.by_scan[case.study.scan.sha256] = case
        while len(self.by_scan) > MOST_CASES:
            del self.by_scan[next(iter(self.by_scan))]

    def of_scan(self, scan_sha256: str) -> KeptCase | None:
        """The case of a scan."""
        return self.by_scan.get(scan_sha256)

    def forget(self, scan_sha256: str) -> None:
        """Drop the answer of a scan."""
        self.by_scan.pop(scan_sha256, None)

    def named(self, digits: str) -> KeptCase | None:
        """The case whose pseudonym has these digits, as a page's address names it."""
        cases = (case for case in self.latest_first() if case.study.scan.pseudonym.removeprefix("Case ") == digits)
        return next(cases, None)

    def latest_first(self) -> list[KeptCase]:
        """Every case."""
        return list(reversed(self.by_scan.values()))
