import numpy as np
import pandas as pd
import pytest

from adcore.statistics.subgroups import subgroup_rows, subgroups

TABLE = pd.DataFrame(
    {
        "age_years": [62, 74.9, 75, 80, 90, np.nan],
        "sex": ["F", "M", "F", "M", None, "F"],
        "cdr": [0, 0.5, 0, 1, 2, 0],
    }
)


def test_members_of_subgroups_follow_age_sex_and_cdr() -> None:
    members = {name: list(np.flatnonzero(rows)) for name, rows in subgroup_rows(TABLE).items()}
    assert members == {
        "below 75 years": [0, 1],
        "75 years and over": [2, 3, 4],
        "women": [0, 2, 5],
        "men": [1, 3],
        "CDR 0 against 0.5": [0, 1, 2, 5],
        "CDR 0 against 1 and above": [0, 2, 3, 4, 5],
    }


@pytest.mark.usefixtures("few_resamples")
def test_a_subgroup_with_one_class_only_has_no_area_but_keeps_its_rate() -> None:
    chances = [0.2, 0.9, 0.3, 0.8, 0.4, 0.6]
    predictions = pd.DataFrame({"label": (TABLE["cdr"] > 0).astype(int), "p_all_fused": chances})
    found = subgroups(TABLE, predictions, threshold=0.5, seed=0)["all"]
    men, women, severe = found["men"], found["women"], found["CDR 0 against 1 and above"]
    assert (men.participants, men.impaired, men.auc, men.specificity) == (2, 2, None, None)
    assert men.sensitivity is not None
    assert men.sensitivity.value == 1
    assert men.sensitivity.low < 0.5  # two are few, and the interval shows it
    assert women.sensitivity is None
    assert women.specificity is not None
    assert women.specificity.value == pytest.approx(2 / 3, abs=1e-4)
    assert severe.auc is not None
    assert severe.auc.value == pytest.approx(5 / 6, abs=1e-4)


@pytest.mark.usefixtures("few_resamples")
def test_participants_without_a_probability_are_not_counted() -> None:
    predictions = pd.DataFrame({"label": [0, 1, 0, 1, 1, 0], "p_all_fused": [0.2, np.nan, 0.3, 0.8, 0.4, 0.6]})
    assert subgroups(TABLE, predictions, threshold=0.5, seed=0)["all"]["men"].participants == 1
