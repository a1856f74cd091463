import numpy as np
import pandas as pd
import pytest

from adcore.case.clinical import Sex
from adcore.errors import NormRangeError
from adcore.studies.norms import fit_curve, fit_norms
from adcore.volumetry.findings import MEASURES
from adcore.volumetry.norms import Norms

SPREAD = 0.08


@pytest.fixture(scope="module")
def participants() -> pd.DataFrame:
    """Healthy adults whose shares fall with age and are 5% larger in men, scattered by 8%."""
    random = np.random.default_rng(0)
    age = random.uniform(20, 80, 400)
    male = random.random(400) < 0.5
    shares = np.exp(-5 - 0.03 * (age - 50) / 10 + 0.05 * male + random.normal(0, SPREAD, 400))
    columns = {"person": [f"p{i}" for i in range(400)], "age_years": age, "sex": np.where(male, "M", "F")}
    return pd.DataFrame(columns | dict.fromkeys(MEASURES, shares))


@pytest.fixture(scope="module")
def norms(participants: pd.DataFrame) -> Norms:
    return fit_norms(participants, frozenset(participants["person"][::5]), "0" * 64, seed=1)


def test_a_patient_on_the_true_curve_is_average(norms: Norms) -> None:
    score = norms.score("hippocampi", float(np.exp(-5 - 0.03 * 2 + 0.05)), 70, Sex.MALE)
    assert abs(score.z) < 0.25
    assert score.z_low < score.z < score.z_high
    assert score.percentile_low < score.percentile < score.percentile_high
    assert 40 < score.percentile < 60


def test_two_spreads_below_is_the_second_percentile(norms: Norms) -> None:
    score = norms.score("hippocampi", float(np.exp(-5 - 2 * SPREAD)), 50, Sex.FEMALE)
    assert score.z == pytest.approx(-2, abs=0.3)
    assert score.percentile == pytest.approx(2.3, abs=1.5)


def test_fewer_participants_give_a_wider_interval(participants: pd.DataFrame) -> None:
    random = np.random.default_rng(2)
    many, few = (fit_curve(participants.head(count), "hippocampi", random).score(0.006, 70, Sex.MALE) for count in (400, 40))
    assert few.z_high - few.z_low > 1.5 * (many.z_high - many.z_low)


@pytest.mark.parametrize(("age", "sex"), [(90.0, Sex.MALE), (18.0, Sex.FEMALE), (None, Sex.MALE), (70.0, None)])
def test_ages_not_seen_and_unknown_fields_have_no_score(norms: Norms, age: float | None, sex: Sex | None) -> None:
    with pytest.raises(NormRangeError):
        norms.score("whole brain", 0.8, age, sex)


def test_participants_held_out_are_checked_against_the_others(norms: Norms) -> None:
    check = norms.check["whole brain"]
    assert check["participants"] == 80
    assert abs(check["mean_z"]) < 0.3
    assert check["spread_of_z"] == pytest.approx(1, abs=0.2)


def test_norms_survive_writing_and_reading(norms: Norms) -> None:
    assert Norms.model_validate_json(norms.model_dump_json()) == norms
