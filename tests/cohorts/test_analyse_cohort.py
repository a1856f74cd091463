import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from adcore.analysis import Analysis
from adcore.case.clinical import ClinicalRecord
from adcore.case.scan import Scan
from adcore.cli import app
from adcore.cohorts import analyse_cohort as module
from adcore.cohorts.analyse_cohort import AnalysisTask, analyse_cohort
from adcore.cohorts.analysed_folder import CSV_FILE, PARQUET_FILE
from adcore.cohorts.manifest import read_manifest
from adcore.cohorts.prepared_folder import FAILED
from adcore.cohorts.shard import Shard
from adcore.errors import CohortError
from adcore.model.card_schema import MeasureCard
from adcore.model.seal import CARD_FILE
from adcore.predict import model_folder
from tests.support.builders import file_bytes, head
from tests.support.untrained import write_untrained_model

pytestmark = pytest.mark.usefixtures("remembered")

ROWS = {"A": "a.nii,A,71,F,29,0", "B": "b.nii,B,72,M,,0.5", "X": "x.nii,X,70,F,,"}


@pytest.fixture
def cohort(tmp_path: Path) -> Path:
    for name, spacing in (("a", 8.0), ("b", 9.0)):
        made = head((spacing, spacing, spacing))
        (tmp_path / f"{name}.nii").write_bytes(file_bytes(made.voxels, made.affine, ".nii"))
    (tmp_path / "x.nii").write_bytes(b"no scan")
    return write(tmp_path / "cohort.csv", ROWS)


def write(path: Path, rows: dict[str, str]) -> Path:
    path.write_text("\n".join(["path,person,age_years,sex,mmse,cdr", *rows.values()]) + "\n")
    return path


def run(cohort: Path, **options: object) -> pd.DataFrame:
    table = analyse_cohort(read_manifest(cohort), model_folder(), cohort.parent / "out", **options)
    assert table is not None
    return table


def test_every_scan_is_a_row_and_one_that_fails_has_a_sentence(cohort: Path, asked: list[float | None]) -> None:
    table = run(write(cohort, ROWS | {"B": "b.nii,B,98,M,,0.5", "Y": "y.nii,Y,70,F,,"}))
    assert list(table["person"]) == ["A", "B", "X"]
    assert table["p_fused"].notna().tolist() == [True, False, False]
    assert table["reasons"].tolist()[1] == "registration"
    assert "header is damaged" in table["failure"][2]
    assert table["cdr"].tolist()[:2] == [0.0, 0.5]
    failed = pd.read_csv(cohort.parent / "out" / FAILED, keep_default_na=False)
    assert failed["session"].tolist() == ["", "X_1"]
    assert "line 5: the scan does not exist" in failed["sentence"][0]


def test_a_models_own_measures_are_read_from_the_table(
    cohort: Path, asked: list[float | None], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "model").mkdir()
    measure = MeasureCard(name="ptau", known=30, low=0.1, high=2.0, centre=0.8, spread=0.4).model_dump()
    card = json.loads((model_folder() / CARD_FILE).read_text()) | {"measures": [measure]}
    (tmp_path / "model" / CARD_FILE).write_text(json.dumps(card))
    rows = {"": "path,person,age_years,ptau", "A": "a.nii,A,71,0.5", "B": 'b.nii,B,72,"5,5"'}
    cohort.write_text("\n".join(rows.values()) + "\n")
    table = analyse_cohort(read_manifest(cohort, ["ptau"]), tmp_path / "model", tmp_path / "out")
    assert table is not None
    assert table["measures"].tolist() == ["ptau=0.5", ""]
    assert "ptau: 1 values lie beyond those that the model was trained on" in caplog.text
    with pytest.raises(CohortError, match="There is no column ptau"):
        analyse_cohort(read_manifest(cohort), tmp_path / "model", tmp_path / "out")


def test_csv_and_parquet_hold_the_same(cohort: Path, asked: list[float | None]) -> None:
    table = run(cohort)
    parquet = pd.read_parquet(cohort.parent / "out" / PARQUET_FILE)
    pd.testing.assert_frame_equal(parquet, table)
    text = [name for name in table if not pd.api.types.is_numeric_dtype(table[name])]
    csv = pd.read_csv(cohort.parent / "out" / CSV_FILE, dtype=dict.fromkeys(text, str))
    pd.testing.assert_frame_equal(csv.fillna({name: "" for name in text}), table.fillna({name: "" for name in text}), rtol=1e-8)


def test_only_what_is_new_or_changed_is_analysed_again(cohort: Path, asked: list[float | None], tmp_path: Path) -> None:
    run(cohort)
    assert asked == [71, 72]
    os.utime(tmp_path / "a.nii", (0, 0))  # copied to another machine, say
    run(cohort)
    assert asked[2:] == []
    run(write(cohort, ROWS | {"B": "b.nii,B,73,M,,0.5"}))
    assert asked[2:] == [73]
    made = head((7.0, 7.0, 7.0))
    (tmp_path / "a.nii").write_bytes(file_bytes(made.voxels, made.affine, ".nii"))
    run(cohort)
    assert asked[3:] == [71]
    other = tmp_path / "model"
    other.mkdir()
    card = json.loads((model_folder() / CARD_FILE).read_text())
    (other / CARD_FILE).write_text(json.dumps(card | {"version": "other"}))
    analyse_cohort(read_manifest(cohort), other, tmp_path / "out")
    assert asked[4:] == [71, 73]


