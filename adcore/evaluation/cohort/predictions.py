"""A cohort classified by a shipped model: one row per session, saved as it grows, and one row per participant."""

import hashlib
from collections.abc import Collection
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adcore.answer.prediction import Branch, agreement
from adcore.case.clinical import ClinicalRecord
from adcore.cohorts.cohort import Cohort
from adcore.cohorts.growing_table import GrowingTable
from adcore.cohorts.prepared_folder import QUALITY
from adcore.cohorts.progress import with_progress
from adcore.cohorts.tables import SITE
from adcore.errors import ClinicalRecordError
from adcore.evaluation.cases.cases import DISAGREE, LABEL_IS
from adcore.model.calibration import NO_SCAN
from adcore.model.stored_predictions import StoredPredictions
from adcore.predict import Prediction, Predictor, ScanReading, inputs_of
from adcore.statistics.names import INPUTS

NO_ANSWER = "no answer"
"""The category of a scan too far from the training set, and where the model is silent: the dashboard shows no probability."""

PERSON_COLUMNS = ["subject", "session", "label", LABEL_IS, "cdr", "age_years", "sex", "mmse"]
ANSWER_COLUMNS = ["inputs", "probability", "low", "high", "category", "reasons", "training_distance"]
FINGERPRINT = "fingerprint"
TEXT_COLUMNS = ["subject", "session", LABEL_IS, "sex", "inputs", "category", "reasons", FINGERPRINT]


def predict_cohort(cohort: Cohort, predictor: Predictor, path: Path) -> pd.DataFrame:
    """Classify every session; an interrupted run resumes, and rows of another model or other data are computed again.

    Args:
        path: CSV that is written as it grows.
    Returns:
        PERSON_COLUMNS, ANSWER_COLUMNS, `p_<inputs>_<branch>` for every calibration on the card, `disagree_<inputs>` (1 where the
        branches disagree), FINGERPRINT; in the cohort's order. `label` is 1 or 0 by the cohort's target, which is CDR above 0 for
        participants aged 60 and over unless told otherwise, and empty for all others. `site` and QUALITY where
        the cohort's table has them.
    """
    chances = [f"p_{name}" for name in predictor.card.calibrations]
    site = [SITE] if SITE in cohort.table else []
    quality = [name for name in QUALITY if name in cohort.table]
    columns = [
        *PERSON_COLUMNS,
        *site,
        *quality,
        *ANSWER_COLUMNS,
        *chances,
        *(f"{DISAGREE}{inputs}" for inputs in INPUTS),
        FINGERPRINT,
    ]
    labels = cohort.labels
    marks = _fingerprints(cohort, predictor, labels)
    table = GrowingTable(path, columns, "%.6g", [*TEXT_COLUMNS, *site])
    kept = list(table.rows.columns) == columns
    table.rows = table.rows[table.rows[FINGERPRINT].isin(marks)] if kept else pd.DataFrame(columns=columns)
    done = set(table.rows[FINGERPRINT])
    left = [row for row, mark in enumerate(marks) if mark not in done]
    for row in with_progress(left, "classifying", len(left)):
        values = _person(cohort, row, labels[row]) | _classify(predictor, cohort, row) | {FINGERPRINT: marks[row]}
        table.add([[values.get(name) for name in columns]])
    rows = table.read().drop_duplicates(FINGERPRINT).set_index(FINGERPRINT).loc[marks].reset_index()[columns]
    return rows.fillna({"reasons": ""})


def participants_of_sessions(
    sessions: pd.DataFrame, cohort: Cohort, stored: StoredPredictions, links: Collection[tuple[str, str]] = ()
) -> pd.DataFrame:
    """One row per participant: the labelled session where there is one, the first otherwise; `seen_in_training` beside it.

    Args:
        links: pairs of sessions or participants of other data sets that are one person.
    """
    labelled = set(cohort.labelled().table["session"])
    order = sessions.assign(first=~sessions["session"].isin(labelled)).sort_values("first", kind="stable")
    participants = order.drop_duplicates("subject").sort_index().drop(columns=["first", FINGERPRINT])
    visits = sessions[["subject", "session"]].itertuples(index=False, name=None)
    uses = stored.uses(participants["subject"], [*links, *visits])
    participants.insert(len(PERSON_COLUMNS), "seen_in_training", [use.value for use in uses])
    return participants.reset_index(drop=True)


