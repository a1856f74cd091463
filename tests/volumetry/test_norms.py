import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from adcore.case.clinical import Sex
from adcore.errors import CohortError, ModelError, NormRangeError
from adcore.studies.norms import (
    INTRACRANIAL_COLUMN,
    apart_from_the_others,
    clinic_offset,
    fit_curve,
    fit_norms,
    scale_anchors,
    shares_at_50,
)
from adcore.volumetry import findings
from adcore.volumetry.findings import MEASURES
from adcore.volumetry.norms import MIDDLE_ML, Norms, load_norms, shipped_norms
from adcore.volumetry.offset import OFFSET_VARIABLE

SPREAD, HEAD_POWER, UNSEEN = 0.08, 0.7, -0.05


def healthy(count: int, scatter: float = SPREAD, seed: int = 0) -> pd.DataFrame:
    """Adults whose volumes fall with age, are 5% larger in men and grow with the head by a power of 0.7.

    The network finds 5% less in those whom it was not trained on, every fifth.
    """
    random = np.random.default_rng(seed)
    age, male = random.uniform(20, 80, count), random.random(count) < 0.5
    whole = MIDDLE_ML * np.exp(random.normal(0, 0.1, count))
    unseen = np.arange(count) % 5 == 0
    level = 2 - 0.03 * (age - 50) / 10 + 0.05 * male + HEAD_POWER * np.log(whole / MIDDLE_ML) + UNSEEN * unseen
    volumes = np.exp(level + random.normal(0, scatter, count))
    columns = {"person": [f"p{i}" for i in range(count)], "age_years": age, "sex": np.where(male, "M", "F")}
    return pd.DataFrame(columns | {INTRACRANIAL_COLUMN: whole} | dict.fromkeys(MEASURES, volumes))


def seen(table: pd.DataFrame) -> np.ndarray:
    return np.arange(len(table)) % 5 != 0


@pytest.fixture(scope="module")
def participants() -> pd.DataFrame:
    return healthy(400)


@pytest.fixture(scope="module")
def norms(participants: pd.DataFrame) -> Norms:
    with pytest.MonkeyPatch.context() as patch:  # three measures are enough
        patch.setattr("adcore.studies.norms.NORMED", MEASURES)
        return fit_norms(participants, set(participants["person"][seen(participants)]), "0" * 64, seed=1)


def true_volume(years: float, *, male: bool, whole_ml: float = MIDDLE_ML, spreads: float = 0.0) -> float:
    size = HEAD_POWER * np.log(whole_ml / MIDDLE_ML)
    return float(np.exp(2 + UNSEEN - 0.03 * (years - 50) / 10 + 0.05 * male + size + spreads * SPREAD))


@pytest.mark.parametrize("whole_ml", [1200.0, MIDDLE_ML, 1800.0])
def test_a_patient_on_the_true_curve_is_average_whatever_the_size_of_the_head(norms: Norms, whole_ml: float) -> None:
    score = norms.score("hippocampi", true_volume(70, male=True, whole_ml=whole_ml), whole_ml, 70, Sex.MALE)
    assert abs(score.z) < 0.3
    assert score.z_low < score.z < score.z_high
    assert score.percentile_low < score.percentile < score.percentile_high


def test_the_level_is_that_of_participants_whom_the_network_was_not_trained_on(norms: Norms) -> None:
    assert norms.held_out == 80
    level = norms.curves["hippocampi"].coefficients[0]
    assert level == pytest.approx(2 + UNSEEN, abs=0.02)


def test_two_spreads_below_is_the_second_percentile(norms: Norms) -> None:
    score = norms.score("hippocampi", true_volume(50, male=False, spreads=-2), MIDDLE_ML, 50, Sex.FEMALE)
    assert score.z == pytest.approx(-2, abs=0.3)
    assert score.percentile == pytest.approx(2.3, abs=1.5)


def test_shares_at_50_are_the_mean_of_both_sexes_and_carry_what_heads_differ_by(participants: pd.DataFrame) -> None:
    middle, spread = shares_at_50(participants)["hippocampi"]
    assert middle == pytest.approx(2 + 0.05 / 2 + UNSEEN / 5 - np.log(MIDDLE_ML), abs=0.01)
    assert spread == pytest.approx(np.sqrt(SPREAD**2 + ((1 - HEAD_POWER) * 0.1) ** 2), rel=0.1)


