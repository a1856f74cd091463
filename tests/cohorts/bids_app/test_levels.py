import json
import shlex
import shutil
import subprocess
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import PackageNotFoundError
from importlib.metadata import files as metadata_files
from pathlib import Path
from types import SimpleNamespace

import nibabel as nib
import pandas as pd
import pytest
from typer.main import get_command
from typer.testing import CliRunner, Result

from adcore.cli import app
from adcore.cli.bids import spread
from adcore.cohorts import analyse_cohort as module
from adcore.cohorts.bids_app import derivatives
from adcore.model.card import ModelCard
from adcore.predict import model_folder
from adcore.prepare.segmentation.structures import STRUCTURES
from adcore.version import __version__
from tests.support.builders import file_bytes, head
from tests.support.documents import ROOT
from tests.support.untrained import write_untrained_model

pytestmark = pytest.mark.usefixtures("remembered")

PARTICIPANTS = "participant_id\tage\tsex\tMMSE\tcdr\nsub-01\t71\tF\t29\t0\nsub-02\t98\tM\tn/a\t0.5\n"

FIRST, SECOND, FAILING = "sub-01/ses-M00/anat/sub-01_ses-M00", "sub-01/ses-M12/anat/sub-01_ses-M12", "sub-02/anat/sub-02"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    for number, name in enumerate((FIRST, SECOND, FAILING)):
        made = head((8.0 + number, 8.0, 8.0))
        path = folder / f"{name}_T1w.nii"
        path.parent.mkdir(parents=True)
        path.write_bytes(file_bytes(made.voxels, made.affine, ".nii"))
        path.with_suffix(".json").write_text('{"Modality": "MR"}')
    about = {"Name": "A clinic", "BIDSVersion": "1.10.0", "DatasetType": "raw", "Authors": ["A One", "B Two"]}
    (folder / "dataset_description.json").write_text(json.dumps(about))
    (folder / "README").write_text("Synthetic heads, made for a test of what reads BIDS folders. " * 4)
    (folder / "participants.tsv").write_text(PARTICIPANTS)
    columns = {name: {"Description": name} for name in ("age", "sex", "MMSE", "cdr")}
    (folder / "participants.json").write_text(json.dumps(columns))
    return folder


@pytest.fixture
def asked(asked: list[float | None], monkeypatch: pytest.MonkeyPatch) -> list[float | None]:
    """With the shipped model's card, which the derivatives tell of."""
    card = ModelCard.read(model_folder())
    monkeypatch.setattr(module, "_predictor", lambda model: SimpleNamespace(card=card))
    return asked


@pytest.fixture
def plain_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing three reports takes a second; the report has tests of its own."""
    monkeypatch.setattr(derivatives, "report_pdf", lambda analysis, card: b"%PDF-")


def run(source: Path, level: str, *options: str) -> Result:
    return CliRunner().invoke(app, ["bids", str(source), str(source / "derivatives" / "adcore"), level, *options])


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
@pytest.mark.usefixtures("asked", "plain_report")
def test_both_levels_write_derivatives_that_the_validators_accept(source: Path, valid: Callable[[Path], None]) -> None:
    out = source / "derivatives" / "adcore"
    result = run(source, "participant")
    assert result.exit_code == 0, result.output
    result = run(source, "group")
    assert result.exit_code == 0, result.output
    assert "3 of 3 scans were analysed: 1 likely unimpaired, 1 inconclusive, 1 without an answer." in result.output
    endings = {"dseg.nii.gz", "dseg.json", "volumes.tsv", "volumes.json", "report.pdf", "analysis.json"}
    assert {name for name in files(out / "sub-01") if "M12" in name} == {f"{SECOND[7:]}_{ending}" for ending in endings}
    assert files(out / "sub-02") == {"anat/sub-02_report.pdf", "anat/sub-02_analysis.json"}  # its check failed
    about = json.loads((out / "dataset_description.json").read_text())
    assert (about["DatasetType"], about["DatasetLinks"]) == ("derivative", {"raw": "../.."})
    valid(source)
    valid(out)


@pytest.fixture
def valid() -> Callable[[Path], None]:
    """Validates a folder: by the current validator, and a source by npm's last version, too, which knows no derivatives."""
    programs = [path for path in (installed("bids-validator-deno"), shutil.which("bids-validator")) if path]
    if not programs:
        pytest.skip("needs bids-validator-deno (requirements-dev.txt), or npm's bids-validator on the path")

    def check(folder: Path) -> None:
        for program in programs:
            if program.endswith("-deno") or folder.name == "raw":
                said = subprocess.run([program, str(folder)], capture_output=True, text=True)
                assert said.returncode == 0, said.stdout + said.stderr

    return check


def installed(package: str) -> str | None:
    """The program that a package brings under its own name, on the path or not; None where the package is not here."""
    with suppress(PackageNotFoundError):
        return next((str(file.locate()) for file in metadata_files(package) or () if file.name == package), None)
    return None


@pytest.mark.usefixtures("asked", "plain_report")
def test_the_labels_have_names_and_every_volume_has_a_row(source: Path) -> None:
    assert run(source, "participant", "--participant_label", "01", "--session-label", "M00").exit_code == 0
    out = source / "derivatives" / "adcore"
    names = pd.read_csv(out / "dseg.tsv", sep="\t").set_index("index")["name"]
    assert names.tolist() == ["outside", *(structure.name for structure in STRUCTURES)]
    labels = nib.load(out / f"{FIRST}_dseg.nii.gz")
    assert labels.shape == nib.load(source / f"{FIRST}_T1w.nii").shape
    volumes = pd.read_csv(out / f"{FIRST}_volumes.tsv", sep="\t").set_index("structure")
    assert set(names[1:]) <= set(volumes.index)
    assert volumes.loc["left hippocampus", "index"] == "1"
    parts = volumes.loc[[structure.name for structure in STRUCTURES], "volume_ml"]
    assert parts.sum() == pytest.approx(volumes.loc["intracranial volume", "volume_ml"])
    sidecar = json.loads((out / f"{FIRST}_volumes.json").read_text())
    assert list(sidecar) == ["structure", *volumes.columns]
    assert "healthy adults" in sidecar["z"]["Description"]


