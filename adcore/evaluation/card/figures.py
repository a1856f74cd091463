"""Every figure of a card that stored out-of-fold predictions give, by the card's section names."""

from dataclasses import asdict
from typing import Any

import pandas as pd

from adcore.case.clinical import FIELDS
from adcore.cohorts.cohort import Cohort
from adcore.errors import CohortError
from adcore.evaluation.card.baselines import baseline_chances
from adcore.evaluation.card.regressions import REGRESSIONS_ORIGIN, fit_regressions
from adcore.evaluation.card.scan_worth import DECISION_ORIGIN, SCAN_WORTH_ORIGIN, decision_curves, scan_worth
from adcore.evaluation.card.verbal_answers import VERBAL_ORIGIN, verbal_answers
from adcore.evaluation.card.words_at_prevalence import WORDS_ORIGIN, words_at_prevalence
from adcore.model.card_schema import MetricInterval
from adcore.statistics.comparisons import COMPARISONS_ORIGIN, against_baselines, against_branches
from adcore.statistics.conformal import CONFORMAL_ORIGIN, COVERAGE_ORIGIN, coverage_out_of_fold, shipped_limits
from adcore.statistics.cross_validation import calibrations, chance_columns, repeat_tables, silent_branches
from adcore.statistics.intervals import as_metric
from adcore.statistics.metrics import Chances, Labels, bootstrap_metrics, confusion
from adcore.statistics.reliability import RELIABILITY_ORIGIN, reliability
from adcore.statistics.spreads import SPREADS_ORIGIN, spreads
from adcore.statistics.subgroups import SUBGROUPS_ORIGIN, subgroups

ORIGINS = {
    "conformal": CONFORMAL_ORIGIN,
    "coverage": COVERAGE_ORIGIN,
    "repeats": SPREADS_ORIGIN,
    "subgroups": SUBGROUPS_ORIGIN,
    "comparisons": COMPARISONS_ORIGIN,
    "reliability": RELIABILITY_ORIGIN,
    "verbal_answers": VERBAL_ORIGIN,
    "words_at_prevalence": WORDS_ORIGIN,
    "scan_worth": SCAN_WORTH_ORIGIN,
    "decision_curves": DECISION_ORIGIN,
    "regressions": REGRESSIONS_ORIGIN,
}


def figures_of_folds(folds: pd.DataFrame, repeats: pd.DataFrame | None, threshold: float, seed: int) -> dict[str, Any]:
    """Sections that need only the predictions, by name.

    Args:
        folds: subject, fold, label, `logit_<inputs>_<branch>` and `p_<inputs>_<branch>`, one row per participant.
        repeats: the same for every repeat, with a column `repeat`.
        seed: of the bootstraps.
    """
    labels, calibrated = folds["label"].to_numpy() == 1, calibrations(folds)
    metrics: dict[str, Any] = {}
    reliable: dict[str, Any] = {}
    counts: dict[str, Any] = {}
    for inputs, branch, column in chance_columns(folds):
        chances = folds[column].to_numpy()
        metrics.setdefault(inputs, {})[branch] = intervals(labels, chances, threshold, seed)
        reliable.setdefault(inputs, {})[branch] = reliability(labels, chances, seed)
        counts.setdefault(inputs, {})[branch] = asdict(confusion(labels, chances, threshold))
    return {
        "calibrations": calibrated,
        "silent": silent_branches(folds),
        "metrics": metrics,
        "confusion": counts,
        "reliability": reliable,
        "conformal": {inputs: one for inputs, one in shipped_limits(folds).items() if f"{inputs}_fused" in calibrated},
        "coverage": coverage_out_of_fold(folds, threshold),
        "verbal_answers": verbal_answers(folds, threshold),
        "words_at_prevalence": words_at_prevalence(folds, threshold, seed),
        "repeats": {} if repeats is None else spreads(repeats, threshold),
    }


def figures_of_cohort(
    folds: pd.DataFrame, repeats: pd.DataFrame | None, cohort: Cohort, threshold: float, seed: int
) -> dict[str, Any]:
    """Sections that also need the participants' table, by name.

    Args:
        folds, repeats: as figures_of_folds takes them.
        cohort: all participants of the training.
    Raises:
        CohortError: a participant of the folds is missing from the cohort, or has another label there.
    """
    labelled = _in_order(cohort.labelled(), folds)
    tables = repeat_tables(folds, repeats)
    chances, *others = (
        baseline_chances(labelled, dict(zip(one["subject"], one["fold"], strict=True))) for one in (folds, *tables)
    )
    return {
        "data": data_section(cohort),
        "age_years": (float(labelled.table["age_years"].min()), float(labelled.table["age_years"].max())),
        "field_values": field_values(labelled),
        "baselines": {name: intervals(labelled.impaired, found, threshold, seed) for name, found in chances.items()},
        "subgroups": subgroups(labelled.table, folds, threshold, seed),
        "comparisons": [*against_branches(tables, seed), *against_baselines(tables, others, seed)],
        "scan_worth": scan_worth(tables, labelled, seed),
        "decision_curves": decision_curves(tables, labelled),
        "regressions": fit_regressions(labelled),
    }


def data_section(cohort: Cohort) -> dict[str, Any]:
    """A cohort in numbers."""
    labelled, others = cohort.labelled(), cohort.unlabelled()
    return {
        "sessions": len(cohort),
        "participants": int(cohort.table["person"].nunique()),
        "labelled_participants": len(labelled),
        "impaired_participants": int(labelled.impaired.sum()),
        "cdr_counts": {f"{cdr:g}": int(count) for cdr, count in labelled.table["cdr"].value_counts().sort_index().items()},
        "female_labelled": int((labelled.table["sex"] == "F").sum()),
        "pretraining_participants": int(others.table["person"].nunique()),
        "pretraining_sessions": len(others),
        "unknown_fields_labelled": {
            name: int(labelled.table[name].isna().sum()) for name in ("age_years", "sex", "education_years", "ses", "mmse")
        },
        "impaired_among_unknown_ses": int(labelled.impaired[labelled.table["ses"].isna()].sum()),
    }


def field_values(labelled: Cohort) -> dict[str, dict[str, int]]:
    """By clinical field, how many participants had each value, in ascending order; unknown values are not counted."""
    counts = {spec.name: labelled.table[spec.name].value_counts().sort_index() for spec in FIELDS}
    return {
        name: {value if isinstance(value, str) else f"{value:g}": int(participants) for value, participants in found.items()}
        for name, found in counts.items()
    }


def intervals(labels: Labels, chances: Chances, threshold: float, seed: int) -> dict[str, MetricInterval]:
    """Every metric as the card holds it."""
    return {name: as_metric(found) for name, found in bootstrap_metrics(labels, chances, threshold, seed).items()}


def _in_order(labelled: Cohort, folds: pd.DataFrame) -> Cohort:
    """The labelled participants of the folds, in the folds' order."""
    place = {person: row for row, person in enumerate(labelled.table["person"])}
    missing = [person for person in folds["subject"] if person not in place]
    if missing:
        raise CohortError(
            f"{len(missing)} participants of the stored predictions are not labelled in this cohort, such as {missing[0]}."
        )
    ordered = labelled.rows(folds["subject"].map(place).to_numpy())
    if (ordered.impaired != (folds["label"].to_numpy() == 1)).any():
        raise CohortError(
            "The cohort's labels differ from the stored predictions' for some participants. Use the training cohort's table."
        )
    return ordered
