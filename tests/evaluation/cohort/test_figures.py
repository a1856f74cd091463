import json

import numpy as np
import pandas as pd
import pytest

from adcore.evaluation.cohort.figures import best_inputs, figures_of_participants, known_chances
from adcore.model.card_schema import ConformalLimits

pytestmark = pytest.mark.usefixtures("few_resamples")

LIMITS = ConformalLimits(stated=0.9, impaired_from=0.3, unimpaired_to=0.7, impaired_participants=80, unimpaired_participants=78)


def participants(labels: list[float], seed: int = 0) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    chances = generator.uniform(size=len(labels))
    return pd.DataFrame(
        {
            "subject": [f"S{number}" for number in range(len(labels))],
            "label": labels,
            "cdr": [np.nan if np.isnan(label) else label / 2 for label in labels],
            "age_years": generator.integers(60, 90, len(labels)).astype(float),
            "sex": "F",
            "category": np.where(chances > 0.7, "likely impaired", np.where(chances < 0.3, "likely unimpaired", "inconclusive")),
            "p_all_fused": chances,
            "p_all_clinical": chances,
        }
    )


def test_participants_without_a_label_are_counted_but_in_no_figure() -> None:
    labelled = participants([0.0, 1.0] * 10)
    more = pd.concat([labelled, participants([np.nan] * 5, seed=1)], ignore_index=True)
    with_them, without = (figures_of_participants(table, {"all": LIMITS}, 0.5, 0) for table in (more, labelled))
    assert (with_them.participants, with_them.labelled, with_them.impaired) == (25, 20, 10)
    assert with_them.metrics == without.metrics
    assert with_them.right == without.right


def test_fewer_than_ten_give_no_metric_and_say_so() -> None:
    figures = figures_of_participants(participants([0.0, 1.0] * 4), {}, 0.5, 0)
    assert figures.metrics == {}
    assert "8 participants have a label" in figures.missing[0]


@pytest.mark.parametrize(("label", "kept", "lost"), [(1.0, "sensitivity", "specificity"), (0.0, "specificity", "sensitivity")])
def test_one_class_alone_gives_what_it_can_and_says_what_not(label: float, kept: str, lost: str) -> None:
    figures = figures_of_participants(participants([label] * 12), {"all": LIMITS}, 0.5, 0)
    assert set(figures.metrics["all"]["fused"]) == {kept, "log_loss", "brier", "ece"}
    assert "AUC" in figures.missing[0]
    assert lost in figures.missing[0]
    assert figures.coverage == {}


def test_an_empty_group_is_no_error() -> None:
    figures = figures_of_participants(participants([np.nan] * 3), {"all": LIMITS}, 0.5, 0)
    assert figures.labelled == 0
    assert figures.right is None


def test_inputs_that_too_few_participants_have_are_named() -> None:
    table = participants([0.0, 1.0] * 10)
    table.loc[3:, "p_all_clinical"] = np.nan
    figures = figures_of_participants(table, {}, 0.5, 0)
    assert "fused" in figures.metrics["all"]
    assert "clinical" not in figures.metrics["all"]
    assert any("Only 3 labelled participants" in sentence for sentence in figures.missing)


def test_the_share_of_right_answers_leaves_the_inconclusive_out() -> None:
    table = participants([0.0, 1.0] * 10)
    given = table["category"] != "inconclusive"
    right = ((table["category"] == "likely impaired") == (table["label"] == 1))[given].mean()
    found = figures_of_participants(table, {}, 0.5, 0).right
    assert found is not None
    assert found.value == pytest.approx(right, abs=1e-4)


def test_figures_are_plain_json() -> None:
    content = json.loads(json.dumps(figures_of_participants(participants([0.0, 1.0] * 10), {"all": LIMITS}, 0.5, 0).to_json()))
    assert set(content["metrics"]["all"]["fused"]["auc"]) == {"value", "low", "high"}
    assert content["coverage"]["all"]["participants"] == 20
    assert content["subgroups"]["all"]["men"]["participants"] == 0


def test_the_fullest_inputs_come_first_and_empty_ones_do_not_come() -> None:
    table = participants([0.0, 1.0, np.nan]).assign(p_images_fused=0.4, p_no_mmse_fused=np.nan, p_no_scan_all_fused=0.2)
    assert best_inputs(table) == ["all", "images", "no_scan_all"]
    labels, chances = known_chances(table, "images")
    assert labels.tolist() == [False, True]
    assert chances.tolist() == [0.4, 0.4]