@pytest.mark.slow
@pytest.mark.usefixtures("plain_report")
def test_a_job_a_participant_and_then_the_group_are_one_run(source: Path, asked: list[float | None]) -> None:
    for label in ("01", "sub-02"):
        assert run(source, "participant", "--participant-label", label).exit_code == 0
    assert asked == [71, 72, 98]
    assert run(source, "participant").exit_code == 0
    table = source / "derivatives" / "adcore" / "group_T1w.tsv"
    assert run(source, "group").exit_code == 0
    assert len(asked) == 3
    rows = pd.read_csv(table, sep="\t", keep_default_na=False, na_values="n/a")
    assert rows["participant_id"].tolist() == ["sub-01", "sub-01", "sub-02"]
    assert rows["session_id"].tolist()[:2] == ["ses-M00", "ses-M12"]
    assert rows["p_fused"].notna().tolist() == [True, True, False]
    assert list(json.loads(table.with_suffix(".json").read_text())) == list(rows.columns)
    (source / "derivatives" / "adcore" / f"{FIRST}_dseg.nii.gz").unlink()
    assert run(source, "participant").exit_code == 0
    assert asked[3:] == [71]  # a file that is missing is written again


@pytest.mark.usefixtures("asked", "plain_report")
def test_the_group_has_no_row_of_a_scan_that_took_the_place_of_the_analysed_one(source: Path) -> None:
    assert run(source, "participant").exit_code == 0
    shutil.copy(source / f"{SECOND}_T1w.nii", source / f"{FIRST}_T1w.nii")
    result = run(source, "group")
    assert result.exit_code == 1
    assert "ses-M00_T1w.nii: Not analysed yet" in result.output


@pytest.mark.usefixtures("asked", "plain_report")
def test_a_scan_that_cannot_be_read_is_a_sentence_and_exit_code_1_and_the_others_are_written(source: Path) -> None:
    (source / f"{FIRST}_T1w.nii").write_bytes(b"no scan")
    result = run(source, "participant")
    assert result.exit_code == 1
    assert "ses-M00_T1w.nii: " in result.output
    assert (source / "derivatives" / "adcore" / f"{SECOND}_dseg.nii.gz").is_file()


def test_folders_that_cannot_be_are_refused(source: Path) -> None:
    result = run(source, "group")
    assert result.exit_code == 1
    assert "Run the participant level first" in result.output
    result = CliRunner().invoke(app, ["bids", str(source), str(source), "participant"])
    assert result.exit_code == 1
    assert "is the BIDS folder itself" in result.output
    result = run(source / "nowhere", "participant")
    assert result.exit_code == 1
    assert "nowhere, but it does not exist" in " ".join(result.output.split())


def test_labels_are_written_as_bids_apps_do() -> None:
    said = spread(["BIDS", "OUT", "participant", "--participant_label", "01", "02", "--workers", "2", "--session-label=M00"])
    labels = ["--participant-label", "01", "--participant-label", "02"]
    assert said == ["BIDS", "OUT", "participant", *labels, "--workers", "2", "--session-label=M00"]


def test_boutiques_makes_of_the_descriptor_a_command_line_that_can_be_typed() -> None:
    boutiques = pytest.importorskip("boutiques", reason="needs boutiques (requirements-dev.txt)")
    path = ROOT / "boutiques" / "adcore-bids.json"
    boutiques.validate(str(path))
    said = boutiques.execute("simulate", str(path), "-i", str(path.with_name("invocation.json"))).stdout
    words = shlex.split(said.strip().splitlines()[-1])
    assert words[:2] == ["adcore", "bids"]
    command = get_command(app).commands["bids"]
    given = command.make_context("bids", words[2:], resilient_parsing=True).params
    assert (given["participant_label"], given["level"], given["workers"]) == (["01", "02"], "participant", 2)
    descriptor = json.loads(path.read_text())
    assert descriptor["tool-version"] == __version__
    assert {found["id"] for found in descriptor["inputs"]} == {parameter.name for parameter in command.params}
    flags = {found["command-line-flag"] for found in descriptor["inputs"] if "command-line-flag" in found}
    assert flags == {option for parameter in command.params for option in parameter.opts if option.startswith("--")}


@pytest.mark.slow
def test_a_real_answer_fills_every_file(source: Path, tmp_path: Path) -> None:
    made, model = head((4.0, 4.0, 4.0)), write_untrained_model(tmp_path / "model")
    (source / f"{FIRST}_T1w.nii").write_bytes(file_bytes(made.voxels, made.affine, ".nii"))
    result = run(source, "participant", "--participant-label", "01", "--session-label", "M00", "--model", str(model))
    assert result.exit_code == 0, result.output
    out = source / "derivatives" / "adcore"
    assert (out / f"{FIRST}_report.pdf").read_bytes().startswith(b"%PDF-")
    found = json.loads((out / f"{FIRST}_analysis.json").read_text())
    volumes = pd.read_csv(out / f"{FIRST}_volumes.tsv", sep="\t").set_index("structure")
    assert volumes.loc["hippocampi", "z"] == pytest.approx(found["volumes"][0]["score"]["z"], rel=1e-6)
