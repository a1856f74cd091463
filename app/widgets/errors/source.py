"""Whose cases: the model's own people out of fold, synthetic ones, or an evaluated cohort; and where their images are."""

import os
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from adcore.cohorts.browse import BrowsableCohort, open_cohort
from adcore.errors import AdcoreError
from adcore.evaluation.case_tables import read_predictions
from adcore.evaluation.cases import Cases
from app.model import SYNTHETIC_PEOPLE, model, synthetic_cases
from app.state import FOLDER_KEY, PREDICTIONS_KEY, SOURCE_KEY, Explorer

DATA_VARIABLE = "ADCORE_DATA"
"""Environment variable with the data folder that the page offers at first."""

UNREADABLE = "Expected the address of a folder on this machine that may be read, got another text. Correct it, or leave it empty."

OUT_OF_FOLD, SYNTHETIC, EVALUATED = "out of fold", "synthetic", "evaluated"
SOURCES = {
    OUT_OF_FOLD: "The model's own people, out of fold",
    SYNTHETIC: "Synthetic people (a demo, with images)",
    EVALUATED: "An evaluated cohort (predictions.csv)",
}


@dataclass(frozen=True, eq=False)
class Source:
    """What is on the table.

    Attributes:
        cohort: where the images are; None without a data folder.
        place: the address of that folder.
    """

    name: str
    cases: Cases
    cohort: BrowsableCohort | None
    place: str = ""


def choose_source(explorer: Explorer) -> Source | None:
    """Ask whose cases; None until there are any, and then the page has said why."""
    st.session_state.setdefault(SOURCE_KEY, OUT_OF_FOLD)
    chooser, detail = st.columns([2, 3], gap="large")
    name = chooser.selectbox("Whose cases", list(SOURCES), format_func=SOURCES.__getitem__, key=SOURCE_KEY)
    try:
        with detail:
            return _open(name, explorer)
    except AdcoreError as error:
        st.warning(str(error), icon=None)
        return None


def _open(name: str, explorer: Explorer) -> Source | None:
    if name == SYNTHETIC:
        cases = synthetic_cases()
        return Source(name, cases, open_cohort(SYNTHETIC_PEOPLE, model().planes))
    cases_or_none = model().cases if name == OUT_OF_FOLD else _uploaded(explorer)
    cohort = _data_folder(explorer)
    if cases_or_none is None:
        return None
    if cohort is None:
        return Source(name, cases_or_none, None)
    return Source(name, cases_or_none.with_people(cohort.first_sessions()), cohort, st.session_state[FOLDER_KEY])


def _data_folder(explorer: Explorer) -> BrowsableCohort | None:
    st.session_state.setdefault(FOLDER_KEY, os.environ.get(DATA_VARIABLE, ""))
    text = st.text_input(
        "Data folder",
        key=FOLDER_KEY,
        placeholder="without one there are no images here, and maybe no age, sex and CDR",
        help="On the machine that runs this program: a folder that adcore evaluate can judge, or one that adcore prepare wrote. "
        f"The environment variable {DATA_VARIABLE} fills it in beforehand.",
    ).strip()
    if not text:
        return None
    key = f"{model().card.planes_digest} {text}"
    if explorer.cohort is None or explorer.cohort[0] != key:
        try:
            with st.spinner("Reading the data folder"):
                explorer.cohort = (key, open_cohort(Path(text).expanduser(), model().planes))
        except AdcoreError as error:
            st.warning(str(error), icon=None)
            return None
        except (OSError, ValueError, RuntimeError):  # what a path may be that never was one
            st.warning(UNREADABLE, icon=None)
            return None
    return explorer.cohort[1]


def _uploaded(explorer: Explorer) -> Cases | None:
    file = st.file_uploader("predictions.csv, as adcore evaluate writes it", type="csv", key=PREDICTIONS_KEY)
    if file is not None and (explorer.predictions is None or explorer.predictions[0] != file.file_id):
        try:
            explorer.predictions = (file.file_id, read_predictions(file))
        except AdcoreError as error:
            explorer.predictions = (file.file_id, str(error))
    if explorer.predictions is None:
        return None
    held = explorer.predictions[1]
    if isinstance(held, str):
        st.warning(held, icon=None)
        return None
    return held
