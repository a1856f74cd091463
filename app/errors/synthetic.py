"""The synthetic participants that ship with the program, and what the model in use predicts for them."""

from pathlib import Path

import streamlit as st

from adcore.cohorts.browse import BrowsableCohort, open_cohort
from adcore.evaluation.cases.cases import Cases
from adcore.evaluation.cases.synthetic_cases import predict_synthetic
from adcore.predict import Predictor
from adcore.prepare.slices import SliceConfig
from app.runtime import runtime
from app.shared.model import model

SYNTHETIC_PARTICIPANTS = Path(__file__).resolve().parents[2] / "assets" / "demo"


def synthetic_participants() -> BrowsableCohort:
    """The synthetic participants, with the slices that the model in use reads.

    Raises:
        AdcoreError: no model, or no synthetic participants that fit it.
    """
    return open_cohort(SYNTHETIC_PARTICIPANTS, model().slices)


def synthetic_cases() -> Cases:
    """The model's predictions for the synthetic participants: computed once in about 15 seconds, then cached.

    Raises:
        AdcoreError: no model, or no synthetic participants that fit it.
    """
    return _predict(runtime().predictor().weights_sha256, model().slices)


@st.cache_resource(show_spinner="Predicting the synthetic participants; this takes some seconds the first time", max_entries=2)
def _predict(weights_sha256: str, config: SliceConfig) -> Cases:
    def work(predictor: Predictor) -> Cases:
        return predict_synthetic(open_cohort(SYNTHETIC_PARTICIPANTS, config), config, predictor)

    return runtime().compute(work)
