import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from adcore.cli import app
from adcore.errors import ModelError
from adcore.model.calibration import Calibration
from adcore.model.card import ModelCard
from adcore.model.known_case import check_known_case
from adcore.networks.known_case import made_up_slices
from adcore.networks.late_fusion import save_network
from adcore.predict import load_predictor
from adcore.training.release.seal import seal_folder
from tests.support.untrained import untrained_card, untrained_network, write_untrained_model


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_untrained_model(tmp_path_factory.mktemp("sealed") / "model")


@pytest.fixture
def folder(sealed: Path, tmp_path: Path) -> Path:
    """A copy whose weights are the same files, to be replaced and never written to."""

    def copy(source: str, target: str) -> None:
        os.link(source, target) if source.endswith(".safetensors") else shutil.copyfile(source, target)

    return Path(shutil.copytree(sealed, tmp_path / "model", copy_function=copy))


def edit(folder: Path, old: str, new: str) -> None:
    text = (folder / "card.json").read_text()
    assert old in text
    (folder / "card.json").write_text(text.replace(old, new))


def test_an_edited_card_loads_again_once_it_is_sealed(folder: Path) -> None:
    edit(folder, '"version": "0"', '"version": "0b"')
    with pytest.raises(ModelError, match=r"card\.json was changed since it was sealed"):
        load_predictor(folder)
    result = CliRunner().invoke(app, ["study", "seal", str(folder)])
    assert "Sealed untrained 0b: the card, 0 tables" in result.output
    assert load_predictor(folder).card.version == "0b"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"threshold": 0.5', '"threshold": NaN', "not valid JSON"),
        ('"threshold": 0.5', '"threshold": 1.5', "threshold"),
        ('"slope": 1.0', '"slope": -1.0', "expected a slope above 0"),
    ],
)
def test_no_seal_is_given_to_a_card_out_of_its_bounds(folder: Path, old: str, new: str, sentence: str) -> None:
    edit(folder, old, new)
    with pytest.raises(ModelError, match=sentence):
        seal_folder(folder)
    with pytest.raises(ModelError):
        load_predictor(folder)


@pytest.mark.slow
def test_swapped_weights_are_refused_even_where_the_card_names_them_so(folder: Path) -> None:
    first, second = (folder / f"{branch}.safetensors" for branch in ("vgg16", "resnet50"))
    first.rename(folder / "aside")
    second.rename(first)
    (folder / "aside").rename(second)
    with pytest.raises(ModelError, match="sha256 differs"):
        load_predictor(folder)
    card = ModelCard.read(folder)
    swapped = card.weights | {first.name: card.weights[second.name], second.name: card.weights[first.name]}
    card.model_copy(update={"weights": swapped}).write(folder)
    with pytest.raises(ModelError, match="do not fit"):
        load_predictor(folder)


@pytest.mark.slow
def test_weights_of_another_training_do_not_give_the_known_answer(folder: Path, tmp_path: Path) -> None:
    known = ModelCard.read(folder).known_case
    other = tmp_path / "other"
    other.mkdir()
    card = untrained_card(weights=save_network(untrained_network(seed=1), other))
    card.model_copy(update={"known_case": known}).write(other)
    with pytest.raises(ModelError, match=r"The model in other does not give its known answer.*adcore study seal"):
        load_predictor(other)


@pytest.mark.slow
def test_another_calibration_does_not_give_the_known_answer(folder: Path) -> None:
    card = ModelCard.read(folder)
    steeper = card.calibrations | {"no_mmse_fused": Calibration(1.5, 0.1, ((0.01, 0.0), (0.0, 0.01)), 100)}
    card.model_copy(update={"calibrations": steeper}).write(folder)
    with pytest.raises(ModelError, match="for 'no_mmse_fused'"):
        load_predictor(folder)


@pytest.mark.slow
def test_a_model_without_a_known_case_is_refused(folder: Path) -> None:
    ModelCard.read(folder).model_copy(update={"known_case": None}).write(folder)
    with pytest.raises(ModelError, match="no known case"):
        load_predictor(folder)


def test_the_known_case_forgives_what_processors_differ_by_and_nothing_more() -> None:
    known = {"all_fused": 0.7, "log-odds all_fused": -23.0}
    check_known_case(Path("mine"), known, {"all_fused": 0.7 + 4e-7, "log-odds all_fused": -23.0 + 1e-4})
    for wrong in ({"all_fused": 0.702}, {"all_fused": float("nan")}, {"log-odds all_fused": -23.1}):
        with pytest.raises(ModelError, match="known answer"):
            check_known_case(Path("mine"), known, known | wrong)
    for found in ({"all_fused": 0.7}, known | {"more": 0.0}):
        with pytest.raises(ModelError, match="nothing"):
            check_known_case(Path("mine"), known, found)


def test_the_made_up_slices_are_the_same_every_time_and_show_a_brain() -> None:
    slices = made_up_slices()
    assert slices.shape == (2, 64, 64)
    assert np.array_equal(slices, made_up_slices())
    assert 0.3 < (slices > 0).mean() < 0.7
    assert not np.array_equal(slices[0], slices[1])
