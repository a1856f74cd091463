import pytest

from adcore.model.calibration import Estimate
from adcore.report.wording import volume_numbers, with_interval
from adcore.volumetry import VolumeFinding
from adcore.volumetry.norms import NormScore
from adcore.words import (
    apart,
    interval,
    millilitres,
    percent,
    percent_interval,
    percentile,
    percentile_interval,
    points,
    points_range,
)
from app.review.volumes import volume_sentence


@pytest.mark.parametrize(("share", "decimals", "text"), [(0.0, 0, "0%"), (0.354, 0, "35%"), (0.0123, 1, "1.2%"), (1, 0, "100%")])
def test_a_share_is_written_as_it_is(share: float, decimals: int, text: str) -> None:
    assert percent(share, decimals) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "<1"), (0.5, "<1"), (0.7, "1"), (62.4, "62"), (99.4, "99"), (99.5, ">99"), (100.0, ">99")]
)
def test_percentiles_are_never_written_as_0_or_100(value: float, text: str) -> None:
    assert percentile(value) == text


@pytest.mark.parametrize(
    ("probability", "text"), [(0.0, "<5"), (0.049, "<5"), (0.05, "5"), (0.624, "62"), (0.95, "95"), (0.951, ">95"), (1.0, ">95")]
)
def test_of_a_probability_no_more_is_said_than_the_counts_support(probability: float, text: str) -> None:
    assert points(probability) == text


def test_a_probability_comes_with_its_interval() -> None:
    assert with_interval(Estimate(0.62, 0.001, 0.754)) == "62% (<5 to 75%)"


def test_page_and_report_write_the_same_percentile() -> None:
    score = NormScore(-2.46, -2.9, -2.1, 0.7, 0.2, 1.8)
    finding = VolumeFinding("hippocampi", 5.1, 0.0034, score, None)
    assert percentile_interval(0.01, 0.0, 0.2) == "<1 (<1)"
    assert volume_numbers(finding)[-1] == "1 (<1 to 2)"
    assert "percentile 1 (<1 to 2), z -2.5" in volume_sentence(finding)


def test_intervals_and_volumes_are_written_in_one_way() -> None:
    assert interval(0.8234, 0.751, 0.884) == "0.82 (0.75 to 0.88)"
    assert interval(-3.04, -4.41, 1.6, "+.1f", "% a year") == "-3.0% a year (-4.4 to +1.6)"
    assert percent_interval(0.62, 0.481, 0.754) == "62% (48 to 75%)"
    assert points_range(0.001, 0.999) == "<5 to >95%"
    assert points_range(0.96, 0.999) == ">95%"
    assert (millilitres(6.14), millilitres(1530.4)) == ("6.1", "1530")


@pytest.mark.parametrize(
    ("value", "other", "texts"),
    [
        (0.3, 0.5, ("0.30", "0.50")),
        (0.4987, 0.5013, ("0.499", "0.501")),
        (0.5, 0.5, ("0.50", "0.50")),
        (1, 1.0001, ("1.0000", "1.0001")),
    ],
)
def test_two_numbers_look_alike_only_where_they_are(value: float, other: float, texts: tuple[str, str]) -> None:
    assert apart(value, other, 2) == texts
