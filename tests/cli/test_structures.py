from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from adcore.cli import app
from adcore.cohorts.ixi import LABEL_ENDING, SCAN_ENDING
from adcore.evaluation.segmentation import agreement
from adcore.evaluation.segmentation.agreement import Agreement

HELD_OUT, TAUGHT = "IXI048-HH-1326", "IXI012-HH-1211"
PLAIN = "as scanned"


@pytest.fixture
def ixi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one participant whom the shipped network saw and one whom it did not; what it finds is made up."""
    for person in (HELD_OUT, TAUGHT):
        for folder, ending in (("t1", SCAN_ENDING), ("dlmuse_seg", LABEL_ENDING)):
            (tmp_path / folder).mkdir(exist_ok=True)
            (tmp_path / folder / f"{person}{ending}").touch()
    pd.DataFrame({"MRID": [HELD_OUT, TAUGHT], "Age": [50, 60], "Sex": ["F", "M"]}).to_csv(tmp_path / "participants.csv")
    monkeypatch.setattr(agreement, "read_labelled", lambda subject: subject)
    monkeypatch.setattr(agreement, "measure", lambda degraded, _: {"left hippocampus": Agreement(0.66, 1.66)})
    return tmp_path


def test_a_network_is_measured_on_those_held_out_in_the_conditions_asked_for(ixi: Path) -> None:
    arguments = ["structures", "measure", "--data", str(ixi), "--out", str(ixi / "out"), "--condition", PLAIN]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert f"{PLAIN}: Dice" in result.stdout
    assert "0.660 (0.660 to 0.660)   1.660 (1.660 to 1.660)" in result.stdout
    (path,) = (ixi / "out").glob("agreement-*.csv")
    table = pd.read_csv(path)
    assert table[["person", "condition", "structure"]].to_numpy().tolist() == [[HELD_OUT, PLAIN, "left hippocampus"]]


def test_an_unknown_condition_is_named_with_those_that_there_are(ixi: Path) -> None:
    result = CliRunner().invoke(
        app, ["structures", "measure", "--data", str(ixi), "--out", str(ixi), "--condition", "upside down"]
    )
    assert result.exit_code == 2
    assert "upside down" in result.stderr
