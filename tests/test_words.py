import pytest

from adcore.model.calibration import Estimate
from adcore.report.wording import volume_numbers, with_interval
from adcore.volumetry import VolumeFinding
from adcore.volumetry.norms import NormScore
from adcore.words import percent, percentile, points
from app.review.volumes import volume_sentence


@pytest.mark.parametrize(("share", "decimals", "said"), [(0.0, 0, "0%"), (0.354, 0, "35%"), (0.0123, 1, "1.2%"), (1, 0, "100%")])
def test_a_share_is_told_as_it_is(share: float, decimals: int, said: str) -> None:
    assert percent(share, decimals) == said


@pytest.mark.parametrize(
    ("value", "said"), [(0.0, "<1"), (0.5, "<1"), (0.7, "1"), (62.4, "62"), (99.4, "99"), (99.5, ">99"), (100.0, ">99")]
)
def test_probabilities_and_percentiles_are_never_told_as_0_or_100(value: float, said: str) -> None:
    assert percentile(value) == points(value / 100) == said


def test_a_probability_comes_with_its_interval() -> None:
    assert with_interval(Estimate(0.62, 0.001, 0.754)) == "62% (<1 to 75%)"


def test_page_and_report_tell_the_same_percentile() -> None:
    score = NormScore(-2.46, -2.9, -2.1, 0.7, 0.2, 1.8)
    finding = VolumeFinding("hippocampi", 5.1, 0.0034, score, None)
    assert volume_numbers(finding)[-1] == "1 (<1 to 2)"
    assert "percentile 1 (<1 to 2), z -2.5" in volume_sentence(finding)
