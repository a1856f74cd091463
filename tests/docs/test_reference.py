"""The tables of docs/reference against the code that they describe."""

import ast
import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from adcore.case.reason import AbstentionCode, CheckCode
from adcore.cli import app
from adcore.model.card import ModelCard
from adcore.predict import model_folder
from adcore.prepare.checks.limits import LIMITS
from adcore.prepare.segmentation.structures import STRUCTURES
from app.admission import TITLES
from app.user import OPENED_BY
from tests.support.documents import ROOT, rows, section, spans

REFERENCE = ROOT / "docs" / "reference"
VARIABLES, CHECKS, STRUCTURE_LIST, COMMANDS, FILES, PAGES, RESULT = (
    REFERENCE / f"{name}.md"
    for name in ("environment-variables", "checks", "structures", "command-line", "files", "pages", "json-schema")
)
SOURCES = [path for room in ("adcore", "app", "pages") for path in (ROOT / room).rglob("*.py")]


def first_column(text: str) -> set[str]:
    """What stands between backticks in the first cell of each row."""
    return {found for row in rows(text) for found in re.findall(r"`([^`]+)`", row[0])}


def first_arguments(*names: str) -> set[str]:
    """The text that calls of these names begin with, anywhere in the code: Check.of("noise", ...)."""
    return {
        node.args[0].value
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in names and node.args and isinstance(node.args[0], ast.Constant)
    }


def test_every_environment_variable_of_adcore_is_listed_and_no_other() -> None:
    read = [*SOURCES, *(ROOT / "tests").rglob("*.py"), ROOT / "Makefile", ROOT / "Dockerfile"]
    known = {
        found
        for path in read
        if path != Path(__file__)
        for found in re.findall(r"(?<!content_label=\")\bADCORE_[A-Z_]*[A-Z]\b", path.read_text())
    }
    assert first_column(section(VARIABLES, "Read by adcore")) == known


def test_every_variable_that_the_makefile_and_the_dockerfile_set_is_listed() -> None:
    makefile, dockerfile = (ROOT / "Makefile").read_text(), (ROOT / "Dockerfile").read_text()
    container = dockerfile.replace("\\\n", " ")
    exported = set(re.findall(r"\bexport (\w+) [?:]?=", makefile))
    final = container[container.rindex("\nFROM ") :]
    exported |= set(re.findall(r"(\w+)=", " ".join(re.findall(r"^ENV (.+)$", final, re.M)))) - {"PATH"}
    assert exported - first_column(section(VARIABLES, "Set by the Makefile, the Dockerfile or a child process")) == set()
    assigned = set(re.findall(r"^([A-Z_]+) \?=", makefile, re.M))
    assert assigned - first_column(section(VARIABLES, "Variables of make")) == set()


def test_every_check_of_a_scan_is_listed_and_no_other() -> None:
    assert {row[0].strip("`") for row in rows(section(CHECKS, "Scan checks"))} == {code.value for code in CheckCode}


def test_every_limit_of_a_check_is_told_as_it_is() -> None:
    distance = ModelCard.read(model_folder()).training_distance
    assert distance is not None
    told = {row[0].strip("`"): row[2] for row in rows(section(CHECKS, "Scan checks"))}
    for limit in (*LIMITS, distance.accepted):
        bounds = [round(bound, 2) for bound in (limit.low, limit.high) if math.isfinite(bound)]
        assert [float(number) for number in re.findall(r"\d+(?:\.\d+)?", told[limit.code])] == bounds, limit.code


def test_every_reason_to_abstain_is_listed_and_no_other() -> None:
    told = [row[0] for row in rows(section(CHECKS, "Abstention reasons")) if row[0].startswith("`")]
    assert sorted(told) == sorted(f"`{code.value}`" for code in AbstentionCode)


def test_every_check_of_a_map_is_listed_and_no_other() -> None:
    emitted = first_arguments("QualityCheck")
    assert emitted
    assert first_column(section(CHECKS, "Map checks")) == emitted


def test_every_structure_is_listed_with_its_label() -> None:
    told = [(int(row[0]), row[1]) for row in rows(STRUCTURE_LIST.read_text()) if row[0].isdigit()]
    assert told == [(0, "outside"), *((label, found.name) for label, found in enumerate(STRUCTURES, start=1))]


def commands() -> Iterator[tuple[str, object]]:
    """Every command that does something, by its full name."""
    waiting = [("adcore", typer.main.get_command(app))]
    while waiting:
        path, command = waiting.pop()
        if hasattr(command, "commands"):
            waiting += [(f"{path} {name}", inner) for name, inner in command.commands.items()]
        else:
            yield path, command


@pytest.mark.parametrize("path", [path for path, _ in commands()])
def test_every_option_of_a_command_is_listed_with_its_default_and_no_other(path: str) -> None:
    told = {row[0]: row[1] for row in rows(section(COMMANDS, path))}
    parameters = dict(commands())[path].params
    assert set(told) == {_shown(parameter) for parameter in parameters}
    for parameter in parameters:
        default = told[_shown(parameter)]
        if parameter.required:
            assert default == "required", parameter.name
        elif isinstance(parameter.default, bool):
            assert default == ("on" if parameter.default else "off"), parameter.name
        elif parameter.default is None or parameter.param_type_name == "argument":
            assert default == "", parameter.name
        else:
            assert default == f"`{str(parameter.default).removeprefix(f'{ROOT}/')}`", parameter.name


def _shown(parameter: object) -> str:
    """As the tables write a parameter."""
    if parameter.param_type_name == "argument":
        return f"`{parameter.name.upper()}{' ...' if parameter.nargs == -1 else ''}`"
    return " ".join(f"`{option}`" for option in (*parameter.opts, *parameter.secondary_opts))


def test_no_command_is_listed_that_does_not_exist() -> None:
    told = set(re.findall(r"^## (adcore .+)$", COMMANDS.read_text(), re.M))
    assert told == {path for path, _ in commands()}


def test_every_file_that_the_code_gives_a_name_of_its_own_is_listed() -> None:
    constant = re.compile(r'^[A-Z_]*FILE = "([\w.-]+\.\w+)"', re.M)
    written = {found for path in (ROOT / "adcore").rglob("*.py") for found in constant.findall(path.read_text())}
    assert len(written) > 10
    assert written - spans(FILES) == set()


def test_every_page_is_listed_with_its_title() -> None:
    told = {row[0]: row[1] for row in rows(PAGES.read_text()) if re.fullmatch(r"`/\w*`", row[1])}
    assert told == {title: f"`/{'' if name == 'start' else name}`" for name, title in TITLES.items()}


def test_every_page_is_listed_with_the_least_role_that_opens_it() -> None:
    told = {row[0]: row[2] for row in rows(PAGES.read_text()) if re.fullmatch(r"`/\w*`", row[1])}
    assert told == {title: OPENED_BY[name].word for name, title in TITLES.items()}


def test_every_key_of_a_result_is_explained_and_no_other() -> None:
    assert first_column(RESULT.read_text()) == set(_schema()["properties"])


def test_every_key_within_a_result_is_named() -> None:
    keys = {key for part in _schema()["$defs"].values() for key in part.get("properties", ())}
    assert len(keys) > 50
    assert keys - spans(RESULT) == set()


def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((REFERENCE / "analysis.schema.json").read_text())
    return schema
