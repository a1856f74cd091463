"""Fixtures that every test may use."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from xdist.remote import Producer

from adcore.networks.torchvision_pair import ensure_torchvision
from tests.support.risks import RiskResults
from tests.support.shares import Shares, long_files_first

os.environ["ADCORE_DEMO_ANSWERS"] = "off"  # servers that tests start spend no time on answers that no test asked for

ensure_torchvision()  # before any test imports a package that imports torchvision

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real scans beside the repository, or a skip where there is none."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"needs real scans in {SHARED_DATA}, which is absent")
    return SHARED_DATA


@pytest.fixture(scope="module")
def remembered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """For a module's tests, a head that any test of the session has prepared is neither registered nor segmented again."""
    from tests.support.remembered import remembered_heads  # loads what prepares scans

    with remembered_heads(tmp_path_factory):
        yield


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--risk-results", type=Path, help="write the risk file with each control's result to this file")


def pytest_configure(config: pytest.Config) -> None:
    if (path := config.getoption("--risk-results")) and not hasattr(config, "workerinput"):
        config.pluginmanager.register(RiskResults(path))


@pytest.fixture(autouse=True)
def own_main_module() -> Iterator[None]:
    """Streamlit puts a page in the place of the main module, and processes that a later test spawns would run it."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    long_files_first(items)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Shares | None:
    """For `--dist loadfile`; None leaves the choice to xdist."""
    return Shares(config, log) if config.getvalue("dist") == "loadfile" else None
