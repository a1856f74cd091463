"""The choice of cases: the model's own participants out of fold, synthetic ones, or an evaluated cohort; and their images."""

import os
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from adcore.cohorts.browse import BrowsableCohort, open_cohort
from adcore.errors import AdcoreError
from adcore.evaluation.cases.case_tables import read_predictions
from adcore.evaluation.cases.cases import Cases
from app.errors.synthetic import synthetic_cases, synthetic_participants
from app.shared.model import model
from app.state.explorer import Explorer
from app.state.keys import FOLDER_KEY, PREDICTIONS_KEY, SOURCE_KEY

DATA_VARIABLE = "ADCORE_DATA"
"""Environment variable: the data folders that the page offers, separated as in PATH. A visitor can choose no other."""

NO_FOLDER = "none"
UNREADABLE = f"Expected a readable folder, got something else in {DATA_VARIABLE}. Whoever runs this program can correct it."

OUT_OF_FOLD, SYNTHETIC, EVALUATED = "out of fold", "synthetic", "evaluated"
SOURCES = {
    OUT_OF_FOLD: "The model's own participants, out of fold",
    SYNTHETIC: "Synthetic participants (a demo, with images)",
    EVALUATED: "An evaluated cohort (predictions.csv)",
}


@dataclass(frozen=True, eq=False)
class Source:
    """The cases chosen.

    Attributes:
        name: a key of SOURCES.
        cohort: the images; None without a data folder.
        place: the path of that folder.
    """

    name: str
    cases: Cases
    cohort: BrowsableCohort | None
    place: str = ""


def choose_source(explorer: Explorer) -> Source | None:
    """Ask which cases to show; None while there are none, and then the page says why."""
    st.session_state.setdefault(SOURCE_KEY, OUT_OF_FOLD)
    chooser, detail = st.columns([2, 3], gap="large")
    name = chooser.selectbox("Cases", list(SOURCES), format_func=SOURCES.__getitem__, key=SOURCE_KEY)
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
    known = explorer.filled
    if known is None or known[0] is not cases_or_none or known[1] is not cohort:
        explorer.filled = known = (cases_or_none, cohort, cases_or_none.with_participants(cohort.first_sessions()))
    return Source(name, known[2], cohort, st.session_state[FOLDER_KEY])


def _data_folder(explorer: Explorer) -> BrowsableCohort | None:
    folders = [Path(text).expanduser() for text in os.environ.get(DATA_VARIABLE, "").split(os.pathsep) if text]
    if not folders:
        st.caption(
            "No data folder is offered here, so there are no images, and an uploaded table may lack age, sex and CDR. "
            f"Whoever runs this program can offer folders through the environment variable {DATA_VARIABLE}."
        )
        return None
    offered = {str(folder): folder for folder in folders}
    chosen = st.selectbox(
        "Data folder",
        [NO_FOLDER, *offered],
        index=1,
        key=FOLDER_KEY,
        format_func=lambda text: offered[text].name if text in offered else text,
        help="Folders offered by whoever runs this program, with images and with age, sex and CDR.",
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
        except (OSError, ValueError, RuntimeError):  # a text that is no path
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
