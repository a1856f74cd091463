"""Cases read from a model's out-of-fold table, or from the predictions that `adcore evaluate` writes of a cohort."""

from pathlib import Path
from typing import IO

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adcore.answer.prediction import Branch, agreement
from adcore.cohorts.prepared_folder import QUALITY
from adcore.errors import CohortError, ModelError
from adcore.evaluation.card.verbal_answers import answers_out_of_fold
from adcore.evaluation.cases.age_bands import age_bands
from adcore.evaluation.cases.cases import DISAGREE, FUSED, LABEL_IS, PARTICIPANTS_COLUMNS, WORD, Cases
from adcore.model.calibration import Estimate, fit_calibration
from adcore.model.card import FOLDS_FILE, ModelCard
from adcore.model.card_schema import CDR
from adcore.model.stored_predictions import StoredPredictions
from adcore.predict import Category
from adcore.statistics.cross_validation import CHANCE, LOGIT, chance_columns
from adcore.statistics.names import INPUTS

PERSON = {"subject": "person"}

CONFORMAL = (
    "by its own rules the program gives it no word, with conformal limits from the other folds; without an age it never does"
)
INTERVAL = "the fused answer's 90% interval, calibrated on the other folds, includes the threshold"

MOST_PARTICIPANTS = 200_000
"""Most rows of a table of predictions that a page can show."""

LONGEST_LABEL = 80
"""Letters of it that a chart's axis has room for."""


def read_folds(folder: Path, card: ModelCard) -> Cases:
    """The participants a model was cross-validated on, each classified by a network that never saw them.

    Raises:
        ModelError: the model folder has no such table, or not one that this version can read.
    """
    stored = StoredPredictions.read(folder)
    folds = stored.folds
    if not chance_columns(folds):
        raise ModelError(f"{folder.name}/{FOLDS_FILE} holds no probability. Restore the model folder.")
    table = _with_participants_columns(folds.astype({"label": float}))
    for inputs in INPUTS:
        table[f"{WORD}{inputs}"] = _words(folds, inputs, card)
        table[f"{DISAGREE}{inputs}"] = _disagreeing(folds, inputs, card)
    cases = Cases(
        table,
        origin=f"{len(table)} participants of the cross-validation, each classified by a network that never saw them",
        undecided=CONFORMAL if card.conformal else INTERVAL,
        seen_in_training=True,
        truth=card.label.truth,
    )
    return cases if stored.participants is None else cases.with_participants(stored.participants.rename(columns=PERSON))


FURTHER = ("mmse", "training_distance", *QUALITY)
"""Numbers of an evaluated cohort that not every table has."""


def read_predictions(file: Path | IO[bytes]) -> Cases:
    """The predictions.csv of an evaluated cohort.

    Raises:
        CohortError: it is not such a table; the message says what is missing.
    """
    try:
        table = pd.read_csv(file, dtype={"subject": str, "session": str}, nrows=MOST_PARTICIPANTS)
    except (OSError, ValueError) as error:
        raise CohortError("Expected the predictions.csv that adcore evaluate writes, got a file that is not a table.") from error
    known = [f"{CHANCE}{inputs}_{branch}" for inputs in INPUTS for branch in (FUSED, *Branch)]
    chances = [name for name in known if name in table.columns]
    missing = [name for name in ("subject", "label") if name not in table.columns]
    if missing or not chances:
        wanted = [*missing, *([] if chances else ["p_<inputs>_<branch>"])]
        raise CohortError(f"Expected the predictions.csv that adcore evaluate writes; it lacks {' and '.join(wanted)}.")
    if table["subject"].duplicated().any():
        raise CohortError("Expected one row per participant, but some subjects appear twice. Evaluate the cohort again.")
    try:
        numbers = ["label", "cdr", "age_years", *(name for name in FURTHER if name in table), *chances]
        table = _with_participants_columns(table).astype(dict.fromkeys(numbers, float))
    except ValueError as error:
        raise CohortError(
            f"Expected numbers in label, cdr, age_years, {', '.join(FURTHER)} and the probabilities, got text."
        ) from error
    if not table[chances].stack().dropna().between(0, 1).all() or not table["label"].dropna().isin((0, 1)).all():
        raise CohortError("Expected probabilities between 0 and 1 and labels 0 or 1. Evaluate the cohort again.")
    table["age_band"] = age_bands(table["age_years"])
    category = table.get("category", pd.Series(np.nan, index=table.index, dtype=object))
    for inputs in INPUTS:
        table[f"{WORD}{inputs}"] = category.where(category.isin(list(Category)), "")
    return Cases(
        table,
        origin=f"{len(table)} participants of an evaluated cohort",
        undecided="the program's answer with all available inputs was inconclusive",
        seen_in_training=False,
        truth=_truth(table),
    )


def _truth(table: pd.DataFrame) -> str:
    """What the labels of an evaluated cohort are; tables of earlier versions don't say."""
    told = table.get(LABEL_IS, pd.Series(dtype=object)).dropna()
    unsaid = CDR.definition if table["cdr"].notna().any() else "label"
    return f"{str(told.iloc[0])[:LONGEST_LABEL] if len(told) else unsaid}: impaired"


def _with_participants_columns(table: pd.DataFrame) -> pd.DataFrame:
    unknown = [name for name in PARTICIPANTS_COLUMNS if name not in table.columns]
    return table.assign(**dict.fromkeys(unknown, np.nan))


def _words(folds: pd.DataFrame, inputs: str, card: ModelCard) -> list[str]:
    """Each participant's answer in words, with the other folds' calibration and limits; empty where there is none."""
    column = f"{LOGIT}{inputs}_{FUSED}"
    if column not in folds.columns:
        return [""] * len(folds)
    if inputs in card.conformal:
        return [category.value for category, _ in answers_out_of_fold(folds, inputs, card.threshold)]
    return [_word(estimate, card.threshold).value for estimate in _estimates_out_of_fold(folds, column)]


def _word(estimate: Estimate, threshold: float) -> Category:
    """By the interval, for a card without conformal limits."""
    if estimate.low < threshold <= estimate.high:
        return Category.INCONCLUSIVE
    return Category.IMPAIRED if estimate.probability >= threshold else Category.UNIMPAIRED


def _disagreeing(folds: pd.DataFrame, inputs: str, card: ModelCard) -> NDArray[np.bool_]:
    """Whether each participant's branches disagree, each with the interval that the other folds' participants give it."""
    columns = {branch: f"{LOGIT}{inputs}_{branch}" for branch in Branch}
    known = {branch: _estimates_out_of_fold(folds, name) for branch, name in columns.items() if name in folds.columns}
    found = (agreement({branch: known[branch][row] for branch in known}, card.threshold) for row in range(len(folds)))
    return np.array([between is not None and between.disagree for between in found], dtype=bool)


def _estimates_out_of_fold(folds: pd.DataFrame, column: str) -> list[Estimate]:
    """Each participant's logit under the calibration that the other folds' participants give, with its interval."""
    estimates: dict[int, Estimate] = {}
    for fold in folds["fold"].unique():
        here = (folds["fold"] == fold).to_numpy()
        calibration = fit_calibration(folds.loc[~here, column].to_numpy(), folds.loc[~here, "label"].to_numpy() == 1)
        estimates |= {int(row): calibration.estimate(folds[column].iloc[row]) for row in np.flatnonzero(here)}
    return [estimates[row] for row in range(len(folds))]
