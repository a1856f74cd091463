"""A card's figures computed again from the stored predictions and written on it, when there are new ones or a new way."""

from pathlib import Path

from adcore.cohorts.cohort import Cohort
from adcore.evaluation.card.figures import ORIGINS, figures_of_cohort, figures_of_folds
from adcore.model.card import ModelCard
from adcore.model.stored_predictions import StoredPredictions

ANSWERS_HANG_ON = ("calibrations", "conformal", "age_years", "data", "field_values")
"""Sections that answers are made with: they stay as they were released, and `adcore evaluate` compares them."""


def refresh_card(folder: Path, cohort: Cohort) -> ModelCard:
    """Compute every figure of a card again, write and seal it; nothing that an answer is made with changes.

    Args:
        cohort: all participants of the training.
    Raises:
        ModelError: the folder is incomplete, or was changed.
        CohortError: the cohort is not the training's.
    """
    card, stored = ModelCard.read(folder), StoredPredictions.read(folder)
    seed = card.seeds.get("bootstrap", 0)
    figures = figures_of_folds(stored.folds, stored.repeats, card.threshold, seed)
    figures |= figures_of_cohort(stored.folds, stored.repeats, cohort, card.threshold, seed)
    kept = {name: section for name, section in figures.items() if name not in ANSWERS_HANG_ON}
    refreshed = card.model_copy(update=kept | {"origins": card.origins | ORIGINS})
    refreshed.write(folder)
    return ModelCard.read(folder)
