"""Fixtures that every test may use."""

from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real scans beside the repository, or a skip where there is none."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"needs real scans in {SHARED_DATA}, which is absent")
    return SHARED_DATA
