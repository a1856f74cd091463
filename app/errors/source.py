"""Whose cases: the model's own people out of fold, synthetic ones, or an evaluated cohort; and where their images are."""

import os
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from adcore.cohorts.browse import BrowsableCohort, open_cohort
from adcore.errors import AdcoreError
from adcore.evaluation.cases.case_tables import read_predictions
from adcore.evaluation.cases.cases import Cases
from app.model import model, synthetic_cases, synthetic_participants
from app.state.explorer import Explorer
from app.state.keys import FOLDER_KEY, PREDICTIONS_KEY, SOURCE_KEY

DATA_VARIABLE = "ADCORE_DATA"
"""Environment variable with the data folders that the page offers, separated as in PATH; a visitor can name no other."""

NO_FOLDER = "none"
UNREADABLE = f"Expected a folder that may be read, got another text in {DATA_VARIABLE}. Whoever runs this program can correct it."

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
        return Source(name, cases, synthetic_participants())
    cases_or_none = model().cases if name == OUT_OF_FOLD else _uploaded(explorer)
    cohort = _data_folder(explorer)
    if cases_or_none is None:
        return None
    if cohort is None:
        return Source(name, cases_or_none, None)
    return Source(name, cases_or_none.with_participants(cohort.first_sessions()), cohort, st.session_state[FOLDER_KEY])


def _data_folder(explorer: Explorer) -> BrowsableCohort | None:
    folders = [Path(text).expanduser() for text in os.environ.get(DATA_VARIABLE, "").split(os.pathsep) if text]
    if not folders:
        st.caption(
            "No data folder is offered here, so there are no images, and maybe no age, sex and CDR. Whoever runs this program "
            f"names folders in the environment variable {DATA_VARIABLE}."
        )
        return None
    offered = {str(folder): folder for folder in folders}
    chosen = st.selectbox(
        "Data folder",
        [NO_FOLDER, *offered],
        index=1,
        key=FOLDER_KEY,
        format_func=lambda text: offered[text].name if text in offered else text,
        help="Folders that whoever runs this program offers, to look at images and at age, sex and CDR.",
    )
    if chosen == NO_FOLDER:
        return None
    key = f"{model().card.slices_digest} {chosen}"
    if explorer.cohort is None or explorer.cohort[0] != key:
        try:
            with st.spinner("Reading the data folder"):
                explorer.cohort = (key, open_cohort(offered[chosen], model().slices))
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
