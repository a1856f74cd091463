"""The risk file: docs/explanation/risks.toml as a value, as the document beside it, and with the results of a test run.

`python -m tests.support.risks` writes the document; `pytest --risk-results=FILE` writes it with each control's result.
"""

import ast
import subprocess
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, Field

from adcore import __version__

ROOT = Path(__file__).resolve().parents[2]
SOURCE, DOCUMENT = (ROOT / "docs" / "explanation" / f"risks.{suffix}" for suffix in ("toml", "md"))

BEGINNING = """# Risks

**Research prototype. Not a medical device. Not for diagnostic use.** The risk file, in the form of ISO 14971: hazards, what may
cause them, what controls each cause, and the tests that prove that control. Its source is `risks.toml` beside it, from which
`make risks` writes this page. A control without a test, or with one that no longer exists, fails the test suite.

`make test` writes each control's last result to `build/risks.md`; any run with `pytest --risk-results=FILE` does, for the tests
that it runs. A control's kind is *design* (the bad state can't arise), *protective* (it is caught and told) or *information*
(the user is told). Severity is that of the worst harm if nothing held it back. A probability stands only where something was
measured: nobody has used the program on patients, so no other could be told honestly, and no risk is called acceptable here.
"""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_min_length=1)


class Severity(StrEnum):
    """Qualitative levels of ISO/TR 24971."""

    NEGLIGIBLE = "negligible"
    MINOR = "minor"
    SERIOUS = "serious"
    CRITICAL = "critical"
    CATASTROPHIC = "catastrophic"


class Kind(StrEnum):
    """Kinds of risk control, in the order in which ISO 14971 has them considered."""

    DESIGN = "design"
    PROTECTIVE = "protective"
    INFORMATION = "information"


class Control(_Part):
    """What holds a cause back; `tests` are pytest's ids without parameters."""

    control: str
    kind: Kind
    tests: list[str] = Field(min_length=1)


class Cause(_Part):
    """What may bring a hazard about."""

    cause: str
    control: list[Control] = Field(min_length=1)


class Hazard(_Part):
    """A hazard with its harm, and what remains of the risk."""

    id: str
    name: str
    harm: str
    severity: Severity
    probability: str | None = None
    residual: str
    cause: list[Cause] = Field(min_length=1)


class RiskFile(_Part):
    """All hazards."""

    hazard: list[Hazard] = Field(min_length=1)

    @classmethod
    def of(cls, text: str) -> "RiskFile":
        """From TOML.

        Raises:
            ValidationError: something is missing, a control's tests among it.
        """
        return cls.model_validate(tomllib.loads(text))

    def tests(self) -> set[str]:
        """Every test that proves a control."""
        return {test for hazard in self.hazard for cause in hazard.cause for control in cause.control for test in control.tests}


def lost(tests: set[str], root: Path = ROOT) -> list[str]:
    """Those that no longer exist, or that a mark keeps from proving anything."""
    kept = {f"{file}::{name}" for file in {test.partition("::")[0] for test in tests} for name in _proving(root / file)}
    return sorted(tests - kept)


def _proving(file: Path) -> Iterator[str]:
    for node in ast.parse(file.read_text()).body if file.is_file() else []:
        if isinstance(node, ast.FunctionDef) and not any(
            ast.unparse(mark).partition("(")[0] in ("pytest.mark.skip", "pytest.mark.xfail") for mark in node.decorator_list
        ):
            yield node.name


def rendered(risks: RiskFile, results: dict[str, str] | None = None, beginning: str = BEGINNING) -> str:
    """As Markdown.

    Args:
        results: pytest's outcome of each test that ran; None leaves results out.
    """
    return beginning + "".join(_section(hazard, results) for hazard in risks.hazard)


def _section(hazard: Hazard, results: dict[str, str] | None) -> str:
    heads = ["Cause", "Control", "Kind", "Proven by", *(["Result"] if results is not None else [])]
    lines = [f"\n## {hazard.name}\n", f"*Harm*: {hazard.harm} *Severity*: {hazard.severity}.\n"]
    if hazard.probability:
        lines.append(f"*Probability*: {hazard.probability}\n")
    lines += [_row(heads), _row(["---"] * len(heads))]
    for cause in hazard.cause:
        for place, control in enumerate(cause.control):
            cells = [cause.cause if place == 0 else "", control.control, control.kind]
            if results is None:
                lines.append(_row([*cells, ", ".join(map(_link, control.tests))]))
            else:
                lines.append(_row([*cells, ", ".join(control.tests), _result(control, results)]))
    return "\n".join([*lines, f"\n*What remains*: {hazard.residual}\n"])


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _link(test: str) -> str:
    file, _, name = test.partition("::")
    return f"[`{name}`](../../{file})"


def _result(control: Control, results: dict[str, str]) -> str:
    outcomes = [results.get(test, "not run") for test in control.tests]
    worst = max(outcomes, key=_WORST_LAST.index)
    return worst if len(set(outcomes)) == 1 else f"{worst}: {outcomes.count(worst)} of {len(outcomes)}"


_WORST_LAST = ("passed", "not run", "skipped", "failed")


class RiskResults:
    """A plugin of pytest that writes the document with results when the run ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._outcomes: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Of a test's phases and parameters the worst outcome counts."""
        test = report.nodeid.partition("[")[0]
        self._outcomes[test] = max(self._outcomes.get(test, "passed"), report.outcome, key=_WORST_LAST.index)

    def pytest_sessionfinish(self) -> None:
        """Write it."""
        commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
        when = datetime.now(UTC).isoformat(timespec="seconds")
        beginning = f"# Risks, with the results of one test run\n\nadcore {__version__}, commit {commit or 'unknown'}, {when}\n"
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(rendered(RiskFile.of(SOURCE.read_text()), self._outcomes, beginning))


if __name__ == "__main__":
    DOCUMENT.write_text(rendered(RiskFile.of(SOURCE.read_text())))
