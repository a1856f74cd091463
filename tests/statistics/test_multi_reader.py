import numpy as np
import pytest
from scipy.stats import norm
from sklearn.metrics import cohen_kappa_score

from adcore.statistics.metrics import area_under_curve
from adcore.statistics.multi_reader import between_readers, compare_auc, compare_seconds, kappa, reader_auc, within_readers

CASES = 40
LABELS = np.arange(CASES) % 2 == 1


def simulated(generator: np.random.Generator, gains: tuple[float, float], readers: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Ratings of readers whose evidence for both arms differs by label by these separations, with skill and case in common."""
    skill, case = generator.normal(0, 0.2, (readers, 1)), generator.normal(0, 0.6, CASES)
    return tuple(
        (gain + skill) * LABELS + case + generator.normal(0, 0.8, (readers, CASES)) for gain in gains
    )  # evidence of unit variance within each label


def test_the_mean_auc_is_that_of_the_readers_and_the_truth_lies_in_its_interval_about_as_often_as_stated() -> None:
    generator, inside, apart = np.random.default_rng(1), 0, 0
    truth = [norm.cdf(gain / np.sqrt(2)) for gain in (0.8, 2.4)]
    for seed in range(6):
        without, helped = simulated(generator, (0.8, 2.4))
        arms = compare_auc(LABELS, without, helped, seed)
        assert arms.without.value == pytest.approx(np.mean([area_under_curve(LABELS, one) for one in without]))
        assert arms.difference.value == pytest.approx(arms.with_model.value - arms.without.value)
        inside += arms.difference.low <= truth[1] - truth[0] <= arms.difference.high
        apart += arms.difference.low > 0
    assert inside >= 5
    assert apart >= 5


def test_help_that_changes_nothing_is_not_called_a_difference() -> None:
    generator = np.random.default_rng(2)
    found = [compare_auc(LABELS, *simulated(generator, (1.0, 1.0)), seed).difference for seed in range(6)]
    assert sum(one.low > 0 or one.high < 0 for one in found) <= 1


def test_an_interval_over_readers_too_is_wider_than_one_over_cases() -> None:
    generator = np.random.default_rng(3)
    easy, hard = simulated(generator, (3.0, 0.2), readers=3)
    unlike = np.concatenate([easy, hard])
    both = compare_auc(LABELS, unlike, unlike, 0)
    widths = [one.high - one.low for one in reader_auc(LABELS, unlike, 0)]
    assert both.without.high - both.without.low > np.mean(widths)
    assert both.difference.low == both.difference.high == 0


@pytest.mark.parametrize(("levels", "weights"), [(2, None), (5, "quadratic")])
def test_kappa_is_scikit_learns(levels: int, weights: str | None) -> None:
    generator = np.random.default_rng(4)
    first = generator.integers(0, levels, 80)
    second = np.where(generator.uniform(size=80) < 0.6, first, generator.integers(0, levels, 80))
    assert kappa(first.astype(float), second.astype(float)) == pytest.approx(cohen_kappa_score(first, second, weights=weights))


def test_agreement_is_1_with_oneself_about_0_by_chance_and_none_with_a_single_reader() -> None:
    generator = np.random.default_rng(5)
    ratings = generator.integers(0, 2, (4, CASES)).astype(float)
    own = within_readers(LABELS, ratings, ratings, 0)
    assert own is not None
    assert own.low == 1
    assert within_readers(LABELS, np.ones((2, CASES)), np.ones((2, CASES)), 0) is None
    by_chance = between_readers(LABELS, ratings, 0)
    assert by_chance is not None
    assert by_chance.low < 0 < by_chance.high
    assert between_readers(LABELS, ratings[:1], 0) is None
    assert np.isnan(kappa(np.ones(5), np.ones(5)))


def test_time_saved_by_everybody_is_found() -> None:
    slow = np.random.default_rng(6).normal(60, 5, (4, CASES))
    arms = compare_seconds(LABELS, slow, slow - 12, 0)
    assert arms.difference.value == pytest.approx(-12)
    assert arms.difference.high == pytest.approx(-12)
