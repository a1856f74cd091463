import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from adcore import __version__
from adcore.case.clinical import FIELDS, RECORDED_FIELDS
from adcore.case.reason import CheckCode
from adcore.case.scan import SourceFormat
from adcore.cli import app
from adcore.model.shipped import SHIPPED_MODELS
from adcore.model.weights import file_sha256
from adcore.prepare.segmentation.structures import STRUCTURES
from adcore.volumetry.findings import MEASURES
from tests.cli.test_commands import loaded_by


@pytest.fixture(scope="module")
def content() -> dict[str, Any]:
    result = CliRunner().invoke(app, ["info", "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_info_loads_no_torch() -> None:
    assert loaded_by(["info", "--json"]).isdisjoint({"torch", "monai"})


def test_shipped_models_are_listed_with_the_hashes_of_their_files(content: dict[str, Any]) -> None:
    models = {model["folder"]: model for model in content["models"]}
    assert set(models) == {"oasis1", "structures"}
    assert [name for name, model in models.items() if model["default"]] == ["oasis1"]
    weights = SHIPPED_MODELS / "structures" / "structures.safetensors"
    assert models["structures"]["sha256"] == {weights.name: file_sha256(weights)}


def test_every_structure_and_volume_is_listed(content: dict[str, Any]) -> None:
    assert [structure["name"] for structure in content["structures"]] == [structure.name for structure in STRUCTURES]
    assert {volume["name"] for volume in content["volumes"]} == set(MEASURES)
    assert next(volume for volume in content["volumes"] if volume["name"] == "hippocampi")["structures"] == [
        "left hippocampus",
        "right hippocampus",
    ]


def test_every_check_is_listed_with_a_bound_and_an_origin(content: dict[str, Any]) -> None:
    assert {check["code"] for check in content["checks"]} == set(CheckCode) - {CheckCode.PREPARATION}
    for check in content["checks"]:
        assert check["low"] is not None or check["high"] is not None
        assert check["origin"].endswith(".")


def test_every_readable_format_and_field_is_listed(content: dict[str, Any]) -> None:
    assert {scan["format"] for scan in content["inputs"]["scans"]} == set(SourceFormat) - {SourceFormat.SYNTHETIC}
    unread = {field["name"] for field in content["inputs"]["fields"] if not field["read_by_model"]}
    assert len(content["inputs"]["fields"]) == len(FIELDS) + len(RECORDED_FIELDS)
    assert unread == {field.name for field in RECORDED_FIELDS}


def test_versions_and_extras_are_those_installed(content: dict[str, Any]) -> None:
    assert content["versions"]["adcore"] == __version__
    assert content["versions"]["torch"] is not None
    assert set(content["extras"]) == {"app", "dask", "oidc", "pacs", "store", "train"}
    assert content["extras"]["train"] is True


def test_without_json_the_same_is_printed_as_text(content: dict[str, Any]) -> None:
    output = CliRunner().invoke(app, ["info"]).output
    names = [entry["name"] for section in ("structures", "volumes", "checks") for entry in content[section]]
    assert [name for name in names if name not in output] == []


def test_a_damaged_card_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "card.json").write_text("{}")
    monkeypatch.setenv("ADCORE_MODELS", str(tmp_path))
    result = CliRunner().invoke(app, ["info"])
    assert result.exit_code == 1
    assert "mine/card.json has no seal" in result.output
