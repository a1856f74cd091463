"""The model folder in use: its card and its stored predictions. They are public, so all users share them."""

import os
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from adcore.evaluation.cases.case_tables import read_folds
from adcore.evaluation.cases.cases import Cases
from adcore.model.card import CARD_FILE, ModelCard
from adcore.model.shipped import DEFAULT_MODEL, SHIPPED_MODELS
from adcore.predict import model_folder, slices_of
from adcore.prepare.slices import SliceConfig
from app.runtime import MODEL_VARIABLE

SHIPPED = SHIPPED_MODELS / DEFAULT_MODEL


@dataclass(frozen=True, eq=False)
class ModelFolder:
    """A model as its folder describes it; the weights are not loaded."""

    folder: Path
    card: ModelCard
    cases: Cases

    @property
    def shipped(self) -> bool:
        """Whether it is the model that ships with the program, whose participants have public pseudonyms."""
        return self.folder.resolve() == SHIPPED.resolve()

    @property
    def slices(self) -> SliceConfig:
        """The slices that its networks read.

        Raises:
            PreparationMismatchError: this version cannot make such slices.
        """
        return slices_of(self.card)


def model() -> ModelFolder:
    """The model in use.

    Raises:
        ModelError: there is none, or its folder is damaged.
    """
    folder = model_folder(os.environ.get(MODEL_VARIABLE))
    card = folder / CARD_FILE
    return _read(folder, card.stat().st_mtime_ns if card.is_file() else 0)


@st.cache_resource(show_spinner=False, max_entries=2)
def _read(folder: Path, changed: int) -> ModelFolder:
    """Read the folder again when its card has changed; `changed` is the card's modification time."""
    card = ModelCard.read(folder)
    return ModelFolder(folder, card, read_folds(folder, card))
