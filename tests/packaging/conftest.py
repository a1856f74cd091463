"""The wheel, built once for all tests that look at it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging.imports import ROOT

PACKAGES = ("adcore", "app", "assets", "models", "pages", "tests")
FILES = ("pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE")


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built without a network in a folder of links, so that the tree stays as it is."""
    tree = tmp_path_factory.mktemp("tree")
    for name in (*PACKAGES, *FILES):
        (tree / name).symlink_to(ROOT / name)
    options = ["--no-build-isolation", "--no-deps", "--no-index", "--disable-pip-version-check", "--quiet"]
    command = [sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", "dist", "."]
    built = subprocess.run(command, cwd=tree, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    (found,) = (tree / "dist").iterdir()
    return found
