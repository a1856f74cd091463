import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adcore.cli import app
from tests.support.dicom_builder import series, upload, zipped
from tests.support.untrained import write_untrained_model

pytestmark = pytest.mark.usefixtures("remembered")


@pytest.mark.slow
def test_predict_writes_json_that_matches_the_contract(shared_data: Path, tmp_path: Path) -> None:
    model = write_untrained_model(tmp_path / "model")
    out = tmp_path / "result.json"
    scan = shared_data / "heads" / "swm" / "T1.nii.gz"
    arguments = [
        "predict",
        str(scan),
        "--age",
        "74",
        "--sex",
        "F",
        "--mmse",
        "26",
        *("--apoe-e4", "1", "--p-tau217", "positive", "--amyloid", "negative", "--fazekas", "2"),
        "--model",
        str(model),
        "--out",
        str(out),
    ]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    content = json.loads(out.read_text())
    assert 0 < content["fused"]["probability"] < 1
    assert content["record"]["mmse"] == 26
    recorded = {"apoe_e4": 1, "p_tau217": "positive", "amyloid": "negative", "fazekas": 2}
    assert content["record"] | recorded == content["record"]
    assert content["not_read_by_model"] == list(recorded)
    assert content["category"] in {"likely unimpaired", "likely impaired", "inconclusive"}


@pytest.mark.slow
def test_every_export_is_written_and_what_of_dicom_is_impossible_is_one_sentence(shared_data: Path, tmp_path: Path) -> None:
    model = write_untrained_model(tmp_path / "model")
    scan = shared_data / "heads" / "swm" / "T1.nii.gz"
    wanted = ["--report", str(tmp_path / "case.pdf"), "--overlay", str(tmp_path / "maps"), "--dicom", str(tmp_path / "dicom")]
    result = CliRunner().invoke(app, ["predict", str(scan), "--model", str(model), "--out", str(tmp_path / "x.json"), *wanted])
    assert (tmp_path / "case.pdf").read_bytes().startswith(b"%PDF-")
    maps = {"attention_vgg16.nii.gz", "attention_resnet50.nii.gz", "structures.nii.gz", "structures.tsv"}
    assert {path.name for path in (tmp_path / "maps").iterdir()} == maps
    assert "this scan was not read from DICOM images" in result.output
    pages = {"report_pdf.dcm", "picture_coronal.dcm", "picture_axial.dcm", "picture_vgg16.dcm", "picture_resnet50.dcm"}
    assert {path.name for path in (tmp_path / "dicom").iterdir()} == pages
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("option", "sentence"), [(("--mmse", "31"), "MMSE takes a whole number from 0 to 30"), (("--sex", "X"), "Sex takes")]
)
def test_a_bad_field_is_one_sentence_and_no_traceback(option: tuple[str, str], sentence: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["predict", str(tmp_path / "missing.nii"), *option])
    assert result.exit_code == 1
    assert sentence in result.output
    assert "Traceback" not in result.output


@pytest.mark.slow
def test_a_childs_series_is_refused_by_its_header_whatever_age_is_entered(tmp_path: Path) -> None:
    archive, model = tmp_path / "series.zip", write_untrained_model(tmp_path / "model")
    archive.write_bytes(zipped(upload(series(PatientAge="003Y"))))
    result = CliRunner().invoke(app, ["predict", str(archive), "--age", "70", "--confirm-header", "--model", str(model)])
    assert result.exit_code == 1
    assert "its header states an age of 3 years" in " ".join(result.output.split())
    assert "probability" not in result.output


@pytest.mark.slow
def test_several_series_are_listed_and_one_is_chosen_by_its_number(tmp_path: Path) -> None:
    archive = tmp_path / "series.zip"
    archive.write_bytes(zipped(upload([*series(number=4), *series(number=6)])))
    result = CliRunner().invoke(app, ["predict", str(archive)])
    assert result.exit_code == 1
    assert "--series" in result.output
    assert [line[:6] for line in result.output.splitlines()[1:]] == ["1. MR,", "2. MR,"]
    result = CliRunner().invoke(app, ["predict", str(archive), "--series", "7"])
    assert result.exit_code == 1
    assert "There is no series 7: the upload contains 2." in result.output
    model = write_untrained_model(tmp_path / "model")
    result = CliRunner().invoke(app, ["predict", str(archive), "--series", "2", "--model", str(model)])
    assert "There are several series" not in result.output


def test_there_is_no_way_to_give_a_cdr(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["predict", str(tmp_path / "missing.nii"), "--cdr", "1"])
    assert result.exit_code == 2
