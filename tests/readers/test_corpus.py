"""Each hostile or odd file of the corpus has the outcome that is written beside it, and costs little memory."""

import re
import sys
from pathlib import Path
from time import process_time

import numpy as np
import pytest

from adcore.errors import AdcoreError
from adcore.readers import read_scan
from adcore.readers.isolation import attempt
from tests.readers.corpus import CASES, Case, Outcome, write
from tests.readers.corpus.case import PACKED, VOXELS

MAX_REFUSAL_BYTES = 200_000_000
"""Program and child together, above what both take when idle."""

MAX_REFUSAL_SECONDS = 5.0
"""Of processor time."""

PATIENT = "Doe_Jane_1941"


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    path = tmp_path_factory.mktemp("good") / "head.nii.gz"
    path.write_bytes(PACKED)
    np.testing.assert_array_equal(attempt(read_scan, path).result().voxels, VOXELS)  # both processes are warm now
    return path


def test_no_two_cases_share_a_name():
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_case_has_its_outcome(case, tmp_path, good):
    folder = tmp_path / PATIENT
    folder.mkdir()
    path = write(case, folder)
    start = process_time()
    here = _try_here(path)
    taken = process_time() - start
    idle = _measure_from_now()
    there = attempt(read_scan, path)
    risen = _resident("VmHWM") - idle
    for scan, error in ((there.value, there.error), here):
        _check(case, scan, error, path)
    if case.outcome is Outcome.REJECTED:
        assert taken < MAX_REFUSAL_SECONDS
    if case.outcome is Outcome.REJECTED and sys.platform == "linux":
        assert risen + there.peak_bytes < MAX_REFUSAL_BYTES
    np.testing.assert_array_equal(attempt(read_scan, good).result().voxels, VOXELS)


def _try_here(path: Path):
    try:
        return read_scan(path), None
    except AdcoreError as error:
        return None, error


def _check(case: Case, scan, error, path: Path) -> None:
    if case.outcome is Outcome.REJECTED:
        assert isinstance(error, AdcoreError), scan
        sentence = str(error)
        assert re.search(case.says, sentence), sentence
        assert re.fullmatch(r"[A-Z][^\n]{20,400}\.", sentence), sentence
        assert not any(word in sentence for word in (*path.parts, *PATIENT.split("_"), "Traceback", "Error")), sentence
        return
    assert error is None, error
    np.testing.assert_allclose(scan.voxels, case.voxels, rtol=1e-6)
    np.testing.assert_allclose(scan.affine, case.affine, atol=2e-5)
    assert scan.sides_known is case.sides_known
    if case.outcome is Outcome.HANDLED:
        assert scan.warnings == ()
    else:
        assert any(re.search(case.says, warning) for warning in scan.warnings), scan.warnings


def _measure_from_now() -> int:
    """Forget the highest memory so far; bytes resident now."""
    if sys.platform == "linux":
        Path("/proc/self/clear_refs").write_text("5")
    return _resident("VmRSS")


def _resident(field: str) -> int:
    if sys.platform != "linux":
        return 0
    status = Path("/proc/self/status").read_text()
    return int(re.search(rf"{field}:\s+(\d+) kB", status)[1]) * 1024
