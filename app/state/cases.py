"""The answers of one session, kept while its tab is open: a reader can go back to each, and none is computed twice."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from app.state.review import Result, Study

MOST_ANSWERS = 6
"""Each holds its scan and some 50 MB beside it (51 MB for 120 x 120 x 90 voxels), so the longest unopened goes for another."""


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
    """The answers by the key of their inputs, the latest last; a case has several if its fields were changed."""

    by_key: dict[str, KeptCase] = field(default_factory=dict)

    def keep(self, case: KeptCase) -> None:
        """Keep an answer as the latest, and drop the oldest if there are too many."""
        self.by_key.pop(case.result.key, None)
        self.by_key[case.result.key] = case
        while len(self.by_key) > MOST_ANSWERS:
            del self.by_key[next(iter(self.by_key))]

    def answer(self, key: str) -> Result | None:
        """The answer to these inputs."""
        case = self.by_key.get(key)
        return case.result if case else None

    def of_scan(self, scan_sha256: str) -> KeptCase | None:
        """The case of a scan, with its latest answer."""
        return next((case for case in self.latest_first() if case.study.scan.sha256 == scan_sha256), None)

    def forget(self, scan_sha256: str) -> None:
        """Drop the answers of a scan."""
        self.by_key = {key: case for key, case in self.by_key.items() if case.study.scan.sha256 != scan_sha256}

    def named(self, digits: str) -> KeptCase | None:
        """The case whose pseudonym has these digits, as a page's address names it, with its latest answer."""
        cases = (case for case in self.latest_first() if case.study.scan.pseudonym.removeprefix("Case ") == digits)
        return next(cases, None)

    def latest_first(self) -> list[KeptCase]:
        """Every case with its latest answer."""
        latest: dict[str, KeptCase] = {}
        for case in reversed(self.by_key.values()):
            latest.setdefault(case.study.scan.sha256, case)
        return list(latest.values())