def test_a_run_that_is_stopped_keeps_what_is_done(
    cohort: Path, asked: list[float | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    analyse = module.analyse

    def stopped(scan: Scan, record: ClinicalRecord, *others: object, **named: object) -> Analysis:
        if record.age_years == 72:
            raise KeyboardInterrupt
        return analyse(scan, record, *others, **named)

    monkeypatch.setattr(module, "analyse", stopped)
    with pytest.raises(KeyboardInterrupt):
        run(cohort)
    rows = pd.read_csv(cohort.parent / "out" / CSV_FILE).set_index("person")
    assert rows.loc["A", "p_fused"] > 0
    assert "Not analysed yet" in rows.loc["B", "failure"]
    monkeypatch.setattr(module, "analyse", analyse)
    assert run(cohort)["p_fused"].notna().sum() == 2
    assert asked == [71, 72]


def test_a_fault_of_the_program_is_tried_again(cohort: Path, asked: list[float | None], monkeypatch: pytest.MonkeyPatch) -> None:
    analyse = module.analyse
    monkeypatch.setattr(module, "analyse", lambda *values, **named: 1 / 0)
    assert "broke down on this scan (ZeroDivisionError" in run(cohort)["failure"][0]
    monkeypatch.setattr(module, "analyse", analyse)
    assert run(cohort)["failure"].tolist()[:2] == ["", ""]


def test_shards_share_the_scans_and_the_run_without_one_gathers_them(cohort: Path, asked: list[float | None]) -> None:
    for number in (1, 2, 3):
        shard = Shard(number, 3)
        assert analyse_cohort(read_manifest(cohort), model_folder(), cohort.parent / "out", shard=shard) is None
    assert sorted(asked) == [71, 72]
    assert run(cohort)["p_fused"].notna().sum() == 2
    assert len(asked) == 2


def test_dask_workers_get_absolute_paths_and_do_nothing_that_is_stored(
    cohort: Path, asked: list[float | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def on_dask(
        work: Callable[[AnalysisTask], str],
        tasks: list[AnalysisTask],
        scheduler: str,
        failed: object,
        begin: object,
        stored: Callable[[AnalysisTask], str | None],
    ) -> Iterator[str]:
        assert scheduler == "tcp://10.0.0.1:8786"
        monkeypatch.chdir(Path("/"))  # the folder that a worker was started in
        for task in tasks * 2:  # each worker was lost after its task
            yield stored(task) or work(task)

    monkeypatch.setattr(module, "on_dask", on_dask)
    monkeypatch.chdir(cohort.parent)
    analyse_cohort(
        read_manifest(Path("cohort.csv")), model_folder(), Path("out"), scheduler="tcp://10.0.0.1:8786", shard=Shard(1, 1)
    )
    assert run(cohort)["p_fused"].notna().sum() == 2
    assert asked == [71, 72]


@pytest.mark.parametrize("of", [1, 3, 40])
def test_a_session_is_in_one_shard_and_shards_are_about_equal(of: int) -> None:
    held = [[shard.holds(f"sub-{n:04}") for shard in (Shard(number, of) for number in range(1, of + 1))] for n in range(2000)]
    assert all(sum(row) == 1 for row in held)
    sizes = [sum(column) for column in zip(*held, strict=True)]
    assert min(sizes) > 0.5 * 2000 / of


@pytest.mark.parametrize("text", ["0/4", "5/4", "3", "a/b", "1/0"])
def test_a_shard_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(CohortError, match="Expected a shard"):
        Shard.parse(text)


def test_an_option_that_would_do_nothing_is_refused(cohort: Path) -> None:
    single = CliRunner().invoke(app, ["predict", "--table", str(cohort), "--out", "out", "--age", "70"])
    assert single.exit_code == 2
    assert "--age" in single.output
    several = CliRunner().invoke(app, ["predict", "scan.nii", "--workers", "2"])
    assert several.exit_code == 2
    assert "--workers" in several.output
    both = CliRunner().invoke(
        app, ["predict", "--table", str(cohort), "--out", "out", "--workers", "2", "--scheduler", "tcp://10.0.0.1:8786"]
    )
    assert both.exit_code == 2
    assert "--scheduler" in both.output
    assert CliRunner().invoke(app, ["predict"]).exit_code == 2


@pytest.mark.slow
def test_one_scan_alone_and_as_a_row_get_the_same_answer(tmp_path: Path) -> None:
    made, model = head((4.0, 4.0, 4.0)), write_untrained_model(tmp_path / "model")
    (tmp_path / "a.nii").write_bytes(file_bytes(made.voxels, made.affine, ".nii"))
    cohort = write(tmp_path / "cohort.csv", {"A": ROWS["A"]})
    common = ["--model", str(model)]
    fields = ["--age", "71", "--sex", "F", "--mmse", "29", "--out", str(tmp_path / "a.json")]
    assert CliRunner().invoke(app, ["predict", str(tmp_path / "a.nii"), *fields, *common]).exit_code == 0
    result = CliRunner().invoke(app, ["predict", "--table", str(cohort), "--out", str(tmp_path / "out"), *common])
    assert "1 of 1 scans were analysed" in result.output
    alone, row = json.loads((tmp_path / "a.json").read_text()), pd.read_csv(tmp_path / "out" / CSV_FILE).iloc[0]
    assert row["category"] == alone["category"]
    for name, estimate in {"fused": alone["fused"], **alone["branches"]}.items():
        assert row[f"p_{name}"] == pytest.approx(estimate["probability"], abs=1e-6)
        assert row[f"p_{name}_high"] == pytest.approx(estimate["high"], abs=1e-6)
