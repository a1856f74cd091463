"""The sentences of an answer are cheap to have: nothing that runs a network is imported for them."""

import json
import subprocess
import sys

import pytest

LIGHT = (
    "adcore.answer.abstention",
    "adcore.answer.prediction",
    "adcore.answer.wording",
    "adcore.case.check",
    "adcore.case.clinical",
    "adcore.case.reader_note",
    "adcore.case.reason",
    "adcore.case.scan",
    "adcore.case.series",
    "adcore.model.calibration",
    "adcore.model.card",
    "adcore.model.stored_predictions",
    "adcore.palette",
    "adcore.words",
)
HEAVY = {"torch", "torchvision", "monai", "sklearn", "scipy", "SimpleITK", "nilearn", "plotly", "matplotlib", "streamlit"}


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    """Top-level names of all modules that importing LIGHT brings along."""
    code = f"import json, sys; import {', '.join(LIGHT)}; print(json.dumps([name.partition('.')[0] for name in sys.modules]))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(ran.stdout))


@pytest.mark.parametrize("package", sorted(HEAVY))
def test_importing_the_sentences_of_an_answer_does_not_load(package: str, loaded: set[str]) -> None:
    assert package not in loaded


def test_the_names_are_those_of_loaded_modules(loaded: set[str]) -> None:
    assert {"adcore", "pydantic", "numpy"} <= loaded
