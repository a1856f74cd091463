"""Plotly figures of a classifier's performance, for the HTML report and the pages: plain arrays in, figures out."""

from adcore.charts.calibration import reliability_chart
from adcore.charts.counts import confusion_chart, confusion_in_words
from adcore.charts.coverage import coverage_chart
from adcore.charts.decision import decision_chart
from adcore.charts.discrimination import precision_recall_chart, roc_chart
from adcore.charts.forest import ForestRow, forest_chart, forest_in_words
from adcore.charts.histogram import histogram_chart

__all__ = [
    "ForestRow",
    "confusion_chart",
    "confusion_in_words",
    "coverage_chart",
    "decision_chart",
    "forest_chart",
    "forest_in_words",
    "histogram_chart",
    "precision_recall_chart",
    "reliability_chart",
    "roc_chart",
]
