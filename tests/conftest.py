"""Fixtures that every test may use."""

from pathlib import Path

import pytest

from adcore.networks.torchvision_pair import ensure_torchvision

ensure_torchvision()  # before any test imports a package that imports torchvision

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real scans beside the repository, or a skip where there is none."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"needs real scans in {SHARED_DATA}, which is absent")
    return SHARED_DATA
