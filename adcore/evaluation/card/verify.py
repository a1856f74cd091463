"""Verification of a card: every section is recomputed from the stored predictions and compared."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, is_dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel

from adcore.answer.prediction import Branch
from adcore.cohorts.cohort import Cohort
from adcore.errors import CohortError
from adcore.evaluation.card.certificate import tested_by_fold, verify
from adcore.evaluation.card.figures import figures_of_cohort, figures_of_folds
from adcore.model.card import ModelCard
from adcore.model.stored_predictions import StoredPredictions
from adcore.model.weights import file_sha256
from adcore.statistics.comparisons import against_branches
from adcore.statistics.cross_validation import CHANCE, calibrate_out_of_fold, repeat_tables

TOLERANCE = 1.5e-4
"""Cards hold metrics with four decimals; on another machine the last one may be rounded differently."""


class Verdict(StrEnum):
    """The outcome of a comparison."""

    AGREES = "agrees"
    DIFFERS = "DIFFERS"
    ABSENT = "not on the card"
    UNCHECKED = "not checked"


@dataclass(frozen=True)
class Finding:
    """One section of a card compared with its predictions; `detail` is a sentence."""

    section: str
    verdict: Verdict
    detail: str


def check_card(folder: Path, cohort: Cohort | None = None) -> list[Finding]:
    """Recompute every section of a model's card and compare.

    Args:
        folder: of the model.
        cohort: the training cohort, for sections that need ages and fields; without it those are not checked.
    Raises:
        ModelError: the folder is incomplete.
    """
    card, stored = ModelCard.read(folder), StoredPredictions.read(folder)
    seed = card.seeds.get("bootstrap", 0)
    found = figures_of_folds(stored.folds, stored.repeats, card.threshold, seed)
    findings = [_weights(folder, card), _probabilities(stored.folds)]
    silent = found.pop("silent")
    findings += [_compare(section, getattr(card, section), again) for section, again in found.items()]
    if silent or card.silent:
        findings.append(_compare("silent", card.silent, silent))
    findings += [_splits(card, stored.folds), _certificate(card, stored)]
    return findings + _with_cohort(card, stored, cohort, seed)


_OTHER_PARTICIPANTS = Finding("data", Verdict.UNCHECKED, "The given cohort has other sessions than the training cohort.")


def _with_cohort(card: ModelCard, stored: StoredPredictions, cohort: Cohort | None, seed: int) -> list[Finding]:
    sections = (
        *("data", "age_years", "field_values", "baselines", "subgroups", "scan_worth", "decision_curves", "regressions"),
        "comparisons",
    )
    reason = "Needs the table of the training cohort: give it with --data."
    if cohort is not None:
        try:
            found = figures_of_cohort(stored.folds, stored.repeats, cohort, card.threshold, seed)
            findings = [_compare(section, getattr(card, section), found[section]) for section in sections]
            return findings if len(cohort) == card.data.get("sessions") else [_OTHER_PARTICIPANTS, *findings[1:]]
        except CohortError as error:
            reason = str(error)
    findings = [Finding(section, Verdict.UNCHECKED, reason) for section in sections[:-1]]
    again = against_branches(repeat_tables(stored.folds, stored.repeats), seed)
    with_branches = [one for one in card.comparisons if one.second in list(Branch)]
    return [*findings, _compare("comparisons", with_branches, again, "with single branches")]


def _weights(folder: Path, card: ModelCard) -> Finding:
    altered = [
        name for name, sha256 in card.weights.items() if not (folder / name).is_file() or file_sha256(folder / name) != sha256
    ]
    if altered:
        return Finding("weights", Verdict.DIFFERS, f"Missing or altered: {', '.join(altered)}.")
    return Finding("weights", Verdict.AGREES, f"{len(card.weights)} files have the hashes on the card.")


def _probabilities(folds: pd.DataFrame) -> Finding:
    """Stored probabilities compared with the stored logits, calibrated out of fold again."""
    again = calibrate_out_of_fold(folds[[name for name in folds.columns if not str(name).startswith(CHANCE)]])
    names = [str(name) for name in again.columns if str(name).startswith(CHANCE)]
    missing = [name for name in names if name not in folds.columns]
    if missing:
        return Finding("probabilities", Verdict.DIFFERS, f"folds.csv lacks {', '.join(missing)}.")
    apart = float(np.abs(again[names] - folds[names]).to_numpy().max())
    verdict = Verdict.AGREES if apart <= TOLERANCE else Verdict.DIFFERS
    return Finding("probabilities", verdict, f"{len(names)} columns of {len(folds)} participants, at most {apart:.1e} apart.")


def _certificate(card: ModelCard, stored: StoredPredictions) -> Finding:
    if card.certificate is None:
        return Finding("certificate", Verdict.ABSENT, "The card was made before certificates.")
    complaints = verify(card.certificate, stored.folds, stored.repeats)
    if complaints:
        return Finding("certificate", Verdict.DIFFERS, " ".join(complaints))
    return Finding("certificate", Verdict.AGREES, f"{len(card.certificate.splits)} splits match the stored test participants.")


def _splits(card: ModelCard, folds: pd.DataFrame) -> Finding:
    """Compare the hashes of the test participants in each fold of the first repeat."""
    stored = {tested.sha256 for tested in tested_by_fold(folds).values()}
    if stored != {split.get("test") for split in card.splits}:
        return Finding("splits", Verdict.DIFFERS, "The folds' test participants do not match the hashes on the card.")
    return Finding("splits", Verdict.AGREES, f"{len(stored)} folds' test participants match the hashes on the card.")


def _compare(section: str, on_card: Any, again: Any, part: str = "") -> Finding:
    """Compare every number of a section with its recomputed value."""
    if not on_card:
        absent = "The card was made before this section." if again else "There is nothing to compare."
        return Finding(section, Verdict.ABSENT, absent)
    stated, computed = dict(_leaves(on_card)), dict(_leaves(again))
    unlike = [name for name in sorted(set(stated) | set(computed)) if not _alike(stated.get(name), computed.get(name))]
    if unlike:
        first = unlike[0]
        gap = f"first {first}: {stated.get(first)} on the card, {computed.get(first)} recomputed"
        return Finding(section, Verdict.DIFFERS, f"{len(unlike)} of {len(stated)} figures differ, {gap}.")
    return Finding(section, Verdict.AGREES, f"{len(stated)} figures{f' {part}' if part else ''}.")


def _alike(one: object, other: object) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) <= TOLERANCE
    return one == other


def _leaves(part: Any, path: str = "") -> Iterator[tuple[str, object]]:
    """Every plain value of nested models, mappings and sequences, by its path."""
    if isinstance(part, BaseModel):
        part = part.model_dump()
    elif is_dataclass(part) and not isinstance(part, type):
        part = asdict(part)
    if isinstance(part, dict):
        for name, value in part.items():
            yield from _leaves(value, f"{path}.{name}" if path else str(name))
    elif isinstance(part, list | tuple):
        for place, value in enumerate(part):
            yield from _leaves(value, f"{path}[{place}]")
    else:
        yield path, part