def visits_of_sessions(sessions: pd.DataFrame) -> pd.DataFrame:
    """Every session of the participants who have several."""
    several = sessions["subject"].duplicated(keep=False)
    return sessions[several].drop(columns=FINGERPRINT).reset_index(drop=True)


def _person(cohort: Cohort, row: int, label: float) -> dict[str, object]:
    values = cohort.table.iloc[row]
    known = {name: None if pd.isna(values[name]) else values[name] for name in ("cdr", "age_years", "sex", "mmse")}
    told = {"label": None if np.isnan(label) else int(label), LABEL_IS: cohort.target.definition, **known, SITE: values.get(SITE)}
    quality = {name: None if pd.isna(values[name]) else float(values[name]) for name in QUALITY if name in values}
    return {"subject": values["person"], "session": values["session"], **told, **quality}


def _classify(predictor: Predictor, cohort: Cohort, row: int) -> dict[str, object]:
    reading = predictor.read_slices(cohort.slices[row], cohort.y_mm)
    notes = []
    try:
        record = cohort.record(row)
    except ClinicalRecordError as error:  # one implausible entry in a table must not end the run
        notes.append(f"The clinical fields were left out. {error}")
        record = ClinicalRecord()
    answer = predictor.predict(reading, record) if predictor.can_answer(record, scan=True) else None
    training_distance = predictor.check_training_distance(reading)
    refused = training_distance is not None and not training_distance.passed
    if training_distance is not None and refused:
        notes.append(training_distance.sentence)
    else:
        notes += [predictor.silent_because(record, scan=True)] if answer is None else map(str, answer.reasons)
    found: dict[str, object] = {
        "inputs": inputs_of(record),
        "probability": None if answer is None else answer.fused.probability,
        "low": None if answer is None else answer.fused.low,
        "high": None if answer is None else answer.fused.high,
        "category": NO_ANSWER if refused or answer is None else answer.category.value,
        "reasons": " ".join(notes),
        "training_distance": None if training_distance is None else training_distance.value,
    }
    return found | _chances(predictor, reading, record)


def _chances(predictor: Predictor, reading: ScanReading, record: ClinicalRecord) -> dict[str, object]:
    """Every calibrated probability that the card supports: from images alone, without MMSE, with all, and without a scan."""
    bare = record.model_copy(update={"mmse": None})
    found: dict[str, object] = {}
    for inputs, given in (("images", ClinicalRecord()), ("no_mmse", bare), ("all", record)):
        if inputs_of(given) == inputs and predictor.can_answer(given, scan=True):
            prediction = predictor.predict(reading, given)
            between = agreement(prediction.branches, prediction.threshold)
            found |= _columns(inputs, prediction) | {f"{DISAGREE}{inputs}": int(between is not None and between.disagree)}
            if f"{NO_SCAN}{inputs}_fused" in predictor.card.calibrations:
                found |= _columns(f"{NO_SCAN}{inputs}", predictor.predict(None, given))
    return found


def _columns(inputs: str, prediction: Prediction) -> dict[str, object]:
    branches = {branch.value: prediction.branches[branch] for branch in Branch}
    estimates = {"fused": prediction.fused} | branches
    return {f"p_{inputs}_{name}": estimate.probability for name, estimate in estimates.items() if estimate is not None}


def _fingerprints(cohort: Cohort, predictor: Predictor, labels: NDArray[np.float64]) -> list[str]:
    """A hash of all that determines each session's row: the model's card with its weights' hashes, the fields and the pixels."""
    model = hashlib.sha256(predictor.card.model_dump_json().encode()).digest()
    marks = []
    for (_, values), slices, label in zip(cohort.table.iterrows(), cohort.slices, labels, strict=True):
        content = hashlib.sha256(model + str(label).encode())
        content.update(values.to_json().encode())
        content.update(slices.tobytes())
        marks.append(content.hexdigest()[:16])
    return marks
