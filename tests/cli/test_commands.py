import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from adcore.cli import app
from adcore.cli.refusals import RefusingGroup


@pytest.mark.parametrize("arguments", [["--help"], ["study", "--help"], ["predict", "--help"]])
def test_help_loads_no_torch(arguments: list[str]) -> None:
    assert loaded_by(arguments).isdisjoint({"torch", "monai", "nilearn", "SimpleITK"})


def test_every_command_has_a_help_text() -> None:
    for command in ("predict", "bids", "check", "prepare", "train", "evaluate", "structures", "study", "audit"):
        result = CliRunner().invoke(app, [command, "--help"])
        assert result.exit_code == 0, result.output


def test_the_measurements_that_ship_are_made_under_study() -> None:
    for command in ("bench", "t88", "atlas", "reference", "visits", "rescans", "demo"):
        assert CliRunner().invoke(app, ["study", command, "--help"]).exit_code == 0
        assert CliRunner().invoke(app, [command, "--help"]).exit_code == 2


@pytest.mark.parametrize(("package", "known"), [("plotly", True), ("adcore.nowhere", False)])
def test_a_package_of_the_extra_is_asked_for_and_any_other_is_a_fault(package: str, known: bool) -> None:
    needy = typer.Typer(cls=RefusingGroup)
    needy.callback()(lambda: None)

    @needy.command()
    def draw() -> None:
        raise ModuleNotFoundError(f"No module named '{package}'", name=package)

    result = CliRunner().invoke(needy, ["draw"])
    assert result.exit_code == 1
    assert ("Install adcore[train] and try again." in result.output) == known
    assert isinstance(result.exception, SystemExit if known else ModuleNotFoundError)


@pytest.mark.parametrize(
    "arguments",
    [
        ["prepare", "--data", "FOLDER", "--out", "FOLDER/out"],
        ["structures", "norms", "--data", "FOLDER", "--runs", "FOLDER/runs"],
        ["study", "atlas", "--oasis1", "FOLDER", "--ixi", "FOLDER"],
        ["study", "reference", "--data", "FOLDER", "--model", "FOLDER"],
    ],
)
def test_a_refusal_is_one_sentence_on_standard_error(arguments: list[str], tmp_path: Path) -> None:
    result = CliRunner().invoke(app, [argument.replace("FOLDER", str(tmp_path)) for argument in arguments])
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1


def test_other_errors_keep_their_traceback(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail(*arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("adcore.cohorts.layouts.find_scans", fail)
    result = CliRunner().invoke(app, ["prepare", "--data", str(tmp_path), "--out", str(tmp_path / "out")])
    assert isinstance(result.exception, ZeroDivisionError)


def loaded_by(arguments: list[str]) -> set[str]:
    """The top-level packages that a fresh process has loaded once a command has ended."""
    code = "import sys, atexit\natexit.register(lambda: print(*{name.split('.')[0] for name in sys.modules}, file=sys.stderr))\n"
    code += f"from adcore.cli import app\napp({arguments!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stderr.split())
