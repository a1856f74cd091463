from pathlib import Path

import numpy as np
import pytest

from adcore.cohorts.browse import open_cohort
from adcore.evaluation.cases.synthetic_cases import predict_synthetic
from adcore.predict import Predictor
from tests.support.model_folder import SLICES, write_synthetic_participants
from tests.support.untrained import untrained_card, untrained_network


@pytest.mark.slow
def test_synthetic_participants_are_classified_by_the_model_and_labelled_by_their_stated_atrophy(tmp_path: Path) -> None:
    cohort = open_cohort(write_synthetic_participants(tmp_path / "participants"), SLICES)
    cases = predict_synthetic(cohort, SLICES, Predictor(untrained_card(SLICES), untrained_network()))
    table = cases.table.set_index("subject")
    assert table["label"].tolist() == [0.0, 1.0]
    assert table["p_no_mmse_fused"].between(0, 1).all()
    assert np.isnan(table.loc["SYN-02", "p_all_fused"])  # whose MMSE is unknown
    assert table["cdr"].isna().all()
    assert table["age_years"].tolist() == [63, 80]
    assert "measures nothing" in cases.origin
    assert not cases.seen_in_training
    assert "CDR" not in cases.truth
