import pytest

from adcore.errors import ModelError
from adcore.model.calibration import Estimate, at_prevalence

ESTIMATE = Estimate(0.6, 0.4, 0.8)


def test_the_prevalence_of_the_training_changes_nothing() -> None:
    moved = at_prevalence(ESTIMATE, 0.5, 0.5)
    assert (moved.probability, moved.low, moved.high) == pytest.approx((0.6, 0.4, 0.8))


def test_the_likelihood_ratio_stays() -> None:
    """Odds of 0.6/0.4 at even prior odds are a likelihood ratio of 1.5; before odds of 1 to 4 that is 0.375."""
    assert at_prevalence(ESTIMATE, 0.5, 0.2).probability == pytest.approx(0.375 / 1.375)


def test_saliency_that_says_nothing_gives_the_clinics_prevalence() -> None:
    assert at_prevalence(Estimate(0.3, 0.2, 0.4), 0.3, 0.05).probability == pytest.approx(0.05)


def test_the_interval_moves_along() -> None:
    moved = at_prevalence(ESTIMATE, 0.5, 0.1)
    assert moved.low < moved.probability < moved.high < ESTIMATE.high


@pytest.mark.parametrize("share", [0.0, 1.0, float("nan")])
def test_a_prevalence_of_nobody_or_everybody_is_refused(share: float) -> None:
    with pytest.raises(ModelError, match="between 0 and 1"):
        at_prevalence(ESTIMATE, 0.5, share)
