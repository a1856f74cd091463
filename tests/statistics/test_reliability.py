import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from adcore.statistics.reliability import recalibration, reliability

pytestmark = pytest.mark.usefixtures("few_resamples")


def drawn(participants: int, sharpen: float, shift: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Labels of true probabilities, and the probabilities that are stated: log-odds stretched and shifted."""
    generator = np.random.default_rng(0)
    odds = generator.normal(0, 1.5, participants)
    labels = generator.uniform(size=participants) < 1 / (1 + np.exp(-odds))
    return labels, 1 / (1 + np.exp(-(sharpen * odds + shift)))


@pytest.mark.parametrize(("sharpen", "shift"), [(1.0, 0.0), (2.0, 0.0), (0.5, 0.0), (1.0, 1.0)])
def test_slope_and_intercept_undo_how_probabilities_were_stretched(sharpen: float, shift: float) -> None:
    found = reliability(*drawn(20_000, sharpen, shift), seed=0)
    assert found.slope.value == pytest.approx(1 / sharpen, abs=0.06)
    assert found.intercept.value == pytest.approx(-shift / sharpen, abs=0.06)
    assert found.slope.low < found.slope.value < found.slope.high


def test_they_are_those_of_an_unpenalised_logistic_regression() -> None:
    labels, chances = drawn(158, 1.3)
    slope, intercept = recalibration(labels, chances)
    odds = np.log(chances / (1 - chances))[:, None]
    model = LogisticRegression(C=1e6).fit(odds, labels)
    assert (float(slope), float(intercept)) == (
        pytest.approx(model.coef_[0, 0], abs=1e-3),
        pytest.approx(model.intercept_[0], abs=1e-3),
    )


def test_the_error_by_chance_shrinks_with_more_participants() -> None:
    few, many = (reliability(*drawn(participants, 1.0), seed=0).ece_by_chance for participants in (150, 5000))
    assert few.low <= few.value <= few.high
    assert many.value < few.value / 3
