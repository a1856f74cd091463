"""Every command line that a document shows can be typed: the command, its options and its arguments exist."""

import re
import shlex
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
import typer.main

from adcore.cli import app
from tests.support.documents import ROOT, blocks, documents, name, spans

MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^([a-z][\w-]*):(?!=)", MAKEFILE, re.M))
VARIABLES = set(re.findall(r"^(?:export )?([A-Z_]+) \?=", MAKEFILE, re.M)) | set(re.findall(r"\$\(([A-Z_]+)\)", MAKEFILE))
PROGRAM = re.compile(r"(?:^|\s)(?:\S*/)?adcore(?=\s|$)")

READ = [document for document in documents() if document.name != "CHANGELOG.md"]


def typed(document: Path) -> Iterator[str]:
    """Command lines in blocks, without prompts; a backslash goes on with the next line."""
    for block in blocks(document):
        if block.language in ("console", "bash", "sh", "shell"):
            prompts = block.language == "console"
            lines = block.code.replace("\\\n", " ").splitlines()
            yield from (line.removeprefix("$ ") for line in lines if line.strip() and (line.startswith("$ ") or not prompts))
        elif block.language == "indented":
            yield from (
                line for line in block.code.splitlines() if line.startswith(("make ", "adcore ", ".venv/bin/", "pytest "))
            )


def words(line: str) -> list[str]:
    return shlex.split(line, comments=True)


def command_of(line: list[str]) -> tuple[object, list[str], str]:
    """The Typer command that a line begins with, the words after it, and its name."""
    command, path = typer.main.get_command(app), "adcore"
    while line and hasattr(command, "commands") and line[0] in command.commands:
        command, path = command.commands[line[0]], f"{path} {line[0]}"
        line = line[1:]
    return command, line, path


def after_adcore(line: str) -> list[str] | None:
    """The words after the program's name; None where it is another program's line."""
    found = PROGRAM.search(line)
    runner = line[: found.start()].strip() if found else ""
    return words(line[found.end() :]) if found and (not runner or runner.startswith(("torchrun", ".venv/bin/torchrun"))) else None


@pytest.mark.parametrize("document", READ, ids=name)
def test_every_line_of_adcore_that_is_shown_can_be_typed(document: Path) -> None:
    broken = []
    for line in typed(document):
        rest = after_adcore(line)
        if rest is None:
            continue
        command, arguments, path = command_of(rest)
        if hasattr(command, "commands"):
            if not arguments or set(arguments) - {"--help", *options(command)}:
                broken.append(f"{line}: {path} has no such command")
            continue
        try:
            command.make_context(
                path, [word for word in arguments if word != "--help"] or [], resilient_parsing="--help" in arguments
            )
        except Exception as error:  # a usage error of click, whichever click Typer brings
            broken.append(f"{line}: {getattr(error, 'message', error)}")
    assert broken == []


@pytest.mark.parametrize("document", READ, ids=name)
def test_every_command_and_option_that_is_named_in_passing_exists(document: Path) -> None:
    broken = []
    for span in spans(document):
        if not span.startswith(("adcore ", ".venv/bin/adcore ")):
            continue
        command, arguments, path = command_of(words(span.partition("adcore ")[2]))
        flags = {word.partition("=")[0] for word in arguments if word.startswith("--")}
        if hasattr(command, "commands") and [word for word in arguments if not word.startswith("-")]:
            broken.append(f"{span}: {path} has no such command")
        if unknown := flags - {"--help", *options(command)}:
            broken.append(f"{span}: {path} has no {', '.join(unknown)}")
    assert broken == []


@pytest.mark.parametrize("document", READ, ids=name)
def test_every_target_and_variable_of_make_that_is_shown_exists(document: Path) -> None:
    lines = [*typed(document), *spans(document)]
    made = [words(line)[1:] for line in lines if re.match(r"make [a-zA-Z]", line)]
    unknown = {word for line in made for word in line if "=" not in word} - TARGETS
    assigned = {word.partition("=")[0] for line in made for word in line if "=" in word} - VARIABLES
    assert (unknown, assigned) == (set(), set())


@pytest.mark.parametrize("document", READ, ids=name)
def test_every_module_that_is_run_exists(document: Path) -> None:
    run = {found for line in [*typed(document), *spans(document)] for found in re.findall(r"python -m ([\w.]+)", line)}
    assert [module for module in run if find_spec(module) is None] == []


def options(command: object) -> set[str]:
    return {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
