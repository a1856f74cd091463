"""The risk file: every control names tests, they exist, and the document says what its source says."""

import re

import pytest
from pydantic import ValidationError

from tests.support.risks import DOCUMENT, SOURCE, RiskFile, RiskResults, lost, rendered

SOURCE_TEXT = SOURCE.read_text()
RISKS = RiskFile.of(SOURCE_TEXT)


def test_every_control_is_proven_by_tests_that_exist() -> None:
    assert lost(RISKS.tests()) == []


def test_every_test_that_a_document_shows_exists() -> None:
    shown = {
        f"tests/{found[2]}::{found[1]}"
        for document in DOCUMENT.parent.glob("*.md")
        for found in re.finditer(r"\[`(test_\w+)`\]\(\.\./\.\./tests/([\w/]+\.py)\)", document.read_text())
    }
    assert len(shown) > len(RISKS.tests())
    assert lost(shown) == []


def test_a_control_without_a_test_is_refused() -> None:
    first = SOURCE_TEXT.index("tests = [")
    with pytest.raises(ValidationError, match=r"control\.0\.tests"):
        RiskFile.of(SOURCE_TEXT[:first] + "tests = []" + SOURCE_TEXT[SOURCE_TEXT.index("]", first) + 1 :])


def test_a_test_that_is_gone_or_skipped_proves_nothing(tmp_path) -> None:
    (tmp_path / "test_one.py").write_text(
        "def test_kept(): ...\n@pytest.mark.skip\ndef test_skipped(): ...\ndef helper():\n    def test_inside(): ...\n"
    )
    named = {f"test_one.py::test_{name}" for name in ("kept", "skipped", "inside", "renamed")} | {"test_two.py::test_kept"}
    assert lost(named, tmp_path) == sorted(named - {"test_one.py::test_kept"})


def test_the_document_is_the_source_rendered() -> None:
    assert DOCUMENT.read_text() == rendered(RISKS), "write it anew: make risks"


def test_a_run_tells_each_controls_result(tmp_path) -> None:
    control = RISKS.hazard[0].cause[0].control[0]
    results = RiskResults(tmp_path / "build" / "risks.md")
    one, other = control.tests
    for test, outcome in ((f"{one}[a]", "failed"), (f"{one}[b]", "passed"), (other, "passed")):
        results.pytest_runtest_logreport(pytest.TestReport(test, (test, 0, test), {}, outcome, None, "call"))
    results.pytest_sessionfinish()
    first, second = [line for line in (tmp_path / "build" / "risks.md").read_text().splitlines() if line.startswith("| ")][2:4]
    assert first.endswith("| failed: 1 of 2 |")
    assert second.endswith("| not run |")
