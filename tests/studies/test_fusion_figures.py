import numpy as np
import pandas as pd
import pytest

from adcore.statistics.names import WITH_SCAN
from adcore.studies.fusion import CONCATENATED, SUM
from adcore.studies.fusion_figures import Figures, compare, figure_lines, headline, with_fusions
from tests.support.untrained import untrained_card

LABELS = np.arange(60) % 2


def repeats(sum_tells: float, concatenated_tells: float, count: int = 3) -> pd.DataFrame:
    """Repeats in which two fusions tell the label more or less well."""
    tables = []
    for repeat in range(count):
        generator = np.random.default_rng(repeat)
        table = {"subject": [f"S{number:02d}" for number in range(60)], "label": LABELS, "repeat": repeat}
        for inputs in WITH_SCAN:
            for model, tells in ((SUM, sum_tells), (CONCATENATED, concatenated_tells)):
                odds = tells * (2 * LABELS - 1) + generator.normal(0, 1, 60)
                table[f"p_{inputs}_{model}"] = 1 / (1 + np.exp(-odds))
        tables.append(pd.DataFrame(table).sample(frac=1, random_state=repeat))  # each repeat in an order of its own
    return pd.concat(tables)


def figures_of(table: pd.DataFrame) -> list[Figures]:
    return compare(table, seed=0)


@pytest.mark.parametrize(("tells", "expected"), [((1.5, 0.5), SUM), ((0.5, 1.5), CONCATENATED)])
def test_the_fusion_with_the_lower_log_loss_is_the_headline(tells: tuple[float, float], expected: str) -> None:
    assert headline(figures_of(repeats(*tells))) == expected


def test_where_both_lose_the_same_the_sum_is_the_headline() -> None:
    table = repeats(1.0, 1.0)
    for inputs in WITH_SCAN:
        table[f"p_{inputs}_{SUM}"] = table[f"p_{inputs}_{CONCATENATED}"]
    assert headline(figures_of(table)) == SUM


def test_a_difference_is_paired_and_zero_between_equals() -> None:
    table = repeats(1.0, 1.0)
    table[f"p_images_{SUM}"] = table[f"p_images_{CONCATENATED}"]
    (same,) = (one for one in figures_of(table) if (one.inputs, one.model) == ("images", SUM))
    assert same.less is not None
    for found in same.less.values():
        assert (found.value, found.low, found.high) == (0, 0, 0)


def test_the_better_model_has_the_better_figures() -> None:
    (better,) = (one for one in figures_of(repeats(2.0, 0.3)) if (one.inputs, one.model) == ("images", SUM))
    assert better.less is not None
    assert better.less["AUC"].low > 0
    assert better.less["log loss"].high < 0
    assert better.less["Brier score"].high < 0


def test_the_table_says_everything_once_a_row() -> None:
    lines = figure_lines(figures_of(repeats(1.0, 1.0)))
    assert len({line.count("|") for line in lines}) == 1
    assert len(lines) == 2 + 2 * len(WITH_SCAN)
    assert sum("concatenation |" in line and "to" not in line for line in lines) == len(WITH_SCAN)


def test_the_card_holds_both_fusions_paired_as_the_study_prints_them() -> None:
    table = repeats(0.5, 1.5)
    card = with_fusions(untrained_card(), table, 0)
    assert [(one.inputs, one.first, one.second, one.repeats) for one in card.fusions] == [
        (inputs, CONCATENATED, SUM, 3) for inputs in WITH_SCAN
    ]
    for one, printed in zip(card.fusions, [one for one in figures_of(table) if one.model == SUM], strict=True):
        assert printed.less is not None
        assert one.difference.value == pytest.approx(-printed.less["AUC"].value, abs=1e-3)
    assert "adcore study fusion" in card.origins["fusions"]
