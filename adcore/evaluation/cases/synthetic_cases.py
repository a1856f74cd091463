"""The synthetic people as cases: the shipped model's own answers, beside the atrophy that their heads were made with."""

import numpy as np
import pandas as pd

from adcore.answer.prediction import Branch, agreement
from adcore.case.clinical import ClinicalRecord
from adcore.cohorts.browse import BrowsableCohort
from adcore.cohorts.cohort import record_of
from adcore.cohorts.synthetic.participants import MARKED
from adcore.evaluation.cases.cases import DISAGREE, FUSED, PARTICIPANTS_COLUMNS, UNDECIDED, Cases
from adcore.explain.slices_only import read_cohort_slices
from adcore.predict import Category, Predictor, ScanReading
from adcore.prepare.slices import SliceConfig
from adcore.statistics.cross_validation import CHANCE


def predict_synthetic(cohort: BrowsableCohort, config: SliceConfig, predictor: Predictor) -> Cases:
    """Let the model judge every synthetic person; about a second each.

    Raises:
        CohortError: planes are missing.
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
            f"{len(table)} synthetic people. They have no CDR: 'impaired' stands for a head made with an atrophy of {MARKED} or "
            "more, and the clinical fields are invented. This shows how the page works and measures nothing"
        ),
        undecided="the program answered so with these inputs; without an age it always does",
        seen_in_training=False,
        truth=f"atrophy from {MARKED}: 'impaired'",
    )
    return cases.with_participants(cohort.first_sessions())


def _answers(reading: ScanReading, record: ClinicalRecord, predictor: Predictor) -> dict[str, float | bool]:
    """Every probability of one person, and whether the answer is inconclusive, by inputs."""
    given = {"all": record, "no_mmse": record.model_copy(update={"mmse": None}), "images": ClinicalRecord()}
    answers: dict[str, float | bool] = {}
    for inputs, fields in given.items():
        if inputs == "all" and record.mmse is None:
            answers[f"{UNDECIDED}{inputs}"] = answers[f"{DISAGREE}{inputs}"] = False
            continue
        said = predictor.predict(reading, fields)
        answers[f"{CHANCE}{inputs}_{FUSED}"] = said.fused.probability
        answers[f"{UNDECIDED}{inputs}"] = said.category is Category.INCONCLUSIVE
        between = agreement(said.branches, said.threshold)
        answers[f"{DISAGREE}{inputs}"] = between is not None and between.disagree
        for branch in Branch:
            estimate = said.branches[branch]
            if estimate is not None:
                answers[f"{CHANCE}{inputs}_{branch}"] = estimate.probability
    return answers
