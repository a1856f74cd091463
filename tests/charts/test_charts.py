import json

import numpy as np
import plotly.graph_objects as go
import pytest

from adcore.charts import (
    ForestRow,
    confusion_chart,
    coverage_chart,
    forest_chart,
    histogram_chart,
    precision_recall_chart,
    reliability_chart,
    roc_chart,
)
from adcore.statistics.metrics import Confusion, confusion

TRUTH = "CDR above 0: impaired"
GENERATOR = np.random.default_rng(0)
LABELS = GENERATOR.uniform(size=60) < 0.5
CHANCES = 1 / (1 + np.exp(-(2 * (LABELS - 0.5) + GENERATOR.normal(0, 1, 60))))


def trace(figure: go.Figure, name: str) -> go.Scatter:
    (found,) = [one for one in figure.data if one.name and one.name.startswith(name)]
    return found


def test_the_operating_point_lies_at_the_thresholds_own_rates() -> None:
    counts = confusion(LABELS, CHANCES, 0.6)
    point = trace(roc_chart(LABELS, CHANCES, 0.6), "threshold")
    assert point.x[0] == pytest.approx(counts.false_positive / (~LABELS).sum())
    assert point.y[0] == pytest.approx(counts.true_positive / LABELS.sum())
    point = trace(precision_recall_chart(LABELS, CHANCES, 0.6), "threshold")
    assert point.y[0] == pytest.approx(counts.true_positive / (counts.true_positive + counts.false_positive))


def test_a_threshold_without_positive_answers_has_no_precision_to_show() -> None:
    assert not [one for one in precision_recall_chart(LABELS, CHANCES, 1.1).data if str(one.name).startswith("threshold")]


def test_rows_are_what_participants_are_and_columns_what_they_were_called() -> None:
    (cells,) = confusion_chart(Confusion(true_positive=4, false_negative=3, true_negative=2, false_positive=1), TRUTH).data
    where = (list(cells.y).index("impaired (7)"), list(cells.x).index("predicted<br>unimpaired"))
    assert np.array(cells.customdata)[where] == 3
    assert np.array(cells.z)[where] == pytest.approx(3 / 7)


def test_an_empty_row_is_drawn_as_zero() -> None:
    (cells,) = confusion_chart(Confusion(true_positive=4, false_negative=3, true_negative=0, false_positive=0), TRUTH).data
    assert np.array(cells.z)[0].tolist() == [0, 0]


def test_each_calibration_point_says_how_many_participants_it_is() -> None:
    points = trace(reliability_chart(LABELS, CHANCES), "participants")
    assert sum(map(int, points.text)) == 60


def test_the_models_own_rule_is_marked_only_where_it_is_known() -> None:
    assert len(coverage_chart(LABELS, CHANCES, 0.5).data) + 1 == len(coverage_chart(LABELS, CHANCES, 0.5, (0.5, 0.9)).data)


def test_forest_rows_stand_from_top_to_bottom_with_what_is_only_compared_hollow() -> None:
    rows = [ForestRow("this", 0.8, 0.7, 0.9), ForestRow("rival", 0.6, 0.5, 0.7, note="of 9", main=False)]
    figure = forest_chart(rows, "AUC", reference=0.5)
    assert list(figure.layout.yaxis.categoryarray)[-1] == "this"
    assert list(figure.data[0].marker.symbol) == ["circle", "circle-open"]
    assert figure.data[0].error_x.arrayminus[1] == pytest.approx(0.1)


def test_long_words_of_a_forest_stand_on_several_lines_each_row_with_room_for_them() -> None:
    long = "MMSE known only as under 24, 24 to 26, 27 and over"
    short, wrapped = (forest_chart([ForestRow(name, 0.8, 0.7, 0.9)] * 2, "AUC").layout for name in ("MMSE", long))
    lines = wrapped.yaxis.categoryarray[0].split("<br>")
    assert " ".join(lines) == long
    assert max(map(len, lines)) < len(long)
    assert wrapped.height > short.height


def test_paper_is_clear_so_that_light_and_dark_pages_both_hold() -> None:
    for figure in (roc_chart(LABELS, CHANCES, 0.5), confusion_chart(confusion(LABELS, CHANCES, 0.5), TRUTH)):
        layout = json.loads(figure.to_json())["layout"]
        assert layout["paper_bgcolor"] == layout["plot_bgcolor"] == "rgba(0, 0, 0, 0)"


def test_every_participant_stands_in_one_bar_of_its_label() -> None:
    unimpaired, impaired = histogram_chart(LABELS, CHANCES, 0.5).data
    assert (sum(unimpaired.y), sum(impaired.y)) == ((~LABELS).sum(), LABELS.sum())
    (bar,) = np.flatnonzero(
        (impaired.customdata[:, 0] <= 100 * CHANCES[LABELS][0]) & (100 * CHANCES[LABELS][0] < impaired.customdata[:, 1])
    )
    assert impaired.y[bar] >= 1
