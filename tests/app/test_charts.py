"""Every chart says what it shows to those who can't see it."""

from pathlib import Path

import app
from app.review.charts import branches_in_words
from tests.support.fakes import TYPICAL, fake_analysis, head_scan


def test_charts_are_shown_by_the_one_function_that_asks_for_words() -> None:
    files = Path(app.__file__).parent.rglob("*.py")
    assert [file.name for file in files if "plotly_chart(" in file.read_text()] == ["widgets.py"]


def test_the_branches_are_told_with_their_intervals() -> None:
    prediction = fake_analysis(head_scan(), TYPICAL).prediction
    assert prediction is not None
    assert "VGG16 58% (46 to 68%); ResNet50 44% (32 to 54%)" in branches_in_words(prediction)
