"""The version stands in one place; whatever else names it agrees."""

import re
import subprocess
import sys

from typer.testing import CliRunner

from adcore import __version__
from adcore.cli import app
from tests.packaging.imports import ROOT


def test_the_command_line_says_it() -> None:
    result = CliRunner().invoke(app, ["--version"])
    assert result.exit_code == 0
    assert result.output == f"adcore {__version__}\n"


def test_saying_it_loads_no_torch() -> None:
    code = (
        "import sys; from adcore.cli import app\n"
        "try: app(['--version'])\n"
        "except SystemExit: print(sorted({'torch', 'monai', 'numpy', 'nibabel'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said == f"adcore {__version__}\n[]\n"


def test_the_newest_release_of_the_changelog_and_the_citation_are_it() -> None:
    release = re.search(r"^## (\d\S+) \((\d{4}-\d\d-\d\d)\)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    citation = (ROOT / "CITATION.cff").read_text()
    assert release is not None
    assert release[1] == __version__
    assert f"\nversion: {__version__}\n" in citation
    assert f'\ndate-released: "{release[2]}"\n' in citation
