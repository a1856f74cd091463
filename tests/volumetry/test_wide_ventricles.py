import numpy as np
import pytest

from adcore.case.clinical import ClinicalRecord, Sex
from adcore.case.reason import AbstentionCode
from adcore.volumetry.norms import load_norms
from adcore.volumetry.wide_ventricles import MEASURE, Ventricles, wide_ventricles

WHOLE_ML = 1600.0


def size(age: float, sex: Sex, z: float) -> Ventricles:
    """Ventricles that lie so many standard deviations above healthy adults."""
    return Ventricles(float(load_norms().curves[MEASURE].expected(np.array([age]), sex, z, WHOLE_ML)[0]), WHOLE_ML)


@pytest.mark.parametrize(("z", "wide"), [(-3.0, False), (0.0, False), (1.6, False), (1.7, True), (5.0, True)])
@pytest.mark.parametrize("sex", list(Sex))
def test_ventricles_are_wide_beyond_the_95th_percentile(z: float, sex: Sex, wide: bool) -> None:
    reason = wide_ventricles(size(72, sex, z), ClinicalRecord(age_years=72, sex=sex))
    assert (reason is not None) is wide
    if reason is not None:
        assert reason.code is AbstentionCode.WIDE_VENTRICLES
        assert "wider than in 95% of healthy adults of 72 years" in reason.sentence


def test_an_age_beyond_the_norms_is_compared_at_their_oldest() -> None:
    oldest = load_norms().age_years[1]
    reason = wide_ventricles(size(oldest, Sex.FEMALE, 1.7), ClinicalRecord(age_years=90, sex=Sex.FEMALE))
    assert reason is not None
    assert "healthy adults of 82 years" in reason.sentence
    assert wide_ventricles(size(oldest, Sex.FEMALE, 1.6), ClinicalRecord(age_years=90, sex=Sex.FEMALE)) is None


def test_an_unknown_sex_counts_as_the_one_with_the_narrower_norm() -> None:
    between = size(72, Sex.MALE, 1.7)
    assert between < size(72, Sex.FEMALE, 1.645)
    assert wide_ventricles(between, ClinicalRecord(age_years=72)) is not None
    assert wide_ventricles(between, ClinicalRecord(age_years=72, sex=Sex.FEMALE)) is None


@pytest.mark.slow
def test_without_an_age_there_is_nothing_to_compare_and_the_answer_is_inconclusive_anyway() -> None:
    assert wide_ventricles(Ventricles(300, WHOLE_ML), ClinicalRecord(sex=Sex.MALE)) is None
    assert wide_ventricles(Ventricles(0, WHOLE_ML), ClinicalRecord(age_years=72)) is None
