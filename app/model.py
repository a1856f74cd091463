"""The model's card and the people of its cross-validation: public, so they are shared between all users."""

import os
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from adcore.cohorts.browse import BrowsableCohort, open_cohort
from adcore.evaluation.card.verify import Finding, check_card
from adcore.evaluation.cases.case_tables import read_folds
from adcore.evaluation.cases.cases import Cases
from adcore.evaluation.cases.synthetic_cases import predict_synthetic
from adcore.model.card import CARD_FILE, ModelCard
from adcore.model.shipped import SHIPPED_MODELS
from adcore.predict import DEFAULT_MODEL, Predictor, model_folder, slices_of
from adcore.prepare.slices import SliceConfig
from app.runtime import MODEL_VARIABLE, runtime

SHIPPED = SHIPPED_MODELS / DEFAULT_MODEL
SYNTHETIC_PARTICIPANTS = Path(__file__).resolve().parent.parent / "assets" / "demo"


@dataclass(frozen=True, eq=False)
class ModelFolder:
    """A model as its folder tells it; the weights are not loaded."""

    folder: Path
    card: ModelCard
    cases: Cases

    @property
    def shipped(self) -> bool:
        """Whether it is the one that comes with the program, whose people bear public pseudonyms."""
        return self.folder.resolve() == SHIPPED.resolve()

    @property
    def slices(self) -> SliceConfig:
        """What its networks read.

        Raises:
            PreparationMismatchError: this version cannot make such planes.
        """
        return slices_of(self.card)


def model() -> ModelFolder:
    """The model at work.

    Raises:
        ModelError: there is none, or its folder is damaged.
    """
    folder = model_folder(os.environ.get(MODEL_VARIABLE))
    card = folder / CARD_FILE
    return _read(folder, card.stat().st_mtime_ns if card.is_file() else 0)


def synthetic_participants() -> BrowsableCohort:
    """The synthetic people that come with the program, as the model at work reads them.

    Raises:
        AdcoreError: no model, or no synthetic people that fit it.
    """
    return open_cohort(SYNTHETIC_PARTICIPANTS, model().slices)


def synthetic_cases() -> Cases:
    """The synthetic people as the loaded model judges them: a quarter of a minute once, then at hand.

    Raises:
        AdcoreError: no model, or no synthetic people that fit it.
    """
    return _judge(runtime().predictor().weights_sha256, model().slices)


def findings() -> list[Finding]:
    """Every section of the card computed again from the stored predictions: a quarter of a minute once, then at hand.

    Raises:
        ModelError: the folder is incomplete.
    """
    known = model()
    return _check(known.folder, tuple(sorted(known.card.weights.values())))


@st.cache_resource(show_spinner="Computing every figure of the card again", max_entries=2)
def _check(folder: Path, weights: tuple[str, ...]) -> list[Finding]:
    return check_card(folder)


@st.cache_resource(show_spinner=False, max_entries=2)
def _read(folder: Path, changed: int) -> ModelFolder:
    card = ModelCard.read(folder)
    return ModelFolder(folder, card, read_folds(folder, card))


@st.cache_resource(show_spinner="The model judges the synthetic people, which takes some seconds the first time", max_entries=2)
def _judge(weights_sha256: str, config: SliceConfig) -> Cases:
    def work(predictor: Predictor) -> Cases:
        return predict_synthetic(open_cohort(SYNTHETIC_PARTICIPANTS, config), config, predictor)

    return runtime().compute(work)
