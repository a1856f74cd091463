"""adcore evaluate: a model's stored predictions, and a cohort classified by its weights, written as tables and a report."""

import json
from collections.abc import Collection
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
from pydantic import TypeAdapter

from adcore.atomic import write_atomically
from adcore.cohorts.cohort import Cohort
from adcore.evaluation.card.verbal_answers import answers_out_of_fold
from adcore.evaluation.card.verify import check_card
from adcore.evaluation.cohort.beside import Beside, beside
from adcore.evaluation.cohort.evaluated import Evaluation, Group, Provenance
from adcore.evaluation.cohort.figures import figures_of_participants
from adcore.evaluation.cohort.html import write_report
from adcore.evaluation.cohort.predictions import participants_of_sessions, predict_cohort, visits_of_sessions
from adcore.model.card import ModelCard
from adcore.model.card_schema import TargetCard
from adcore.model.stored_predictions import StoredPredictions, Use
from adcore.predict import Predictor
from adcore.statistics.conformal import coverage_out_of_fold
from adcore.statistics.cross_validation import CHANCE, LOGIT
from adcore.version import __version__
from adcore.words import DISCLAIMER

PREDICTIONS_FILE = "predictions.csv"
VISITS_FILE = "visits.csv"
SESSIONS_FILE = "sessions.csv"
METRICS_FILE = "metrics.json"
REPORT_FILE = "report.html"

FULLEST = "all"
"""The inputs of the out-of-fold answers: every field is known of nearly everyone."""


def evaluate_model(folder: Path) -> Evaluation:
    """Evaluate a model's stored predictions, without any data.

    Raises:
        ModelError: the folder is incomplete.
    """
    card, stored = ModelCard.read(folder), StoredPredictions.read(folder)
    group = _out_of_fold(card, stored, None)
    return Evaluation(check_card(folder), [group], group.participants, target=card.label)


def evaluate_cohort(
    folder: Path, predictor: Predictor, cohort: Cohort, out: Path, links: Collection[tuple[str, str]] = ()
) -> Evaluation:
    """Classify a cohort with the weights in a model folder; write everything but the report.

    Args:
        out: folder for predictions.csv (one row per participant), visits.csv (sessions of participants with several),
            metrics.json, and sessions.csv, from which an interrupted run resumes.
        links: pairs of sessions of other data sets that are one person, so that training participants are recognised by any name.
    Raises:
        ModelError: the model folder is incomplete.
    """
    out.mkdir(parents=True, exist_ok=True)
    card, stored = predictor.card, StoredPredictions.read(folder)
    sessions = predict_cohort(cohort, predictor, out / SESSIONS_FILE)
    participants = participants_of_sessions(sessions, cohort, stored, links)
    for name, table in ((PREDICTIONS_FILE, participants), (VISITS_FILE, visits_of_sessions(sessions))):
        _write_table(out / name, table)
    groups = _groups_by_training(participants, card, stored, cohort.target)
    if (participants["seen_in_training"] != Use.NONE).any():
        groups.append(_out_of_fold(card, stored, cohort))
    return Evaluation(check_card(folder, cohort), groups, participants, cohort.left_out, cohort.target)


def write_evaluation(evaluation: Evaluation, card: ModelCard, provenance: Provenance, out: Path) -> None:
    """Write metrics.json and report.html."""
    out.mkdir(parents=True, exist_ok=True)
    content = {
        "disclaimer": DISCLAIMER,
        "provenance": asdict(provenance),
        "threshold": card.threshold,
        "target": evaluation.target.model_dump(),
        "groups": {
            group.key: {"title": group.title, "warning": group.loud} | group.figures.to_json() | _beside_json(group)
            for group in evaluation.groups
        },
        "left_out": list(evaluation.left_out),
        "card_recomputed": [asdict(finding) for finding in evaluation.findings],
    }
    write_atomically(out / METRICS_FILE, lambda file: file.write(f"{json.dumps(content, indent=1)}\n".encode()))
    write_report(out / REPORT_FILE, card, evaluation, provenance)


def _beside_json(group: Group) -> dict[str, object]:
    return {} if group.beside is None else {"beside": TypeAdapter(Beside).dump_python(group.beside, mode="json")}


def provenance_of(card: ModelCard, command: str, data: Path | None = None, cohort: Cohort | None = None) -> Provenance:
    """What makes an evaluation, now."""
    return Provenance(
        command=command,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        adcore_version=__version__,
        model=f"{card.name} {card.version}",
        weights=card.weights,
        cohort="" if data is None else data.resolve().name,
        cohort_digest="" if cohort is None else cohort.digest,
    )


def _groups_by_training(
    participants: pd.DataFrame, card: ModelCard, stored: StoredPredictions, target: TargetCard
) -> list[Group]:
    new = participants["seen_in_training"] == Use.NONE
    doubt = (
        ""
        if stored.pretraining is not None
        else " The model folder does not list the participants of its pretraining, so they can't be recognised here."
    )
    groups = [
        _group(
            "new_participants",
            "New participants",
            f"None of their labels were used to train the weights.{doubt} Classified by the shipped weights.",
            "",
            participants[new],
            card,
            target,
        ),
        _group(
            "seen_in_training",
            "Participants seen in training",
            "Classified by the shipped weights, which were trained on these participants.",
            "The weights were trained on these participants, so these figures flatter the model and do not show how well it "
            "performs on others. Look at the out-of-fold figures below instead.",
            participants[~new],
            card,
            target,
        ),
    ]
    found = beside(participants[new], card, stored.folds, card.seeds.get("bootstrap", 0))
    groups[0] = replace(groups[0], beside=found)
    return [group for group in groups if group.figures.participants]


def _group(key: str, title: str, note: str, loud: str, participants: pd.DataFrame, card: ModelCard, target: TargetCard) -> Group:
    seed = card.seeds.get("bootstrap", 0)
    return Group(
        key, title, note, loud, participants, figures_of_participants(participants, card.conformal, card.threshold, seed, target)
    )


def _out_of_fold(card: ModelCard, stored: StoredPredictions, cohort: Cohort | None) -> Group:
    """The participants of the cross-validation, each classified by a network that never saw them."""
    columns = [name for name in stored.folds.columns if str(name).startswith(CHANCE)]
    participants = stored.folds[["subject", "fold", "label", *columns]]
    if f"{LOGIT}{FULLEST}_fused" in stored.folds:
        answers = answers_out_of_fold(stored.folds, FULLEST, card.threshold)
        participants = participants.assign(category=[category.value for category, _ in answers])
    fields = ["cdr", "age_years", "sex", "mmse"]
    if cohort is None:
        participants = participants.assign(**dict.fromkeys(fields, float("nan")))
    else:
        table = cohort.labelled().table
        participants = participants.merge(table[["person", *fields]], left_on="subject", right_on="person", how="left").drop(
            columns="person"
        )
    title, note = "Out of fold", "The participants the weights were trained on, each classified by a network that never saw them."
    group = _group("out_of_fold", title, note, "", participants, card, card.label)
    coverage = coverage_out_of_fold(stored.folds, card.threshold)
    return replace(group, participants=_known_columns(participants), figures=replace(group.figures, coverage=coverage))


def _write_table(path: Path, table: pd.DataFrame) -> None:
    write_atomically(path, lambda file: table.to_csv(file, index=False, float_format="%.6g"))


def _known_columns(participants: pd.DataFrame) -> pd.DataFrame:
    return participants.dropna(axis="columns", how="all")
