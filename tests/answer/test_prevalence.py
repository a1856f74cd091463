import pytest

from adcore.answer.prevalence import Assumed, prevalence_lines
from adcore.errors import ModelError
from adcore.model.calibration import Estimate

ANSWER = Estimate(0.17, 0.11, 0.26)


def test_without_a_clinics_own_prevalence_the_training_leads_and_1_in_5_stands_beside() -> None:
    first, second = prevalence_lines(ANSWER, 0.5)
    assert first.estimate.probability == pytest.approx(0.17)
    assert first.sentence == "Where half of the patients are impaired, as in training: 17 (11 to 26) of 100 people like this."
    assert second.sentence == "Where 1 in 5 is impaired: 5 (3 to 8) of 100 people like this."
    assert second.estimate.probability == pytest.approx(0.17 / 0.83 / 4 / (1 + 0.17 / 0.83 / 4))


def test_a_clinics_own_prevalence_leads_and_the_trainings_stays() -> None:
    own, trained = prevalence_lines(ANSWER, 0.5, 0.33)
    assert (own.assumed, trained.assumed) == (Assumed.CLINIC, Assumed.TRAINING)
    assert own.where == "where 33% of the patients are impaired, as in your clinic"
    assert own.percent == "9% (6 to 15%)"


def test_a_card_that_does_not_say_gives_no_line() -> None:
    assert prevalence_lines(ANSWER, None) == ()


@pytest.mark.parametrize(
    ("prevalence", "least", "most"), [(0.5, "<5", ">95"), (0.2, "<2", ">82"), (0.8, "<18", ">98"), (0.01, "<1", ">16")]
)
def test_the_most_that_is_said_moves_with_the_prevalence(prevalence: float, least: str, most: str) -> None:
    low, high = (prevalence_lines(Estimate(value, value, value), 0.5, prevalence)[0].points for value in (0.001, 0.999))
    assert (low, high) == (least, most)


@pytest.mark.parametrize("own", [0.0, 1.0, 1.2])
def test_a_prevalence_that_is_no_share_is_refused(own: float) -> None:
    with pytest.raises(ModelError, match="between 0 and 1"):
        prevalence_lines(ANSWER, 0.5, own)
