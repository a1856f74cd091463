import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import Result
from PIL import Image
from typer.testing import CliRunner

from adcore.cli import app
from adcore.errors import CohortError
from adcore.studies.reader_design import WITH, WITHOUT, choose_cases, design
from adcore.studies.reader_ratings import read_ratings
from adcore.studies.reader_sheets import BOTTOM, TOP
from tests.support.model_folder import PARTICIPANTS, write_model_folder, write_oasis1

SUBJECTS = [f"P{number}" for number in range(20)]
LABELS = pd.Series([0, 1] * 10, index=SUBJECTS)
READERS = 3


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder, a model folder, and a study of four of its participants."""
    folder = tmp_path_factory.mktemp("readers")
    write_model_folder(folder / "model")
    pictures = write_oasis1(folder / "data") / "coronal"
    first = pictures / "OAS1_0000_MR1"
    for number in range(4, PARTICIPANTS):
        copy = pictures / f"OAS1_{number:04d}_MR1"
        copy.mkdir()
        for picture in first.iterdir():
            shutil.copy(picture, copy / picture.name.replace(first.name, copy.name))
    done = export(folder, "--cases", "4", "--readers", str(READERS))
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def study(made: Path, tmp_path: Path) -> Path:
    """The study, to be filled in."""
    return Path(shutil.copytree(made / "study", tmp_path / "study"))


def export(folder: Path, *more: str) -> Result:
    arguments = ["--data", folder / "data", "--model", folder / "model", "--out", folder / "study", *more]
    return CliRunner().invoke(app, ["study", "readers", "export", *map(str, arguments)])


def test_every_reader_reads_every_case_once_in_each_arm_and_each_half_first_as_often() -> None:
    key = design(SUBJECTS, LABELS, 4, seed=1)
    assert (key.groupby(["reader", "subject"])["arm"].agg(set) == {WITH, WITHOUT}).all()
    assert (key.groupby(["reader", "session"]).size() == len(SUBJECTS)).all()
    helped = key[key["arm"] == WITH]
    assert (helped.groupby(["reader", "session"]).size() == len(SUBJECTS) / 2).all()
    assert (helped.assign(label=helped["subject"].map(LABELS)).groupby(["reader", "session"])["label"].mean() == 0.5).all()
    first = helped[helped["session"] == 1].groupby("subject")["reader"].nunique()
    assert (first.reindex(SUBJECTS) == 2).all()  # of four readers, two saw it with the model first


def test_codes_are_never_shared_orders_differ_and_a_seed_gives_the_same_study_again() -> None:
    key = design(SUBJECTS, LABELS, 3, seed=1)
    assert key["code"].is_unique
    orders = {tuple(part.sort_values("place")["subject"]) for _, part in key.groupby(["reader", "session"])}
    assert len(orders) == 6
    pd.testing.assert_frame_equal(key, design(SUBJECTS, LABELS, 3, seed=1))
    assert not key.equals(design(SUBJECTS, LABELS, 3, seed=2))


def test_cases_are_half_impaired_where_there_are_enough() -> None:
    assert LABELS[choose_cases(LABELS, 8, seed=0)].mean() == 0.5
    few = pd.Series([0] * 17 + [1] * 3, index=SUBJECTS)
    assert few[choose_cases(few, 10, seed=0)].sum() == 3
    assert sorted(choose_cases(LABELS, None, seed=0)) == sorted(SUBJECTS)


@pytest.mark.slow
def test_what_a_reader_gets_names_nobody_and_no_label(study: Path) -> None:
    subjects = set(pd.read_csv(study / "key.csv")["subject"])
    assert len(subjects) == 4
    for folder in study.glob("reader-*"):
        files = [path for path in folder.rglob("*") if path.is_file()]
        assert len([path for path in files if path.suffix == ".png"]) == 8
        for path in files:
            content = path.read_bytes()
            assert not any(subject.encode() in content or subject in path.name for subject in subjects)
        text = (folder / "session-1" / "ratings.csv").read_text()
        assert text.splitlines()[0] == "place,code,likelihood,mta_right,mta_left,seconds"


def test_the_arms_differ_by_the_models_answer_alone(study: Path) -> None:
    key = pd.read_csv(study / "key.csv")
    pictures = {}
    for row in key[key["reader"] == 1].itertuples():
        path = study / "reader-1" / f"session-{row.session}" / f"{row.place:03d}-{row.code}.png"
        pictures[row.subject, row.arm] = np.asarray(Image.open(path).convert("L"))
    for subject in key["subject"].unique():
        bare, helped = pictures[subject, WITHOUT], pictures[subject, WITH]
        slices = slice(TOP, len(bare) - BOTTOM)
        assert (bare[slices] == helped[slices]).all()
        assert (bare != helped).any()


def test_a_second_export_never_writes_over_ratings(made: Path) -> None:
    done = export(made)
    assert done.exit_code != 0
    assert "holds a study already" in done.output + str(done.exception)


def test_simulated_readers_whom_the_model_helps_are_reported_so(study: Path) -> None:
    fill(study, lambda row: row.label * 60 + 20 if row.arm == WITH else 50)
    done = CliRunner().invoke(app, ["study", "readers", "report", str(study)])
    assert done.exit_code == 0, done.output
    found = json.loads((study / "report.json").read_text())
    assert found["auc"]["with_model"]["value"] == 1
    assert found["auc"]["without"]["value"] == 0.5
    assert found["auc"]["difference"]["low"] == 0.5
    assert found["seconds"]["difference"]["value"] == pytest.approx(-10)
    assert found["between"]["answer"]["with"]["value"] == 1
    assert found["between"]["mta_left"]["without"]["value"] == 1
    assert (found["cases"], found["readers"], found["left_out"]) == (4, READERS, 0)
    assert "3 readers, 4 cases" in (study / "report.md").read_text()


def test_decimal_commas_and_semicolons_of_a_spreadsheet_are_understood(study: Path) -> None:
    fill(study, lambda row: 50)
    path = study / "reader-2" / "session-1" / "ratings.csv"
    table = pd.read_csv(path, dtype=str)
    table["likelihood"] = "62,5 %"
    table.to_csv(path, index=False, sep=";", encoding="utf-8-sig")
    ratings = read_ratings(study)
    assert (ratings[(ratings["reader"] == 2) & (ratings["session"] == 1)]["likelihood"] == 62.5).all()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda table: table.assign(likelihood="120"), "likelihood from 0 to 100"),
        (lambda table: table.assign(mta_left="five"), "mta_left from 0 to 4"),
        (lambda table: table.assign(code="ZZZZ"), "ZZZZ"),
        (lambda table: table.drop(columns="seconds"), "lacks the column seconds"),
    ],
)
def test_a_slip_in_a_table_is_named_with_its_reader(change: object, sentence: str, study: Path) -> None:
    fill(study, lambda row: 50)
    path = study / "reader-1" / "session-2" / "ratings.csv"
    change(pd.read_csv(path, dtype=str)).to_csv(path, index=False)
    with pytest.raises(CohortError, match=sentence):
        read_ratings(study)


def test_too_few_ratings_are_a_sentence(study: Path) -> None:
    done = CliRunner().invoke(app, ["study", "readers", "report", str(study)])
    assert done.exit_code != 0
    assert "0 cases were rated by every reader" in done.output + str(done.exception)


def fill(study: Path, likelihood: object) -> None:
    """Fill in every table: MTA by the label, ten seconds less with the model."""
    key = pd.read_csv(study / "key.csv", dtype={"code": str})
    for (reader, session), part in key.groupby(["reader", "session"]):
        path = study / f"reader-{reader}" / f"session-{session}" / "ratings.csv"
        values = pd.DataFrame(
            {
                "code": part["code"],
                "likelihood": [likelihood(row) for row in part.itertuples()],
                "mta_right": part["label"],
                "mta_left": 3 * part["label"],
                "seconds": np.where(part["arm"] == WITH, 40, 50),
            }
        )
        pd.read_csv(path, dtype=str)[["place", "code"]].merge(values, on="code").to_csv(path, index=False)
