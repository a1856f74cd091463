import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from adcore.errors import ModelError
from adcore.model.card import ModelCard
from adcore.model.seal import CARD_FILE, check_tables, read_sealed, reseal_tables, strict_json, write_sealed
from adcore.model.shipped import SHIPPED_MODELS
from adcore.prepare.segmentation.model import StructuresCard
from tests.support.model_folder import write_model_folder

FLIPS = 300


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_model_folder(tmp_path / "model", full=True)


@pytest.mark.parametrize(("model", "kind"), [("oasis1", ModelCard), ("structures", StructuresCard)])
def test_a_flipped_bit_of_a_shipped_card_is_refused_or_changes_nothing(model: str, kind: Any, tmp_path: Path) -> None:
    intact = (SHIPPED_MODELS / model / CARD_FILE).read_bytes()
    card = kind.read(SHIPPED_MODELS / model)
    generator = np.random.default_rng(0)
    refused = 0
    for place, bit in zip(generator.integers(0, len(intact), FLIPS), generator.integers(0, 8, FLIPS), strict=True):
        changed = bytearray(intact)
        changed[place] ^= 1 << int(bit)
        (tmp_path / CARD_FILE).write_bytes(changed)
        try:
            assert kind.read(tmp_path) == card
        except ModelError:
            refused += 1
    assert refused > FLIPS / 2


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace('"threshold": 0.5', '"threshold": NaN'),
        lambda text: text.replace('"threshold": 0.5', '"threshold": Infinity'),
        lambda text: text.replace('"threshold": 0.5', '"threshold": 1e999'),
        lambda text: text.replace('"threshold": 0.5', '"threshold": 0.4, "threshold": 0.5'),
        lambda text: text.replace('"threshold": 0.5', '"threshold": 0.51'),
        lambda text: text.replace('"slope": 1.0', '"slope": -1.0', 1),
        lambda text: text.replace("made-up", "made-up, and edited"),
        lambda text: text[: len(text) // 2],
    ],
)
def test_a_card_that_was_changed_is_refused_by_name(folder: Path, change: Callable[[str], str]) -> None:
    text = (folder / CARD_FILE).read_text()
    assert change(text) != text
    (folder / CARD_FILE).write_text(change(text))
    with pytest.raises(ModelError, match=r"model/card\.json (is damaged|was changed).*Restore the model folder"):
        ModelCard.read(folder)


def test_spaces_and_the_order_of_keys_do_not_matter(folder: Path) -> None:
    before, document = ModelCard.read(folder), json.loads((folder / CARD_FILE).read_text())
    (folder / CARD_FILE).write_text(json.dumps(dict(reversed(document.items())), indent=7))
    assert ModelCard.read(folder) == before


def test_a_card_without_a_seal_is_refused_with_the_command_that_gives_it_one(folder: Path) -> None:
    document = json.loads((folder / CARD_FILE).read_text())
    del document["seal"]
    (folder / CARD_FILE).write_text(json.dumps(document))
    with pytest.raises(ModelError, match=r"has no seal.*adcore study seal"):
        ModelCard.read(folder)


@pytest.mark.parametrize("damage", ["truncated", "one digit", "missing"])
def test_a_table_that_was_changed_is_refused_by_name(folder: Path, damage: str) -> None:
    path = folder / "folds.csv"
    intact = path.read_bytes()
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(intact[: len(intact) // 2] if damage == "truncated" else intact.replace(b"1", b"2", 1))
    for read in (lambda: read_sealed(folder, "folds.csv"), lambda: check_tables(folder, ModelCard.read(folder).tables)):
        with pytest.raises(ModelError, match=r"model/folds\.csv"):
            read()


def test_a_table_that_the_seal_does_not_know_is_refused(folder: Path) -> None:
    (folder / "norms.json").write_text("{}")
    with pytest.raises(ModelError, match="not covered"):
        read_sealed(folder, "norms.json")
    reseal_tables(folder)
    assert read_sealed(folder, "norms.json") == b"{}"


def test_new_digests_of_tables_do_not_cover_up_a_changed_card(folder: Path) -> None:
    text = (folder / CARD_FILE).read_text()
    (folder / CARD_FILE).write_text(text.replace('"threshold": 0.5', '"threshold": 0.51'))
    with pytest.raises(ModelError, match="was changed"):
        reseal_tables(folder)


@pytest.mark.parametrize("text", [b"[]", b"{", b'{"a": NaN}', b'{"a": -Infinity}', b'{"a": 1e400}', b'{"a": 1, "a": 2}', b"\xff"])
def test_only_one_object_of_finite_numbers_is_strict_json(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        strict_json(text)
    assert strict_json(b'{"a": [1, 2.5e3, null], "b": {"a": true}}') == {"a": [1, 2500.0, None], "b": {"a": True}}


def test_a_number_that_is_not_finite_is_never_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        write_sealed(tmp_path, {"threshold": float("nan")})
    assert not (tmp_path / CARD_FILE).exists()
