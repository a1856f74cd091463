"""The synthetic participants as cases: the shipped model's answers beside the atrophy that their heads were made with."""

import numpy as np
import pandas as pd

from adcore.answer.prediction import Branch, agreement
from adcore.case.clinical import ClinicalRecord
from adcore.cohorts.browse import BrowsableCohort
from adcore.cohorts.cohort import record_of
from adcore.cohorts.synthetic.participants import MARKED
from adcore.evaluation.cases.cases import DISAGREE, FUSED, PARTICIPANTS_COLUMNS, WORD, Cases
from adcore.explain.slices_only import read_cohort_slices
from adcore.predict import Predictor, ScanReading
from adcore.prepare.slices import SliceConfig
from adcore.statistics.cross_validation import CHANCE


def predict_synthetic(cohort: BrowsableCohort, config: SliceConfig, predictor: Predictor) -> Cases:
    """Classify every synthetic participant with the model; about a second each.

    Raises:
        CohortError: slices are missing.
        PreparationMismatchError: they were made with another configuration than the networks were trained on.
    """
    rows = []
    for _, person in cohort.first_sessions().iterrows():
        reading = read_cohort_slices(cohort.slices(person["session"]), config, predictor)
        rows.append({"subject": person["person"], "label": person["label"], **_answers(reading, record_of(person), predictor)})
    table = pd.DataFrame(rows).assign(**dict.fromkeys(PARTICIPANTS_COLUMNS, np.nan))
    cases = Cases(
        table,
        origin=(
            f"{len(table)} synthetic participants. They have no CDR: 'impaired' means a head made with an atrophy of {MARKED} or "
            "more, and the clinical fields are invented. This shows how the page works and measures nothing"
        ),
        undecided="the program's answer with these inputs was inconclusive; without an age it always is",
        seen_in_training=False,
        truth=f"atrophy from {MARKED}: 'impaired'",
    )
    return cases.with_participants(cohort.first_sessions())


def _answers(reading: ScanReading, record: ClinicalRecord, predictor: Predictor) -> dict[str, float | bool | str]:
    """Every probability of one participant, and the answer in words, by inputs."""
    given = {"all": record, "no_mmse": record.model_copy(update={"mmse": None}), "images": ClinicalRecord()}
    answers: dict[str, float | bool | str] = {}
    for inputs, fields in given.items():
        if (inputs == "all" and record.mmse is None) or not predictor.can_answer(fields, scan=True):
            answers |= {f"{WORD}{inputs}": "", f"{DISAGREE}{inputs}": False}
            continue
        answer = predictor.predict(reading, fields)
        answers[f"{CHANCE}{inputs}_{FUSED}"] = answer.fused.probability
        answers[f"{WORD}{inputs}"] = answer.category.value
        between = agreement(answer.branches, answer.threshold)
        answers[f"{DISAGREE}{inputs}"] = between is not None and between.disagree
        for branch in Branch:
            estimate = answer.branches[branch]
            if estimate is not None:
                answers[f"{CHANCE}{inputs}_{branch}"] = estimate.probability
    return answers
