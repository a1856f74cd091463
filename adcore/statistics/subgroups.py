"""The fused answer in subgroups by age, sex and severity, fixed before any result was seen."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adcore.model.card_schema import Subgroup
from adcore.statistics.cross_validation import CHANCE, chance_columns
from adcore.statistics.intervals import as_metric, bootstrap, class_draws, share
from adcore.statistics.metrics import Chances, Labels, auc, confusion

AGE_LIMIT = 75.0
"""Years; a round number near the middle of 60 to 96, chosen before any result was seen."""

SUBGROUPS_ORIGIN = (
    "The fused branch, out of fold. Subgroups fixed beforehand: age 75, sex, and CDR 0 against 0.5 and against 1 and above. "
    "AUC with 2000 bootstrap samples of participants within each class, sensitivity and specificity with Wilson's intervals."
)


def subgroup_rows(table: pd.DataFrame) -> dict[str, NDArray[np.bool_]]:
    """Masks (S,) of a labelled cohort's rows, by subgroup; unknown age or sex belongs to none."""
    age, cdr = table["age_years"].to_numpy(dtype=np.float64), table["cdr"].to_numpy(dtype=np.float64)
    sex = table["sex"].astype(str).to_numpy()
    return {
        f"below {AGE_LIMIT:g} years": age < AGE_LIMIT,
        f"{AGE_LIMIT:g} years and over": age >= AGE_LIMIT,
        "women": sex == "F",
        "men": sex == "M",
        "CDR 0 against 0.5": (cdr == 0) | (cdr == 0.5),
        "CDR 0 against 1 and above": (cdr == 0) | (cdr >= 1),
    }


def subgroups(table: pd.DataFrame, predictions: pd.DataFrame, threshold: float, seed: int) -> dict[str, dict[str, Subgroup]]:
    """Figures by inputs, then subgroup.

    Args:
        table: of the labelled cohort, one row per participant.
        predictions: `label` and `p_<inputs>_fused`, in the table's order; unknown probabilities are left out.
    """
    labels = predictions["label"].to_numpy() == 1
    members = subgroup_rows(table)
    result = {}
    for inputs in [inputs for inputs, branch, _ in chance_columns(predictions) if branch == "fused"]:
        chances = predictions[f"{CHANCE}{inputs}_fused"].to_numpy(dtype=np.float64)
        classified = np.isfinite(chances)
        result[inputs] = {
            name: subgroup(labels[rows & classified], chances[rows & classified], threshold, seed)
            for name, rows in members.items()
        }
    return result


def subgroup(labels: Labels, chances: Chances, threshold: float, seed: int) -> Subgroup:
    """Figures of one group of participants (S,)."""
    counts, impaired = confusion(labels, chances, threshold), int(labels.sum())
    unimpaired = len(labels) - impaired
    both = impaired > 0 and unimpaired > 0
    return Subgroup(
        participants=len(labels),
        impaired=impaired,
        auc=as_metric(bootstrap(auc, class_draws(labels, seed), labels, chances)) if both else None,
        sensitivity=as_metric(share(counts.true_positive, impaired)) if impaired else None,
        specificity=as_metric(share(counts.true_negative, unimpaired)) if unimpaired else None,
    )
