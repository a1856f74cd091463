"""One scan, one answer: the page, the command line, Python and HTTP, each by its own way in, with the real pipeline.

All of it in one process, which registers and segments the same voxels once: a way that read others would not find them.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

import adcore.worker
import app.runtime
from adcore import ClinicalRecord, analyse, load_predictor, read_scan
from adcore.cli import app as command_line
from app.api import api_routes
from app.api.openapi import ANALYSE
from app.state.keys import ANALYSE_KEY, UPLOAD_KEY, field_key
from tests.browser.conftest import free_port
from tests.pages.conftest import MAIN
from tests.support.builders import file_bytes, head
from tests.support.identity_provider import served
from tests.support.untrained import write_untrained_model

FIELDS = {"age_years": "74", "sex": "F", "mmse": "26"}
OPTIONS = ["--age", "74", "--sex", "F", "--mmse", "26"]


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, remembered: None) -> Iterator[Path]:
    """The dashboard's runtime with an untrained model; gives the model's folder."""
    folder = write_untrained_model(tmp_path / "model")
    monkeypatch.setenv("ADCORE_MODEL", str(folder))
    monkeypatch.setattr(adcore.worker, "SUPPORTED", False)
    app.runtime.runtime.clear()
    yield folder
    app.runtime.runtime.clear()


def on_the_page(content: bytes) -> dict[str, Any]:
    session = AppTest.from_file(str(MAIN), default_timeout=120).run().switch_page("../pages/review.py").run()
    session.file_uploader(key=UPLOAD_KEY).set_value(("scan.nii.gz", content, "application/gzip")).run()
    for name, value in FIELDS.items():
        (session.selectbox if name == "sex" else session.text_input)(key=field_key(name)).set_value(value)
    session.button(key=ANALYSE_KEY).click().run()
    (file,) = [file for file in session.session_state["adcore_session"].offers.files.values() if file.label == "Result (JSON)"]
    document: dict[str, Any] = json.loads(file.make())
    return document


def by_http(content: bytes) -> dict[str, Any]:
    with served(Starlette(routes=api_routes()), free_port()) as address:
        answer = httpx2.post(address + ANALYSE, data=FIELDS, files={"scan": ("scan.nii.gz", content)}, timeout=120)
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    return document


def on_the_command_line(path: Path, model: Path) -> dict[str, Any]:
    told = CliRunner().invoke(command_line, ["predict", str(path), *OPTIONS, "--model", str(model), "--out", f"{path}.json"])
    assert told.exit_code == 0, told.output
    document: dict[str, Any] = json.loads(Path(f"{path}.json").read_text())
    return document


def numbers(part: Any, place: str = "") -> dict[str, Any]:
    """Every value of a document by its place, without what tells when and how long."""
    if isinstance(part, dict):
        kept = {key: value for key, value in part.items() if key not in ("created", "seconds")}
        return {name: value for key, inner in kept.items() for name, value in numbers(inner, f"{place}/{key}").items()}
    if isinstance(part, list):
        return {name: value for key, inner in enumerate(part) for name, value in numbers(inner, f"{place}/{key}").items()}
    return {place: part}


@pytest.mark.slow
def test_page_command_line_python_and_http_give_one_answer_to_one_scan(runtime: Path, tmp_path: Path) -> None:
    made = head((4.0, 4.0, 4.0))
    path = tmp_path / "scan.nii.gz"
    path.write_bytes(file_bytes(made.voxels, made.affine))
    record = ClinicalRecord.of(age_years=74, sex="F", mmse=26)
    python = numbers(json.loads(json.dumps(analyse(read_scan(path), record, load_predictor(str(runtime))).to_json())))
    assert 0 < python["/fused/probability"] < 1
    assert len(python) > 200
    for way in (on_the_page(path.read_bytes()), by_http(path.read_bytes()), on_the_command_line(path, runtime)):
        other = numbers(way)
        assert other.keys() == python.keys()
        for place, value in python.items():
            assert other[place] == (pytest.approx(value, abs=1e-6) if isinstance(value, float) else value), place
