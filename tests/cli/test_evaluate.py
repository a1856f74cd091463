import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from typer.testing import CliRunner

from adcore.cli import app
from adcore.cohorts.cohort import Cohort
from adcore.model.card import ModelCard
from adcore.model.card_schema import Control, MetricInterval
from tests.support.scored import write_scored_model
from tests.support.untrained import TINY_SLICES, synthetic_cohort


@contextmanager
def few_resamples() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("adcore.statistics.intervals.RESAMPLES", 60)
        patch.setattr("adcore.statistics.curves.BAND_RESAMPLES", 20)
        yield


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    with few_resamples():
        yield


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    return synthetic_cohort(labelled=24, others=2)


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory, cohort: Cohort) -> Path:
    folder = tmp_path_factory.mktemp("scored")
    with few_resamples():
        write_scored_model(folder, cohort)
    return folder


@pytest.fixture
def model(tmp_path: Path, scored: Path) -> Path:
    """A copy of its own, which a test may damage."""
    return Path(shutil.copytree(scored, tmp_path / "model"))


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["evaluate", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def write_oasis1(folder: Path, cohort: Cohort) -> Path:
    """A cohort as OASIS-1's table and slices; the pictures are grey, because only the path through matters here."""
    folder.mkdir()
    table = cohort.table
    codes = {"ID": table["person"] + "_MR1", "M/F": table["sex"], "Age": table["age_years"], "Educ": 3, "SES": table["ses"]}
    more = {"MMSE": table["mmse"], "CDR": table["cdr"], "eTIV": table["etiv_cm3"], "nWBV": table["nwbv"]}
    pd.DataFrame(codes | more).to_csv(folder / "oasis_cross-sectional.csv", index=False)
    for row, session in enumerate(codes["ID"]):
        (folder / "coronal" / session).mkdir(parents=True)
        for number in TINY_SLICES.t88_slices:
            Image.new("L", (176, 176), 90 + row).save(folder / "coronal" / session / f"{session}.{number}.png")
    return folder


@pytest.mark.slow
def test_new_participants_and_those_seen_in_training_are_never_in_one_figure(model: Path, cohort: Cohort, tmp_path: Path) -> None:
    mixed = synthetic_cohort(labelled=24, others=2)
    mixed.table.loc[:12, "person"] = [f"N{number:03d}" for number in range(13)]
    data, out = write_oasis1(tmp_path / "data", mixed), tmp_path / "out"
    code, output = run("--model", f"{model}/", "--data", data, "--out", out, "--threads", 1)
    assert code == 1  # the pretend calibrations of the untrained card are not those of its predictions
    assert "SEEN IN TRAINING" in output
    told = [line for line in output.splitlines() if not line.endswith(" done")]  # without the lines of progress
    assert told[0].startswith("New participants: 15 participants, 13 labelled")
    assert "on the card" in output
    assert output.index("were called likely unimpaired") < output.index("The card against its stored predictions")
    participants = pd.read_csv(out / "predictions.csv", dtype={"subject": str})
    assert len(participants) == 26
    assert participants["subject"].is_unique
    assert int((participants["seen_in_training"] == "yes").sum()) == 11
    content = json.loads((out / "metrics.json").read_text())
    groups = content["groups"]
    assert (groups["new_participants"]["labelled"], groups["seen_in_training"]["labelled"]) == (13, 11)
    assert groups["new_participants"]["warning"] == ""
    assert "flatter" in groups["seen_in_training"]["warning"]
    assert groups["out_of_fold"]["labelled"] == 24
    assert content["provenance"]["weights"] == ModelCard.read(model).weights
    assert groups["new_participants"]["beside"]["card"][0]["metric"] == "auc"
    assert "beside" not in groups["seen_in_training"]
    page = (out / "report.html").read_text()
    assert page.index("Answers by label") < page.index("Beside the card and simple models") < page.index("Decision curve")
    assert page.index("New participants") < page.index("Participants seen in training") < page.index("Out of fold</h2>")
    assert "Research prototype. Not a medical device. Not for diagnostic use." in page


@pytest.mark.slow
def test_a_cohort_without_new_participants_is_reported_as_one(model: Path, cohort: Cohort, tmp_path: Path) -> None:
    known = cohort.rows(cohort.table["cdr"].notna().to_numpy()).rows(np.arange(2))
    data, out = write_oasis1(tmp_path / "data", known), tmp_path / "out"
    _, output = run("--model", f"{model}/", "--data", data, "--out", out, "--threads", 1, "--min-age", 50)
    assert "2 participants have a label (age 50 and over with a CDR); no metric is computed on fewer than 10." in output
    assert "Everyone with a label here took part in the training" in (out / "report.html").read_text()
    assert set(json.loads((out / "metrics.json").read_text())["groups"]) == {"seen_in_training", "out_of_fold"}


def test_a_report_fetches_nothing_and_holds_what_the_card_says(model: Path, tmp_path: Path) -> None:
    card = ModelCard.read(model)
    control = Control(
        done="<b>Labels</b> were shuffled.", metric="auc", result=MetricInterval(value=0.5, low=0.4, high=0.6), expected="0.5"
    )
    card.model_copy(update={"controls": {"shuffled labels": control}}).write(model)
    run("--model", f"{model}/", "--out", tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text()
    markup = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", markup)
    assert not re.search(r"<link|@import|url\(", markup)
    assert "&lt;b&gt;Labels&lt;/b&gt; were shuffled." in markup
    assert "no participant is in more than one of" in markup
    assert "3 repeats: mean" in markup
    assert markup.count('class="chart"') > 10
    assert "S023" in markup


@pytest.mark.slow
def test_a_card_that_its_predictions_contradict_ends_with_exit_code_1(model: Path) -> None:
    card = ModelCard.read(model)
    honest = {name: one for name, one in card.calibrations.items() if name in ("images_fused", "all_fused", "all_clinical")}
    card.model_copy(update={"calibrations": honest}).write(model)
    assert run("--model", f"{model}/")[0] == 0
    card.model_copy(update={"confusion": {}, "threshold": 0.4}).write(model)
    code, output = run("--model", f"{model}/")
    assert code == 1
    assert re.search("metrics +DIFFERS", output)


def test_a_cohort_needs_a_place_for_its_predictions(model: Path, tmp_path: Path) -> None:
    code, output = run("--model", f"{model}/", "--data", tmp_path)
    assert code == 2
    assert "--out" in output


def test_a_folder_that_is_no_cohort_is_refused_in_a_sentence(model: Path, tmp_path: Path) -> None:
    code, output = run("--model", f"{model}/", "--data", tmp_path, "--out", tmp_path / "out")
    assert code == 1
    assert "is not recognised" in output
    assert "Traceback" not in output


def test_a_model_of_other_slices_is_refused(model: Path, tmp_path: Path) -> None:
    card = ModelCard.read(model)
    card.model_copy(update={"slices": card.slices | {"size": 48}}).write(model)
    code, output = run("--model", f"{model}/", "--data", tmp_path, "--out", tmp_path / "out")
    assert code == 1
    assert "does not make the slices" in output
