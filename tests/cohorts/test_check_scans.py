from pathlib import Path

import pandas as pd
import pytest
from PIL import Image
from typer.testing import CliRunner

from adcore.cli import app
from adcore.cohorts.check_scans import CHECKS_FILE
from adcore.cohorts.contact_sheet import COLUMNS, ROWS, join_pictures
from tests.support.builders import file_bytes, head
from tests.support.untrained import write_untrained_model

pytestmark = pytest.mark.usefixtures("remembered")


@pytest.fixture
def scans(tmp_path: Path) -> list[Path]:
    made = head((4.0, 4.0, 4.0))
    good, broken = tmp_path / "good.nii.gz", tmp_path / "broken.nii.gz"
    good.write_bytes(file_bytes(made.voxels, made.affine))
    broken.write_bytes(b"no scan")
    return [broken, good]


@pytest.mark.slow
def test_a_broken_scan_is_a_row_and_a_second_run_reads_only_what_is_new(tmp_path: Path, scans: list[Path]) -> None:
    model, out = write_untrained_model(tmp_path / "model"), tmp_path / "checked"
    arguments = ["--out", str(out), "--model", str(model)]
    first = CliRunner().invoke(app, ["check", str(scans[0]), *arguments])
    assert first.exit_code == 0
    assert "0 of 1 scans are fit" in first.output
    scans[0].unlink()  # a second reading of it would be another refusal
    second = CliRunner().invoke(app, ["check", *map(str, scans), *arguments])
    assert "1 of 2 scans are fit" in second.output
    table = pd.read_csv(out / CHECKS_FILE)
    assert list(table["scan"].unique()) == [str(scan) for scan in scans]
    assert "header is damaged" in table["sentence"][0]
    assert set(table[table["scan"] == str(scans[1])]["code"]) >= {"registration", "sharpness", "grey_and_white_matter"}
    assert [picture.name for picture in (out / "pictures").iterdir()] == ["0001.png"]
    assert (out / "sheet_01.png").is_file()


def test_pictures_fill_sheets_in_order(tmp_path: Path) -> None:
    pictures = []
    for number in range(COLUMNS * ROWS + 1):
        pictures.append(tmp_path / f"{number:04d}.png")
        Image.new("RGB", (10, 4), (number, 0, 0)).save(pictures[-1])
    sheets = join_pictures(pictures, tmp_path)
    assert [path.name for path in sheets] == ["sheet_01.png", "sheet_02.png"]
    first, second = (Image.open(path) for path in sheets)
    assert first.size == (10 * COLUMNS, 4 * ROWS)
    assert first.getpixel((10, 4)) == (COLUMNS + 1, 0, 0)
    assert second.getpixel((0, 0)) == (COLUMNS * ROWS, 0, 0)
