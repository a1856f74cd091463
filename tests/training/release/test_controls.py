import numpy as np
import pandas as pd

from adcore.training.release.controls import chance_error_control, pixel_control, withheld_control
from tests.support.untrained import synthetic_cohort


def folds(participants: int) -> pd.DataFrame:
    generator = np.random.default_rng(3)
    logits = generator.normal(0, 2, participants)
    labels = (generator.random(participants) < 1 / (1 + np.exp(-logits))).astype(int)
    return pd.DataFrame({"fold": np.arange(participants) % 5, "label": labels, "logit_all_fused": logits})


def test_even_perfect_probabilities_show_a_calibration_error_which_more_participants_lessen() -> None:
    few, many = (chance_error_control(folds(participants), seed=1).result for participants in (80, 2000))
    assert few is not None
    assert many is not None
    assert few.low > 0
    assert many.value < few.value / 2


def test_only_participants_whose_field_is_known_can_have_it_withheld() -> None:
    control = withheld_control(np.array([0.2, np.nan, 0.4]), seed=1)
    assert control.result is not None
    assert control.result.value == 0.3
    assert "2 participants" in control.done
    assert withheld_control(np.full(3, np.nan), seed=1).result is None


def test_pixels_of_a_handful_of_participants_can_be_fitted() -> None:
    cohort = synthetic_cohort(labelled=8, others=0).labelled()
    fold_of = {person: row // 4 for row, person in enumerate(cohort.table["person"])}
    control = pixel_control(cohort, fold_of, seed=0)
    assert control.result is not None
    assert 0 <= control.result.low <= control.result.value <= control.result.high <= 1