def test_scales_are_anchored_at_the_young_median_and_a_high_percentile_of_the_old() -> None:
    random = np.random.default_rng(0)
    age = random.uniform(20, 80, 2000)
    table = pd.DataFrame({"age_years": age, INTRACRANIAL_COLUMN: 1400.0, "whole brain": 1400.0 - 2 * age})
    for side in ("left", "right"):
        table[f"{side} hippocampus"] = 4.0
        table[f"{side} inferior horn"] = 4 * np.exp(-3 + 0.02 * (age - 30) + random.normal(0, 0.3, 2000))
    none, marked = scale_anchors(table)["horn / hippocampus"]
    assert none == pytest.approx(-3, abs=0.05)
    assert marked == pytest.approx(-3 + 0.02 * 35 + 1.28 * 0.3, abs=0.05)
    assert scale_anchors(table)["fluid / brain"][1] == pytest.approx(np.log(130 / 1270), abs=0.1)


def test_the_interval_holds_the_true_place_about_as_often_as_it_says() -> None:
    held = 0
    for seed in range(20):
        table = healthy(60, seed=seed)
        curve = fit_curve(table, "hippocampi", seen(table), np.random.default_rng(seed), resamples=40)
        score = curve.score(true_volume(65, male=False, spreads=-1), MIDDLE_ML, 65, Sex.FEMALE)
        held += score.z_low <= -1 <= score.z_high
    assert held >= 16  # of 20; 19 expected


def test_a_participant_does_not_move_the_curve_they_are_measured_by() -> None:
    random = np.random.default_rng(0)
    terms, target = np.column_stack([np.ones(12), random.normal(size=12)]), random.normal(size=12)
    alone = [
        target[row] - terms[row] @ np.linalg.lstsq(np.delete(terms, row, 0), np.delete(target, row), rcond=None)[0]
        for row in range(12)
    ]
    assert apart_from_the_others(terms, target) == pytest.approx(np.array(alone))


@pytest.mark.parametrize(("age", "sex"), [(90.0, Sex.MALE), (18.0, Sex.FEMALE), (None, Sex.MALE), (70.0, None)])
def test_ages_not_seen_and_unknown_fields_have_no_score(norms: Norms, age: float | None, sex: Sex | None) -> None:
    with pytest.raises(NormRangeError):
        norms.score("whole brain", 1100, MIDDLE_ML, age, sex)


def test_participants_held_out_are_checked_against_the_others(norms: Norms) -> None:
    check = norms.check["whole brain"]
    assert check["participants"] == 80
    assert abs(check["mean_z"]) < 0.3
    assert check["spread_of_z"] == pytest.approx(1, abs=0.2)


def test_norms_survive_writing_and_reading(norms: Norms) -> None:
    assert Norms.model_validate_json(norms.model_dump_json()) == norms


def test_every_structure_and_both_sides_have_a_shipped_norm() -> None:
    assert set(shipped_norms().curves) == set(findings.NORMED)
    assert {"left hippocampus", "right inferior horn", "CSF"} <= set(findings.NORMED)


def test_a_clinic_s_healthy_adults_lie_at_0_on_the_norms_they_moved(norms: Norms) -> None:
    own = healthy(30, seed=5)
    own["hippocampi"] *= 1.1
    offset = clinic_offset(own, norms)
    moved = norms.moved(offset.offsets, offset.participants)
    rows = own.itertuples()
    z = [moved.curves["hippocampi"].z(row.hippocampi, row.intracranial, row.age_years, Sex(row.sex)) for row in rows]
    assert np.mean(z) == pytest.approx(0, abs=0.05)
    assert 28 <= moved.clinic <= 30  # ages outside the norms are left out
    before, after = (one.score("hippocampi", 7.0, MIDDLE_ML, 60, Sex.MALE) for one in (norms, moved))
    assert after.z < before.z - 0.5
    assert after.z_high - after.z_low > before.z_high - before.z_low  # the offset is not known exactly


def test_too_few_healthy_adults_make_no_offset(norms: Norms) -> None:
    with pytest.raises(CohortError, match="at least 20 healthy adults of 20 to 80 years"):
        clinic_offset(healthy(19, seed=5), norms)


def test_an_offset_moves_what_is_loaded_and_one_of_another_network_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    norms, written = shipped_norms(), tmp_path / "offset.json"
    content = {
        "participants": 22,
        "weights_sha256": norms.weights_sha256,
        "offsets": {measure: (0.1, 0.01) for measure in norms.curves},
        "spreads": dict.fromkeys(norms.curves, 1.0),
    }
    written.write_text(json.dumps(content))
    monkeypatch.setenv(OFFSET_VARIABLE, str(written))
    moved, kept = load_norms().curves["hippocampi"], norms.curves["hippocampi"]
    assert moved.z(7, MIDDLE_ML, 60, Sex.MALE) == pytest.approx(kept.z(7, MIDDLE_ML, 60, Sex.MALE) - 0.1 / kept.spread)
    for name, text in (("other", json.dumps(content | {"weights_sha256": "1" * 64})), ("none", "{}")):
        (tmp_path / name).write_text(text)
        monkeypatch.setenv(OFFSET_VARIABLE, str(tmp_path / name))
        with pytest.raises(ModelError, match="adcore structures norms --add"):
            load_norms()
